//! What does not exist and what is somebody else's: where the two must look alike they do, in what is answered and in
//! how much work it takes.

use axum::http::Method;
use serde_json::{Value, json};

use crate::support::{
    Answer, Caller, FOUND, Town, activity, organization_number, transmission, with,
};

/// An answer without what names this one request.
fn told(answer: &Answer, ids: &[&str]) -> (u16, Vec<String>, String) {
    let mut body = answer.body.clone();
    if let Some(problem) = body.as_object_mut() {
        problem.remove("traceId");
    }
    let mut text = body.to_string();
    // There is not always a part.
    for id in ids.iter().filter(|id| !id.is_empty()) {
        text = text.replace(id, "ID");
    }
    let mut headers: Vec<_> = answer.headers.keys().map(ToString::to_string).collect();
    headers.sort();
    (answer.status.as_u16(), headers, text)
}

/// Sends the same request about one dialog and about another.
async fn compare(
    town: &Town,
    method: &Method,
    ids: [(&str, &str); 2],
    path: impl Fn(&str, &str) -> (String, Option<Value>),
) -> [Answer; 2] {
    let proxy = town.proxy.as_ref().expect("a town that counts");
    let person = town.person();
    let ask = async |caller: &Caller<'_>, (dialog, part): (&str, &str)| {
        let (path, body) = path(dialog, part);
        proxy.executed();
        let answer = match body {
            Some(body) => caller.send(method.clone(), &path, &body).await,
            None => caller.ask(method.clone(), &path, &[]).await,
        };
        (answer, proxy.executed().len())
    };
    let (one, work_of_one) = ask(&person, ids[0]).await;
    let (other, work_of_other) = ask(&person, ids[1]).await;
    let all = [ids[0].0, ids[0].1, ids[1].0, ids[1].1];
    assert_eq!(
        told(&one, &all),
        told(&other, &all),
        "{} and {}",
        one.asked,
        other.asked
    );
    assert_eq!(
        work_of_one, work_of_other,
        "statements of {} and {}",
        one.asked, other.asked
    );
    [one, other]
}

/// A dialog of somebody else with a part of each kind, and the ids of these.
async fn somebody_elses(town: &Town) -> (String, [String; 3]) {
    let ids = [town.id(), town.id(), town.id()];
    let party = format!(
        "urn:altinn:organization:identifier-no:{}",
        organization_number()
    );
    let dialog = json!({
        "party": party,
        "activities": [with(activity("FormSaved"), json!({"id": ids[0]}))],
        "transmissions": [with(transmission("Information"), json!({"id": ids[1]}))],
    });
    (town.owner().creates(town.a_dialog_with(dialog)).await, ids)
}

#[tokio::test]
async fn parts_of_somebody_elses_dialog_are_as_those_of_none() {
    let town = Town::build().counting().open().await;
    let (foreign, parts) = somebody_elses(&town).await;
    let unknown = town.id();
    let elsewhere = town.id();
    for (below, part) in [
        ("activities", &parts[0]),
        ("transmissions", &parts[1]),
        ("seenlog", &parts[2]),
        ("activities/PART", &parts[0]),
        ("transmissions/PART", &parts[1]),
        ("seenlog/PART", &parts[2]),
        ("context/labellog", &parts[0]),
    ] {
        let ids = [
            (foreign.as_str(), part.as_str()),
            (unknown.as_str(), elsewhere.as_str()),
        ];
        let path = |dialog: &str, part: &str| {
            (
                format!("{FOUND}/{dialog}/{}", below.replace("PART", part)),
                None,
            )
        };
        // Whoever asks first makes the server prepare the statement.
        town.person()
            .get(&path(&unknown, &elsewhere).0)
            .await
            .is(404);
        let [answer, _] = compare(&town, &Method::GET, ids, path).await;
        answer.refuses(404, &["DialogEntity"]);
    }
}

#[tokio::test]
async fn a_part_of_somebody_elses_dialog_is_as_one_that_nobody_has() {
    let town = Town::build().counting().open().await;
    let (_, parts) = somebody_elses(&town).await;
    let own = town.owner().creates(town.a_dialog()).await;
    let unknown = town.id();
    for (list, part, key) in [
        ("activities", &parts[0], "DialogActivity"),
        ("transmissions", &parts[1], "DialogTransmission"),
        ("seenlog", &parts[2], "DialogSeenLog"),
    ] {
        let ids = [
            (own.as_str(), part.as_str()),
            (own.as_str(), unknown.as_str()),
        ];
        let path = |dialog: &str, part: &str| (format!("{FOUND}/{dialog}/{list}/{part}"), None);
        let [answer, _] = compare(&town, &Method::GET, ids, path).await;
        answer.refuses(404, &[key]);
    }
}

#[tokio::test]
async fn labels_in_bulk_do_not_tell_what_exists() {
    let town = Town::build().counting().open().await;
    let (foreign, _) = somebody_elses(&town).await;
    let own = town.owner().creates(town.a_dialog()).await;
    let unknown = town.id();
    let bulk = |dialog: &str, _: &str| {
        let body =
            json!({"dialogs": [{"dialogId": dialog}, {"dialogId": own}], "addLabels": ["Bin"]});
        (
            format!("{FOUND}/context/systemlabels/actions/bulkset"),
            Some(body),
        )
    };
    let ids = [(foreign.as_str(), ""), (unknown.as_str(), "")];
    let [answer, _] = compare(&town, &Method::POST, ids, bulk).await;
    answer.refuses(404, &["DialogEntity"]);
}

#[tokio::test]
async fn searches_do_not_tell_which_parties_and_resources_there_are() {
    let town = Town::build().counting().open().await;
    let (foreign, _) = somebody_elses(&town).await;
    let foreign = town.owner().owns(&foreign).await.is(200).text_at("/party");
    let unknown = format!(
        "urn:altinn:organization:identifier-no:{}",
        organization_number()
    );
    for path in ["dialogs", "serviceresources"] {
        let ids = [(foreign.as_str(), ""), (unknown.as_str(), "")];
        let path = |party: &str, _: &str| (format!("/api/v1/enduser/{path}?party={party}"), None);
        let [answer, _] = compare(&town, &Method::GET, ids, path).await;
        answer.is(200).has("/items", json!([]));
    }
}

#[tokio::test]
async fn without_access_a_dialog_does_not_tell_what_has_become_of_it() {
    let town = Town::build().counting().open().await;
    let (plain, _) = somebody_elses(&town).await;
    let (deleted, _) = somebody_elses(&town).await;
    town.owner().deletes(&deleted).await;
    let party = json!({"party": format!("urn:altinn:organization:identifier-no:{}", organization_number())});
    let hidden = with(party.clone(), json!({"visibleFrom": town.after(600)}));
    let hidden = town.owner().creates(town.a_dialog_with(hidden)).await;
    let expired = with(party, json!({"expiresAt": town.after(60)}));
    let expired = town.owner().creates(town.a_dialog_with(expired)).await;
    town.waits(120);
    for other in [&deleted, &hidden, &expired] {
        let ids = [(plain.as_str(), ""), (other.as_str(), "")];
        let path = |dialog: &str, _: &str| (format!("{FOUND}/{dialog}"), None);
        let [answer, _] = compare(&town, &Method::GET, ids, path).await;
        answer.refuses(403, &["Forbidden"]);
    }
}
