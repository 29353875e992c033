//! Callers of whom a directory knows nothing: people and users of an address represent themselves, systems nobody.

use std::sync::Arc;

use aws_lc_rs::digest;
use uuid::{Builder, Uuid};

use crate::{
    authority::{
        Represented,
        rights::party::{Party, PartyType, ROLE_PREFIX, Rights},
    },
    dialog::party::{Kind, PartyUrn},
};

/// What a caller represents whose name, if it has one, is `name`.
pub fn represented(urn: &PartyUrn, name: Option<&str>) -> Represented {
    let (party_type, role, name) = match urn.kind() {
        Kind::Person => (PartyType::Person, "priv", name.unwrap_or_default()),
        Kind::IdportenEmail => (PartyType::SelfIdentified, "seln", urn.id()),
        Kind::Organization | Kind::LegacySelfIdentified | Kind::SystemUser => {
            return Represented::default();
        }
    };
    let (uuid, party_id) = identifiers(urn);
    Represented::new(vec![Party {
        urn: Arc::new(urn.clone()),
        party_type,
        uuid,
        party_id,
        name: name.to_owned(),
        date_of_birth: None,
        is_deleted: false,
        has_only_access_to_sub_parties: false,
        has_key_role: false,
        is_main_administrator: false,
        is_access_manager: false,
        sub_parties: Vec::new(),
        rights: Rights {
            subjects: vec![format!("{ROLE_PREFIX}{role}").into()],
            ..Rights::default()
        },
    }])
}

/// The platform gives every party two identifiers of its own. Ours are always the same for the same party and cannot
/// be turned back into its number: the first 16 bytes of a SHA-256, and a number above one billion.
fn identifiers(urn: &PartyUrn) -> (Uuid, i32) {
    let hash = digest::digest(&digest::SHA256, urn.as_str().as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&hash.as_ref()[..16]);
    let number = u32::from_be_bytes([bytes[0], bytes[1], bytes[2], bytes[3]]) % 1_000_000_000;
    let party_id = i32::try_from(number + 1_000_000_000).unwrap_or(i32::MAX);
    (Builder::from_custom_bytes(bytes).into_uuid(), party_id)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_addresses_represent_themselves_and_systems_nobody() {
        let told = |urn: &str, name| {
            let represented = represented(&PartyUrn::parse_user(urn).unwrap(), name);
            let party = represented.tree().first()?;
            let held = represented.held_of(urn)?;
            let roles = represented.subjects_of(held).join(" ");
            Some(format!("{:?} {} {roles}", party.party_type, party.name))
        };
        assert_eq!(
            told("urn:altinn:person:identifier-no:08844397713", Some("A B")).as_deref(),
            Some("Person A B urn:altinn:rolecode:priv")
        );
        assert_eq!(
            told("urn:altinn:person:idporten-email:a@b.no", None).as_deref(),
            Some("SelfIdentified a@b.no urn:altinn:rolecode:seln")
        );
        assert_eq!(
            told(
                "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
                None
            ),
            None
        );
    }

    #[test]
    fn identifiers_are_stable_and_differ() {
        let of = |number| identifiers(&PartyUrn::person(number));
        assert_eq!(of("08844397713"), of("08844397713"));
        assert_ne!(of("08844397713"), of("13838599936"));
        assert!(of("08844397713").1 >= 1_000_000_000);
    }
}
