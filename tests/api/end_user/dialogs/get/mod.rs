//! GET enduser/dialogs/{dialogId}: who may see a dialog, what of it, and what being seen leaves behind.

mod access;
mod authorized;
mod languages;
mod links;
mod seen;
mod shape;
mod token;
