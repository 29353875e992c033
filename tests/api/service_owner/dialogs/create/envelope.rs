//! What surrounds the dialog: content types, sizes, the silent flag.

use axum::{body::Body, http::Request};
use serde_json::json;

use crate::support::{OWNED, Town};

/// The largest body, in bytes.
const LARGEST: usize = 20_000_000;

#[tokio::test]
async fn json_comes_under_every_json_content_type() {
    let town = Town::new().await;
    let body = town.a_dialog().to_string();
    for fine in [
        "application/json",
        "APPLICATION/JSON",
        "application/json; charset=utf-8",
        "application/json; charset=\"utf-8\"",
        "application/json-patch+json",
        "application/merge-patch+json",
        "application/vnd.foo+json;v=1",
    ] {
        town.owner()
            .send_with(OWNED, &[("content-type", fine)], body.clone())
            .await
            .is(201);
    }
    for wrong in [
        "",
        "text/plain",
        "text/json",
        "application/octet-stream",
        "application/x-www-form-urlencoded",
        "application/xml",
        "json",
    ] {
        town.owner()
            .send_with(OWNED, &[("content-type", wrong)], body.clone())
            .await
            .is_empty(415);
    }
    town.owner().send_with(OWNED, &[], body).await.is_empty(415);
}

#[tokio::test]
async fn a_byte_order_mark_is_skipped() {
    let town = Town::new().await;
    town.owner()
        .send_text(OWNED, format!("\u{feff}{}", town.a_dialog()))
        .await
        .is(201);
}

/// A dialog with blanks around it.
fn padded(town: &Town, length: usize) -> String {
    let dialog = town.a_dialog().to_string();
    let blanks = length - dialog.len();
    dialog + &" ".repeat(blanks)
}

#[tokio::test]
async fn a_body_of_twenty_million_bytes_is_read_and_one_more_is_not() {
    let town = Town::new().await;
    town.owner()
        .send_text(OWNED, padded(&town, LARGEST))
        .await
        .is(201);

    let too_large = padded(&town, LARGEST + 1);
    let length = too_large.len().to_string();
    let announced = [
        ("content-type", "application/json"),
        ("content-length", length.as_str()),
    ];
    let at_once = town
        .owner()
        .send_with(OWNED, &announced, too_large.clone())
        .await;
    let in_chunks = town.owner().send_text(OWNED, chunked(&too_large)).await;
    for answer in [at_once, in_chunks] {
        let answer = answer.refuses(413, &[]).lacks("/errors");
        assert_eq!(
            answer.text_at("/title"),
            "Payload too large. The maximum allowed size is 20000000 bytes."
        );
        assert!(
            answer
                .header("content-type")
                .starts_with("application/json")
        );
    }
}

/// A body whose length nobody knows before its end.
fn chunked(text: &str) -> Body {
    let chunks: Vec<_> = text
        .as_bytes()
        .chunks(64 * 1024)
        .map(|chunk| Ok::<_, std::io::Error>(chunk.to_vec()))
        .collect();
    Body::from_stream(futures_util::stream::iter(chunks))
}

#[tokio::test]
async fn an_announced_size_is_refused_before_the_body_arrives() {
    let town = Town::new().await;
    let never = futures_util::stream::pending::<Result<Vec<u8>, std::io::Error>>();
    let request = Request::post(OWNED)
        .header("authorization", town.owner().authorization())
        .header("content-type", "application/json")
        .header("content-length", LARGEST + 1);
    town.send(request.body(Body::from_stream(never)).unwrap())
        .await
        .is(413);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_failure_of_ours() {
    let town = Town::new().await;
    let broken = [
        Ok(b"{\"party\":".to_vec()),
        Err(std::io::Error::other("gone")),
    ];
    let body = Body::from_stream(futures_util::stream::iter(broken));
    town.owner().send_text(OWNED, body).await.is_problem(400);
}

#[tokio::test]
async fn the_silent_flag_is_a_boolean_in_any_spelling() {
    let town = Town::new().await;
    let past = town.a_dialog_with(json!({"dueAt": town.after(-60)}));
    for (query, status) in [
        ("isSilentUpdate=true", 201),
        ("issilentupdate=TRUE", 201),
        ("IsSilentUpdate=%20true%20", 201),
        ("isSilentUpdate=false", 422),
        ("isSilentUpdate=False", 422),
        ("isSilentUpdate=", 422),
        ("isSilentUpdate", 422),
        ("disableAltinnEvents=true", 422),
        ("%zz=1&unknown=x", 422),
    ] {
        town.owner()
            .post(&format!("{OWNED}?{query}"), &past)
            .await
            .is(status);
    }
    for (query, key) in [
        ("isSilentUpdate=1", "isSilentUpdate"),
        ("ISSILENTUPDATE=yes", "ISSILENTUPDATE"),
        ("isSilentUpdate=0", "isSilentUpdate"),
        ("isSilentUpdate=true&isSilentUpdate=true", "isSilentUpdate"),
    ] {
        town.owner()
            .post(&format!("{OWNED}?{query}"), &town.a_dialog())
            .await
            .refuses(400, &[key]);
    }
}
