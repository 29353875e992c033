//! Decisions from policies on disk and a list of who represents whom.

use std::borrow::Cow;

use super::snapshot::Snapshot;
use crate::{
    authority::{
        Permitted, Question, Subject,
        attributes::{self, Resource},
        question::Pair,
        rights::{
            Held, Represented,
            party::{PACKAGE_PREFIX, ROLE_PREFIX},
        },
        xacml::{ACCESS_PACKAGE, Decision, Policy, ROLE_CODE, Request},
    },
    dialog::party::Kind,
};

/// Answers a question. Who does not represent the dialog's party may do nothing there, whatever a policy says.
pub fn decide(snapshot: &Snapshot, subject: &Subject, question: &Question) -> Permitted {
    let represented = snapshot.represented_by(subject);
    let Some(asking) = Asking::new(snapshot, subject, &represented, question) else {
        return Permitted::default();
    };
    let pairs = question.pairs().iter();
    Permitted::new(pairs.filter(|pair| asking.permits(pair)).cloned().collect())
}

/// One caller with one question: what all its pairs share.
pub(super) struct Asking<'a> {
    snapshot: &'a Snapshot,
    subject: &'a Subject,
    question: &'a Question,
    held: &'a Held,
    /// Who asks, without what for.
    caller: Request<'a>,
}

impl<'a> Asking<'a> {
    /// `None` where the caller does not represent the dialog's party.
    pub(super) fn new(
        snapshot: &'a Snapshot,
        subject: &'a Subject,
        represented: &'a Represented,
        question: &'a Question,
    ) -> Option<Self> {
        let held = represented.held_of(&question.party)?;
        Some(Self {
            snapshot,
            subject,
            question,
            held,
            caller: caller(subject, represented, held),
        })
    }

    fn permits(&self, pair: &Pair) -> bool {
        let resource = attributes::of(self.subject, self.question, &pair.attribute);
        let Some(policy) = self.policy(&resource) else {
            return false;
        };
        let request = self.request(&resource, &pair.action);
        match policy.evaluate(&request).decision {
            Decision::Permit => true,
            Decision::NotApplicable => self.passes_on(policy, &resource, &pair.action),
            Decision::Deny | Decision::Indeterminate => false,
        }
    }

    /// The policy to ask.
    pub(super) fn policy(&self, resource: &Resource<'_>) -> Option<&'a Policy> {
        self.snapshot.policies.of(resource.policy.as_deref()?)
    }

    /// Whether a delegation permits what the policy itself does not.
    pub(super) fn passes_on(&self, policy: &Policy, resource: &Resource<'_>, action: &str) -> bool {
        self.is_delegated(resource) && grants_to_somebody(policy, resource, action)
    }

    /// The whole request for one pair.
    pub(super) fn request<'r>(&self, resource: &Resource<'r>, action: &'r str) -> Request<'r>
    where
        'a: 'r,
    {
        asked(self.caller.clone(), resource, action)
    }

    /// Whether the resource, or this dialog, was delegated to the caller.
    fn is_delegated(&self, resource: &Resource<'_>) -> bool {
        let Some(urn) = resource.policy.as_deref() else {
            return false;
        };
        let is_instance = || {
            !resource.is_other
                && self.held.instances.iter().any(|instance| {
                    *instance.resource == *urn && instance.is(&self.question.instance)
                })
        };
        self.held
            .resources
            .iter()
            .any(|delegated| **delegated == *urn)
            || is_instance()
    }
}

/// Who asks: the roles and access packages for the dialog's party, and the caller itself.
fn caller<'a>(subject: &'a Subject, represented: &'a Represented, held: &'a Held) -> Request<'a> {
    let subjects = represented.subjects_of(held);
    let roles = subjects
        .iter()
        .filter_map(|urn| urn.strip_prefix(ROLE_PREFIX));
    let packages = subjects
        .iter()
        .filter_map(|urn| urn.strip_prefix(PACKAGE_PREFIX));
    let (id, value) = subject.urn().as_str().rsplit_once(':').unwrap_or_default();
    let mut request = Request::new()
        .subject(ROLE_CODE, roles.flat_map(both_cases))
        .subject(ACCESS_PACKAGE, packages)
        .subject(id, [value]);
    // The platform takes no other attribute of a system user either.
    if subject.urn().kind() != Kind::SystemUser {
        request = request
            .subject("urn:altinn:userid", subject.user_id())
            .subject("urn:altinn:partyid", subject.party_id());
    }
    request
}

/// Role codes compare ignoring case, but not every policy says so: it may name either spelling.
fn both_cases(role: &str) -> impl Iterator<Item = Cow<'_, str>> {
    [Cow::Owned(role.to_uppercase()), Cow::Borrowed(role)].into_iter()
}

fn asked<'a>(request: Request<'a>, resource: &Resource<'a>, action: &'a str) -> Request<'a> {
    let attributes = resource.attributes.iter().cloned();
    attributes
        .fold(request, |request, (id, value)| request.resource(id, value))
        .action(action)
}

/// Whether the policy grants the action to any role or access package: this is what a delegation passes on, for
/// nothing tells which actions it was meant for. Asked first for all of them together, which settles nearly
/// everything, and one by one only where a rule that denies to some may hide what is granted to others.
fn grants_to_somebody(policy: &Policy, resource: &Resource<'_>, action: &str) -> bool {
    let holders = || {
        let named = policy.subjects_of_permit_rules();
        named.filter(|(id, _)| [ROLE_CODE, ACCESS_PACKAGE].contains(id))
    };
    let decide = |holding: Request<'_>| policy.evaluate(&asked(holding, resource, action)).decision;
    let all = holders().fold(Request::new(), |request, (id, value)| {
        request.subject(id, [value])
    });
    match decide(all) {
        Decision::Permit => true,
        Decision::Deny => holders()
            .any(|(id, value)| decide(Request::new().subject(id, [value])) == Decision::Permit),
        Decision::NotApplicable | Decision::Indeterminate => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::authority::{
        Target,
        local::fixture::{
            COMPANY, Directory, MAIL, PERSON, STRANGER, SYSTEM, UNIT, org, subject, target,
        },
    };

    const A: &str = "urn:altinn:resource:a";
    const DIALOG: &str = "0198c1a2-0000-7000-8000-000000000000";

    /// The pairs that are permitted of `pairs`, each `action` or `action,attribute`, beside reading.
    fn permitted(directory: &Directory, who: &str, target: Target<'_>, pairs: &str) -> String {
        let snapshot = Snapshot::load(directory.path()).unwrap();
        let pairs = pairs.split(';').map(|pair| match pair.split_once(',') {
            Some((action, attribute)) => Pair::new(action, Some(attribute)),
            None => Pair::new(pair, None),
        });
        decide(&snapshot, &subject(who), &Question::new(target, pairs)).token_actions()
    }

    #[test]
    fn roles_and_packages_for_the_party_decide_in_either_spelling() {
        let mut company = org(COMPANY, &["DAGL"]);
        company["subunits"] = json!([org(UNIT, &["utinn"])]);
        let mut other = org(COMPANY, &[]);
        other["authorizedAccessPackages"] = json!(["Post"]);
        let directory = Directory::new(&json!({PERSON: [company], SYSTEM: [other]}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:rolecode=DAGL - read,write",
                "Permit urn:altinn:rolecode=utinn - read",
                "Permit urn:altinn:accesspackage=post - write",
            ],
        );
        let all = "read;write;sign";
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, A), all),
            "read;write"
        );
        assert_eq!(permitted(&directory, PERSON, target(UNIT, A), all), "read");
        assert_eq!(
            permitted(&directory, SYSTEM, target(COMPANY, A), all),
            "write"
        );
        assert_eq!(permitted(&directory, SYSTEM, target(UNIT, A), all), "");
        assert_eq!(
            permitted(
                &directory,
                PERSON,
                target(COMPANY, "urn:altinn:resource:b"),
                all
            ),
            ""
        );
    }

    #[test]
    fn who_does_not_represent_the_party_may_do_nothing_whatever_the_policy_says() {
        let directory = Directory::new(&json!({}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:person:identifier-no=13838599936 - read",
                "Permit urn:altinn:rolecode=PRIV - write",
            ],
        );
        assert_eq!(
            permitted(&directory, STRANGER, target(STRANGER, A), "write"),
            "read;write"
        );
        assert_eq!(
            permitted(&directory, STRANGER, target(PERSON, A), "write"),
            ""
        );
        assert_eq!(
            permitted(&directory, STRANGER, target(COMPANY, A), "write"),
            ""
        );
    }

    #[test]
    fn an_address_is_a_subject_like_any_other() {
        let directory = Directory::new(&json!({}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:person:idporten-email=a@b.no - read",
                "Permit urn:altinn:rolecode=seln - write",
            ],
        );
        assert_eq!(
            permitted(&directory, MAIL, target(MAIL, A), "write"),
            "read;write"
        );
    }

    #[test]
    fn a_rule_that_denies_beats_one_that_permits() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL", "REVI"])]}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:rolecode=DAGL - read,sign",
                "Deny urn:altinn:rolecode=REVI - sign",
            ],
        );
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, A), "sign"),
            "read"
        );
    }

    #[test]
    fn parts_need_a_rule_of_their_own_only_where_the_action_differs() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["UTINN"])]}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:rolecode=utinn - read",
                "Permit urn:altinn:rolecode=dagl urn:altinn:subresource=part transmissionread",
                "Permit urn:altinn:rolecode=utinn urn:altinn:task=T1 sign",
            ],
        );
        let asked =
            "read,part;transmissionread,part;sign;sign,urn:altinn:task:T1;sign,urn:altinn:task:T2";
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, A), asked),
            "read;read,part;sign,urn:altinn:task:T1"
        );
    }

    #[test]
    fn an_attribute_that_names_a_resource_asks_that_resources_policy() {
        let directory = Directory::new(&json!({PERSON: [org(COMPANY, &["DAGL"])]}));
        directory
            .policy("a", &["Permit urn:altinn:rolecode=dagl - read"])
            .policy("b", &["Permit urn:altinn:rolecode=dagl - sign"])
            .policy(
                "app_ttd_my_app",
                &["Permit urn:altinn:rolecode=dagl - write"],
            );
        let asked = "read,urn:altinn:resource:b;sign,URN:ALTINN:RESOURCE:B;write,urn:altinn:resource:app_ttd_my_app;\
            write,urn:altinn:app:app_ttd_my_app;write,urn:altinn:app:my_app;read,urn:altinn:resource:a";
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, A), asked),
            "read;read,urn:altinn:resource:a;sign,URN:ALTINN:RESOURCE:B;\
            write,urn:altinn:app:app_ttd_my_app;write,urn:altinn:resource:app_ttd_my_app"
        );
        let app = "urn:altinn:resource:app_ttd_my_app";
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, app), "write"),
            "write"
        );
    }

    #[test]
    fn a_delegated_resource_gives_what_the_policy_gives_to_any_role_or_package() {
        let mut company = org(COMPANY, &["REVI"]);
        company["authorizedResources"] = json!(["A"]);
        let directory = Directory::new(&json!({SYSTEM: [company]}));
        directory.policy(
            "a",
            &[
                "Permit urn:altinn:rolecode=dagl - read",
                "Permit urn:altinn:accesspackage=post urn:altinn:subresource=part transmissionread",
                "Permit urn:altinn:org=ttd - delete",
                "Permit urn:altinn:rolecode=utinn,dagl - sign",
                "Deny urn:altinn:rolecode=dagl,REVI - sign",
                "Permit urn:altinn:rolecode=utinn,dagl - confirm",
                "Deny urn:altinn:rolecode=dagl - confirm",
            ],
        );
        let asked = "transmissionread,part;transmissionread,other;delete;sign;confirm";
        assert_eq!(
            permitted(&directory, SYSTEM, target(COMPANY, A), asked),
            "confirm;read;transmissionread,part"
        );
    }

    #[test]
    fn a_delegated_dialog_is_that_dialog_only_and_never_another_resource() {
        let mut company = org(COMPANY, &[]);
        company["authorizedInstances"] = json!([
            {"resourceId": "a", "instanceRef": format!("urn:altinn:dialog-id:{DIALOG}")},
            {"resourceId": "b", "instanceRef": format!("urn:altinn:dialog-id:{DIALOG}")},
            {"resourceId": "a", "instanceId": format!("urn:altinn:instance-id:1337/{DIALOG}")},
        ]);
        let directory = Directory::new(&json!({PERSON: [company]}));
        directory
            .policy("a", &["Permit urn:altinn:rolecode=dagl - read"])
            .policy("b", &["Permit urn:altinn:rolecode=dagl - read"]);
        let delegated = Target {
            dialog: DIALOG.parse().unwrap(),
            ..target(COMPANY, A)
        };
        assert_eq!(
            permitted(&directory, PERSON, delegated, "read,urn:altinn:resource:b"),
            "read"
        );
        assert_eq!(
            permitted(&directory, PERSON, target(COMPANY, A), "read"),
            ""
        );
        let labels = [format!("urn:altinn:integration:storage:1337/{DIALOG}")];
        let by_label = Target {
            labels: &labels,
            ..target(COMPANY, A)
        };
        assert_eq!(permitted(&directory, PERSON, by_label, "read"), "read");
        assert_eq!(
            permitted(
                &directory,
                PERSON,
                Target {
                    resource: "urn:altinn:resource:b",
                    ..by_label
                },
                "read"
            ),
            ""
        );
    }
}
