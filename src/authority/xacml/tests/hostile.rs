//! Documents made to cost more than they are worth, read on a thread with a small stack.

use std::fmt::Write;
use std::thread;

use super::super::{Decision, Policy, Request};
use super::sample::{DENY_OVERRIDES, policy_of};

/// What came of reading a text: the refusal's words, or nothing.
fn refusal(xml: String) -> Option<String> {
    thread::Builder::new()
        .stack_size(256 * 1024)
        .spawn(move || Policy::parse(&xml).err().map(|refused| refused.to_string()))
        .unwrap()
        .join()
        .unwrap()
}

fn rule(inner: &str) -> String {
    policy_of(
        DENY_OVERRIDES,
        &format!(r#"<Rule RuleId="r" Effect="Permit">{inner}</Rule>"#),
    )
}

fn nested(start: &str, inner: &str, end: &str, times: usize) -> String {
    start.repeat(times) + inner + &end.repeat(times)
}

#[test]
fn a_document_type_declaration_is_refused_before_any_entity_is_expanded() {
    let laughs = r#"<!DOCTYPE Policy [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>"#;
    let xml = format!("\n {laughs}{}", rule("<Description>&b;</Description>"));
    assert_eq!(
        refusal(xml).unwrap(),
        "2:2: a document type declaration is not allowed"
    );
}

#[test]
fn an_entity_nobody_declared_is_refused() {
    assert!(
        refusal(rule("<Description>&b;</Description>"))
            .unwrap()
            .contains("entity")
    );
}

#[test]
fn deep_nesting_is_refused_whatever_is_nested() {
    for (start, end) in [
        ("<a>", "</a>"),
        ("<Apply FunctionId='f'>", "</Apply>"),
        ("<AnyOf>", "</AnyOf>"),
        ("<Condition>", ""),
    ] {
        let xml = rule(&nested(start, "", end, 50_000));
        assert!(
            refusal(xml).unwrap().contains("nested too deeply"),
            "{start}"
        );
    }
}

#[test]
fn nesting_within_the_bounds_is_read_on_a_small_stack() {
    let apply = r#"<Apply FunctionId="urn:oasis:names:tc:xacml:1.0:function:not">"#;
    let xml = rule(&format!(
        "<Condition>{}</Condition>",
        nested(apply, "", "</Apply>", 61)
    ));
    assert_eq!(refusal(xml.clone()), None);
    let policy = Policy::parse(&xml).unwrap();
    assert_eq!(
        policy.evaluate(&Request::new()).decision,
        Decision::Indeterminate
    );
}

#[test]
fn crowds_are_refused() {
    let attributes = (0..1_000).fold(String::new(), |mut all, n| {
        write!(all, " a{n}='1'").unwrap();
        all
    });
    let namespaces = (0..300).fold(String::new(), |mut all, n| {
        write!(all, "<b xmlns:n{n}='urn:{n}'>").unwrap();
        all
    });
    for (xml, what) in [
        (
            rule(&format!("<Target{attributes}/>")),
            "too many attributes",
        ),
        (rule(&format!("<Target{attributes}")), "too many attributes"),
        (rule(&namespaces), "nested too deeply"),
        (
            rule(&"<b xmlns:n='urn:n'/>".repeat(300)),
            "too many namespaces",
        ),
        (rule(&"<!---->".repeat(200_000)), "too many elements"),
        (rule(&"=".repeat(200_000)), "too many attributes"),
        (rule(&" ".repeat(3_000_000)), "too large"),
    ] {
        let refused = refusal(xml).unwrap();
        assert!(refused.contains(what), "{refused} instead of {what}");
    }
}

#[test]
fn more_patterns_than_a_policy_needs_are_refused() {
    let patterns = (0..60).fold(String::new(), |mut all, n| {
        write!(
            all,
            r##"<AllOf><Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-regexp-match"><AttributeValue DataType="#s">\w{{{n}}}</AttributeValue><AttributeDesignator Category="c" AttributeId="a" DataType="#s"/></Match></AllOf>"##
        )
        .unwrap();
        all
    });
    let xml = rule(&format!("<Target><AnyOf>{patterns}</AnyOf></Target>"));
    assert!(refusal(xml).unwrap().contains("too many patterns"));
}

#[test]
fn many_rules_with_the_same_matches_keep_one_of_each() {
    let one = r##"<Rule RuleId="r" Effect="Permit"><Target><AnyOf><AllOf><Match MatchId="urn:oasis:names:tc:xacml:1.0:function:string-equal"><AttributeValue DataType="#s">v</AttributeValue><AttributeDesignator Category="c" AttributeId="a" DataType="#s"/></Match></AllOf></AnyOf></Target></Rule>"##;
    let policy = Policy::parse(&policy_of(DENY_OVERRIDES, &one.repeat(2_000))).unwrap();
    assert_eq!(policy.matches.len(), 1);
    assert_eq!(
        policy.evaluate(&Request::new()).decision,
        Decision::NotApplicable
    );
}

#[test]
fn a_condition_that_takes_its_pattern_from_the_request_is_bounded() {
    let condition = r##"<Condition><Apply FunctionId="urn:oasis:names:tc:xacml:1.0:function:string-regexp-match"><AttributeDesignator Category="urn:oasis:names:tc:xacml:1.0:subject-category:access-subject" AttributeId="a" DataType="#s"/><AttributeValue DataType="#s">aaaaaaaaaaaaaaaaaaaaaaaaaaaa!</AttributeValue></Apply></Condition>"##;
    let policy = Policy::parse(&rule(condition)).unwrap();
    for patterns in [
        vec!["(a{900}){900}".to_owned()],
        vec!["a".repeat(1_001)],
        vec!["a(".to_owned()],
        (0..17).map(|n| format!("b{n}")).collect(),
    ] {
        let request = Request::new().subject("a", patterns);
        assert_eq!(policy.evaluate(&request).decision, Decision::Indeterminate);
    }
    let request = Request::new().subject("a", ["^(a+)+$"]);
    assert_eq!(policy.evaluate(&request).decision, Decision::NotApplicable);
}
