//! The decision point against a table of cases, asked as an operator asks it: `policy evaluate --cases FILE`.
//!
//! A case is a policy, a request and the decision that must come out; `obligations` where they matter, `why` where the
//! decision may surprise. A change of a decision here is a change of who may do what.

use std::collections::{BTreeSet, HashMap};
use std::path::PathBuf;

use dialogporten::cli::policy::evaluate::{Args, run};
use serde_json::Value;

fn file(name: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "policy", name]
        .iter()
        .collect()
}

fn evaluate(args: &Args) -> Vec<Value> {
    let mut out = Vec::new();
    run(args, &mut out).unwrap();
    let out = String::from_utf8(out).unwrap();
    out.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn cases_in(file: PathBuf) -> Args {
    Args {
        cases: Some(file),
        policy: None,
        request: None,
    }
}

#[test]
fn every_case_is_decided_as_the_table_says() {
    let cases = std::fs::read_to_string(file("cases.json")).unwrap();
    let cases: Vec<Value> = serde_json::from_str(&cases).unwrap();
    let answers = evaluate(&cases_in(file("cases.json")));
    assert_eq!(answers.len(), cases.len());
    let mut wrong = Vec::new();
    for (case, answer) in cases.iter().zip(&answers) {
        assert_eq!(case["name"], answer["name"]);
        let as_expected = case["decision"] == answer["decision"]
            && case
                .get("obligations")
                .is_none_or(|expected| *expected == answer["obligations"]);
        if !as_expected {
            wrong.push(format!("{} instead of {}", answer, case["decision"]));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_table_is_of_use() {
    let answers = evaluate(&cases_in(file("cases.json")));
    let names: BTreeSet<_> = answers
        .iter()
        .map(|answer| answer["name"].to_string())
        .collect();
    assert_eq!(names.len(), answers.len(), "names are unique");
    let mut decisions = HashMap::<_, usize>::new();
    for answer in &answers {
        *decisions.entry(answer["decision"].to_string()).or_default() += 1;
    }
    assert_eq!(decisions.len(), 5);
    assert!(
        decisions.values().all(|count| *count >= 10),
        "{decisions:?}"
    );
}

#[test]
fn one_policy_is_asked_under_its_own_name() {
    let one = Args {
        cases: None,
        policy: Some(file("one-policy.xml")),
        request: Some(file("one-request.json")),
    };
    let answers = evaluate(&one);
    assert_eq!(answers.len(), 1);
    assert_eq!(answers[0]["name"], "urn:test:jaktplan");
    assert_eq!(answers[0]["decision"], "Permit");
    assert_eq!(answers[0]["obligations"], serde_json::json!([]));
    assert_eq!(answers[0]["reason"], "rule hunters-read (Permit) applies");
}

#[test]
fn what_cannot_be_read_is_said_clearly() {
    for (args, words) in [
        (cases_in(file("missing.json")), "missing.json"),
        (cases_in(file("one-request.json")), "line 1 column"),
        (
            Args {
                cases: None,
                policy: None,
                request: None,
            },
            "--cases FILE",
        ),
    ] {
        let error = format!("{:#}", run(&args, &mut Vec::new()).unwrap_err());
        assert!(error.contains(words), "{error}");
    }
}
