//! Page after page: nothing twice, nothing left out.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::{all_ids, finds, later, pages, query};
use crate::support::{Town, with};

#[tokio::test]
async fn five_dialogs_are_two_and_two_and_one_in_every_order() {
    let town = Town::new().await;
    for n in 0..5 {
        later(&town, json!({"dueAt": town.after(1_000 * (1 + n % 3))})).await;
    }
    for key in ["contentUpdatedAt", "updatedAt", "createdAt", "dueAt"] {
        for direction in ["asc", "desc"] {
            let order = format!("{key}_{direction}");
            let whole = finds(&town, &[("orderBy", &order)]).await.is(200).ids();
            let pages = pages(&town, &[("orderBy", &order), ("limit", "2")]).await;
            let sizes: Vec<_> = pages.iter().map(|page| page.ids().len()).collect();
            assert_eq!(sizes, [2, 2, 1], "{order}");
            assert_eq!(all_ids(&pages), whole, "{order}");
            let token = pages[2].text_at("/continuationToken");
            let behind = finds(&town, &[("orderBy", &order), ("continuationToken", &token)])
                .await
                .is(200);
            let behind = behind.has("/items", json!([])).has("/hasNextPage", false);
            assert_eq!(
                behind.text_at("/continuationToken"),
                token,
                "an empty page gives back what it got"
            );
        }
    }
}

#[tokio::test]
async fn an_empty_first_page_has_no_token() {
    let town = Town::new().await;
    finds(&town, &[])
        .await
        .is(200)
        .lacks("/continuationToken")
        .has("/orderBy", "contentupdatedat_desc,id_desc");
}

#[tokio::test]
async fn dialogs_that_are_never_due_come_last_or_first_and_only_once() {
    let town = Town::new().await;
    for n in 0..9 {
        let due = (n % 3 == 0).then(|| town.after(1_000 + n));
        later(&town, json!({"dueAt": due})).await;
    }
    for order in [
        "dueAt_asc",
        "dueAt_desc",
        "createdAt_asc,dueAt_asc",
        "createdAt_desc,dueAt_asc",
        "dueAt_asc,createdAt_desc",
        "dueAt,id_asc",
    ] {
        let pages = pages(&town, &[("orderBy", order), ("limit", "2")]).await;
        let ids = all_ids(&pages);
        assert_eq!(ids.len(), 9, "{order}");
        assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), 9, "{order}");
        assert_eq!(
            ids,
            finds(&town, &[("orderBy", order)]).await.ids(),
            "{order}"
        );
        let due: Vec<bool> = pages
            .iter()
            .flat_map(|page| page.list_at("/items"))
            .map(|item| item.get("dueAt").is_some())
            .collect();
        if order.starts_with("dueAt") {
            let sorted = if order == "dueAt_asc" || order.starts_with("dueAt_asc,") {
                [true, false]
            } else {
                [false, true]
            };
            let first: Vec<_> = due
                .iter()
                .copied()
                .filter(|has| *has == sorted[0])
                .collect();
            assert!(due.starts_with(&first), "{order}: {due:?}");
        }
    }
}

#[tokio::test]
async fn many_dialogs_of_one_moment_are_paged_by_id() {
    let town = Town::new().await;
    let time = json!({"createdAt": "2020-01-01T00:00:00Z", "updatedAt": "2020-01-01T00:00:00Z"});
    let owner = town.owner();
    let dialog = town.a_dialog_with(time);
    let created =
        futures_util::future::join_all((0..250).map(|_| owner.creates(dialog.clone()))).await;
    let pages = pages(&town, &[("limit", "100")]).await;
    let flags: Vec<_> = pages
        .iter()
        .map(|page| page.at("/hasNextPage").clone())
        .collect();
    assert_eq!(flags, [true, true, false]);
    assert!(pages[2].at("/continuationToken").is_string());
    let mut expected = created;
    expected.sort_unstable_by(|a, b| b.cmp(a));
    assert_eq!(all_ids(&pages), expected);
}

#[tokio::test]
async fn the_token_is_readable_and_read_with_tolerance() {
    let town = Town::build().stopped().open().await;
    let first = later(&town, json!({})).await;
    let last = later(&town, json!({})).await;
    let page = finds(&town, &[("limit", "1")]).await.is(200);
    let token = page.text_at("/continuationToken");
    assert_eq!(
        token,
        format!("contentupdatedat_{},id_{last}", town.after(0))
    );
    let time = town.after(0);
    for spelling in [
        token.clone(),
        format!("id_{last},contentupdatedat_{time}"),
        format!(
            " ID_{} , , CONTENTUPDATEDAT_{} ",
            last.to_uppercase(),
            time.replace('Z', "+00:00")
        ),
        format!("{token},createdat_2020-01-01,dueat_"),
        format!(
            "contentUpdatedAt_{},id_{}",
            time.trim_end_matches('Z'),
            last.replace('-', "")
        ),
    ] {
        let page = finds(&town, &[("continuationToken", &spelling)])
            .await
            .is(200);
        assert_eq!(page.ids(), [first.as_str()], "{spelling}");
    }
    for broken in [
        "id",
        "id_",
        "id_x",
        &format!("id_{last}"),
        &format!("contentupdatedat_{time}"),
        &format!("{token},unknown_1"),
        &format!("{token},id_{last}"),
        &format!("contentupdatedat_soon,id_{last}"),
        &format!("contentupdatedat_,id_{last}"),
        &format!("contentupdatedat__{time},id_{last}"),
        &format!("{token},createdat_"),
    ] {
        finds(&town, &[("continuationToken", broken)])
            .await
            .refuses(400, &["continuationToken"]);
    }
}

#[tokio::test]
async fn a_token_must_name_every_key_of_the_order() {
    let town = Town::new().await;
    for _ in 0..2 {
        later(&town, json!({})).await;
    }
    let page = finds(&town, &[("orderBy", "createdAt_asc"), ("limit", "1")])
        .await
        .is(200);
    let token = page.text_at("/continuationToken");
    let answer = finds(&town, &[("continuationToken", &token)])
        .await
        .refuses(400, &["continuationToken"]);
    let text = answer
        .messages("continuationToken")
        .join(" ")
        .to_lowercase();
    assert!(text.contains("contentupdatedat"), "{text}");
    let both = finds(&town, &[("continuationToken", &token), ("limit", "0")]).await;
    both.refuses(400, &["continuationToken", "limit"]);
}

#[tokio::test]
async fn a_token_that_names_a_key_twice_is_refused_on_the_next_page() {
    let town = Town::new().await;
    for _ in 0..2 {
        later(&town, json!({})).await;
    }
    let order = ("orderBy", "createdAt,CREATEDAT");
    let token = finds(&town, &[order, ("limit", "1")])
        .await
        .is(200)
        .text_at("/continuationToken");
    finds(&town, &[order, ("continuationToken", &token)])
        .await
        .refuses(400, &["continuationToken"]);
}

#[tokio::test]
async fn filters_may_change_between_pages() {
    let town = Town::new().await;
    let mut created = Vec::new();
    for status in ["Draft", "Completed", "Draft", "Draft"] {
        created.push(later(&town, json!({"status": status})).await);
    }
    let token = finds(&town, &[("limit", "2")])
        .await
        .text_at("/continuationToken");
    let page = finds(&town, &[("continuationToken", &token), ("status", "Draft")])
        .await
        .is(200);
    assert_eq!(page.ids(), [created[0].as_str()]);
}

#[tokio::test]
async fn older_matches_are_found_among_other_parties_when_newer_ones_are_filtered_out() {
    let town = Town::new().await;
    let (own, company) = (town.party(), town.company_urn());
    let mut expected = Vec::new();
    let mut age = 2_000_i64;
    let mut at = async |party: &str, status: &str| {
        age -= 1;
        let time = town.after(-age * 60);
        let dialog = town.a_dialog_with(
            json!({"party": party, "status": status, "createdAt": time, "updatedAt": time}),
        );
        town.owner().creates(dialog).await
    };
    for round in 0..12 {
        let party = if round % 3 == 0 { &company } else { &own };
        expected.push(at(party, "Completed").await);
    }
    for _ in 0..40 {
        at(&own, "Draft").await;
    }
    expected.reverse();
    let mut found = Vec::new();
    let mut token = Vec::new();
    loop {
        let mut parameters = vec![
            ("party", own.as_str()),
            ("party", &company),
            ("status", "Completed"),
            ("limit", "5"),
        ];
        parameters.extend(
            token
                .iter()
                .map(|token: &String| ("continuationToken", token.as_str())),
        );
        let page = town.person().finds(&query(&parameters)).await.is(200);
        found.extend(page.ids());
        if page.at("/hasNextPage") == false {
            break;
        }
        token = vec![page.text_at("/continuationToken")];
    }
    assert_eq!(found, expected);
}

#[tokio::test]
async fn a_dialog_for_later_is_found_when_its_time_has_come_and_disturbs_nobody_before() {
    let town = Town::new().await;
    let mut now = Vec::new();
    for _ in 0..5 {
        now.push(later(&town, json!({})).await);
    }
    let future = later(&town, json!({"visibleFrom": town.after(86_400)})).await;
    now.reverse();
    let hidden = pages(&town, &[("limit", "2")]).await;
    assert_eq!(all_ids(&hidden), now);
    town.waits(86_400);
    let newest = later(&town, json!({})).await;
    let visible = pages(&town, &[("limit", "2")]).await;
    assert_eq!(all_ids(&visible), [vec![newest, future], now].concat());
}

#[tokio::test]
async fn limits_are_kept() {
    let town = Town::new().await;
    let owner = town.owner();
    let dialog = with(town.a_dialog(), json!({"progress": 1}));
    futures_util::future::join_all((0..101).map(|_| owner.creates(dialog.clone()))).await;
    for (limit, length, more) in [
        (None, 100, true),
        (Some("1"), 1, true),
        (Some("101"), 101, false),
        (Some("1000"), 101, false),
    ] {
        let parameters: Vec<_> = limit.map(|limit| ("limit", limit)).into_iter().collect();
        let page = finds(&town, &parameters).await.is(200);
        assert_eq!(
            (page.ids().len(), page.at("/hasNextPage")),
            (length, &Value::Bool(more)),
            "{limit:?}"
        );
    }
}
