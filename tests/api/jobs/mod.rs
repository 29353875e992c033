//! What background jobs do to dialogs that came in through the door.

mod dead_letters;
mod maintenance;
mod news;
mod pairs;
mod platform;
mod retention;
mod search_reindex;

use dialogporten::jobs::{self, Failure, Options, Report};

use crate::support::Town;

/// Runs a job once, as by hand.
async fn runs(town: &Town, name: &str, options: Options) -> Result<Report, Failure> {
    let mut work = town.app.work();
    work.options = options;
    jobs::run_alone(jobs::find(name).unwrap(), work).await
}
