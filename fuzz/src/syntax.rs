//! JSON itself, compared with another reader of it.

use dialogporten::json;
use serde_json::Value;

/// As deep as our reader goes.
const DEPTH: usize = 64;
/// As many elements as our reader takes.
const ELEMENTS: usize = 250_000;

/// Both readers take the same texts for the same values, but for what ours refuses on purpose.
pub fn json(data: &[u8]) {
    let bare = data.strip_prefix(b"\xef\xbb\xbf").unwrap_or(data);
    let theirs = serde_json::from_slice::<Value>(bare);
    match (json::read::<Value>(data), theirs) {
        (Ok(ours), Ok(theirs)) => assert_eq!(ours, theirs),
        (Ok(_), Err(error)) => panic!("only we take this for JSON: {error}"),
        (Err(refusal), Ok(_)) => {
            assert!(
                may_be_refused(bare),
                "only we do not take this for JSON: {refusal}"
            );
            is_short(&refusal);
        }
        (Err(refusal), Err(_)) => is_short(&refusal),
    }
}

/// What is told of a body is no way to get the body back, many times its size.
pub fn is_short(refusal: &json::Refusal) {
    assert!(refusal.key().len() <= DEPTH * 600);
    assert!(refusal.reason().len() <= 1_000);
    assert!(!refusal.reason().is_empty());
}

/// Whether something is too deep, too much or holds U+0000; rather too often than too rarely.
fn may_be_refused(text: &[u8]) -> bool {
    let mut depth: usize = 0;
    let mut deepest = 0;
    for byte in text {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    let parts = text.split(|byte| *byte == b',').count();
    let has_nul = text.windows(6).any(|six| six == br"\u0000");
    deepest > DEPTH || parts > ELEMENTS || has_nul
}
