//! JSON shapes that more than one operation shares. Names and members are those of the public API.

mod activity;
mod answer;
mod context;
mod lookup;
mod resource;
mod seen;
mod transmission;

pub use activity::{DialogActivity, DialogActivityListItem};
pub use answer::{created, etag, json, json_of_size, no_content};
pub use context::{
    DialogEndUserContext, DialogServiceOwnerContext, DialogServiceOwnerLabel, DialogTag,
};
pub use lookup::{IdentifierLookupServiceOwner, IdentifierLookupServiceResource};
pub use resource::{
    Links, ServiceResource, ServiceResourceAccessPackage, ServiceResourceMetadata,
    ServiceResourceOwner, ServiceResourceRole,
};
pub use seen::{DialogSeenLog, Viewer};
pub use transmission::{DialogTransmission, LoneTransmission};
