//! Deleting, restoring, purging and freezing dialogs.

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{
    Answer, Caller, FOUND, OWNED, Town, activity, an_update, attachment, transmission, with,
};

const ADMIN: &str = "digdir:dialogporten.serviceprovider.admin";
const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";

async fn deletes(caller: &Caller<'_>, id: &str) -> Answer {
    caller
        .ask(Method::DELETE, &format!("{OWNED}/{id}"), &[])
        .await
}

#[tokio::test]
async fn a_deleted_dialog_comes_back_as_it_was() {
    let town = Town::build().stopped().open().await;
    let owner = town.owner();
    let id = owner
        .creates(town.a_dialog_with(json!({"systemLabel": "Bin"})))
        .await;
    town.person().opens(&id).await.is(200);
    let before = owner.owns(&id).await;
    town.waits(60);

    let mut revision = before.header("etag");
    let gone = deletes(&owner, &id).await.is_empty(204);
    assert_ne!(gone.header("etag"), revision);
    revision = gone.header("etag");
    deletes(&owner, &id).await.refuses(410, &["DialogEntity"]);
    owner
        .puts(&id, &an_update())
        .await
        .refuses(410, &["DialogEntity"]);
    owner.acts(&id, "freeze").await.is(403);
    let deleted = owner
        .owns(&id)
        .await
        .is(200)
        .has("/deletedAt", town.after(0));
    town.person().opens(&id).await.is(410);

    let back = owner.acts(&id, "restore").await.is_empty(204);
    assert_ne!(back.header("etag"), revision);
    let again = owner.acts(&id, "restore").await.is_empty(204);
    assert_eq!(again.header("etag"), back.header("etag"));
    let restored = owner.owns(&id).await.is(200).lacks("/deletedAt");
    for kept in [
        "updatedAt",
        "contentUpdatedAt",
        "endUserContext",
        "isContentSeen",
        "seenSinceLastUpdate",
    ] {
        assert_eq!(deleted.body[kept], before.body[kept], "{kept}");
        assert_eq!(restored.body[kept], before.body[kept], "{kept}");
    }
    assert_eq!(
        town.events(&id).await,
        ["created", "updated", "seen", "deleted", "restored"]
    );
}

#[tokio::test]
async fn what_is_purged_leaves_nothing_behind() {
    let town = Town::new().await;
    let owner = town.owner();
    let (id, sent, happened, attached) = (town.id(), town.id(), town.id(), town.id());
    let whole = town.a_dialog_with(json!({
        "id": id, "idempotentKey": "the key",
        "attachments": [with(attachment(), json!({"id": attached}))],
        "transmissions": [with(transmission("Alert"), json!({"id": sent}))],
        "activities": [with(activity("FormSaved"), json!({"id": happened}))],
    }));
    owner.creates(whole.clone()).await;
    let purged = owner.acts(&id, "purge").await.is_empty(204);
    assert!(!purged.headers.contains_key("etag"));
    assert_eq!(town.events(&id).await.last().unwrap(), "deleted");
    owner
        .acts(&id, "purge")
        .await
        .refuses(404, &["DialogEntity"]);
    owner.owns(&id).await.is(404);
    town.person().get(&format!("{FOUND}/{id}")).await.is(404);
    // Everything that was taken is free again.
    owner.creates(whole).await;
    owner.deletes(&id).await;
    let told = town.events(&id).await.len();
    owner.acts(&id, "purge").await.is_empty(204);
    assert_eq!(
        town.events(&id).await.len(),
        told,
        "that it is gone was told before"
    );
}

#[tokio::test]
async fn nobody_hears_of_what_is_done_in_silence() {
    let town = Town::new().await;
    let owner = town.owner();
    let id = owner.creates(town.a_dialog()).await;
    deletes(&owner, &format!("{id}?isSilentUpdate=True"))
        .await
        .is(204);
    owner.acts(&id, "restore?ISSILENTUPDATE=true").await.is(204);
    assert_eq!(town.events(&id).await, ["created"]);
    owner.acts(&id, "purge?isSilentUpdate=true").await.is(204);
    assert_eq!(town.events(&id).await, ["created"]);
    for (query, told) in [("False", vec!["created"]), ("TRUE", vec![])] {
        let path = format!("{OWNED}?IsSilentUpdate={query}");
        let created = town.admin().post(&path, &town.a_dialog()).await.is(201);
        assert_eq!(town.events(created.body.as_str().unwrap()).await, told);
    }
}

#[tokio::test]
async fn everything_asks_for_the_revision_that_the_caller_names() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    let stale = dialogporten::dialog::id::random().to_string();
    let admin = town.admin();
    for (method, path) in [
        (Method::DELETE, path.clone()),
        (Method::POST, format!("{path}/actions/restore")),
        (Method::POST, format!("{path}/actions/freeze")),
        (Method::POST, format!("{path}/actions/purge")),
    ] {
        for (expected, status) in [(stale.as_str(), 412), ("*", 400), ("", 400)] {
            let headers = [("if-match", expected)];
            admin
                .ask(method.clone(), &path, &headers)
                .await
                .is_problem(status);
        }
    }
    let revision = admin.owns(&id).await.header("etag");
    let quoted = format!("\"{revision}\"");
    for (action, expected) in [("restore", &revision), ("purge", &quoted)] {
        let headers = [("if-match", expected.as_str())];
        admin
            .ask(Method::POST, &format!("{path}/actions/{action}"), &headers)
            .await
            .is(204);
    }
}

#[tokio::test]
async fn only_admins_freeze_and_only_they_change_what_is_frozen() {
    let town = Town::build().stopped().open().await;
    let (owner, admin) = (town.owner(), town.admin());
    let id = owner.creates(town.a_dialog()).await;
    let before = owner.owns(&id).await;
    for dialog in [&id, &town.id()] {
        owner
            .acts(dialog, "freeze")
            .await
            .refuses(403, &["Forbidden"]);
    }
    admin
        .acts(&town.id(), "freeze")
        .await
        .refuses(404, &["DialogEntity"]);
    town.waits(60);
    let frozen = admin.acts(&id, "freeze").await.is_empty(204);
    assert_ne!(frozen.header("etag"), before.header("etag"));
    let again = admin
        .acts(&id, "freeze?isSilentUpdate=x")
        .await
        .is_empty(204);
    assert_eq!(again.header("etag"), frozen.header("etag"));
    assert_eq!(town.events(&id).await, ["created", "updated"]);
    let read = owner
        .owns(&id)
        .await
        .is(200)
        .has("/updatedAt", town.after(0));
    assert_eq!(read.at("/contentUpdatedAt"), before.at("/contentUpdatedAt"));

    let operation = json!([{"op": "replace", "path": "/progress", "value": 5}]);
    owner
        .puts(&id, &an_update())
        .await
        .refuses(403, &["Forbidden"]);
    owner
        .patches(&id, operation.clone())
        .await
        .refuses(403, &["Forbidden"]);
    deletes(&owner, &id).await.refuses(403, &["Forbidden"]);
    owner
        .adds(&id, "activities", &activity("FormSaved"))
        .await
        .refuses(403, &["Forbidden"]);
    owner
        .adds(&id, "transmissions", &transmission("Alert"))
        .await
        .refuses(403, &["Forbidden"]);
    owner
        .adds(&id, "context/labels", &json!({"value": "label"}))
        .await
        .is(204);
    town.person().labels(&id, &["Archive"], &[]).await.is(204);
    admin.patches(&id, operation).await.is(204);
    admin
        .adds(&id, "activities", &activity("FormSaved"))
        .await
        .is(201);

    // It stays frozen through the grave.
    deletes(&admin, &id).await.is(204);
    admin
        .acts(&id, "freeze")
        .await
        .refuses(410, &["DialogEntity"]);
    owner.acts(&id, "restore").await.is(204);
    owner.puts(&id, &an_update()).await.is(403);
    owner.acts(&id, "purge").await.is(204);
}

#[tokio::test]
async fn freezing_a_dialog_for_later_does_not_move_its_beginning() {
    let town = Town::build().stopped().open().await;
    let start = town.after(5_000);
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"visibleFrom": start})))
        .await;
    town.waits(60);
    town.admin().acts(&id, "freeze").await.is(204);
    town.owner().owns(&id).await.has("/updatedAt", start);
}

#[tokio::test]
async fn letters_are_deleted_with_their_scope_only_even_by_admins() {
    let town = Town::with(|directory| {
        directory.resources[0].kind = "CorrespondenceService";
    })
    .await;
    let id = town.admin().creates(town.a_dialog()).await;
    for caller in [town.owner(), town.admin()] {
        deletes(&caller, &id).await.refuses(403, &["Forbidden"]);
        caller.acts(&id, "purge").await.refuses(403, &["Forbidden"]);
    }
    town.owner()
        .replaces(&id, "/progress", json!(5))
        .await
        .refuses(403, &["Forbidden"]);
    town.admin()
        .replaces(&id, "/progress", json!(5))
        .await
        .is(204);
    let scoped = town.owner_with(CORRESPONDENCE);
    deletes(&scoped, &id).await.is(204);
    town.owner().acts(&id, "restore").await.is(204);
    scoped.acts(&id, "purge").await.is(204);
}

#[tokio::test]
async fn a_dialog_that_nobody_has_cannot_be_changed_in_any_way() {
    let town = Town::new().await;
    let owner = town.owner();
    for id in [town.id(), dialogporten::dialog::id::random().to_string()] {
        deletes(&owner, &id).await.refuses(404, &["DialogEntity"]);
        owner
            .acts(&id, "restore")
            .await
            .refuses(404, &["DialogEntity"]);
        owner
            .acts(&id, "purge")
            .await
            .refuses(404, &["DialogEntity"]);
    }
    let nil = Uuid::nil().to_string();
    deletes(&owner, &nil).await.refuses(404, &["DialogEntity"]);
    owner
        .acts(&nil, "restore")
        .await
        .refuses(404, &["DialogEntity"]);
    owner.acts(&nil, "purge").await.refuses(400, &["dialogId"]);
    town.admin()
        .acts(&nil, "freeze")
        .await
        .refuses(404, &["DialogEntity"]);
    for action in ["restore", "purge"] {
        owner.acts("x", action).await.refuses(400, &["dialogId"]);
        owner
            .acts(&town.id(), &format!("{action}?isSilentUpdate=1"))
            .await
            .refuses(400, &["isSilentUpdate"]);
    }
    let theirs = town.neighbour(ADMIN).creates(town.a_dialog()).await;
    owner.acts(&theirs, "purge").await.is(204);
}
