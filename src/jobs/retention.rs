//! `retention`: purges dialogs that were deleted or expired long ago. Off unless `[retention]` says for how long
//! dialogs are kept.

use std::{collections::BTreeSet, time::Duration};

use super::{Failure, Flag, Job, Report, Schedule, Work};
use crate::{
    config::Retention,
    dialog::{
        event::{Announced, Announcer},
        timestamp::Timestamp,
    },
    store::{
        is_of_one_statement, locks_timed_out,
        pairs::Pair,
        retention::{Expendable, Purged, Reason, Told},
    },
};

const BATCH: u32 = 500;
const PAUSE: Duration = Duration::from_millis(200);
/// How often a batch is tried whose dialogs somebody holds, before those that nobody holds are purged one by one.
const ATTEMPTS: u32 = 3;
/// Pairs that are looked at together when all dialogs are gone: those of so many at most, the rest by the job for pairs.
const PAIRS: usize = 1_000;
const MOST_PAIRS: usize = 1_000_000;

pub(super) const JOB: Job = Job {
    name: "retention",
    about: "Purge dialogs that were deleted or expired long ago, as [retention] says",
    flags: &[Flag::DryRun, Flag::Batch, Flag::Pause],
    schedule: |config| {
        if config.retention.is_on() {
            Schedule::hours(config.retention.interval_hours)
        } else {
            Schedule::Off
        }
    },
    body: |work| Box::pin(purge(work)),
};

/// Before when dialogs of one organization must have been deleted, or expired, to be purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Cutoffs {
    deleted: Option<Timestamp>,
    expired: Option<Timestamp>,
}

impl Cutoffs {
    fn of(retention: &Retention, org: &str, now: Timestamp) -> Self {
        let own = retention.organizations.iter().find(|own| own.is_of(org));
        let (deleted, expired) = own
            .map_or((retention.deleted_days, retention.expired_days), |own| {
                (own.deleted_days, own.expired_days)
            });
        let before = |days: u32| (days > 0).then(|| now - chrono::Duration::days(days.into()));
        Self {
            deleted: before(deleted),
            expired: before(expired),
        }
    }

    fn each(self) -> impl Iterator<Item = (Reason, Timestamp)> {
        let deleted = self.deleted.map(|before| (Reason::Deleted, before));
        let expired = self.expired.map(|before| (Reason::Expired, before));
        deleted.into_iter().chain(expired)
    }
}

#[derive(Debug, Default)]
struct Totals {
    deleted: u64,
    expired: u64,
    batches: u64,
    failed: u64,
    pairs: BTreeSet<Pair>,
}

async fn purge(work: Work) -> Result<Report, Failure> {
    let retention = &work.config.retention;
    if !retention.is_on() {
        return Err(Failure::Usage(
            "nothing is ever purged with these settings; set retention.deleted_days or retention.expired_days"
                .to_owned(),
        ));
    }
    let now = work.clock.now();
    let mut plan = Vec::new();
    let (mut deleted, mut expired) = (0, 0);
    let organizations = work.store.organizations().await?;
    for org in unknown(retention, &organizations) {
        tracing::warn!(
            org,
            "[[retention.organizations]] names an organization that has no dialogs"
        );
    }
    for (number, org) in organizations {
        let cutoffs = Cutoffs::of(retention, &org, now);
        let counts = work
            .store
            .count_expendable(number, cutoffs.deleted, cutoffs.expired)
            .await?;
        deleted += counts.0;
        expired += counts.1;
        if counts != (0, 0) {
            if work.options.dry_run {
                tracing::info!(
                    org,
                    deleted = counts.0,
                    expired = counts.1,
                    "would be purged"
                );
            }
            plan.push((number, org, cutoffs));
        }
    }
    work.progress.expect(deleted + expired);
    if work.options.dry_run {
        return Ok(Report::default()
            .with("deleted dialogs to purge", deleted)
            .with("expired dialogs to purge", expired));
    }
    let mut totals = Totals::default();
    for (number, org, cutoffs) in plan {
        for (reason, before) in cutoffs.each() {
            purge_those(&work, (number, &org), reason, before, &mut totals).await?;
        }
    }
    let report = Report::default()
        .with("deleted dialogs purged", totals.deleted)
        .with("expired dialogs purged", totals.expired)
        .with("batches", totals.batches)
        .with("pairs removed", drop_pairs(&work, &totals.pairs).await?);
    match totals.failed {
        0 => Ok(report),
        failed => Err(Failure::Partial(report.with("dialogs that failed", failed))),
    }
}

/// Organizations that the settings name and nobody knows: perhaps they are misspelled.
fn unknown<'a>(retention: &'a Retention, known: &[(i16, String)]) -> impl Iterator<Item = &'a str> {
    let configured = retention.organizations.iter();
    configured
        .filter(|own| !known.iter().any(|(_, org)| own.is_of(org)))
        .map(|own| own.org.as_str())
}

async fn purge_those(
    work: &Work,
    (number, org): (i16, &str),
    reason: Reason,
    before: Timestamp,
    totals: &mut Totals,
) -> Result<(), Failure> {
    let limit = work.options.batch.unwrap_or(BATCH);
    let mut pause = Duration::ZERO;
    let mut behind = None;
    loop {
        work.pause(pause).await?;
        pause = work.options.pause.unwrap_or(PAUSE);
        // Behind those of the batch before, whatever became of them: what has changed meanwhile, or could not be purged,
        // is for the next run.
        let dialogs = work
            .store
            .expendable(number, reason, before, behind.as_ref(), limit)
            .await?;
        if dialogs.is_empty() {
            return Ok(());
        }
        let purged = purge_batch(work, &dialogs, totals).await?;
        tracing::info!(
            org,
            reason = ?reason,
            %before,
            dialogs = purged.dialogs,
            "purged dialogs by retention"
        );
        match reason {
            Reason::Deleted => totals.deleted += purged.dialogs,
            Reason::Expired => totals.expired += purged.dialogs,
        }
        totals.batches += 1;
        work.progress.advance(purged.dialogs);
        if totals.pairs.len() < MOST_PAIRS {
            totals.pairs.extend(purged.pairs);
        }
        behind = dialogs.into_iter().next_back();
    }
}

/// Purges all at once or, where that cannot be done, one by one, without those that cannot be purged.
async fn purge_batch(
    work: &Work,
    dialogs: &[Expendable],
    totals: &mut Totals,
) -> Result<Purged, Failure> {
    let mut attempt = 1;
    loop {
        match purge_at_once(work, dialogs).await {
            Err(error) if locks_timed_out(&error) && attempt < ATTEMPTS => {
                attempt += 1;
                work.pause(Duration::from_secs(1)).await?;
            }
            Err(error) if is_of_one_statement(&error) => break,
            outcome => return Ok(outcome?),
        }
    }
    let mut all = Purged::default();
    for dialog in dialogs {
        work.pause(Duration::ZERO).await?;
        match purge_at_once(work, std::slice::from_ref(dialog)).await {
            Ok(purged) => {
                all.dialogs += purged.dialogs;
                all.pairs.extend(purged.pairs);
            }
            Err(error) if is_of_one_statement(&error) => {
                tracing::warn!(dialog = %dialog.id, %error, "a dialog could not be purged by retention");
                totals.failed += 1;
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(all)
}

async fn purge_at_once(work: &Work, dialogs: &[Expendable]) -> sqlx::Result<Purged> {
    let now = work.clock.now();
    let told: Vec<_> = dialogs
        .iter()
        .filter_map(|dialog| told(work, dialog, now))
        .collect();
    work.store.purge_dialogs(dialogs, &told, now).await
}

/// A database that is too busy for this leaves them to the job for pairs.
async fn drop_pairs(work: &Work, pairs: &BTreeSet<Pair>) -> Result<u64, Failure> {
    let pairs: Vec<Pair> = pairs.iter().copied().collect();
    let mut dropped = 0;
    for some in pairs.chunks(PAIRS) {
        work.pause(Duration::ZERO).await?;
        dropped += work.store.drop_empty_pairs(some).await?.unwrap_or(0);
    }
    Ok(dropped)
}

/// What a purge of this dialog tells: of a deleted one nothing more.
fn told(work: &Work, dialog: &Expendable, now: Timestamp) -> Option<Told> {
    if dialog.deleted_at.is_some() {
        return None;
    }
    let announcer = Announcer {
        dialog,
        base: work.config.http.public_base_uri.trim_end_matches('/'),
        now,
    };
    Some(Told {
        dialog: dialog.id,
        event: announcer.deleted(),
        hold_until: dialog
            .topic()
            .visible_from
            .filter(|from| *from > now && work.config.events.hold_until_visible),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::OrganizationRetention;

    #[test]
    fn an_organization_may_keep_its_dialogs_for_another_time() {
        let retention = Retention {
            deleted_days: 30,
            organizations: vec![OrganizationRetention {
                org: "Skd".to_owned(),
                deleted_days: 0,
                expired_days: 10,
            }],
            ..Retention::default()
        };
        let now = Timestamp::new(chrono::DateTime::from_timestamp(1_000_000_000, 0).unwrap());
        let days = |days| Some(now - chrono::Duration::days(days));
        let own = Cutoffs::of(&retention, "skd", now);
        assert_eq!((own.deleted, own.expired), (None, days(10)));
        let other = Cutoffs::of(&retention, "ttd", now);
        assert_eq!((other.deleted, other.expired), (days(30), None));
        let known = ["skd", "ttd"].map(|org| (1, org.to_owned()));
        assert_eq!(unknown(&retention, &known).count(), 0);
        assert_eq!(
            unknown(&retention, &known[1..]).collect::<Vec<_>>(),
            ["Skd"]
        );
        assert!(retention.is_on() && !Retention::default().is_on());
    }
}
