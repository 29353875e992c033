//! x
use serde_json::Value;
/// x
pub struct Operation {
    /// x
    pub value: Value,
}
impl Operation {
    /// x
    pub fn appends(&self) -> bool {
        false
    }
}
