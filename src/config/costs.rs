//! How the use of the API is weighed.

use serde::{Deserialize, Serialize};

/// `[costs]`: for `dialogporten costs`.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Costs {
    /// What the column `Miljø` says, such as `PROD`.
    pub environment: String,
    /// `[costs.coefficients]`
    pub coefficients: Coefficients,
}

/// `[costs.coefficients]`: how much one request of each kind weighs.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Coefficients {
    /// Creating a dialog.
    pub create: f64,
    /// Updating or patching a dialog.
    pub update: f64,
    /// Deleting or purging a dialog.
    pub delete: f64,
    /// Reading a dialog as its service owner.
    pub service_owner_get: f64,
    /// Searching as a service owner.
    pub service_owner_search: f64,
    /// Searching as a service owner for a person.
    pub service_owner_search_for_person: f64,
    /// Reading a dialog as an end user.
    pub end_user_get: f64,
    /// Searching as an end user.
    pub end_user_search: f64,
    /// Setting labels on one dialog.
    pub set_label: f64,
    /// Setting labels on many dialogs as a service owner.
    pub service_owner_bulk_label: f64,
    /// Setting labels on many dialogs as an end user.
    pub end_user_bulk_label: f64,
}

impl Default for Coefficients {
    fn default() -> Self {
        Self {
            create: 1.5,
            update: 1.8,
            delete: 0.7,
            service_owner_get: 1.0,
            service_owner_search: 1.5,
            service_owner_search_for_person: 2.5,
            end_user_get: 1.2,
            end_user_search: 2.5,
            set_label: 1.3,
            service_owner_bulk_label: 2.0,
            end_user_bulk_label: 2.0,
        }
    }
}
