//! The service owner's own labels.

use axum::http::Method;
use serde_json::json;

use crate::support::{Answer, Caller, OWNED, Town};

async fn adds(caller: &Caller<'_>, dialog: &str, revision: Option<&str>, value: &str) -> Answer {
    let headers: Vec<_> = revision
        .map(|revision| ("if-match", revision))
        .into_iter()
        .collect();
    let path = format!("{OWNED}/{dialog}/context/labels");
    caller
        .sends(Method::POST, &path, &headers, &json!({"value": value}))
        .await
}

async fn removes(caller: &Caller<'_>, dialog: &str, revision: Option<&str>, label: &str) -> Answer {
    let headers: Vec<_> = revision
        .map(|revision| ("if-match", revision))
        .into_iter()
        .collect();
    let path = format!("{OWNED}/{dialog}/context/labels/{label}");
    caller.ask(Method::DELETE, &path, &headers).await
}

async fn lists(caller: &Caller<'_>, dialog: &str) -> Answer {
    caller
        .get(&format!("{OWNED}/{dialog}/context/labels"))
        .await
}

#[tokio::test]
async fn labels_come_and_go_in_lower_case_and_change_nothing_else() {
    let town = Town::new().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    let before = owner.owns(&id).await;
    for label in [" Some-Label ", "alpha", "urn:a:1/2", "bl\u{e5} æ+%"] {
        adds(&owner, &id, None, label).await.is_empty(204);
    }
    let list = lists(&owner, &id).await.is(200);
    assert_eq!(
        list.texts_at("", "/value"),
        ["alpha", "bl\u{e5} æ+%", "some-label", "urn:a:1/2"]
    );
    for label in ["SOME-label", "urn%3Aa%3A1%2F2", "bl%C3%A5%20%C3%A6+%25"] {
        let revision = removes(&owner, &id, None, label)
            .await
            .is_empty(204)
            .header("etag");
        assert_eq!(lists(&owner, &id).await.header("etag"), revision);
        removes(&owner, &id, None, label)
            .await
            .refuses(404, &["Label"]);
    }
    let after = owner.owns(&id).await;
    for member in ["/revision", "/updatedAt", "/endUserContext"] {
        assert_eq!(after.at(member), before.at(member), "{member}");
    }
    assert_ne!(
        after.at("/serviceOwnerContext/revision"),
        before.at("/serviceOwnerContext/revision")
    );
    town.person()
        .opens(&id)
        .await
        .is(200)
        .lacks("/serviceOwnerContext");
}

#[tokio::test]
async fn a_stale_revision_is_told_before_a_bad_label_and_after_a_missing_one() {
    let town = Town::new().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    let first = lists(&owner, &id).await.header("etag");
    let second = adds(&owner, &id, Some(&first), "first")
        .await
        .is(204)
        .header("etag");
    adds(&owner, &id, Some(&first), "x")
        .await
        .is_problem(412)
        .lacks("/errors");
    removes(&owner, &id, Some(&first), "nothing")
        .await
        .refuses(404, &["Label"]);
    removes(&owner, &id, Some(&first), "first")
        .await
        .is_problem(412);
    adds(&owner, &id, Some("x"), "second")
        .await
        .refuses(400, &["If-Match"]);
    adds(&owner, &id, Some(&second), "x")
        .await
        .refuses(400, &["dto.serviceOwnerLabels[1].value"]);
    adds(&owner, &id, Some(&second), " FIRST")
        .await
        .refuses(400, &["dto.serviceOwnerLabels"]);
    removes(&owner, &id, Some(&second), "first").await.is(204);
}

#[tokio::test]
async fn labels_are_for_the_owner_of_the_resource_and_for_admins() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let refuses = async |caller: Caller<'_>, id: &str| {
        lists(&caller, id).await.refuses(404, &["DialogEntity"]);
        adds(&caller, id, None, "label")
            .await
            .refuses(404, &["DialogEntity"]);
        removes(&caller, id, None, "label")
            .await
            .refuses(404, &["DialogEntity"]);
    };
    refuses(town.neighbour(""), &id).await;
    refuses(town.owner(), &town.id()).await;
    let admin = town.neighbour("digdir:dialogporten.serviceprovider.admin");
    adds(&admin, &id, None, "label").await.is(204);
    lists(&town.person(), &id).await.is(403);
    town.owner().deletes(&id).await;
    refuses(town.owner(), &id).await;
    refuses(town.admin(), &id).await;
}

#[tokio::test]
async fn a_dialog_has_at_most_twenty_labels_of_some_length() {
    let town = Town::new().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    for (label, told) in [
        ("", "not be empty"),
        ("ab", "at least"),
        (&"x".repeat(256), "or fewer"),
    ] {
        let refused = adds(&owner, &id, None, label).await.is_problem(400);
        assert!(refused.text.contains(told), "{label}: {}", refused.text);
    }
    for n in 0..20 {
        adds(&owner, &id, None, &format!("label-{n}")).await.is(204);
    }
    let refused = adds(&owner, &id, None, "one-more").await.is_problem(400);
    assert!(refused.text.contains("20"), "{}", refused.text);
    let refused = adds(&owner, &id, None, "LABEL-7 ").await.is_problem(400);
    assert!(refused.text.contains("uplicate"), "{}", refused.text);
    assert_eq!(lists(&owner, &id).await.list_at("").len(), 20);
}

#[tokio::test]
async fn labels_added_at_once_are_all_there_or_told_to_be_tried_again() {
    let town = Town::new().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    let labels: Vec<_> = (0..10).map(|n| format!("label-{n}")).collect();
    let all = labels.iter().map(|label| adds(&owner, &id, None, label));
    let answers = futures_util::future::join_all(all).await;
    let added = answers.iter().filter(|answer| answer.status == 204).count();
    assert!(
        answers
            .iter()
            .all(|answer| [204, 409].contains(&answer.status.as_u16()))
    );
    assert!(added > 0);
    assert_eq!(lists(&owner, &id).await.list_at("").len(), added);
}
