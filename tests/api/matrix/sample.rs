//! A dialog with a part of each kind.

use serde_json::{Value, json};

use super::table::Row;
use crate::support::{Caller, OWNED, Town, activity, content, transmission, with};

/// The word that the owner has put on the dialog.
pub const LABEL: &str = "the-label";

/// A dialog of the town's company, with its ids.
pub struct Sample {
    pub dialog: String,
    pub activity: String,
    pub transmission: String,
    /// An entry of the seen log; the person has seen the dialog.
    pub seen: String,
    pub label: String,
    pub resource: String,
    pub party: String,
    /// The person, as a party.
    pub person: String,
    /// A moment that is over.
    pub moment: String,
    /// The token with which the person goes on to the owner.
    pub token: String,
    /// The dialog as its owner saw it at first.
    before: String,
}

impl Sample {
    /// Creates it.
    pub async fn new(town: &Town) -> Self {
        Self::of(town, &town.owner(), &town.resource_urn()).await
    }

    /// Creates one that belongs to somebody.
    pub async fn of(town: &Town, owner: &Caller<'_>, resource: &str) -> Self {
        let (activity, transmission) = (town.id(), town.id());
        let dialog = owner.creates(dialog(town, resource, &activity, &transmission));
        let dialog = dialog.await;
        let opened = town.person().opens(&dialog).await.is(200);
        let seen = owner.get(&format!("{OWNED}/{dialog}/seenlog")).await;
        let before = owner.owns(&dialog).await.is(200).text;
        Self {
            seen: seen.is(200).text_at("/0/id"),
            dialog,
            activity,
            transmission,
            label: LABEL.into(),
            resource: resource.into(),
            party: town.company_urn(),
            person: town.party(),
            moment: town.after(-60),
            token: opened.text_at("/dialogToken"),
            before,
        }
    }

    /// The same with ids that nobody has.
    pub fn unknown(&self, town: &Town) -> Self {
        Self {
            dialog: town.id(),
            ..self.with_unknown_parts(town)
        }
    }

    /// The same with ids of parts that nobody has.
    pub fn with_unknown_parts(&self, town: &Town) -> Self {
        Self {
            dialog: self.dialog.clone(),
            activity: town.id(),
            transmission: town.id(),
            seen: town.id(),
            label: format!("x{}", town.id()),
            resource: self.resource.clone(),
            party: self.party.clone(),
            person: self.person.clone(),
            moment: self.moment.clone(),
            token: String::new(),
            before: String::new(),
        }
    }

    /// The parts of this under the dialog of another.
    pub fn beneath(self, other: &Self) -> Self {
        Self {
            dialog: other.dialog.clone(),
            ..self
        }
    }

    /// The path and query of a row, about this dialog.
    pub fn path(&self, row: &Row) -> String {
        let mut path = format!("{}{}", row.path, row.query);
        for (name, value) in [
            ("{dialogId}", &self.dialog),
            ("{activityId}", &self.activity),
            ("{transmissionId}", &self.transmission),
            ("{seenLogId}", &self.seen),
            ("{label}", &self.label),
            ("{party}", &self.party),
            ("{person}", &self.person),
        ] {
            path = path.replace(name, value);
        }
        path
    }

    /// All ids, for those who want to compare answers without them.
    pub fn ids(&self) -> [&str; 5] {
        [
            &self.dialog,
            &self.activity,
            &self.transmission,
            &self.seen,
            &self.label,
        ]
    }

    /// Demands that nothing has happened to it.
    pub async fn is_untouched(&self, town: &Town) {
        let now = town.owner().owns(&self.dialog).await.is(200);
        assert_eq!(now.text, self.before);
    }
}

fn dialog(town: &Town, resource: &str, activity_id: &str, transmission_id: &str) -> Value {
    json!({
        "serviceResource": resource, "party": town.company_urn(), "content": {"title": content("Tittel")},
        "activities": [with(activity("FormSaved"), json!({"id": activity_id}))],
        "transmissions": [with(transmission("Information"), json!({"id": transmission_id}))],
        "serviceOwnerContext": {"serviceOwnerLabels": [{"value": LABEL}]},
    })
}
