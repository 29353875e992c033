//! How many transmissions each side of a dialog may have sent.

use crate::dialog::{limits, violations::Violations};

/// Tells if one side, the party or the service owner, has sent more transmissions than are counted.
pub fn check_count(is_party: bool, sent: usize, violations: &mut Violations) {
    if sent > limits::TRANSMISSION_COUNT {
        let key = if is_party {
            "FromPartyTransmissionsCount"
        } else {
            "FromServiceOwnerTransmissionsCount"
        };
        violations.add(
            key,
            format!(
                "The number of such transmissions in a dialog cannot exceed {}.",
                limits::TRANSMISSION_COUNT
            ),
        );
    }
}
