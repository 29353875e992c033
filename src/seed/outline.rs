//! Who gets which dialog when: few parties and services have many dialogs, most have few, as in life.
//!
//! One party in five has most dialogs of all (`⌊parties · u³⌋`), and so have services (`⌊200 · u^2.5⌋`): with 200,000
//! parties the largest has 1.7 % of all dialogs, the largest service 12 %. What happens to a dialog after its creation
//! happens soon, seldom weeks later (`60 days · u⁴`).

use chrono::Duration;
use uuid::Uuid;

use super::{Chance, numbers};
use crate::dialog::{party::PartyUrn, timestamp::Timestamp};

/// How many services there are.
pub const SERVICES: u64 = 200;
/// Over how long a time dialogs were created, in days before the last one.
const DAYS: i64 = 365;
/// After how long the last of the late changes comes, in seconds.
const LATEST_CHANGE: f64 = 60.0 * 86_400.0;

/// Which dialogs to make.
#[derive(Debug, Clone)]
pub struct Plan {
    /// How many.
    pub dialogs: u64,
    /// For how many parties.
    pub parties: u64,
    /// The number of the first of these parties: plans with others share none with this one.
    pub first_party: u64,
    /// Other dialogs for another number.
    pub seed: u64,
    /// The number of the first dialog: other dialogs of the same seed go before it.
    pub first_dialog: u64,
    /// When the last one was created; nothing happened later.
    pub until: Timestamp,
}

/// What is decided about a dialog before it is written.
#[derive(Debug, Clone)]
pub struct Outline {
    /// Its number among all of this seed.
    pub number: u64,
    /// Its seed.
    pub seed: u64,
    /// Identifier, with the time of creation. Its last 16 bits are zero.
    pub id: Uuid,
    /// The number of the party.
    pub party: u64,
    /// The number of the service, below [`SERVICES`].
    pub service: u64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When its content last changed.
    pub changed_at: Timestamp,
    /// When something is due.
    pub due_at: Option<Timestamp>,
    /// From when it is hidden.
    pub expires_at: Option<Timestamp>,
    /// When it was deleted.
    pub deleted_at: Option<Timestamp>,
    /// When the person whose dialog it is last looked at it.
    pub seen_at: Option<Timestamp>,
    /// Where it lies: `Default`, `Archive` or `Bin`.
    pub system_label: &'static str,
}

impl Plan {
    /// Dialog number `index` of the plan, and chance for all that is left open.
    pub fn outline(&self, index: u64) -> (Outline, Chance) {
        let number = self.first_dialog + index;
        let mut chance = Chance::new(self.seed, number);
        let party = self.party(&mut chance);
        let service = chance.skewed(SERVICES, 2.5);
        let created_at = self.created_at(index, &mut chance);
        let late = Duration::milliseconds(thousandths(LATEST_CHANGE * chance.unit().powi(4)));
        let changed_at = (created_at + late).min(self.until);
        let days = |chance: &mut Chance, from: i64, to: i64| {
            Duration::seconds(from * 86_400 + thousandths(chance.unit() * 86.4) * (to - from))
        };
        let due_at = chance
            .happens(0.4)
            .then(|| changed_at + days(&mut chance, 3, 90));
        let expires_at = chance
            .happens(0.05)
            .then(|| due_at.unwrap_or(changed_at) + days(&mut chance, 10, 400));
        let deleted_at = chance
            .happens(0.03)
            .then(|| (changed_at + days(&mut chance, 0, 30)).min(self.until));
        let may_be_seen = !numbers::is_organization(party) && deleted_at.is_none();
        let seen_at = (may_be_seen && chance.happens(0.6))
            .then(|| (changed_at + days(&mut chance, 0, 10)).min(self.until));
        let system_label = match chance.below(100) {
            0..85 => "Default",
            85..95 => "Archive",
            _ => "Bin",
        };
        let id = id(created_at, &mut chance);
        let outline = Outline {
            number,
            seed: self.seed,
            id,
            party,
            service,
            created_at,
            changed_at,
            due_at,
            expires_at,
            deleted_at,
            seen_at,
            system_label,
        };
        (outline, chance)
    }

    /// The party of dialog number `index` of the plan.
    pub fn party_of(&self, index: u64) -> u64 {
        self.party(&mut Chance::new(self.seed, self.first_dialog + index))
    }

    fn party(&self, chance: &mut Chance) -> u64 {
        self.first_party + chance.skewed(self.parties, 3.0)
    }

    /// One after the other, so that identifiers and places on disk follow the time.
    fn created_at(&self, index: u64, chance: &mut Chance) -> Timestamp {
        let step = DAYS * 86_400_000_000 / i64::try_from(self.dialogs.max(1)).unwrap_or(i64::MAX);
        let back = i64::try_from(self.dialogs.saturating_sub(index + 1)).unwrap_or(0) * step;
        let jitter = chance.below(u64::try_from(step).unwrap_or(1).max(1));
        self.until - Duration::microseconds(back + i64::try_from(jitter).unwrap_or(0))
    }
}

impl Outline {
    /// Whose dialog it is.
    pub fn party_urn(&self) -> PartyUrn {
        numbers::party(self.party)
    }

    /// What it is about.
    pub fn resource_urn(&self) -> String {
        resource_urn(self.service)
    }
}

/// The identifier of a service without its prefix.
pub fn resource_id(service: u64) -> String {
    format!("seed-service-{service:03}")
}

/// The identifier of a service.
pub fn resource_urn(service: u64) -> String {
    format!("urn:altinn:resource:{}", resource_id(service))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a few million seconds at most"
)]
fn thousandths(number: f64) -> i64 {
    (number * 1_000.0) as i64
}

/// A UUID of version 7 (RFC 9562, section 5.7) that leaves room for 65,535 more.
fn id(created_at: Timestamp, chance: &mut Chance) -> Uuid {
    let millis = u128::try_from(created_at.micros() / 1_000).unwrap_or(0);
    let random = u128::from(chance.number()) << 16 | u128::from(chance.number() & 0xffff) << 80;
    let bits = millis << 80 | random & 0xffff_ffff_ffff_ffff_ffff;
    let bits = bits & !(0xf << 76) | 0x7 << 76;
    Uuid::from_u128(bits & !(0x3 << 62) | 0x2 << 62)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(dialogs: u64, parties: u64) -> Plan {
        Plan {
            dialogs,
            parties,
            first_party: 0,
            seed: 1,
            first_dialog: 0,
            until: Timestamp::new(chrono::DateTime::from_timestamp(1_790_000_000, 0).unwrap()),
        }
    }

    #[test]
    fn few_have_much_and_many_have_little() {
        let plan = plan(100_000, 10_000);
        let outlines: Vec<_> = (0..plan.dialogs).map(|n| plan.outline(n).0).collect();
        let count = |what: &dyn Fn(&Outline) -> bool| outlines.iter().filter(|o| what(o)).count();
        // 10,000^(-1/3) = 4.6 % and 200^(-1/2.5) = 12 %.
        let largest_party = count(&|o| o.party == 0);
        assert!((4_300..5_000).contains(&largest_party), "{largest_party}");
        let largest_service = count(&|o| o.service == 0);
        assert!((11_500..12_500).contains(&largest_service));
        assert!((2_700..3_300).contains(&count(&|o| o.deleted_at.is_some())));
        assert!((4_600..5_400).contains(&count(&|o| o.expires_at.is_some())));
        assert!((9_500..10_500).contains(&count(&|o| o.system_label == "Archive")));
        assert!((4_600..5_400).contains(&count(&|o| o.system_label == "Bin")));
        let parties: std::collections::HashSet<_> = outlines.iter().map(|o| o.party).collect();
        assert!(parties.len() > 9_000, "{}", parties.len());
    }

    #[test]
    fn times_are_in_order_and_none_lies_ahead() {
        let plan = plan(10_000, 1_000);
        let mut last = None;
        for n in 0..plan.dialogs {
            let (o, _) = plan.outline(n);
            assert!(o.created_at <= o.changed_at && o.changed_at <= plan.until);
            assert!(o.deleted_at.is_none_or(|at| at <= plan.until));
            assert!(o.due_at.is_none() || o.expires_at.is_none() || o.due_at < o.expires_at);
            assert!(last.is_none_or(|last| last <= o.created_at), "{n}");
            assert_eq!(o.party, plan.party_of(n));
            assert!(crate::dialog::id::client_id_violations(o.id, o.created_at).is_empty());
            assert_eq!(o.id.as_u128() & 0xffff, 0);
            last = Some(o.created_at);
        }
    }

    #[test]
    fn a_plan_that_goes_on_makes_other_dialogs() {
        let (plan, mut next) = (plan(10, 10), plan(10, 10));
        next.first_dialog = 10;
        assert_eq!(plan.outline(3).0.id, plan.outline(3).0.id);
        assert_ne!(plan.outline(3).0.id, next.outline(3).0.id);
        assert_eq!(next.outline(3).0.number, 13);
    }
}
