//! What the services answer, apart from decisions.

use axum::{
    http::header::CONTENT_TYPE,
    response::{IntoResponse, Response},
};
use chrono::DateTime;
use dialogporten::dialog::timestamp::Timestamp;
use serde_json::{Value, json};

use super::{Asked, fault, world::World};
use crate::support::Party;

/// How the tokens begin that are given out for a grant, and for those.
pub const GRANTED: &str = "GRANTED-TOKEN";
pub const OWN: &str = "OWN-TOKEN";

/// Changes on one page: few, so that there are pages.
const PAGE: usize = 2;

/// A good answer.
pub enum Answer {
    Json(Value),
    Text(&'static str, String),
}

impl Answer {
    pub fn halved(mut self) -> Self {
        match &mut self {
            Self::Json(json) => fault::halve(json),
            Self::Text(_, text) => text.truncate(text.len() / 2),
        }
        self
    }
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let (kind, text) = match self {
            Self::Json(json) => ("application/json; charset=utf-8", json.to_string()),
            Self::Text(kind, text) => (kind, text),
        };
        ([(CONTENT_TYPE, kind)], text).into_response()
    }
}

/// The answer; `None` where there is nothing.
pub fn of(world: &World, asked: &Asked) -> Option<Answer> {
    const RESOURCE: &str = "/resourceregistry/api/v1/resource/";
    if let Some(rest) = asked.path.strip_prefix(RESOURCE) {
        return match rest.strip_suffix("/policy") {
            Some(id) => {
                let text = world.policy_text(id)?;
                Some(Answer::Text("application/xml", text))
            }
            None if rest == "resourcelist" => Some(Answer::Json(world.directory.resource_list())),
            None if rest == "updated" => Some(updated(world, asked)),
            None => None,
        };
    }
    Some(match asked.path.as_str() {
        "/maskinporten/token" => Answer::Json(json!({"access_token": GRANTED, "expires_in": 120})),
        "/exchange" => Answer::Text("text/plain", OWN.to_owned()),
        "/orgs/altinn-orgs.json" => Answer::Json(world.directory.orgs()),
        "/accessmanagement/api/v1/meta/info/roles" => Answer::Json(json!([])),
        "/accessmanagement/api/v1/meta/info/accesspackages/export" => {
            Answer::Json(json!([{"areas": [{"packages": []}]}]))
        }
        "/accessmanagement/api/v1/resourceowner/authorizedparties" => parties(world, asked),
        "/register/api/v1/dialogporten/parties/query" => {
            let urns = asked.body["Data"].as_array()?;
            let named = urns.iter().map(|urn| world.name(urn.as_str().unwrap()));
            let data: Vec<_> = named
                .map(|name| json!({"displayName": name, "partyId": 1}))
                .collect();
            Answer::Json(json!({"data": data}))
        }
        "/events/api/v1/events" => Answer::Text("text/plain", String::new()),
        _ => return None,
    })
}

fn parameter(asked: &Asked, name: &str) -> Option<String> {
    let mut pairs = url::form_urlencoded::parse(asked.query.as_bytes());
    pairs
        .find(|(key, _)| key == name)
        .map(|(_, value)| value.into_owned())
}

fn updated(world: &World, asked: &Asked) -> Answer {
    let since = parameter(asked, "since").unwrap();
    let moment = DateTime::parse_from_rfc3339(&since).unwrap();
    let changes = world.changes_since(Timestamp::new(moment.to_utc()));
    let before: usize = parameter(asked, "skip").map_or(0, |skip| skip.parse().unwrap());
    let page: Vec<_> = changes
        .iter()
        .skip(before)
        .take(PAGE)
        .map(|change| {
            json!({
                "subjectUrn": change.subject, "resourceUrn": change.resource,
                "updatedAt": change.at.to_string(), "deleted": change.is_deleted,
            })
        })
        .collect();
    let after = before + page.len();
    let next = (after < changes.len()).then(|| {
        let since: String = url::form_urlencoded::byte_serialize(since.as_bytes()).collect();
        // The registry names a host that only it knows.
        format!(
            "http://registry.internal{}?since={since}&skip={after}",
            asked.path
        )
    });
    Answer::Json(json!({"links": {"next": next}, "data": page}))
}

fn parties(world: &World, asked: &Asked) -> Answer {
    let who = |name: &str| asked.body[name].as_str().unwrap();
    let (kind, value) = (who("type"), who("value"));
    if kind == "urn:altinn:person:idporten-email" {
        return Answer::Json(json!([of_address(value)]));
    }
    let mut held = world.represented_by(&format!("{kind}:{value}"));
    let wanted: Vec<_> = asked.body["partyFilter"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["Value"].as_str().unwrap())
        .collect();
    if !wanted.is_empty() {
        let is_wanted = |party: &Party| wanted.contains(&party.number.as_str());
        held.retain(|party| is_wanted(party) || party.subunits.iter().any(is_wanted));
    }
    let mut list: Vec<Value> = held.iter().map(Party::json).collect();
    for (parameter_name, member) in [
        ("includeRoles", "authorizedRoles"),
        ("includeAccessPackages", "authorizedAccessPackages"),
        ("includeResources", "authorizedResources"),
        ("includeInstances", "authorizedInstances"),
    ] {
        if parameter(asked, parameter_name).as_deref() != Some("true") {
            for party in &mut list {
                empty(party, member);
            }
        }
    }
    Answer::Json(list.into())
}

fn empty(party: &mut Value, member: &str) {
    party[member] = json!([]);
    if let Some(subunits) = party["subunits"].as_array_mut() {
        for unit in subunits {
            empty(unit, member);
        }
    }
}

fn of_address(address: &str) -> Value {
    let mut party = Party::with_role("", "SELN").json();
    party["type"] = json!("SelfIdentified");
    party["name"] = json!(address);
    party["emailId"] = json!(address);
    party
}
