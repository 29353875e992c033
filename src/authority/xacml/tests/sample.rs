//! Small policies: a model that can be written as XML, and generators of it.

use std::fmt::Write;

use proptest::prelude::*;

use super::super::{Category, DataType, Effect, Policy, Request};

pub(in super::super) const DENY_OVERRIDES: &str =
    "urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides";

/// One comparison. Values are small numbers, so that requests hit them often.
#[derive(Debug, Clone)]
pub(in super::super) struct Match {
    pub(in super::super) category: usize,
    pub(in super::super) attribute: usize,
    pub(in super::super) value: usize,
    pub(in super::super) must_be_present: bool,
    /// 0 and 1 compare texts, 2 whole numbers, 3 is unknown, 4 has a designator of another type.
    pub(in super::super) function: usize,
}

#[derive(Debug, Clone)]
pub(in super::super) struct Rule {
    pub(in super::super) effect: Effect,
    pub(in super::super) target: Vec<Vec<Vec<Match>>>,
    /// The attribute that must equal 1 besides.
    pub(in super::super) condition: Option<usize>,
}

/// Values by category and attribute.
pub(in super::super) type Values = Vec<(usize, usize, usize)>;

const CATEGORIES: [&str; 4] = [
    "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject",
    "urn:oasis:names:tc:xacml:3.0:attribute-category:resource",
    "urn:oasis:names:tc:xacml:3.0:attribute-category:action",
    "urn:oasis:names:tc:xacml:3.0:attribute-category:environment",
];
const STRING: &str = "http://www.w3.org/2001/XMLSchema#string";
const INTEGER: &str = "http://www.w3.org/2001/XMLSchema#integer";

impl Match {
    fn write(&self, xml: &mut String) {
        let function = [
            "urn:oasis:names:tc:xacml:1.0:function:string-equal",
            "urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case",
            "urn:oasis:names:tc:xacml:1.0:function:integer-equal",
            "urn:example:function:rhymes-with",
            "urn:oasis:names:tc:xacml:1.0:function:string-equal",
        ][self.function];
        let designator_type = if self.function == 4 { INTEGER } else { STRING };
        let (category, attribute) = (CATEGORIES[self.category], self.attribute);
        let (value, must_be_present) = (self.value, self.must_be_present);
        write!(
            xml,
            r#"<Match MatchId="{function}"><AttributeValue DataType="{STRING}">{value}</AttributeValue><AttributeDesignator Category="{category}" AttributeId="urn:example:{attribute}" DataType="{designator_type}" MustBePresent="{must_be_present}"/></Match>"#
        )
        .unwrap();
    }

    /// Whether the request has the very value, of an attribute the match may look at.
    pub(in super::super) fn is_satisfied(&self, values: &Values) -> bool {
        self.function != 3
            && self.function != 4
            && values.contains(&(self.category, self.attribute, self.value))
    }
}

impl Rule {
    fn write(&self, xml: &mut String) {
        write!(xml, r#"<Rule RuleId="r" Effect="{}"><Target>"#, self.effect).unwrap();
        for any_of in &self.target {
            xml.push_str("<AnyOf>");
            for all_of in any_of {
                xml.push_str("<AllOf>");
                for one in all_of {
                    one.write(xml);
                }
                xml.push_str("</AllOf>");
            }
            xml.push_str("</AnyOf>");
        }
        xml.push_str("</Target>");
        if let Some(attribute) = self.condition {
            write!(
                xml,
                r#"<Condition><Apply FunctionId="urn:oasis:names:tc:xacml:1.0:function:string-is-in"><AttributeValue DataType="{STRING}">1</AttributeValue><AttributeDesignator Category="{}" AttributeId="urn:example:{attribute}" DataType="{STRING}"/></Apply></Condition>"#,
                CATEGORIES[0]
            )
            .unwrap();
        }
        xml.push_str("</Rule>");
    }
}

pub(in super::super) fn xml(combining: &str, rules: &[Rule]) -> String {
    let mut inner = String::new();
    for rule in rules {
        rule.write(&mut inner);
    }
    policy_of(combining, &inner)
}

/// A policy with these rules, as text.
pub(in super::super) fn policy_of(combining: &str, rules: &str) -> String {
    format!(
        r#"<Policy xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicyId="urn:example:policy" Version="1.0" RuleCombiningAlgId="{combining}"><Target/>{rules}</Policy>"#
    )
}

pub(in super::super) fn policy(combining: &str, rules: &[Rule]) -> Policy {
    Policy::parse(&xml(combining, rules)).unwrap()
}

pub(in super::super) fn request(values: &Values) -> Request<'static> {
    values
        .iter()
        .fold(Request::new(), |request, (category, attribute, value)| {
            let category = Category::from_uri(CATEGORIES[*category]);
            let id = format!("urn:example:{attribute}");
            request.with(category, id, DataType::String, [value.to_string()])
        })
}

/// Ways of combining that do not depend on the order of rules.
pub(in super::super) fn any_unordered_combining() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("deny-overrides"),
        Just("permit-overrides"),
        Just("deny-unless-permit"),
        Just("permit-unless-deny"),
    ]
    .prop_map(|name| format!("urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:{name}"))
}

fn any_match() -> impl Strategy<Value = Match> {
    let category = prop_oneof![4 => 0..3_usize, 1 => Just(3)];
    let function = prop_oneof![20 => 0..2_usize, 2 => Just(2), 1 => Just(3), 1 => Just(4)];
    (
        category,
        0..2_usize,
        0..3_usize,
        prop::bool::weighted(0.1),
        function,
    )
        .prop_map(
            |(category, attribute, value, must_be_present, function)| Match {
                category,
                attribute,
                value,
                must_be_present,
                function,
            },
        )
}

pub(in super::super) fn any_rule() -> impl Strategy<Value = Rule> {
    use prop::collection::vec;
    let free = vec(vec(vec(any_match(), 1..3), 1..3), 0..4);
    // The usual shape: one group per category, one match per alternative.
    let usual = (
        vec(any_match(), 1..4),
        vec(any_match(), 1..3),
        vec(any_match(), 1..3),
    )
        .prop_map(|(subject, resource, action)| {
            let group = |category, matches: Vec<Match>| -> Vec<Vec<Match>> {
                matches
                    .into_iter()
                    .map(|one| vec![Match { category, ..one }])
                    .collect()
            };
            vec![group(0, subject), group(1, resource), group(2, action)]
        });
    let target = prop_oneof![free, usual];
    let effect = prop_oneof![2 => Just(Effect::Permit), 1 => Just(Effect::Deny)];
    let condition = prop::option::weighted(0.2, 0..2_usize);
    (effect, target, condition).prop_map(|(effect, target, condition)| Rule {
        effect,
        target,
        condition,
    })
}

pub(in super::super) fn any_rules() -> impl Strategy<Value = Vec<Rule>> {
    prop::collection::vec(any_rule(), 1..4)
}

pub(in super::super) fn any_values() -> impl Strategy<Value = Values> {
    prop::collection::vec((0..4_usize, 0..2_usize, 0..3_usize), 0..10)
}

/// A rule as text: one group per category, one alternative per pair of attribute id and text.
pub(in super::super) fn rule_of(id: &str, effect: Effect, groups: [&[(&str, &str)]; 3]) -> String {
    let mut xml = format!(r#"<Rule RuleId="{id}" Effect="{effect}"><Target>"#);
    for (category, pairs) in CATEGORIES
        .into_iter()
        .zip(groups)
        .filter(|(_, pairs)| !pairs.is_empty())
    {
        xml.push_str("<AnyOf>");
        for (attribute, value) in pairs {
            write!(
                xml,
                r#"<AllOf><Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal"><AttributeValue DataType="{STRING}">{value}</AttributeValue><AttributeDesignator Category="{category}" AttributeId="{attribute}" DataType="{STRING}"/></Match></AllOf>"#
            )
            .unwrap();
        }
        xml.push_str("</AnyOf>");
    }
    xml + "</Target></Rule>"
}
