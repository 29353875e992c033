//! What handlers read of a request: the caller, identifiers, headers. Wrong input never reaches a handler's body.

mod accept_language;
mod caller;
mod if_match;
mod path;

pub use accept_language::accept_language;
pub use caller::{
    Administrator, EndUser, NotificationSender, ServiceOwner, ServiceOwnerForPerson,
    ServiceOwnerSearch, ServiceOwnerSearchForPerson, TransmissionCorrector,
};
pub use if_match::if_match;
pub use path::PathIds;
