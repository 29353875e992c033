//! PATCH serviceowner/dialogs/{dialogId}: operations on a dialog (RFC 6902).

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
};

use serde_json::Value;
use utoipa::{
    ToSchema,
    openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type},
};

use super::{asked::Asked, change};
use crate::{
    app::App,
    dialog::{
        Violations,
        change::Wanted,
        patch::{Operation, patched},
    },
    http::{
        body,
        extract::{PathIds, ServiceOwner},
        openapi::answers,
        problem::Problem,
    },
    json::{self, Refusal},
};

/// One operation (RFC 6902, section 4).
#[derive(ToSchema)]
#[expect(dead_code, reason = "a description")]
struct JsonPatchOperation {
    /// `add`, `remove`, `replace`, `move`, `copy` or `test`.
    op: Option<String>,
    /// Where (RFC 6901).
    path: Option<String>,
    /// From where, to move and copy.
    from: Option<String>,
    #[schema(schema_with = anything)]
    value: Value,
}

/// Any JSON, null too.
fn anything() -> Schema {
    OneOfBuilder::new()
        .item(ObjectBuilder::new().schema_type(Type::Null))
        .item(ObjectBuilder::new().schema_type(SchemaType::AnyValue))
        .description(Some("With what."))
        .into()
}

/// Applies operations to the document that an update would send, and goes on as that does.
#[utoipa::path(
    patch,
    path = "/api/v1/serviceowner/dialogs/{dialogId}",
    operation_id = "PatchDialog",
    request_body(content(
        (Vec<JsonPatchOperation> = "application/json"),
        (Vec<JsonPatchOperation> = "application/json-patch+json"),
    )),
    params(("If-Match" = Option<Uuid>, Header, description = "The revision that is to be changed; any when left out.")),
    responses(answers::Changed, answers::PatchRefusals),
)]
pub async fn patch(
    State(app): State<App>,
    ServiceOwner(caller): ServiceOwner,
    ids: PathIds,
    uri: Uri,
    mut headers: HeaderMap,
    body: Body,
) -> Result<Response, Problem> {
    let bytes = body::read(&headers, body).await?;
    let operations: Vec<Operation> = json::read(&bytes).map_err(|refusal| malformed(&refusal))?;
    drop(bytes);
    let asked = Asked::read_patch(&ids, &uri, &mut headers)?;
    let wanted = Wanted::of_patch(&operations);
    let found = asked.load(&app, &caller, &wanted).await?;
    let draft = patched(&found.0, &operations)
        .map_err(|reason| Problem::invalid("UpdateDialogDto", reason.to_string()))?;
    drop(operations);
    change::carry_out(&app, &caller, &asked, found, &wanted, draft).await
}

/// A body that is no list of operations is told twice, as clients know it: by its place, and as the parameter.
fn malformed(refusal: &Refusal) -> Problem {
    let mut violations = Violations::one("patchDocument", "A list of operations is needed.");
    violations.add(refusal.path(), refusal.reason());
    violations.into()
}
