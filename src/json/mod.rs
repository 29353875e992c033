//! Strict JSON with the path of what is wrong.
//!
//! A body is read once, from front to back, straight into its type: what is told is the first thing in the text that
//! is wrong, be it the syntax or the kind of a value, and no tree of the whole is built. Beyond RFC 8259: objects and
//! lists nest at most 64 deep, of a member given twice the last counts, names of members match in any letter case,
//! unknown members are skipped, and texts hold no U+0000 (the database cannot keep it).
//!
//! Nothing here knows what a dialog is; the types that are read implement [`Read`], objects by [`crate::json_object!`].

mod cursor;
mod field;
mod read;
mod refusal;

#[cfg(test)]
mod tests;

pub use cursor::{Cursor, Kind};
pub use field::Field;
pub use read::{Read, is_member};
pub use refusal::Refusal;

/// Reads a whole body. A literal `null` is read by `Option<T>` only.
///
/// ```
/// let refusal = dialogporten::json::read::<Vec<i32>>(b"[1, 2.5]").unwrap_err();
/// assert_eq!(refusal.key(), "[1]");
/// ```
pub fn read<T: Read>(body: &[u8]) -> Result<T, Refusal> {
    let mut cursor = Cursor::new(body);
    let value = T::read(&mut cursor)?;
    cursor.end()?;
    Ok(value)
}
