//! Whether the server is as fast as it shall be.
//!
//! ```sh
//! cargo bench --bench goals -- --quick    # 200,000 dialogs, about 10 minutes
//! cargo bench --bench goals               # 2,000,000 dialogs
//! cargo bench --bench goals -- --layouts  # only compares tables, see `layout`
//! ```
//!
//! It starts a PostgreSQL of its own in the target directory, fills it with made-up dialogs (once; a copy serves each
//! run), starts the built server, and asks both in turn: the server over HTTP, and PostgreSQL for the same statements by
//! `pgbench`. What it finds goes to `docs/benchmarks.md`. Nothing else should run meanwhile.

#![allow(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "numbers here are rates and shares"
)]

mod alone;
mod capture;
mod cases;
mod data;
mod further;
mod http;
mod layout;
mod load;
mod machine;
mod measure;
mod postgres;
mod report;
mod server;

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use clap::Parser;

use self::{
    capture::Script,
    cases::{Case, Cases, Sql, VARIANTS},
    data::{DATABASE, Data, Size},
    http::Connection,
    measure::{Bench, Measured},
    postgres::Postgres,
    report::Report,
    server::Server,
};

#[derive(Debug, Parser)]
struct Arguments {
    /// 200,000 dialogs and rounds of 2 s
    #[arg(long)]
    quick: bool,
    /// How many dialogs [default: 2,000,000, or 200,000 with --quick]
    #[arg(long)]
    dialogs: Option<u64>,
    /// Seconds of each load [default: 10, or 2 with --quick]
    #[arg(long)]
    seconds: Option<u64>,
    /// How often each load is repeated
    #[arg(long, default_value_t = 3)]
    rounds: usize,
    /// Add six times the dialogs in the end, and search once more; about 7 GB for each million
    #[arg(long)]
    growth: bool,
    /// Measure nothing but the cases whose name has these letters, and write no report; for profiling
    #[arg(long)]
    only: Option<String>,
    /// Compare our tables with a normalised layout, and measure nothing else [dialogs: 40,000]
    #[arg(long)]
    layouts: bool,
    /// Where the report goes [default: docs/benchmarks.md, or docs/layouts.md with --layouts]
    #[arg(long)]
    out: Option<PathBuf>,
    /// Given by cargo
    #[arg(long, hide = true)]
    bench: bool,
}

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let arguments = Arguments::parse();
    raise_file_limit();
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("benchmarks");
    std::fs::create_dir_all(&directory)?;
    let postgres = Postgres::start(&directory).await?;
    let outcome = run(&arguments, &directory, &postgres).await;
    let report = match outcome {
        Ok(report) => report,
        Err(error) => {
            postgres.stop().await?;
            return Err(error);
        }
    };
    postgres.stop().await?;
    if arguments.only.is_some() {
        return Ok(());
    }
    let usual = if arguments.layouts {
        "docs/layouts.md"
    } else {
        "docs/benchmarks.md"
    };
    let out = arguments.out.unwrap_or_else(|| PathBuf::from(usual));
    if let Some(folder) = out.parent() {
        std::fs::create_dir_all(folder)?;
    }
    std::fs::write(&out, &report).with_context(|| out.display().to_string())?;
    println!("{report}");
    Ok(())
}

async fn run(
    arguments: &Arguments,
    directory: &Path,
    postgres: &Postgres,
) -> anyhow::Result<String> {
    let quick = |small, large| if arguments.quick { small } else { large };
    let dialogs = arguments.dialogs.unwrap_or(quick(200_000, 2_000_000));
    let seconds = arguments.seconds.unwrap_or(quick(2, 10));
    let run = Run {
        postgres,
        directory,
        time: Duration::from_secs(seconds),
        rounds: arguments.rounds,
        only: arguments.only.as_deref().unwrap_or_default(),
    };
    if arguments.layouts {
        let size = arguments.dialogs.map_or(Size::OF_GOALS, Size::of);
        return layout::run(&run, size).await;
    }

    let mut report = Report::default();
    if !postgres.has("calibration").await? {
        postgres
            .run("postgres", &["CREATE DATABASE calibration"])
            .await?;
    }
    let smallest = postgres.calibrate(run.time)?;
    report.unit = 1_000.0 * machine::cores() as f64 / smallest;

    of_goals(&run, &mut report).await?;
    let size = Size::of(dialogs);
    large(&run, size, arguments.growth, &mut report).await?;
    Ok(report.text(&format!(
        "{dialogs} dialogs of {} parties, {} rounds of {seconds} s",
        size.parties, run.rounds
    )))
}

/// What all parts of a run share.
struct Run<'a> {
    postgres: &'a Postgres,
    directory: &'a Path,
    time: Duration,
    rounds: usize,
    /// Letters that the name of a case must have.
    only: &'a str,
}

impl Run<'_> {
    async fn measure(
        &self,
        server: &Server,
        data: &Data,
        all: &[Case],
        scripts: &[Vec<Script>],
    ) -> anyhow::Result<Vec<Measured>> {
        let bench = Bench {
            postgres: self.postgres,
            server,
            data,
            time: self.time,
            rounds: self.rounds,
        };
        for case in all {
            eprintln!("warming: {}", case.name);
            case.load.one_by_one(0..case.warm).await?;
        }
        let mut measured: Vec<Measured> = all.iter().map(|_| Measured::default()).collect();
        // What writing leaves to be tidied up shall not be told of reading.
        for writes in [false, true] {
            for round in 1..=bench.rounds {
                for (at, case) in all.iter().enumerate() {
                    if case.writes == writes {
                        eprintln!("round {round} of {}: {}", bench.rounds, case.name);
                        let scripts = scripts.get(at).map_or(&[][..], Vec::as_slice);
                        bench.round(case, scripts, &mut measured[at]).await?;
                    }
                }
            }
        }
        Ok(measured)
    }
}

/// Processor time, on as many dialogs as its goals were measured on.
async fn of_goals(run: &Run<'_>, report: &mut Report) -> anyhow::Result<()> {
    let data = Data::prepare(run.postgres, run.directory, Size::OF_GOALS).await?;
    let url = run.postgres.url(DATABASE);
    let server = Server::start(run.directory, &url).await?;
    let cases = Cases {
        address: &server.address,
        data: &data,
    };
    let mut all = cases.all();
    all.retain(|case| case.goal.is_some() && case.name.contains(run.only));
    let measured = run.measure(&server, &data, &all, &[]).await?;
    for (case, measured) in all.iter().zip(&measured) {
        report.case_of_goals(case, measured);
    }
    server.stop()
}

/// Everything else.
async fn large(run: &Run<'_>, size: Size, growth: bool, report: &mut Report) -> anyhow::Result<()> {
    let &Run {
        postgres,
        directory,
        time,
        rounds,
        ..
    } = run;
    let data = Data::prepare(postgres, directory, size).await?;
    let url = postgres.url(DATABASE);
    let captured = capture_all(run, &url, &data, report).await?;
    let scripts: Vec<_> = captured.iter().map(|one| one.scripts.clone()).collect();
    let statements: Vec<_> = captured.iter().map(|one| one.statements).collect();
    let server = Server::start(directory, &url).await?;
    let cases = Cases {
        address: &server.address,
        data: &data,
    };
    let all = of_large(&cases, run.only);
    postgres
        .run(DATABASE, &["SELECT pg_stat_statements_reset()"])
        .await?;
    let at_rest = machine::memory(server.process())?;
    let measured = run.measure(&server, &data, &all, &scripts).await?;
    for ((case, measured), captured) in all.iter().zip(&measured).zip(&captured) {
        report.case(case, measured, captured);
    }
    let bench = Bench {
        postgres,
        server: &server,
        data: &data,
        time,
        rounds,
    };
    if !run.only.is_empty() {
        further::latencies(&bench, &all, &measured, report).await?;
        server.stop()?;
        return further::asynchronous(run, &data, &url, &all, &scripts, report).await;
    }
    further::memory_at_rest(at_rest, report);
    further::ratios(report, &all, &measured, &statements);
    let outcome = further::texts(&bench, &cases, report).await;
    report.attempt("texts", outcome);
    let outcome = further::pages(&bench, &cases, report).await;
    report.attempt("pages", outcome);
    let outcome = further::appends(&bench, &cases, report).await;
    report.attempt("appends", outcome);
    let outcome = further::latencies(&bench, &all, &measured, report).await;
    report.attempt("latencies", outcome);
    let outcome = further::connections(&bench, &all, &measured, report).await;
    report.attempt("connections", outcome);
    further::storage(&data, report);
    let outcome = further::transactions(postgres, report).await;
    report.attempt("transactions", outcome);
    let outcome = further::written(&bench, &all, report).await;
    report.attempt("written", outcome);
    further::memory_after_load(&server, report)?;
    if growth {
        let outcome = further::growth(&bench, &all, &measured, report).await;
        report.attempt("growth", outcome);
    }
    server.stop()?;
    let outcome = further::start(postgres, directory, &url, report).await;
    report.attempt("start", outcome);
    let outcome = further::asynchronous(run, &data, &url, &all, &scripts, report).await;
    report.attempt("without waiting for the disk", outcome);
    Ok(())
}

/// The cases that are measured on many dialogs.
fn of_large(cases: &Cases<'_>, only: &str) -> Vec<Case> {
    let mut all = cases.all();
    all.retain(|case| !case.only_of_goals && case.name.contains(only));
    all
}

/// Lets a server of its own tell the statements of each case and how many a request needs, and looks at their plans.
async fn capture_all(
    run: &Run<'_>,
    url: &str,
    data: &Data,
    report: &mut Report,
) -> anyhow::Result<Vec<Captured>> {
    let &Run {
        postgres,
        directory,
        ..
    } = run;
    capture::tell(postgres, true).await?;
    let server = Server::start(directory, url).await?;
    let cases = Cases {
        address: &server.address,
        data,
    };
    let (mut captured, mut whole) = (Vec::new(), Vec::new());
    for (number, case) in of_large(&cases, run.only).iter().enumerate() {
        captured.push(capture(postgres, directory, number, case, &mut whole).await?);
    }
    server.stop()?;
    capture::tell(postgres, false).await?;
    let told = match whole.as_slice() {
        [] => "none".to_owned(),
        some => some.join("; "),
    };
    report.told(
        "G20 tables that generic plans read from end to end",
        "none",
        &told,
        Some(whole.is_empty()),
    );
    Ok(captured)
}

/// What is known of a case before it is measured.
pub struct Captured {
    scripts: Vec<Script>,
    /// How many statements a request needs.
    statements: f64,
    /// What they cost the database alone, in microseconds, where they can be repeated.
    alone: Option<f64>,
}

async fn capture(
    postgres: &Postgres,
    directory: &Path,
    number: usize,
    case: &Case,
    whole: &mut Vec<String>,
) -> anyhow::Result<Captured> {
    // What the process is still to learn is learnt before.
    let first = if case.repeats { 0 } else { VARIANTS };
    case.load.one_by_one(first..first + VARIANTS).await?;
    let (mut count, mut alone) = (0, None);
    let mut connection = Connection::open(&case.load.address).await?;
    let mut scripts = Vec::new();
    for variant in 0..VARIANTS {
        let from = postgres.log()?.len();
        let Some(request) = (case.load.source)(variant) else {
            break;
        };
        connection.ask(&request).await?;
        let statements = capture::some(capture::executed(&postgres.log()?, from))?;
        count += statements.len();
        if variant == 0 {
            if case.sql == Sql::Reads {
                alone = Some(alone::microseconds(postgres, DATABASE, &statements).await?);
            }
            for statement in &statements {
                let tables = capture::whole_reads(postgres, DATABASE, statement).await?;
                if !tables.is_empty() {
                    whole.push(format!("{}: {}", case.name, tables.join(", ")));
                }
            }
        }
        if case.sql != Sql::No {
            let path = directory.join(format!("case{number}v{variant}.sql"));
            let fresh = case.sql == Sql::Creates;
            scripts.push(capture::script(postgres, DATABASE, &statements, fresh, &path).await?);
        }
    }
    Ok(Captured {
        scripts,
        statements: count as f64 / VARIANTS as f64,
        alone,
    })
}

/// 2,000 connections are more files than shells allow.
fn raise_file_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let wanted = Rlimit {
        current: limit
            .maximum
            .map_or(Some(16_384), |most| Some(most.min(16_384))),
        maximum: limit.maximum,
    };
    // Where it cannot be raised, connecting says so.
    let _ = setrlimit(Resource::Nofile, wanted);
}
