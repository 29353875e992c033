//! `policy explain`: why an action on a resource is permitted to somebody, or not, by the platform directory.

use std::{io::Write, path::Path};

use anyhow::{Context, bail};
use uuid::Uuid;

use crate::{
    authority::{
        Local, Subject,
        local::{Asked, Explained},
    },
    dialog::{
        party::{PartyUrn, is_organization_number, is_person_number},
        resource,
    },
};

const EXAMPLES: &str = "\
Examples:
  dialogporten policy explain --resource ttd-demo-service --action sign --party 310923044 --pid 08844397713
  dialogporten policy explain --resource ttd-demo-service --action transmissionread --attribute attachments \\
    --party 310057223 --system-user 51551dd0-b9c5-4f4b-a4a2-9b7e3669b364";

/// Tell why an action on a resource is permitted to somebody, or not
///
/// Answers from the files of the platform directory; no server and no database are needed.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Args {
    /// The dialog's resource, with or without `urn:altinn:resource:`
    #[arg(long, value_name = "ID", value_parser = resource_urn)]
    pub resource: String,
    /// What somebody wants to do: `read`, `write`, `sign`, …
    #[arg(long)]
    pub action: String,
    /// With what: a subresource, `urn:altinn:task:…`, or another resource; absent: with the resource as a whole
    #[arg(long)]
    pub attribute: Option<String>,
    /// For whom: a number of 11 or 9 digits, or a URN
    #[arg(long, value_parser = party)]
    pub party: PartyUrn,
    /// Who.
    #[command(flatten)]
    pub caller: Caller,
}

/// Who wants to do it; exactly one of these.
#[derive(Debug, clap::Args)]
#[group(required = true, multiple = false)]
pub struct Caller {
    /// A person, by national identity number
    #[arg(long, value_name = "NUMBER", value_parser = person)]
    pub pid: Option<PartyUrn>,
    /// A system user
    #[arg(long, value_name = "UUID")]
    pub system_user: Option<Uuid>,
    /// Somebody known by an e-mail address
    #[arg(long, value_name = "ADDRESS", value_parser = address)]
    pub email: Option<PartyUrn>,
}

impl Caller {
    fn urn(&self) -> Option<PartyUrn> {
        let system = || self.system_user.map(PartyUrn::system_user);
        self.pid
            .clone()
            .or_else(|| self.email.clone())
            .or_else(system)
    }
}

/// Explains by the files in `directory`.
pub fn run(args: &Args, directory: &Path, out: &mut impl Write) -> anyhow::Result<()> {
    if !directory.exists() {
        bail!(
            "there is no platform directory {}; `dialogporten serve` makes one with examples, or set platform.directory",
            directory.display()
        );
    }
    let local = Local::open(directory.to_owned())?;
    let subject = Subject::new(
        args.caller
            .urn()
            .context("give --pid, --system-user or --email")?,
    );
    let explained = local.explain(Asked {
        subject: &subject,
        party: args.party.as_str(),
        resource: &args.resource,
        action: &args.action,
        attribute: args.attribute.as_deref(),
    });
    Ok(print(&explained, out)?)
}

fn print(explained: &Explained, out: &mut impl Write) -> std::io::Result<()> {
    let verdict = if explained.is_permitted {
        "permitted"
    } else {
        "not permitted"
    };
    writeln!(out, "{verdict}\n  {}", explained.reason)?;
    if let Some(policy) = &explained.policy {
        writeln!(out, "policy\n  {policy}")?;
    }
    writeln!(
        out,
        "authentication level that the dialog's resource needs\n  {}",
        explained.minimum_level
    )?;
    for (title, lines) in [
        ("rights of the caller for the party", &explained.rights),
        ("rules", &explained.rules),
    ] {
        writeln!(out, "{title}")?;
        for line in lines {
            writeln!(out, "  {line}")?;
        }
        if lines.is_empty() {
            writeln!(out, "  none")?;
        }
    }
    Ok(())
}

fn resource_urn(text: &str) -> Result<String, &'static str> {
    let text = text.trim().to_lowercase();
    let id = text.strip_prefix(resource::PREFIX).unwrap_or(&text);
    if id.is_empty() || id.contains(':') {
        return Err("this is no resource");
    }
    Ok(format!("{}{id}", resource::PREFIX))
}

fn party(text: &str) -> Result<PartyUrn, &'static str> {
    let text = text.trim();
    match text {
        number if is_person_number(number) => Ok(PartyUrn::person(number)),
        number if is_organization_number(number) => Ok(PartyUrn::organization(number)),
        urn => PartyUrn::parse(urn).ok_or("this is no party: neither a valid number nor a URN"),
    }
}

fn person(text: &str) -> Result<PartyUrn, &'static str> {
    let number = text.trim();
    is_person_number(number)
        .then(|| PartyUrn::person(number))
        .ok_or("this is no national identity number: its check digits do not fit")
}

fn address(text: &str) -> Result<PartyUrn, &'static str> {
    PartyUrn::parse(PartyUrn::email(text.trim()).as_str()).ok_or("this is no e-mail address")
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::*;
    use crate::authority::local::bundled;

    #[derive(Debug, Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn parse(words: &str) -> Result<Args, clap::Error> {
        Line::try_parse_from(format!("explain {words}").split(' ')).map(|line| line.args)
    }

    #[test]
    fn what_makes_no_sense_is_refused_with_the_command_line() {
        let good = "--resource a --action read --party 310923044";
        for bad in [
            good.to_owned(),
            format!("{good} --pid 08844397714"),
            format!("{good} --system-user x"),
            format!("{good} --email a"),
            format!("{good} --email a@b.no --pid 08844397713"),
            "--resource a --action read --party x --pid 08844397713".to_owned(),
            "--resource urn:x:a --action read --party 310923044 --pid 08844397713".to_owned(),
        ] {
            assert_eq!(parse(&bad).unwrap_err().exit_code(), 2, "{bad}");
        }
    }

    #[test]
    fn the_decision_and_its_rule_are_told() {
        let directory =
            std::env::temp_dir().join(format!("dialogporten-explain-{}", std::process::id()));
        let explain = |words: &str| {
            let mut out = Vec::new();
            run(&parse(words)?, &directory, &mut out)?;
            anyhow::Ok(String::from_utf8(out)?)
        };
        let asked = "--resource TTD-demo-service --action sign --party 310923044 --pid 08844397713";
        let missing = explain(asked).unwrap_err().to_string();
        bundled::install(&directory).unwrap();
        let told = explain(asked);
        let refused = explain(
            "--resource ttd-demo-service --action sign --party 310057223 --system-user 51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
        );
        std::fs::remove_dir_all(&directory).unwrap();
        assert!(missing.contains("dialogporten serve"), "{missing}");
        let told = told.unwrap();
        assert!(
            told.starts_with("permitted\n  Permit: rule lead (Permit) applies\n"),
            "{told}"
        );
        assert!(told.contains("\n  urn:altinn:rolecode:dagl\n"), "{told}");
        let refused = refused.unwrap();
        assert!(
            refused.starts_with("not permitted\n  NotApplicable: "),
            "{refused}"
        );
        assert!(
            refused.contains("\n  urn:altinn:accesspackage:ordinaer-post-til-virksomheten\n"),
            "{refused}"
        );
    }
}
