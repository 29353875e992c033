//! What a caller may find, whatever is asked for.

use std::sync::Arc;

use crate::dialog::{instance::InstanceRef, party::PartyUrn};

/// Dialogs of some parties about some resources, and single ones besides.
#[derive(Debug, Clone, Default)]
pub struct Scope {
    /// Parties by what may be found of theirs. A party stands in one group only; no group is without resources.
    pub groups: Vec<Group>,
    /// Dialogs that may be found besides.
    pub delegated: Vec<Delegated>,
}

/// Parties with the same resources. Thousands of parties make few groups.
#[derive(Debug, Clone)]
pub struct Group {
    /// Lower case, each once.
    pub resources: Arc<[Arc<str>]>,
    /// Whose dialogs.
    pub parties: Vec<Arc<PartyUrn>>,
}

/// A dialog that was delegated by itself. It counts only while party and resource are these: whoever may delegate
/// dialogs of one party or resource must not open those of another by naming them.
#[derive(Debug, Clone)]
pub struct Delegated {
    /// Its identifier, or [a label](InstanceRef::label) that leads to it.
    pub instance: InstanceRef,
    /// The party under which it was delegated.
    pub party: Arc<PartyUrn>,
    /// The resource that it was delegated for, lower case.
    pub resource: Arc<str>,
}

impl Scope {
    /// Whether nothing can be found.
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty() && self.delegated.is_empty()
    }
}
