//! Whether a target holds, in two readings.
//!
//! The standard's reading: every group has an alternative that holds as a whole. The platform's reading, which real
//! policies were tried against: category by category, any alternative anywhere in the target will do; other
//! categories than subject, resource and action are not looked at. The two differ only for unusual targets,
//! and then a Permit rule needs both and a Deny rule either (see [`super`]).

use super::super::policy::{AllOf, Effect, MatchId, Operand, Part, Rule, Target};
use super::answers::{Answer, Answers};
use super::{Stop, Why};

/// The outcome of a condition, a target, or a piece of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Truth {
    Yes,
    No,
    Error(Why),
}

impl Truth {
    /// Both; a No is sure whatever the other is.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::No, _) | (_, Self::No) => Self::No,
            (Self::Error(why), _) | (_, Self::Error(why)) => Self::Error(why),
            (Self::Yes, Self::Yes) => Self::Yes,
        }
    }

    /// Either; a Yes is sure whatever the other is.
    pub(super) fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Yes, _) | (_, Self::Yes) => Self::Yes,
            (Self::Error(why), _) | (_, Self::Error(why)) => Self::Error(why),
            (Self::No, Self::No) => Self::No,
        }
    }
}

impl Target {
    /// The standard's reading (XACML 3.0, sections 7.6 and 7.7).
    pub(super) fn holds(&self, effect: Effect, answers: &mut Answers<'_>) -> Truth {
        let mut all = Truth::Yes;
        for any_of in &self.0 {
            let mut any = Truth::No;
            for all_of in any_of {
                any = any.or(holds_as_a_whole(all_of, effect, answers));
                if any == Truth::Yes {
                    break;
                }
            }
            all = all.and(any);
            if all == Truth::No {
                break;
            }
        }
        all
    }
}

fn holds_as_a_whole(all_of: &AllOf, effect: Effect, answers: &mut Answers<'_>) -> Truth {
    let mut all = Truth::Yes;
    for id in all_of {
        all = all.and(holds_by_standard(*id, effect, answers));
        if all == Truth::No {
            break;
        }
    }
    all
}

fn holds_by_standard(id: MatchId, effect: Effect, answers: &mut Answers<'_>) -> Truth {
    let (asked, answer) = answers.to(id);
    if !asked.is_standard() {
        return Truth::No;
    }
    match answer {
        Answer::Holds => Truth::Yes,
        Answer::Unsupported => Truth::Error(Why::Unsupported(id)),
        Answer::Missing if must_be_present(&asked.operand) => Truth::Error(Why::Missing(id)),
        Answer::Unreadable if effect == Effect::Deny => Truth::Error(Why::Unreadable(id)),
        Answer::Fails | Answer::Missing | Answer::Unreadable => Truth::No,
    }
}

fn must_be_present(operand: &Operand) -> bool {
    matches!(operand, Operand::Attribute(designator) if designator.must_be_present)
}

impl Part {
    /// The platform's reading of one category. Every alternative is asked, even when an earlier one holds: the last one
    /// that holds, or misses an attribute that must be present, decides.
    pub(in super::super) fn holds(
        &self,
        effect: Effect,
        answers: &mut Answers<'_>,
    ) -> Result<Truth, Stop> {
        if self.alternatives.is_empty() {
            return Ok(Truth::Yes);
        }
        let mut latest = None;
        let mut unreadable = Truth::No;
        for alternative in &self.alternatives {
            match holds_in_part(alternative, effect, answers)? {
                Alternative::Holds if self.is_steady => return Ok(Truth::Yes),
                Alternative::Holds => latest = Some(Truth::Yes),
                Alternative::Misses(why) => latest = Some(Truth::Error(why)),
                Alternative::Unreadable(why) => unreadable = Truth::Error(why),
                Alternative::Fails => {}
            }
        }
        Ok(latest.unwrap_or(unreadable))
    }
}

enum Alternative {
    Holds,
    Fails,
    /// An attribute that must be present is not, whatever the other matches say.
    Misses(Why),
    Unreadable(Why),
}

fn holds_in_part(
    matches: &AllOf,
    effect: Effect,
    answers: &mut Answers<'_>,
) -> Result<Alternative, Stop> {
    let mut missing = None;
    let mut all = Truth::Yes;
    for id in matches {
        let (asked, answer) = answers.to(*id);
        let holds = match answer {
            Answer::Holds => Truth::Yes,
            Answer::Unsupported => return Err(Stop(Why::Unsupported(*id))),
            Answer::Unreadable if effect == Effect::Deny => Truth::Error(Why::Unreadable(*id)),
            Answer::Missing if must_be_present(&asked.operand) => {
                missing = missing.or(Some(Why::Missing(*id)));
                Truth::No
            }
            Answer::Fails | Answer::Missing | Answer::Unreadable => Truth::No,
        };
        all = all.and(holds);
    }
    Ok(match (missing, all) {
        (Some(why), _) => Alternative::Misses(why),
        (None, Truth::Yes) => Alternative::Holds,
        (None, Truth::No) => Alternative::Fails,
        (None, Truth::Error(why)) => Alternative::Unreadable(why),
    })
}

impl Rule {
    /// The platform's reading of the whole target. Of the resource and of the action, a missing attribute that must be
    /// present stops the decision; the subject is looked at only where both fit.
    pub(super) fn holds_by_parts(&self, answers: &mut Answers<'_>) -> Result<Truth, Stop> {
        let resource = stop_if_missing(self.resource.holds(self.effect, answers)?)?;
        if resource == Truth::No && self.action.is_steady {
            return Ok(Truth::No);
        }
        let action = stop_if_missing(self.action.holds(self.effect, answers)?)?;
        match resource.and(action) {
            Truth::No => Ok(Truth::No),
            candidate => Ok(candidate.and(self.subject.holds(self.effect, answers)?)),
        }
    }
}

fn stop_if_missing(part: Truth) -> Result<Truth, Stop> {
    match part {
        Truth::Error(why @ Why::Missing(_)) => Err(Stop(why)),
        other => Ok(other),
    }
}
