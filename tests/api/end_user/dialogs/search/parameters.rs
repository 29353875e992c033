//! How parameters are read, and which values are refused.

use super::{finds, query};
use crate::support::{Town, organization_number};

#[tokio::test]
async fn a_search_names_a_party_or_a_resource() {
    let town = Town::new().await;
    for parameters in [
        "",
        "search=abc",
        "org=ttd",
        "limit=5",
        "party=[]",
        "party=%5B%5D&serviceResource=%5B%5D",
    ] {
        town.person().finds(parameters).await.refuses(400, &[""]);
    }
    town.person()
        .finds(&query(&[("party", &town.party())]))
        .await
        .is(200);
    town.person()
        .finds(&query(&[("serviceResource", &town.resource_urn())]))
        .await
        .is(200);
    town.person().finds("serviceResource=").await.is(200);
}

#[tokio::test]
async fn values_that_mean_nothing_are_refused_by_name() {
    let town = Town::new().await;
    for (name, value, key) in [
        ("limit", "0", "limit"),
        ("limit", "1001", "limit"),
        ("limit", "-1", "limit"),
        ("limit", "x", "limit"),
        ("limit", "", "limit"),
        ("limit", "1.5", "limit"),
        ("limit", "1e2", "limit"),
        ("limit", "0x10", "limit"),
        ("limit", "1,000", "limit"),
        ("limit", "99999999999", "limit"),
        ("LIMIT", "x", "LIMIT"),
        ("search", "ab", "search"),
        ("search", "", "search"),
        ("search", "😀", "search"),
        ("searchLanguageCode", "no", "searchLanguageCode"),
        ("searchLanguageCode", "xx", "searchLanguageCode"),
        ("searchLanguageCode", "", "searchLanguageCode"),
        ("status", "Lost", "status"),
        ("status", "Sent", "status"),
        ("status", "New", "status"),
        ("status", "", "status"),
        ("status", "4", "status[0]"),
        ("status", "99", "status[0]"),
        ("systemLabel", "invalid", "systemLabel"),
        ("systemLabel", "0", "systemLabel[0]"),
        ("isContentSeen", "1", "isContentSeen"),
        ("excludeApiOnly", "yes", "excludeApiOnly"),
        ("createdAfter", "yesterday", "createdAfter"),
        ("createdAfter", "20260101", "createdAfter"),
        ("dueBefore", "2026-01-01T24:00:00Z", "dueBefore"),
        ("updatedAfter", "2026-01-01T00:00:00+25:00", "updatedAfter"),
        ("process", "inval|d", "process"),
        ("process", " ", "process"),
        ("orderBy", "foo", "orderBy"),
        ("orderBy", "", "orderBy"),
        ("orderBy", "createdAt_sideways", "orderBy"),
        ("orderBy", "createdAt_0", "orderBy"),
        ("orderBy", "createdAt,createdAt_asc", "orderBy"),
        ("continuationToken", "abc", "continuationToken"),
        ("continuationToken", "", "continuationToken"),
    ] {
        finds(&town, &[(name, value)]).await.refuses(400, &[key]);
    }
    let long = "x".repeat(1_024);
    finds(&town, &[("process", &long)])
        .await
        .refuses(400, &["process"]);
    let both = finds(&town, &[("process", &format!("{long}|"))])
        .await
        .refuses(400, &["process"]);
    assert_eq!(both.messages("process").len(), 2);
}

#[tokio::test]
async fn usual_spellings_of_values_are_read() {
    let town = Town::new().await;
    for (name, value) in [
        ("limit", "1"),
        ("limit", "1000"),
        ("limit", " 3 "),
        ("limit", "+2"),
        ("limit", "0002"),
        ("LiMiT", "7"),
        ("search", "   "),
        ("search", "a😀"),
        ("searchLanguageCode", "nb-NO"),
        ("searchLanguageCode", "bh"),
        ("status", "requiresattention"),
        ("status", " Draft "),
        ("status", "7"),
        ("systemLabel", "markedasunopened"),
        ("isContentSeen", "TRUE"),
        ("isContentSeen", " false "),
        ("isContentSeen", ""),
        ("createdAfter", ""),
        ("createdAfter", "2026-01-01T10:00:00Z"),
        ("createdAfter", "2026-01-01T10:00:00.1234567+02:00"),
        ("createdAfter", "2026-01-01T10:00:00"),
        ("createdAfter", "2026-01-01T10:00"),
        ("createdAfter", "2026-01-01"),
        ("createdAfter", "2026-01-01 10:00:00z"),
        ("createdAfter", "01/15/2024 10:00:00 +00:00"),
        ("process", "urn:x:y"),
        ("process", "relative"),
        ("process", ""),
        ("org", ""),
        ("externalReference", ""),
        ("extendedStatus", ""),
        ("orderBy", ","),
        ("unknown", "x"),
        ("party[0]", "x"),
    ] {
        finds(&town, &[(name, value)]).await.is(200);
    }
    town.person()
        .finds(&format!("{}&a=%zz&b", query(&[("Party", &town.party())])))
        .await
        .is(200);
}

#[tokio::test]
async fn parties_are_people_organizations_and_self_identified_users() {
    let town = Town::new().await;
    let number = organization_number();
    let wrong_digit = format!(
        "{}{}",
        &number[..8],
        (number[8..].parse::<u8>().unwrap() + 1) % 10
    );
    let organization = "urn:altinn:organization:identifier-no:";
    for party in [
        String::new(),
        "x".into(),
        format!("{organization}{wrong_digit}"),
        format!("{organization}{}a", &number[..8]),
        format!("{}{number}", organization.to_uppercase()),
        format!(" {organization}{number}"),
        format!("{organization}{number} "),
        "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364".into(),
        format!("urn:altinn:feide-subject:{}", "a".repeat(64)),
        "urn:altinn:person:idporten-email:a@b".into(),
        "urn:altinn:person:legacy-selfidentified:".into(),
    ] {
        town.person()
            .finds(&query(&[("party", &party)]))
            .await
            .refuses(400, &["party[0]"]);
    }
    for party in [
        format!("{organization}000000000"),
        "urn:altinn:person:identifier-no:00000000000".into(),
        "urn:altinn:person:idporten-email:A@B.no".into(),
        "urn:altinn:person:legacy-selfidentified:Kari".into(),
    ] {
        let page = town
            .person()
            .finds(&query(&[("party", &party)]))
            .await
            .is(200);
        assert_eq!(page.ids(), Vec::<String>::new());
    }
    let second = query(&[("party", &town.party()), ("party", "x"), ("party", "y")]);
    town.person()
        .finds(&second)
        .await
        .refuses(400, &["party[1]", "party[2]"]);
}

#[tokio::test]
async fn a_span_may_not_end_before_it_begins() {
    let town = Town::new().await;
    let (early, late) = ("2026-01-01T00:00:00Z", "2026-01-02T00:00:00Z");
    for what in ["created", "updated", "contentUpdated", "due"] {
        let (after, before) = (format!("{what}After"), format!("{what}Before"));
        finds(&town, &[(&after, early), (&before, late)])
            .await
            .is(200);
        finds(&town, &[(&after, early), (&before, early)])
            .await
            .is(200);
        finds(&town, &[(&after, late), (&before, early)])
            .await
            .refuses(400, &[&after]);
    }
    let (finer, coarse) = ("2026-01-01T00:00:00.0000001Z", "2026-01-01T00:00:00Z");
    finds(&town, &[("createdAfter", finer), ("createdBefore", coarse)])
        .await
        .refuses(400, &["createdAfter"]);
}

#[tokio::test]
async fn what_cannot_be_read_is_told_together_and_before_the_rules() {
    let town = Town::new().await;
    let headers = [("accept-language", "nb;")];
    let path = format!(
        "{}?limit=x&createdAfter=x&search=ab&orderBy=foo",
        crate::support::FOUND
    );
    let answer = town
        .person()
        .ask("GET".parse().unwrap(), &path, &headers)
        .await;
    answer.refuses(
        400,
        &["Accept-Language", "createdAfter", "limit", "orderBy"],
    );
    let answer = town
        .person()
        .finds("limit=0&search=ab&process=a%7Cb&status=4")
        .await;
    answer.refuses(400, &["", "limit", "process", "search", "status[0]"]);
}

#[tokio::test]
async fn the_zero_character_is_refused_in_every_text() {
    let town = Town::new().await;
    for name in [
        "search",
        "externalReference",
        "org",
        "process",
        "extendedStatus",
        "serviceResource",
        "orderBy",
        "continuationToken",
    ] {
        let answer = finds(&town, &[(name, "abc\0d")]).await.is_problem(400);
        assert!(
            answer.keys().iter().any(|key| key.starts_with(name)),
            "{}",
            answer.text
        );
    }
}

#[tokio::test]
async fn a_scalar_given_twice_is_not_guessed_at() {
    let town = Town::new().await;
    for name in ["limit", "createdAfter", "isContentSeen"] {
        let value = match name {
            "limit" => "5",
            "createdAfter" => "2026-01-01T00:00:00Z",
            _ => "true",
        };
        finds(&town, &[(name, value), (name, value)])
            .await
            .refuses(400, &[name]);
    }
    let joined = finds(
        &town,
        &[("orderBy", "createdAt_asc"), ("orderBy", "dueAt_asc")],
    )
    .await
    .is(200);
    joined.has("/orderBy", "createdat_asc,dueat_asc,id_desc");
}
