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
