//! `dialogporten events redrive`

use anyhow::bail;

use crate::{cli::say, store::Store};

/// Send events again that were given up
///
/// They take their places again, before later events of their dialogs that still wait, and are tried within a second by
/// a server that runs. Receivers see the same ids as before.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten events redrive --all\n  dialogporten events redrive --id 1234"
)]
#[group(required = true, multiple = false)]
pub(super) struct Arguments {
    /// The one with this number, as listed
    #[arg(long, value_name = "ID")]
    id: Option<i64>,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl Arguments {
    pub(super) async fn run(self, store: &Store) -> anyhow::Result<()> {
        let redriven = store.redrive_events(self.id).await?;
        if let (0, Some(id)) = (redriven, self.id) {
            bail!(
                "no event {id} was given up; `dialogporten events list --dead` shows those that were"
            );
        }
        say(format_args!("{redriven} event(s) wait for delivery again"));
        Ok(())
    }
}
