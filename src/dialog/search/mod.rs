//! Searching dialogs: what is asked, in which order answers come, where a page begins, and by which words a
//! dialog is found. Pure; the statements are in `store::search`.

mod bytes;
pub mod context;
pub mod cursor;
pub mod dictionary;
pub mod filter;
pub mod hit;
pub mod kept;
pub mod latest;
pub mod order;
pub mod owner;
pub mod passages;
pub mod request;
mod rules;
pub mod scope;
pub mod text;
pub mod texts;

pub use cursor::Cursor;
pub use dictionary::Dictionary;
pub use filter::Filter;
pub use hit::{Hit, Page};
pub use latest::{LatestActivity, StoredActivity};
pub use order::Order;
pub use owner::{OwnerFilter, OwnerRequest, OwnerSearch};
pub use passages::{Passages, Searched};
pub use request::{Request, Search};
pub use scope::Scope;
pub use text::TextQuery;
pub use texts::{StoredTexts, Texts};
