//! From the text of a policy to a [`Policy`], or a refusal that says where and why.
//!
//! What the schema of XACML 3.0 does not allow is refused, with unknown attributes as the one exception: a policy that
//! is only half understood must not permit anything.

mod element;
mod expression;
mod obligation;
mod scan;
mod target;

use roxmltree::{Document, Node, ParsingOptions};

pub use element::Refused;
use element::{Content, attribute, optional, refuse, root, text};
use expression::only_expression;
use obligation::{check_advice, effect, minimum_level, obligations};
use target::Matches;

use super::evaluate::Combining;
use super::names::Category;
use super::policy::{Effect, Policy, Rule, Target};

impl Policy {
    /// Reads a policy of at most 2 MiB. Takes time and memory in proportion to its size, whatever is in it.
    pub fn parse(xml: &str) -> Result<Self, Refused> {
        scan::scan(xml).map_err(|(at, what)| refuse_text(xml, at, what))?;
        let options = ParsingOptions {
            allow_dtd: false,
            ..ParsingOptions::default()
        };
        let document = Document::parse_with_options(xml, options).map_err(|error| {
            let position = error.pos();
            Refused {
                line: position.row,
                column: position.col,
                what: format!("no well-formed XML: {error}").into(),
            }
        })?;
        policy(root(&document)?)
    }
}

fn refuse_text(xml: &str, at: usize, what: &'static str) -> Refused {
    let before = &xml[..at];
    let line_start = before.rfind('\n').map_or(0, |feed| feed + 1);
    let count = |number: usize| u32::try_from(number + 1).unwrap_or(u32::MAX);
    Refused {
        line: count(before.bytes().filter(|byte| *byte == b'\n').count()),
        column: count(before[line_start..].chars().count()),
        what: what.into(),
    }
}

fn policy(element: Node<'_, '_>) -> Result<Policy, Refused> {
    let id = attribute(element, "PolicyId")?;
    let combining = Combining::from_uri(attribute(element, "RuleCombiningAlgId")?);
    if !optional(element, "Version").is_none_or(is_version) {
        return Err(refuse(element, "Version is no version number"));
    }
    let mut content = Content::of(element)?;
    content.skip_description()?;
    if let Some(defaults) = content.take_if("PolicyDefaults") {
        check_defaults(defaults)?;
    }
    let mut matches = Matches::default();
    let target = matches.target(content.require("Target")?)?;
    let mut rules = Vec::new();
    loop {
        if let Some(element) = content.take_if("Rule") {
            rules.push(rule(element, &mut matches)?);
        } else if let Some(variable) = content.take_if("VariableDefinition") {
            attribute(variable, "VariableId")?;
            only_expression(variable)?;
        } else {
            break;
        }
    }
    let obligations = match content.take_if("ObligationExpressions") {
        Some(element) => obligations(element)?,
        None => Vec::new(),
    };
    if let Some(advice) = content.take_if("AdviceExpressions") {
        check_advice(advice)?;
    }
    content.end()?;
    if rules.is_empty() {
        return Err(refuse(element, "the policy has no rule"));
    }
    Ok(Policy {
        id: id.into(),
        combining,
        target,
        rules: rules.into_boxed_slice(),
        matches: matches.into_list(),
        minimum_level: minimum_level(&obligations),
        obligations: obligations
            .into_iter()
            .filter(|(effect, _)| *effect == Effect::Permit)
            .map(|(_, obligation)| obligation)
            .collect(),
    })
}

fn is_version(text: &str) -> bool {
    text.split('.')
        .all(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
}

fn check_defaults(element: Node<'_, '_>) -> Result<(), Refused> {
    let mut content = Content::of(element)?;
    if let Some(version) = content.take_if("XPathVersion") {
        text(version)?;
    }
    content.end()
}

fn rule<'a>(element: Node<'a, '_>, matches: &mut Matches<'a>) -> Result<Rule, Refused> {
    let id = attribute(element, "RuleId")?;
    let effect = effect(element, "Effect")?;
    let mut content = Content::of(element)?;
    content.skip_description()?;
    let target = match content.take_if("Target") {
        Some(target) => matches.target(target)?,
        None => Target::default(),
    };
    let condition = match content.take_if("Condition") {
        Some(condition) => Some(matches.condition(condition)?),
        None => None,
    };
    if let Some(inner) = content.take_if("ObligationExpressions") {
        obligations(inner)?;
    }
    if let Some(advice) = content.take_if("AdviceExpressions") {
        check_advice(advice)?;
    }
    content.end()?;
    Ok(Rule {
        id: id.into(),
        effect,
        subject: matches.part(&target, &Category::Subject),
        resource: matches.part(&target, &Category::Resource),
        action: matches.part(&target, &Category::Action),
        readings_agree: matches.do_readings_agree(&target, effect),
        target,
        condition,
    })
}
