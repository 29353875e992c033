//! Searching dialogs: what is asked, in which order answers come, where a page begins, and by which words a
//! dialog is found. Pure; the statements are in `store::search`.

mod bytes;
pub mod dictionary;
pub mod passages;

pub use dictionary::Dictionary;
pub use passages::Passages;
