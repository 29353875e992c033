//! Whose dialog it is.

use serde_json::json;

use super::refused;
use crate::support::{Town, organization_number, person_number};

const PERSON: &str = "urn:altinn:person:identifier-no:";
const ORGANIZATION: &str = "urn:altinn:organization:identifier-no:";
const EMAIL: &str = "urn:altinn:person:idporten-email:";
const NAME: &str = "urn:altinn:person:legacy-selfidentified:";

/// The number with its last digit changed.
fn broken(number: &str) -> String {
    let (stem, last) = number.split_at(number.len() - 1);
    format!("{stem}{}", (last.parse::<u8>().unwrap() + 1) % 10)
}

#[tokio::test]
async fn people_organizations_and_self_identified_users_have_dialogs() {
    let town = Town::new().await;
    for (given, stored) in [
        (
            format!("{PERSON}{}", town.pid),
            format!("{PERSON}{}", town.pid),
        ),
        (town.company_urn(), town.company_urn()),
        (format!("{EMAIL}foo@BAR.com"), format!("{EMAIL}foo@bar.com")),
        (
            format!("{EMAIL}Foo%40Bar.com"),
            format!("{EMAIL}foo%40bar.com"),
        ),
        (format!("{NAME}Kåre%20N"), format!("{NAME}kåre%20n")),
        (
            format!("{PERSON}08844397713"),
            format!("{PERSON}08844397713"),
        ),
    ] {
        let dialog = town
            .owner()
            .creates_and_reads(town.a_dialog_with(json!({"party": given})))
            .await;
        dialog.has("/party", stored);
    }
}

#[tokio::test]
async fn nobody_else_has_dialogs() {
    let town = Town::new().await;
    for party in [
        String::new(),
        " ".into(),
        "X".into(),
        person_number(),
        format!("{PERSON}{}", broken(&person_number())),
        format!("{ORGANIZATION}{}", broken(&organization_number())),
        format!("{PERSON}{}", organization_number()),
        format!("{ORGANIZATION}{}a", &organization_number()[..8]),
        format!("{PERSON}31092304a12"),
        format!("{PERSON} {}", person_number()),
        format!("{}{}", PERSON.to_uppercase(), person_number()),
        "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364".into(),
        format!("urn:altinn:feide-subject:{}", "a".repeat(64)),
        format!("{EMAIL}foo"),
        format!("{EMAIL}foo@bar"),
        format!("{EMAIL}a@b@c.no"),
        format!("{EMAIL}a b@c.no"),
        NAME.into(),
        format!("{NAME}a b"),
        format!("{NAME}%2"),
        format!("{NAME}%20"),
        format!("{NAME}{}", "a".repeat(256)),
    ] {
        refused(&town, 400, vec![(json!({"party": party}), &["dto.party"])]).await;
    }
    refused(&town, 400, vec![(json!({"party": null}), &["dto.party"])]).await;
}
