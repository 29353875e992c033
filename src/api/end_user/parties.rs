//! GET enduser/parties: whom the caller represents.

use axum::{
    extract::State,
    http::{HeaderMap, StatusCode},
    response::Response,
};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    api::{access, wire},
    app::App,
    authority::{
        Subject,
        rights::party::{Party, PartyType},
    },
    http::{accept, extract::EndUser, problem::Problem},
};

/// All that the caller represents.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Parties {
    /// The parties, in the register's order.
    #[schema(nullable)]
    pub authorized_parties: Vec<AuthorizedParty>,
}

/// Somebody whom the caller represents.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct AuthorizedParty {
    /// Identifier, such as `urn:altinn:organization:identifier-no:` and a number.
    pub party: String,
    /// The platform's identifier.
    pub party_uuid: Uuid,
    /// The platform's number.
    pub party_id: i32,
    /// Name, in the register's order.
    pub name: String,
    /// Date of birth of a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub date_of_birth: Option<String>,
    /// `Person`, `Organization` or `SelfIdentified`.
    #[schema(value_type = String)]
    pub party_type: PartyType,
    /// Whether it no longer exists.
    pub is_deleted: bool,
    /// Whether the caller is a leading person of it.
    pub has_key_role: bool,
    /// Whether it is the caller.
    pub is_current_end_user: bool,
    /// Whether the caller is its main administrator.
    pub is_main_administrator: bool,
    /// Whether the caller manages access to it.
    pub is_access_manager: bool,
    /// Whether it is here only because a part of it is.
    pub has_only_access_to_sub_parties: bool,
    /// Parts of it; absent where there are none.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(nullable, no_recursion)]
    pub sub_parties: Vec<AuthorizedParty>,
}

/// Lists the parties with their parts.
#[utoipa::path(
    get,
    path = "/api/v1/enduser/parties",
    operation_id = "GetParties",
    responses((status = 200, body = Parties)),
)]
pub async fn list(
    State(app): State<App>,
    EndUser(caller): EndUser,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    accept::json(&headers)?;
    let subject = access::subject(&caller)?;
    let represented = app.authority().represented(&subject).await?;
    let body = Parties {
        authorized_parties: AuthorizedParty::all(represented.tree(), &subject),
    };
    wire::json(StatusCode::OK, HeaderMap::new(), &body)
}

impl AuthorizedParty {
    fn all(parties: &[Party], subject: &Subject) -> Vec<Self> {
        let one = |party| Self::of(party, subject);
        parties.iter().map(one).collect()
    }

    fn of(party: &Party, subject: &Subject) -> Self {
        Self {
            party: party.urn.to_string(),
            party_uuid: party.uuid,
            party_id: party.party_id,
            name: party.name.clone(),
            date_of_birth: party.date_of_birth.clone(),
            party_type: party.party_type,
            is_deleted: party.is_deleted,
            has_key_role: party.has_key_role,
            is_current_end_user: subject.is(party.urn.as_str()),
            is_main_administrator: party.is_main_administrator,
            is_access_manager: party.is_access_manager,
            has_only_access_to_sub_parties: party.has_only_access_to_sub_parties,
            sub_parties: Self::all(&party.sub_parties, subject),
        }
    }
}

/// Identity numbers must not reach logs.
impl std::fmt::Debug for AuthorizedParty {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("AuthorizedParty")
            .field("party_uuid", &self.party_uuid)
            .finish_non_exhaustive()
    }
}
