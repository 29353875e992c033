//! Conditions: one comparison of an attribute with a value of the policy.
//!
//! The platform knows no other form, and reads this one more loosely than the standard: types and most functions on
//! bags are ignored. So both readings are kept here too. A Permit rule whose condition is true by the loose
//! reading only is an errored rule; for a Deny rule either reading is enough.

use super::super::function::{BagFunction, Compared, Function, Test, compile_pattern, integer};
use super::super::names::DataType;
use super::super::policy::{Designator, Effect};
use super::super::request::Request;
use super::target::Truth;
use super::{Stop, Why};

/// Most values that a condition takes as patterns.
const MAX_PATTERNS: usize = 16;

#[derive(Debug)]
pub(in super::super) enum Condition {
    /// No comparison at all, or one of too many things.
    NeverTrue,
    /// A form that cannot be evaluated.
    Unsupported,
    Comparison(Box<Comparison>),
}

#[derive(Debug)]
pub(in super::super) struct Comparison {
    pub(in super::super) function: Function,
    pub(in super::super) test: Test,
    pub(in super::super) value: Box<str>,
    pub(in super::super) data_type: DataType<'static>,
    pub(in super::super) attribute: Designator,
    /// What stands around the attribute.
    pub(in super::super) bag_function: Option<BagFunction>,
    pub(in super::super) is_value_first: bool,
}

impl Condition {
    /// Whether the condition is true, false or in error for a rule of this effect.
    pub(in super::super) fn holds(
        &self,
        effect: Effect,
        request: &Request<'_>,
    ) -> Result<Truth, Stop> {
        let comparison = match self {
            // A Deny rule that nobody can evaluate must not silently vanish.
            Self::NeverTrue if effect == Effect::Deny => {
                return Ok(Truth::Error(Why::NoComparison));
            }
            Self::NeverTrue => return Ok(Truth::No),
            Self::Unsupported => return Err(Stop(Why::UnsupportedCondition)),
            Self::Comparison(comparison) => comparison,
        };
        let loose = comparison.holds_loosely(effect, request)?;
        Ok(match (effect, loose) {
            (Effect::Permit, Truth::Yes) if comparison.holds_by_standard(request) != Truth::Yes => {
                Truth::Error(Why::LooseOnly)
            }
            (Effect::Deny, Truth::No | Truth::Error(_))
                if comparison.holds_by_standard(request) == Truth::Yes =>
            {
                Truth::Yes
            }
            _ => loose,
        })
    }
}

impl Comparison {
    /// The platform's reading: any value of any type; few functions on bags count.
    fn holds_loosely(&self, effect: Effect, request: &Request<'_>) -> Result<Truth, Stop> {
        let values = || {
            request
                .values(&self.attribute.category, &self.attribute.id)
                .flat_map(|(_, values)| values)
        };
        let count = values().count();
        if count > 0 && self.function == Function::Unknown {
            return Err(Stop(Why::UnsupportedCondition));
        }
        match &self.bag_function {
            Some(BagFunction::Size(DataType::Time | DataType::Date | DataType::DateTime)) => {
                return Ok(if self.is_count(count) {
                    Truth::Yes
                } else {
                    Truth::Error(Why::Count)
                });
            }
            _ if count == 0 => return Ok(Truth::Error(Why::NoValue)),
            Some(BagFunction::OneAndOnly(
                DataType::Integer | DataType::Date | DataType::DateTime,
            )) if count > 1 => return Ok(Truth::Error(Why::SeveralValues)),
            _ => {}
        }
        let compared = if self.function == Function::StringRegexpMatch {
            self.value_found_by(values().map(AsRef::as_ref), count)
        } else {
            values().fold(Compared::Fails, |all, value| {
                all.or(self.test.compare(value))
            })
        };
        match compared {
            Compared::Holds => Ok(Truth::Yes),
            Compared::Unreadable if effect == Effect::Deny => Ok(Truth::Error(Why::NoInteger)),
            Compared::Fails | Compared::Unreadable => Ok(Truth::No),
            Compared::Unsupported => Err(Stop(Why::UnsupportedCondition)),
        }
    }

    /// In the loose reading the request brings the pattern and the policy the text.
    fn value_found_by<'r>(
        &self,
        patterns: impl Iterator<Item = &'r str>,
        count: usize,
    ) -> Compared {
        if count > MAX_PATTERNS {
            return Compared::Unsupported;
        }
        patterns.fold(Compared::Fails, |all, pattern| {
            all.or(match compile_pattern(pattern) {
                Some(pattern) if pattern.is_match(&self.value) => Compared::Holds,
                Some(_) => Compared::Fails,
                None => Compared::Unsupported,
            })
        })
    }

    /// The standard's reading (XACML 3.0, appendix A.3): types fit, a function on single values gets exactly one, and a
    /// pattern never comes from the request.
    fn holds_by_standard(&self, request: &Request<'_>) -> Truth {
        const ILL_TYPED: Truth = Truth::Error(Why::LooseOnly);
        let of = &self.attribute.data_type;
        let mut bag = request
            .values(&self.attribute.category, &self.attribute.id)
            .filter(|(data_type, _)| !self.attribute.has_issuer && *data_type == of)
            .flat_map(|(_, values)| values);
        let is_single = match &self.bag_function {
            Some(BagFunction::Size(counted)) => {
                let is_typed = counted == of
                    && self.function == Function::IntegerEqual
                    && self.data_type == DataType::Integer;
                return match (is_typed, self.is_count(bag.count())) {
                    (false, _) => ILL_TYPED,
                    (true, true) => Truth::Yes,
                    (true, false) => Truth::No,
                };
            }
            Some(BagFunction::OneAndOnly(single)) if single == of => true,
            Some(_) => return ILL_TYPED,
            None => false,
        };
        let is_typed = if is_single {
            self.function
                .compares()
                .is_some_and(|typed| typed == *of && typed == self.data_type)
                && (self.function != Function::StringRegexpMatch || self.is_value_first)
        } else {
            self.function == Function::StringIsIn
                && self.is_value_first
                && *of == DataType::String
                && self.data_type == DataType::String
        };
        if !is_typed {
            return ILL_TYPED;
        }
        let Some(first) = bag.next() else {
            return Truth::Error(Why::NoValue);
        };
        if is_single && bag.next().is_some() {
            return Truth::Error(Why::SeveralValues);
        }
        let compared = bag.fold(self.test.compare(first), |all, value| {
            all.or(self.test.compare(value))
        });
        match compared {
            Compared::Holds => Truth::Yes,
            Compared::Fails => Truth::No,
            Compared::Unreadable | Compared::Unsupported => Truth::Error(Why::NoInteger),
        }
    }

    fn is_count(&self, count: usize) -> bool {
        integer(&self.value).is_some_and(|number| usize::try_from(number) == Ok(count))
    }
}
