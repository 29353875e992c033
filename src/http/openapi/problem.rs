//! What a problem document looks like to clients (RFC 9457). [`crate::http::problem::Problem`] writes it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// Why a request is not answered as asked. Some problems have more members.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub(super) struct ProblemDetails {
    /// A URI that identifies the kind of problem.
    r#type: Option<String>,
    /// The kind of problem, in words.
    title: Option<String>,
    /// The status of the answer.
    status: Option<i32>,
    /// More about this one.
    detail: Option<String>,
    /// The path that was asked for.
    instance: Option<String>,
    /// What to tell us when asking about it.
    trace_id: Option<String>,
    /// What is wrong: messages by the place they are about. Not every kind of problem has any.
    #[schema(required = false)]
    errors: BTreeMap<String, Vec<String>>,
    /// Not used here; other systems of the platform tell the kind of problem by it.
    code: Option<String>,
    /// Not used here; other systems of the platform put the status in words.
    status_description: Option<String>,
    /// Not used here; other systems of the platform list in it what is wrong.
    validation_errors: Option<Vec<ValidationError>>,
    /// What some kinds of problems tell beyond that.
    #[serde(flatten)]
    more: BTreeMap<String, Value>,
}

/// One thing that is wrong.
#[derive(Serialize, ToSchema)]
#[schema(as = ProblemDetails_Error)]
pub(super) struct ValidationError {
    /// The kind of error.
    code: Option<String>,
    /// The kind of error, in words.
    title: Option<String>,
    /// More about this one.
    detail: Option<String>,
    /// Where it is.
    paths: Option<Vec<String>>,
}
