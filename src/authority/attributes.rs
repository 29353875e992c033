//! The attributes of a decision request: what a policy sees of the resource that is asked about.
//!
//! They are the same whether the platform's decision point is asked or our own.

use std::borrow::Cow;

use super::{
    Subject,
    question::{Attribute, Question},
};
use crate::dialog::{party::Kind, resource};

/// The action's name (XACML 3.0, B.3).
pub const ACTION_ID: &str = "urn:oasis:names:tc:xacml:1.0:action:action-id";

const RESOURCE: &str = "urn:altinn:resource";
const APP: &str = "urn:altinn:app";
const ORG: &str = "urn:altinn:org";
const INSTANCE: &str = "urn:altinn:resource:instance-id";
const SUBRESOURCE: &str = "urn:altinn:subresource";
const PARTY_ID: &str = "urn:altinn:partyid";

/// One attribute: its identifier and one value.
pub type Named<'a> = (Cow<'a, str>, Cow<'a, str>);

/// The resource part of one decision request.
pub struct Resource<'a> {
    /// Its attributes.
    pub attributes: Vec<Named<'a>>,
    /// The resource whose policy is asked, lower case; `None` where the attribute names something that has no policy.
    pub policy: Option<Cow<'a, str>>,
    /// Whether another resource is asked in place of the dialog's own.
    pub is_other: bool,
}

/// The attributes of what `attribute` means in the dialog that `question` is about, when `subject` asks.
pub fn of<'a>(
    subject: &'a Subject,
    question: &'a Question,
    attribute: &'a Attribute,
) -> Resource<'a> {
    let part = match attribute.as_str() {
        text if text.contains(':') => split(text),
        text => vec![(SUBRESOURCE.into(), text.into())],
    };
    let other: Vec<Named> = part.iter().filter_map(naming).collect();
    let party = party(subject, question);
    if other.is_empty() {
        let mut attributes = split(&question.resource);
        attributes.push(party);
        attributes.push((INSTANCE.into(), question.instance.to_string().into()));
        attributes.extend(part);
        return Resource {
            attributes,
            policy: Some(Cow::Borrowed(&question.resource)),
            is_other: false,
        };
    }
    let policy = policy_of(&other).map(Cow::Owned);
    Resource {
        attributes: std::iter::once(party).chain(other).collect(),
        policy,
        is_other: true,
    }
}

/// The party by its number; somebody known by an e-mail address has none, so for the caller itself the platform's
/// number stands in where the token gives it.
fn party<'a>(subject: &'a Subject, question: &'a Question) -> Named<'a> {
    if subject.urn().kind() == Kind::IdportenEmail
        && subject.is(&question.party)
        && let Some(id) = subject.party_id()
    {
        return (PARTY_ID.into(), id.into());
    }
    let (id, value) = question
        .party
        .rsplit_once(':')
        .unwrap_or(("", &question.party));
    (id.into(), value.into())
}

/// Splits `id:value`; an app, `app_{org}_{name}`, is known by owner and name instead.
fn split(urn: &str) -> Vec<Named<'_>> {
    let (id, value) = urn.rsplit_once(':').unwrap_or(("", urn));
    let app = value
        .strip_prefix("app_")
        .and_then(|rest| rest.split_once('_'));
    match app {
        Some((org, name)) => vec![(APP.into(), name.into()), (ORG.into(), org.into())],
        None => vec![(id.into(), value.into())],
    }
}

/// An attribute that names a resource, in the spelling that policies use; `None` for all others.
fn naming<'a>((id, value): &Named<'a>) -> Option<Named<'a>> {
    [RESOURCE, APP, ORG]
        .into_iter()
        .find(|known| known.eq_ignore_ascii_case(id))
        .map(|known| (known.into(), Cow::Owned(value.to_lowercase())))
}

fn policy_of(naming: &[Named<'_>]) -> Option<String> {
    let value = |wanted| {
        naming
            .iter()
            .find(|(id, _)| id == wanted)
            .map(|(_, value)| value.as_ref())
    };
    match (value(RESOURCE), value(ORG), value(APP)) {
        (Some(id), _, _) => Some(format!("{}{id}", resource::PREFIX)),
        (None, Some(org), Some(app)) => Some(format!("{}app_{org}_{app}", resource::PREFIX)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;
    use crate::{
        authority::{Target, question::Pair},
        dialog::party::PartyUrn,
    };

    const DIALOG: &str = "urn:altinn:dialog-id:00000000-0000-0000-0000-000000000000";

    fn asked(
        resource: &str,
        labels: &[String],
        attribute: Option<&str>,
    ) -> (Vec<String>, Option<String>) {
        let question = Question::of_main(Target {
            dialog: Uuid::nil(),
            party: "urn:altinn:organization:identifier-no:991825827",
            resource,
            labels,
        });
        let subject = Subject::new(PartyUrn::person("08844397713"));
        let attribute = Pair::new("read", attribute).attribute;
        let found = of(&subject, &question, &attribute);
        let spelled = found
            .attributes
            .iter()
            .map(|(id, value)| format!("{id}={value}"));
        (spelled.collect(), found.policy.map(Cow::into_owned))
    }

    #[test]
    fn the_resource_itself_is_asked_by_name_party_instance_and_main() {
        assert_eq!(
            asked("urn:altinn:resource:my-service", &[], None),
            (
                vec![
                    "urn:altinn:resource=my-service".to_owned(),
                    "urn:altinn:organization:identifier-no=991825827".to_owned(),
                    format!("urn:altinn:resource:instance-id={DIALOG}"),
                    "urn:altinn:subresource=main".to_owned(),
                ],
                Some("urn:altinn:resource:my-service".to_owned())
            )
        );
    }

    #[test]
    fn apps_are_asked_by_owner_and_name_and_instances_by_their_label() {
        let labels = [
            "urn:altinn:integration:storage:1337/0198c1a2-0000-7000-8000-000000000000".to_owned(),
        ];
        let (attributes, policy) = asked(
            "urn:altinn:resource:app_ttd_my_app",
            &labels,
            Some("urn:altinn:task:T1"),
        );
        assert_eq!(
            attributes,
            [
                "urn:altinn:app=my_app",
                "urn:altinn:org=ttd",
                "urn:altinn:organization:identifier-no=991825827",
                "urn:altinn:resource:instance-id=urn:altinn:instance-id:1337/0198c1a2-0000-7000-8000-000000000000",
                "urn:altinn:task=T1",
            ]
        );
        assert_eq!(
            policy.as_deref(),
            Some("urn:altinn:resource:app_ttd_my_app")
        );
    }

    #[test]
    fn another_resource_replaces_the_dialogs_own_and_has_no_instance() {
        for (attribute, named, policy) in [
            (
                "urn:altinn:resource:x",
                &["urn:altinn:resource=x"][..],
                Some("urn:altinn:resource:x"),
            ),
            (
                "URN:ALTINN:RESOURCE:X",
                &["urn:altinn:resource=x"],
                Some("urn:altinn:resource:x"),
            ),
            (
                "urn:altinn:resource:a",
                &["urn:altinn:resource=a"],
                Some("urn:altinn:resource:a"),
            ),
            (
                "urn:altinn:app:app_ttd_my_app",
                &["urn:altinn:app=my_app", "urn:altinn:org=ttd"],
                Some("urn:altinn:resource:app_ttd_my_app"),
            ),
            ("urn:altinn:app:my-app", &["urn:altinn:app=my-app"], None),
            ("urn:altinn:org:ttd", &["urn:altinn:org=ttd"], None),
        ] {
            let (attributes, found) = asked("urn:altinn:resource:a", &[], Some(attribute));
            assert_eq!(
                attributes[0],
                "urn:altinn:organization:identifier-no=991825827"
            );
            assert_eq!(attributes[1..], *named, "{attribute}");
            assert_eq!(found.as_deref(), policy, "{attribute}");
        }
    }

    #[test]
    fn what_names_no_resource_narrows_the_dialogs_own() {
        for (attribute, last) in [
            ("part", "urn:altinn:subresource=part"),
            ("Main", "urn:altinn:subresource=Main"),
            ("urn:altinn:subresource:part", "urn:altinn:subresource=part"),
            ("urn:altinn:x:y", "urn:altinn:x=y"),
        ] {
            let (attributes, policy) = asked("urn:altinn:resource:a", &[], Some(attribute));
            assert_eq!(attributes.len(), 4);
            assert_eq!(attributes[3], last);
            assert_eq!(policy.as_deref(), Some("urn:altinn:resource:a"));
        }
    }
}
