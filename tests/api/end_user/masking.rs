//! Identity numbers of people are nobody's business: answers carry them only where they name a party.

use serde_json::{Value, json};

use crate::support::{
    Answer, FOUND, Party, Policy, Town, activity, person_number, texts, transmission, with,
};

/// All texts in a value with the names of the members that they stand under.
fn texts_in<'a>(value: &'a Value, name: &'a str, all: &mut Vec<(&'a str, &'a str)>) {
    match value {
        Value::String(text) => all.push((name, text)),
        Value::Array(list) => list.iter().for_each(|value| texts_in(value, name, all)),
        Value::Object(members) => members
            .iter()
            .for_each(|(name, value)| texts_in(value, name, all)),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// Demands that none of these numbers stands anywhere but in `party`.
#[track_caller]
fn hides(answer: &Answer, numbers: &[&str]) {
    let mut all = Vec::new();
    texts_in(&answer.body, "", &mut all);
    assert!(!all.is_empty(), "{}", answer.asked);
    for (name, text) in all {
        for number in numbers {
            let is_shown = text.contains(number) && name != "party" && name != "dialogToken";
            assert!(!is_shown, "{name} in {}: {}", answer.asked, answer.text);
        }
    }
    // The audit of answers is worth nothing unless somebody is masked in them.
    assert!(
        answer.text.contains("identifier-ephemeral:"),
        "{}",
        answer.asked
    );
}

#[tokio::test]
async fn identity_numbers_stand_nowhere_but_in_parties() {
    let (manager, clerk) = (person_number(), person_number());
    let urn = |number: &str| format!("urn:altinn:person:identifier-no:{number}");
    let town = Town::with(|directory| {
        directory.resources[0].policy = Policy::at_level(0).permit(
            &["urn:altinn:rolecode:priv", "urn:altinn:rolecode:dagl"],
            &["read"],
        );
        let of = directory.parties[0].1[0].number.clone();
        directory.represents(&urn(&manager), Party::with_role(&of, "DAGL"));
        for (number, name) in [(&manager, "THE MANAGER"), (&clerk, "THE CLERK")] {
            directory.names.push((urn(number), name.into()));
        }
    })
    .await;
    let by = |number: &str| json!({"actorType": "PartyRepresentative", "actorId": urn(number)});
    let ids = [town.id(), town.id()];
    let given = json!({
        "activities": [with(activity("Information"), json!({
            "id": ids[0], "performedBy": by(&clerk), "description": texts(&[("nb", "Ringte")]),
        }))],
        "transmissions": [with(transmission("Submission"), json!({"id": ids[1], "sender": by(&clerk)}))],
    });
    let id = town.owner().creates(town.a_dialog_with(given)).await;
    let manager_calls = town.end_user(&manager, 3);
    manager_calls
        .labels(&id, &["MarkedAsUnopened"], &[])
        .await
        .is(204);
    manager_calls.opens(&id).await.is(200);

    let numbers = [manager.as_str(), clerk.as_str(), town.pid.as_str()];
    let person = town.person();
    hides(&person.opens(&id).await.is(200), &numbers);
    hides(
        &person
            .finds(&format!("party={}", town.party()))
            .await
            .is(200),
        &numbers,
    );
    let seen = person.get(&format!("{FOUND}/{id}/seenlog")).await.is(200);
    let entry = seen.text_at("/0/id");
    for below in [
        "seenlog".to_owned(),
        format!("seenlog/{entry}"),
        format!("activities/{}", ids[0]),
        "transmissions".into(),
        format!("transmissions/{}", ids[1]),
        "context/labellog".into(),
    ] {
        hides(
            &person.get(&format!("{FOUND}/{id}/{below}")).await.is(200),
            &numbers,
        );
    }
}
