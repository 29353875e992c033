//! The one way in: from the headers of a request to a caller that may enter the route.

use std::{path::Path, sync::Arc, time::Duration};

use aws_lc_rs::digest;
use axum::http::HeaderMap;
use futures_util::{StreamExt, stream::FuturesUnordered};
use moka::future::Cache;

use super::{
    identity::Identity,
    issuer::{Background, Issuer, IssuerSettings, Published},
    local_issuer::LocalIssuer,
    policy::{MissingScope, Policy, WrongUserType},
    scope,
    signing_key::Unusable,
    token::{self, Bearer, Untimely, Unverified, Validity},
};
use crate::{
    clock::Clock,
    config,
    dialog::{party, seen::UserType},
    platform::Client,
    telemetry::metrics::{self, Lookup},
};

/// Why a request does not get in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// 401 without a body: no token, or none that holds.
    #[error("not authenticated")]
    Unauthenticated {
        /// The values of `WWW-Authenticate`, one for each issuer.
        challenges: Vec<&'static str>,
    },
    /// 403 without a body.
    #[error(transparent)]
    MissingScope(#[from] MissingScope),
    /// 400 with an error on `EndUserId`: whom a service owner wants to act for is not a person.
    #[error("the value must end in a national identity number.")]
    InvalidEndUserId,
    /// 403 with an error on `Type`.
    #[error(transparent)]
    WrongUserType(#[from] WrongUserType),
    /// 502: the token may be of an issuer whose keys could not be loaded yet.
    #[error("an issuer of tokens does not answer")]
    Unavailable,
}

/// Why nobody can be let in at all.
#[derive(Debug, thiserror::Error)]
pub enum Misconfigured {
    /// The address of an issuer's document is none.
    #[error("auth.issuers: the well_known of {0} is not an address")]
    Address(String),
    /// The local issuer has no key.
    #[error("auth.local_issuer: {0}")]
    LocalIssuer(#[from] Unusable),
}

/// Knows the issuers and the tokens that have been verified lately.
pub struct Authenticator {
    issuers: Vec<Arc<Issuer>>,
    /// What stands in `iss` of our own dialog tokens; they open nothing here.
    own_issuer: String,
    verified: Cache<[u8; 32], Arc<Verified>>,
    clock: Clock,
    background: Background,
}

/// A token whose signature holds, with the keys that it was verified with: with newer keys it is verified anew.
struct Verified {
    identity: Identity,
    validity: Validity,
    index: usize,
    published: Arc<Published>,
    size: u32,
}

/// What is wrong with a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Unreadable,
    Signature,
    Time(Untimely),
    Audience,
}

impl Fault {
    /// As RFC 6750, section 3, wants it.
    fn challenge(self) -> &'static str {
        match self {
            Self::Unreadable => {
                r#"Bearer error="invalid_token", error_description="The token cannot be read""#
            }
            Self::Signature => {
                r#"Bearer error="invalid_token", error_description="No key of the issuer fits the signature""#
            }
            Self::Time(Untimely::Endless) => {
                r#"Bearer error="invalid_token", error_description="The token has no time of expiry""#
            }
            Self::Time(Untimely::Contradictory) => {
                r#"Bearer error="invalid_token", error_description="The token expires before it is valid""#
            }
            Self::Time(Untimely::Expired) => {
                r#"Bearer error="invalid_token", error_description="The token has expired""#
            }
            Self::Time(Untimely::NotYet) => {
                r#"Bearer error="invalid_token", error_description="The token is not valid yet""#
            }
            Self::Audience => {
                r#"Bearer error="invalid_token", error_description="The token is for another audience""#
            }
        }
    }
}

impl Authenticator {
    /// Tokens whose claims are kept, in bytes.
    const MOST: u64 = 32 * 1024 * 1024;

    /// Accepts tokens of the configured issuers, and of the local one where that is on; its key is kept in `directory`.
    /// Asks nobody yet. `own_issuer` is that of our own dialog tokens.
    pub fn open(
        settings: &config::Auth,
        directory: &Path,
        own_issuer: String,
        client: &Client,
        clock: Clock,
    ) -> Result<Self, Misconfigured> {
        let background = Background::default();
        let mut issuers = Vec::new();
        for issuer in &settings.issuers {
            let name = issuer.name.clone();
            let Ok(well_known) = issuer.well_known.parse() else {
                return Err(Misconfigured::Address(name));
            };
            let audience = None;
            let settings = IssuerSettings {
                name,
                well_known,
                audience,
            };
            let (client, clock, background) = (client.clone(), clock.clone(), background.clone());
            issuers.push(Issuer::discovered(settings, client, clock, background));
        }
        if settings.local_issuer {
            let local = LocalIssuer::open(directory)?;
            issuers.push(Issuer::fixed(local.published(clock.now())));
        }
        Ok(Self::new(issuers, own_issuer, clock, background))
    }

    /// Accepts tokens of these issuers; `background` is what they were made with. `own_issuer` is that of our own
    /// dialog tokens.
    pub fn new(
        issuers: Vec<Issuer>,
        own_issuer: String,
        clock: Clock,
        background: Background,
    ) -> Self {
        Self {
            issuers: issuers.into_iter().map(Arc::new).collect(),
            own_issuer,
            verified: Cache::builder()
                .max_capacity(Self::MOST)
                .weigher(|_, verified: &Arc<Verified>| verified.size)
                .time_to_live(Duration::from_mins(5))
                .build(),
            clock,
            background,
        }
    }

    /// Lets a request in: who calls, whether the token carries what the policy asks for, and whether the route serves
    /// such callers, in this order. `on_behalf_of` is the first value of the query parameter `enduserid` where the
    /// route knows it: a service owner then acts for that person.
    pub async fn authenticate(
        &self,
        headers: &HeaderMap,
        policy: Policy,
        on_behalf_of: Option<&str>,
    ) -> Result<Identity, Refusal> {
        let identity = self.identify(headers).await?;
        policy.check(&identity)?;
        let identity = act_for(identity, on_behalf_of)?;
        if identity.user_type == UserType::Unknown && policy.user_types().is_some() {
            tracing::error!(
                claims = identity.claim_names(),
                "the claims of a valid token name nobody"
            );
        }
        policy.check_user_type(&identity)?;
        Ok(identity)
    }

    /// Who calls, whatever it may do.
    pub async fn identify(&self, headers: &HeaderMap) -> Result<Identity, Refusal> {
        let token = match token::bearer(headers) {
            Bearer::Word(token) => token,
            Bearer::None => return Err(self.refuse(|_| None)),
            Bearer::Junk { last } => return Err(self.refuse_junk(last)),
        };
        let key = sha256(token);
        if let Some(verified) = self.verified.get(&key).await
            && self.is_current(&verified)
        {
            metrics::cache("tokens", Lookup::Hit);
            let in_time = verified.validity.check(self.clock.now());
            return match in_time {
                Ok(()) => Ok(verified.identity.clone()),
                Err(untimely) => {
                    Err(self
                        .refuse(|index| (index == verified.index).then_some(Fault::Time(untimely))))
                }
            };
        }
        metrics::cache("tokens", Lookup::Miss);
        let verified = Arc::new(self.verify(token).await?);
        let identity = verified.identity.clone();
        self.verified.insert(key, verified).await;
        Ok(identity)
    }

    /// Breaks off what is on its way in the background and waits until it has ended.
    pub async fn close(&self) {
        self.background.close().await;
    }

    async fn verify(&self, text: &str) -> Result<Verified, Refusal> {
        let Ok(token) = Unverified::read(text) else {
            return Err(self.refuse(|_| Some(Fault::Unreadable)));
        };
        let Some(issuer) = token
            .issuer
            .as_deref()
            .filter(|iss| *iss != self.own_issuer)
        else {
            return Err(self.refuse(|_| None));
        };
        // Usually one issuer; two entries of the configuration may name the same, then either will do.
        let mut faults = Vec::new();
        for (index, published) in self.issuers_named(issuer).await? {
            match self.verify_with(index, &published, &token).await {
                Ok(published) => {
                    return Ok(Verified {
                        identity: Identity::from_claims(&token.claims),
                        validity: token.validity,
                        index,
                        published,
                        // What is kept of a token is hardly ever longer than the token.
                        size: u32::try_from(text.len())
                            .unwrap_or(u32::MAX)
                            .saturating_add(1024),
                    });
                }
                Err(fault) => faults.push((index, fault)),
            }
        }
        Err(self.refuse(|index| {
            let fault = faults.iter().find(|(at, _)| *at == index)?;
            Some(fault.1)
        }))
    }

    /// Everything but the signature is cheap and comes first, so that only tokens that could be good make us look for
    /// new keys.
    async fn verify_with(
        &self,
        index: usize,
        published: &Arc<Published>,
        token: &Unverified<'_>,
    ) -> Result<Arc<Published>, Fault> {
        let issuer = &self.issuers[index];
        token
            .validity
            .check(self.clock.now())
            .map_err(Fault::Time)?;
        if let Some(audience) = issuer.audience()
            && token.claims.texts("aud").all(|aud| aud != audience)
        {
            return Err(Fault::Audience);
        }
        if token.algorithm.is_none() {
            return Err(Fault::Signature);
        }
        if published.keys.verify(token) {
            return Ok(Arc::clone(published));
        }
        let newer = issuer.newer_than(published).await;
        newer
            .filter(|newer| Some(newer.issuer.as_str()) == token.issuer.as_deref())
            .filter(|newer| newer.keys.verify(token))
            .ok_or(Fault::Signature)
    }

    /// The issuers of this name. Those that have never answered are asked only for a name that nobody else has; while
    /// one of them is away it may be theirs.
    async fn issuers_named(&self, name: &str) -> Result<Vec<(usize, Arc<Published>)>, Refusal> {
        let known: Vec<_> = self.issuers.iter().map(Issuer::known).collect();
        let named: Vec<_> = known
            .iter()
            .enumerate()
            .filter_map(|(index, known)| Some((index, Arc::clone(known.as_ref()?))))
            .filter(|(_, known)| known.issuer == name)
            .collect();
        if !named.is_empty() {
            return Ok(named);
        }
        let mut loading: FuturesUnordered<_> = self
            .issuers
            .iter()
            .enumerate()
            .filter(|(index, _)| known[*index].is_none())
            .map(async |(index, issuer)| (index, issuer.load().await))
            .collect();
        let mut is_one_away = false;
        while let Some((index, loaded)) = loading.next().await {
            match loaded {
                Some(published) if published.issuer == name => return Ok(vec![(index, published)]),
                Some(_) => {}
                None => is_one_away = true,
            }
        }
        if is_one_away {
            Err(Refusal::Unavailable)
        } else {
            Ok(Vec::new())
        }
    }

    fn is_current(&self, verified: &Verified) -> bool {
        let known = self.issuers[verified.index].known();
        known.is_some_and(|known| Arc::ptr_eq(&known, &verified.published))
    }

    /// Blanks in a token: the last word decides whose fault it is, if it is a token at all.
    fn refuse_junk(&self, last: &str) -> Refusal {
        let Ok(token) = Unverified::read(last) else {
            return self.refuse(|_| Some(Fault::Unreadable));
        };
        self.refuse(|index| {
            let known = self.issuers.get(index)?.known()?;
            (token.issuer.as_ref() == Some(&known.issuer)).then_some(Fault::Unreadable)
        })
    }

    /// One challenge for each issuer (RFC 9110, section 11.6.1), with the fault where it is that issuer's token.
    fn refuse(&self, fault: impl Fn(usize) -> Option<Fault>) -> Refusal {
        let challenges = (0..self.issuers.len().max(1))
            .map(|index| fault(index).map_or("Bearer", Fault::challenge))
            .collect();
        Refusal::Unauthenticated { challenges }
    }
}

/// A service owner may act for a person. Only the number behind the last colon counts here; routes look at the rest.
fn act_for(identity: Identity, on_behalf_of: Option<&str>) -> Result<Identity, Refusal> {
    match on_behalf_of {
        Some(value) if identity.has_scope(scope::SERVICE_PROVIDER) => {
            let number = value.rsplit(':').next().unwrap_or_default();
            if party::is_person_number(number) {
                Ok(identity.acting_for(number))
            } else {
                Err(Refusal::InvalidEndUserId)
            }
        }
        _ => Ok(identity),
    }
}

fn sha256(token: &str) -> [u8; 32] {
    let mut key = [0; 32];
    key.copy_from_slice(digest::digest(&digest::SHA256, token.as_bytes()).as_ref());
    key
}
