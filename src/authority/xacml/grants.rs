//! What a policy grants to whom, without a question: for finding resources by role, and for delegated rights.

use std::collections::BTreeSet;

use super::names::{ACCESS_PACKAGE, ACTION_ID, Category, ROLE_CODE};
use super::policy::{Designator, Effect, Match, Operand, Policy, Rule};

/// Actions that a policy grants.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Actions<'p> {
    /// A rule names no action, so every action is granted.
    All,
    /// These, as the policy spells them.
    Named(BTreeSet<&'p str>),
}

impl Actions<'_> {
    /// Whether this action is among them.
    pub fn includes(&self, action: &str) -> bool {
        match self {
            Self::All => true,
            Self::Named(names) => names.contains(action),
        }
    }
}

impl Policy {
    /// The subject attributes that Permit rules name, as pairs of attribute id and value, each once and in order.
    /// Values are spelled as in the policy; role codes are usually compared ignoring case.
    pub fn subjects_of_permit_rules(&self) -> impl Iterator<Item = (&str, &str)> {
        let named: BTreeSet<_> = self
            .permit_rules()
            .flat_map(|rule| self.named(rule))
            .filter(|(designator, _)| designator.category == Category::Subject)
            .map(|(designator, value)| (&*designator.id, value))
            .collect();
        named.into_iter()
    }

    /// The actions that some Permit rule grants to a role or an access package.
    pub fn actions_of_permit_rules(&self) -> Actions<'_> {
        let mut actions = BTreeSet::new();
        for rule in self
            .permit_rules()
            .filter(|rule| self.is_for_role_or_package(rule))
        {
            if rule.action.alternatives.is_empty() {
                return Actions::All;
            }
            let named = self.named(rule).filter(|(designator, _)| {
                designator.category == Category::Action && &*designator.id == ACTION_ID
            });
            actions.extend(named.map(|(_, value)| value));
        }
        Actions::Named(actions)
    }

    /// The lowest authentication level the policy asks of a person. It stands in the first obligation only, whatever
    /// decision that one is for: the first value of the category for persons, when it is a whole number.
    pub fn minimum_level(&self) -> Option<u8> {
        self.minimum_level
    }

    fn permit_rules(&self) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(|rule| rule.effect == Effect::Permit)
    }

    fn is_for_role_or_package(&self, rule: &Rule) -> bool {
        self.named(rule).any(|(designator, _)| {
            designator.category == Category::Subject
                && matches!(&*designator.id, ROLE_CODE | ACCESS_PACKAGE)
        })
    }

    /// The attributes with the very values that a rule's target names.
    fn named<'p>(&'p self, rule: &'p Rule) -> impl Iterator<Item = (&'p Designator, &'p str)> {
        rule.target.0.iter().flatten().flatten().filter_map(|id| {
            match &self.matches[id.0 as usize] {
                asked @ Match {
                    operand: Operand::Attribute(designator),
                    ..
                } if asked.is_standard() && asked.function.names_a_value() => {
                    Some((designator, &*asked.value))
                }
                _ => None,
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample::{DENY_OVERRIDES, policy_of, rule_of};
    use super::*;

    const READ: (&str, &str) = (ACTION_ID, "read");
    const WRITE: (&str, &str) = (ACTION_ID, "write");
    const LEDE: (&str, &str) = (ROLE_CODE, "LEDE");
    const FOREST: (&str, &str) = (ACCESS_PACKAGE, "skogbruk");
    const OWNER: (&str, &str) = ("urn:altinn:org", "ttd");

    fn policy(rules: &[String]) -> Policy {
        Policy::parse(&policy_of(DENY_OVERRIDES, &rules.concat())).unwrap()
    }

    #[test]
    fn subjects_are_those_of_permit_rules_each_once() {
        let policy = policy(&[
            rule_of(
                "a",
                Effect::Permit,
                [&[LEDE, FOREST], &[("urn:altinn:resource", "x")], &[READ]],
            ),
            rule_of("b", Effect::Permit, [&[LEDE, OWNER], &[], &[WRITE]]),
            rule_of("c", Effect::Deny, [&[(ROLE_CODE, "KONK")], &[], &[]]),
        ]);
        let subjects: Vec<_> = policy.subjects_of_permit_rules().collect();
        assert_eq!(subjects, [FOREST, OWNER, LEDE]);
    }

    #[test]
    fn a_match_that_can_never_hold_grants_nothing() {
        let rule = rule_of("a", Effect::Permit, [&[LEDE], &[], &[READ]]);
        for (from, to) in [
            (
                r#"AttributeId="urn:altinn:rolecode""#,
                r#"Issuer="i" AttributeId="urn:altinn:rolecode""#,
            ),
            ("string-equal", "string-regexp-match"),
        ] {
            let policy = policy(&[rule.replace(from, to)]);
            assert_eq!(policy.subjects_of_permit_rules().count(), 0, "{to}");
            assert!(!policy.actions_of_permit_rules().includes("read"), "{to}");
        }
    }

    #[test]
    fn actions_are_those_granted_to_roles_and_packages() {
        let policy = policy(&[
            rule_of("a", Effect::Permit, [&[LEDE], &[], &[READ]]),
            rule_of(
                "b",
                Effect::Permit,
                [&[FOREST], &[], &[(ACTION_ID, "sign")]],
            ),
            rule_of(
                "c",
                Effect::Permit,
                [&[OWNER], &[], &[(ACTION_ID, "delete")]],
            ),
            rule_of("d", Effect::Deny, [&[LEDE], &[], &[WRITE]]),
            rule_of("e", Effect::Permit, [&[OWNER], &[], &[]]),
        ]);
        let actions = policy.actions_of_permit_rules();
        assert_eq!(actions, Actions::Named(["read", "sign"].into()));
        assert!(actions.includes("sign"));
        assert!(!actions.includes("Sign") && !actions.includes("delete"));
    }
}
