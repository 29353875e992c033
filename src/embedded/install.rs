//! Fetches PostgreSQL's programs for a machine that has none.

/// What somebody without PostgreSQL can do.
pub(super) const CHOICES: &str = "";

use std::{ffi::OsStr, path::Path};
/// Why nothing was fetched.
#[derive(Debug, thiserror::Error)]
#[error("x")]
pub struct Error;

/// x
pub async fn install(_cache: &Path, _path: Option<&OsStr>) -> Result<(), Error> {
    Err(Error)
}
