//! Transmissions that service owners add to dialogs and put right.

mod append;
mod replace;
