//! The routes that need a token.

use axum::http::Method;
use uuid::Uuid;

use super::{FOUND, OWNED};

/// Every protected route of an audience, with an id that nobody has. Routes with a body are asked with JSON.
pub fn routes_of(root: &str) -> Vec<(Method, String)> {
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
pub fn routes() -> Vec<(Method, String)> {
    [routes_of(OWNED), routes_of(FOUND)].concat()
}
