//! The decision point: requests as JSON (JSON Profile of XACML 3.0), decided by this project's own evaluation.

use dialogporten::authority::xacml::{
    ACCESS_PACKAGE, ACTION_ID, Decision, Policy, ROLE_CODE, Request,
};
use serde_json::{Value, json};

use super::{answers::Answer, world::World};
use crate::support::Party;

/// Identifiers and values.
type Attributes = Vec<(String, String)>;

/// One of the decisions that a request asks for.
struct Asked {
    subject: Attributes,
    resource: Attributes,
    action: String,
    /// What the answer repeats.
    repeated: Value,
}

/// Decides. The results come in another order than they were asked for: each says what it is about.
pub fn decide(world: &World, body: &Value) -> Option<Answer> {
    answer(body, |asked| {
        if is_permitted(world, asked) {
            "Permit"
        } else {
            "NotApplicable"
        }
    })
}

/// Cannot decide.
pub fn indeterminate(body: &Value) -> Option<Answer> {
    answer(body, |_| "Indeterminate")
}

fn answer(body: &Value, decide: impl Fn(&Asked) -> &'static str) -> Option<Answer> {
    let mut results: Vec<_> = read(&body["Request"])?
        .iter()
        .map(|asked| {
            json!({"decision": decide(asked), "status": {}, "obligations": [], "category": asked.repeated})
        })
        .collect();
    results.reverse();
    Some(Answer::Json(json!({"response": results})))
}

fn read(request: &Value) -> Option<Vec<Asked>> {
    let references = request["MultiRequests"]["RequestReference"].as_array()?;
    let asked = references.iter().map(|reference| {
        let named = reference["ReferenceId"].as_array()?;
        let find = |category: &str| {
            let mut all = request[category].as_array()?.iter();
            all.find(|one| named.contains(&one["Id"]))
        };
        let (resource, action) = (find("Resource")?, find("Action")?);
        Some(Asked {
            subject: attributes(find("AccessSubject")?)?,
            resource: attributes(resource)?,
            action: attributes(action)?
                .into_iter()
                .find(|(id, _)| id == ACTION_ID)?
                .1,
            repeated: json!([
                repeated(
                    "urn:oasis:names:tc:xacml:3.0:attribute-category:resource",
                    resource
                ),
                repeated(
                    "urn:oasis:names:tc:xacml:3.0:attribute-category:action",
                    action
                ),
            ]),
        })
    });
    asked.collect()
}

fn attributes(category: &Value) -> Option<Attributes> {
    let text = |value: &Value| value.as_str().map(ToOwned::to_owned);
    let all = category["Attribute"].as_array()?.iter();
    all.map(|one| Some((text(&one["AttributeId"])?, text(&one["Value"])?)))
        .collect()
}

fn repeated(category: &str, asked: &Value) -> Value {
    let all = asked["Attribute"].as_array().unwrap().iter();
    let wanted: Vec<_> = all
        .filter(|one| one["IncludeInResult"] == true)
        .map(|one| json!({"attributeId": one["AttributeId"], "value": one["Value"]}))
        .collect();
    json!({"categoryId": category, "attribute": wanted})
}

fn is_permitted(world: &World, asked: &Asked) -> bool {
    let value = |wanted: &str| {
        let mut all = asked.resource.iter();
        all.find(|(id, _)| id == wanted)
            .map(|(_, value)| value.clone())
    };
    let [(id, number)] = &asked.subject[..] else {
        return false;
    };
    let Some(party) = value("urn:altinn:organization:identifier-no")
        .or_else(|| value("urn:altinn:person:identifier-no"))
    else {
        return false;
    };
    let represented = world.represented_by(&format!("{id}:{number}"));
    let mut all = represented
        .iter()
        .flat_map(|party| std::iter::once(party).chain(&party.subunits));
    let Some(held) = all.find(|held| held.number == party) else {
        return false;
    };
    let resource = match (
        value("urn:altinn:resource"),
        value("urn:altinn:org"),
        value("urn:altinn:app"),
    ) {
        (Some(resource), _, _) => resource,
        (None, Some(org), Some(app)) => format!("app_{org}_{app}"),
        _ => return false,
    };
    let Some(policy) = world.policy(&resource) else {
        return false;
    };
    let roles = held
        .roles
        .iter()
        .flat_map(|role| [role.to_lowercase(), role.to_uppercase()]);
    let request = Request::new()
        .subject(ROLE_CODE, roles)
        .subject(
            ACCESS_PACKAGE,
            held.packages.iter().map(|package| package.to_lowercase()),
        )
        .subject(id.as_str(), [number.as_str()]);
    match policy.evaluate(&about(request, asked)).decision {
        Decision::Permit => true,
        Decision::NotApplicable => {
            is_delegated(
                held,
                &resource,
                value("urn:altinn:resource:instance-id").as_deref(),
            ) && permits_somebody(&policy, asked)
        }
        _ => false,
    }
}

fn about<'a>(request: Request<'a>, asked: &'a Asked) -> Request<'a> {
    let resource = asked.resource.iter();
    resource
        .fold(request, |request, (id, value)| {
            request.resource(id.as_str(), value.as_str())
        })
        .action(asked.action.as_str())
}

fn is_delegated(held: &Party, resource: &str, instance: Option<&str>) -> bool {
    let is_it = |delegated: &str| delegated.eq_ignore_ascii_case(resource);
    held.resources.iter().any(|delegated| is_it(delegated))
        || held
            .instances
            .iter()
            .any(|(delegated, reference)| is_it(delegated) && instance == Some(reference))
}

/// Whether any role or package that the policy names may do it.
fn permits_somebody(policy: &Policy, asked: &Asked) -> bool {
    policy.subjects_of_permit_rules().any(|(id, value)| {
        let request = about(Request::new().subject(id, [value]), asked);
        policy.evaluate(&request).decision == Decision::Permit
    })
}
