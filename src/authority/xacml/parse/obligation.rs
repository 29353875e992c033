//! Obligations and advice. Advice, and the obligations inside rules, are checked and then forgotten.

use roxmltree::Node;

use super::super::function::integer;
use super::super::names::MINIMUM_LEVEL;
use super::super::policy::{Assignment, Effect, Obligation};
use super::element::{Content, Refused, attribute, optional, refuse};
use super::expression::{Expression, only_expression};

/// The obligations of a policy or rule, each with the decision it is for.
pub(super) fn obligations(element: Node<'_, '_>) -> Result<Vec<(Effect, Obligation)>, Refused> {
    let mut content = Content::of(element)?;
    let all = content.require_all("ObligationExpression")?;
    content.end()?;
    all.into_iter().map(obligation).collect()
}

fn obligation(element: Node<'_, '_>) -> Result<(Effect, Obligation), Refused> {
    let id = attribute(element, "ObligationId")?.into();
    let fulfill_on = effect(element, "FulfillOn")?;
    let assignments = assignments(element)?;
    Ok((fulfill_on, Obligation { id, assignments }))
}

/// `Permit` or `Deny`, exactly.
pub(super) fn effect(element: Node<'_, '_>, name: &str) -> Result<Effect, Refused> {
    match attribute(element, name)? {
        "Permit" => Ok(Effect::Permit),
        "Deny" => Ok(Effect::Deny),
        _ => Err(refuse(
            element,
            format!("{name} is neither Permit nor Deny"),
        )),
    }
}

fn assignments(element: Node<'_, '_>) -> Result<Box<[Assignment]>, Refused> {
    let mut content = Content::of(element)?;
    let mut all = Vec::new();
    while let Some(assignment) = content.take_if("AttributeAssignmentExpression") {
        let id = attribute(assignment, "AttributeId")?;
        // What would have to be computed is left out; the obligation stays.
        if let Expression::Value { value, data_type } = only_expression(assignment)? {
            all.push(Assignment {
                id: id.into(),
                category: optional(assignment, "Category").map(Into::into),
                value: value.into(),
                data_type: data_type.into(),
            });
        }
    }
    content.end()?;
    Ok(all.into_boxed_slice())
}

pub(super) fn check_advice(element: Node<'_, '_>) -> Result<(), Refused> {
    let mut content = Content::of(element)?;
    while let Some(advice) = content.take_if("AdviceExpression") {
        assignments(advice)?;
    }
    content.end()
}

/// The lowest authentication level of a person, from the first obligation alone.
pub(super) fn minimum_level(obligations: &[(Effect, Obligation)]) -> Option<u8> {
    let (_, first) = obligations.first()?;
    let level = first
        .assignments
        .iter()
        .find(|assignment| assignment.category.as_deref() == Some(MINIMUM_LEVEL))?;
    u8::try_from(integer(&level.value)?).ok()
}
