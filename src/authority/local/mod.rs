//! An authority that is a directory on disk: resources, policies, who represents whom, what everybody is called.
//!
//! Its state is one immutable [`Snapshot`]. Readers take the present one and never wait; [`Local::refresh`] puts a new
//! one in its place when files have changed, so that editing a file is all an operator has to do.

mod alone;
pub mod bundled;
mod decision;
mod directory;
mod explain;
#[cfg(test)]
pub(in crate::authority) mod fixture;
mod policies;
mod snapshot;

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use arc_swap::ArcSwap;
use tokio::time::{MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::{Permitted, Question, Subject};
use directory::Fingerprint;
pub use directory::Unusable;
pub use explain::{Asked, Explained};
pub use snapshot::Snapshot;

/// How often the directory is looked at.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// A platform directory in use. Clones share it.
#[derive(Clone)]
pub struct Local(Arc<Inner>);

struct Inner {
    directory: PathBuf,
    snapshot: ArcSwap<Snapshot>,
    /// The state of the files when they were last read, successfully or not.
    seen: Mutex<Option<Fingerprint>>,
}

impl Local {
    /// Reads the directory. Blocks; lists that cannot be read are errors here and only here.
    pub fn open(directory: PathBuf) -> Result<Self, Unusable> {
        // Before reading: what changes meanwhile is read again at the first look.
        let seen = directory::fingerprint(&directory)?;
        let snapshot = ArcSwap::from_pointee(Snapshot::load(&directory)?);
        Ok(Self(Arc::new(Inner {
            directory,
            snapshot,
            seen: Mutex::new(Some(seen)),
        })))
    }

    /// Where the files are.
    pub fn directory(&self) -> &Path {
        &self.0.directory
    }

    /// Which of the pairs are permitted.
    pub fn decide(&self, subject: &Subject, question: &Question) -> Permitted {
        decision::decide(&self.0.snapshot.load(), subject, question)
    }

    /// Why something is permitted or not.
    pub fn explain(&self, asked: Asked<'_>) -> Explained {
        explain::explain(&self.0.snapshot.load(), asked)
    }

    /// The present state.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.0.snapshot.load_full()
    }

    /// Reads the directory again if files have changed, and says whether there is a new state. Blocks. When they
    /// cannot be used the last good state stays, and the reason is returned once, not at every look.
    pub fn refresh(&self) -> Result<bool, Unusable> {
        let found = directory::fingerprint(self.directory())?;
        {
            let mut seen = self.0.seen.lock().unwrap_or_else(PoisonError::into_inner);
            if seen.as_ref() == Some(&found) {
                return Ok(false);
            }
            *seen = Some(found);
        }
        self.0
            .snapshot
            .store(Arc::new(Snapshot::load(self.directory())?));
        Ok(true)
    }

    /// Looks for changes until `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut told = None;
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = looks.tick() => {}
            }
            let local = self.clone();
            let Ok(outcome) = tokio::task::spawn_blocking(move || local.refresh()).await else {
                continue;
            };
            let error = outcome.err().map(|error| error.to_string());
            if let Some(error) = error.as_ref().filter(|_| error != told) {
                tracing::error!(
                    error,
                    "the platform directory cannot be used; its last good state stays"
                );
            }
            told = error;
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::fixture::{COMPANY, Directory, PERSON, org, subject, target};
    use super::*;
    use crate::authority::Question;

    fn open(directory: &Directory) -> Local {
        Local::open(directory.path().to_owned()).unwrap()
    }

    fn may_read(local: &Local) -> bool {
        let question = Question::of_main(target(COMPANY, "urn:altinn:resource:a"));
        local.decide(&subject(PERSON), &question).has_main()
    }

    #[test]
    fn changed_files_count_without_a_restart() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL"])]}));
        let local = open(&directory);
        assert!(!may_read(&local));
        assert!(!local.refresh().unwrap());

        directory.policy("a", &["Permit urn:altinn:rolecode=dagl - read"]);
        assert!(local.refresh().unwrap());
        assert!(may_read(&local));
        assert!(!local.refresh().unwrap());

        directory.put("parties.json", "{}");
        assert!(local.refresh().unwrap());
        assert!(!may_read(&local));
    }

    #[tokio::test]
    async fn watching_finds_changes_by_itself_and_ends_when_asked() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL"])]}));
        let local = open(&directory);
        directory.policy("a", &["Permit urn:altinn:rolecode=dagl - read"]);
        let stop = CancellationToken::new();
        let watch = tokio::spawn(local.clone().watch(stop.clone()));
        let seen = async {
            while !may_read(&local) {
                tokio::task::yield_now().await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), seen)
            .await
            .unwrap();
        stop.cancel();
        watch.await.unwrap();
    }

    #[test]
    fn a_broken_or_missing_list_leaves_the_last_good_state_and_is_told_once() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL"])]}));
        directory.policy("a", &["Permit urn:altinn:rolecode=dagl - read"]);
        let local = open(&directory);
        for file in ["parties.json", "resources.json", "orgs.json", "names.json"] {
            let good = std::fs::read_to_string(directory.path().join(file)).unwrap();
            directory.put(file, "{\"half");
            let error = local.refresh().unwrap_err().to_string();
            assert!(error.starts_with(file), "{error}");
            assert!(!local.refresh().unwrap());
            assert!(may_read(&local));

            directory.remove(file);
            assert!(
                local
                    .refresh()
                    .unwrap_err()
                    .to_string()
                    .contains("is missing")
            );
            assert!(may_read(&local));

            directory.put(file, &good);
            assert!(local.refresh().unwrap());
            assert!(may_read(&local));
        }
    }

    #[test]
    fn a_refused_policy_permits_nothing_and_stops_nobody() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL"])]}));
        directory.policy("a", &["Permit urn:altinn:rolecode=dagl - read"]);
        directory.policy("b", &["Permit urn:altinn:rolecode=dagl - read"]);
        let local = open(&directory);
        assert!(may_read(&local));
        directory.put("policies/a.xml", "<Policy/>");
        assert!(local.refresh().unwrap());
        assert!(!may_read(&local));
        let b = Question::of_main(target(COMPANY, "urn:altinn:resource:b"));
        assert!(local.decide(&subject(PERSON), &b).has_main());
    }

    #[test]
    fn a_directory_without_lists_is_refused_at_the_start() {
        let directory = Directory::new(&json!({}));
        directory.remove("resources.json");
        let Err(error) = Local::open(directory.path().to_owned()) else {
            unreachable!("a list is missing")
        };
        assert!(
            error.to_string().contains("resources.json is missing"),
            "{error}"
        );
    }
}
