//! Which documents are policies, and what is said of those that are none.

use super::super::{Actions, Decision, Policy, Request};
use super::sample::{DENY_OVERRIDES, policy_of};

const MATCH: &str = r##"<Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">LEDE</AttributeValue><AttributeDesignator Category="urn:oasis:names:tc:xacml:1.0:subject-category:access-subject" AttributeId="urn:altinn:rolecode" DataType="http://www.w3.org/2001/XMLSchema#string"/></Match>"##;

fn document(in_policy: &str, in_rule: &str) -> String {
    let rules = format!(
        r#"<Rule RuleId="r" Effect="Permit"><Target><AnyOf><AllOf>{MATCH}</AllOf></AnyOf></Target>{in_rule}</Rule>{in_policy}"#
    );
    policy_of(DENY_OVERRIDES, &rules)
}

fn refusal(xml: &str) -> String {
    Policy::parse(xml)
        .err()
        .map(|refused| refused.to_string())
        .unwrap_or_default()
}

#[test]
fn harmless_variants_are_read() {
    let plain = document("", "");
    let prefixed = plain
        .replace("xmlns=", "xmlns:p=")
        .replace("</", "\u{1}")
        .replace('<', "<p:")
        .replace('\u{1}', "</p:");
    for (what, xml) in [
        ("plain", plain.clone()),
        ("byte order mark", format!("\u{feff}{plain}")),
        (
            "declaration",
            format!("<?xml version=\"1.0\" encoding=\"utf-8\"?>\r\n{plain}"),
        ),
        (
            "comments",
            format!(
                "<!-- a -->{}<!-- b -->",
                plain.replace("<Target/>", "<!-- c --><Target/>")
            ),
        ),
        ("prefix", prefixed),
        ("no version", plain.replace(" Version=\"1.0\"", "")),
        (
            "long version",
            plain.replace("Version=\"1.0\"", "Version=\"1.0.0.12\""),
        ),
        (
            "unknown attribute",
            plain.replace("<Rule ", "<Rule colour=\"red\" "),
        ),
        (
            "attribute of another namespace",
            plain.replace("<Rule ", "<Rule xmlns:n=\"urn:n\" n:Effect=\"Deny\" "),
        ),
        (
            "delegation depth",
            plain.replace("<Policy ", "<Policy MaxDelegationDepth=\"1\" "),
        ),
        (
            "description",
            plain.replace(
                "<Target/>",
                "<Description>a <![CDATA[<b>]]></Description><Target/>",
            ),
        ),
        (
            "defaults",
            plain.replace(
                "<Target/>",
                "<PolicyDefaults><XPathVersion>x</XPathVersion></PolicyDefaults><Target/>",
            ),
        ),
        (
            "variable",
            document(
                "<VariableDefinition VariableId=\"v\"><AttributeValue DataType=\"t\">1</AttributeValue></VariableDefinition>",
                "",
            ),
        ),
        (
            "advice",
            document(
                "<AdviceExpressions><AdviceExpression AdviceId=\"a\" AppliesTo=\"Permit\"/></AdviceExpressions>",
                "",
            ),
        ),
        (
            "numeric boolean",
            plain.replace("\"/></Match>", "\" MustBePresent=\"0\"/></Match>"),
        ),
    ] {
        let policy = Policy::parse(&xml).unwrap_or_else(|refused| panic!("{what}: {refused}"));
        let request = Request::new().subject("urn:altinn:rolecode", ["LEDE"]);
        assert_eq!(
            policy.evaluate(&request).decision,
            Decision::Permit,
            "{what}"
        );
    }
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
        let xml = document("", "").replace("LEDE", written);
        let policy = Policy::parse(&xml).unwrap();
        let request = Request::new().subject("urn:altinn:rolecode", [value]);
        assert_eq!(
            policy.evaluate(&request).decision,
            Decision::Permit,
            "{written}"
        );
    }
}

#[test]
fn what_is_no_policy_is_refused_with_place_and_reason() {
    let plain = document("", "");
    let condition = |inner: &str| document("", &format!("<Condition>{inner}</Condition>"));
    let obligations = |inner: &str| {
        document(
            &format!("<ObligationExpressions>{inner}</ObligationExpressions>"),
            "",
        )
    };
    for (xml, what) in [
        (String::new(), "does not have a root"),
        (
            plain.replace("wd-17", "wd-16"),
            "the root is not in the namespace",
        ),
        (
            plain.replace(" xmlns=", " x="),
            "the root is not in the namespace",
        ),
        (
            plain
                .replace("Policy ", "PolicySet ")
                .replace("/Policy", "/PolicySet"),
            "the root is no Policy",
        ),
        (policy_of(DENY_OVERRIDES, ""), "the policy has no rule"),
        (
            plain.replace("<Target/>", ""),
            "Target is expected here, not Rule",
        ),
        (
            plain.replace("<Target/>", "<Target/><Target/>"),
            "unknown, repeated or misplaced Target in Policy",
        ),
        (
            plain.replace("<Target/>", "<PolicyIssuer/><Target/>"),
            "Target is expected here, not PolicyIssuer",
        ),
        (
            plain.replace("<Target/>", "<Target/><CombinerParameters/>"),
            "misplaced CombinerParameters",
        ),
        (
            plain.replace("<Target/>", "<Target/>and"),
            "text inside Policy",
        ),
        (
            plain.replace("<Target/>", "<Target/>\u{a0}"),
            "text inside Policy",
        ),
        (
            plain.replace("<Target/>", "<Target/><n xmlns=\"urn:n\"/>"),
            "an element of another namespace",
        ),
        (
            plain.replace("PolicyId=\"urn:example:policy\"", ""),
            "Policy has no PolicyId",
        ),
        (
            plain.replace("RuleCombiningAlgId", "Combining"),
            "Policy has no RuleCombiningAlgId",
        ),
        (
            plain.replace("\"1.0\"", "\"one\""),
            "Version is no version number",
        ),
        (
            plain.replace("\"1.0\"", "\"1..0\""),
            "Version is no version number",
        ),
        (
            plain.replace("\"1.0\"", "\"\""),
            "Version is no version number",
        ),
        (
            plain.replace("RuleId=\"r\"", "RuleId=\"\""),
            "Rule has no RuleId",
        ),
        (
            plain.replace("\"Permit\"", "\"permit\""),
            "Effect is neither Permit nor Deny",
        ),
        (
            plain.replace("\"Permit\"", "\" Permit \""),
            "Effect is neither Permit nor Deny",
        ),
        (
            plain.replace("\"Permit\"", "\"0\""),
            "Effect is neither Permit nor Deny",
        ),
        (
            plain
                .replace("<AllOf>", "<AnyOf>")
                .replace("</AllOf>", "</AnyOf>"),
            "AllOf is expected here, not AnyOf",
        ),
        (
            plain.replace(MATCH, ""),
            "AllOf has no Match where it should",
        ),
        (
            plain.replace("AttributeId=", "Id="),
            "AttributeDesignator has no AttributeId",
        ),
        (
            plain.replace("LEDE", "<Description/>"),
            "an element inside AttributeValue",
        ),
        (
            plain.replace("\"/></Match>", "\" MustBePresent=\"yes\"/></Match>"),
            "MustBePresent is no boolean",
        ),
        (condition(""), "Condition is empty"),
        (condition("<Apply/>"), "Apply has no FunctionId"),
        (condition("<Rule/>"), "Rule is no expression"),
        (
            condition("<VariableReference/><VariableReference/>"),
            "misplaced VariableReference in Condition",
        ),
        (
            condition("<Apply FunctionId=\"f\"><VariableReference/></Apply>"),
            "a variable inside Apply",
        ),
        (
            condition("<AttributeValue>1</AttributeValue>"),
            "AttributeValue has no DataType",
        ),
        (
            obligations(""),
            "ObligationExpressions has no ObligationExpression",
        ),
        (
            obligations("<ObligationExpression ObligationId=\"o\"/>"),
            "ObligationExpression has no FulfillOn",
        ),
        (
            obligations("<ObligationExpression FulfillOn=\"Permit\"/>"),
            "ObligationExpression has no ObligationId",
        ),
        (
            obligations("<ObligationExpression ObligationId=\"o\" FulfillOn=\"1\"/>"),
            "FulfillOn is neither",
        ),
        (plain.clone() + "<a/>", "no well-formed XML"),
        (plain.replace("</Policy>", ""), "no well-formed XML"),
    ] {
        let refused = refusal(&xml);
        assert!(refused.contains(what), "{refused:?} instead of {what:?}");
    }
}

#[test]
fn a_refusal_says_line_and_column() {
    let xml = document("", "")
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
        let xml = document(
            &format!("<ObligationExpressions>{obligations}</ObligationExpressions>"),
            "",
        );
        assert_eq!(
            Policy::parse(&xml).unwrap().minimum_level(),
            level,
            "{obligations}"
        );
    }
    assert_eq!(
        Policy::parse(&document("", "")).unwrap().minimum_level(),
        None
    );
}

#[test]
fn a_rule_without_action_grants_every_action() {
    let policy = Policy::parse(&document("", "")).unwrap();
    assert_eq!(policy.actions_of_permit_rules(), Actions::All);
    assert!(policy.actions_of_permit_rules().includes("anything"));
    assert_eq!(policy.id(), "urn:example:policy");
}
