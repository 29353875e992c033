//! What is asked of an authority: which of these things may somebody do with this dialog?

use std::cmp::Ordering;

use super::{Target, word_order};
use crate::dialog::{Dialog, instance::InstanceRef, resource};

/// The action that lets somebody see.
pub const READ: &str = "read";

/// The action asked for a transmission with an attribute of its own. Apart from [`READ`], because a rule that permits
/// reading the resource would permit it on every subresource too.
pub const READ_TRANSMISSION: &str = "transmissionread";

/// How the resource as a whole is called where an attribute is expected.
const MAIN: &str = "main";

/// What an action is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Attribute {
    /// The dialog's resource as a whole.
    Main,
    /// A part of it, a task, or another resource; the text compares by case.
    Text(String),
}

impl Attribute {
    /// Reads the attribute of an action or transmission. The word `main` means the same as none, `Main` does not.
    pub fn of(text: Option<&str>) -> Self {
        match text {
            None | Some(MAIN) => Self::Main,
            Some(text) => Self::Text(text.to_owned()),
        }
    }

    /// As decision requests spell it.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Main => MAIN,
            Self::Text(text) => text,
        }
    }
}

/// One thing to do: an action on an attribute.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The action's name in the policy.
    pub action: String,
    /// What it is asked for.
    pub attribute: Attribute,
}

impl Pair {
    /// A pair of the texts that an action of a dialog carries.
    pub fn new(action: &str, attribute: Option<&str>) -> Self {
        Self {
            action: action.to_owned(),
            attribute: Attribute::of(attribute),
        }
    }

    /// What is asked for a transmission with this attribute.
    fn of_transmission(attribute: &str) -> Self {
        let action = if resource::is_resource(attribute) {
            READ
        } else {
            READ_TRANSMISSION
        };
        Self::new(action, Some(attribute))
    }

    fn order(&self, other: &Self) -> Ordering {
        word_order::compare(&self.action, &other.action)
            .then_with(|| word_order::compare(self.attribute.as_str(), other.attribute.as_str()))
    }
}

/// A dialog and the pairs that are asked for it, each once, in the order of words: by action, then by
/// attribute, the resource as a whole under the word `main`.
#[derive(Clone)]
pub struct Question {
    /// Whose dialog it is, lower case.
    pub party: String,
    /// The dialog's resource, lower case.
    pub resource: String,
    /// The reference by which the platform knows the dialog.
    pub instance: InstanceRef,
    pairs: Vec<Pair>,
}

impl Question {
    /// Asks all that a whole dialog needs: its actions, its transmissions, and reading it.
    pub fn of_dialog(dialog: &Dialog) -> Self {
        let gui = dialog
            .gui_actions
            .iter()
            .map(|action| Pair::new(&action.action, action.authorization_attribute.as_deref()));
        let api = dialog
            .api_actions
            .iter()
            .map(|action| Pair::new(&action.action, action.authorization_attribute.as_deref()));
        let transmissions = dialog
            .transmissions
            .iter()
            .filter_map(|sent| sent.body.authorization_attribute.as_deref())
            .map(Pair::of_transmission);
        Self::new(dialog.into(), gui.chain(api).chain(transmissions))
    }

    /// Asks for reading the dialog and nothing else, as its activities and logs need it.
    pub fn of_main(target: Target<'_>) -> Self {
        Self::new(target, std::iter::empty())
    }

    /// Asks for reading the dialog and transmissions with these attributes.
    pub fn of_transmissions<'a>(
        target: Target<'_>,
        attributes: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        Self::new(target, attributes.into_iter().map(Pair::of_transmission))
    }

    /// Asks for these pairs and, as always, for reading the dialog.
    pub fn new(target: Target<'_>, pairs: impl IntoIterator<Item = Pair>) -> Self {
        let mut pairs: Vec<Pair> = pairs.into_iter().collect();
        pairs.push(Pair::new(READ, None));
        pairs.sort_by(Pair::order);
        pairs.dedup();
        Self {
            party: target.party.to_owned(),
            resource: target.resource.to_owned(),
            instance: target.instance(),
            pairs,
        }
    }

    /// What is asked, in order.
    pub fn pairs(&self) -> &[Pair] {
        &self.pairs
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value, json};
    use uuid::Uuid;

    use super::*;
    use crate::{
        authority::Permitted,
        clock::Clock,
        dialog::{
            draft::{CreateDialog, Created, Rules},
            id::Ids,
        },
        json,
    };

    /// A dialog with these parts, made as a service owner makes it.
    fn dialog(gui: &[Value], api: &[Value], transmissions: &[Value]) -> Dialog {
        let body = json!({
            "serviceResource": "urn:altinn:resource:a",
            "party": "urn:altinn:organization:identifier-no:991825827",
            "content": {"title": text(), "summary": text()},
            "guiActions": gui, "apiActions": api, "transmissions": transmissions,
        });
        let now = Clock::system().now();
        let rules = Rules {
            now,
            admin: false,
            silent: false,
            correspondence_scope: false,
            legacy_html_scope: false,
        };
        let draft: CreateDialog = json::read(body.to_string().as_bytes()).unwrap();
        let valid = draft.validate(&rules, &mut Ids::at(now)).unwrap();
        valid.into_dialog(Created {
            org: "ttd".to_owned(),
            resource_type: "genericaccessresource".to_owned(),
            revision: Uuid::nil(),
            end_user_revision: Uuid::nil(),
            service_owner_revision: Uuid::nil(),
        })
    }

    fn text() -> Value {
        json!({"value": [{"languageCode": "nb", "value": "Tekst"}]})
    }

    fn button(action: &str, attribute: Option<&str>) -> Value {
        json!({"action": action, "authorizationAttribute": attribute, "priority": "Tertiary",
            "url": "https://example.com", "title": text()["value"]})
    }

    fn endpoint(action: &str, attribute: Option<&str>) -> Value {
        json!({"action": action, "authorizationAttribute": attribute,
            "endpoints": [{"url": "https://example.com", "httpMethod": "GET"}]})
    }

    fn transmission(attribute: Option<&str>) -> Value {
        json!({"type": "Information", "authorizationAttribute": attribute,
            "sender": {"actorType": "ServiceOwner"}, "content": {"title": text()}})
    }

    fn target() -> Target<'static> {
        Target {
            dialog: Uuid::nil(),
            party: "urn:altinn:organization:identifier-no:991825827",
            resource: "urn:altinn:resource:a",
            labels: &[],
        }
    }

    fn spelled(question: &Question) -> Vec<String> {
        let spell = |pair: &Pair| format!("{},{}", pair.action, pair.attribute.as_str());
        question.pairs().iter().map(spell).collect()
    }

    #[test]
    fn pairs_are_sorted_as_words_and_asked_once() {
        let pairs = [
            ("sign", None),
            ("read", Some("zz")),
            ("read", Some("Bb")),
            ("confirm", Some("aa")),
            ("read", Some("aa")),
            ("read", Some("zz")),
            ("read", Some("main")),
        ];
        let question = Question::new(
            target(),
            pairs.map(|(action, attribute)| Pair::new(action, attribute)),
        );
        assert_eq!(
            spelled(&question),
            [
                "confirm,aa",
                "read,aa",
                "read,Bb",
                "read,main",
                "read,zz",
                "sign,main"
            ]
        );
    }

    #[test]
    fn reading_is_asked_even_when_nothing_else_is() {
        assert_eq!(spelled(&Question::of_main(target())), ["read,main"]);
    }

    #[test]
    fn a_transmission_that_names_a_resource_is_read_there_and_any_other_by_its_own_action() {
        let attributes = [
            "URN:altinn:resource:b",
            "urn:altinn:app:app_ttd_x",
            "part",
            "main",
        ];
        assert_eq!(
            spelled(&Question::of_transmissions(target(), attributes)),
            [
                "read,main",
                "read,URN:altinn:resource:b",
                "transmissionread,main",
                "transmissionread,part",
                "transmissionread,urn:altinn:app:app_ttd_x",
            ]
        );
    }

    #[test]
    fn a_dialog_asks_for_all_its_parts() {
        let dialog = dialog(
            &[
                button("sign", None),
                button("write", Some("urn:altinn:task:T1")),
            ],
            &[endpoint("write", None), endpoint("sign", Some("main"))],
            &[
                transmission(Some("part")),
                transmission(Some("urn:altinn:resource:a")),
                transmission(None),
            ],
        );
        assert_eq!(
            spelled(&Question::of_dialog(&dialog)),
            [
                "read,main",
                "read,urn:altinn:resource:a",
                "sign,main",
                "transmissionread,part",
                "write,main",
                "write,urn:altinn:task:T1",
            ]
        );
    }

    proptest! {
        #[test]
        fn the_order_of_a_dialogs_parts_is_not_seen_in_its_token(
            (some, others) in Just(vec![
                ("confirm", None), ("confirm", Some("Bb")), ("read", Some("zz")), ("read", Some("a_b")), ("read", Some("a-b")),
            ])
            .prop_flat_map(|parts| (Just(parts.clone()).prop_shuffle(), Just(parts).prop_shuffle()))
        ) {
            let token = |parts: &[(&str, Option<&str>)]| {
                let buttons: Vec<Value> = parts.iter().map(|(action, at)| button(action, *at)).collect();
                let sent: Vec<Value> = parts.iter().map(|(_, at)| transmission(*at)).collect();
                let question = Question::of_dialog(&dialog(&buttons, &[], &sent));
                Permitted::new(question.pairs().to_vec()).token_actions()
            };
            prop_assert_eq!(
                token(&some),
                "confirm,Bb;confirm;read,a_b;read,a-b;read;read,zz;\
                transmissionread,a_b;transmissionread,a-b;transmissionread,Bb;transmissionread,zz"
            );
            prop_assert_eq!(token(&some), token(&others));
        }

        #[test]
        fn the_order_of_pairs_does_not_matter(
            (some, others) in proptest::collection::vec(("[a-cA-C]{1,3}", proptest::option::of("[a-zA-Z:_-]{0,5}")), 0..12)
                .prop_flat_map(|pairs| (Just(pairs.clone()), Just(pairs).prop_shuffle()))
        ) {
            let ask = |pairs: &[(String, Option<String>)]| {
                let pairs = pairs.iter().map(|(action, at)| Pair::new(action, at.as_deref()));
                spelled(&Question::new(target(), pairs))
            };
            prop_assert_eq!(ask(&some), ask(&others));
        }
    }
}
