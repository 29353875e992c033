//! Pages of local mode: who one can be, a token for each, and an inbox to look into with it.
//!
//! Whoever reaches these can be anybody. That is what they are for, on a machine of one's own with a made-up world: the
//! settings say when they are there at all ([`crate::config::Config::has_start_page`]), and [`guard`] lets nobody in
//! but browsers at this machine, on pages of this server.

pub mod guard;
pub mod identities;
pub mod pages;
pub mod tokens;

pub use pages::identities_script;
