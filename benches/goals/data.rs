//! The data that is measured: a seeded database, copied for each run, and what the cases need to know of it.

use std::{path::Path, time::Instant};

use dialogporten::{
    authority::local::bundled,
    clock::Clock,
    dialog::timestamp::Timestamp,
    seed::{self, Agent, Plan},
    store::{self, bulk},
};
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use crate::{
    postgres::Postgres,
    server::{Tokens, platform},
};

/// The database that the server works on; thrown away by the next run.
pub const DATABASE: &str = "benchmark";
/// Dialogs of the largest party that cases may ask for.
const OF_LARGEST: i64 = 2_000;
/// A seeded database is copied, and so kept for the next run, up to this number of dialogs (about 4 GB).
const COPIED: u64 = 500_000;
/// Dialogs for first views.
const UNSEEN: i64 = 40_000;

/// How much there is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Dialogs.
    pub dialogs: u64,
    /// Parties that they belong to.
    pub parties: u64,
}

impl Size {
    /// Where the goals of processor time were measured.
    pub const OF_GOALS: Self = Self {
        dialogs: 40_000,
        parties: 5_000,
    };

    /// Ten dialogs for each party.
    pub fn of(dialogs: u64) -> Self {
        Self {
            dialogs,
            parties: (dialogs / 10).max(1),
        }
    }
}

/// What cases ask for.
pub struct Data {
    /// What was loaded.
    pub plan: Plan,
    /// People who act for 1, 10, … parties, with their tokens.
    pub agents: Vec<(Agent, String)>,
    /// The token of the service owner.
    pub owner: String,
    /// Dialogs of the largest party, for everybody to see.
    pub of_largest: Vec<Uuid>,
    /// Dialogs that the last of the agents may see.
    pub unseen: Vec<Uuid>,
    /// What all tables take on disk, before anything is measured.
    pub bytes: i64,
}

impl Data {
    /// Seeds, unless a former run did, and copies.
    pub async fn prepare(
        postgres: &Postgres,
        directory: &Path,
        Size { dialogs, parties }: Size,
    ) -> anyhow::Result<Self> {
        let template = format!("seeded_{dialogs}_{parties}");
        let day = Clock::system().now();
        let plan = Plan {
            dialogs,
            parties,
            first_party: 0,
            seed: 1,
            first_dialog: 0,
            until: day,
        };
        if !postgres.has(&template).await? {
            seed_template(postgres, &template, &plan).await?;
        }
        let copy = if dialogs <= COPIED {
            format!("CREATE DATABASE {DATABASE} TEMPLATE {template} STRATEGY file_copy")
        } else {
            format!("ALTER DATABASE {template} RENAME TO {DATABASE}")
        };
        let drop = format!("DROP DATABASE IF EXISTS {DATABASE} WITH (FORCE)");
        postgres.run("postgres", &[&drop, &copy]).await?;
        let extension = "CREATE EXTENSION IF NOT EXISTS pg_stat_statements";
        let function = crate::capture::ID_FUNCTION;
        postgres
            .run(DATABASE, &[extension, function, "CHECKPOINT"])
            .await?;

        bundled::install(&platform(directory))?;
        seed::add_to(&platform(directory), plan.parties)?;
        let tokens = Tokens::open(directory)?;
        let agents: Vec<_> = seed::agents(plan.parties)
            .into_iter()
            .map(|agent| {
                let token = tokens.person(&agent.pid);
                (agent, token)
            })
            .collect();
        let largest = urns(&agents[0].0);
        let widest = urns(&agents[agents.len() - 1].0);
        let tables = "SELECT sum(pg_total_relation_size(oid))::bigint FROM pg_class
                       WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace";
        let data = Self {
            bytes: postgres.number(DATABASE, tables).await?,
            plan,
            owner: tokens.owner(),
            of_largest: visible(postgres, &largest, OF_LARGEST).await?,
            unseen: visible(postgres, &widest, UNSEEN).await?,
            agents,
        };
        Ok(data)
    }

    /// Makes as if the last of the agents had seen nothing, and nobody the content of what is to be seen first.
    pub async fn forget_views(&self, postgres: &Postgres) -> anyhow::Result<()> {
        let mut connection = PgConnection::connect_with(&postgres.options(DATABASE)).await?;
        let (agent, _) = &self.agents[self.agents.len() - 1];
        sqlx::query("DELETE FROM seen_log WHERE actor_id = $1")
            .bind(format!("urn:altinn:person:identifier-no:{}", agent.pid))
            .execute(&mut connection)
            .await?;
        sqlx::query("UPDATE dialog SET flags = flags & ~2 WHERE id = ANY($1) AND flags & 2 <> 0")
            .bind(&self.unseen)
            .execute(&mut connection)
            .await?;
        sqlx::raw_sql("VACUUM dialog")
            .execute(&mut connection)
            .await?;
        Ok(connection.close().await?)
    }
}

fn urns(agent: &Agent) -> Vec<String> {
    let parties = agent.parties.iter();
    parties
        .map(|party| seed::party(*party).to_string())
        .collect()
}

async fn visible(postgres: &Postgres, parties: &[String], limit: i64) -> anyhow::Result<Vec<Uuid>> {
    let mut connection = PgConnection::connect_with(&postgres.options(DATABASE)).await?;
    let rows = sqlx::query(
        "SELECT d.id FROM dialog d JOIN party p ON p.id = d.party_id
          WHERE p.urn = ANY($1) AND d.deleted_at IS NULL AND (d.expires_at IS NULL OR d.expires_at > now() + interval '1 day')
          ORDER BY md5(d.id::text) LIMIT $2",
    )
    .bind(parties)
    .bind(limit)
    .fetch_all(&mut connection)
    .await?;
    connection.close().await?;
    Ok(rows.iter().map(|row| row.get(0)).collect())
}

async fn seed_template(postgres: &Postgres, name: &str, plan: &Plan) -> anyhow::Result<()> {
    let unfinished = format!("{name}_unfinished");
    let drop = format!("DROP DATABASE IF EXISTS {unfinished} WITH (FORCE)");
    let create = format!("CREATE DATABASE {unfinished}");
    postgres.run("postgres", &[&drop, &create]).await?;
    let options = postgres.options(&unfinished);
    store::migrate(&options).await?;
    let begun = Instant::now();
    bulk::set_indexes_aside(&options).await?;
    add(postgres, &unfinished, plan).await?;
    bulk::restore_indexes(&options, |_| {}).await?;
    tidy(postgres, &unfinished).await?;
    eprintln!(
        "seeded {} dialogs in {:.0} s",
        plan.dialogs,
        begun.elapsed().as_secs_f64()
    );
    let rename = format!("ALTER DATABASE {unfinished} RENAME TO {name}");
    postgres.run("postgres", &[&rename]).await
}

/// Adds dialogs to a database.
pub async fn add(postgres: &Postgres, database: &str, plan: &Plan) -> anyhow::Result<()> {
    let done = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(0));
    let total = plan.dialogs;
    seed::load(&postgres.options(database), plan, move |more| {
        let before = done.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        if (before + more) * 10 / total > before * 10 / total {
            eprintln!("{} of {total} dialogs", before + more);
        }
    })
    .await?;
    Ok(())
}

/// Vacuums and analyzes.
pub async fn tidy(postgres: &Postgres, database: &str) -> anyhow::Result<()> {
    let mut bulk = bulk::Bulk::connect(&postgres.options(database)).await?;
    bulk.tidy().await?;
    bulk.close().await?;
    postgres.run(database, &["CHECKPOINT"]).await
}

/// A moment that has just passed.
pub fn just_now() -> Timestamp {
    Clock::system().now() - chrono::Duration::minutes(1)
}
