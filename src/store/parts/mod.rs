//! Parts of dialogs on their own: read without the dialog around them, added without loading the others.

mod read;

pub use read::{Parts, Which};
