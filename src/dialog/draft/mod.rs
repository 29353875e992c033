//! From wire to valid: what clients may write, and everything that is wrong with what they wrote.
//!
//! A body comes in as one of the [`input`] types, with the right kinds of values and nothing more. Checking it yields
//! domain values in their one stored spelling, or [`Violations`](super::Violations): all of them, under the keys of the
//! public API (`dto.attachments[0].urls[1].url`). What depends on more than the request itself (names, identifiers
//! that others have, ownership of resources) is asked afterwards, with what the valid draft tells about itself.

mod append;
mod check;
mod claims;
mod correct;
mod counts;
mod create;
mod dates;
mod hierarchy;
pub mod input;
pub mod labels;
pub mod part;
pub mod text;
mod update;
mod valid;

#[cfg(test)]
mod tests;

pub use append::{Place, placement_violations};
pub use check::{Check, Invalid, Purpose, Rules, Valid};
pub use claims::{Claims, PartKind};
pub use correct::{Correction, correction_violations};
pub use counts::check_count;
pub use hierarchy::hierarchy_violations;
pub use input::{
    CreateDialog, CreateDialogActivityRequest, CreateTransmissionRequest, UpdateDialog,
    UpdateTransmissionRequest,
};
pub use update::{Standing, ValidUpdate};
pub use valid::{Created, ValidCreate};
