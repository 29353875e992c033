//! GET start/identities: who one can be, as the platform directory knows them.

use std::{collections::HashSet, sync::Arc};

use axum::{
    extract::State,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response,
};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    api::wire,
    app::App,
    auth::local_issuer::Holder,
    authority::{
        Authority, Subject,
        local::{Snapshot, bundled},
        registry::ServiceOwner,
        rights::party::{Party, PartyType},
    },
    dialog::party::{Kind, PartyUrn},
    http::problem::Problem,
};

/// The most identities of each of the two sorts; a page with more is of no use.
const MOST: usize = 100;

/// The most parties that are told of one of them.
const MOST_PARTIES: usize = 50;

/// Everybody whom one can be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known {
    identities: Vec<Identity>,
    /// The directory knows more than are told.
    has_more: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    first_steps: Option<FirstSteps>,
}

/// Who creates and who finds the first dialog, and what it is about.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FirstSteps {
    service_owner: String,
    service_resource: Arc<str>,
    end_user: String,
}

impl FirstSteps {
    /// The same as in the commands that the server prints, where the directory still has them.
    fn among(identities: &[Identity]) -> Option<Self> {
        let owners = || {
            let owners = identities.iter();
            owners.filter(|one| !one.service_resources.is_empty())
        };
        let people = || {
            let people = identities.iter();
            people.filter(|one| one.kind == IdentityKind::Person)
        };
        let usual = PartyUrn::organization(bundled::ORG_NUMBER);
        let owner = owners()
            .find(|one| one.id == usual.as_str())
            .or_else(|| owners().next())?;
        let resources = &owner.service_resources;
        let resource = resources
            .iter()
            .find(|resource| &***resource == bundled::RESOURCE)
            .or(resources.first())?;
        let usual = PartyUrn::person(bundled::PERSON);
        let person = people()
            .find(|one| one.id == usual.as_str())
            .or_else(|| people().next())?;
        Some(Self {
            service_owner: owner.id.clone(),
            service_resource: resource.clone(),
            end_user: person.id.clone(),
        })
    }
}

/// Somebody whom one can be.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Identity {
    /// Identifier, to ask for a token with.
    pub(super) id: String,
    kind: IdentityKind,
    name: String,
    /// The resources of a service owner.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    service_resources: Vec<Arc<str>>,
    /// Whom an end user represents.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    parties: Vec<RepresentedParty>,
    #[serde(skip)]
    pub(super) holder: Holder,
}

/// What kinds there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
enum IdentityKind {
    ServiceOwner,
    Person,
    SystemUser,
    EmailUser,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RepresentedParty {
    party: String,
    name: String,
    party_type: PartyType,
}

/// Lists them.
pub async fn list(State(app): State<App>) -> Result<Response, Problem> {
    let (identities, has_more) = known(&app).await?;
    let body = Known {
        first_steps: FirstSteps::among(&identities),
        identities,
        has_more,
    };
    let mut headers = HeaderMap::new();
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    wire::json(StatusCode::OK, headers, &body)
}

/// Service owners by short name, then end users by identifier; and whether there are more. Altinn's register cannot be
/// listed: with it there is nobody.
pub(super) async fn known(app: &App) -> Result<(Vec<Identity>, bool), Problem> {
    let Authority::Local(local) = app.authority() else {
        return Ok((Vec::new(), false));
    };
    let snapshot = local.snapshot();
    // A directory may know many thousands.
    tokio::task::spawn_blocking(move || of(&snapshot))
        .await
        .map_err(|error| Problem::Internal(error.into()))
}

fn of(snapshot: &Snapshot) -> (Vec<Identity>, bool) {
    let mut owners: Vec<&ServiceOwner> = snapshot.registry.service_owners().collect();
    owners.sort_unstable_by(|a, b| a.code.cmp(&b.code));
    let callers = snapshot.callers();
    let has_more = owners.len() > MOST || callers.len() > MOST;
    let owners = owners.into_iter().take(MOST);
    let callers = callers.into_iter().take(MOST);
    let identities = owners
        .map(|owner| of_service_owner(snapshot, owner))
        .chain(callers.filter_map(|urn| of_end_user(snapshot, urn)));
    (identities.collect(), has_more)
}

fn of_service_owner(snapshot: &Snapshot, owner: &ServiceOwner) -> Identity {
    let names = owner.name.localizations();
    let english = names
        .iter()
        .find(|name| name.language_code.as_str() == "en");
    let name = english.or(names.first()).map(|name| name.value.clone());
    Identity {
        id: PartyUrn::organization(&owner.number).to_string(),
        kind: IdentityKind::ServiceOwner,
        name: name.unwrap_or_else(|| owner.code.clone()),
        service_resources: snapshot.registry.owned_by(&owner.number).to_vec(),
        parties: Vec::new(),
        holder: Holder::ServiceOwner {
            org: owner.code.clone(),
            number: owner.number.clone(),
        },
    }
}

/// `None` for those for whom no token can be made.
fn of_end_user(snapshot: &Snapshot, urn: PartyUrn) -> Option<Identity> {
    let name = snapshot.name(&urn);
    let subject = Subject::new(urn);
    let urn = subject.urn();
    let mut parties = Vec::new();
    flatten(
        snapshot.represented_by(&subject).tree(),
        &mut HashSet::new(),
        &mut parties,
    );
    let (kind, holder) = match urn.kind() {
        Kind::Person => {
            let pid = urn.id().to_owned();
            (IdentityKind::Person, Holder::EndUser { pid })
        }
        Kind::SystemUser => {
            let owner = parties.iter().find_map(|party| {
                let prefix = Kind::Organization.prefix();
                party.party.strip_prefix(prefix).map(str::to_owned)
            })?;
            let holder = Holder::SystemUser {
                id: Uuid::try_parse(urn.id()).ok()?,
                number: owner.clone(),
                owner,
            };
            (IdentityKind::SystemUser, holder)
        }
        Kind::IdportenEmail => {
            let email = urn.id().to_owned();
            (IdentityKind::EmailUser, Holder::EmailUser { email })
        }
        Kind::Organization | Kind::LegacySelfIdentified => return None,
    };
    // Parties have their names in the register's order, callers with the last word first, for portals.
    let own = parties.iter().find(|party| party.party == urn.as_str());
    let name = own.map(|party| party.name.clone()).or(name);
    Some(Identity {
        id: urn.to_string(),
        kind,
        name: name.unwrap_or_else(|| urn.id().to_owned()),
        service_resources: Vec::new(),
        parties,
        holder,
    })
}

/// The parties that the caller really represents, with their parts, each once.
fn flatten<'a>(
    tree: &'a [Party],
    seen: &mut HashSet<&'a PartyUrn>,
    found: &mut Vec<RepresentedParty>,
) {
    for party in tree {
        let is_wanted = !party.has_only_access_to_sub_parties && !party.is_deleted;
        if is_wanted && found.len() < MOST_PARTIES && seen.insert(&party.urn) {
            found.push(RepresentedParty {
                party: party.urn.to_string(),
                name: party.name.clone(),
                party_type: party.party_type,
            });
        }
        flatten(&party.sub_parties, seen, found);
    }
}
