//! `search-reindex`: makes search vectors anew, after a change of what is indexed or of PostgreSQL's dictionaries.

use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Failure, Flag, Job, Mode, Report, Schedule, Work};
use crate::{
    dialog::timestamp::Timestamp,
    store::reindex::{Reindexed, Selection},
};

const NAME: &str = "search-reindex";
const BATCH: u32 = 1_000;
/// One after the other, so that requests come first.
const CONCURRENCY: u32 = 1;

pub(super) const JOB: Job = Job {
    name: NAME,
    about: "Make the search vectors of dialogs anew: all, of those changed since a time, or those missing",
    flags: &[Flag::Mode, Flag::Batch, Flag::Concurrency, Flag::Pause],
    schedule: |_| Schedule::Off,
    body: |work| Box::pin(reindex(work)),
};

/// How far a run got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct State {
    since: Option<Timestamp>,
    only_missing: bool,
    behind: Uuid,
}

impl State {
    fn selection(&self) -> Selection {
        match self.since {
            Some(since) => Selection::UpdatedSince(since),
            None if self.only_missing => Selection::Missing,
            None => Selection::All,
        }
    }
}

async fn reindex(work: Work) -> Result<Report, Failure> {
    let from_start = |since, only_missing| State {
        since,
        only_missing,
        behind: Uuid::nil(),
    };
    let mut state = match work.options.mode {
        Some(Mode::Full) => from_start(None, false),
        Some(Mode::Since(since)) => from_start(Some(since), false),
        Some(Mode::StaleOnly) => from_start(None, true),
        Some(Mode::Resume) => work.store.job_state(NAME).await?.ok_or_else(|| {
            Failure::Usage("there is nothing to resume: the last run did all it should".to_owned())
        })?,
        None => return Err(Failure::Usage("say which dialogs".to_owned())),
    };
    work.store.set_job_state(NAME, Some(&state)).await?;
    work.progress.expect(work.store.estimated_dialogs().await?);
    let limit = work.options.batch.unwrap_or(BATCH);
    let concurrency = work.options.concurrency.unwrap_or(CONCURRENCY);
    let (mut made, mut renewed, mut busy) = (0, 0, 0);
    loop {
        let part = work
            .store
            .dialogs_behind(state.selection(), state.behind, limit)
            .await?;
        let Some(last) = part.last else { break };
        let outcomes: Vec<_> = stream::iter(part.selected)
            .map(|id| work.store.reindex_dialog(id))
            .buffer_unordered(usize::try_from(concurrency).unwrap_or(1))
            .try_collect()
            .await?;
        for outcome in outcomes {
            match outcome {
                Reindexed::Made => made += 1,
                Reindexed::Renewed => renewed += 1,
                Reindexed::Busy => busy += 1,
                Reindexed::Gone => {}
            }
        }
        state.behind = last;
        work.store.set_job_state(NAME, Some(&state)).await?;
        work.progress.advance(part.dialogs);
        work.pause(work.options.pause.unwrap_or(Duration::ZERO))
            .await?;
    }
    work.store.set_job_state::<State>(NAME, None).await?;
    Ok(Report::default()
        .with("vectors made", made)
        .with("vectors renewed", renewed)
        .with("dialogs too busy", busy))
}
