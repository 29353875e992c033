//! Who is let in: tokens, the issuers that made them, and the kinds of callers that routes serve.

mod callers;
mod confusion;
mod issuers;
mod provider;
mod tokens;

use axum::http::Method;

use crate::support::{Answer, Caller};

/// Asks a route with an empty JSON object.
async fn ask(caller: &Caller<'_>, (method, path): &(Method, String)) -> Answer {
    caller
        .send(method.clone(), path, &serde_json::json!({}))
        .await
}

/// Whether a person's token is let in: the dialog that it asks for does not exist.
async fn enters(caller: &Caller<'_>) -> bool {
    let answer = caller
        .opens(&dialogporten::dialog::id::random().to_string())
        .await;
    match answer.status.as_u16() {
        404 => true,
        401 => {
            answer.is_empty(401);
            false
        }
        other => panic!("{other}: {}", answer.text),
    }
}
