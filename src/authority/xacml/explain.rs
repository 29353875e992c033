//! A decision in words: which rule decided, and why the others did not apply. Values of the request are never told.

use std::fmt;

use super::evaluate::{Answers, Because, Decision, Stop, Truth, Verdict, Why};
use super::policy::{Effect, MatchId, Operand, Policy, Rule};
use super::request::Request;

/// How a decision came about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The decision, the same as [`Policy::evaluate`] makes.
    pub decision: Decision,
    /// One sentence: which rule decided, or why none did.
    pub reason: String,
    /// The rules that were looked at, in the order of the policy.
    pub rules: Vec<Considered>,
}

/// A rule that was looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Considered {
    /// The rule's id; ids need not be unique in a policy.
    pub id: Box<str>,
    /// What it does where it applies.
    pub effect: Effect,
    /// What it came to.
    pub outcome: String,
}

impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Permit => "Permit",
            Self::Deny => "Deny",
        })
    }
}

impl fmt::Display for Considered {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "rule {} ({}) {}", self.id, self.effect, self.outcome)
    }
}

impl Policy {
    /// Decides, and tells why. For people: it takes longer than [`Policy::evaluate`].
    pub fn explain(&self, request: &Request<'_>) -> Explanation {
        let mut rules = Vec::new();
        let (decision, because) = self.decide(request, |place, verdict| {
            rules.push(self.considered(place, self.outcome(place, verdict, request)));
        });
        let reason = match because {
            Because::Target(None) => "the policy's target does not hold".to_owned(),
            Because::Target(Some(why)) => {
                format!("the policy's target is in error: {}", self.words(why))
            }
            Because::Stopped(place, why) => {
                let stopped = format!("cannot be evaluated: {}", self.words(why));
                rules.push(self.considered(place, stopped));
                rules.last().map(ToString::to_string).unwrap_or_default()
            }
            Because::Rule(place) => rules
                .get(place)
                .map(ToString::to_string)
                .unwrap_or_default(),
            Because::NoRule => self.without_rule(decision, &rules),
        };
        Explanation {
            decision,
            reason,
            rules,
        }
    }

    fn considered(&self, place: usize, outcome: String) -> Considered {
        let rule = &self.rules[place];
        Considered {
            id: rule.id.clone(),
            effect: rule.effect,
            outcome,
        }
    }

    fn without_rule(&self, decision: Decision, rules: &[Considered]) -> String {
        match (decision, rules) {
            (Decision::Indeterminate, _) => "the way of combining rules is not known".to_owned(),
            (Decision::Permit, _) => "no rule denies, and that is enough here".to_owned(),
            (Decision::Deny, _) => "no rule permits, and one must here".to_owned(),
            (Decision::NotApplicable, [only]) => only.to_string(),
            (Decision::NotApplicable, _) => format!("none of {} rules applies", self.rules.len()),
        }
    }

    fn outcome(&self, place: usize, verdict: Verdict, request: &Request<'_>) -> String {
        match verdict {
            Verdict::Applies => "applies".to_owned(),
            Verdict::NotApplicable(Why::NoFit) => {
                let unfit = unfit_parts(&self.rules[place], &mut Answers::new(self, request));
                format!(
                    "does not apply: {}",
                    unfit.unwrap_or("the target does not hold")
                )
            }
            Verdict::NotApplicable(why) => format!("does not apply: {}", self.words(why)),
            Verdict::Errored(why) => format!("is in error: {}", self.words(why)),
        }
    }

    fn words(&self, why: Why) -> String {
        match why {
            Why::NoFit => "the target does not hold".to_owned(),
            Why::NotAsAWhole => "the target holds in parts, but not as a whole".to_owned(),
            Why::ConditionFalse => "its condition is false".to_owned(),
            Why::Missing(id) => format!("{} is missing and must be present", self.name(id)),
            Why::Unreadable(id) => format!("{} is compared as a whole number", self.name(id)),
            Why::Unsupported(id) => format!("{} cannot be compared", self.name(id)),
            Why::NoValue => "its condition has no value to compare".to_owned(),
            Why::SeveralValues => "its condition wants one value and gets several".to_owned(),
            Why::Count => "its condition counts another number of values".to_owned(),
            Why::NoInteger => {
                "its condition compares whole numbers and gets something else".to_owned()
            }
            Why::LooseOnly => "its condition is true only where types are ignored".to_owned(),
            Why::NoComparison => "its condition is no comparison".to_owned(),
            Why::UnsupportedCondition => {
                "its condition has a form that is not supported".to_owned()
            }
        }
    }

    fn name(&self, id: MatchId) -> String {
        let asked = &self.matches[id.0 as usize];
        let category = asked.category().word();
        match &asked.operand {
            Operand::Attribute(designator) => format!("{category} attribute {}", designator.id),
            Operand::Selector(_) => format!("{category} attribute selector"),
        }
    }
}

/// Which of the parts does not fit, where one of them alone is to blame.
fn unfit_parts(rule: &Rule, answers: &mut Answers<'_>) -> Option<&'static str> {
    let parts = [
        (&rule.resource, "the resource does not fit"),
        (&rule.action, "the action does not fit"),
        (&rule.subject, "the subject does not fit"),
    ];
    parts
        .into_iter()
        .find_map(|(part, words)| match part.holds(rule.effect, answers) {
            Ok(Truth::No) => Some(words),
            Ok(Truth::Yes | Truth::Error(_)) | Err(Stop(_)) => None,
        })
}

#[cfg(test)]
mod tests {
    use super::super::tests::sample::{DENY_OVERRIDES, policy_of, rule_of};
    use super::super::{ACTION_ID, ROLE_CODE};
    use super::*;

    fn policy() -> Policy {
        let read = (ACTION_ID, "read");
        let rules = [
            rule_of(
                "leaders",
                Effect::Permit,
                [&[(ROLE_CODE, "LEDE")], &[], &[read]],
            ),
            rule_of(
                "closed",
                Effect::Deny,
                [&[], &[("urn:altinn:subresource", "closed")], &[read]],
            ),
        ];
        Policy::parse(&policy_of(DENY_OVERRIDES, &rules.concat())).unwrap()
    }

    #[test]
    fn the_rule_that_decided_is_named() {
        let leader = Request::new().subject(ROLE_CODE, ["LEDE"]).action("read");
        let permitted = policy().explain(&leader);
        assert_eq!(permitted.reason, "rule leaders (Permit) applies");
        let denied = policy().explain(&leader.resource("urn:altinn:subresource", "closed"));
        assert_eq!(denied.reason, "rule closed (Deny) applies");
    }

    #[test]
    fn every_rule_says_which_part_does_not_fit() {
        let stranger = Request::new()
            .subject(ROLE_CODE, ["12345678901"])
            .action("read");
        let explanation = policy().explain(&stranger);
        assert_eq!(explanation.decision, Decision::NotApplicable);
        assert_eq!(explanation.reason, "none of 2 rules applies");
        let rules: Vec<_> = explanation.rules.iter().map(ToString::to_string).collect();
        assert_eq!(
            rules,
            [
                "rule leaders (Permit) does not apply: the subject does not fit",
                "rule closed (Deny) does not apply: the resource does not fit",
            ]
        );
    }

    #[test]
    fn values_of_the_request_are_not_told() {
        let request = Request::new()
            .subject(ROLE_CODE, ["12345678901"])
            .action("read");
        assert!(!format!("{:?}", policy().explain(&request)).contains("12345678901"));
    }
}
