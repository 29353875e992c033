//! What an authority answers: the pairs of a question that are permitted, and what follows from them.

use super::question::{Attribute, Pair, READ, READ_TRANSMISSION};

/// The permitted pairs of one question, in the question's order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Permitted(Vec<Pair>);

impl Permitted {
    /// These pairs; they come in the order of the question.
    pub fn new(pairs: Vec<Pair>) -> Self {
        Self(pairs)
    }

    /// How much room it takes where it is kept: how many pairs there are, and one.
    pub fn weight(&self) -> u32 {
        u32::try_from(self.0.len() + 1).unwrap_or(u32::MAX)
    }

    /// Whether the caller may do anything at all with the resource as a whole. This is what gives access to the dialog.
    pub fn has_main(&self) -> bool {
        self.0.iter().any(|pair| pair.attribute == Attribute::Main)
    }

    /// Whether an action with this attribute may be used; without one it must be permitted on the resource as a whole.
    pub fn permits_action(&self, action: &str, attribute: Option<&str>) -> bool {
        let attribute = Attribute::of(attribute);
        self.0
            .iter()
            .any(|pair| pair.attribute == attribute && pair.action == action)
    }

    /// Whether the caller may open the dialog's main content.
    pub fn permits_main_content(&self) -> bool {
        self.permits_action(READ, None)
    }

    /// Whether the caller may open a transmission with this attribute; without one, access to the dialog is enough.
    pub fn permits_transmission(&self, attribute: Option<&str>) -> bool {
        match attribute {
            None => self.has_main(),
            Some(_) => {
                self.permits_action(READ, attribute)
                    || self.permits_action(READ_TRANSMISSION, attribute)
            }
        }
    }

    /// The permitted pairs as a dialog token carries them: `action` or `action,attribute`, joined by `;`.
    pub fn token_actions(&self) -> String {
        let mut text = String::new();
        for pair in &self.0 {
            if !text.is_empty() {
                text.push(';');
            }
            text.push_str(&pair.action);
            if let Attribute::Text(attribute) = &pair.attribute {
                text.push(',');
                text.push_str(attribute);
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn permitted(pairs: &[(&str, Option<&str>)]) -> Permitted {
        Permitted::new(pairs.iter().map(|(a, at)| Pair::new(a, *at)).collect())
    }

    #[test]
    fn an_action_without_attribute_needs_that_action_on_the_resource_itself() {
        let some = permitted(&[("read", None), ("sign", Some("urn:altinn:task:T1"))]);
        assert!(some.permits_action("sign", Some("urn:altinn:task:T1")));
        assert!(!some.permits_action("sign", None));
        assert!(!some.permits_action("sign", Some("urn:altinn:task:t1")));
        assert!(some.permits_action("read", None));
        assert!(some.permits_action("read", Some("main")));
        assert!(!some.permits_action("read", Some("Main")));
        assert!(!some.permits_action("Read", None));
    }

    #[test]
    fn any_action_on_the_resource_gives_access_but_only_read_opens_the_content() {
        let writes = permitted(&[("write", None)]);
        assert!(writes.has_main());
        assert!(!writes.permits_main_content());
        assert!(writes.permits_transmission(None));
        assert!(!writes.permits_transmission(Some("main")));

        let elsewhere = permitted(&[("read", Some("part"))]);
        assert!(!elsewhere.has_main());
        assert!(!elsewhere.permits_transmission(None));
        assert!(elsewhere.permits_transmission(Some("part")));
        assert!(
            permitted(&[("transmissionread", Some("part"))]).permits_transmission(Some("part"))
        );
        assert!(!permitted(&[("write", Some("part"))]).permits_transmission(Some("part")));
    }

    #[test]
    fn tokens_name_the_resource_itself_by_no_attribute() {
        let some = permitted(&[("confirm", Some("aa")), ("confirm", None), ("read", None)]);
        assert_eq!(some.token_actions(), "confirm,aa;confirm;read");
        assert_eq!(Permitted::default().token_actions(), "");
    }
}
