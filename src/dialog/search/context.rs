//! What a service owner asks about the labels that parties gave its dialogs.

use chrono::{DateTime, Utc};
use uuid::Uuid;

use super::{Cursor, Order, cursor::Value, order::Key, rules};
use crate::dialog::{
    Violations,
    label::{LabelMask, SystemLabel},
    party::PartyUrn,
    reading::Choice,
    timestamp::Timestamp,
};

/// The parameters as they were read, before any rule.
#[derive(Debug, Clone, Default)]
pub struct ContextRequest {
    /// `party`
    pub parties: Vec<String>,
    /// `label`
    pub labels: Vec<Choice<SystemLabel>>,
    /// `contentUpdatedAfter`
    pub content_updated_after: Option<DateTime<Utc>>,
    /// `continuationToken`
    pub cursor: Option<Cursor>,
    /// `limit`
    pub limit: Option<i32>,
}

/// A search that keeps the rules. The newest content comes first, always.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextSearch {
    /// Whose dialogs, at least one.
    pub parties: Vec<PartyUrn>,
    /// Labels of which at least one must be there.
    pub labels: Option<LabelMask>,
    /// The content is not older.
    pub content_updated_after: Option<Timestamp>,
    /// Behind which dialog the page begins; has every key of the order.
    pub cursor: Option<Cursor>,
    /// Most dialogs on the page, 1 to 1000.
    pub limit: u16,
}

/// The labels of a dialog.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContextHit {
    /// The dialog.
    pub id: Uuid,
    /// Revision of the labels.
    pub revision: Uuid,
    /// The labels.
    pub labels: LabelMask,
    /// What the dialogs are ordered by.
    pub content_updated_at: Timestamp,
}

impl ContextRequest {
    /// The search, or every rule that is broken. It may name `most` parties.
    pub fn validate(self, most: usize) -> Result<ContextSearch, Violations> {
        let mut v = Violations::default();
        if self.parties.is_empty() {
            v.add("party", "must be given.");
        }
        if self.parties.len() > most {
            let count = self.parties.len();
            v.add(
                "party.Count",
                format!("must be at most {most}, is {count}."),
            );
        }
        if let Some(cursor) = &self.cursor {
            rules::check_cursor(cursor, &Order::default(), &mut v);
        }
        let labels = rules::known("label", self.labels, &mut v);
        let search = ContextSearch {
            parties: rules::parties(&self.parties, &mut v),
            labels: rules::mask(&labels),
            content_updated_after: self.content_updated_after.map(Timestamp::new),
            cursor: self.cursor,
            limit: rules::limit(self.limit, &mut v),
        };
        v.into_result(search)
    }
}

impl ContextHit {
    /// The place behind it.
    pub fn cursor(&self) -> Cursor {
        Cursor::behind(&Order::default(), |key| match key {
            Key::Id => Value::Id(self.id),
            _ => Value::Time(Some(self.content_updated_at)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PARTY: &str = "urn:altinn:organization:identifier-no:310923044";

    fn refused(request: ContextRequest) -> Vec<String> {
        let violations = request.validate(20).err().unwrap_or_default();
        violations.iter().map(|(key, _)| key.to_owned()).collect()
    }

    #[test]
    fn a_party_is_needed_and_all_rules_are_told_at_once() {
        let cursor = Cursor::parse("createdat_2024-01-01").unwrap();
        let wrong = ContextRequest {
            labels: vec![Choice::Unknown(9)],
            cursor: Some(cursor),
            limit: Some(0),
            ..ContextRequest::default()
        };
        let keys = ["continuationToken", "label[0]", "limit", "party"];
        assert_eq!(refused(wrong), keys);
        let many = |count| ContextRequest {
            parties: vec![PARTY.to_owned(); count],
            ..ContextRequest::default()
        };
        assert_eq!(refused(many(21)), ["party.Count"]);
        assert!(refused(many(20)).is_empty());
    }

    #[test]
    fn one_of_the_labels_is_enough() {
        let labels = [SystemLabel::Bin, SystemLabel::Archive].map(Choice::Known);
        let request = ContextRequest {
            parties: vec![PARTY.to_owned()],
            labels: labels.to_vec(),
            ..ContextRequest::default()
        };
        let search = request.validate(20).unwrap();
        assert_eq!(search.labels, Some(LabelMask::from_bits(6)));
        assert_eq!(search.limit, 100);
    }
}
