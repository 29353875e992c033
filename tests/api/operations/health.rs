//! Whether the server is alive and ready.

use axum::{Router, http::StatusCode, routing::get};
use dialogporten::config::Endpoint;
use serde_json::json;

use crate::support::Town;

#[tokio::test]
async fn a_running_server_is_healthy() {
    let town = Town::build().alone().open().await;
    town.app.warm_up().await;
    for (path, entries) in [
        ("/health/liveness", &["self"][..]),
        ("/health/readiness", &["postgres", "warmup"]),
        ("/health/startup", &["outbox", "postgres"]),
        ("/health", &["outbox", "postgres"]),
        ("/health/deep", &["Endpoints", "outbox", "postgres"]),
    ] {
        let answer = town
            .nobody()
            .get(path)
            .await
            .is(200)
            .has("/status", "Healthy");
        let found: Vec<_> = answer.at("/entries").as_object().unwrap().keys().collect();
        assert_eq!(found, entries, "{path}");
        for entry in entries {
            let entry = answer.at(&format!("/entries/{entry}"));
            assert_eq!(entry["status"], "Healthy", "{path}");
            assert!(entry["data"].is_object() && entry["tags"].is_array());
            assert_eq!(entry["duration"].as_str().unwrap().len(), 16);
        }
        assert_eq!(answer.header("cache-control"), "no-store, no-cache");
        assert_eq!(answer.header("pragma"), "no-cache");
        assert!(answer.header("expires").contains("1970"));
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json")
        );
    }
}

#[tokio::test]
async fn health_is_told_under_the_prefix_too() {
    let town = Town::build()
        .alone()
        .config(|config| config.http.path_prefix = "/dialogporten".into())
        .open()
        .await;
    for path in [
        "/dialogporten/health",
        "/health",
        "/dialogporten/health/liveness",
    ] {
        town.nobody().get(path).await.is(200);
    }
}

#[tokio::test]
async fn the_server_is_ready_when_it_is_warm_and_until_it_is_told_to_stop() {
    let town = Town::build().counting().open().await;
    let readiness = "/health/readiness";
    let cold = town.nobody().get(readiness).await.is(503);
    assert_eq!(cold.at("/entries/warmup/status"), "Unhealthy");
    assert!(
        cold.text_at("/entries/warmup/description")
            .contains("database")
    );
    town.nobody().get("/health").await.is(200);

    // It goes on trying while the database is away.
    town.proxy.as_ref().unwrap().cuts_off();
    let warming = tokio::spawn({
        let app = town.app.clone();
        async move { app.warm_up().await }
    });
    town.nobody().get(readiness).await.is(503);
    town.nobody().get("/health/liveness").await.is(200);
    town.proxy.as_ref().unwrap().lets_pass();
    warming.await.unwrap();
    town.nobody()
        .get(readiness)
        .await
        .is(200)
        .has("/status", "Healthy");

    town.lifecycle.leave();
    let leaving = town.nobody().get(readiness).await.is(503);
    assert!(
        leaving
            .text_at("/entries/warmup/description")
            .contains("stopping")
    );
    town.nobody().get("/health/liveness").await.is(200);
}

#[tokio::test]
async fn without_a_database_the_server_lives_but_is_not_ready_and_no_request_is_lost_in_silence() {
    let town = Town::build().counting().open().await;
    town.app.warm_up().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.proxy.as_ref().unwrap().cuts_off();
    town.nobody().get("/health/liveness").await.is(200);
    for path in [
        "/health/readiness",
        "/health/startup",
        "/health",
        "/health/deep",
    ] {
        let answer = town
            .nobody()
            .get(path)
            .await
            .is(503)
            .has("/status", "Unhealthy")
            .has("/entries/postgres/status", "Unhealthy");
        for word in ["PGSQL", "socket", "os error", "Io("] {
            assert!(!answer.text.contains(word), "{}", answer.text);
        }
    }
    for answer in [
        town.owner().owns(&id).await,
        town.owner().posts(&town.a_dialog()).await,
        town.person().opens(&id).await,
        town.person()
            .finds(&format!("party={}", town.party()))
            .await,
    ] {
        assert!(answer.status.is_server_error(), "{}", answer.status);
        assert!(
            !answer.text.contains("PGSQL") && !answer.text.contains("SELECT"),
            "{}",
            answer.text
        );
    }
    town.proxy.as_ref().unwrap().lets_pass();
    town.owner().owns(&id).await.is(200);
    town.nobody().get("/health/readiness").await.is(200);
}

#[tokio::test]
async fn events_that_nobody_takes_degrade_the_server_and_stop_nothing() {
    let town = Town::build().alone().open().await;
    town.app.warm_up().await;
    let id = town.owner().creates(town.a_dialog()).await;
    town.nobody()
        .get("/health")
        .await
        .is(200)
        .has("/status", "Healthy");

    town.waits(301);
    for path in ["/health", "/health/startup", "/health/deep"] {
        town.nobody()
            .get(path)
            .await
            .is(200)
            .has("/status", "Degraded")
            .has("/entries/outbox/status", "Degraded")
            .has("/entries/postgres/status", "Healthy");
    }
    town.nobody()
        .get("/health/readiness")
        .await
        .is(200)
        .has("/status", "Healthy");
    town.owner().owns(&id).await.is(200);
    town.owner()
        .replaces(&id, "/progress", json!(7))
        .await
        .is(204);
}

#[tokio::test]
async fn events_that_wait_for_their_dialog_are_not_late() {
    let town = Town::build().alone().open().await;
    let dialog = town.a_dialog_with(json!({"visibleFrom": town.after(3_600)}));
    town.owner().creates(dialog).await;
    town.waits(600);
    town.nobody()
        .get("/health")
        .await
        .is(200)
        .has("/status", "Healthy");
    town.waits(3_600);
    town.nobody()
        .get("/health")
        .await
        .is(200)
        .has("/status", "Degraded");
}

#[tokio::test]
async fn however_many_ask_the_outbox_is_read_once_in_a_while() {
    let town = Town::build().counting().stopped().open().await;
    let asked = async || {
        let paths = ["/health", "/health/startup", "/health/deep", "/health"];
        let asking = paths.map(async |path| town.nobody().get(path).await.is(200));
        futures_util::future::join_all(asking).await;
        let executed = town.proxy.as_ref().unwrap().executed();
        let is_prepared = |statement: &&String| statement.starts_with("sqlx_s_");
        executed.iter().filter(is_prepared).count()
    };
    asked().await;
    let before = asked().await;
    assert_eq!(asked().await, before);
    town.waits(2);
    assert_eq!(asked().await, before + 1);
}

/// A server that answers `/good` and refuses everything else.
async fn elsewhere() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = Router::new().route("/good", get(async || "good")).route(
        "/bad",
        get(async || (StatusCode::INTERNAL_SERVER_ERROR, "secret")),
    );
    tokio::spawn(async move { axum::serve(listener, router).await });
    format!("http://{address}")
}

#[tokio::test]
async fn deep_health_tells_which_addresses_elsewhere_answer() {
    let elsewhere = elsewhere().await;
    for (bad_is_hard, status, overall) in [(false, 200, "Degraded"), (true, 503, "Unhealthy")] {
        let town = Town::build()
            .alone()
            .config(|config| {
                let endpoint = |name: &str, hard| Endpoint {
                    name: name.into(),
                    url: format!("{elsewhere}/{name}"),
                    hard,
                };
                config.health.endpoints =
                    vec![endpoint("good", true), endpoint("bad", bad_is_hard)];
            })
            .open()
            .await;
        let answer = town
            .nobody()
            .get("/health/deep")
            .await
            .is(status)
            .has("/status", overall)
            .has("/entries/Endpoints/status", overall)
            .has("/entries/Endpoints/data/totalCount", 2)
            .has("/entries/Endpoints/data/slowCount", 0)
            .has(
                "/entries/Endpoints/data/hardFailureCount",
                u64::from(bad_is_hard),
            )
            .has(
                "/entries/Endpoints/data/softFailureCount",
                u64::from(!bad_is_hard),
            )
            .has(
                "/entries/Endpoints/data/checkedEndpoints/0/status",
                "Healthy",
            )
            .has("/entries/Endpoints/data/checkedEndpoints/1/name", "bad")
            .has(
                "/entries/Endpoints/data/checkedEndpoints/1/status",
                "Failed",
            )
            .has(
                "/entries/Endpoints/data/checkedEndpoints/1/hardDependency",
                bad_is_hard,
            );
        assert!(!answer.text.contains("secret"));
        town.nobody().get("/health").await.is(200);
    }
}
