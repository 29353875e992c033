//! Which documents are policies, and what is said of those that are none.

use super::super::{Actions, Decision, Policy, Request};
use super::sample::{DENY_OVERRIDES, policy_of};

const MATCH: &str = r#"<Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">LEDE</AttributeValue><AttributeDesignator Category="urn:oasis:names:tc:xacml:1.0:subject-category:access-subject" AttributeId="urn:altinn:rolecode" DataType="http://www.w3.org/2001/XMLSchema#string"/></Match>"#;

/// A policy that permits to the role LEDE; the tests change pieces of it.
fn document() -> String {
    policy_of(
        DENY_OVERRIDES,
        &format!(
            r#"<Rule RuleId="r" Effect="Permit"><Target><AnyOf><AllOf>{MATCH}</AllOf></AnyOf></Target></Rule>"#
        ),
    )
}

fn permits(xml: &str, role: &str) -> bool {
    let policy = Policy::parse(xml).unwrap_or_else(|refused| panic!("{refused} in {xml}"));
    let request = Request::new().subject("urn:altinn:rolecode", [role]);
    policy.evaluate(&request).decision == Decision::Permit
}

fn refusal(xml: &str) -> String {
    Policy::parse(xml)
        .err()
        .map(|refused| refused.to_string())
        .unwrap_or_default()
}

#[test]
fn harmless_variants_are_read() {
    for (from, to) in [
        ("<Policy ", "\u{feff}<Policy "),
        (
            "<Policy ",
            "<?xml version='1.0' encoding='utf-8'?>\r\n<Policy ",
        ),
        ("<Policy ", "<!-- a --><Policy MaxDelegationDepth='1' "),
        ("<Target/>", "<!-- a --> <?b c?>\n\t<Target/>"),
        (" Version=\"1.0\"", ""),
        ("\"1.0\"", "\"1.0.0.12\""),
        ("<Rule ", "<Rule colour='red' "),
        ("<Rule ", "<Rule xmlns:n='urn:n' n:Effect='Deny' "),
        (
            "<Target/>",
            "<Description>a <![CDATA[<b>]]></Description><Target/>",
        ),
        (
            "<Target/>",
            "<PolicyDefaults><XPathVersion>x</XPathVersion></PolicyDefaults><Target/>",
        ),
        (
            "<Rule ",
            "<VariableDefinition VariableId='v'><Apply FunctionId='f'/></VariableDefinition><Rule ",
        ),
        (
            "</Policy>",
            "<AdviceExpressions><AdviceExpression/></AdviceExpressions></Policy>",
        ),
        ("\"/></Match>", "\" MustBePresent=\"0\"/></Match>"),
    ] {
        let xml = document().replace(from, to);
        assert!(xml.contains(to) && permits(&xml, "LEDE"), "{to}");
    }
}

#[test]
fn elements_may_have_a_prefix() {
    let prefixed = document()
        .replace("xmlns=", "xmlns:p=")
        .replace('<', "<p:")
        .replace("<p:/", "</p:");
    assert!(permits(&prefixed, "LEDE"));
}

#[test]
fn a_value_is_all_the_text_of_its_element() {
    for (written, value) in [
        ("L<!-- -->EDE", "LEDE"),
        ("<![CDATA[LE]]>D<![CDATA[E]]>", "LEDE"),
        ("L<?x y?>EDE", "LEDE"),
        ("&#76;EDE", "LEDE"),
        (" LEDE ", " LEDE "),
    ] {
        assert!(
            permits(&document().replace("LEDE", written), value),
            "{written}"
        );
    }
}

#[test]
fn what_is_no_policy_is_refused_with_the_reason() {
    for (from, to, what) in [
        ("wd-17", "wd-16", "the root is not in the namespace"),
        (" xmlns=", " x=", "the root is not in the namespace"),
        ("Policy", "PolicySet", "the root is no Policy"),
        ("<Target/>", "", "Target is expected here, not Rule"),
        (
            "<Target/>",
            "<Target/><Target/>",
            "misplaced Target in Policy",
        ),
        (
            "<Target/>",
            "<PolicyIssuer/><Target/>",
            "Target is expected here, not PolicyIssuer",
        ),
        (
            "<Target/>",
            "<Target/><CombinerParameters/>",
            "misplaced CombinerParameters in Policy",
        ),
        ("<Target/>", "<Target/>and", "text inside Policy"),
        ("<Target/>", "<Target/>\u{a0}", "text inside Policy"),
        (
            "<Target/>",
            "<Target/><n xmlns='urn:n'/>",
            "an element of another namespace",
        ),
        ("PolicyId=", "Policy=", "Policy has no PolicyId"),
        (
            "RuleCombiningAlgId",
            "Combining",
            "Policy has no RuleCombiningAlgId",
        ),
        ("\"1.0\"", "\"one\"", "Version is no version number"),
        ("\"1.0\"", "\"1..0\"", "Version is no version number"),
        ("\"1.0\"", "\"\"", "Version is no version number"),
        ("RuleId=\"r\"", "RuleId=\"\"", "Rule has no RuleId"),
        (" Effect=", " n:Effect=", "no well-formed XML"),
        (
            "\"Permit\"",
            "\"permit\"",
            "Effect is neither Permit nor Deny",
        ),
        (
            "\"Permit\"",
            "\" Permit \"",
            "Effect is neither Permit nor Deny",
        ),
        ("\"Permit\"", "\"0\"", "Effect is neither Permit nor Deny"),
        ("AllOf>", "AnyOf>", "AllOf is expected here, not AnyOf"),
        (MATCH, "", "AllOf has no Match where it should"),
        (
            "AttributeId=",
            "Id=",
            "AttributeDesignator has no AttributeId",
        ),
        ("LEDE", "<Description/>", "an element inside AttributeValue"),
        (
            "\"/></Match>",
            "\" MustBePresent=\"yes\"/></Match>",
            "MustBePresent is no boolean",
        ),
        ("</Policy>", "</Policy><a/>", "no well-formed XML"),
        ("</Policy>", "", "no well-formed XML"),
    ] {
        let refused = refusal(&document().replace(from, to));
        assert!(refused.contains(what), "{refused:?} instead of {what:?}");
    }
    assert!(refusal(&policy_of(DENY_OVERRIDES, "")).contains("the policy has no rule"));
    assert!(refusal("").contains("no well-formed XML"));
}

#[test]
fn conditions_and_obligations_of_no_known_form_are_refused() {
    for (within, inner, what) in [
        ("Condition", "", "Condition is empty"),
        ("Condition", "<Apply/>", "Apply has no FunctionId"),
        ("Condition", "<Rule/>", "Rule is no expression"),
        (
            "Condition",
            "<Function/><Function/>",
            "misplaced Function in Condition",
        ),
        (
            "Condition",
            "<AttributeValue>1</AttributeValue>",
            "AttributeValue has no DataType",
        ),
        (
            "Condition",
            "<Apply FunctionId='f'><VariableReference/></Apply>",
            "a variable inside Apply",
        ),
        (
            "ObligationExpressions",
            "",
            "ObligationExpressions has no ObligationExpression",
        ),
        (
            "ObligationExpressions",
            "<ObligationExpression ObligationId='o'/>",
            "ObligationExpression has no FulfillOn",
        ),
        (
            "ObligationExpressions",
            "<ObligationExpression FulfillOn='Permit'/>",
            "ObligationExpression has no ObligationId",
        ),
        (
            "ObligationExpressions",
            "<ObligationExpression ObligationId='o' FulfillOn='1'/>",
            "FulfillOn is neither Permit nor Deny",
        ),
    ] {
        let more = format!("<{within}>{inner}</{within}></Rule>");
        let refused = refusal(&document().replace("</Rule>", &more));
        assert!(refused.contains(what), "{refused:?} instead of {what:?}");
    }
}

#[test]
fn a_refusal_says_line_and_column() {
    let xml = document()
        .replace("<Rule ", "\n  <Rule ")
        .replace("Effect=\"Permit\"", "");
    assert_eq!(refusal(&xml), "2:3: Rule has no Effect");
}

#[test]
fn the_level_stands_in_the_first_obligation() {
    let assignment = |category: &str, value: &str| {
        format!(
            r#"<AttributeAssignmentExpression AttributeId="a" Category="urn:altinn:{category}"><AttributeValue DataType="t">{value}</AttributeValue></AttributeAssignmentExpression>"#
        )
    };
    let obligation = |fulfill_on: &str, inner: &str| {
        format!(
            r#"<ObligationExpression ObligationId="o" FulfillOn="{fulfill_on}">{inner}</ObligationExpression>"#
        )
    };
    let user = "minimum-authenticationlevel";
    let organisation = "minimum-authenticationlevel-org";
    for (obligations, level) in [
        (obligation("Permit", &assignment(user, "3")), Some(3)),
        (obligation("Deny", &assignment(user, " 4 ")), Some(4)),
        (
            obligation(
                "Permit",
                &(assignment(organisation, "2") + &assignment(user, "3")),
            ),
            Some(3),
        ),
        (
            obligation("Permit", &(assignment(user, "3") + &assignment(user, "4"))),
            Some(3),
        ),
        (
            obligation(
                "Permit",
                &(assignment(user, "high") + &assignment(user, "4")),
            ),
            None,
        ),
        (obligation("Permit", &assignment(user, "-1")), None),
        (obligation("Permit", &assignment(user, "256")), None),
        (obligation("Permit", &assignment(organisation, "2")), None),
        (
            obligation("Permit", "") + &obligation("Permit", &assignment(user, "3")),
            None,
        ),
    ] {
        let all = format!("<ObligationExpressions>{obligations}</ObligationExpressions></Policy>");
        let xml = document().replace("</Policy>", &all);
        assert_eq!(
            Policy::parse(&xml).unwrap().minimum_level(),
            level,
            "{obligations}"
        );
    }
    assert_eq!(Policy::parse(&document()).unwrap().minimum_level(), None);
}

#[test]
fn a_rule_without_action_grants_every_action() {
    let policy = Policy::parse(&document()).unwrap();
    assert_eq!(policy.actions_of_permit_rules(), Actions::All);
    assert!(policy.actions_of_permit_rules().includes("anything"));
    assert_eq!(policy.id(), "urn:example:policy");
}
