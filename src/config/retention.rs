//! How long dialogs are kept that nobody needs any more.

use serde::{Deserialize, Serialize};

/// `[retention]`
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Retention {
    /// Hours between two runs.
    pub interval_hours: u32,
    /// Days after which a deleted dialog is purged; 0 never.
    pub deleted_days: u32,
    /// Days after which an expired dialog is purged, deleted or not; 0 never.
    pub expired_days: u32,
    /// `[[retention.organizations]]`
    pub organizations: Vec<OrganizationRetention>,
}

/// `[[retention.organizations]]`: what holds for the dialogs of one service owner instead.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OrganizationRetention {
    /// The service owner's short name, such as `skd`, in any letter case.
    pub org: String,
    /// Days after which a deleted dialog is purged; 0 never.
    pub deleted_days: u32,
    /// Days after which an expired dialog is purged, deleted or not; 0 never.
    pub expired_days: u32,
}

impl Default for Retention {
    fn default() -> Self {
        Self {
            interval_hours: 24,
            deleted_days: 0,
            expired_days: 0,
            organizations: Vec::new(),
        }
    }
}

impl OrganizationRetention {
    /// Whether it is about the service owner with this short name.
    pub fn is_of(&self, org: &str) -> bool {
        self.org.to_lowercase() == org.to_lowercase()
    }
}

impl Retention {
    /// Whether anything is ever purged.
    pub fn is_on(&self) -> bool {
        let any = |deleted, expired| deleted > 0 || expired > 0;
        any(self.deleted_days, self.expired_days)
            || self
                .organizations
                .iter()
                .any(|org| any(org.deleted_days, org.expired_days))
    }
}
