//! Policies: XML, and what it lets through.

use dialogporten::authority::xacml::{Category, DataType, Decision, Policy, Request};

/// A policy is refused, or decides every request the same way twice, explains that, and permits nothing by accident.
pub fn policy(data: &[u8]) {
    let Ok(xml) = std::str::from_utf8(data) else {
        return;
    };
    let policy = match Policy::parse(xml) {
        Ok(policy) => policy,
        Err(refused) => {
            assert!(refused.to_string().len() <= 10_000 + xml.len());
            return;
        }
    };
    assert!(!has_document_type(xml), "a document type declaration");
    let again = Policy::parse(xml).expect("what was read once can be read again");
    for request in requests() {
        let evaluation = policy.evaluate(&request);
        assert_eq!(evaluation, again.evaluate(&request));
        let explanation = policy.explain(&request);
        assert_eq!(explanation.decision, evaluation.decision);
        assert!(!explanation.reason.is_empty());
        if evaluation.decision == Decision::Permit {
            // Every way to a Permit needs the word: in a rule's effect, or in a way of combining that permits unless denied.
            assert!(xml.contains("Permit") || xml.contains("permit"));
        } else {
            assert!(evaluation.obligations.is_empty());
        }
    }
    let named: Vec<_> = policy.subjects_of_permit_rules().collect();
    assert!(named.is_sorted() && named.len() <= xml.len());
    let _ = policy.actions_of_permit_rules();
    let _ = policy.minimum_level();
}

/// Whether there is a document type declaration, and not just the text of one in a comment or in another place where XML
/// has any text.
fn has_document_type(xml: &str) -> bool {
    const ANY_TEXT: [(&str, &str); 3] = [("<!--", "-->"), ("<![CDATA[", "]]>"), ("<?", "?>")];
    let mut rest = xml;
    while let Some(at) = rest.find('<') {
        rest = &rest[at..];
        if rest.starts_with("<!DOCTYPE") {
            return true;
        }
        let text = ANY_TEXT
            .into_iter()
            .find(|(start, _)| rest.starts_with(start));
        rest = match text {
            Some((start, end)) => rest[start.len()..]
                .split_once(end)
                .map_or("", |(_, behind)| behind),
            None => &rest[1..],
        };
    }
    false
}

/// Some who ask, what for, and a few oddities.
fn requests() -> Vec<Request<'static>> {
    let usual = || {
        Request::new()
            .resource("urn:altinn:resource", "skogplan")
            .resource("urn:altinn:org", "ttd")
            .action("read")
    };
    let mark =
        |kind, value: &'static str| usual().with(Category::Subject, "urn:test:mark", kind, [value]);
    vec![
        Request::new(),
        usual(),
        usual().subject("urn:altinn:rolecode", ["dagl", "priv"]),
        usual()
            .subject("urn:altinn:accesspackage", ["jakt"])
            .action("write"),
        usual().subject("urn:test:town", ["Røros", "", "1"]),
        mark(DataType::String, "Røros"),
        mark(DataType::Integer, "12"),
        mark(DataType::Integer, "99999999999999999999999999"),
        mark(DataType::Date, "2026-02-28+14:00"),
        mark(DataType::Time, "24:00:00"),
        mark(DataType::DateTime, "-0001-12-31T24:00:00Z"),
        mark(DataType::AnyUri, "urn:a"),
        usual().resource("urn:altinn:subresource", "(a+)+$").with(
            Category::Environment,
            "urn:test:season",
            DataType::String,
            ["vår"],
        ),
    ]
}
