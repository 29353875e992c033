//! Parts of a dialog on their own: who may read them, and what writing them has in common.

mod end_user;
mod one;
mod owner;
pub mod write;

pub use end_user::Reader;
pub use one::only;
pub use owner::of_owner;

use crate::{authority::Target, store::parts::Parts};

impl<'a, T> From<&'a Parts<T>> for Target<'a> {
    fn from(parts: &'a Parts<T>) -> Self {
        Self {
            dialog: parts.dialog,
            party: &parts.party,
            resource: &parts.service_resource,
            labels: &parts.service_owner_labels,
        }
    }
}
