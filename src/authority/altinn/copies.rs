//! What the database keeps for all processes, as this one has read it: what opens resources, and the levels they need.

use std::sync::Arc;

use super::{
    Altinn, Inner, resources,
    sync::{self, Report},
    unavailable,
};
use crate::{
    authority::{Levels, SubjectMap, Unavailable},
    dialog::timestamp::Timestamp,
    platform::System,
    store::platform::{Copied, State},
};

/// What this process has read of a copy in the database.
pub(super) struct Loaded<T> {
    value: Arc<T>,
    version: i64,
}

impl<T> Clone for Loaded<T> {
    fn clone(&self) -> Self {
        Self {
            value: Arc::clone(&self.value),
            version: self.version,
        }
    }
}

impl Altinn {
    /// What authentication levels resources need.
    pub async fn levels(&self) -> Result<Arc<Levels>, Unavailable> {
        let altinn = self.clone();
        let levels = self
            .0
            .levels
            .get(&(), || async move { altinn.read_levels().await });
        Ok(levels.await?.value)
    }

    async fn read_levels(self) -> Result<Loaded<Levels>, Unavailable> {
        let state = self.state_of(Copied::Levels).await?;
        let levels = self.0.store.resource_levels().await?;
        Ok(Loaded {
            value: Arc::new(Levels::new(levels)),
            version: state.version,
        })
    }

    /// Which roles and access packages open which resources.
    pub async fn subject_map(&self) -> Result<Arc<SubjectMap>, Unavailable> {
        let altinn = self.clone();
        let map = self
            .0
            .subject_map
            .get(&(), || async move { altinn.read_subject_map().await });
        Ok(map.await?.value)
    }

    async fn read_subject_map(self) -> Result<Loaded<SubjectMap>, Unavailable> {
        let state = self.state_of(Copied::Subjects).await?;
        let resources = self.resources().await?;
        let subjects = self.0.store.subjects_by_resource().await?;
        let known = resources.iter().map(|resource| resource.urn.clone());
        Ok(Loaded {
            value: Arc::new(SubjectMap::new(subjects, known)),
            version: state.version,
        })
    }

    /// How far a copy has come; fetches it where nobody has yet. Read before the copy itself, so that a change in
    /// between is noticed at the next look.
    async fn state_of(&self, copied: Copied) -> Result<State, Unavailable> {
        let state = self.0.store.copy_state(copied).await?;
        if state.fetched_at.is_some() {
            return Ok(state);
        }
        let fetching = match copied {
            Copied::Subjects => &self.0.fetching_subjects,
            Copied::Levels => &self.0.fetching_levels,
        };
        let _alone = fetching.lock().await;
        let state = self.0.store.copy_state(copied).await?;
        if state.fetched_at.is_some() {
            return Ok(state);
        }
        tracing::info!(?copied, "fetching for the first time");
        match copied {
            Copied::Subjects => self.fetch_subjects(None, None).await?,
            Copied::Levels => self.fetch_levels(None).await?,
        };
        Ok(self.0.store.copy_state(copied).await?)
    }

    /// Brings the copy of what opens what up to date; asks for changes from `since` on, else for those since the last
    /// time, `batch` at a time. Changes that cannot be read are an error, after all others are written.
    pub async fn sync_subjects(
        &self,
        since: Option<Timestamp>,
        batch: Option<u32>,
    ) -> Result<Report, Unavailable> {
        let report = {
            let _alone = self.0.fetching_subjects.lock().await;
            self.fetch_subjects(since, batch).await?
        };
        if report.changed > 0 {
            let altinn = self.clone();
            let read = || async move { altinn.read_subject_map().await };
            self.0.subject_map.renew(&(), read).await?;
        }
        if report.skipped > 0 {
            let skipped = report.skipped;
            let reason = format!("{skipped} changes could not be read; they are fetched again");
            return Err(unavailable(System::ResourceRegistry, &reason));
        }
        Ok(report)
    }

    async fn fetch_subjects(
        &self,
        since: Option<Timestamp>,
        batch: Option<u32>,
    ) -> Result<Report, Unavailable> {
        let Inner {
            store,
            platform,
            clock,
            ..
        } = &*self.0;
        sync::subjects(store, platform, clock, since, batch).await
    }

    /// Brings the copy of levels up to date; fetches so many policies `at_once`.
    pub async fn sync_levels(&self, at_once: Option<u32>) -> Result<Report, Unavailable> {
        let report = {
            let _alone = self.0.fetching_levels.lock().await;
            self.fetch_levels(at_once).await?
        };
        if report.changed > 0 {
            let altinn = self.clone();
            let read = || async move { altinn.read_levels().await };
            self.0.levels.renew(&(), read).await?;
        }
        Ok(report)
    }

    async fn fetch_levels(&self, at_once: Option<u32>) -> Result<Report, Unavailable> {
        let Inner {
            store,
            platform,
            clock,
            resources,
            ..
        } = &*self.0;
        let asking = platform.clone();
        let ask = || async move { resources::ask(&asking).await.map(Arc::new) };
        let known = resources.renew(&(), ask).await?;
        sync::levels(store, platform, clock, &known, at_once).await
    }

    /// Reads what opens what if it is newer in the database.
    pub(super) async fn look_at_subjects(&self) -> Result<(), Unavailable> {
        let Some(known) = self.0.subject_map.peek(&()) else {
            return self.subject_map().await.map(drop);
        };
        let state = self.0.store.copy_state(Copied::Subjects).await?;
        if state.version != known.version {
            let altinn = self.clone();
            let read = || async move { altinn.read_subject_map().await };
            self.0.subject_map.renew(&(), read).await?;
        }
        Ok(())
    }

    /// Reads the levels if they are newer in the database.
    pub(super) async fn look_at_levels(&self) -> Result<(), Unavailable> {
        let Some(known) = self.0.levels.peek(&()) else {
            return self.levels().await.map(drop);
        };
        let state = self.0.store.copy_state(Copied::Levels).await?;
        if state.version != known.version {
            let altinn = self.clone();
            let read = || async move { altinn.read_levels().await };
            self.0.levels.renew(&(), read).await?;
        }
        Ok(())
    }
}
