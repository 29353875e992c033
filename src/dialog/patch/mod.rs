//! JSON Patch (RFC 6902) of a dialog: operations on the document that an update would send.
//!
//! The document has exactly the members of an update body. Its lists carry the identifiers of the stored parts, so
//! that what is not touched stays what it is; transmissions and activities start empty, for they are only added.
//! Paths, values and names of operations are read as tolerantly as clients have been writing them: letter case does not
//! count, superfluous slashes do not either, and `-` is the last element where one is read.
//!
//! What a patch may cost is bounded: its operations, how much it may add or copy, and the size of what comes out.

mod apply;
mod document;
mod operation;
mod pointer;
mod shape;

#[cfg(test)]
mod tests;

pub use apply::Inapplicable;
pub use operation::{Kind, Operation};

use super::{Dialog, draft::UpdateDialog};

/// What the dialog shall be after all operations, applied in order. Nothing of it has been checked yet.
pub fn patched(dialog: &Dialog, operations: &[Operation]) -> Result<UpdateDialog, Inapplicable> {
    let mut document = document::of(dialog)?;
    apply::all(&mut document, operations)?;
    document::into_body(document)
}
