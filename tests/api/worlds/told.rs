//! What an answer says about access, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::world::Asks;
use crate::support::{Answer, Token};

/// The part of an answer that worlds decide about.
pub fn told(asks: &Asks, answer: &Answer) -> Value {
    let status = answer.status.as_u16();
    if status == 502 || status == 204 {
        return json!({"status": status});
    }
    if status != 200 {
        return refused(asks, answer);
    }
    let body = &answer.body;
    match asks {
        Asks::Search { .. } => {
            let items: BTreeMap<_, _> = list(body, "items")
                .iter()
                .map(|item| {
                    let texts = item
                        .get("content")
                        .map(|content| json!([text(content, "title"), text(content, "summary")]));
                    let told = json!({"texts": texts, "isContentSeen": item["isContentSeen"]});
                    (item["id"].to_string().replace('"', ""), told)
                })
                .collect();
            assert_eq!(
                items.len(),
                list(body, "items").len(),
                "a dialog twice: {}",
                answer.text
            );
            json!({"status": 200, "items": items})
        }
        Asks::Get(_) => dialog(body),
        Asks::Activities(_) => json!({"status": 200, "count": body.as_array().map(Vec::len)}),
        Asks::Transmissions(_) => {
            let sent: Vec<_> = body.as_array().unwrap().iter().map(transmission).collect();
            json!({"status": 200, "transmissions": sent})
        }
        Asks::Transmission(..) => json!({"status": 200, "transmission": transmission(body)}),
        Asks::SeenLog(_) => {
            let seen = body.as_array().unwrap();
            let own = seen
                .iter()
                .filter(|entry| entry["isCurrentEndUser"] == true)
                .count();
            json!({"status": 200, "seen": seen.len(), "own": own})
        }
        Asks::LabelLog(_) => {
            let entry = |entry: &Value| {
                let label = entry["name"]
                    .as_str()
                    .unwrap()
                    .strip_prefix("systemlabel:")
                    .unwrap();
                format!("{} {label}", entry["action"].as_str().unwrap())
            };
            let mut log: Vec<_> = body.as_array().unwrap().iter().map(entry).collect();
            log.sort();
            json!({"status": 200, "log": log})
        }
        Asks::Lookup(..) => lookup(body),
        Asks::Resources(_) => {
            let ids: BTreeSet<_> = list(body, "items")
                .iter()
                .map(|item| item["serviceResource"]["id"].to_string())
                .collect();
            json!({"status": 200, "resources": ids.iter().map(|id| id.replace('"', "")).collect::<Vec<_>>()})
        }
        Asks::Parties => json!({"status": 200, "parties": parties(body, "authorizedParties")}),
        Asks::Activity(..) | Asks::SeenEntry(_) | Asks::SetLabels { .. } => json!({"status": 200}),
    }
}

fn refused(asks: &Asks, answer: &Answer) -> Value {
    let mut told = json!({"status": answer.status.as_u16(), "errors": answer.keys()});
    // A refusal to label names the dialog.
    if answer.status == 403 && !matches!(asks, Asks::SetLabels { .. }) {
        told["text"] = answer.messages("Forbidden").concat().into();
    }
    if let (404, Asks::SetLabels { dialogs, .. }) = (answer.status.as_u16(), asks)
        && dialogs.len() > 1
    {
        let text = answer.messages("DialogEntity").concat();
        let (_, ids) = text.split_once("found: (").expect("the dialogs");
        let named = ids.trim_end_matches(").").split(", ");
        told["named"] = named.collect::<BTreeSet<_>>().into_iter().collect();
    }
    if answer.headers.contains_key("expires") {
        told["expires"] = true.into();
    }
    told
}

fn list<'a>(body: &'a Value, name: &str) -> &'a [Value] {
    body[name].as_array().map_or(&[], Vec::as_slice)
}

/// The only localization of a content value.
fn text(content: &Value, name: &str) -> Value {
    content
        .pointer(&format!("/{name}/value/0/value"))
        .cloned()
        .unwrap_or_default()
}

fn dialog(body: &Value) -> Value {
    let actions = |name: &str, told: fn(&Value) -> Value| {
        list(body, name).iter().map(told).collect::<Vec<_>>()
    };
    let token = Token::read(body["dialogToken"].as_str().unwrap()).claims;
    let pairs: Vec<_> = token["a"]
        .as_str()
        .unwrap()
        .split(';')
        .filter(|pair| !pair.is_empty())
        .collect();
    let distinct: BTreeSet<_> = pairs.iter().copied().collect();
    assert_eq!(distinct.len(), pairs.len(), "a pair twice: {token}");
    json!({
        "status": 200,
        "title": body.get("content").map(|content| text(content, "title")),
        "gui": actions("guiActions", |action| json!([action["isAuthorized"], action["url"]])),
        "api": actions("apiActions", |action| {
            let endpoint = &action["endpoints"][0];
            json!([action["isAuthorized"], endpoint["url"], endpoint["documentationUrl"]])
        }),
        "attachments": actions("attachments", |attachment| attachment["urls"][0]["url"].clone()),
        "reference": body.pointer("/content/mainContentReference").map(|reference| {
            json!([reference["isAuthorized"], reference["value"][0]["value"]])
        }),
        "transmissions": actions("transmissions", transmission),
        "token": distinct,
        "level": token["l"],
        "labels": body["endUserContext"]["systemLabels"],
        "activities": list(body, "activities").len(),
    })
}

fn transmission(body: &Value) -> Value {
    assert_eq!(
        text(&body["content"], "title"),
        "Forsendelse",
        "titles are never hidden"
    );
    json!({
        "isAuthorized": body["isAuthorized"],
        "reference": text(&body["content"], "contentReference"),
        "attachments": list(body, "attachments").iter().map(|one| &one["urls"][0]["url"]).collect::<Vec<_>>(),
        "links": list(body, "navigationalActions").iter().map(|one| &one["url"]).collect::<Vec<_>>(),
    })
}

fn lookup(body: &Value) -> Value {
    let found = &body["authorizationEvidence"];
    let items = list(found, "evidence");
    let told = |item: &Value| {
        format!(
            "{} {}",
            item["grantType"].as_str().unwrap(),
            item["subject"].as_str().unwrap()
        )
    };
    let evidence: BTreeSet<_> = items.iter().map(told).collect();
    assert_eq!(evidence.len(), items.len(), "a right twice: {body}");
    for (flag, kind) in [
        ("viaRole", "Role"),
        ("viaAccessPackage", "AccessPackage"),
        ("viaResourceDelegation", "ResourceDelegation"),
        ("viaInstanceDelegation", "InstanceDelegation"),
    ] {
        let has = items.iter().any(|item| item["grantType"] == kind);
        assert_eq!(found[flag], has, "{flag}: {body}");
    }
    json!({
        "status": 200,
        "evidence": evidence,
        "title": body.pointer("/title/0/value"),
        "level": found["currentAuthenticationLevel"],
        "reference": body["instanceRef"],
    })
}

fn parties(body: &Value, name: &str) -> Vec<Value> {
    list(body, name)
        .iter()
        .map(|party| {
            let units = parties(party, "subParties");
            json!([
                party["party"],
                party["isCurrentEndUser"],
                party["hasKeyRole"],
                units
            ])
        })
        .collect()
}
