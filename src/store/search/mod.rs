//! Searching dialogs.

pub mod vector;

#[cfg(test)]
mod testing;
