//! Numbers of made-up parties: valid, so that tokens can be made for them, and never those of anybody.
//!
//! People have a month above 80, as synthetic people of the National Population Register have.

use crate::dialog::party::{PartyUrn, organization_number, person_number};

/// So many people can be numbered, and as many organizations.
pub const MOST: u64 = 3_000_000;
/// Numbers of people who act for parties; below are those who are parties.
const PEOPLE_WHO_ACT: u64 = 3_300_000;

/// Party `number`: three of five are organizations.
pub fn party(number: u64) -> PartyUrn {
    if is_organization(number) {
        PartyUrn::organization(&organization(number))
    } else {
        PartyUrn::person(&person(number))
    }
}

/// Whether that party is an organization.
pub fn is_organization(number: u64) -> bool {
    number % 5 < 3
}

/// The number of person `number` of those who act for parties.
pub fn person_who_acts(number: u64) -> String {
    person(PEOPLE_WHO_ACT + number)
}

fn organization(number: u64) -> String {
    // Of two neighbours at least one can be completed.
    let stem = 20_000_000 + 2 * small(number);
    completed(stem, 2, organization_number)
}

/// Each has ten numbers of a day of its own to choose from.
fn person(number: u64) -> String {
    let number = small(number);
    let (tens, rest) = (number % 100, number / 100);
    let (day, rest) = (rest % 28 + 1, rest / 28);
    let (month, year) = (rest % 12 + 81, rest / 12 % 100);
    let stem = day * 10_000_000 + month * 100_000 + year * 1_000 + tens * 10;
    completed(stem, 10, person_number)
}

fn small(number: u64) -> u32 {
    u32::try_from(number).unwrap_or(0)
}

/// Tries the next stems; tests prove that one of `choices` can be completed.
fn completed(stem: u32, choices: u32, complete: fn(u32) -> Option<String>) -> String {
    (stem..stem + choices)
        .find_map(complete)
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_party_has_a_valid_number_of_its_own() {
        let step = 17;
        let numbers = (0..20_000).chain((20_000..MOST).step_by(step));
        let mut seen = HashSet::new();
        for number in numbers {
            let urn = party(number);
            assert!(PartyUrn::parse(urn.as_str()).is_some(), "{number}");
            assert!(seen.insert(urn.to_string()), "{number}");
        }
        for number in 0..1_000 {
            let urn = PartyUrn::person(&person_who_acts(number));
            assert!(PartyUrn::parse(urn.as_str()).is_some(), "{number}");
            assert!(seen.insert(urn.to_string()), "{number}");
        }
    }
}
