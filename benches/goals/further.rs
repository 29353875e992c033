//! What is not simply so many requests a second.

use std::{path::Path, time::Instant};

use anyhow::Context;
use dialogporten::seed::{self, Plan};
use uuid::Uuid;

use crate::{
    Run,
    capture::Script,
    cases::{Case, Cases, with_transmissions},
    data::{self, DATABASE, Data},
    http::{Connection, request},
    load::Load,
    machine,
    measure::{Bench, CONNECTIONS, Measured, median},
    postgres::Postgres,
    report::{Bound, Report},
    server::Server,
};

const MIB: f64 = 1_048_576.0;
/// Connections that do nothing.
const IDLE: usize = 2_000;

fn named<'a, T>(all: &'a [Case], values: &'a [T], name: &str) -> Option<(&'a Case, &'a T)> {
    all.iter()
        .zip(values)
        .find(|(case, _)| case.name.starts_with(name))
}

/// Goals that follow from the cases.
pub fn ratios(report: &mut Report, all: &[Case], measured: &[Measured], statements: &[f64]) {
    for (goal, name, least) in [
        ("G1 R create (durable)", "create, 2", 0.8),
        ("G3 R get (already seen)", "get, end user, seen", 0.3),
        ("G4 R search, 10 pairs", "search, 10 pairs", 0.45),
        ("G5 R search, 1,000 pairs", "search, 1,000 pairs", 0.6),
    ] {
        if let Some(ratio) = named(all, measured, name).and_then(|(_, m)| m.ratio()) {
            report.goal(goal, Bound::Least(least), ratio);
        }
    }
    for (name, most) in [
        ("create, minimal", 1.0),
        ("get, end user, seen", 1.0),
        ("get, end user, first", 2.0),
        ("search, 10 pairs", 1.0),
        ("free text", 2.0),
        ("append activity", 2.0),
        ("set system label", 2.0),
    ] {
        if let Some((case, count)) = named(all, statements, name) {
            report.goal(
                &format!("G6 statements: {}", case.name),
                Bound::Most(most),
                *count,
            );
        }
    }
    let time = |name: &str| named(all, measured, name).map(|(_, m)| 1.0 / median(&m.http));
    for (goal, large, small, most) in [
        (
            "G7 search, 1,000 ÷ 10 pairs",
            "search, 1,000 pairs",
            "search, 10 pairs",
            4.0,
        ),
        (
            "G8 search, 10,000 ÷ 100 pairs",
            "search, 10,000 pairs",
            "search, 100 pairs",
            30.0,
        ),
    ] {
        if let (Some(large), Some(small)) = (time(large), time(small)) {
            report.goal(goal, Bound::Most(most), large / small);
        }
    }
}

/// The worst word against the best.
pub async fn texts(
    bench: &Bench<'_>,
    cases: &Cases<'_>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let agent = bench.data.agents.len().saturating_sub(1).min(3);
    let mut rates = Vec::new();
    for word in [0, 5, 50, 500, 2_000, 4_999] {
        let case = cases.text("", None, agent, word);
        case.load.one_by_one(0..3).await?;
        let outcome = case.load.closed(CONNECTIONS, bench.time).await?;
        rates.push((outcome.rate(), word));
    }
    rates.sort_by(|a, b| a.0.total_cmp(&b.0));
    let (worst, best) = (rates[0], rates[rates.len() - 1]);
    report.goal(
        "G13 text search, worst word ÷ best, 10,000 pairs",
        Bound::Most(12.0),
        best.0 / worst.0,
    );
    let told: Vec<_> = rates
        .iter()
        .map(|(rate, word)| format!("word {word}: {rate:.0}/s"))
        .collect();
    report.note(format!(
        "Text search by how common a word is: {}.",
        told.join(", ")
    ));
    Ok(())
}

/// Appending to long dialogs against short ones.
pub async fn appends(
    bench: &Bench<'_>,
    cases: &Cases<'_>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let mut rates = [Vec::new(), Vec::new()];
    // As many of each kind, so that what is appended meanwhile makes both longer by as much.
    for transmissions in [10, 1_000] {
        let mut ids = Vec::new();
        let mut connection = Connection::open(cases.address).await?;
        let body = with_transmissions(transmissions);
        let create = request(
            "POST",
            "/api/v1/serviceowner/dialogs",
            &bench.data.owner,
            Some(&body),
        );
        for _ in 0..64 {
            let answer = connection.ask(&create).await?;
            let id: Uuid = serde_json::from_slice(answer.body)
                .with_context(|| String::from_utf8_lossy(answer.body).into_owned())?;
            ids.push(id);
        }
        let kinds = [cases.append_activity(&ids), cases.append_transmission(&ids)];
        for (case, rates) in kinds.into_iter().zip(&mut rates) {
            case.load.one_by_one(0..20).await?;
            rates.push(bench.rate(&case.load, CONNECTIONS).await?);
        }
    }
    for (kind, rates) in ["an activity", "a transmission"].into_iter().zip(&rates) {
        report.goal(
            &format!("G12 append {kind} to 1,000 transmissions ÷ to 10"),
            Bound::Most(1.15),
            rates[0] / rates[1],
        );
    }
    Ok(())
}

/// A late page against the first.
pub async fn pages(
    bench: &Bench<'_>,
    cases: &Cases<'_>,
    report: &mut Report,
) -> anyhow::Result<()> {
    let token = &bench.data.agents[0].1;
    let party = seed::party(0);
    let mut connection = Connection::open(cases.address).await?;
    let (mut target, mut pages) = (
        format!("/api/v1/enduser/dialogs?party={party}&limit=20"),
        vec![],
    );
    while pages.len() < 100 {
        let ask = request("GET", &target, token, None);
        let answer = connection.ask(&ask).await?;
        let list: serde_json::Value = serde_json::from_slice(answer.body)?;
        pages.push(ask);
        if list["hasNextPage"] != true {
            break;
        }
        let cursor = list["continuationToken"].as_str().context("no token")?;
        target =
            format!("/api/v1/enduser/dialogs?party={party}&limit=20&continuationToken={cursor}");
    }
    // The last page may hold less.
    let number = pages.len().saturating_sub(1).max(1);
    let mut rates = Vec::new();
    for page in [0, number - 1] {
        let page = pages[page].clone();
        let load = Load {
            address: cases.address.to_owned(),
            source: std::sync::Arc::new(move |_| Some(page.clone())),
            status: 200,
            shortest: 0,
            may_be_busy: false,
        };
        rates.push(bench.rate(&load, CONNECTIONS).await?);
    }
    report.goal(
        &format!("G11 page {number} ÷ page 1"),
        Bound::Most(1.6),
        rates[0] / rates[1],
    );
    Ok(())
}

/// How late answers come while the server is not quite busy.
pub async fn latencies(
    bench: &Bench<'_>,
    all: &[Case],
    measured: &[Measured],
    report: &mut Report,
) -> anyhow::Result<()> {
    for name in ["get, end user, seen", "create, 2", "search, 10 pairs"] {
        let Some((case, measured)) = named(all, measured, name) else {
            continue;
        };
        // Segments of the log are used again after a checkpoint, as they are all the time where checkpoints come by the
        // clock. Until then each new one is filled with zeros, and everybody waits.
        bench.postgres.run(DATABASE, &["CHECKPOINT"]).await?;
        let rate = 0.7 * median(&measured.http);
        let (mut ratios, mut told) = (Vec::new(), String::new());
        for _ in 0..bench.rounds {
            let outcome = case.load.open(64, rate, bench.time).await?;
            let (p50, p99) = (outcome.percentile(0.5), outcome.percentile(0.99));
            ratios.push(p99 / p50.max(0.001));
            told = format!("{p50:.2} / {p99:.2} ms at {rate:.0}/s");
        }
        report.goal(
            &format!("G15 p99 ÷ p50 at 70 %: {}", case.name),
            Bound::Most(6.0),
            median(&ratios),
        );
        report.note(format!(
            "{} at 70 % of saturation: p50 / p99 {told}.",
            case.name
        ));
    }
    Ok(())
}

/// Many connections, busy or not.
pub async fn connections(
    bench: &Bench<'_>,
    all: &[Case],
    measured: &[Measured],
    report: &mut Report,
) -> anyhow::Result<()> {
    if let Some((case, measured)) = named(all, measured, "get, end user, seen") {
        let load = Load {
            may_be_busy: true,
            ..case.load.clone()
        };
        let mut many = Measured::default();
        for _ in 0..bench.rounds {
            bench.http(&load, 256, &mut many).await?;
        }
        report.goal(
            "G16 throughput at 256 connections ÷ at 8",
            Bound::Least(0.85),
            median(&many.http) / median(&measured.http),
        );
        report.note(format!(
            "At 256 connections {:.1} % of the answers were 503, too busy.",
            100.0 * median(&many.busy)
        ));
    }
    let before = machine::memory(bench.server.process())?;
    let mut open = Vec::new();
    let ask = request("GET", "/health/liveness", "", None);
    for _ in 0..IDLE {
        let mut connection = Connection::open(&bench.server.address).await?;
        connection.ask(&ask).await?;
        open.push(connection);
    }
    let grown = machine::memory(bench.server.process())?.saturating_sub(before);
    report.goal(
        "G17 KB a connection that does nothing",
        Bound::Most(20.0),
        grown as f64 / IDLE as f64 / 1_024.0,
    );
    Ok(())
}

/// Memory of a server that has just started.
pub fn memory_at_rest(bytes: u64, report: &mut Report) {
    report.goal("G18 MB when ready", Bound::Most(60.0), bytes as f64 / MIB);
}

/// Memory of a server that has worked for minutes.
pub fn memory_after_load(server: &Server, report: &mut Report) -> anyhow::Result<()> {
    let memory = machine::memory(server.process())? as f64 / MIB;
    report.goal("G18 MB after all loads", Bound::Most(128.0), memory);
    Ok(())
}

/// What a dialog takes on disk.
pub fn storage(data: &Data, report: &mut Report) {
    let (bytes, dialogs) = (data.bytes as f64, data.plan.dialogs as f64);
    let sample = 1_000.min(data.plan.dialogs);
    let bodies: usize = (0..sample)
        .map(|index| {
            let (outline, mut chance) = data.plan.outline(index);
            seed::body(&outline, &mut chance).len()
        })
        .sum();
    let (dialog, body) = (bytes / dialogs, bodies as f64 / sample as f64);
    report.goal(
        "G14 storage of a dialog ÷ its request body",
        Bound::Most(1.5),
        dialog / body,
    );
    report.note(format!(
        "A dialog takes {dialog:.0} bytes with indexes and words; its request body {body:.0}."
    ));
}

/// What creating writes to the log of the database.
pub async fn written(bench: &Bench<'_>, all: &[Case], report: &mut Report) -> anyhow::Result<()> {
    let Some((case, ())) = named(all, &[(); 64], "create, 2") else {
        return Ok(());
    };
    let position = "SELECT (pg_current_wal_lsn() - '0/0')::bigint";
    let before = bench.postgres.number(DATABASE, position).await?;
    case.load.one_by_one(0..1_000).await?;
    let bytes = bench.postgres.number(DATABASE, position).await? - before;
    report.note(format!(
        "Creating the larger dialog writes {} bytes of WAL.",
        bytes / 1_000
    ));
    Ok(())
}

/// Searches in a database that has grown.
pub async fn growth(
    bench: &Bench<'_>,
    all: &[Case],
    measured: &[Measured],
    report: &mut Report,
) -> anyhow::Result<()> {
    let base = &bench.data.plan;
    let names = ["search, 10 pairs", "search, 1,000 pairs"];
    let others = Plan {
        dialogs: 3 * base.dialogs,
        parties: 3 * base.parties,
        first_party: base.parties,
        seed: 2,
        ..base.clone()
    };
    let denser = Plan {
        dialogs: 3 * base.dialogs,
        seed: 3,
        ..base.clone()
    };
    for (goal, plan, most) in [
        ("G9 4 times the dialogs, those of others", others, 1.25),
        ("G10 4 times the dialogs of the same parties", denser, 2.2),
    ] {
        data::add(bench.postgres, DATABASE, &plan).await?;
        data::tidy(bench.postgres, DATABASE).await?;
        for name in names {
            if let Some((case, measured)) = named(all, measured, name) {
                case.load.one_by_one(0..case.warm).await?;
                let rate = bench.rate(&case.load, CONNECTIONS).await?;
                report.goal(
                    &format!("{goal}: {name}"),
                    Bound::Most(most),
                    median(&measured.http) / rate,
                );
            }
        }
    }
    Ok(())
}

/// From the start to the first answer, against the smallest thing that a client of the database can do.
pub async fn start(
    postgres: &Postgres,
    directory: &Path,
    url: &str,
    report: &mut Report,
) -> anyhow::Result<()> {
    let (mut starts, mut clients) = (Vec::new(), Vec::new());
    for _ in 0..5 {
        let server = Server::start(directory, url).await?;
        starts.push(machine::millis(server.start));
        server.stop()?;
        let begun = Instant::now();
        postgres.program("psql", &["-c", "SELECT 1"], DATABASE)?;
        clients.push(machine::millis(begun.elapsed()));
    }
    let (start, client) = (median(&starts), median(&clients));
    report.goal(
        "G19 start to ready ÷ psql -c 'select 1'",
        Bound::Most(10.0),
        start / client,
    );
    report.note(format!(
        "Start to ready: {start:.0} ms; psql: {client:.0} ms."
    ));
    Ok(())
}

/// Creating without waiting for the disk.
pub async fn asynchronous(
    run: &Run<'_>,
    data: &Data,
    url: &str,
    all: &[Case],
    scripts: &[Vec<Script>],
    report: &mut Report,
) -> anyhow::Result<()> {
    let Run {
        postgres,
        directory,
        time,
        rounds,
        ..
    } = *run;
    let set = format!("ALTER DATABASE {DATABASE} SET synchronous_commit = off");
    postgres.run("postgres", &[&set]).await?;
    let server = Server::start(directory, url).await?;
    let cases = Cases {
        address: &server.address,
        data,
    };
    let fresh = cases.all();
    let (Some((case, _)), Some((_, scripts))) = (
        named(&fresh, &fresh, "create, 2"),
        named(all, scripts, "create, 2"),
    ) else {
        return server.stop();
    };
    case.load.one_by_one(0..case.warm).await?;
    let bench = Bench {
        postgres,
        server: &server,
        data,
        time,
        rounds,
    };
    let mut measured = Measured::default();
    for _ in 0..rounds {
        bench.round(case, scripts, &mut measured).await?;
    }
    let ratio = measured.ratio().unwrap_or(f64::NAN);
    report.goal(
        "G2 R create (synchronous_commit off)",
        Bound::Least(0.35),
        ratio,
    );
    server.stop()?;
    let reset = format!("ALTER DATABASE {DATABASE} RESET synchronous_commit");
    postgres.run("postgres", &[&reset]).await
}

/// Statements that a transaction of several would need; requests should need none.
pub async fn transactions(postgres: &Postgres, report: &mut Report) -> anyhow::Result<()> {
    let calls = postgres
        .number(
            DATABASE,
            "SELECT coalesce(sum(calls), 0)::bigint FROM pg_stat_statements
              WHERE query ~* '^(BEGIN|COMMIT|ROLLBACK|SET|DISCARD)'
                AND dbid = (SELECT oid FROM pg_database WHERE datname = current_database())",
        )
        .await?;
    report.note(format!(
        "BEGIN, COMMIT, ROLLBACK, SET and DISCARD were executed {calls} times in all, by work that no request waits for."
    ));
    Ok(())
}
