//! Lengths and counts that the public API documents. Lengths count UTF-16 code units.

/// Largest request body, bytes.
pub const BODY_BYTES: usize = 20_000_000;
/// Ordinary texts and names.
pub const TEXT: usize = 255;
/// Longest URI, and longest text of `additionalInfo` and references.
pub const URI: usize = 1_023;
/// Texts of a caller with the correspondence scope.
pub const CORRESPONDENCE_TEXT: usize = 512;
/// Descriptions of activities of a caller with the correspondence scope.
pub const CORRESPONDENCE_DESCRIPTION: usize = 4_095;
/// The `extendedStatus` text.
pub const EXTENDED_STATUS: usize = 25;
/// Idempotent keys, shortest and longest.
pub const IDEMPOTENT_KEY: std::ops::RangeInclusive<usize> = 3..=36;
/// Service-owner labels: shortest and longest.
pub const SERVICE_OWNER_LABEL: std::ops::RangeInclusive<usize> = 3..=255;
/// Service-owner labels of one dialog.
pub const SERVICE_OWNER_LABELS: usize = 20;
/// Dialogs whose system labels an end user sets at once.
pub const END_USER_BULK: usize = 100;
/// Dialogs whose system labels a service owner sets at once.
pub const SERVICE_OWNER_BULK: usize = 200;
/// Search tags: shortest and longest.
pub const SEARCH_TAG: std::ops::RangeInclusive<usize> = 3..=63;
/// Longest chain of transmissions, and most answers to one.
pub const TRANSMISSION_HIERARCHY: usize = 100;
/// Most transmissions counted for one side.
pub const TRANSMISSION_COUNT: usize = 32_767;
/// How far a client's clock may run ahead of ours, seconds.
pub const CLOCK_SKEW_SECONDS: i64 = 15;

/// Length in UTF-16 code units, as every documented limit counts.
pub fn utf16_length(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}
