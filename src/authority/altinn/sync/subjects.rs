//! Which roles and access packages open which resources: fetched as changes since the last time.

use std::collections::HashMap;

use super::{
    Report,
    updated::{self, Change},
};
use crate::{
    authority::Unavailable,
    clock::Clock,
    dialog::timestamp::Timestamp,
    platform::Platform,
    store::{
        Store,
        platform::{Copied, SubjectChange},
    },
};
use chrono::{DateTime, TimeDelta};

/// The most pages that one run follows; a list that never ends must not fill the memory.
const MOST_PAGES: usize = 5_000;

/// Fetches what has changed since the last fetch, or `since`, and writes it, all or nothing; `batch` changes at a time.
/// Where another process has written meanwhile, nothing is
/// left to do: its fetch is as new as this one. Changes that cannot be read are skipped, and fetched again the next
/// time with all that come after them.
pub async fn subjects(
    store: &Store,
    platform: &Platform,
    clock: &Clock,
    since: Option<Timestamp>,
    batch: Option<u32>,
) -> Result<Report, Unavailable> {
    let state = store.copy_state(Copied::Subjects).await?;
    let next = |position| position + TimeDelta::microseconds(1);
    let since = since
        .or_else(|| state.position.map(next))
        .unwrap_or_else(|| Timestamp::new(DateTime::UNIX_EPOCH));
    let mut report = Report::default();
    let mut newest = Newest::default();
    let mut next = Some(updated::first(since, batch));
    for _ in 0..MOST_PAGES {
        let Some(path) = next else { break };
        let page = updated::ask(platform, &path).await?;
        report.read += page.changes.len();
        report.skipped += page.skipped;
        if page.skipped > 0 {
            newest.hold();
        }
        page.changes
            .into_iter()
            .for_each(|change| newest.add(change));
        next = page.next.filter(|next| *next != path);
    }
    let (changes, position) = newest.into_changes();
    let rows = store
        .change_subjects(state, &changes, position, clock.now())
        .await?;
    match rows {
        Some(rows) => report.changed = rows,
        None => tracing::info!("the roles of resources were brought up to date by another replica"),
    }
    Ok(report)
}

/// The last change of each pair.
#[derive(Default)]
struct Newest {
    by_pair: HashMap<(String, String), (Timestamp, bool)>,
    position: Option<Timestamp>,
    is_held: bool,
}

impl Newest {
    /// From here on the position stays. What comes next may have the same time as what came last, so that is fetched
    /// again as well.
    fn hold(&mut self) {
        if !self.is_held {
            let before = |position| position + TimeDelta::microseconds(-1);
            self.position = self.position.map(before);
            self.is_held = true;
        }
    }

    fn add(&mut self, change: Change) {
        if !self.is_held {
            self.position = self.position.max(Some(change.updated_at));
        }
        let pair = (name(&change.resource_urn), name(&change.subject_urn));
        if pair.0.is_empty() || pair.1.is_empty() {
            return;
        }
        let news = (change.updated_at, change.deleted);
        self.by_pair
            .entry(pair)
            .and_modify(|known| {
                if known.0 <= news.0 {
                    *known = news;
                }
            })
            .or_insert(news);
    }

    fn into_changes(self) -> (Vec<SubjectChange>, Option<Timestamp>) {
        let change = |((resource, subject), (_, is_removed))| SubjectChange {
            resource,
            subject,
            is_removed,
        };
        let mut changes: Vec<SubjectChange> = self.by_pair.into_iter().map(change).collect();
        changes.sort_unstable_by(|a, b| (&a.resource, &a.subject).cmp(&(&b.resource, &b.subject)));
        (changes, self.position)
    }
}

/// Without any white space and in lower case: registers are filled in by hand.
fn name(urn: &str) -> String {
    let letters = urn.chars().filter(|c| !c.is_whitespace());
    letters.flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_change_of_a_pair_counts_whatever_the_order() {
        let change = |subject: &str, resource: &str, minute: u32, deleted| Change {
            subject_urn: subject.to_owned(),
            resource_urn: resource.to_owned(),
            updated_at: serde_json::from_str(&format!("\"2026-03-01T08:{minute:02}:00Z\""))
                .unwrap(),
            deleted,
        };
        let mut newest = Newest::default();
        for change in [
            change("urn:a", "urn:X", 5, true),
            change("urn: A\t", "urn:x\u{a0}", 4, false),
            change("urn:b", "urn:x", 1, true),
            change("urn:b", "urn:x", 1, false),
            change(" ", "urn:x", 9, false),
        ] {
            newest.add(change);
        }
        let (changes, position) = newest.into_changes();
        let told: Vec<_> = changes
            .iter()
            .map(|one| (&*one.resource, &*one.subject, one.is_removed))
            .collect();
        assert_eq!(told, [("urn:x", "urn:a", true), ("urn:x", "urn:b", false)]);
        assert_eq!(
            position.unwrap().to_string(),
            "2026-03-01T08:09:00.0000000Z"
        );
    }
}
