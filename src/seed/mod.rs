//! Made-up dialogs: as many as asked for, spread as in life, always the same ones for the same number.
//!
//! Each is made the way the server makes one: a request body is written, read, checked and turned into a dialog by
//! the code that serves requests. Only then do they go another way, many at once ([`crate::store::bulk`]).

mod body;
mod chance;
mod load;
mod made;
mod numbers;
mod outline;
mod vocabulary;
mod world;

pub use self::{
    body::body,
    chance::Chance,
    load::{Error, load},
    made::{Made, ORG, Refused, dialog},
    numbers::{MOST as MOST_PARTIES, is_organization, party},
    outline::{Outline, Plan, SERVICES, resource_urn},
    vocabulary::{WORDS, word},
    world::{Agent, Unwritable, add_to, agents},
};
