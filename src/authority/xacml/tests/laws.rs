//! What holds for every policy and every request.

use proptest::prelude::*;

use super::super::{Category, DataType, Decision, Effect, Policy, Request};
use super::sample::{
    DENY_OVERRIDES, any_rules, any_unordered_combining, any_values, policy, request,
};

fn decide(policy: &Policy, request: &Request<'_>) -> Decision {
    policy.evaluate(request).decision
}

/// Takes away everything that makes evaluation shorter.
fn without_shortcuts(mut policy: Policy) -> Policy {
    for rule in &mut policy.rules {
        rule.readings_agree = false;
        for part in [&mut rule.subject, &mut rule.resource, &mut rule.action] {
            part.is_steady = false;
        }
    }
    policy
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn where_a_deny_rule_applies_deny_overrides_never_permits(rules in any_rules(), values in any_values()) {
        let request = request(&values);
        let denies = rules.iter().any(|rule| {
            rule.effect == Effect::Deny
                && decide(&policy(DENY_OVERRIDES, std::slice::from_ref(rule)), &request) == Decision::Deny
        });
        if denies {
            prop_assert_ne!(decide(&policy(DENY_OVERRIDES, &rules), &request), Decision::Permit);
        }
    }

    #[test]
    fn a_permit_needs_a_permit_rule_whose_target_holds_as_the_standard_says(
        rules in any_rules(),
        values in any_values(),
    ) {
        if decide(&policy(DENY_OVERRIDES, &rules), &request(&values)) == Decision::Permit {
            let is_granted = rules.iter().any(|rule| {
                rule.effect == Effect::Permit
                    && rule.target.iter().all(|any_of| {
                        any_of.iter().any(|all_of| all_of.iter().all(|one| one.is_satisfied(&values)))
                    })
                    && rule.condition.is_none_or(|attribute| values.contains(&(0, attribute, 1)))
            });
            prop_assert!(is_granted);
        }
    }

    #[test]
    fn a_deny_rule_whose_target_and_condition_hold_is_never_overlooked(
        rules in any_rules(),
        values in any_values(),
    ) {
        let is_denied = rules.iter().any(|rule| {
            rule.effect == Effect::Deny
                && rule.target.iter().all(|any_of| {
                    any_of.iter().any(|all_of| all_of.iter().all(|one| one.is_satisfied(&values)))
                })
                && rule.condition.is_none_or(|attribute| values.contains(&(0, attribute, 1)))
        });
        if is_denied {
            let decision = decide(&policy(DENY_OVERRIDES, &rules), &request(&values));
            prop_assert!(matches!(decision, Decision::Deny | Decision::Indeterminate), "{:?}", decision);
        }
    }

    #[test]
    fn the_order_of_rules_makes_no_difference(
        combining in any_unordered_combining(),
        (rules, shuffled) in any_rules().prop_flat_map(|rules| (Just(rules.clone()), Just(rules).prop_shuffle())),
        values in any_values(),
    ) {
        let request = request(&values);
        prop_assert_eq!(
            decide(&policy(&combining, &rules), &request),
            decide(&policy(&combining, &shuffled), &request)
        );
    }

    #[test]
    fn an_attribute_no_rule_names_makes_no_difference(
        combining in any_unordered_combining(),
        rules in any_rules(),
        values in any_values(),
    ) {
        let policy = policy(&combining, &rules);
        let request = request(&values);
        let more = [Category::Subject, Category::Resource, Category::Action, Category::from_uri("urn:x")]
            .into_iter()
            .fold(request.clone(), |request, category| {
                request.with(category, "urn:example:unrelated", DataType::String, ["0", "1"])
            });
        prop_assert_eq!(decide(&policy, &request), decide(&policy, &more));
    }

    #[test]
    fn the_order_of_values_makes_no_difference(
        rules in any_rules(),
        (values, shuffled) in any_values().prop_flat_map(|values| (Just(values.clone()), Just(values).prop_shuffle())),
    ) {
        let policy = policy(DENY_OVERRIDES, &rules);
        prop_assert_eq!(decide(&policy, &request(&values)), decide(&policy, &request(&shuffled)));
    }

    #[test]
    fn shortcuts_change_no_decision(
        combining in any_unordered_combining(),
        rules in any_rules(),
        values in any_values(),
    ) {
        let request = request(&values);
        prop_assert_eq!(
            decide(&policy(&combining, &rules), &request),
            decide(&without_shortcuts(policy(&combining, &rules)), &request)
        );
    }

    #[test]
    fn an_explanation_is_of_the_decision_that_was_made(
        combining in any_unordered_combining(),
        rules in any_rules(),
        values in any_values(),
    ) {
        let policy = policy(&combining, &rules);
        let request = request(&values);
        let explanation = policy.explain(&request);
        prop_assert_eq!(explanation.decision, decide(&policy, &request));
        prop_assert!(!explanation.reason.is_empty());
    }
}

#[test]
fn policies_can_be_asked_from_many_threads() {
    fn is_shared<T: Send + Sync>() {}
    is_shared::<Policy>();
}
