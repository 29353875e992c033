//! `dialogporten events list`

use crate::{
    cli::say,
    dialog::timestamp::Timestamp,
    store::{Store, outbox::Entry},
};

/// Show events that wait to be delivered, the oldest first
///
/// Those of dialogs that are not visible yet are among them. Whom a dialog is about is not shown.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten events list\n  dialogporten events list --dead\n  dialogporten events list --dead --json | jq -r .lastError | sort | uniq -c"
)]
pub(super) struct Arguments {
    /// Show those that were given up instead
    #[arg(long)]
    dead: bool,
    /// Print one JSON object a line
    #[arg(long)]
    json: bool,
    /// Show at most so many
    #[arg(long, default_value_t = 100, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    limit: u32,
}

impl Arguments {
    pub(super) async fn run(self, store: &Store) -> anyhow::Result<()> {
        let limit = i64::from(self.limit);
        let entries = if self.dead {
            store.dead_events(limit).await?
        } else {
            store.waiting_events(limit).await?
        };
        if self.json {
            for entry in &entries {
                say(serde_json::to_string(entry)?);
            }
        } else if entries.is_empty() {
            say(if self.dead {
                "no event was given up"
            } else {
                "no event waits"
            });
        } else {
            say(table(&entries));
        }
        Ok(())
    }
}

fn table(entries: &[Entry]) -> String {
    let moment = |moment: Option<Timestamp>| {
        moment.map_or_else(|| "-".to_owned(), |moment| moment.to_string())
    };
    let mut lines = vec![format!(
        "{:>10}  {:36}  {:28}  {:>8}  {:28}  {:52}  LAST ERROR",
        "ID", "DIALOG", "OCCURRED", "ATTEMPTS", "NEXT ATTEMPT", "TYPE"
    )];
    lines.extend(entries.iter().map(|e| {
        format!(
            "{:>10}  {:36}  {:28}  {:>8}  {:28}  {:52}  {}",
            e.seq,
            e.dialog_id,
            e.occurred_at.to_string(),
            e.attempts,
            moment(e.next_attempt),
            e.kind,
            e.last_error.as_deref().unwrap_or("-"),
        )
    }));
    lines.join("\n")
}
