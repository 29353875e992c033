//! PATCH serviceowner/dialogs/{dialogId}: operations on a dialog (RFC 6902).

use axum::{
    body::Body,
    extract::State,
    http::{HeaderMap, Uri},
    response::Response,
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
        problem::Problem,
    },
    json::{self, Refusal},
};

/// Applies operations to the document that an update would send, and goes on as that does.
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
