//! XACML policies made of few words.

use std::fmt::Write;

/// A rule of a policy: these subjects may do these actions, on these subresources where any are given.
#[derive(Clone, Debug)]
pub struct Policy {
    rules: String,
    level: Option<u32>,
}

impl Policy {
    /// Private persons and general managers may read, write and sign at level 2.
    pub fn usual() -> Self {
        Self::at_level(2).permit(
            &["urn:altinn:rolecode:dagl", "urn:altinn:rolecode:priv"],
            &["read", "write", "sign"],
        )
    }

    /// Nothing is permitted; callers need this authentication level.
    pub fn at_level(level: u32) -> Self {
        Self {
            rules: String::new(),
            level: Some(level),
        }
    }

    /// Nothing is permitted, and no level is asked for.
    pub fn without_level() -> Self {
        Self {
            rules: String::new(),
            level: None,
        }
    }

    /// Adds a rule that permits.
    pub fn permit(self, subjects: &[&str], actions: &[&str]) -> Self {
        self.rule("Permit", subjects, actions, &[])
    }

    /// Adds a rule that permits on subresources only.
    pub fn permit_on(self, subjects: &[&str], actions: &[&str], parts: &[(&str, &str)]) -> Self {
        self.rule("Permit", subjects, actions, parts)
    }

    /// Adds a rule that denies.
    pub fn deny(self, subjects: &[&str], actions: &[&str]) -> Self {
        self.rule("Deny", subjects, actions, &[])
    }

    /// Adds a rule that denies on subresources only.
    pub fn deny_on(self, subjects: &[&str], actions: &[&str], parts: &[(&str, &str)]) -> Self {
        self.rule("Deny", subjects, actions, parts)
    }

    fn rule(
        mut self,
        effect: &str,
        subjects: &[&str],
        actions: &[&str],
        parts: &[(&str, &str)],
    ) -> Self {
        let number = self.rules.matches("<Rule ").count() + 1;
        let any_of = |category: &str, values: &[(&str, &str)]| {
            let all: String = values
                .iter()
                .map(|(id, value)| {
                    format!(
                        r#"<AllOf><Match MatchId="urn:oasis:names:tc:xacml:3.0:function:string-equal-ignore-case"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#string">{value}</AttributeValue><AttributeDesignator AttributeId="{id}" Category="{category}" DataType="http://www.w3.org/2001/XMLSchema#string" MustBePresent="false"/></Match></AllOf>"#
                    )
                })
                .collect();
            format!("<AnyOf>{all}</AnyOf>")
        };
        let subjects: Vec<_> = subjects
            .iter()
            .map(|s| s.rsplit_once(':').expect("urn:…:value"))
            .collect();
        let actions: Vec<_> = actions
            .iter()
            .map(|a| ("urn:oasis:names:tc:xacml:1.0:action:action-id", *a))
            .collect();
        let mut target = any_of(
            "urn:oasis:names:tc:xacml:1.0:subject-category:access-subject",
            &subjects,
        );
        target += &any_of(
            "urn:oasis:names:tc:xacml:3.0:attribute-category:action",
            &actions,
        );
        if !parts.is_empty() {
            target += &any_of(
                "urn:oasis:names:tc:xacml:3.0:attribute-category:resource",
                parts,
            );
        }
        write!(
            self.rules,
            r#"<Rule RuleId="rule-{number}" Effect="{effect}"><Target>{target}</Target></Rule>"#
        )
        .unwrap();
        self
    }

    /// The document.
    pub fn xml(&self, id: &str) -> String {
        let rules = &self.rules;
        let obligation = self.level.map(obligation).unwrap_or_default();
        format!(
            r#"<?xml version="1.0" encoding="utf-8"?>
<Policy xmlns="urn:oasis:names:tc:xacml:3.0:core:schema:wd-17" PolicyId="urn:altinn:policyid:{id}" Version="1.0" RuleCombiningAlgId="urn:oasis:names:tc:xacml:3.0:rule-combining-algorithm:deny-overrides"><Target/>{rules}{obligation}</Policy>"#
        )
    }
}

fn obligation(level: u32) -> String {
    format!(
        r#"<ObligationExpressions><ObligationExpression ObligationId="urn:altinn:obligation:authenticationLevel1" FulfillOn="Permit"><AttributeAssignmentExpression AttributeId="urn:altinn:obligation1-assignment1" Category="urn:altinn:minimum-authenticationlevel"><AttributeValue DataType="http://www.w3.org/2001/XMLSchema#integer">{level}</AttributeValue></AttributeAssignmentExpression></ObligationExpression></ObligationExpressions>"#
    )
}
