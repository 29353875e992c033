//! Events to an address of the operator's own.

use std::time::Duration;

use aws_lc_rs::hmac;
use axum::{Router, http::StatusCode};
use base64::{Engine, prelude::BASE64_STANDARD};
use tokio::{net::TcpListener, sync::watch};

use crate::support::{EventSink, Town};

/// A receiver that says that events should go elsewhere, and how often it said so.
async fn leading_to(elsewhere: &EventSink) -> (String, watch::Receiver<usize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}/", listener.local_addr().unwrap());
    let (said, heard) = watch::channel(0);
    let to = [("location", elsewhere.address.clone())];
    let router = Router::new().fallback(async move || {
        said.send_modify(|count| *count += 1);
        (StatusCode::TEMPORARY_REDIRECT, to)
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    (address, heard)
}

#[tokio::test]
async fn a_receiver_can_tell_who_wrote() {
    let sink = EventSink::open().await;
    let key = [7; 32];
    let secret = format!("whsec_{}", BASE64_STANDARD.encode(key));
    let address = format!("{}hooks/dialogs", sink.address);
    let town = Town::build()
        .calling(&sink)
        .config(|config| {
            config.events.base_uri = address;
            config.events.webhook_secret = secret.into();
        })
        .stopped()
        .open()
        .await;
    let id = town.owner().creates(town.a_dialog()).await;
    let event = sink.tells(&id, &["created"]).await.remove(0);
    assert_eq!(event.path, "/hooks/dialogs");
    assert_eq!(event.header("content-type"), "application/cloudevents+json");
    assert!(!event.headers.contains_key("authorization"));
    assert_eq!(event.header("webhook-id"), event.id());
    let seconds = town.now().seconds().to_string();
    assert_eq!(event.header("webhook-timestamp"), seconds);
    let signature = event.header("webhook-signature");
    let code = signature.strip_prefix("v1,").unwrap();
    let code = BASE64_STANDARD.decode(code).unwrap();
    let signed = format!("{}.{seconds}.{}", event.id(), event.text);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    hmac::verify(&key, signed.as_bytes(), &code).unwrap();
}

#[tokio::test]
async fn without_a_secret_nothing_is_signed() {
    let sink = EventSink::open().await;
    let town = Town::build().calling(&sink).open().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let event = sink.tells(&id, &["created"]).await.remove(0);
    assert_eq!(event.path, "/");
    assert!(!event.headers.contains_key("webhook-signature"));
    assert_eq!(event.header("webhook-id"), event.id());
}

#[tokio::test]
async fn an_event_goes_where_the_settings_say_and_nowhere_else() {
    let elsewhere = EventSink::open().await;
    let (address, mut heard) = leading_to(&elsewhere).await;
    let town = Town::build()
        .calling(&elsewhere)
        .config(|config| config.events.base_uri = address)
        .open()
        .await;
    town.owner().creates(town.a_dialog()).await;
    // The second attempt comes after the first one was over.
    let again = heard.wait_for(|count| *count > 1);
    tokio::time::timeout(Duration::from_mins(2), again)
        .await
        .expect("it is tried again")
        .unwrap();
    assert!(elsewhere.heard().is_empty());
}
