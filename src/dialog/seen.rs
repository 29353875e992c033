//! Who has seen a dialog.

use uuid::Uuid;

use super::timestamp::Timestamp;
use crate::named_enum;

named_enum! {
    /// What kind of caller saw a dialog; stored with the entry.
    pub enum UserType {
        /// Nobody we know.
        Unknown = 0,
        /// A person with a national identity number.
        Person = 1,
        /// A system that acts for an organization.
        SystemUser = 2,
        /// A service owner.
        ServiceOwner = 3,
        /// A service owner that acts for a person.
        ServiceOwnerOnBehalfOfPerson = 4,
        /// Somebody known by e-mail address only.
        IdportenEmailIdentifiedUser = 5,
    }
}

/// One view of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeenEntry {
    /// Identifier, derived from dialog, time of update and viewer: the same view twice is one entry.
    pub id: Uuid,
    /// When.
    pub seen_at: Timestamp,
    /// The viewer's identifier, lower case.
    pub actor_id: String,
    /// The viewer's name at that time.
    pub actor_name: Option<String>,
    /// Whether a service owner looked on the viewer's behalf.
    pub via_service_owner: bool,
}
