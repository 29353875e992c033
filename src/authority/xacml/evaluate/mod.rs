//! One request, one policy, one decision (XACML 3.0, sections 7.11 to 7.13).
//!
//! Where the platform's decision point is looser than the standard, the stricter of the two decides: a Permit rule
//! must apply by both readings, a Deny rule by either, and what the platform cannot evaluate at all makes the
//! whole decision Indeterminate.

mod answers;
mod combine;
mod condition;
mod target;

use serde::Serialize;

pub(super) use answers::Answers;
pub(super) use combine::Combining;
use combine::Tally;
pub(super) use condition::{Comparison, Condition};
pub(super) use target::Truth;

use super::policy::{Effect, MatchId, Obligation, Policy, Rule};
use super::request::Request;

/// What a policy says to a request. Only [`Decision::Permit`] lets anything through.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Decision {
    /// Yes.
    Permit,
    /// No.
    Deny,
    /// The policy has nothing to say about this.
    NotApplicable,
    /// The policy or the request is in error.
    Indeterminate,
}

/// A decision and what it obliges to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Evaluation<'p> {
    /// The decision.
    pub decision: Decision,
    /// With a Permit, the policy's obligations for it, in their order; else none. Those inside rules do not count.
    pub obligations: &'p [Obligation],
}

impl Evaluation<'_> {
    /// Whether the decision is Permit.
    pub fn is_permitted(&self) -> bool {
        self.decision == Decision::Permit
    }
}

/// What one rule says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    Applies,
    NotApplicable(Why),
    Errored(Why),
}

/// Why a rule does not apply, or the decision is Indeterminate. Small, so that saying it costs nothing; words are made
/// when somebody asks (`explain.rs`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// Subject, resource or action does not fit.
    NoFit,
    /// The parts fit, but not together.
    NotAsAWhole,
    ConditionFalse,
    Missing(MatchId),
    Unreadable(MatchId),
    Unsupported(MatchId),
    NoValue,
    SeveralValues,
    Count,
    NoInteger,
    LooseOnly,
    NoComparison,
    UnsupportedCondition,
}

/// An error of the whole decision, whatever the other rules say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stop(pub(super) Why);

/// How a decision came about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Because {
    /// The rule at this place decided.
    Rule(usize),
    /// No rule decided: what the way of combining says then.
    NoRule,
    /// The policy's own target does not hold, or is in error.
    Target(Option<Why>),
    /// The rule at this place stopped the decision.
    Stopped(usize, Why),
}

impl Policy {
    /// Decides. The time is bounded by the number of different matches in the policy times the values in the request.
    pub fn evaluate(&self, request: &Request<'_>) -> Evaluation<'_> {
        let (decision, _) = self.decide(request, |_, _| ());
        let obligations = match decision {
            Decision::Permit => &*self.obligations,
            _ => &[],
        };
        Evaluation {
            decision,
            obligations,
        }
    }

    /// Decides and shows every rule with what it came to, in the order of the policy.
    pub(super) fn decide(
        &self,
        request: &Request<'_>,
        mut show: impl FnMut(usize, Verdict),
    ) -> (Decision, Because) {
        let mut answers = Answers::new(self, request);
        // Deny, because a number that cannot be read is an error of the target here.
        match self.target.holds(Effect::Deny, &mut answers) {
            Truth::Yes => {}
            Truth::No => return (Decision::NotApplicable, Because::Target(None)),
            Truth::Error(why) => return (Decision::Indeterminate, Because::Target(Some(why))),
        }
        let mut tally = Tally::default();
        for (place, rule) in self.rules.iter().enumerate() {
            match rule.judge(&mut answers) {
                Ok(verdict) => {
                    show(place, verdict);
                    tally.add(place, rule.effect, &verdict);
                }
                Err(Stop(why)) => return (Decision::Indeterminate, Because::Stopped(place, why)),
            }
        }
        let (decision, decided_by) = tally.decide(self.combining);
        (decision, decided_by.map_or(Because::NoRule, Because::Rule))
    }
}

impl Rule {
    fn judge(&self, answers: &mut Answers<'_>) -> Result<Verdict, Stop> {
        let by_parts = self.holds_by_parts(answers)?;
        let as_a_whole = if self.readings_agree {
            by_parts
        } else {
            self.target.holds(self.effect, answers)
        };
        // Conditions the platform would come to evaluate can stop it, so they come before the stricter reading.
        let is_evaluated =
            by_parts == Truth::Yes || (self.effect == Effect::Deny && as_a_whole == Truth::Yes);
        let condition = match &self.condition {
            Some(condition) if is_evaluated => condition.holds(self.effect, answers.request())?,
            _ => Truth::Yes,
        };
        let target = match (self.effect, by_parts, as_a_whole) {
            (Effect::Deny, _, _) => by_parts.or(as_a_whole),
            (Effect::Permit, error @ Truth::Error(_), _)
            | (Effect::Permit, _, error @ Truth::Error(_)) => error,
            (Effect::Permit, _, _) => by_parts.and(as_a_whole),
        };
        Ok(match (target, condition) {
            (Truth::Error(why), _) | (Truth::Yes, Truth::Error(why)) => Verdict::Errored(why),
            (Truth::No, _) if by_parts == Truth::Yes => Verdict::NotApplicable(Why::NotAsAWhole),
            (Truth::No, _) => Verdict::NotApplicable(Why::NoFit),
            (Truth::Yes, Truth::No) => Verdict::NotApplicable(Why::ConditionFalse),
            (Truth::Yes, Truth::Yes) => Verdict::Applies,
        })
    }
}
