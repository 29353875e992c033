//! The dialog that somebody is asking about, as far as it matters who may do what with it.

use uuid::Uuid;

use crate::dialog::{Dialog, Header, instance::InstanceRef};

/// A dialog as questions see it. Party, resource and labels are lower case, as they are stored.
#[derive(Clone, Copy)]
pub struct Target<'a> {
    /// Its identifier.
    pub dialog: Uuid,
    /// Whose it is.
    pub party: &'a str,
    /// Its resource.
    pub resource: &'a str,
    /// The service owner's labels.
    pub labels: &'a [String],
}

impl Target<'_> {
    /// The reference by which the platform knows the dialog.
    pub fn instance(&self) -> InstanceRef {
        InstanceRef::preferred(self.dialog, self.labels.iter().map(String::as_str))
    }

    /// Whether a delegation of `instance` means this dialog, under whichever of its references.
    pub fn is_meant_by(&self, instance: &InstanceRef) -> bool {
        match instance.label() {
            Some(label) => self.labels.contains(&label),
            None => *instance == InstanceRef::Dialog(self.dialog),
        }
    }
}

impl<'a> From<&'a Dialog> for Target<'a> {
    fn from(dialog: &'a Dialog) -> Self {
        Self {
            dialog: dialog.id,
            party: &dialog.party,
            resource: &dialog.service_resource,
            labels: &dialog.service_owner_labels,
        }
    }
}

impl<'a> From<&'a Header> for Target<'a> {
    fn from(header: &'a Header) -> Self {
        Self {
            dialog: header.id,
            party: &header.party,
            resource: &header.service_resource,
            labels: &header.service_owner_labels,
        }
    }
}
