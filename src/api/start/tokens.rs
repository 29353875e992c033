//! POST start/tokens: a token of the local issuer for one of the identities that the start page shows.

use anyhow::Context;
use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;

use super::identities;
use crate::{
    api::wire,
    app::App,
    auth::local_issuer::{LocalIssuer, Terms},
    http::{body, problem::Problem},
    json, json_object,
};

/// Who is asked for.
#[derive(Default)]
struct Wanted {
    id: Option<String>,
}

json_object!(Wanted { id });

#[derive(Serialize)]
struct Issued {
    token: String,
}

/// Issues a token for a day's work, as `dialogporten token` would, but for nobody whom the directory does not know.
pub async fn issue(
    State(app): State<App>,
    headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let wanted: Option<Wanted> = json::read(&bytes)?;
    let wanted = wanted.and_then(|wanted| wanted.id).unwrap_or_default();
    let (known, _) = identities::known(&app).await?;
    let holder = known
        .into_iter()
        .find(|identity| identity.id == wanted)
        .map(|identity| identity.holder)
        .ok_or_else(|| Problem::invalid("id", "The platform directory knows nobody of this id."))?;

    let (directory, now) = (app.config().data_dir.clone(), app.now());
    let issue = move || {
        let issuer = LocalIssuer::open(&directory).context("the local issuer cannot sign")?;
        Ok(issuer.issue(&holder, &Terms::usual(&holder), now))
    };
    let token = tokio::task::spawn_blocking(issue)
        .await
        .map_err(|error| Problem::Internal(error.into()))?
        .map_err(Problem::Internal)?;
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    wire::json(StatusCode::OK, headers, &Issued { token })
}
