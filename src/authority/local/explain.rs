//! Why somebody may or may not do something: for operators and service owners who try out their policies.

use uuid::Uuid;

use super::{decision::Asking, snapshot::Snapshot};
use crate::authority::{
    Question, Subject, Target, attributes, question::Pair, rights::Held, xacml::Decision,
};

/// One thing that somebody wants to do.
#[derive(Clone, Copy)]
pub struct Asked<'a> {
    /// Who.
    pub subject: &'a Subject,
    /// For whom, lower case.
    pub party: &'a str,
    /// With dialogs of which resource, lower case.
    pub resource: &'a str,
    /// What.
    pub action: &'a str,
    /// With what of it; nothing means the resource as a whole.
    pub attribute: Option<&'a str>,
}

/// The decision and how it came about.
#[derive(Debug, PartialEq, Eq)]
pub struct Explained {
    /// Whether it is permitted.
    pub is_permitted: bool,
    /// What decided, in one sentence.
    pub reason: String,
    /// The resource whose policy was asked; `None` where none was.
    pub policy: Option<String>,
    /// Every rule of the policy with what it came to.
    pub rules: Vec<String>,
    /// Roles, access packages and delegations that the caller has for the party.
    pub rights: Vec<String>,
    /// The authentication level that reading needs besides.
    pub minimum_level: u32,
}

/// Decides as [`decide`](super::decision::decide) does, and tells why.
pub fn explain(snapshot: &Snapshot, asked: Asked<'_>) -> Explained {
    let target = Target {
        dialog: Uuid::nil(),
        party: asked.party,
        resource: asked.resource,
        labels: &[],
    };
    let question = Question::of_main(target);
    let pair = Pair::new(asked.action, asked.attribute);
    let represented = snapshot.represented_by(asked.subject);
    let mut explained = Explained {
        is_permitted: false,
        reason: String::new(),
        policy: None,
        rules: Vec::new(),
        rights: Vec::new(),
        minimum_level: snapshot.levels.minimum(asked.resource),
    };
    let Some(held) = represented.held_of(asked.party) else {
        "the caller does not represent the party (parties.json)".clone_into(&mut explained.reason);
        return explained;
    };
    explained.rights = represented
        .subjects_of(held)
        .iter()
        .map(ToString::to_string)
        .collect();
    explained.rights.extend(delegations(held));
    let Some(asking) = Asking::new(snapshot, asked.subject, &represented, &question) else {
        return explained;
    };
    let resource = attributes::of(asked.subject, &question, &pair.attribute);
    explained.policy = resource.policy.as_deref().map(str::to_owned);
    let Some(policy) = asking.policy(&resource) else {
        "there is no policy to ask, or it was refused (policies/*.xml)"
            .clone_into(&mut explained.reason);
        return explained;
    };
    let explanation = policy.explain(&asking.request(&resource, asked.action));
    explained.is_permitted = explanation.decision == Decision::Permit;
    explained.reason = format!("{:?}: {}", explanation.decision, explanation.reason);
    explained.rules = explanation.rules.iter().map(ToString::to_string).collect();
    if explanation.decision == Decision::NotApplicable
        && asking.passes_on(policy, &resource, asked.action)
    {
        explained.is_permitted = true;
        explained.reason = format!(
            "Permit: the resource is delegated to the caller, and the policy grants {} to a role or access package",
            asked.action
        );
    }
    explained
}

fn delegations(held: &Held) -> impl Iterator<Item = String> {
    let resources = held
        .resources
        .iter()
        .map(|urn| format!("{urn} (delegated)"));
    let instances = held.instances.iter().map(|one| {
        let reference = one
            .reference_text
            .as_deref()
            .unwrap_or("an unnamed instance");
        format!("{} (only {reference})", one.resource)
    });
    resources.chain(instances)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::local::fixture::{COMPANY, Directory, PERSON, STRANGER, org, subject};

    #[test]
    fn the_rule_that_decided_is_named_and_the_rights_are_told() {
        let mut company = org(COMPANY, &["DAGL"]);
        company["authorizedResources"] = json!(["b"]);
        let directory = Directory::new(&json!({PERSON: [company]}));
        directory
            .policy(
                "a",
                &[
                    "Permit urn:altinn:rolecode=priv - read",
                    "Permit urn:altinn:rolecode=dagl - read",
                ],
            )
            .policy("b", &["Permit urn:altinn:rolecode=priv - read"]);
        let snapshot = Snapshot::load(directory.path()).unwrap();
        let explain = |who: &str, resource: &str, action: &str| {
            let subject = subject(who);
            let asked = Asked {
                subject: &subject,
                party: COMPANY,
                resource,
                action,
                attribute: None,
            };
            explain(&snapshot, asked)
        };
        let found = explain(PERSON, "urn:altinn:resource:a", "read");
        assert!(found.is_permitted);
        assert!(
            found
                .reason
                .starts_with("Permit: rule rule-1 (Permit) applies"),
            "{}",
            found.reason
        );
        assert_eq!(found.rules.len(), 2);
        assert_eq!(found.policy.as_deref(), Some("urn:altinn:resource:a"));
        assert_eq!(
            found.rights,
            [
                "urn:altinn:rolecode:dagl",
                "urn:altinn:resource:b (delegated)"
            ]
        );
        assert_eq!(found.minimum_level, 3);

        let found = explain(PERSON, "urn:altinn:resource:b", "read");
        assert!(
            found.is_permitted && found.reason.contains("delegated"),
            "{}",
            found.reason
        );
        for (who, resource, action, why) in [
            (PERSON, "urn:altinn:resource:a", "write", "NotApplicable"),
            (PERSON, "urn:altinn:resource:b", "write", "NotApplicable"),
            (PERSON, "urn:altinn:resource:c", "read", "no policy"),
            (
                STRANGER,
                "urn:altinn:resource:a",
                "read",
                "does not represent",
            ),
        ] {
            let found = explain(who, resource, action);
            assert!(!found.is_permitted);
            assert!(found.reason.contains(why), "{}", found.reason);
        }
    }
}
