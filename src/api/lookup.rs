//! Looking a dialog up by one of its names, for both audiences.

use uuid::Uuid;

use crate::{
    app::App,
    dialog::instance::InstanceRef,
    http::{
        problem::{Noun, Problem},
        query::Query,
    },
    store::lookup::{Found, Sought},
};

/// The name of the parameter, as errors have always called it.
const KEY: &str = "InstanceRef";

/// The reference that a query asks for, just once.
pub fn asked(query: &Query) -> Result<InstanceRef, Problem> {
    let parsed = match query.all("instanceRef").as_slice() {
        [text] => InstanceRef::parse(text),
        _ => None,
    };
    parsed.ok_or_else(|| {
        Problem::invalid(
            KEY,
            "must be one of urn:altinn:dialog-id:{uuid}, urn:altinn:instance-id:{party}/{uuid} and \
             urn:altinn:correspondence-id:{uuid}.",
        )
    })
}

/// The dialog that goes by this reference.
pub async fn find(app: &App, sought: Sought<'_>) -> Result<Found, Problem> {
    let found = app.store().look_up(sought).await?;
    let found =
        found.ok_or_else(|| Problem::NotFound(Noun::InstanceRef, sought.reference.to_string()))?;
    if let Some(rival) = found.rival {
        tracing::warn!(chosen = %found.id, %rival, "several dialogs have the same label");
    }
    Ok(found)
}

/// The reference to show: the one that was asked for, but for a bare identifier the one that the dialog prefers.
pub fn shown(asked: &InstanceRef, id: Uuid, labels: &[String]) -> InstanceRef {
    match asked {
        InstanceRef::Dialog(_) => InstanceRef::preferred(id, labels.iter().map(String::as_str)),
        label => label.clone(),
    }
}
