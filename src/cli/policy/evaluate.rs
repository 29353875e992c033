//! `policy evaluate`: asks the decision point directly, without a server and without a database.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::{Deserialize, Serialize};

use crate::authority::xacml::{Category, DataType, Decision, Obligation, Policy, Request};

/// Asks policies what they say to requests; prints one JSON line per case.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// JSON array of cases, each with `name`, `policy` (the XML text) and `request`.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["policy", "request"])]
    pub cases: Option<PathBuf>,
    /// One policy, as XML.
    #[arg(
        long,
        value_name = "FILE",
        requires = "request",
        required_unless_present = "cases"
    )]
    pub policy: Option<PathBuf>,
    /// One request, as JSON: what `request` is in a case.
    #[arg(long, value_name = "FILE", requires = "policy")]
    pub request: Option<PathBuf>,
}

#[derive(Deserialize)]
struct Case {
    name: String,
    policy: String,
    request: WrittenRequest,
}

/// Attributes by category. `subject`, `resource`, `action` and `environment` are short for the usual four; with `#2`
/// and so on behind it, a category comes again.
type WrittenRequest = BTreeMap<String, Vec<WrittenAttribute>>;

#[derive(Deserialize)]
struct WrittenAttribute {
    id: String,
    values: Vec<String>,
    /// A name of XML Schema or a URI; `string` when absent.
    #[serde(rename = "type")]
    data_type: Option<String>,
}

#[derive(Serialize)]
struct Line<'a> {
    name: &'a str,
    decision: Answer,
    obligations: &'a [Obligation],
    reason: String,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Answer {
    Decided(Decision),
    Refused(&'static str),
}

/// Evaluates and prints. A policy that is refused is an answer, not an error.
pub fn run(args: &Args, out: &mut impl Write) -> anyhow::Result<()> {
    if let Some(file) = &args.cases {
        let cases: Vec<Case> = serde_json::from_str(&read(file)?)
            .with_context(|| format!("cases in {}", file.display()))?;
        for case in &cases {
            print(&case.name, &Policy::parse(&case.policy), &case.request, out)
                .with_context(|| format!("case {:?} in {}", case.name, file.display()))?;
        }
        return Ok(());
    }
    let (Some(policy_file), Some(request_file)) = (&args.policy, &args.request) else {
        anyhow::bail!("give --cases FILE, or --policy FILE and --request FILE");
    };
    let request: WrittenRequest = serde_json::from_str(&read(request_file)?)
        .with_context(|| format!("request in {}", request_file.display()))?;
    let policy = Policy::parse(&read(policy_file)?);
    let name = policy
        .as_ref()
        .map_or(policy_file.to_string_lossy().into_owned(), |policy| {
            policy.id().to_owned()
        });
    print(&name, &policy, &request, out)
}

fn read(file: &Path) -> anyhow::Result<String> {
    fs::read_to_string(file).with_context(|| format!("reading {}", file.display()))
}

fn print(
    name: &str,
    policy: &Result<Policy, crate::authority::xacml::Refused>,
    request: &WrittenRequest,
    out: &mut impl Write,
) -> anyhow::Result<()> {
    let line = match policy {
        Err(refused) => Line {
            name,
            decision: Answer::Refused("refused"),
            obligations: &[],
            reason: refused.to_string(),
        },
        Ok(policy) => {
            let request = compile(request);
            let evaluation = policy.evaluate(&request);
            Line {
                name,
                decision: Answer::Decided(evaluation.decision),
                obligations: evaluation.obligations,
                reason: policy.explain(&request).reason,
            }
        }
    };
    serde_json::to_writer(&mut *out, &line)?;
    writeln!(out)?;
    Ok(())
}

fn compile(written: &WrittenRequest) -> Request<'_> {
    let mut request = Request::new();
    for (category, attributes) in written {
        for attribute in attributes {
            request = request.with(
                compile_category(category),
                &*attribute.id,
                compile_type(attribute.data_type.as_deref()),
                attribute.values.iter().map(String::as_str),
            );
        }
    }
    request
}

fn compile_category(name: &str) -> Category<'_> {
    let name = match name.rsplit_once('#') {
        Some((name, nth)) if !nth.is_empty() && nth.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => name,
    };
    match name {
        "subject" => Category::Subject,
        "resource" => Category::Resource,
        "action" => Category::Action,
        "environment" => Category::Environment,
        uri => Category::from_uri(uri),
    }
}

fn compile_type(name: Option<&str>) -> DataType<'_> {
    match name {
        None => DataType::String,
        Some(uri) if uri.contains(':') => DataType::from_uri(uri),
        Some(name) => DataType::from_schema_name(name),
    }
}
