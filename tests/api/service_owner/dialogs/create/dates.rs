//! Moments: how they are written, and which may lie where.

use serde_json::{Value, json};

use super::{accepted, refused};
use crate::support::{OWNED, Town, transmission};

const DAY: i64 = 86_400;

#[tokio::test]
async fn dates_are_read_with_any_offset_and_written_in_utc() {
    let town = Town::new().await;
    for (given, stored) in [
        ("2093-06-01T10:00:00Z", "2093-06-01T10:00:00.0000000Z"),
        ("2093-06-01T10:00:00+02:00", "2093-06-01T08:00:00.0000000Z"),
        ("2093-06-01T23:30:00-14:00", "2093-06-02T13:30:00.0000000Z"),
        ("2093-06-01T00:00Z", "2093-06-01T00:00:00.0000000Z"),
        (
            "2093-06-01T10:00:00.1234567Z",
            "2093-06-01T10:00:00.1234560Z",
        ),
        (
            "2093-06-01T10:00:00.9999999999999999Z",
            "2093-06-01T10:00:00.9999990Z",
        ),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(json!({"dueAt": given})))
            .await;
        dialog.has("/dueAt", stored);
    }
}

#[tokio::test]
async fn what_is_no_moment_is_refused() {
    let town = Town::new().await;
    for text in [
        "2099-01-01T00:00:00",
        "2099-01-01",
        "2099-01-01T00:00:00z",
        "2099-01-01t00:00:00Z",
        "2099-01-01 00:00:00Z",
        "2099-01-01T00:00:00+01",
        "2099-01-01T00:00:00+0100",
        "2099-01-01T00:00:00+14:01",
        "2099-01-01T24:00:00Z",
        "2099-01-01T00:00:60Z",
        "2099-02-29T00:00:00Z",
        "2099-01-01T00:00:00,5Z",
        "2099-01-01T00:00:00.12345678901234567Z",
        " 2099-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "tomorrow",
        "",
    ] {
        refused(&town, 400, vec![(json!({"dueAt": text}), &["dueAt"])]).await;
    }
    refused(
        &town,
        400,
        vec![(json!({"dueAt": 4_070_908_800_i64}), &["dueAt"])],
    )
    .await;
}

#[tokio::test]
async fn what_is_due_or_visible_or_expires_lies_ahead_unless_silent_or_admin() {
    let town = Town::new().await;
    for (member, key) in [
        ("dueAt", "DueAt"),
        ("expiresAt", "ExpiresAt"),
        ("visibleFrom", "VisibleFrom"),
    ] {
        let dialog = town.a_dialog_with(json!({member: town.after(-DAY)}));
        let answer = town.owner().posts(&dialog).await.refuses(422, &[key]);
        let text = answer.messages(key).join(" ");
        assert!(text.contains("Must be in the future"), "{text}");
        town.owner()
            .post(&format!("{OWNED}?isSilentUpdate=true"), &dialog)
            .await
            .is(201);
        town.admin().posts(&dialog).await.is(201);
    }
    let past = town.after(-DAY);
    let all = json!({"dueAt": past, "expiresAt": past, "visibleFrom": past});
    refused(
        &town,
        422,
        vec![(all, &["DueAt", "ExpiresAt", "VisibleFrom"])],
    )
    .await;
}

#[tokio::test]
async fn now_is_no_longer_the_future() {
    let town = Town::build().stopped().open().await;
    refused(
        &town,
        422,
        vec![(json!({"dueAt": town.after(0)}), &["DueAt"])],
    )
    .await;
    accepted(
        &town,
        vec![json!({"dueAt": (town.now() + chrono::Duration::microseconds(1)).to_string()})],
    )
    .await;
}

#[tokio::test]
async fn the_dates_of_a_dialog_follow_each_other() {
    let town = Town::new().await;
    let [nine, ten, eleven] = [9, 10, 11].map(|days| town.after(days * DAY));
    refused(
        &town,
        400,
        vec![
            (json!({"visibleFrom": ten, "dueAt": nine}), &["dto.dueAt"]),
            (
                json!({"visibleFrom": ten, "expiresAt": nine}),
                &["dto.expiresAt"],
            ),
            (json!({"dueAt": ten, "expiresAt": nine}), &["dto.expiresAt"]),
        ],
    )
    .await;
    let both = json!({"visibleFrom": ten, "dueAt": eleven, "expiresAt": nine});
    let answer = town
        .owner()
        .posts(&town.a_dialog_with(both))
        .await
        .refuses(400, &["dto.expiresAt"]);
    assert_eq!(answer.messages("dto.expiresAt").len(), 2);
    accepted(
        &town,
        vec![json!({"visibleFrom": ten, "dueAt": ten, "expiresAt": ten})],
    )
    .await;

    let early = town.a_dialog_with(json!({"visibleFrom": ten, "dueAt": nine}));
    town.owner()
        .post(&format!("{OWNED}?isSilentUpdate=true"), &early)
        .await
        .is(400);
    town.admin().posts(&early).await.is(201);
    let expired = town.a_dialog_with(json!({"visibleFrom": ten, "expiresAt": nine}));
    town.admin().posts(&expired).await.is(400);
}

#[tokio::test]
async fn migrated_dialogs_bring_their_times_along() {
    let town = Town::build().stopped().open().await;
    let [old, later] = [
        "2020-01-01T00:00:00.0000000Z",
        "2021-01-01T00:00:00.0000000Z",
    ];
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(json!({"createdAt": old, "updatedAt": later})))
        .await;
    dialog
        .has("/createdAt", old)
        .has("/updatedAt", later)
        .has("/contentUpdatedAt", later)
        .has("/isContentSeen", true);

    let now = town.after(0);
    for (given, created, updated) in [
        (json!({"createdAt": old}), old, now.as_str()),
        (json!({"createdAt": old, "updatedAt": old}), old, old),
        (
            json!({"createdAt": "0001-01-01T00:00:00Z", "updatedAt": later}),
            &now,
            later,
        ),
        (
            json!({"createdAt": "0001-01-01T00:00:00Z", "updatedAt": "0001-01-01T00:00:00Z"}),
            &now,
            &now,
        ),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(given))
            .await;
        dialog
            .has("/createdAt", created)
            .has("/updatedAt", updated)
            .has("/contentUpdatedAt", updated);
    }
    refused(
        &town,
        400,
        vec![
            (json!({"updatedAt": old}), &["dto.createdAt"]),
            (
                json!({"createdAt": later, "updatedAt": old}),
                &["dto.updatedAt"],
            ),
        ],
    )
    .await;
}

#[tokio::test]
async fn clocks_may_differ_by_fifteen_seconds() {
    let town = Town::build().stopped().open().await;
    let described = |member: &str, seconds: i64| {
        let at = json!({"createdAt": town.after(seconds)});
        match member {
            "createdAt" => at,
            "updatedAt" => json!({"createdAt": town.after(0), "updatedAt": town.after(seconds)}),
            "transmissions" => {
                json!({"transmissions": [crate::support::with(transmission("Information"), at)]})
            }
            _ => {
                json!({"activities": [crate::support::with(crate::support::activity("FormSaved"), at)]})
            }
        }
    };
    for (member, key) in [
        ("createdAt", "dto.createdAt"),
        ("updatedAt", "dto.updatedAt"),
        ("transmissions", "dto.transmissions[0].createdAt"),
        ("activities", "dto.activities[0].createdAt"),
    ] {
        accepted(&town, vec![described(member, 15)]).await;
        for caller in [town.owner(), town.admin()] {
            let answer = caller
                .posts(&town.a_dialog_with(described(member, 16)))
                .await
                .is_problem(400);
            answer.tells(key);
        }
    }
}

#[tokio::test]
async fn a_dialog_for_later_begins_when_it_becomes_visible() {
    let town = Town::new().await;
    let later = town.after(3 * DAY);
    let old = "2020-01-01T00:00:00Z";
    let sent = crate::support::with(transmission("Information"), json!({"createdAt": old}));
    let given =
        json!({"visibleFrom": later, "createdAt": old, "updatedAt": old, "transmissions": [sent]});
    let dialog = town
        .owner()
        .creates_and_reads(town.a_dialog_with(given))
        .await;
    for time in [
        "/createdAt",
        "/updatedAt",
        "/contentUpdatedAt",
        "/visibleFrom",
        "/transmissions/0/createdAt",
    ] {
        assert_eq!(dialog.at(time), &json!(later), "{time}");
    }
}

#[tokio::test]
async fn a_visibility_that_has_begun_changes_no_times() {
    let town = Town::build().stopped().open().await;
    let past = town.after(-DAY);
    let id = town
        .admin()
        .creates(town.a_dialog_with(json!({"visibleFrom": past})))
        .await;
    let dialog = town.owner().owns(&id).await.is(200);
    dialog
        .has("/visibleFrom", past)
        .has("/createdAt", town.after(0))
        .has("/contentUpdatedAt", town.after(0));
}

#[tokio::test]
async fn parts_carry_the_time_of_the_request_unless_they_say_otherwise() {
    let town = Town::build().stopped().open().await;
    let old = "2020-01-01T00:00:00.0000000Z";
    for (given, stored) in [
        (Value::Null, town.after(0)),
        (json!("0001-01-01T00:00:00Z"), town.after(0)),
        (json!(old), old.to_owned()),
    ] {
        let at = json!({"createdAt": given});
        let parts = json!({
            "transmissions": [crate::support::with(transmission("Information"), at.clone())],
            "activities": [crate::support::with(crate::support::activity("FormSaved"), at)],
        });
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(parts))
            .await;
        dialog
            .has("/transmissions/0/createdAt", stored.as_str())
            .has("/activities/0/createdAt", stored);
    }
    let mut explicit = town.a_dialog_with(json!({"transmissions": [transmission("Information")]}));
    explicit["transmissions"][0]["createdAt"] = Value::Null;
    town.owner()
        .posts(&explicit)
        .await
        .refuses(400, &["transmissions[0].createdAt"]);
}
