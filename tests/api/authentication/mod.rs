//! Who is let in: tokens, the issuers that made them, and the kinds of callers that routes serve.

mod callers;
mod issuers;
mod tokens;

use axum::http::Method;
use uuid::Uuid;

use crate::support::{Answer, Caller, FOUND, OWNED};

/// Every protected route of an audience, with an id that nobody has. Routes with a body are asked with JSON.
fn routes(root: &str) -> Vec<(Method, String)> {
    let (dialog, part) = (Uuid::new_v4(), Uuid::new_v4());
    let below: &[(Method, &str)] = if root == OWNED {
        &[
            (Method::POST, ""),
            (Method::GET, "/{dialog}"),
            (Method::PUT, "/{dialog}"),
            (Method::PATCH, "/{dialog}"),
            (Method::DELETE, "/{dialog}"),
            (Method::POST, "/{dialog}/actions/purge"),
            (Method::POST, "/{dialog}/actions/restore"),
            (Method::POST, "/{dialog}/actions/freeze"),
            (Method::GET, "/{dialog}/activities"),
            (Method::GET, "/{dialog}/activities/{part}"),
            (Method::GET, "/{dialog}/transmissions"),
            (Method::GET, "/{dialog}/transmissions/{part}"),
            (Method::GET, "/{dialog}/seenlog"),
            (Method::GET, "/{dialog}/seenlog/{part}"),
            (Method::GET, "/{dialog}/context/labels"),
            (Method::POST, "/{dialog}/context/labels"),
            (Method::DELETE, "/{dialog}/context/labels/x"),
            (Method::PUT, "/{dialog}/endusercontext/systemlabels"),
            (Method::POST, "/endusercontext/systemlabels/actions/bulkset"),
        ]
    } else {
        &[
            (Method::GET, ""),
            (Method::GET, "/{dialog}"),
            (Method::GET, "/{dialog}/activities"),
            (Method::GET, "/{dialog}/activities/{part}"),
            (Method::GET, "/{dialog}/transmissions"),
            (Method::GET, "/{dialog}/transmissions/{part}"),
            (Method::GET, "/{dialog}/seenlog"),
            (Method::GET, "/{dialog}/seenlog/{part}"),
            (Method::GET, "/{dialog}/context/labellog"),
            (Method::PUT, "/{dialog}/context/systemlabels"),
            (Method::POST, "/context/systemlabels/actions/bulkset"),
        ]
    };
    let path = |below: &str| {
        let path = below.replace("{dialog}", &dialog.to_string());
        format!("{root}{}", path.replace("{part}", &part.to_string()))
    };
    below
        .iter()
        .map(|(method, below)| (method.clone(), path(below)))
        .collect()
}

/// Every protected route.
fn all_routes() -> Vec<(Method, String)> {
    [routes(OWNED), routes(FOUND)].concat()
}

/// Asks a route with an empty JSON object.
async fn ask(caller: &Caller<'_>, (method, path): &(Method, String)) -> Answer {
    caller
        .send(method.clone(), path, &serde_json::json!({}))
        .await
}

/// Whether a person's token is let in: the dialog that it asks for does not exist.
async fn enters(caller: &Caller<'_>) -> bool {
    let answer = caller.opens(&Uuid::new_v4().to_string()).await;
    match answer.status.as_u16() {
        404 => true,
        401 => {
            answer.is_empty(401);
            false
        }
        other => panic!("{other}: {}", answer.text),
    }
}
