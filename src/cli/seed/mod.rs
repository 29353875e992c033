//! `dialogporten seed`: made-up dialogs, many of them.

mod verify;

use std::path::PathBuf;

use anyhow::{Context, bail};
use chrono::DateTime;
use sqlx::postgres::PgConnectOptions;

use super::{Invocation, database::Database, local, progress::Progress, say};
use crate::{
    clock::Clock,
    config::{Config, Mode},
    dialog::timestamp::Timestamp,
    seed::{self, Plan},
    store::{
        bulk::{self, Aside},
        locks::Locks,
    },
};

/// Fill the database with made-up dialogs
///
/// They are spread as in life: few parties and services have many, most have few. Each is made by the rules that
/// requests have to keep, and loaded in bulk; where there are no dialogs yet, the indexes are built afterwards. What
/// exists already stays. No server may run on an empty database meanwhile. The same seed, number of dialogs and parties,
/// and end give the same dialogs in an empty database.
///
/// Services with policies, and people who act for 1, 10, 50, 500 and 5,000 of the parties, are added to the platform
/// directory in the data directory, or to the one that --platform-directory names.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Examples:\n  dialogporten seed\n  dialogporten seed --dialogs 2000000 --parties 200000\n  \
                  dialogporten seed --dialogs 500 --verify"
)]
pub(super) struct Arguments {
    /// How many dialogs to add
    #[arg(long, value_name = "N", default_value_t = 10_000,
          value_parser = clap::value_parser!(u64).range(1..=1_000_000_000))]
    dialogs: u64,
    /// For how many parties [default: a tenth of the dialogs]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..=seed::MOST_PARTIES))]
    parties: Option<u64>,
    /// The number of the first party, to make dialogs for others than before
    #[arg(long, value_name = "N", default_value_t = 0,
          value_parser = clap::value_parser!(u64).range(0..=seed::MOST_PARTIES))]
    first_party: u64,
    /// Other dialogs for another number
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// When the last dialog was created, such as 2026-01-31T00:00:00Z; the first one a year before [default: the
    /// beginning of this day, UTC]
    #[arg(long, value_name = "MOMENT")]
    until: Option<String>,
    /// Add services, policies and people to this platform directory [default: the one in the data directory, unless
    /// another one is configured]
    #[arg(long, value_name = "DIR")]
    platform_directory: Option<PathBuf>,
    /// Fill the database that the settings name, which may be a real one; without this only the private one is filled
    #[arg(long)]
    into_configured_database: bool,
    /// Create some of the dialogs once more through the API, compare both in every row and answer, and purge these again
    #[arg(long)]
    verify: bool,
}

impl Arguments {
    pub(super) async fn run(self, invocation: &Invocation) -> anyhow::Result<()> {
        let config = invocation.config()?;
        let until = self.until()?;
        if config.database.url.is_some() && !self.into_configured_database {
            bail!(
                "a database is configured, and made-up dialogs do not go away by themselves: if it is for nothing else \
                 and no server uses it, add --into-configured-database"
            );
        }
        let database = Database::open(&config, invocation).await?;
        let outcome = self.seed(config, &database, until).await;
        let closed = database.close().await;
        outcome.and(closed)
    }

    async fn seed(
        self,
        config: Config,
        database: &Database,
        until: Timestamp,
    ) -> anyhow::Result<()> {
        database.migrate_or_require(&config).await?;
        let mut locks = begin(&database.direct).await?;
        let outcome = tokio::select! {
            outcome = self.fill(config, &database.direct, until) => outcome,
            error = locks.lost() => Err(error).context("the lock against another seed is lost"),
        };
        locks.close().await;
        outcome
    }

    /// Whoever calls holds the lock.
    async fn fill(
        self,
        config: Config,
        options: &PgConnectOptions,
        until: Timestamp,
    ) -> anyhow::Result<()> {
        // What another process could not finish comes first.
        restore(options).await?;
        let aside = bulk::set_indexes_aside(options).await?;
        if aside == Aside::HasServers {
            bail!(
                "a server is running on this empty database, which will lack its indexes for a while: stop it, and start \
                 it again afterwards"
            );
        }
        let loaded = self.load(options, until).await;
        if aside == Aside::Done {
            restore(options).await?;
        }
        let plan = loaded?;
        let mut connection = bulk::Bulk::connect(options).await?;
        connection.tidy().await?;
        connection.close().await?;

        let directory = self.directory(&config)?;
        if let Some(directory) = &directory {
            seed::add_to(directory, plan.first_party + plan.parties)?;
            say(format_args!(
                "services, policies and people were added to {}",
                directory.display()
            ));
        }
        if self.verify {
            let Some(directory) = directory else {
                bail!(
                    "--verify needs a platform directory that knows the services: name it with --platform-directory"
                );
            };
            let compared = verify::verify(config, directory, options, &plan).await?;
            say(format_args!(
                "{compared} dialogs are what the API would have made of them"
            ));
        }
        tell_people(&plan);
        Ok(())
    }

    async fn load(&self, options: &PgConnectOptions, until: Timestamp) -> anyhow::Result<Plan> {
        let mut bulk = bulk::Bulk::connect(options).await?;
        let plan = Plan {
            dialogs: self.dialogs,
            parties: self
                .parties
                .unwrap_or((self.dialogs / 10).clamp(1, seed::MOST_PARTIES)),
            first_party: self.first_party,
            seed: self.seed,
            first_dialog: u64::try_from(bulk.dialogs().await?)?,
            until,
        };
        bulk.close().await?;
        if plan.first_party + plan.parties > seed::MOST_PARTIES {
            bail!("there are numbers for {} parties only", seed::MOST_PARTIES);
        }
        let progress = Progress::begin("dialogs", plan.dialogs);
        let told = progress.clone();
        let loaded = seed::load(options, &plan, move |more| told.advance(more)).await;
        let seconds = progress.end().as_secs_f64();
        loaded
            .context("not all dialogs were loaded; if some exist already, choose another --seed")?;
        say(format_args!("{} dialogs in {seconds:.1} s", plan.dialogs));
        Ok(plan)
    }

    fn until(&self) -> anyhow::Result<Timestamp> {
        let now = Clock::system().now();
        let Some(text) = &self.until else {
            let today = now.seconds() - now.seconds().rem_euclid(86_400);
            let moment = DateTime::from_timestamp(today, 0).context("the clock is wrong")?;
            return Ok(Timestamp::new(moment));
        };
        let moment = DateTime::parse_from_rfc3339(text)
            .with_context(|| format!("{text} is no moment such as 2026-01-31T00:00:00Z"))?;
        let until = Timestamp::new(moment.to_utc());
        if until > now {
            bail!("{text} lies ahead");
        }
        Ok(until)
    }

    fn directory(&self, config: &Config) -> anyhow::Result<Option<PathBuf>> {
        if self.platform_directory.is_some() {
            return Ok(self.platform_directory.clone());
        }
        if config.platform.mode != Mode::Local || config.platform.directory.is_some() {
            return Ok(None);
        }
        local::prepare(config)?;
        Ok(Some(config.platform_directory()))
    }
}

/// Takes the lock of those who fill a database: one at a time.
pub(super) async fn begin(direct: &PgConnectOptions) -> anyhow::Result<Locks> {
    let mut locks = Locks::open_at(direct).await?;
    if !locks.try_lock("seed").await? {
        bail!("another `dialogporten seed` is filling this database; try again when it has ended");
    }
    Ok(locks)
}

/// Builds what was set aside.
pub(super) async fn restore(direct: &PgConnectOptions) -> anyhow::Result<()> {
    bulk::restore_indexes(direct, |left| tracing::debug!(left, "building indexes"))
        .await
        .context("indexes are missing; run this command again to build them")
}

fn tell_people(plan: &Plan) {
    for agent in seed::agents(plan.first_party + plan.parties) {
        let count = agent.parties.len();
        say(format_args!(
            "acts for {count} of the parties: dialogporten token end-user --pid {}",
            agent.pid
        ));
    }
}
