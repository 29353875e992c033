//! Paths, headers and content types.

use axum::http::Method;
use serde_json::json;
use uuid::Uuid;

use crate::support::{OWNED, Town, activity, an_update, transmission};

const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn w_0_the_server_answers_at_its_root_and_under_its_prefix() {
    let town = Town::build()
        .config(|config| config.http.path_prefix = "/dialogporten".into())
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let answer = town
        .owner()
        .post(&format!("/dialogporten{OWNED}"), &town.a_dialog())
        .await
        .is(201);
    assert!(
        answer.header("location").starts_with(OWNED),
        "{}",
        answer.header("location")
    );
    for path in [
        format!("{OWNED}/{id}"),
        format!("/dialogporten{OWNED}/{id}"),
        format!("/DialogPorten{OWNED}/{id}/"),
    ] {
        town.owner()
            .get(&path)
            .await
            .is(200)
            .has("/id", id.as_str());
    }
    town.owner()
        .get(&format!("/dialogporten/dialogporten{OWNED}/{id}"))
        .await
        .is_empty(404);
    town.owner()
        .get(&format!("/dialogportenx{OWNED}/{id}"))
        .await
        .is_empty(404);
}

#[tokio::test]
async fn w_5_revisions_are_bare_uuids_in_both_directions() {
    let town = Town::new().await;
    let created = town.owner().posts(&town.a_dialog()).await.is(201);
    let id = created.body.as_str().unwrap();
    let mut revision = created.header("etag");
    let progress_is = |progress: i32| {
        json!([{"op": "replace", "path": "/progress", "value": progress}]).to_string()
    };
    let path = format!("{OWNED}/{id}");
    let bare = |revision: &str| revision.to_owned();
    let quoted = |revision: &str| format!("\"{revision}\"");
    let upper = |revision: &str| format!(" {} ", revision.to_uppercase());
    for (progress, spelling) in (1..).zip([bare as fn(&str) -> String, quoted, upper]) {
        let headers = [JSON, ("if-match", &spelling(&revision))];
        let answer = town
            .owner()
            .ask_with(Method::PATCH, &path, &headers, progress_is(progress))
            .await
            .is(204);
        assert_ne!(answer.header("etag"), revision);
        revision = answer.header("etag");
        assert_eq!(revision.parse::<Uuid>().unwrap().to_string(), revision);
    }
    for (expected, status) in [
        (dialogporten::dialog::id::random().to_string(), 412),
        (Uuid::nil().to_string(), 412),
        ("*".into(), 400),
        (format!("W/\"{revision}\""), 400),
        (format!("{revision},{revision}"), 400),
        ("x".into(), 400),
    ] {
        let headers = [JSON, ("if-match", &expected)];
        town.owner()
            .ask_with(Method::PATCH, &path, &headers, progress_is(99))
            .await
            .is(status);
    }
    town.owner().owns(id).await.has("/progress", 3);

    // Everything else that has a revision tells it, and takes it, in the same way.
    let admin = town.admin();
    let saved = activity("FormSaved").to_string();
    let person = format!("?enduserid={}", town.party());
    let bin = json!({"addLabels": ["Bin"]}).to_string();
    for (method, below, body, revision_of) in [
        (
            Method::PUT,
            String::new(),
            an_update().to_string(),
            "/revision",
        ),
        (Method::POST, "/activities".into(), saved, "/revision"),
        (
            Method::POST,
            "/transmissions".into(),
            transmission("Alert").to_string(),
            "/revision",
        ),
        (
            Method::POST,
            "/actions/freeze".into(),
            String::new(),
            "/revision",
        ),
        (Method::DELETE, String::new(), String::new(), "/revision"),
        (
            Method::POST,
            "/actions/restore".into(),
            String::new(),
            "/revision",
        ),
        (
            Method::POST,
            "/context/labels".into(),
            json!({"value": "label"}).to_string(),
            "/serviceOwnerContext/revision",
        ),
        (
            Method::DELETE,
            "/context/labels/label".into(),
            String::new(),
            "/serviceOwnerContext/revision",
        ),
        (
            Method::PUT,
            format!("/endusercontext/systemlabels{person}"),
            bin,
            "/endUserContext/revision",
        ),
    ] {
        let current = admin.owns(id).await.text_at(revision_of);
        let expected = quoted(&current);
        let headers = [JSON, ("if-match", expected.as_str())];
        let answer = admin
            .ask_with(method, &format!("{path}{below}"), &headers, body)
            .await;
        assert!(
            answer.status.is_success(),
            "{}: {}",
            answer.asked,
            answer.text
        );
        let revision = answer.header("etag");
        assert_eq!(revision.parse::<Uuid>().unwrap().to_string(), revision);
        assert_eq!(
            admin.owns(id).await.text_at(revision_of),
            revision,
            "{}",
            answer.asked
        );
    }
    let labels = admin.get(&format!("{path}/context/labels")).await;
    assert_eq!(
        labels.header("etag"),
        admin
            .owns(id)
            .await
            .text_at("/serviceOwnerContext/revision")
    );
}

#[tokio::test]
async fn w_10_operations_without_a_body_need_neither_body_nor_content_type() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for action in ["freeze", "restore", "purge"] {
        let path = format!("{OWNED}/{id}/actions/{action}");
        let none = [("content-length", "0")];
        town.admin()
            .ask(Method::POST, &path, &none)
            .await
            .is_empty(204);
        let form = [("content-type", "application/x-www-form-urlencoded")];
        let again = town.admin().ask(Method::POST, &path, &form).await;
        assert!(
            again.status == 204 || (action == "purge" && again.status == 404),
            "{}",
            again.status
        );
    }
}

#[tokio::test]
async fn w_11_patches_come_under_every_json_content_type() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    let body = json!([{"op": "replace", "path": "/status", "value": "Completed"}]).to_string();
    for media in [
        "application/json",
        "application/json; charset=utf-8",
        "application/json-patch+json",
        "application/json-patch+json; charset=\"utf-8\"",
        "application/merge-patch+json",
        "Application/VND.x+JSON",
    ] {
        town.owner()
            .ask_with(
                Method::PATCH,
                &path,
                &[("content-type", media)],
                body.clone(),
            )
            .await
            .is_empty(204);
    }
    for media in ["text/plain", "text/json", "application/octet-stream", ""] {
        town.owner()
            .ask_with(
                Method::PATCH,
                &path,
                &[("content-type", media)],
                body.clone(),
            )
            .await
            .is_empty(415);
    }
    let without = town
        .owner()
        .ask_with(Method::PATCH, &path, &[], body)
        .await
        .is(415);
    let trace = without.text_at("/traceId");
    let document = json!({
        "type": "https://tools.ietf.org/html/rfc9110#section-15.5.16", "title": "Unsupported Media Type", "status": 415, "traceId": trace,
    });
    assert_eq!(without.body, document);
}

#[tokio::test]
async fn w_12_paths_are_read_in_any_case_with_escapes_and_one_slash_at_the_end() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    for path in [
        format!("{OWNED}/{id}"),
        format!("/API/V1/ServiceOwner/Dialogs/{id}"),
        format!("/api/v1/serviceowner/%64ialogs/{id}/"),
        format!("{OWNED}/{}", id.replace('-', "")),
        format!("{OWNED}/%7b{id}%7D"),
        format!("{OWNED}/({id})"),
        format!("{OWNED}/{id}%20"),
        format!("{OWNED}/{id}/seenLog"),
        format!("{OWNED}/{id}/SEENLOG/"),
    ] {
        town.owner().get(&path).await.is(200);
    }
    for path in [
        format!("/api/v1/serviceowner//dialogs/{id}"),
        format!("/api/v1/serviceowner/dialogs//{id}"),
        format!("//api/v1/serviceowner/dialogs/{id}"),
        format!("{OWNED}/{id}//"),
        format!("/api/v1/serviceowner/dialogs%2F{id}"),
        format!("{OWNED}/{id}/seenlog//"),
        format!("{OWNED}/{id}/unknown"),
    ] {
        town.owner().get(&path).await.is_empty(404);
    }
    town.owner()
        .get(&format!("{OWNED}/foo"))
        .await
        .refuses(400, &["dialogId"]);
    town.owner()
        .get(&format!("{OWNED}/bad/activities/bad"))
        .await
        .refuses(400, &["activityId", "dialogId"]);
    for unknown in [Uuid::nil(), dialogporten::dialog::id::random()] {
        town.owner().owns(&unknown.to_string()).await.is(404);
        town.person().opens(&unknown.to_string()).await.is(404);
    }
}

#[tokio::test]
async fn w_14_accept_is_no_reason_to_refuse() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let path = format!("{OWNED}/{id}");
    for accept in [
        "text/plain",
        "application/problem+json, text/plain",
        "text/html;q=0.1",
        "image/png",
        "",
        "nonsense",
    ] {
        let answer = town
            .owner()
            .ask(Method::GET, &path, &[("accept", accept)])
            .await
            .is(200);
        assert_eq!(
            answer.header("content-type"),
            "application/json; charset=utf-8"
        );
        let headers = [JSON, ("accept", accept)];
        town.owner()
            .ask_with(Method::POST, OWNED, &headers, town.a_dialog().to_string())
            .await
            .is(201);
    }
    let headers = [("accept", "application/problem+json, text/plain")];
    town.owner()
        .ask(Method::DELETE, &path, &headers)
        .await
        .is_empty(204);
}
