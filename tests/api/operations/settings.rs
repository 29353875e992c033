//! What changes while the server runs: maintenance, limits, how often one caller may ask.

use dialogporten::{config, dialog::timestamp::Timestamp};
use serde_json::json;

use crate::support::{FOUND, OWNED, Town, person_number};

const LIMITS: &str = "/api/v1/metadata/limits";

#[tokio::test]
async fn maintenance_answers_everybody_alike_until_it_ends() {
    let town = Town::build().alone().open().await;
    town.app.warm_up().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let end: Timestamp = serde_json::from_value(json!("2026-03-01T08:00:00Z")).unwrap();
    town.app
        .store()
        .begin_maintenance(town.now(), Some(end))
        .await
        .unwrap();
    town.owner().owns(&id).await.is(200);

    town.app.look_at_switch().await;
    for answer in [
        town.owner().owns(&id).await,
        town.nobody().get(&format!("{OWNED}/{id}")).await,
        town.person().get(FOUND).await,
        town.nobody().get(LIMITS).await,
        town.nobody().get("/healthy").await,
        town.nobody().post(OWNED, &json!({})).await,
    ] {
        let answer = answer.is(503);
        assert_eq!(answer.text, "Service Unavailable", "{}", answer.asked);
        assert_eq!(answer.header("content-type"), "text/plain");
        assert_eq!(
            answer.header("retry-after"),
            "Sun, 01 Mar 2026 08:00:00 GMT"
        );
    }
    for path in ["/health", "/health/liveness", "/health/startup"] {
        town.nobody().get(path).await.is(200);
    }
    town.nobody()
        .get("/health/readiness")
        .await
        .is(200)
        .has("/entries/maintenance/status", "Degraded");

    assert!(town.app.store().end_maintenance().await.unwrap());
    assert!(!town.app.store().end_maintenance().await.unwrap());
    town.app.look_at_switch().await;
    town.owner().owns(&id).await.is(200);
}

#[tokio::test]
async fn a_server_that_starts_during_maintenance_answers_nobody() {
    let town = Town::build()
        .alone()
        .config(|config| config.jobs.enabled = false)
        .open()
        .await;
    let store = town.app.store();
    store.begin_maintenance(town.now(), None).await.unwrap();
    town.app.start().await;
    town.nobody().get(LIMITS).await.is(503);
}

#[tokio::test]
async fn one_server_can_be_in_maintenance_by_its_own_settings() {
    let town = Town::build().alone().open().await;
    let mut settings = town.app.config().clone();
    settings.maintenance.enabled = true;
    town.app.take_over(&settings);
    let answer = town.nobody().get(LIMITS).await.is(503);
    assert_eq!(answer.headers.get("retry-after"), None);
    // The switch in the database is off; that does not end it.
    town.app.look_at_switch().await;
    town.nobody().get(LIMITS).await.is(503);

    settings.maintenance.enabled = false;
    town.app.take_over(&settings);
    town.nobody().get(LIMITS).await.is(200);
}

#[tokio::test]
async fn while_the_database_is_away_the_switch_stays_as_it_was() {
    let town = Town::build().alone().counting().open().await;
    let store = town.app.store();
    store.begin_maintenance(town.now(), None).await.unwrap();
    town.app.look_at_switch().await;
    town.proxy.as_ref().unwrap().cuts_off();
    town.app.look_at_switch().await;
    town.nobody().get(LIMITS).await.is(503);
}

#[tokio::test]
async fn limits_change_while_the_server_runs_and_are_enforced() {
    let town = Town::new().await;
    let search = format!("party={0}&party={0}", town.party());
    town.person().finds(&search).await.is(200);

    let mut settings = town.app.config().clone();
    settings.limits.end_user_search.max_party_filter_values = 1;
    town.app.take_over(&settings);
    town.nobody()
        .get(LIMITS)
        .await
        .is(200)
        .has("/endUserSearch/maxPartyFilterValues", 1);
    town.person().finds(&search).await.is_problem(400);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let town = Town::build()
        .stopped()
        .config(|config| {
            config.rate_limit = config::RateLimit {
                requests_per_second: 1,
                burst: 2,
            };
        })
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.owner().owns(&id).await.is(200);
    let refused = town.owner().owns(&id).await.is_problem(429);
    assert_eq!(refused.header("retry-after"), "1");
    // Others, who nobody can speak for, are not held back; nor is who asks what to send.
    town.person().opens(&id).await.is(200);
    town.neighbour("").owns(&id).await.is(404);
    town.nobody().get(LIMITS).await.is(200);
    for _ in 0..3 {
        let asking = town.owner_with("altinn:system/notifications.condition.check");
        let path = format!(
            "{OWNED}/{id}/actions/should-send-notification?conditionType=NotExists&activityType=DialogOpened"
        );
        asking.get(&path).await.is(200);
    }

    town.waits(1);
    town.owner().owns(&id).await.is(200);
    town.owner().owns(&id).await.is(429);
}

#[tokio::test]
async fn a_service_owner_is_one_caller_whomever_it_acts_for() {
    let town = Town::build()
        .stopped()
        .config(|config| {
            config.rate_limit = config::RateLimit {
                requests_per_second: 1,
                burst: 3,
            };
        })
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let asks_for_anybody = async || {
        let person = format!("urn:altinn:person:identifier-no:{}", person_number());
        let path = format!("{OWNED}/{id}?enduserid={person}");
        town.owner().get(&path).await
    };
    asks_for_anybody().await.is(404);
    asks_for_anybody().await.is(404);
    asks_for_anybody().await.is_problem(429);
    town.owner().owns(&id).await.is_problem(429);
    // Nor does it use up what the person may ask.
    town.person().opens(&id).await.is(200);
}
