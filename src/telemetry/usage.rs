//! How the API is used, by whom and on whose dialogs: what its costs are shared out by.
//!
//! A request collects notes while it is answered; they are counted in memory, per hour, and taken from here every few
//! seconds to be added up in the database. No request waits for that. A process that is killed loses what it counted
//! since. Organizations and resources are told, persons never.

use std::{
    cell::RefCell,
    collections::HashMap,
    mem,
    sync::{Arc, Mutex, PoisonError},
};

use super::metrics;
use crate::dialog::timestamp::Timestamp;

/// Different counts kept at most; while the database is away the rest is lost, and counted as lost.
const MOST: usize = 50_000;
const HOUR_SECONDS: i64 = 3_600;

tokio::task_local! {
    static NOTES: RefCell<Notes>;
}

/// What is known about a request besides its route.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Notes {
    /// Whether a caller was let in.
    pub is_known: bool,
    /// Number of the organization that called.
    pub caller_org: Option<String>,
    /// Whether it called as an administrator.
    pub is_admin: bool,
    /// The resource that the request was about.
    pub resource: Option<String>,
    /// What was done, where the route does not tell: a root field of a GraphQL document, and whether it succeeded.
    pub operations: Vec<(&'static str, bool)>,
}

/// Does work whose notes are wanted.
pub async fn noting<F: Future>(work: F) -> (F::Output, Notes) {
    NOTES
        .scope(RefCell::default(), async {
            let output = work.await;
            (output, NOTES.with(RefCell::take))
        })
        .await
}

/// Who calls. Outside of [`noting`] this and its like do nothing.
pub fn note_caller(org: Option<&str>, is_admin: bool) {
    note(|notes| {
        notes.is_known = true;
        notes.caller_org = org.map(ToOwned::to_owned);
        notes.is_admin = is_admin;
    });
}

/// What the request is about.
pub fn note_resource(urn: &str) {
    note(|notes| {
        if notes.resource.as_deref() != Some(urn) {
            notes.resource = Some(urn.to_owned());
        }
    });
}

/// Something was done that has a name of its own.
pub fn note_operation(name: &'static str, succeeded: bool) {
    note(|notes| notes.operations.push((name, succeeded)));
}

fn note(write: impl FnOnce(&mut Notes)) {
    // Nobody asked for notes: work in the background, or a test of a part.
    let _ = NOTES.try_with(|notes| write(&mut notes.borrow_mut()));
}

/// What a request is counted under.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Key {
    /// Start of the hour, in seconds since 1970.
    pub hour: i64,
    /// What was done.
    pub operation: &'static str,
    /// Method and route.
    pub tag: String,
    /// Number of the organization that called; empty where there is none.
    pub caller_org: String,
    /// The resource; empty where there is none.
    pub resource: String,
    /// Whether the caller was an administrator.
    pub is_admin: bool,
    /// `success`, `failure`, or `error` for our own failures.
    pub status: &'static str,
}

/// The start of the hour of a moment, in seconds since 1970.
pub fn hour(moment: Timestamp) -> i64 {
    moment.seconds().div_euclid(HOUR_SECONDS) * HOUR_SECONDS
}

/// What has been counted and not been taken yet. Clones are the same.
#[derive(Debug, Clone, Default)]
pub struct Usage(Arc<Mutex<HashMap<Key, u64>>>);

impl Usage {
    /// Counts a request.
    pub fn count(&self, key: Key) {
        self.add(key, 1);
    }

    /// Takes everything.
    pub fn take(&self) -> HashMap<Key, u64> {
        mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts back what could not be kept.
    pub fn put_back(&self, counts: HashMap<Key, u64>) {
        for (key, requests) in counts {
            self.add(key, requests);
        }
    }

    fn add(&self, key: Key, requests: u64) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = counts.get_mut(&key) {
            *count += requests;
        } else if counts.len() < MOST {
            counts.insert(key, requests);
        } else {
            metrics::costs_lost(requests);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(resource: usize) -> Key {
        Key {
            hour: 0,
            operation: "x",
            tag: "GET_x".into(),
            caller_org: String::new(),
            resource: resource.to_string(),
            is_admin: false,
            status: "success",
        }
    }

    #[test]
    fn counts_add_up_until_they_are_taken_and_when_they_are_put_back() {
        let usage = Usage::default();
        usage.count(key(1));
        usage.count(key(1));
        let taken = usage.take();
        assert_eq!(taken, HashMap::from([(key(1), 2)]));
        usage.count(key(1));
        usage.put_back(taken);
        assert_eq!(usage.take(), HashMap::from([(key(1), 3)]));
        assert!(usage.take().is_empty());
    }

    #[test]
    fn what_nobody_takes_is_bounded() {
        let usage = Usage::default();
        for resource in 0..=MOST {
            usage.count(key(resource));
        }
        usage.count(key(0));
        let taken = usage.take();
        assert_eq!((taken.len(), taken[&key(0)]), (MOST, 2));
    }

    #[tokio::test]
    async fn notes_are_of_the_request_that_writes_them() {
        note_resource("nobody listens");
        let (answer, notes) = noting(async {
            note_caller(Some("991825827"), true);
            note_resource("urn:altinn:resource:a");
            tokio::task::yield_now().await;
            note_operation("graphql.parties", true);
            7
        })
        .await;
        let expected = Notes {
            is_known: true,
            caller_org: Some("991825827".into()),
            is_admin: true,
            resource: Some("urn:altinn:resource:a".into()),
            operations: vec![("graphql.parties", true)],
        };
        assert_eq!((answer, notes), (7, expected));
    }
}
