//! Service resources: what a dialog is about in the eyes of the Resource Registry.

/// What stands before the identifier of a resource.
pub const PREFIX: &str = "urn:altinn:resource:";

/// The type whose dialogs need the correspondence scope.
pub const CORRESPONDENCE_TYPE: &str = "correspondenceservice";

/// The spelling in which resources are stored and compared.
pub fn canonical(urn: &str) -> String {
    urn.to_lowercase()
}

/// Whether `attribute` names another resource to ask instead of the dialog's own.
pub fn is_resource(attribute: &str) -> bool {
    attribute
        .get(..PREFIX.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(PREFIX))
}

/// Whether dialogs of `urn` came from the platform before this one (`app_{org}_a2…`); they count as seen from the start.
pub fn is_migrated(urn: &str, org: &str) -> bool {
    urn.to_lowercase()
        .starts_with(&format!("{PREFIX}app_{org}_a2").to_lowercase())
}
