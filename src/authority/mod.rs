//! Who may do what: one question, one answer.
//!
//! `Authority` is what the rest of the house holds. What is asked (`Question`) and answered (`Permitted`), and
//! what follows from whom a caller represents (`rights`), does not depend on where answers come from.

pub mod altinn;
pub mod answer;
pub mod attributes;
pub mod local;
pub mod question;
pub mod registry;
pub mod rights;
pub mod subject;
pub mod target;
mod unavailable;
mod word_order;
pub mod xacml;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

pub use altinn::Altinn;
pub use answer::Permitted;
pub use local::Local;
pub use question::Question;
pub use registry::{Levels, Metadata, Registry};
pub use rights::{Evidence, Represented, SubjectMap, Wanted};
pub use subject::Subject;
pub use target::Target;
pub use unavailable::Unavailable;

use crate::dialog::{
    party::{Kind, PartyUrn},
    search::Scope,
};
use rights::{evidence, scope};

/// Where rights, resources and names come from. Clones share everything.
#[derive(Clone)]
pub enum Authority {
    /// A directory on disk.
    Local(Local),
    /// Altinn's services.
    Altinn(Altinn),
}

impl Authority {
    /// Which of the pairs are permitted.
    pub async fn decide(
        &self,
        subject: &Subject,
        question: &Question,
    ) -> Result<Permitted, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.decide(subject, question)),
            Self::Altinn(altinn) => altinn.decide(subject, question).await,
        }
    }

    /// All parties that the caller represents, with the roles but without anything that was delegated.
    pub async fn represented(&self, subject: &Subject) -> Result<Arc<Represented>, Unavailable> {
        let represented = match self {
            Self::Local(local) => local.snapshot().represented_by(subject),
            Self::Altinn(altinn) => altinn.roles(subject).await?,
        };
        somebody(subject, represented)
    }

    /// All parties that the caller represents, with all rights.
    pub async fn all_rights(&self, subject: &Subject) -> Result<Arc<Represented>, Unavailable> {
        somebody(subject, self.rights(subject, &[]).await?)
    }

    /// What the caller may find of what is wanted.
    pub async fn scope(&self, subject: &Subject, wanted: Wanted<'_>) -> Result<Scope, Unavailable> {
        let is_asked_for_parties =
            !wanted.parties.is_empty() && subject.urn().kind() == Kind::Person;
        let represented = if is_asked_for_parties {
            let parties: Vec<&str> = wanted.parties.iter().map(String::as_str).collect();
            self.rights(subject, &parties).await?
        } else {
            self.all_rights(subject).await?
        };
        let map = self.subject_map().await?;
        Ok(scope::search(&represented, &map, wanted))
    }

    /// Whether a search by the caller would find the dialog, whatever its state. This is enough for putting labels on
    /// it, and for a bare look at it.
    pub async fn finds(&self, subject: &Subject, target: Target<'_>) -> Result<bool, Unavailable> {
        let represented = self.rights(subject, &[target.party]).await?;
        let map = self.subject_map().await?;
        Ok(scope::finds(&represented, &map, target))
    }

    /// By which rights the caller may look up a dialog of `party` about `resource`, both lower case, that is shown under
    /// `reference`; none means not at all.
    pub async fn evidence(
        &self,
        subject: &Subject,
        party: &str,
        resource: &str,
        reference: &str,
    ) -> Result<Vec<Evidence>, Unavailable> {
        let represented = self.rights(subject, &[party]).await?;
        let map = self.subject_map().await?;
        Ok(evidence::of(&represented, &map, party, resource, reference))
    }

    /// Resources and their owners.
    pub async fn registry(&self) -> Result<Arc<Registry>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().registry.clone()),
            Self::Altinn(altinn) => altinn.registry().await,
        }
    }

    /// What authentication levels resources need.
    pub async fn levels(&self) -> Result<Arc<Levels>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().levels.clone()),
            Self::Altinn(altinn) => altinn.levels().await,
        }
    }

    /// Which roles and access packages open which resources.
    pub async fn subject_map(&self) -> Result<Arc<SubjectMap>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().subject_map.clone()),
            Self::Altinn(altinn) => altinn.subject_map().await,
        }
    }

    /// What roles and access packages are called.
    pub async fn metadata(&self) -> Result<Arc<Metadata>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().metadata.clone()),
            Self::Altinn(altinn) => altinn.metadata().await,
        }
    }

    /// The name to show for a party or actor; `None` where nobody knows one.
    pub async fn name(&self, urn: &PartyUrn) -> Result<Option<String>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().name(urn)),
            Self::Altinn(altinn) => altinn.name(urn).await,
        }
    }

    /// Keeps what is known up to date until `stop`. The server runs this beside its requests.
    pub async fn watch(self, stop: CancellationToken) {
        match self {
            Self::Local(local) => local.watch(stop).await,
            Self::Altinn(altinn) => altinn.watch(stop).await,
        }
    }

    /// The caller's rights; more than those in `parties` where that costs nothing, all of them where it is empty.
    async fn rights(
        &self,
        subject: &Subject,
        parties: &[&str],
    ) -> Result<Arc<Represented>, Unavailable> {
        match self {
            Self::Local(local) => Ok(local.snapshot().represented_by(subject)),
            Self::Altinn(altinn) => altinn.rights(subject, parties).await,
        }
    }
}

/// A system may have been trusted with nothing; everybody else is a party at least.
fn somebody(
    subject: &Subject,
    represented: Arc<Represented>,
) -> Result<Arc<Represented>, Unavailable> {
    if represented.tree().is_empty() && subject.urn().kind() != Kind::SystemUser {
        return Err(Unavailable::NoParties);
    }
    Ok(represented)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::local::fixture::{
        COMPANY, Directory, MAIL, PERSON, STRANGER, SYSTEM, org, subject,
    };

    #[tokio::test]
    async fn only_a_system_may_represent_nobody() {
        let directory =
            Directory::new(&json!({PERSON: [], MAIL: [], STRANGER: [org(COMPANY, &["DAGL"])]}));
        let authority = Authority::Local(Local::open(directory.path().to_owned()).unwrap());
        let parties = [COMPANY.to_owned()];
        let all = Wanted::default();
        let some = Wanted {
            parties: &parties,
            ..all
        };
        for (who, wanted, expected) in [
            (PERSON, all, Err(Unavailable::NoParties)),
            (PERSON, some, Ok(true)),
            (MAIL, all, Err(Unavailable::NoParties)),
            // Whoever delivers the parties is not asked for some of them on behalf of an address.
            (MAIL, some, Err(Unavailable::NoParties)),
            (SYSTEM, all, Ok(true)),
            (SYSTEM, some, Ok(true)),
            (STRANGER, all, Ok(true)),
        ] {
            let scope = authority.scope(&subject(who), wanted).await;
            assert_eq!(scope.map(|scope| scope.is_empty()), expected, "{who}");
        }
        for (who, count) in [(PERSON, None), (SYSTEM, Some(0)), (STRANGER, Some(1))] {
            let represented = authority.represented(&subject(who)).await.ok();
            assert_eq!(represented.map(|all| all.tree().len()), count, "{who}");
        }
    }
}
