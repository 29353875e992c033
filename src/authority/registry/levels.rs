//! The authentication levels that policies demand.

use std::{collections::HashMap, sync::Arc};

use crate::dialog::resource;

/// The authentication level that a resource needs when nothing says otherwise.
pub const DEFAULT_LEVEL: u32 = 3;

/// Minimum levels by resource, lower case.
#[derive(Debug, Default)]
pub struct Levels(HashMap<Arc<str>, u32>);

impl Levels {
    /// What policies demand.
    pub fn new(levels: HashMap<Arc<str>, u32>) -> Self {
        Self(levels)
    }

    /// The authentication level without which a dialog of this resource cannot be read.
    pub fn minimum(&self, urn: &str) -> u32 {
        self.0
            .get(urn)
            .or_else(|| self.0.get(resource::canonical(urn).as_str()))
            .copied()
            .unwrap_or(DEFAULT_LEVEL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_resource_whose_policy_demands_no_level_needs_level_three() {
        let levels = Levels::new(HashMap::from([(
            Arc::from("urn:altinn:resource:ttd-one"),
            4,
        )]));
        assert_eq!(levels.minimum("urn:altinn:resource:TTD-one"), 4);
        assert_eq!(levels.minimum("urn:altinn:resource:ttd-two"), 3);
    }
}
