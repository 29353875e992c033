//! Rounds of measuring, the server and `pgbench` in turn, and what comes of them.

use std::time::Duration;

use crate::{
    capture::Script,
    cases::Case,
    data::{DATABASE, Data},
    load::Load,
    machine::Cpu,
    postgres::Postgres,
    server::Server,
};

/// Connections of the usual load.
pub const CONNECTIONS: usize = 8;

/// What all rounds of a case showed, one value a round.
#[derive(Debug, Default)]
pub struct Measured {
    /// Answers a second.
    pub http: Vec<f64>,
    /// Transactions a second of the same statements.
    pub sql: Vec<f64>,
    /// Processor time of the server, milliseconds a request.
    pub server: Vec<f64>,
    /// Processor time of the database, milliseconds a request.
    pub database: Vec<f64>,
    /// Milliseconds.
    pub p50: Vec<f64>,
    /// Milliseconds.
    pub p99: Vec<f64>,
    /// Share of answers that told of a busy server.
    pub busy: Vec<f64>,
}

impl Measured {
    /// Answers a second, per transaction a second.
    pub fn ratio(&self) -> Option<f64> {
        (!self.sql.is_empty()).then(|| median(&self.http) / median(&self.sql))
    }
}

/// What is measured, and how long.
pub struct Bench<'a> {
    /// The database.
    pub postgres: &'a Postgres,
    /// The server.
    pub server: &'a Server,
    /// The data.
    pub data: &'a Data,
    /// How long each load lasts.
    pub time: Duration,
    /// How often.
    pub rounds: usize,
}

impl Bench<'_> {
    /// One round of a case.
    pub async fn round(
        &self,
        case: &Case,
        scripts: &[Script],
        into: &mut Measured,
    ) -> anyhow::Result<()> {
        if case.forgets {
            self.data.forget_views(self.postgres).await?;
        }
        self.http(&case.load, CONNECTIONS, into).await?;
        if !scripts.is_empty() {
            into.sql.push(self.sql(scripts)?);
        }
        Ok(())
    }

    /// The server alone.
    pub async fn http(
        &self,
        load: &Load,
        connections: usize,
        into: &mut Measured,
    ) -> anyhow::Result<()> {
        let before = self.cpu()?;
        let outcome = load.closed(connections, self.time).await?;
        let spent = self.cpu()?.since(before);
        let count = outcome.count.max(1) as f64;
        into.http.push(outcome.rate());
        into.server.push(spent.server as f64 / count);
        into.database.push(spent.database as f64 / count);
        into.p50.push(outcome.percentile(0.5));
        into.p99.push(outcome.percentile(0.99));
        into.busy
            .push(outcome.busy as f64 / (outcome.count + outcome.busy).max(1) as f64);
        Ok(())
    }

    /// The median rate of some rounds of the server alone.
    pub async fn rate(&self, load: &Load, connections: usize) -> anyhow::Result<f64> {
        let mut measured = Measured::default();
        for _ in 0..self.rounds {
            self.http(load, connections, &mut measured).await?;
        }
        Ok(median(&measured.http))
    }

    /// The database alone.
    pub fn sql(&self, scripts: &[Script]) -> anyhow::Result<f64> {
        let paths: Vec<_> = scripts.iter().map(|script| script.path.clone()).collect();
        let variables: Vec<_> = scripts
            .iter()
            .flat_map(|script| script.variables.clone())
            .collect();
        self.postgres
            .throughput(DATABASE, &paths, &variables, self.time)
    }

    fn cpu(&self) -> anyhow::Result<Cpu> {
        Cpu::now(self.server.process(), self.postgres.process)
    }
}

/// The middle one.
pub fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    match sorted.len() {
        0 => f64::NAN,
        n if n % 2 == 1 => sorted[n / 2],
        n => f64::midpoint(sorted[n / 2 - 1], sorted[n / 2]),
    }
}

/// From the smallest to the largest, in per cent of the median.
pub fn spread(values: &[f64]) -> f64 {
    let (least, most) = values
        .iter()
        .fold((f64::INFINITY, 0.0_f64), |(least, most), value| {
            (least.min(*value), most.max(*value))
        });
    100.0 * (most - least) / median(values)
}
