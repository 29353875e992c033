//! POST serviceowner/dialogs/{dialogId}/transmissions.

use axum::http::Method;
use futures_util::future::join_all;
use serde_json::{Value, json};

use crate::support::{
    Answer, OWNED, Policy, Town, attachment, content, embed, texts, transmission, with,
};

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";
const HTML: &str = "digdir:dialogporten.serviceprovider.legacyhtml";

fn sent(changes: Value) -> Value {
    with(transmission("Information"), changes)
}

async fn adds(town: &Town, id: &str, transmission: &Value) -> Answer {
    town.owner().adds(id, "transmissions", transmission).await
}

#[tokio::test]
async fn what_is_added_is_told_and_shown_as_it_was_sent() {
    let town = Town::build().stopped().open().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"systemLabel": "Archive"})))
        .await;
    town.person().opens(&id).await.is(200);
    let told = town.events(&id).await.len();
    town.waits(60);
    let given = json!({
        "idempotentKey": "   ", "extendedType": "urn:x", "externalReference": "ref", "authorizationAttribute": "annex",
        "attachments": [with(attachment(), json!({"name": "n", "expiresAt": town.after(60)}))],
        "navigationalActions": [{"title": texts(&[("nb", "Gå")]), "url": "https://example.com/", "expiresAt": town.after(60)}],
    });
    let added = adds(&town, &id, &sent(given.clone())).await.is(201);
    let one = added.body.as_str().expect("a JSON string");
    let path = format!("{OWNED}/{id}/transmissions/{one}");
    assert_eq!(added.header("location"), path);
    let shown = town
        .owner()
        .get(&path)
        .await
        .is(200)
        .has("/createdAt", town.after(0))
        .has("/attachments/0/urls/0/url", "https://example.com/a.pdf")
        .has("/attachments/0/name", "n")
        .lacks("/isOpened");
    for member in [
        "idempotentKey",
        "extendedType",
        "externalReference",
        "authorizationAttribute",
        "navigationalActions",
    ] {
        assert_eq!(shown.body[member], given[member], "{member}");
    }
    let dialog = town.owner().owns(&id).await;
    assert_eq!(added.header("etag"), dialog.text_at("/revision"));
    dialog
        .has("/updatedAt", town.after(0))
        .has("/contentUpdatedAt", town.after(0))
        .has("/isContentSeen", false)
        .has("/hasUnopenedContent", true)
        .has("/systemLabel", "Default")
        .has("/fromServiceOwnerTransmissionsCount", 1);
    assert_eq!(
        town.events(&id).await[told..],
        ["updated", "transmission.created"]
    );
}

#[tokio::test]
async fn what_the_party_sends_counts_for_the_party_and_is_marked_as_sent_even_silently() {
    let town = Town::new().await;
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"systemLabel": "Bin"})))
        .await;
    let before = town.owner().owns(&id).await;
    for (kind, count) in [("Submission", 1), ("Correction", 2)] {
        let given = with(transmission(kind), json!({"isSilentUpdate": true}));
        adds(&town, &id, &given).await.is(201);
        let after = town
            .owner()
            .owns(&id)
            .await
            .has("/fromPartyTransmissionsCount", count)
            .has("/hasUnopenedContent", false)
            .has("/endUserContext/systemLabels", json!(["Bin", "Sent"]));
        for kept in ["/updatedAt", "/contentUpdatedAt"] {
            assert_eq!(before.at(kept), after.at(kept), "{kept}");
        }
        assert_ne!(before.at("/revision"), after.at("/revision"));
    }
    assert_eq!(town.events(&id).await, ["created"]);
}

#[tokio::test]
async fn types_are_words_or_numbers_and_sides_are_not_checked() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let names = [
        "Information",
        "Acceptance",
        "Rejection",
        "Request",
        "Alert",
        "Decision",
        "Submission",
        "Correction",
    ];
    for (number, name) in (1..).zip(names) {
        for kind in [
            json!(number),
            json!(name.to_lowercase()),
            json!(number.to_string()),
        ] {
            let one = adds(&town, &id, &sent(json!({"type": kind}))).await.is(201);
            let path = format!("{OWNED}/{id}/transmissions/{}", one.body.as_str().unwrap());
            town.owner().get(&path).await.has("/type", name);
        }
    }
    adds(&town, &id, &sent(json!({"type": 99})))
        .await
        .is_problem(400);
    adds(&town, &id, &sent(json!({"type": "none"})))
        .await
        .refuses(400, &["type"]);
}

#[tokio::test]
async fn a_key_is_used_once_in_a_dialog() {
    let town = Town::new().await;
    let (id, other) = (
        town.owner().creates(town.a_dialog()).await,
        town.owner().creates(town.a_dialog()).await,
    );
    let keyed = |key: &str| sent(json!({"idempotentKey": key}));
    for (dialog, key, status) in [
        (&id, "the key", 201),
        (&id, "the key", 409),
        (&id, "The key", 201),
        (&other, "the key", 201),
        (&id, "ab", 400),
        (&id, &"k".repeat(37), 400),
    ] {
        let answer = adds(&town, dialog, &keyed(key)).await.is(status);
        if status == 409 {
            answer.refuses(409, &["IdempotentKey"]);
        }
    }
    assert_eq!(
        town.owner().owns(&id).await.list_at("/transmissions").len(),
        2
    );
    let racing = keyed("raced for");
    let mut statuses: Vec<_> = join_all((0..10).map(|_| adds(&town, &id, &racing)))
        .await
        .iter()
        .map(|answer| answer.status.as_u16())
        .collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![409; 9]].concat());
}

#[tokio::test]
async fn chains_and_answers_have_bounds() {
    let town = Town::new().await;
    let ids = town.ids(100);
    let chained: Vec<_> = (0..100)
        .map(|n| {
            sent(json!({"id": ids[n], "relatedTransmissionId": n.checked_sub(1).map(|n| &ids[n])}))
        })
        .collect();
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"transmissions": chained})))
        .await;
    let answers = |related: &str| sent(json!({"relatedTransmissionId": related}));
    let told = async |related: &str| {
        let answer = adds(&town, &id, &answers(related))
            .await
            .refuses(422, &["Transmissions"]);
        answer.messages("Transmissions").join(" ")
    };
    assert!(told(&ids[99]).await.contains("depth violation"));
    assert!(told(&town.id()).await.contains("does not exist"));
    for _ in 0..99 {
        adds(&town, &id, &answers(&ids[0])).await.is(201);
    }
    assert!(told(&ids[0]).await.contains("width violation"));
    adds(&town, &id, &answers(&ids[98])).await.is(201);
    let itself = town.id();
    let circular = sent(json!({"id": itself, "relatedTransmissionId": itself}));
    adds(&town, &id, &circular).await.is_problem(400);
}

#[tokio::test]
async fn what_has_expired_is_not_sent() {
    let town = Town::build().stopped().open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let expired =
        json!({"attachments": [with(attachment(), json!({"expiresAt": town.after(-1)}))]});
    for caller in [town.owner(), town.admin()] {
        let path = "transmissions?isSilentUpdate=true";
        caller
            .adds(&id, path, &sent(expired.clone()))
            .await
            .refuses(422, &["Transmissions.Attachments.ExpiresAt"]);
    }
    let action = |changes: Value| {
        let action = json!({"title": texts(&[("nb", "Gå")]), "url": "https://example.com/"});
        sent(json!({"navigationalActions": [with(action, changes)]}))
    };
    for (changes, status) in [
        (json!({"expiresAt": town.after(-1)}), 400),
        (json!({"expiresAt": town.after(0)}), 201),
        (json!({"url": "http://example.com/"}), 400),
        (json!({"title": []}), 400),
    ] {
        adds(&town, &id, &action(changes)).await.is(status);
    }
}

#[tokio::test]
async fn texts_have_lengths_and_references_have_types() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let titled = |length: usize| json!({"content": {"title": content(&"x".repeat(length))}});
    let (plain, long, html) = (
        town.owner(),
        town.owner_with(CORRESPONDENCE),
        town.owner_with(HTML),
    );
    let reference = |media: &str, url: &str| {
        let value = with(embed(url), json!({"mediaType": media}));
        json!({"content": {"title": content("T"), "contentReference": value}})
    };
    let (new, old) = (
        "application/vnd.dialogporten.frontchannelembed-url;type=text/",
        "application/vnd.dialogporten.frontchannelembed+json;type=",
    );
    for (caller, changes, status) in [
        (&plain, titled(255), 201),
        (&plain, titled(256), 400),
        (&long, titled(512), 201),
        (&long, titled(513), 400),
        (&plain, json!({"content": Value::Null}), 400),
        (
            &plain,
            json!({"content": {"title": with(content("x"), json!({"mediaType": "TEXT/PLAIN"}))}}),
            400,
        ),
        (
            &plain,
            reference(&format!("{new}markdown"), "http://example.com/"),
            400,
        ),
        (
            &plain,
            reference(&format!("{new}html"), "https://example.com/"),
            400,
        ),
        (
            &html,
            reference(&format!("{new}html"), "https://example.com/"),
            201,
        ),
    ] {
        caller
            .adds(&id, "transmissions", &sent(changes.clone()))
            .await
            .is(status);
    }
    for (caller, kind) in [(&plain, "markdown"), (&html, "html")] {
        let given = sent(reference(&format!("{old}{kind}"), "https://example.com/"));
        let added = caller.adds(&id, "transmissions", &given).await.is(201);
        let path = format!(
            "{OWNED}/{id}/transmissions/{}",
            added.body.as_str().unwrap()
        );
        plain.get(&path).await.has(
            "/content/contentReference/mediaType",
            format!("{new}{kind}"),
        );
    }
}

#[tokio::test]
async fn links_of_attachments_may_lead_anywhere_but_have_a_length() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let linked = |url: Value| {
        let link =
            json!({"url": url, "consumerType": "Gui", "mediaType": "DICOM", "id": "not looked at"});
        sent(json!({"attachments": [{"urls": [link]}]}))
    };
    let long = |length: usize| format!("https://example.com/{}", "x".repeat(length - 20));
    for (url, status) in [
        (json!("http://example.com/"), 201),
        (json!(""), 201),
        (json!(long(1_023)), 201),
        (json!(long(1_024)), 400),
        (Value::Null, 400),
    ] {
        let answer = adds(&town, &id, &linked(url.clone())).await.is(status);
        if status == 201 {
            let path = format!(
                "{OWNED}/{id}/transmissions/{}",
                answer.body.as_str().unwrap()
            );
            town.owner()
                .get(&path)
                .await
                .has("/attachments/0/urls/0/url", url);
        }
    }
}

#[tokio::test]
async fn before_its_time_a_dialog_gets_transmissions_at_the_moment_when_it_becomes_visible() {
    let town = Town::build().stopped().open().await;
    let start = town.after(5_000);
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"visibleFrom": start})))
        .await;
    town.waits(60);
    adds(&town, &id, &sent(json!({"createdAt": town.after(-60)})))
        .await
        .is(201);
    adds(&town, &id, &sent(json!({"isSilentUpdate": true})))
        .await
        .is(201);
    let dialog = town
        .owner()
        .owns(&id)
        .await
        .has("/updatedAt", start.as_str())
        .has("/contentUpdatedAt", start.as_str());
    assert_eq!(
        dialog.texts_at("/transmissions", "/createdAt"),
        [start.as_str(), &start]
    );
}

#[tokio::test]
async fn parts_name_resources_of_the_caller_only() {
    let town = Town::with(|directory| {
        directory.foreign("theirs", Policy::usual());
        directory.also("ours", Policy::usual());
    })
    .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let named = |name: &str| sent(json!({"authorizationAttribute": town.also(name)}));
    adds(&town, &id, &named("theirs"))
        .await
        .refuses(403, &["Forbidden"]);
    adds(&town, &id, &named("ours")).await.is(201);
    town.admin()
        .adds(&id, "transmissions", &named("theirs"))
        .await
        .is(201);
}

#[tokio::test]
async fn ids_of_parts_are_taken_in_all_dialogs() {
    let town = Town::new().await;
    let (id, other) = (
        town.owner().creates(town.a_dialog()).await,
        town.owner().creates(town.a_dialog()).await,
    );
    let (one, attached) = (town.id(), town.id());
    let held = json!({"attachments": [with(attachment(), json!({"id": attached}))]});
    adds(&town, &id, &sent(with(held.clone(), json!({"id": one}))))
        .await
        .is(201);
    for (changes, key) in [
        (json!({"id": one}), "DialogTransmission"),
        (held, "Attachment"),
    ] {
        for dialog in [&id, &other] {
            let answer = adds(&town, dialog, &sent(changes.clone()))
                .await
                .refuses(422, &[key]);
            assert!(answer.text.contains("already exists"), "{}", answer.text);
        }
    }
}

#[tokio::test]
async fn a_hundred_transmissions_at_once_are_all_added_and_counted() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let owner = town.owner();
    let kinds = ["Information", "Submission"].map(transmission);
    let all = join_all((0..100).map(|n| owner.adds(&id, "transmissions", &kinds[n % 2]))).await;
    for answer in all {
        answer.is(201);
    }
    let dialog = owner
        .owns(&id)
        .await
        .has("/fromServiceOwnerTransmissionsCount", 50)
        .has("/fromPartyTransmissionsCount", 50);
    assert_eq!(dialog.list_at("/transmissions").len(), 100);
    let revision = dialog.header("etag");
    let headers = [("if-match", revision.as_str())];
    let path = format!("{OWNED}/{id}/transmissions");
    let all =
        join_all((0..10).map(|_| owner.sends(Method::POST, &path, &headers, &kinds[0]))).await;
    let mut statuses: Vec<_> = all.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201], vec![412; 9]].concat());
}

#[tokio::test]
async fn words_are_found_wherever_they_were_added_to_many_others() {
    let town = Town::new().await;
    let scope = "digdir:dialogporten.serviceprovider.changetransmissions";
    let owner = town.owner_with(scope);
    let titled = |title: &str| sent(json!({"content": {"title": content(title)}}));
    let many: Vec<_> = (0..300)
        .map(|n| titled(&format!("furu{n} gran{n} bj\u{f8}rk{n}")))
        .collect();
    let given = json!({"transmissions": many});
    let id = owner.creates(town.a_dialog_with(given)).await;
    let mut added = Vec::new();
    for title in ["elghund", "bl\u{e5}b\u{e6}r syltet\u{f8}y", "katteunge"] {
        let answer = owner.adds(&id, "transmissions", &titled(title)).await;
        added.push(answer.is(201).body.as_str().unwrap().to_owned());
    }
    let finds = async |searches: &[(&str, bool)]| {
        for (search, is_found) in searches {
            let query = url::form_urlencoded::Serializer::new(String::new())
                .extend_pairs([("party", town.party().as_str()), ("search", search)])
                .finish();
            let found = town.person().finds(&query).await.is(200);
            assert_eq!(!found.ids().is_empty(), *is_found, "{search}");
        }
    };
    finds(&[
        ("tittel furu299 elghund katteunge", true),
        ("\"bl\u{e5}b\u{e6}r syltet\u{f8}y\"", true),
        ("\"elghund syltet\u{f8}y\"", false),
        ("furu1 -katteunge", false),
        ("furu1 -hund", true),
        ("furu300", false),
    ])
    .await;
    let corrected = with(titled("kattunge"), json!({"isSilentUpdate": true}));
    let path = format!("{OWNED}/{id}/transmissions/{}", added[2]);
    owner.send(Method::PUT, &path, &corrected).await.is(204);
    finds(&[("kattunge elghund furu7", true), ("katteunge", false)]).await;
    let other = json!({"content": {"title": content("Emne")}});
    let update = with(crate::support::an_update(), other);
    owner.puts(&id, &update).await.is(204);
    let appended = with(update, json!({"transmissions": [titled("granbar")]}));
    owner.puts(&id, &appended).await.is(204);
    finds(&[
        ("emne kattunge elghund furu7 granbar", true),
        ("tittel", false),
    ])
    .await;
}

#[tokio::test]
async fn answers_to_one_transmission_at_once_never_exceed_the_bound() {
    let town = Town::new().await;
    let root = town.id();
    let answer = |id: &str| sent(json!({"relatedTransmissionId": id}));
    let mut given = vec![sent(json!({"id": root}))];
    given.extend((0..95).map(|_| answer(&root)));
    let id = town.owner().creates(town.a_dialog()).await;
    let update = with(crate::support::an_update(), json!({"transmissions": given}));
    town.owner().puts(&id, &update).await.is(204);
    let one = answer(&root);
    let all = join_all((0..10).map(|_| adds(&town, &id, &one))).await;
    let mut statuses: Vec<_> = all.iter().map(|answer| answer.status.as_u16()).collect();
    statuses.sort_unstable();
    assert_eq!(statuses, [vec![201; 5], vec![422; 5]].concat());
}
