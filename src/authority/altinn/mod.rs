//! An authority that is Altinn: its services decide and know who represents whom, what resources there are and what
//! everybody is called.
//!
//! Each kind of question has a file that writes it and reads the answer. Answers are kept for a while ([`cached`]);
//! lists that have to be fetched piece by piece are kept in the database for all replicas ([`sync`]).

mod cached;
mod copies;
mod decision;
mod descriptions;
#[cfg(test)]
pub(crate) mod fixture;
mod loose;
mod names;
mod organizations;
mod parties;
mod resources;
pub mod sync;
#[cfg(test)]
mod tests;

use std::{
    fmt::Display,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use tokio::{
    sync::Mutex,
    time::{MissedTickBehavior, interval},
};
use tokio_util::sync::CancellationToken;

use super::{
    Levels, Metadata, Permitted, Question, Registry, Represented, Subject, SubjectMap, Unavailable,
    registry::{Resources, ServiceOwners, elements::Skipped, names::shown},
};
use crate::{
    clock::Clock,
    config::Cache,
    dialog::party::{Kind, PartyUrn},
    platform::{Platform, System},
    store::Store,
};
use cached::{Answered, Background, Cached, Terms};
use copies::Loaded;

/// The most pairs in decisions that are kept; about 200 bytes each.
const MOST_PAIRS: u64 = 200_000;

/// The most rights, over all callers, that are kept, as [`Represented::weight`] counts them; about 100 bytes each.
const MOST_RIGHTS: u64 = 1_000_000;

/// The most names that are kept; about 200 bytes each.
const MOST_NAMES: u64 = 200_000;

/// How often it is looked at whether another replica has fetched something.
const LOOK_EVERY: Duration = Duration::from_secs(30);

/// How long a request waits for a copy that this process has never read: the first process of all fetches it first.
const FIRST_COPY: Duration = Duration::from_secs(25);

/// How long requests wait for names of service owners that nobody has seen yet: answers do without them.
const OWNERS: Duration = Duration::from_secs(1);

/// How long nobody waits for them after that was in vain.
const OWNERS_PAUSE: TimeDelta = TimeDelta::seconds(30);

/// How many skipped elements are told one by one before the rest is only counted.
const TOLD: usize = 20;

/// Altinn's services. Clones share everything.
#[derive(Clone)]
pub struct Altinn(Arc<Inner>);

struct Inner {
    platform: Platform,
    store: Store,
    clock: Clock,
    background: Background,
    /// How long a new system user's name is waited for.
    patience: Vec<Duration>,
    keeps_rights: bool,
    decisions: Cached<[u8; 32], Answered<Permitted>>,
    parties: Cached<[u8; 32], Answered<Arc<Represented>>>,
    resources: Cached<(), Arc<Resources>>,
    owners: Cached<(), Arc<ServiceOwners>>,
    /// Microseconds since 1970.
    owners_not_before: AtomicI64,
    subject_map: Cached<(), Loaded<SubjectMap>>,
    levels: Cached<(), Loaded<Levels>>,
    names: Cached<PartyUrn, Option<Arc<str>>>,
    metadata: Cached<(), Arc<Metadata>>,
    /// Held while a copy is fetched: the first need and the job do not do the same work.
    fetching_subjects: Mutex<()>,
    fetching_levels: Mutex<()>,
}

impl Altinn {
    /// Gets ready; nothing is asked yet.
    pub fn open(platform: Platform, store: Store, clock: Clock, cache: &Cache) -> Self {
        Self::with_patience(platform, store, clock, cache, &names::PATIENCE)
    }

    fn with_patience(
        platform: Platform,
        store: Store,
        clock: Clock,
        cache: &Cache,
        patience: &[Duration],
    ) -> Self {
        let background = Background::default();
        let seconds = |seconds: u32| TimeDelta::seconds(i64::from(seconds));
        let rights = seconds(cache.rights_seconds);
        let registry = seconds(cache.registry_seconds);
        let names = seconds(cache.names_seconds);
        let of = |system: System, hard| (system.soft_deadline(), Duration::from_secs(hard));
        let (soft, hard) = of(System::DecisionPoint, 25);
        let decisions = Terms::new(rights, rights * 2, MOST_PAIRS)
            .waiting(soft, hard)
            .weighing(|answered: &Answered<Permitted>| answered.value.weight())
            .whole_if(|answered| answered.is_whole);
        let (soft, hard) = of(System::AccessManagement, 25);
        let parties = Terms::new(rights, rights * 2, MOST_RIGHTS)
            .waiting(soft, hard)
            .weighing(|answered: &Answered<Arc<Represented>>| answered.value.weight())
            .whole_if(|answered| answered.is_whole);
        let (soft, hard) = of(System::ResourceRegistry, 10);
        let resources = Terms::new(registry, TimeDelta::hours(26), 1).waiting(soft, hard);
        let subject_map = Terms::new(registry, TimeDelta::hours(2), 1).waiting(soft, FIRST_COPY);
        let levels = Terms::new(registry, TimeDelta::hours(24), 1).waiting(soft, FIRST_COPY);
        let (soft, hard) = of(System::Organizations, 5);
        let owners = Terms::new(names, TimeDelta::hours(26), 1).waiting(soft, hard);
        let (soft, hard) = of(System::Metadata, 5);
        let metadata = Terms::new(registry * 3, TimeDelta::hours(2), 1).waiting(soft, hard);
        let (soft, hard) = of(System::Register, 20);
        let names = Terms::new(names, TimeDelta::hours(26), MOST_NAMES)
            .waiting(soft, hard)
            .keeping(Option::is_some);
        Self(Arc::new(Inner {
            keeps_rights: !rights.is_zero(),
            decisions: Cached::new(decisions, clock.clone(), background.clone()),
            parties: Cached::new(parties, clock.clone(), background.clone()),
            resources: Cached::new(resources, clock.clone(), background.clone()),
            owners: Cached::new(owners, clock.clone(), background.clone()),
            owners_not_before: AtomicI64::default(),
            subject_map: Cached::new(subject_map, clock.clone(), background.clone()),
            levels: Cached::new(levels, clock.clone(), background.clone()),
            names: Cached::new(names, clock.clone(), background.clone()),
            metadata: Cached::new(metadata, clock.clone(), background.clone()),
            fetching_subjects: Mutex::default(),
            fetching_levels: Mutex::default(),
            patience: patience.to_vec(),
            platform,
            store,
            clock,
            background,
        }))
    }

    /// Which of the pairs are permitted.
    pub async fn decide(
        &self,
        subject: &Subject,
        question: &Question,
    ) -> Result<Permitted, Unavailable> {
        let key = decision::key(subject, question);
        let answered = self
            .0
            .decisions
            .get(&key, || {
                let (platform, subject) = (self.0.platform.clone(), subject.clone());
                let question = question.clone();
                async move { decision::ask(&platform, &subject, &question).await }
            })
            .await?;
        Ok(answered.value)
    }

    /// What the caller holds in `parties`; in all where there are none.
    pub async fn rights(
        &self,
        subject: &Subject,
        parties: &[&str],
    ) -> Result<Arc<Represented>, Unavailable> {
        // Who has been asked about as a whole need not be asked about in part.
        if let Some(all) = self
            .0
            .parties
            .fresh(&parties::Asked::rights(subject, &[]).key())
        {
            return Ok(all.value);
        }
        self.parties(parties::Asked::rights(subject, parties)).await
    }

    /// Which roles the caller has, for whom.
    pub async fn roles(&self, subject: &Subject) -> Result<Arc<Represented>, Unavailable> {
        self.parties(parties::Asked::roles(subject)).await
    }

    async fn parties(&self, asked: parties::Asked) -> Result<Arc<Represented>, Unavailable> {
        let platform = self.0.platform.clone();
        // Rights of users of an address change while they look at them: they have just signed up.
        if asked.who.kind() == Kind::IdportenEmail || !self.0.keeps_rights {
            return Ok(parties::ask(&platform, &asked).await?.value);
        }
        let key = asked.key();
        let ask = || async move { parties::ask(&platform, &asked).await };
        Ok(self.0.parties.get(&key, ask).await?.value)
    }

    /// Resources and their owners. Without names of owners where nobody tells them.
    pub async fn registry(&self) -> Result<Arc<Registry>, Unavailable> {
        let (resources, owners) = tokio::join!(self.resources(), self.owners_if_known());
        Ok(Arc::new(Registry::new(resources?, owners)))
    }

    /// Names of service owners are ornaments: where nobody tells them nobody waits for them time and again.
    async fn owners_if_known(&self) -> Arc<ServiceOwners> {
        let now = self.0.clock.now().micros();
        let is_hopeless = self.0.owners.peek(&()).is_none()
            && now < self.0.owners_not_before.load(Ordering::Relaxed);
        if is_hopeless {
            return Arc::default();
        }
        match tokio::time::timeout(OWNERS, self.owners()).await {
            Ok(Ok(owners)) => owners,
            Ok(Err(_)) | Err(_) => {
                let pause = now + OWNERS_PAUSE.num_microseconds().unwrap_or(0);
                self.0.owners_not_before.store(pause, Ordering::Relaxed);
                Arc::default()
            }
        }
    }

    async fn owners(&self) -> Result<Arc<ServiceOwners>, Unavailable> {
        let platform = self.0.platform.clone();
        let ask = || async move { organizations::ask(&platform).await.map(Arc::new) };
        self.0.owners.get(&(), ask).await
    }

    async fn resources(&self) -> Result<Arc<Resources>, Unavailable> {
        let platform = self.0.platform.clone();
        self.0
            .resources
            .get(&(), || async move {
                resources::ask(&platform).await.map(Arc::new)
            })
            .await
    }

    /// What roles and access packages are called.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, Unavailable> {
        let platform = self.0.platform.clone();
        self.0
            .metadata
            .get(&(), || async move {
                descriptions::ask(&platform).await.map(Arc::new)
            })
            .await
    }

    /// The name to show for a party or actor.
    pub async fn name(&self, urn: &PartyUrn) -> Result<Option<String>, Unavailable> {
        let registered = match urn.kind() {
            Kind::Person | Kind::Organization | Kind::SystemUser => {
                let asked = (
                    self.0.platform.clone(),
                    urn.clone(),
                    self.0.patience.clone(),
                );
                self.0
                    .names
                    .get(urn, || async move {
                        let (platform, urn, patience) = asked;
                        names::ask(&platform, &urn, &patience).await
                    })
                    .await?
            }
            // Their identifiers are names themselves.
            Kind::IdportenEmail | Kind::LegacySelfIdentified => None,
        };
        Ok(shown(urn, registered.as_deref()))
    }

    /// Reads at once what every request needs, then looks for what other replicas have fetched, until `stop`.
    pub async fn watch(self, stop: CancellationToken) {
        let mut looks = interval(LOOK_EVERY);
        looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => break,
                _ = looks.tick() => {}
            }
            tokio::select! {
                () = stop.cancelled() => break,
                () = self.look() => {}
            }
        }
        self.0.background.close().await;
    }

    /// One look: whatever is newer in the database than in this process is read.
    async fn look(&self) {
        let (resources, owners, subjects, levels) = tokio::join!(
            self.resources(),
            self.owners(),
            self.look_at_subjects(),
            self.look_at_levels()
        );
        let failed = [resources.err(), owners.err(), subjects.err(), levels.err()];
        for error in failed.into_iter().flatten() {
            tracing::warn!(%error, "what the platform says about resources is not up to date");
        }
    }
}

fn unavailable(system: System, reason: &dyn Display) -> Unavailable {
    Unavailable::NoAnswer {
        system: system.name(),
        reason: reason.to_string(),
    }
}

/// Logs what of a list could not be read.
fn told(skipped: &[Skipped]) {
    for one in skipped.iter().take(TOLD) {
        tracing::warn!("{one}");
    }
    if skipped.len() > TOLD {
        tracing::warn!(more = skipped.len() - TOLD, "more elements were skipped");
    }
}
