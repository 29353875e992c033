//! For which resources a service owner may create dialogs.

use serde_json::{Value, json};

use crate::support::{Policy, Town, api_action, gui_action, transmission, with};

crate::support::in_both_worlds! {
    a_resource_of_another_owner_is_forbidden_but_to_admins,
    parts_name_resources_of_the_caller_only,
    unknown_and_unusable_resources_are_unprocessable_and_never_forbidden,
    apps_have_dialogs_too,
    letters_need_the_correspondence_scope_but_of_admins,
}

const CORRESPONDENCE: &str = "digdir:dialogporten.correspondence";

async fn town() -> Town {
    Town::with(|directory| {
        directory.foreign("theirs", Policy::usual());
        directory.also("letters", Policy::usual()).kind = "CorrespondenceService";
        directory.also("app", Policy::usual()).kind = "AltinnApp";
        directory.also("old-app", Policy::usual()).kind = "MigratedApp";
        directory.also("maskinporten", Policy::usual()).kind = "MaskinportenSchema";
        directory.also("ownerless", Policy::usual()).owner = " ".into();
    })
    .await
}

/// Everywhere a part may name a resource.
fn parts_naming(attribute: &str) -> Vec<Value> {
    let named = || json!({"authorizationAttribute": attribute});
    vec![
        json!({"guiActions": [with(gui_action("read"), named())]}),
        json!({"apiActions": [with(api_action("read"), named())]}),
        json!({"transmissions": [with(transmission("Information"), named())]}),
    ]
}

async fn a_resource_of_another_owner_is_forbidden_but_to_admins() {
    let town = town().await;
    let theirs = town.a_dialog_with(json!({"serviceResource": town.also("theirs")}));
    let answer = town
        .owner()
        .posts(&theirs)
        .await
        .refuses(403, &["Forbidden"]);
    let text = answer.messages("Forbidden").join(" ");
    assert!(text.contains(&town.also("theirs")), "{text}");
    let dialog = town.admin().creates(theirs).await;
    let (org, _) = &town.directory.neighbour;
    town.admin()
        .owns(&dialog)
        .await
        .is(200)
        .has("/org", org.as_str());
    town.neighbour("").owns(&dialog).await.is(200);
    town.owner()
        .owns(&dialog)
        .await
        .refuses(404, &["DialogEntity"]);
}

async fn parts_name_resources_of_the_caller_only() {
    let town = town().await;
    for attribute in [
        town.also("theirs"),
        town.also("nowhere"),
        town.also("theirs").to_uppercase(),
    ] {
        for changes in parts_naming(&attribute) {
            let dialog = town.a_dialog_with(changes);
            let answer = town
                .owner()
                .posts(&dialog)
                .await
                .refuses(403, &["Forbidden"]);
            let text = answer.messages("Forbidden").join(" ").to_lowercase();
            assert!(text.contains(&attribute.to_lowercase()), "{text}");
            town.admin().posts(&dialog).await.is(201);
        }
    }
    for attribute in [
        town.also("app"),
        town.resource_urn(),
        "urn:altinn:app:app_x_y".into(),
        "urn:altinn:task:t".into(),
    ] {
        for changes in parts_naming(&attribute) {
            town.owner()
                .posts(&town.a_dialog_with(changes))
                .await
                .is(201);
        }
    }
}

async fn unknown_and_unusable_resources_are_unprocessable_and_never_forbidden() {
    let town = town().await;
    for name in ["nowhere", "maskinporten", "ownerless"] {
        let dialog = town.a_dialog_with(json!({"serviceResource": town.also(name)}));
        town.owner()
            .posts(&dialog)
            .await
            .refuses(422, &["ServiceResource"]);
        town.neighbour("")
            .posts(&dialog)
            .await
            .refuses(422, &["ServiceResource"]);
        town.admin()
            .posts(&dialog)
            .await
            .refuses(422, &["Org", "ServiceResource"]);
    }
}

async fn apps_have_dialogs_too() {
    let town = town().await;
    for (name, kind) in [("app", "altinnapp"), ("old-app", "migratedapp")] {
        let dialog = town.a_dialog_with(json!({"serviceResource": town.also(name)}));
        town.owner()
            .creates_and_reads(dialog)
            .await
            .has("/serviceResourceType", kind);
    }
}

async fn letters_need_the_correspondence_scope_but_of_admins() {
    let town = town().await;
    let letter = town.a_dialog_with(json!({"serviceResource": town.also("letters")}));
    let answer = town
        .owner()
        .posts(&letter)
        .await
        .refuses(403, &["Forbidden"]);
    assert!(
        answer.messages("Forbidden")[0].contains(CORRESPONDENCE),
        "{}",
        answer.text
    );
    for caller in [town.owner_with(CORRESPONDENCE), town.admin()] {
        let dialog = caller.creates_and_reads(letter.clone()).await;
        dialog
            .has("/serviceResourceType", "correspondenceservice")
            .has("/hasUnopenedContent", true);
    }
    let opened = with(
        letter,
        json!({"activities": [crate::support::activity("CorrespondenceOpened")]}),
    );
    let dialog = town
        .owner_with(CORRESPONDENCE)
        .creates_and_reads(opened)
        .await;
    dialog.has("/hasUnopenedContent", false);
}
