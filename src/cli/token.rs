//! `dialogporten token`: a token of the local issuer, for trying a server on one's own machine.

use std::{
    io::{self, Write},
    path::Path,
};

use anyhow::Context;
use clap::{Args, Subcommand};
use uuid::Uuid;

use super::{Invocation, say};
use crate::{
    auth::local_issuer::{Holder, LocalIssuer, Terms},
    clock::Clock,
    dialog::party,
};

/// Longest `--ttl`: a year.
const LONGEST_TTL: u32 = 366 * 24 * 60 * 60;

const EXAMPLES: &str = "\
Examples:
  dialogporten token end-user
  dialogporten token end-user --pid 08844397713 --level 4
  dialogporten token service-owner --org ttd --org-number 991825827 --ttl 8h
  curl -H \"Authorization: Bearer $(dialogporten token end-user)\" http://127.0.0.1:7214/api/v1/enduser/parties

The key lies in the data directory: use the same --data-dir as the server. The server accepts such tokens in local
mode and with auth.local_issuer = true.";

/// Print a token of the local issuer, for trying the server on this machine
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    caller: Caller,
}

#[derive(Debug, Subcommand)]
enum Caller {
    /// A service owner
    #[command(after_help = EXAMPLES)]
    ServiceOwner {
        /// Short name of the organization
        #[arg(long, default_value = "ttd")]
        org: String,
        /// Organization number, 9 digits
        #[arg(long, default_value = "991825827", value_name = "NUMBER")]
        org_number: String,
        #[command(flatten)]
        terms: TermsArgs,
    },
    /// A person
    #[command(after_help = EXAMPLES)]
    EndUser {
        /// National identity number, 11 digits
        #[arg(long, default_value = "08844397713", value_name = "NUMBER")]
        pid: String,
        #[command(flatten)]
        terms: TermsArgs,
    },
    /// A system that acts for an organization
    #[command(after_help = EXAMPLES)]
    SystemUser {
        /// Identifier of the system user
        #[arg(
            long,
            default_value = "51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
            value_name = "UUID"
        )]
        system_user_id: Uuid,
        /// Number of the organization that owns the system user
        #[arg(long, default_value = "310057223", value_name = "NUMBER")]
        system_user_org: String,
        /// Number of the organization that the token was given to
        #[arg(long, default_value = "991825827", value_name = "NUMBER")]
        org_number: String,
        #[command(flatten)]
        terms: TermsArgs,
    },
    /// Somebody known by e-mail address only
    #[command(after_help = EXAMPLES)]
    EmailUser {
        /// The address
        #[arg(long, default_value = "someone@example.com", value_name = "ADDRESS")]
        email: String,
        #[command(flatten)]
        terms: TermsArgs,
    },
}

#[derive(Debug, Args)]
struct TermsArgs {
    /// Scopes instead of the usual ones, separated by blanks or given several times
    #[arg(long, value_name = "SCOPES")]
    scope: Vec<String>,
    /// Authentication level, 0 to 4 [default: 0 for an e-mail user, else 3]
    #[arg(long, value_parser = clap::value_parser!(u8).range(0..=4))]
    level: Option<u8>,
    /// How long the token is valid: seconds, or a number with s, m, h or d
    #[arg(long, default_value = "1h", value_parser = seconds)]
    ttl: u32,
}

impl Arguments {
    /// Prints the token and nothing else.
    pub(super) fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        say(self.issue(&config.data_dir, &Clock::system())?);
        Ok(())
    }

    /// `data_dir` is where the issuer's key is, or will be from now on.
    fn issue(self, data_dir: &Path, clock: &Clock) -> anyhow::Result<String> {
        let (holder, terms) = self.caller.split();
        for doubt in doubts(&holder) {
            writeln!(io::stderr(), "warning: {doubt}").context("writing a warning")?;
        }
        let terms = Terms {
            scopes: match terms.scope.as_slice() {
                [] => holder.usual_scopes(),
                scopes => scopes.join(" "),
            },
            level: terms.level.unwrap_or_else(|| holder.usual_level()),
            ttl_seconds: terms.ttl,
        };
        let issuer = LocalIssuer::open(data_dir).context("the local issuer cannot sign")?;
        Ok(issuer.issue(&holder, &terms, clock.now()))
    }
}

impl Caller {
    fn split(self) -> (Holder, TermsArgs) {
        match self {
            Self::ServiceOwner {
                org,
                org_number,
                terms,
            } => {
                let number = org_number;
                (Holder::ServiceOwner { org, number }, terms)
            }
            Self::EndUser { pid, terms } => (Holder::EndUser { pid }, terms),
            Self::SystemUser {
                system_user_id,
                system_user_org,
                org_number,
                terms,
            } => {
                let (id, owner, number) = (system_user_id, system_user_org, org_number);
                (Holder::SystemUser { id, owner, number }, terms)
            }
            Self::EmailUser { email, terms } => (Holder::EmailUser { email }, terms),
        }
    }
}

/// What will make the server refuse the token. It may be just what somebody wants to see, so it is made all the same.
fn doubts(holder: &Holder) -> Vec<&'static str> {
    const ORGANIZATION: &str =
        "the organization number has a wrong check digit; the server will not know the caller";
    const PERSON: &str =
        "the identity number has wrong check digits; the server will not know the caller";
    let (person, organizations) = match holder {
        Holder::ServiceOwner { number, .. } => (None, vec![number]),
        Holder::SystemUser { owner, number, .. } => (None, vec![owner, number]),
        Holder::EndUser { pid } => (Some(pid), Vec::new()),
        Holder::EmailUser { .. } => (None, Vec::new()),
    };
    let is_wrong = |number: &&String| !party::is_organization_number(number);
    let organization = organizations
        .into_iter()
        .find(is_wrong)
        .map(|_| ORGANIZATION);
    let person = person
        .filter(|pid| !party::is_person_number(pid))
        .map(|_| PERSON);
    organization.into_iter().chain(person).collect()
}

/// `90`, `90s`, `15m`, `1h`, `7d`.
fn seconds(text: &str) -> Result<u32, String> {
    let (number, unit) = match text.strip_suffix(['s', 'm', 'h', 'd']) {
        Some(number) => (number, &text[number.len()..]),
        None => (text, "s"),
    };
    let factor = match unit {
        "m" => 60,
        "h" => 60 * 60,
        "d" => 24 * 60 * 60,
        _ => 1,
    };
    number
        .parse::<u32>()
        .ok()
        .and_then(|number| number.checked_mul(factor))
        .filter(|seconds| (1..=LONGEST_TTL).contains(seconds))
        .ok_or_else(|| "give a time such as 90s, 15m, 8h or 7d, at most 366d".to_owned())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderMap, HeaderValue, header::AUTHORIZATION};
    use clap::Parser;

    use super::*;
    use crate::{
        auth::{Authenticator, Identity},
        config,
        dialog::seen::UserType,
        platform::Client,
    };

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        token: Arguments,
    }

    fn parse(line: &str) -> Result<Arguments, clap::Error> {
        let words = std::iter::once("token").chain(line.split_ascii_whitespace());
        Line::try_parse_from(words).map(|line| line.token)
    }

    async fn caller(line: &str) -> Identity {
        let directory =
            std::env::temp_dir().join(format!("dialogporten-cli-{}", crate::dialog::id::random()));
        let clock = Clock::system();
        let token = parse(line).unwrap().issue(&directory, &clock).unwrap();
        let settings = config::Auth {
            local_issuer: true,
            ..config::Auth::default()
        };
        let client = Client::new().unwrap();
        let door =
            Authenticator::open(&settings, &directory, String::new(), &client, clock).unwrap();
        let mut headers = HeaderMap::new();
        let value = HeaderValue::from_str(&format!("Bearer {token}")).unwrap();
        headers.insert(AUTHORIZATION, value);
        let caller = door.identify(&headers).await.unwrap();
        std::fs::remove_dir_all(directory).unwrap();
        caller
    }

    #[tokio::test]
    async fn a_word_is_enough_for_a_caller_of_each_kind() {
        for (line, user_type, urn) in [
            (
                "service-owner",
                UserType::ServiceOwner,
                "urn:altinn:organization:identifier-no:991825827",
            ),
            (
                "end-user",
                UserType::Person,
                "urn:altinn:person:identifier-no:08844397713",
            ),
            (
                "system-user",
                UserType::SystemUser,
                "urn:altinn:systemuser:uuid:51551dd0-b9c5-4f4b-a4a2-9b7e3669b364",
            ),
            (
                "email-user",
                UserType::IdportenEmailIdentifiedUser,
                "urn:altinn:person:idporten-email:someone@example.com",
            ),
        ] {
            let caller = caller(line).await;
            assert_eq!(caller.user_type, user_type, "{line}");
            assert_eq!(caller.urn().unwrap().as_str(), urn);
        }
    }

    #[tokio::test]
    async fn options_choose_who_it_is_and_what_it_may() {
        let owner =
            caller("service-owner --org skd --org-number 974761076 --scope a --scope b").await;
        assert_eq!(
            (owner.org.as_deref(), owner.consumer.as_deref()),
            (Some("skd"), Some("974761076"))
        );
        assert!(owner.has_scope("a") && owner.has_scope("b"));
        let person = caller("end-user --pid 13838599936 --level 4").await;
        assert_eq!(
            (person.pid.as_deref(), person.level),
            (Some("13838599936"), 4)
        );
        let nobody = caller("end-user --pid 123").await;
        assert_eq!(nobody.user_type, UserType::Unknown);
    }

    #[test]
    fn what_cannot_be_is_a_usage_error() {
        for line in [
            "",
            "nobody",
            "end-user --level 5",
            "end-user --ttl 0",
            "system-user --system-user-id x",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn times_have_units() {
        for (text, expected) in [
            ("90", Some(90)),
            ("90s", Some(90)),
            ("15m", Some(900)),
            ("1h", Some(3_600)),
            ("366d", Some(LONGEST_TTL)),
            ("367d", None),
            ("0", None),
            ("-1", None),
            ("1.5h", None),
            ("h", None),
            ("", None),
            ("5æ", None),
            ("99999999999d", None),
        ] {
            assert_eq!(seconds(text).ok(), expected, "{text}");
        }
    }
}
