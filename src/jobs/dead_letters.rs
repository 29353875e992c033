//! `dead-letter-alarm`: says so, again and again, when there are events that were given up.

use super::{Failure, Job, Report, Schedule, Work};

pub(super) const JOB: Job = Job {
    name: "dead-letter-alarm",
    about: "Log an error while there are events that could not be delivered",
    flags: &[],
    schedule: |config| Schedule::seconds(config.jobs.dead_letter_alarm_interval_seconds),
    body: |work| Box::pin(alarm(work)),
};

async fn alarm(work: Work) -> Result<Report, Failure> {
    let lag = work.store.outbox_lag(work.clock.now()).await?;
    let dead = u64::try_from(lag.dead).unwrap_or(0);
    if dead == 0 {
        return Ok(Report::default());
    }
    let first = work.store.dead_events(1).await?.pop();
    tracing::error!(
        dead,
        first = first.as_ref().map(|event| event.seq),
        since = first.map(|event| event.occurred_at.to_string()),
        "events could not be delivered and were given up; see `dialogporten events list --dead`"
    );
    Ok(Report::default().with("events given up", dead))
}
