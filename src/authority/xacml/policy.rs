//! A policy as it is kept for evaluation: parsed, compiled, never changed.

use serde::Serialize;

use super::evaluate::{Combining, Condition};
use super::function::{Function, Test};
use super::names::{Category, DataType};

/// A policy of XACML 3.0, ready to be asked many times from many threads.
#[derive(Debug)]
pub struct Policy {
    pub(super) id: Box<str>,
    pub(super) combining: Combining,
    pub(super) target: Target,
    pub(super) rules: Box<[Rule]>,
    /// Every different match of the policy once; targets name them by their place here.
    pub(super) matches: Box<[Match]>,
    /// What the policy's own obligations ask for with a Permit, in the order of the document.
    pub(super) obligations: Box<[Obligation]>,
    pub(super) minimum_level: Option<u8>,
}

impl Policy {
    /// The policy's own name for itself.
    pub fn id(&self) -> &str {
        &self.id
    }
}

/// What a rule does where it applies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// It permits.
    Permit,
    /// It denies.
    Deny,
}

#[derive(Debug)]
pub(super) struct Rule {
    pub(super) id: Box<str>,
    pub(super) effect: Effect,
    pub(super) target: Target,
    pub(super) subject: Part,
    pub(super) resource: Part,
    pub(super) action: Part,
    /// Whether the two readings of the target cannot differ.
    pub(super) readings_agree: bool,
    pub(super) condition: Option<Condition>,
}

/// The place of a match in [`Policy::matches`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct MatchId(pub(super) u32);

/// Every group must have an alternative that holds; no group at all holds always.
#[derive(Debug, Default)]
pub(super) struct Target(pub(super) Box<[AnyOf]>);

/// The alternatives of one group.
pub(super) type AnyOf = Box<[AllOf]>;

/// An alternative: matches that must hold together.
pub(super) type AllOf = Box<[MatchId]>;

/// Everything a rule's target says of one category: the alternatives of all its groups, in the order of the document,
/// each cut down to its matches of this category. None at all holds always.
#[derive(Debug, Default)]
pub(super) struct Part {
    pub(super) alternatives: Box<[AllOf]>,
    /// Whether no alternative can end in anything but yes or no, so that the first that holds decides.
    pub(super) is_steady: bool,
}

/// One comparison of a target.
#[derive(Debug)]
pub(super) struct Match {
    pub(super) function: Function,
    pub(super) test: Test,
    pub(super) value: Box<str>,
    pub(super) data_type: DataType<'static>,
    pub(super) operand: Operand,
}

/// Where the values to compare with come from.
#[derive(Debug)]
pub(super) enum Operand {
    Attribute(Designator),
    /// A path into an XML request, which this decision point never sees.
    Selector(Category<'static>),
}

/// An attribute of the request by its name.
#[derive(Debug)]
pub(super) struct Designator {
    pub(super) category: Category<'static>,
    pub(super) id: Box<str>,
    pub(super) data_type: DataType<'static>,
    pub(super) must_be_present: bool,
    /// Whether a certain issuer is asked for; no attribute of a request has one.
    pub(super) has_issuer: bool,
}

impl Match {
    pub(super) fn category(&self) -> &Category<'static> {
        match &self.operand {
            Operand::Attribute(designator) => &designator.category,
            Operand::Selector(category) => category,
        }
    }

    /// Whether the standard can ever let this match hold: the attribute's type is the value's, from any issuer.
    pub(super) fn is_standard(&self) -> bool {
        match &self.operand {
            Operand::Attribute(designator) => {
                designator.data_type == self.data_type && !designator.has_issuer
            }
            Operand::Selector(_) => true,
        }
    }

    /// Whether asking can end in nothing but a plain yes or no.
    pub(super) fn is_steady(&self) -> bool {
        match &self.operand {
            Operand::Attribute(designator) => !designator.must_be_present && self.test.is_steady(),
            Operand::Selector(_) => false,
        }
    }
}

/// What whoever lets the request through must also do.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Obligation {
    /// Which obligation.
    pub id: Box<str>,
    /// Its values, in the order of the policy.
    pub assignments: Box<[Assignment]>,
}

/// A value that an obligation hands over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Assignment {
    /// Which value.
    pub id: Box<str>,
    /// What it is about; Altinn names the lowest authentication level here.
    pub category: Option<Box<str>>,
    /// The value as it stands in the policy.
    pub value: Box<str>,
    /// The URI of its type.
    #[serde(rename = "type")]
    pub data_type: Box<str>,
}
