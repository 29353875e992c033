//! The caller, as the route's policy lets one in: authenticated, scoped, of a kind that the route serves.

use std::{hash::Hash, sync::Arc};

use axum::{
    extract::{FromRef, FromRequestParts},
    http::request::Parts,
};

use crate::{
    auth::{Authenticator, Identity, Policy, Refusal, scope},
    dialog::{
        Violations,
        party::{Kind, PartyUrn},
        seen::UserType,
    },
    http::{
        problem::Problem,
        query::Query,
        rate_limit::{RateLimit, TooMany},
    },
    telemetry::usage,
};

/// The query parameter with which a service owner acts for a person.
const END_USER_ID: &str = "endUserId";

/// An end user.
#[derive(Debug)]
pub struct EndUser(pub Identity);

/// A service owner.
#[derive(Debug)]
pub struct ServiceOwner(pub Identity);

/// A service owner that may put transmissions right.
#[derive(Debug)]
pub struct TransmissionCorrector(pub Identity);

/// An administrator of the whole.
#[derive(Debug)]
pub struct Administrator(pub Identity);

/// A service owner that may list dialogs.
#[derive(Debug)]
pub struct ServiceOwnerSearch(pub Identity);

/// A service owner that may list dialogs, and act for a person by the query parameter `endUserId`.
#[derive(Debug)]
pub struct ServiceOwnerSearchForPerson(pub ServiceOwnerForPerson);

/// A system that asks whether a notification is still to be sent.
#[derive(Debug)]
pub struct NotificationSender;

/// A service owner that may act for a person by the query parameter `endUserId`.
#[derive(Debug)]
pub struct ServiceOwnerForPerson {
    identity: Identity,
    asked: Option<String>,
}

impl ServiceOwnerForPerson {
    /// The caller; with `endUserId` of the kind that acts for a person.
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// Whether the caller acts for a person, under whatever form of identifier the door let in.
    pub fn is_for_person(&self) -> bool {
        self.asked.is_some()
    }

    async fn enter<S>(parts: &Parts, state: &S, policy: Policy) -> Result<Self, Problem>
    where
        S: Send + Sync,
        Arc<Authenticator>: FromRef<S>,
        RateLimit: FromRef<S>,
    {
        let query = Query::parse(parts.uri.query());
        let values = query.all(END_USER_ID);
        let first = values.first().copied();
        let identity = enter(parts, state, policy, first).await?;
        let asked = (!values.is_empty()).then(|| values.join(","));
        Ok(Self { identity, asked })
    }

    /// The person acted for, if any. The parameter must be the full identifier; at the door a bare number passes.
    pub fn person(&self) -> Result<Option<PartyUrn>, Violations> {
        let Some(text) = &self.asked else {
            return Ok(None);
        };
        PartyUrn::parse(text)
            .filter(|urn| urn.kind() == Kind::Person)
            .map(Some)
            .ok_or_else(|| {
                Violations::one(
                    END_USER_ID,
                    format!(
                        "'{END_USER_ID}' must be {} and a national identity number.",
                        Kind::Person.prefix()
                    ),
                )
            })
    }
}

/// Makes a type an extractor: `enter` lets the caller in by the policy, or not.
macro_rules! lets_in {
    ($caller:ty, $policy:ident, $enter:expr) => {
        impl<S> FromRequestParts<S> for $caller
        where
            S: Send + Sync,
            Arc<Authenticator>: FromRef<S>,
            RateLimit: FromRef<S>,
        {
            type Rejection = Problem;

            async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
                $enter(parts, state, Policy::$policy).await.map(Into::into)
            }
        }
    };
    ($caller:ident, $policy:ident) => {
        lets_in!($caller, $policy, enter_as_oneself);

        impl From<Identity> for $caller {
            fn from(identity: Identity) -> Self {
                Self(identity)
            }
        }
    };
}

lets_in!(EndUser, EndUser);
lets_in!(ServiceOwner, ServiceProvider);
lets_in!(TransmissionCorrector, ServiceProviderChangeTransmissions);
lets_in!(Administrator, ServiceProviderAdmin);
lets_in!(ServiceOwnerSearch, ServiceProviderSearch);
lets_in!(
    NotificationSender,
    NotificationConditionCheck,
    enter_as_oneself
);
lets_in!(ServiceOwnerForPerson, ServiceProvider, Self::enter);
lets_in!(
    ServiceOwnerSearchForPerson,
    ServiceProviderSearch,
    ServiceOwnerForPerson::enter
);

impl From<Identity> for NotificationSender {
    fn from(_: Identity) -> Self {
        Self
    }
}

impl From<ServiceOwnerForPerson> for ServiceOwnerSearchForPerson {
    fn from(caller: ServiceOwnerForPerson) -> Self {
        Self(caller)
    }
}

async fn enter_as_oneself<S>(parts: &Parts, state: &S, policy: Policy) -> Result<Identity, Problem>
where
    S: Send + Sync,
    Arc<Authenticator>: FromRef<S>,
    RateLimit: FromRef<S>,
{
    enter(parts, state, policy, None).await
}

async fn enter<S>(
    parts: &Parts,
    state: &S,
    policy: Policy,
    on_behalf_of: Option<&str>,
) -> Result<Identity, Problem>
where
    S: Send + Sync,
    Arc<Authenticator>: FromRef<S>,
    RateLimit: FromRef<S>,
{
    let authenticator = Arc::<Authenticator>::from_ref(state);
    let caller = authenticator
        .authenticate(&parts.headers, policy, on_behalf_of)
        .await?;
    usage::note_caller(caller.consumer.as_deref(), caller.has_scope(scope::ADMIN));
    // Who is not told sends the notification all the same.
    if policy != Policy::NotificationConditionCheck {
        RateLimit::from_ref(state).admit(who(&caller))?;
    }
    Ok(caller)
}

/// What makes one caller another than the next. The person that a service owner acts for is of its own choice, and does
/// not.
fn who(caller: &Identity) -> impl Hash {
    let acts_for_another = caller.user_type == UserType::ServiceOwnerOnBehalfOfPerson;
    (
        caller.system_user.as_ref().map(|system| system.id),
        caller.pid.as_deref().filter(|_| !acts_for_another),
        caller.email.as_deref(),
        caller.consumer.as_deref(),
    )
}

impl From<TooMany> for Problem {
    fn from(too_many: TooMany) -> Self {
        Self::TooMany(too_many.retry_after)
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Unauthenticated { challenges } => Self::Unauthenticated(challenges),
            Refusal::MissingScope(_) => Self::MissingScope,
            Refusal::InvalidEndUserId => Self::InvalidEndUser(refusal.to_string()),
            Refusal::WrongUserType(wrong) => Self::WrongUserType(wrong.to_string()),
            Refusal::Unavailable => Self::Upstream(refusal.to_string()),
        }
    }
}
