//! `dialogporten costs`: how the API was used on one day, as accounts are drawn up by.

use std::{collections::BTreeMap, fmt::Write};

use anyhow::Context;
use chrono::NaiveDate;

use super::{Invocation, database::Database, say};
use crate::{
    clock::Clock,
    config::{Coefficients, Costs},
    store::{DailyUsage, Store},
};

const HEADER: &str = "Miljø,Tjeneste,Admin,Konsumentorgnr,Tjenesteeierorgnr,Transaksjonstype,Feilet,Antall,RelativRessursbruk";
const UNKNOWN: &str = "unknown";

/// Print how the API was used on one day, as CSV
///
/// Days are those of the calendar in Oslo. Servers write their counts down every few seconds and when they stop;
/// a server that is killed loses those of its last seconds.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten costs --day 2026-03-29 > 2026-03-29.csv\n  dialogporten costs --forget-before 2024-01-01"
)]
pub(super) struct Arguments {
    /// The day [default: yesterday]
    #[arg(long, value_name = "YYYY-MM-DD")]
    day: Option<NaiveDate>,
    /// Delete the counts of all days before this one instead, and print how many rows that were
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "day")]
    forget_before: Option<NaiveDate>,
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let database = Database::open(&config, invocation).await?;
        let store = Store::open(&config, &database.options)?;
        let outcome = self.tell(&store, &config.costs).await;
        store.close().await;
        outcome.and(database.close().await)
    }

    async fn tell(self, store: &Store, costs: &Costs) -> anyhow::Result<()> {
        if let Some(day) = self.forget_before {
            let rows = store.forget_usage_before(day).await;
            say(rows.context("the counts were not deleted")?);
            return Ok(());
        }
        let now = Clock::system().now().to_datetime();
        let (_, rows) = store
            .usage_of_day(self.day, now)
            .await
            .context("the counts cannot be read")?;
        say(report(&rows, costs));
        Ok(())
    }
}

/// What accounts call an operation, and how much one of it weighs; `None` for what costs nothing.
fn transaction(usage: &DailyUsage, weights: &Coefficients) -> Option<(&'static str, f64)> {
    Some(match usage.operation.as_str() {
        "serviceowner.dialog.create" => ("Opprette dialog", weights.create),
        "serviceowner.dialog.update" => ("Oppdatere dialog", weights.update),
        "serviceowner.dialog.delete" | "serviceowner.dialog.purge" => {
            ("Slette dialog", weights.delete)
        }
        "serviceowner.dialog.get" => ("Hente dialog (tjenesteeier)", weights.service_owner_get),
        "serviceowner.dialog.search" if usage.for_person => (
            "Tjenesteeiersøk m/sluttbruker-id",
            weights.service_owner_search_for_person,
        ),
        "serviceowner.dialog.search" => ("Tjenesteeiersøk", weights.service_owner_search),
        "enduser.dialog.get" | "graphql.dialogById" => {
            ("Hente dialog (sluttbruker)", weights.end_user_get)
        }
        "enduser.dialog.search" | "graphql.searchDialogs" => {
            ("Sluttbrukersøk", weights.end_user_search)
        }
        "serviceowner.system-label.set" | "enduser.system-label.set" | "graphql.setSystemLabel" => {
            ("Sette label på enkeltdialog", weights.set_label)
        }
        "serviceowner.system-label.bulk-set" => (
            "Tjenesteeier som setter labels i bulk",
            weights.service_owner_bulk_label,
        ),
        "enduser.system-label.bulk-set" | "graphql.bulkSetSystemLabels" => (
            "Sluttbruker som setter labels i bulk",
            weights.end_user_bulk_label,
        ),
        _ => return None,
    })
}

/// A line of the report; lines that are equal but for the count become one.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Line<'a> {
    owner: &'a str,
    service: &'a str,
    kind: &'static str,
    caller: &'a str,
    is_admin: bool,
    has_failed: bool,
}

fn report(rows: &[DailyUsage], costs: &Costs) -> String {
    let mut lines = BTreeMap::new();
    for row in rows {
        if let Some((kind, weight)) = transaction(row, &costs.coefficients) {
            let line = Line {
                owner: &row.owner_org,
                service: &row.resource,
                kind,
                caller: &row.caller_org,
                is_admin: row.is_admin,
                has_failed: row.has_failed,
            };
            lines.entry(line).or_insert((0, weight)).0 += row.requests;
        }
    }
    let yes = |is: bool| if is { "Ja" } else { "Nei" };
    let mut text = HEADER.to_owned();
    for (line, (requests, weight)) in lines {
        #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53 requests")]
        let weighed = requests as f64 * weight;
        // Writing to a text cannot fail.
        let _ = write!(
            text,
            "\n{},{},{},{},{},{},{},{requests},{weighed:.2}",
            field(&costs.environment),
            field(line.service),
            yes(line.is_admin),
            field(line.caller),
            field(line.owner),
            field(line.kind),
            yes(line.has_failed),
        );
    }
    text
}

/// A field of a line (RFC 4180), never one that a spreadsheet takes for a formula.
fn field(text: &str) -> String {
    let text = if text.is_empty() { UNKNOWN } else { text };
    let text = match text.chars().next() {
        Some('=' | '+' | '-' | '@') => format!("'{text}"),
        _ => text.to_owned(),
    };
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn usage(operation: &str, for_person: bool, requests: i64) -> DailyUsage {
        DailyUsage {
            operation: operation.into(),
            for_person,
            caller_org: "991825827".into(),
            owner_org: "974760673".into(),
            resource: "urn:altinn:resource:a".into(),
            is_admin: false,
            has_failed: false,
            requests,
        }
    }

    #[test]
    fn requests_are_weighed_by_what_they_were_and_the_rest_left_out() {
        let mut failed = usage("serviceowner.dialog.create", false, 2);
        failed.has_failed = true;
        let mut unknown = usage("enduser.dialog.search", false, 4);
        unknown.caller_org.clear();
        unknown.owner_org.clear();
        unknown.resource.clear();
        let rows = [
            usage("serviceowner.dialog.create", false, 3),
            failed,
            usage("serviceowner.dialog.delete", false, 1),
            usage("serviceowner.dialog.purge", false, 2),
            usage("serviceowner.dialog.search", true, 2),
            usage("serviceowner.transmission.create", false, 9),
            unknown,
        ];
        let costs = Costs {
            environment: "TEST".into(),
            ..Costs::default()
        };
        let told = report(&rows, &costs);
        let expected = "Miljø,Tjeneste,Admin,Konsumentorgnr,Tjenesteeierorgnr,Transaksjonstype,Feilet,Antall,RelativRessursbruk\n\
            TEST,unknown,Nei,unknown,unknown,Sluttbrukersøk,Nei,4,10.00\n\
            TEST,urn:altinn:resource:a,Nei,991825827,974760673,Opprette dialog,Nei,3,4.50\n\
            TEST,urn:altinn:resource:a,Nei,991825827,974760673,Opprette dialog,Ja,2,3.00\n\
            TEST,urn:altinn:resource:a,Nei,991825827,974760673,Slette dialog,Nei,3,2.10\n\
            TEST,urn:altinn:resource:a,Nei,991825827,974760673,Tjenesteeiersøk m/sluttbruker-id,Nei,2,5.00";
        assert_eq!(told, expected);
    }

    #[test]
    fn fields_keep_to_themselves() {
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
        assert_eq!(field("=1+1"), "'=1+1");
    }
}
