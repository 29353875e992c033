//! What parties and actors are called.

use crate::dialog::party::{Kind, PartyUrn};

/// What a system user is called whose name no register knows.
pub const SYSTEM_USER: &str = "Systembruker";

/// The name to show for `urn`, to whom the register gives the name `registered`; `None` where nobody knows one.
pub fn shown(urn: &PartyUrn, registered: Option<&str>) -> Option<String> {
    let registered = registered.map(str::trim).filter(|name| !name.is_empty());
    match urn.kind() {
        Kind::IdportenEmail | Kind::LegacySelfIdentified => Some(urn.id().to_owned()),
        Kind::Person => registered.map(last_word_first),
        Kind::Organization => registered.map(str::to_owned),
        Kind::SystemUser => Some(registered.unwrap_or(SYSTEM_USER).to_owned()),
    }
}

/// Portals expect a person's last name first, the register delivers it last: `A B C` is shown as `C A B`.
fn last_word_first(name: &str) -> String {
    let mut words: Vec<&str> = name.split_whitespace().collect();
    if let Some(last) = words.pop() {
        words.insert(0, last);
    }
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_the_kind_of_identifier() {
        let system = "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";
        for (urn, registered, expected) in [
            (
                "urn:altinn:person:identifier-no:08844397713",
                Some("A B  C "),
                Some("C A B"),
            ),
            (
                "urn:altinn:person:identifier-no:08844397713",
                Some("A"),
                Some("A"),
            ),
            (
                "urn:altinn:person:identifier-no:08844397713",
                Some(" "),
                None,
            ),
            ("urn:altinn:person:identifier-no:08844397713", None, None),
            (
                "urn:altinn:organization:identifier-no:991825827",
                Some("A B C"),
                Some("A B C"),
            ),
            (
                "urn:altinn:organization:identifier-no:991825827",
                None,
                None,
            ),
            (
                "urn:altinn:person:idporten-email:a@b.no",
                Some("A B"),
                Some("a@b.no"),
            ),
            (
                "urn:altinn:person:legacy-selfidentified:kari",
                None,
                Some("kari"),
            ),
            (system, Some("A B"), Some("A B")),
            (system, None, Some("Systembruker")),
        ] {
            let urn = PartyUrn::parse_user(urn).unwrap();
            assert_eq!(shown(&urn, registered).as_deref(), expected);
        }
    }
}
