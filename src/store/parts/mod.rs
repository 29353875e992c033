//! Parts of dialogs on their own: read without the dialog around them, added without loading the others.

mod append;
mod correct;
mod correctable;
mod host;
mod moved;
mod read;
#[cfg(test)]
mod tests;
mod usual;

pub use append::{Addition, NotAdded};
pub use correct::CorrectedTransmission;
pub use correctable::{Correctable, Others};
pub use host::Host;
pub use moved::{FoundActivity, MovedActivity};
pub use read::{Parts, Which};
