//! From what each rule says to what the policy says (XACML 3.0, appendix C).

use super::super::policy::Effect;
use super::{Decision, Verdict};

/// How the rules of a policy are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Combining {
    DenyOverrides,
    PermitOverrides,
    DenyUnlessPermit,
    PermitUnlessDeny,
    FirstApplicable,
    /// A way this decision point does not know: never more than Indeterminate.
    Unknown,
}

impl Combining {
    pub(in super::super) fn from_uri(uri: &str) -> Self {
        let Some(versioned) = uri.strip_prefix("urn:oasis:names:tc:xacml:") else {
            return Self::Unknown;
        };
        let name = ["rule", "policy"].iter().find_map(|what| {
            let (version, rest) = versioned.split_once(':')?;
            let name = rest
                .strip_prefix(what)?
                .strip_prefix("-combining-algorithm:")?;
            Some((version, name))
        });
        match name {
            Some(("3.0", "deny-overrides" | "ordered-deny-overrides")) => Self::DenyOverrides,
            Some(("3.0", "permit-overrides" | "ordered-permit-overrides")) => Self::PermitOverrides,
            Some(("3.0", "deny-unless-permit")) => Self::DenyUnlessPermit,
            Some(("3.0", "permit-unless-deny")) => Self::PermitUnlessDeny,
            Some(("1.0", "first-applicable")) => Self::FirstApplicable,
            _ => Self::Unknown,
        }
    }
}

/// What a rule came to, by its place in the policy: the first of each kind is remembered.
#[derive(Debug, Default)]
pub(super) struct Tally {
    permit: Option<usize>,
    deny: Option<usize>,
    errored_permit: Option<usize>,
    errored_deny: Option<usize>,
    first: Option<(Decision, usize)>,
}

impl Tally {
    /// Counts a rule in; rules come in the order of the policy.
    pub(super) fn add(&mut self, place: usize, effect: Effect, verdict: &Verdict) {
        let (counted, decision) = match (verdict, effect) {
            (Verdict::NotApplicable(_), _) => return,
            (Verdict::Applies, Effect::Permit) => (&mut self.permit, Decision::Permit),
            (Verdict::Applies, Effect::Deny) => (&mut self.deny, Decision::Deny),
            (Verdict::Errored(_), Effect::Permit) => {
                (&mut self.errored_permit, Decision::Indeterminate)
            }
            (Verdict::Errored(_), Effect::Deny) => {
                (&mut self.errored_deny, Decision::Indeterminate)
            }
        };
        counted.get_or_insert(place);
        self.first.get_or_insert((decision, place));
    }

    /// The policy's decision and the rule that brought it about, where one did.
    pub(super) fn decide(&self, combining: Combining) -> (Decision, Option<usize>) {
        let permit = self.permit.map(|rule| (Decision::Permit, rule));
        let deny = self.deny.map(|rule| (Decision::Deny, rule));
        let errored_permit = self
            .errored_permit
            .map(|rule| (Decision::Indeterminate, rule));
        let errored_deny = self
            .errored_deny
            .map(|rule| (Decision::Indeterminate, rule));
        let (decided, otherwise) = match combining {
            Combining::DenyOverrides => (
                deny.or(errored_deny).or(permit).or(errored_permit),
                Decision::NotApplicable,
            ),
            Combining::PermitOverrides => (
                permit.or(errored_permit).or(deny).or(errored_deny),
                Decision::NotApplicable,
            ),
            Combining::DenyUnlessPermit => (permit, Decision::Deny),
            Combining::PermitUnlessDeny => (deny, Decision::Permit),
            Combining::FirstApplicable => (self.first, Decision::NotApplicable),
            Combining::Unknown => (None, Decision::Indeterminate),
        };
        decided.map_or((otherwise, None), |(decision, rule)| (decision, Some(rule)))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::Why;
    use super::*;

    fn combined(combining: Combining, rules: &str) -> Decision {
        let mut tally = Tally::default();
        for (place, rule) in rules.chars().enumerate() {
            let (effect, verdict) = match rule {
                'P' => (Effect::Permit, Verdict::Applies),
                'D' => (Effect::Deny, Verdict::Applies),
                'p' => (Effect::Permit, Verdict::Errored(Why::NoValue)),
                'd' => (Effect::Deny, Verdict::Errored(Why::NoValue)),
                _ => (Effect::Permit, Verdict::NotApplicable(Why::NotAsAWhole)),
            };
            tally.add(place, effect, &verdict);
        }
        tally.decide(combining).0
    }

    #[test]
    fn each_way_of_combining_has_its_table() {
        use Combining::*;
        use Decision::{Deny, Indeterminate, NotApplicable, Permit};
        let rules = [
            "", "n", "P", "D", "p", "d", "PD", "Pp", "Pd", "Dp", "Dd", "pd", "dP", "nD",
        ];
        let n = NotApplicable;
        let i = Indeterminate;
        for (combining, decisions) in [
            (
                DenyOverrides,
                [
                    n, n, Permit, Deny, i, i, Deny, Permit, i, Deny, Deny, i, i, Deny,
                ],
            ),
            (
                PermitOverrides,
                [
                    n, n, Permit, Deny, i, i, Permit, Permit, Permit, i, Deny, i, Permit, Deny,
                ],
            ),
            (
                DenyUnlessPermit,
                [
                    Deny, Deny, Permit, Deny, Deny, Deny, Permit, Permit, Permit, Deny, Deny, Deny,
                    Permit, Deny,
                ],
            ),
            (
                PermitUnlessDeny,
                [
                    Permit, Permit, Permit, Deny, Permit, Permit, Deny, Permit, Permit, Deny, Deny,
                    Permit, Permit, Deny,
                ],
            ),
            (
                FirstApplicable,
                [
                    n, n, Permit, Deny, i, i, Permit, Permit, Permit, Deny, Deny, i, i, Deny,
                ],
            ),
            (Unknown, [i; 14]),
        ] {
            for (rules, decision) in rules.iter().zip(decisions) {
                assert_eq!(
                    combined(combining, rules),
                    decision,
                    "{combining:?} {rules}"
                );
            }
        }
    }

    #[test]
    fn ways_of_combining_are_known_by_name_and_version() {
        for (uri, combining) in [
            (
                "3.0:rule-combining-algorithm:deny-overrides",
                Combining::DenyOverrides,
            ),
            (
                "3.0:rule-combining-algorithm:ordered-permit-overrides",
                Combining::PermitOverrides,
            ),
            (
                "3.0:policy-combining-algorithm:permit-unless-deny",
                Combining::PermitUnlessDeny,
            ),
            (
                "1.0:policy-combining-algorithm:first-applicable",
                Combining::FirstApplicable,
            ),
            (
                "1.0:rule-combining-algorithm:first-applicable",
                Combining::FirstApplicable,
            ),
            (
                "3.0:rule-combining-algorithm:first-applicable",
                Combining::Unknown,
            ),
            (
                "1.0:rule-combining-algorithm:deny-overrides",
                Combining::Unknown,
            ),
            (
                "1.1:rule-combining-algorithm:ordered-deny-overrides",
                Combining::Unknown,
            ),
            (
                "1.0:policy-combining-algorithm:only-one-applicable",
                Combining::Unknown,
            ),
            (
                "3.0:rule-combining-algorithm:Deny-Overrides",
                Combining::Unknown,
            ),
        ] {
            let uri = format!("urn:oasis:names:tc:xacml:{uri}");
            assert_eq!(Combining::from_uri(&uri), combining, "{uri}");
        }
        assert_eq!(Combining::from_uri("deny-overrides"), Combining::Unknown);
    }

    proptest! {
        #[test]
        fn a_deny_overrides_whatever_else_is_said(before in "[PDpdn]{0,6}", after in "[PDpdn]{0,6}") {
            let rules = format!("{before}D{after}");
            prop_assert_eq!(combined(Combining::DenyOverrides, &rules), Decision::Deny);
            prop_assert_eq!(combined(Combining::PermitUnlessDeny, &rules), Decision::Deny);
        }

        #[test]
        fn an_errored_deny_never_ends_in_a_permit_when_denials_override(
            before in "[PDpdn]{0,6}",
            after in "[PDpdn]{0,6}",
        ) {
            let rules = format!("{before}d{after}");
            prop_assert_ne!(combined(Combining::DenyOverrides, &rules), Decision::Permit);
        }

        #[test]
        fn order_matters_to_the_first_applicable_only(
            rules in proptest::collection::vec(proptest::sample::select(vec!['P', 'D', 'p', 'd', 'n']), 0..8)
                .prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle()))
        ) {
            let (one, other) = rules;
            let (one, other) = (String::from_iter(one), String::from_iter(other));
            for combining in [
                Combining::DenyOverrides,
                Combining::PermitOverrides,
                Combining::DenyUnlessPermit,
                Combining::PermitUnlessDeny,
                Combining::Unknown,
            ] {
                prop_assert_eq!(combined(combining, &one), combined(combining, &other));
            }
        }

        #[test]
        fn rules_that_do_not_apply_change_nothing(rules in "[PDpd]{0,6}") {
            let padded: String = rules.chars().flat_map(|rule| ['n', rule, 'n']).collect();
            for combining in [
                Combining::DenyOverrides,
                Combining::PermitOverrides,
                Combining::DenyUnlessPermit,
                Combining::PermitUnlessDeny,
                Combining::FirstApplicable,
                Combining::Unknown,
            ] {
                prop_assert_eq!(combined(combining, &rules), combined(combining, &padded));
            }
        }
    }
}
