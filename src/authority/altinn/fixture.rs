//! A small platform on a loopback port, and an authority that asks it.

use std::sync::{Arc, Mutex};

use axum::{
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::Altinn;
use crate::{
    authority::local::fixture,
    clock::Clock,
    config::{self, Config},
    platform::{
        Platform,
        testing::{Seen, Site},
    },
    store::{Store, testing},
};

pub const DECIDE: &str = "/authorization/api/v1/authorize";
pub const PARTIES: &str = "/accessmanagement/api/v1/resourceowner/authorizedparties";
pub const RESOURCES: &str = "/resourceregistry/api/v1/resource/resourcelist";
pub const UPDATED: &str = "/resourceregistry/api/v1/resource/updated";
pub const NAMES: &str = "/register/api/v1/dialogporten/parties/query";
pub const OWNERS: &str = "/orgs/altinn-orgs.json";
pub const ROLES: &str = "/accessmanagement/api/v1/meta/info/roles";

/// What the platform says, by path; a path that is not here is answered by 404.
type Answers = Arc<Mutex<Vec<(String, Value)>>>;

pub struct World {
    pub altinn: Altinn,
    pub clock: Clock,
    pub store: Store,
    site: Site,
    answers: Answers,
}

impl World {
    /// Two resources that their policies open for the managing director, and a company.
    pub async fn new() -> Self {
        let answers = Answers::default();
        let script = Arc::clone(&answers);
        let site = Site::start(move |seen| {
            let script = Arc::clone(&script);
            async move { answer(&script, &seen) }
        })
        .await;
        let options = testing::database().await.unwrap();
        let store = Store::open(&Config::default(), &options).unwrap();
        let clock = Clock::stopped_at(Clock::system().now());
        let altinn = open(&site.url, &store, &clock);
        let world = Self {
            altinn,
            clock,
            store,
            site,
            answers,
        };
        world.says(RESOURCES, json!([resource("a"), resource("b")]));
        world.says(
            OWNERS,
            json!({"orgs": {"ttd": {"name": {"nb": "Test"}, "orgnr": "991825827"}}}),
        );
        world.updates(&[
            ("dagl", "a", "2026-01-01T00:00:00Z", false),
            ("dagl", "b", "2026-01-02T00:00:00Z", false),
        ]);
        world.says(&policy_of("a"), json!(policy("a", Some(4))));
        world.says(&policy_of("b"), json!(policy("b", Some(2))));
        world.says(PARTIES, json!([fixture::org(fixture::COMPANY, &["DAGL"])]));
        world.says(DECIDE, json!({"permit": "read"}));
        world
    }

    /// Another process on the same database.
    pub fn replica(&self) -> Altinn {
        open(&self.site.url, &self.store, &self.clock)
    }

    /// Answers requests for `path` so from now on: a text as it is, everything else as JSON. A number is a status.
    pub fn says(&self, path: &str, answer: Value) {
        let mut answers = self.answers.lock().unwrap();
        answers.retain(|(known, _)| known != path);
        answers.push((path.to_owned(), answer));
    }

    /// The changes that the registry tells, whatever it is asked.
    pub fn updates(&self, changes: &[(&str, &str, &str, bool)]) {
        let change = |(role, resource, at, deleted): &(&str, &str, &str, bool)| {
            json!({"subjectUrn": format!("urn:altinn:rolecode:{role}"),
                "resourceUrn": format!("urn:altinn:resource:{resource}"), "updatedAt": at, "deleted": deleted})
        };
        let changes: Vec<Value> = changes.iter().map(change).collect();
        self.says(UPDATED, json!({"links": {"next": null}, "data": changes}));
    }

    /// What came for `path`, oldest first.
    pub fn asked(&self, path: &str) -> Vec<Seen> {
        let mut seen = self.site.seen();
        seen.retain(|seen| seen.uri.path() == path);
        seen
    }
}

fn open(url: &str, store: &Store, clock: &Clock) -> Altinn {
    let platform = config::Platform {
        mode: config::Mode::Altinn,
        base_uri: url.to_owned(),
        cdn_base_uri: url.to_owned(),
        ..config::Platform::default()
    };
    let asked = Platform::open(&platform, &config::Events::default(), clock.clone()).unwrap();
    Altinn::with_patience(
        asked,
        store.clone(),
        clock.clone(),
        &platform.cache,
        &[std::time::Duration::ZERO; 3],
    )
}

fn answer(answers: &Answers, seen: &Seen) -> Response {
    let answers = answers.lock().unwrap();
    let by_path = |path: &str| answers.iter().find(|(known, _)| known == path);
    let whole = seen.uri.path_and_query().map_or("", |whole| whole.as_str());
    let Some((_, answer)) = by_path(whole).or_else(|| by_path(seen.uri.path())) else {
        return StatusCode::NOT_FOUND.into_response();
    };
    match answer {
        Value::Number(status) => {
            let status = u16::try_from(status.as_u64().unwrap()).unwrap();
            StatusCode::from_u16(status).unwrap().into_response()
        }
        Value::String(text) => text.clone().into_response(),
        Value::Object(script) if script.contains_key("permit") => {
            decisions(&script["permit"], seen).into_response()
        }
        json => json.to_string().into_response(),
    }
}

/// A decision point that permits one action and tells what each decision is about, last first.
fn decisions(permitted: &Value, seen: &Seen) -> String {
    let asked: Value = serde_json::from_slice(&seen.body).unwrap();
    let request = &asked["Request"];
    let find = |list: &str, id: &Value| -> Value {
        let of = request[list].as_array().unwrap();
        of.iter().find(|one| one["Id"] == *id).unwrap()["Attribute"].clone()
    };
    let references = request["MultiRequests"]["RequestReference"]
        .as_array()
        .unwrap();
    let decide = |reference: &Value| {
        let ids = &reference["ReferenceId"];
        let (resource, action) = (find("Resource", &ids[1]), find("Action", &ids[2]));
        let is_permitted = action[0]["Value"] == *permitted;
        json!({"decision": if is_permitted { "Permit" } else { "NotApplicable" }, "category": [
            {"categoryId": "urn:oasis:names:tc:xacml:3.0:attribute-category:action", "attribute": action},
            {"categoryId": "urn:oasis:names:tc:xacml:3.0:attribute-category:resource", "attribute": resource},
        ]})
    };
    let decisions: Vec<Value> = references.iter().rev().map(decide).collect();
    json!({"response": decisions}).to_string()
}

pub fn resource(id: &str) -> Value {
    json!({"identifier": id, "resourceType": "GenericAccessResource", "delegable": true, "status": "Active",
        "title": {"nb": id}, "hasCompetentAuthority": {"organization": "991825827", "orgcode": "ttd"}})
}

pub fn policy_of(id: &str) -> String {
    format!("/resourceregistry/api/v1/resource/{id}/policy")
}

/// A policy that asks for a level, or for none.
pub fn policy(id: &str, level: Option<u8>) -> String {
    let policy = fixture::policy(id, &["Permit urn:altinn:rolecode=dagl - read"]);
    let Some(level) = level else { return policy };
    let obligation = format!(
        r#"<ObligationExpressions><ObligationExpression FulfillOn="Permit" ObligationId="urn:altinn:obligation:authenticationLevel1"><AttributeAssignmentExpression AttributeId="urn:altinn:obligation1-assignment1" Category="urn:altinn:minimum-authenticationlevel"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#integer">{level}</AttributeValue></AttributeAssignmentExpression></ObligationExpression></ObligationExpressions></Policy>"#
    );
    policy.replace("</Policy>", &obligation)
}
