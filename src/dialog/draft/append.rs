//! The rules of one part that a request of its own adds to a dialog.

use super::{
    Claims,
    check::{Check, Purpose, Rules},
    check_count,
    input::{CreateDialogActivityRequest, CreateTransmissionRequest},
    part,
};
use crate::dialog::{
    activity::Activity, id::Ids, limits, timestamp::Timestamp, transmission::Transmission,
    violations::Violations,
};

impl CreateDialogActivityRequest {
    /// Checks everything that can be checked without knowing the dialog.
    pub fn validate(self, rules: &Rules, ids: &mut Ids) -> Result<(Activity, Claims), Violations> {
        let mut check = Check::new(*rules, Purpose::Append, "activity", ids);
        let activity = part::activity(&mut check, self.into());
        check.finish(activity)
    }
}

impl CreateTransmissionRequest {
    /// Checks everything that can be checked without knowing the dialog. Dialogs for systems only may have
    /// transmissions without texts, but none is added to them later.
    pub fn validate(
        self,
        rules: &Rules,
        ids: &mut Ids,
    ) -> Result<(Transmission, Claims), Violations> {
        let mut check = Check::new(*rules, Purpose::Append, "transmissions[0]", ids);
        let transmission = part::transmission(&mut check, self.into(), false);
        let (mut transmission, claims) = check.finish(transmission)?;
        transmission.body.attachments.sort_by_key(|a| a.id);
        Ok((transmission, claims))
    }
}

/// Where a new transmission would stand among those that its dialog has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// The length of the chain that ends with the one it answers, counted from 1; `None` where there is no such one.
    pub depth: Option<i32>,
    /// How many answers that one has.
    pub answers: i64,
    /// How many transmissions its side has sent.
    pub sent: i32,
}

/// What hinders a new transmission in its dialog, told all at once.
pub fn placement_violations(
    transmission: &Transmission,
    place: &Place,
    now: Timestamp,
) -> Violations {
    const KEY: &str = "Transmissions";
    let longest = i32::try_from(limits::TRANSMISSION_HIERARCHY).unwrap_or(i32::MAX);
    let mut violations = Violations::default();
    if let Some(related) = transmission.related_id {
        match place.depth {
            None => violations.add(
                KEY,
                format!("The related transmission '{related}' does not exist in the dialog."),
            ),
            Some(depth) => {
                if depth >= longest {
                    violations.add(KEY, format!("Hierarchy depth violation: transmissions must not be deeper than {longest}. [{}]", transmission.id));
                }
                if place.answers >= i64::from(longest) {
                    violations.add(KEY, format!("Hierarchy width violation: transmissions must not have more than {longest} answers. [{related}]"));
                }
            }
        }
    }
    let sent = usize::try_from(place.sent).unwrap_or(0);
    check_count(transmission.kind.is_from_party(), sent + 1, &mut violations);
    let has_expired = |at: Timestamp| at < now;
    if transmission
        .body
        .attachments
        .iter()
        .any(|attachment| attachment.expires_at.is_some_and(has_expired))
    {
        violations.add(
            "Transmissions.Attachments.ExpiresAt",
            "'ExpiresAt' of a new attachment must not lie in the past.",
        );
    }
    violations
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dialog::reading::strict_moment, json};

    fn now() -> Timestamp {
        strict_moment("2026-03-01T08:00:00Z").unwrap()
    }

    fn sent(changes: &str) -> Transmission {
        let body = format!(
            r#"{{"type": "Request", "sender": {{"actorType": "ServiceOwner"}},
                 "content": {{"title": {{"value": [{{"value": "x", "languageCode": "nb"}}]}}}} {changes}}}"#
        );
        let request: CreateTransmissionRequest = json::read(body.as_bytes()).unwrap();
        let rules = Rules {
            now: now(),
            admin: true,
            silent: true,
            correspondence_scope: false,
            legacy_html_scope: false,
        };
        request.validate(&rules, &mut Ids::at(now())).unwrap().0
    }

    #[test]
    fn a_place_must_be_there_and_have_room_whoever_asks() {
        let related = r#", "relatedTransmissionId": "018bb8e5-d9d0-7434-8ec5-569a6c8e01fc""#;
        let expired = r#", "attachments": [{"expiresAt": "2026-03-01T07:59:59Z",
                            "urls": [{"url": "urn:x", "consumerType": "Gui"}]}]"#;
        let free = Place {
            depth: Some(99),
            answers: 99,
            sent: 32_766,
        };
        let full = Place {
            depth: Some(100),
            answers: 100,
            sent: 32_767,
        };
        let nowhere = Place {
            depth: None,
            ..free
        };
        let count = "FromServiceOwnerTransmissionsCount";
        for (changes, place, expected) in [
            ("", free, vec![]),
            ("", nowhere, vec![]),
            (related, free, vec![]),
            (related, nowhere, vec![("Transmissions", 1)]),
            ("", full, vec![(count, 1)]),
            (related, full, vec![(count, 1), ("Transmissions", 2)]),
            (
                expired,
                free,
                vec![("Transmissions.Attachments.ExpiresAt", 1)],
            ),
        ] {
            let violations = placement_violations(&sent(changes), &place, now());
            let told: Vec<_> = violations
                .iter()
                .map(|(key, texts)| (key, texts.len()))
                .collect();
            assert_eq!(told, expected, "{changes} {place:?}");
        }
    }
}
