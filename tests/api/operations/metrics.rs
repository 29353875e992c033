//! The numbers for Prometheus.

use std::time::{Duration, Instant};

use axum::{body::Body, http::Request};
use dialogporten::router;
use http_body_util::BodyExt;
use tower::ServiceExt;

use crate::support::{FOUND, Town};

const METRICS: &str = "/metrics";

#[tokio::test]
async fn requests_are_counted_by_template_and_never_by_what_was_asked() {
    let town = Town::build()
        .config(|config| config.local_mode = true)
        .open()
        .await;
    let id = town.id();
    town.person().opens(&id).await.is(404);
    town.nobody().get(&format!("/of/{id}")).await.is(404);
    town.nobody()
        .get(&format!("{FOUND}?party={}", town.party()))
        .await
        .is(401);

    let told = town.nobody().get(METRICS).await.is(200);
    assert_eq!(told.header("content-type"), "text/plain; version=0.0.4");
    for line in [
        r#"dialogporten_http_request_duration_seconds_count{method="GET",route="/api/v1/enduser/dialogs/{dialogId}",status="4xx"} "#,
        r#"dialogporten_http_request_duration_seconds_count{method="GET",route="none",status="4xx"} "#,
        r#"dialogporten_database_connections{pool="request",state="idle"} "#,
        r#"dialogporten_database_acquire_duration_seconds_count{pool="request"} "#,
        r#"dialogporten_outbox_events{state="due"} "#,
        "dialogporten_http_requests_in_flight ",
        "process_resident_memory_bytes ",
    ] {
        assert!(told.text.contains(line), "{line} in\n{}", told.text);
    }
    for private in [&id, &town.pid, &town.number, &town.org] {
        assert!(!told.text.contains(private.as_str()), "{private}");
    }
}

#[tokio::test]
async fn with_a_configuration_only_a_listener_of_their_own_tells_the_numbers() {
    let town = Town::new().await;
    town.nobody().get(METRICS).await.is_empty(404);
    town.owner().get(METRICS).await.is_empty(404);

    let request = Request::builder().uri(METRICS).body(Body::empty()).unwrap();
    let own = router::of_numbers(town.app.clone());
    let answer = own.clone().oneshot(request).await.unwrap();
    assert_eq!(answer.status().as_u16(), 200);
    let told = answer.into_body().collect().await.unwrap().to_bytes();
    assert!(told.starts_with(b"# "), "{told:?}");

    let other = Request::builder().uri(FOUND).body(Body::empty()).unwrap();
    assert_eq!(own.oneshot(other).await.unwrap().status().as_u16(), 404);
}

#[tokio::test]
async fn events_that_were_given_up_are_counted() {
    let town = Town::build()
        .alone()
        .config(|config| config.local_mode = true)
        .open()
        .await;
    sqlx::query(
        "INSERT INTO outbox_dead (seq, dialog_id, kind, body, occurred_at, attempts, last_error, died_at)
         SELECT n, gen_random_uuid(), 1, '{}', now(), 20, 'refused', now() FROM generate_series(1, 17) AS n",
    )
    .execute(town.database())
    .await
    .unwrap();
    // All towns of this process tell their numbers in one place.
    let begun = Instant::now();
    loop {
        let told = town.nobody().get(METRICS).await.is(200);
        if told
            .text
            .contains("dialogporten_outbox_events{state=\"dead\"} 17\n")
        {
            break;
        }
        assert!(begun.elapsed() < Duration::from_secs(30), "{}", told.text);
    }
}
