//! What is written to the log.

use std::{
    io,
    sync::{Arc, Mutex},
};

use serde_json::{Value, json};
use tracing_subscriber::{EnvFilter, fmt, prelude::*};

use crate::support::{FOUND, OWNED, Town};

/// Everything that was written.
#[derive(Clone, Default)]
struct Paper(Arc<Mutex<Vec<u8>>>);

impl io::Write for Paper {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[tokio::test]
async fn a_request_is_one_line_with_its_route_and_nobody_can_be_recognized() {
    let paper = Paper::default();
    let writer = paper.clone();
    let lines = fmt::layer()
        .json()
        .flatten_event(true)
        .with_writer(move || writer.clone())
        .with_filter(EnvFilter::new("dialogporten=trace"));
    let _here = tracing_subscriber::registry().with(lines).set_default();

    let town = Town::new().await;
    let id = town.owner().creates(town.a_dialog()).await;
    let trace = "4bf92f3577b34da6a3ce929d0e0e4736";
    let parent = format!("00-{trace}-00f067aa0ba902b7-01");
    let path = format!("{FOUND}/{id}");
    let headers = [("traceparent", parent.as_str())];
    let opened = town
        .person()
        .ask(axum::http::Method::GET, &path, &headers)
        .await;
    opened.is(200);
    town.person()
        .finds(&format!("party={}", town.party()))
        .await
        .is(200);
    town.person().labels(&id, &["Bin"], &[]).await.is(204);
    town.stranger().opens(&id).await.is(403);
    let acting = format!("{OWNED}?endUserId={}", town.party());
    town.owner().get(&acting).await;
    town.owner()
        .post(OWNED, &json!({"party": town.party()}))
        .await
        .is(400);
    town.nobody().get(&format!("/{}", town.pid)).await.is(404);

    let written = String::from_utf8(paper.0.lock().unwrap().clone()).unwrap();
    let lines: Vec<Value> = written
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let requests: Vec<_> = lines
        .iter()
        .filter(|line| line["target"] == "dialogporten::request")
        .collect();
    assert_eq!(requests.len(), 8, "{written}");
    let line = requests.iter().find(|line| line["trace"] == trace).unwrap();
    assert_eq!(line["route"], "/api/v1/enduser/dialogs/{dialogId}");
    assert_eq!(
        (&line["method"], &line["status"]),
        (&json!("GET"), &json!(200))
    );
    assert!(line["milliseconds"].is_number());

    for number in [&town.pid, &town.stranger] {
        assert!(!written.contains(number.as_str()), "{written}");
    }
    assert!(
        !written.contains("Bearer") && !written.contains("Tittel"),
        "{written}"
    );
}
