//! What policies see of a dialog, and how they decide. Flags and links that follow are tested beside reading a dialog.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::support::{
    Answer, Directory, Party, Policy, Town, gui_action, organization_number, transmission, with,
};

crate::support::in_both_worlds! {
    a_policy_sees_resource_party_instance_and_the_word_main,
    the_instance_is_the_one_that_the_owners_labels_name,
    an_app_is_known_to_policies_by_its_owner_and_name,
    an_attribute_that_names_another_resource_asks_that_ones_policy_without_the_instance,
    a_denial_wins_over_every_permission,
    everything_that_a_policy_may_name_of_a_caller_counts,
    roles_count_for_the_party_that_they_are_held_for,
    a_resource_or_instance_handed_on_permits_what_its_policy_permits_to_anybody,
    a_policy_that_cannot_be_used_permits_nothing_and_harms_nobody_else,
    people_represent_themselves_and_systems_nobody_unless_the_platform_says_otherwise,
}

const PRIV: &[&str] = &["urn:altinn:rolecode:priv"];

/// A policy for what a private person reads of these parts only.
fn reads(parts: &[(&str, &str)]) -> Policy {
    Policy::at_level(0).permit_on(PRIV, &["read"], parts)
}

/// A town whose resource has this policy.
async fn under(policy: Policy) -> Town {
    Town::with(|directory| directory.resources[0].policy = policy).await
}

/// Whether the person may read the whole dialog.
async fn may_read(town: &Town, id: &str) -> bool {
    let answer = town.person().opens(id).await;
    match answer.status.as_u16() {
        200 => flags(&answer, "/guiActions") == [true],
        403 => false,
        other => panic!("{other}: {}", answer.text),
    }
}

fn flags(dialog: &Answer, list: &str) -> Vec<Value> {
    dialog
        .list_at(list)
        .iter()
        .map(|part| part["isAuthorized"].clone())
        .collect()
}

/// A dialog with a button that reading opens.
async fn readable(town: &Town, changes: Value) -> String {
    let button = json!({"guiActions": [gui_action("read")]});
    town.owner()
        .creates(town.a_dialog_with(with(button, changes)))
        .await
}

async fn a_policy_sees_resource_party_instance_and_the_word_main() {
    let mut town = Town::new().await;
    let id = town.id();
    readable(&town, json!({"id": id})).await;
    let (resource, pid) = (town.resource.clone(), town.pid.clone());
    let instance = format!("urn:altinn:dialog-id:{id}");
    for (attribute, value, permits) in [
        ("urn:altinn:resource", resource.as_str(), true),
        ("urn:altinn:resource", "other", false),
        ("urn:altinn:person:identifier-no", &pid, true),
        ("urn:altinn:organization:identifier-no", &pid, false),
        ("urn:altinn:resource:instance-id", &instance, true),
        (
            "urn:altinn:resource:instance-id",
            "urn:altinn:dialog-id:x",
            false,
        ),
        ("urn:altinn:subresource", "main", true),
        ("urn:altinn:subresource", "part", false),
        ("urn:altinn:app", &resource, false),
    ] {
        town.changes(|directory| directory.resources[0].policy = reads(&[(attribute, value)]));
        assert_eq!(may_read(&town, &id).await, permits, "{attribute} {value}");
    }
}

async fn the_instance_is_the_one_that_the_owners_labels_name() {
    let mut town = Town::new().await;
    let labelled = |labels: &[String]| {
        let labels: Vec<_> = labels.iter().map(|label| json!({"value": label})).collect();
        json!({"serviceOwnerContext": {"serviceOwnerLabels": labels}})
    };
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let storage = |party: &str, id: Uuid| format!("urn:altinn:integration:storage:{party}/{id}");
    let app = |id: Uuid| format!("urn:altinn:instance-id:1337/{id}");
    let letter = format!("urn:altinn:correspondence-id:{one}");
    for (labels, instance) in [
        (vec![storage("1337", one)], app(one)),
        (vec![app(one)], app(one)),
        (vec![letter.clone(), storage("1337", one)], app(one)),
        (
            vec![storage("1337", one), storage("1337", other)],
            app(other),
        ),
        (
            vec![
                letter.clone(),
                storage("0", one),
                "urn:altinn:integration:storage:x".into(),
            ],
            letter,
        ),
    ] {
        let id = readable(&town, labelled(&labels)).await;
        for (asked, permits) in [
            (instance.as_str(), true),
            (&format!("urn:altinn:dialog-id:{id}"), false),
        ] {
            town.changes(|directory| {
                directory.resources[0].policy =
                    reads(&[("urn:altinn:resource:instance-id", asked)]);
            });
            assert_eq!(may_read(&town, &id).await, permits, "{labels:?}: {asked}");
        }
    }
}

async fn an_app_is_known_to_policies_by_its_owner_and_name() {
    let of_app = |directory: &mut Directory, part: (&str, &str)| {
        let org = directory.owner.0.clone();
        let id = format!("app_{org}_my_app");
        let app = directory.also("app", reads(&[part]));
        (app.id, app.kind) = (id, "AltinnApp");
    };
    for (attribute, value, permits) in [
        ("urn:altinn:app", "my_app", true),
        ("urn:altinn:app", "app", false),
        ("urn:altinn:org", "", true),
        ("urn:altinn:resource", "my_app", false),
    ] {
        let town = Town::with(|directory| {
            let org = directory.owner.0.clone();
            of_app(
                directory,
                (attribute, if value.is_empty() { &org } else { value }),
            );
        })
        .await;
        let resource = format!("urn:altinn:resource:app_{}_my_app", town.org);
        let id = readable(&town, json!({"serviceResource": resource})).await;
        assert_eq!(may_read(&town, &id).await, permits, "{attribute} {value}");
    }
}

async fn an_attribute_that_names_another_resource_asks_that_ones_policy_without_the_instance() {
    let mut town = Town::with(|directory| {
        directory.also("other", Policy::at_level(0));
    })
    .await;
    let id = town.id();
    let named = json!({"authorizationAttribute": town.also("other")});
    let parts = json!({
        "id": id, "guiActions": [with(gui_action("read"), named.clone())],
        "transmissions": [with(transmission("Information"), named)],
    });
    town.owner().creates(town.a_dialog_with(parts)).await;
    let instance = format!("urn:altinn:dialog-id:{id}");
    let (pid, other) = (town.pid.clone(), format!("{}-other", town.resource));
    for (attribute, value, permits) in [
        ("urn:altinn:resource", other.as_str(), true),
        ("urn:altinn:person:identifier-no", &pid, true),
        ("urn:altinn:resource:instance-id", &instance, false),
        ("urn:altinn:subresource", "main", false),
    ] {
        town.changes(|directory| directory.resources[1].policy = reads(&[(attribute, value)]));
        let dialog = town.person().opens(&id).await.is(200);
        assert_eq!(
            flags(&dialog, "/guiActions"),
            [permits],
            "{attribute} {value}"
        );
        assert_eq!(
            flags(&dialog, "/transmissions"),
            [permits],
            "{attribute} {value}"
        );
    }
}

async fn a_denial_wins_over_every_permission() {
    let both = Policy::at_level(0)
        .permit(PRIV, &["read"])
        .deny(PRIV, &["read"]);
    let town = under(both).await;
    let id = readable(&town, json!({})).await;
    assert!(!may_read(&town, &id).await);
    let elsewhere = Policy::at_level(0)
        .permit(PRIV, &["read"])
        .deny(&["urn:altinn:rolecode:dagl"], &["read"]);
    let town = under(elsewhere).await;
    let id = readable(&town, json!({})).await;
    assert!(may_read(&town, &id).await, "the denial is for another role");
}

async fn everything_that_a_policy_may_name_of_a_caller_counts() {
    let mut town = Town::new().await;
    let id = readable(&town, json!({})).await;
    town.changes(|directory| {
        directory.parties[0].1[0].roles = vec!["UTINN".into()];
        directory.parties[0].1[0].packages = vec!["skatt".into()];
    });
    let pid = town.pid.clone();
    for (subject, permits) in [
        ("urn:altinn:rolecode:utinn", true),
        ("urn:altinn:rolecode:UTINN", true),
        ("urn:altinn:rolecode:priv", false),
        ("urn:altinn:accesspackage:skatt", true),
        ("urn:altinn:accesspackage:plan", false),
        (&format!("urn:altinn:person:identifier-no:{pid}"), true),
        ("urn:altinn:unheard-of:utinn", false),
    ] {
        town.changes(|directory| {
            directory.resources[0].policy = Policy::at_level(0).permit(&[subject], &["read"]);
        });
        assert_eq!(may_read(&town, &id).await, permits, "{subject}");
    }
}

async fn roles_count_for_the_party_that_they_are_held_for() {
    let town = under(Policy::at_level(0).permit(&["urn:altinn:rolecode:dagl"], &["read"])).await;
    let own = readable(&town, json!({})).await;
    let company = readable(&town, json!({"party": town.company_urn()})).await;
    let strange = organization_number();
    let strange = readable(
        &town,
        json!({"party": format!("urn:altinn:organization:identifier-no:{strange}")}),
    )
    .await;
    for (id, permits) in [(own, false), (company, true), (strange, false)] {
        assert_eq!(may_read(&town, &id).await, permits);
    }
}

async fn a_resource_or_instance_handed_on_permits_what_its_policy_permits_to_anybody() {
    let other = organization_number();
    let mut town =
        under(Policy::at_level(0).permit(&["urn:altinn:rolecode:dagl"], &["read"])).await;
    let party = json!({"party": format!("urn:altinn:organization:identifier-no:{other}")});
    let buttons = json!({"guiActions": [gui_action("read"), gui_action("fly")]});
    let dialog = town.a_dialog_with(with(party, buttons));
    let (one, second) = (
        town.owner().creates(dialog.clone()).await,
        town.owner().creates(dialog).await,
    );
    let (person, resource) = (town.party(), town.resource.clone());
    let instance = (resource.clone(), format!("urn:altinn:dialog-id:{one}"));
    town.changes(|directory| {
        directory.represents(
            &person,
            Party {
                instances: vec![instance],
                ..Party::of(&other)
            },
        );
    });
    let dialog = town.person().opens(&one).await.is(200);
    assert_eq!(flags(&dialog, "/guiActions"), [true, false]);
    town.person().opens(&second).await.is(403);

    town.changes(|directory| {
        let held = directory.parties[0].1.last_mut().unwrap();
        (held.instances, held.resources) = (Vec::new(), vec![resource]);
    });
    for id in [one, second] {
        let dialog = town.person().opens(&id).await.is(200);
        assert_eq!(flags(&dialog, "/guiActions"), [true, false]);
    }
}

async fn a_policy_that_cannot_be_used_permits_nothing_and_harms_nobody_else() {
    let mut town = Town::with(|directory| {
        directory.also("other", Policy::usual());
    })
    .await;
    let broken = readable(&town, json!({})).await;
    let fine = readable(&town, json!({"serviceResource": town.also("other")})).await;
    for text in ["", "<Policy/>", "<!DOCTYPE x><Policy/>", "not XML"] {
        town.breaks_policy(text);
        town.person().opens(&broken).await.is(403);
        town.person().opens(&fine).await.is(200);
    }
}

async fn people_represent_themselves_and_systems_nobody_unless_the_platform_says_otherwise() {
    let mut town = Town::new().await;
    let company = town.company_urn();
    town.changes(|directory| directory.parties.clear());
    let own = readable(&town, json!({})).await;
    let led = readable(&town, json!({"party": company})).await;
    assert!(may_read(&town, &own).await);
    assert!(!may_read(&town, &led).await);
    let system = town.system_user(dialogporten::dialog::id::random(), &town.company);
    system.opens(&led).await.is(403);
    let person = town.party();
    town.changes(|directory| directory.parties = vec![(person, Vec::new())]);
    assert!(!may_read(&town, &own).await, "an empty list is a list");
}
