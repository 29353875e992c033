//! Dialogs by their references, for their owner.

use serde_json::{Value, json};

use crate::support::{Answer, Caller, Policy, Town, content};

crate::support::in_both_worlds! {
    both_titles_are_told_whatever_the_level,
    another_owner_is_refused_and_an_admin_is_not,
    the_callers_own_dialogs_come_first_then_those_that_are_not_deleted,
}

async fn look(caller: Caller<'_>, reference: &str) -> Answer {
    let path = format!("/api/v1/serviceowner/dialoglookup?instanceRef={reference}");
    caller.get(&path).await
}

fn labelled(label: &str) -> Value {
    json!({"serviceOwnerContext": {"serviceOwnerLabels": [{"value": label}]}})
}

async fn both_titles_are_told_whatever_the_level() {
    let town = Town::with(|directory| {
        directory.resources[0].policy =
            Policy::at_level(4).permit(&["urn:altinn:rolecode:priv"], &["read"]);
    })
    .await;
    let texts = json!({"content": {"title": content("Hemmelig"), "nonSensitiveTitle": content("For alle")}});
    let id = town.owner().creates(town.a_dialog_with(texts)).await;
    let reference = format!("urn:altinn:dialog-id:{id}");
    let answer = look(town.owner(), &reference).await.is(200);
    answer
        .has("/dialogId", id)
        .has("/instanceRef", reference)
        .has("/title/0/value", "Hemmelig")
        .has("/nonSensitiveTitle/0/value", "For alle")
        .has("/serviceOwner/orgNumber", town.number.as_str())
        .lacks("/authorizationEvidence");
}

async fn another_owner_is_refused_and_an_admin_is_not() {
    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let reference = format!("urn:altinn:dialog-id:{id}");
    look(town.neighbour(""), &reference)
        .await
        .refuses(403, &["Forbidden"]);
    let admin = town.neighbour("digdir:dialogporten.serviceprovider.admin");
    look(admin, &reference).await.is(200);
    let unknown = format!(
        "urn:altinn:dialog-id:{}",
        dialogporten::dialog::id::random()
    );
    look(town.owner(), &unknown)
        .await
        .refuses(404, &["InstanceRef"]);
    look(town.owner(), "garbage")
        .await
        .refuses(400, &["InstanceRef"]);
    look(town.person(), &reference).await.is(403);
}

async fn the_callers_own_dialogs_come_first_then_those_that_are_not_deleted() {
    let town = Town::build();
    let town = town
        .stopped()
        .directory(|directory| {
            directory.foreign("theirs", Policy::usual());
        })
        .open()
        .await;
    let app = dialogporten::dialog::id::random();
    let label = format!("urn:altinn:integration:storage:7/{app}");
    let reference = format!("urn:altinn:instance-id:7/{app}");
    let deleted = town
        .owner()
        .creates(town.a_dialog_with(labelled(&label)))
        .await;
    town.waits(1);
    let own = town
        .owner()
        .creates(town.a_dialog_with(labelled(&label)))
        .await;
    town.waits(1);
    let newer = town
        .owner()
        .creates(town.a_dialog_with(labelled(&label)))
        .await;
    town.waits(1);
    let mut theirs = town.a_dialog_with(labelled(&label));
    theirs["serviceResource"] = town.also("theirs").into();
    let theirs = town.neighbour("").creates(theirs).await;

    let found = |caller| async { look(caller, &reference).await.is(200).text_at("/dialogId") };
    assert_eq!(found(town.owner()).await, newer);
    town.owner().deletes(&newer).await;
    town.owner().deletes(&deleted).await;
    assert_eq!(found(town.owner()).await, own);
    town.owner().deletes(&own).await;
    assert_eq!(found(town.owner()).await, newer);
    assert_eq!(found(town.neighbour("")).await, theirs);
}

#[tokio::test]
async fn a_dialog_is_found_by_each_reference_and_named_by_the_best() {
    let town = Town::new().await;
    let (app, letter) = (
        dialogporten::dialog::id::random(),
        dialogporten::dialog::id::random(),
    );
    let instance = format!("urn:altinn:instance-id:7/{app}");
    let correspondence = format!("urn:altinn:correspondence-id:{letter}");
    let labels = json!([{"value": format!("urn:altinn:integration:storage:7/{app}")}, {"value": correspondence}]);
    let given = json!({"serviceOwnerContext": {"serviceOwnerLabels": labels}});
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let own = format!("urn:altinn:dialog-id:{id}");
    for (asked, named) in [
        (&instance, &instance),
        (
            &instance
                .to_uppercase()
                .replace("URN:ALTINN:INSTANCE-ID", "urn:altinn:instance-id"),
            &instance,
        ),
        (&correspondence, &correspondence),
        (&own, &instance),
        (
            &own.replace('-', "").replace("dialogid", "dialog-id"),
            &instance,
        ),
    ] {
        look(town.owner(), asked)
            .await
            .is(200)
            .has("/dialogId", id.as_str())
            .has("/instanceRef", named.as_str());
    }
}

#[tokio::test]
async fn titles_are_told_in_the_wanted_language() {
    let town = Town::new().await;
    let title = json!({"value": crate::support::texts(&[("en", "E"), ("nb", "N")])});
    let id = town
        .owner()
        .creates(town.a_dialog_with(json!({"content": {"title": title}})))
        .await;
    let path = format!("/api/v1/serviceowner/dialoglookup?instanceRef=urn:altinn:dialog-id:{id}");
    for (wanted, found) in [
        ("de, sv;q=0.5", vec!["nb"]),
        ("de", vec!["en"]),
        ("nb; q=0.5, en;q=0.4", vec!["nb"]),
        ("en-GB", vec!["en"]),
    ] {
        let headers = [("accept-language", wanted)];
        let answer = town
            .owner()
            .ask(axum::http::Method::GET, &path, &headers)
            .await
            .is(200);
        assert_eq!(
            answer.texts_at("/title", "/languageCode"),
            found,
            "{wanted}"
        );
    }
    let all = town.owner().get(&path).await.is(200);
    assert_eq!(all.texts_at("/title", "/languageCode"), ["en", "nb"]);
}
