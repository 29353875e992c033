//! The report: tables in Markdown.

use std::fmt::Write;

use dialogporten::clock::Clock;

use crate::{
    Captured,
    cases::Case,
    data::Size,
    machine,
    measure::{Measured, median, spread},
};

/// What is written in the end.
#[derive(Default)]
pub struct Report {
    goals: Vec<Goal>,
    cases: Vec<String>,
    of_goals: Vec<String>,
    notes: Vec<String>,
    /// Milliseconds of one `u`.
    pub unit: f64,
}

struct Goal {
    name: String,
    target: String,
    measured: String,
    is_reached: Option<bool>,
}

impl Report {
    /// A goal: at most or at least this.
    pub fn goal(&mut self, name: &str, bound: Bound, measured: f64) {
        let (target, is_reached) = match bound {
            Bound::Least(least) => (format!("≥ {least}"), measured >= least),
            Bound::Most(most) => (format!("≤ {most}"), measured <= most),
        };
        self.push(name, target, format!("{measured:.2}"), Some(is_reached));
    }

    /// A goal that is told in words.
    pub fn told(&mut self, name: &str, target: &str, measured: &str, is_reached: Option<bool>) {
        self.push(name, target.to_owned(), measured.to_owned(), is_reached);
    }

    fn push(&mut self, name: &str, target: String, measured: String, is_reached: Option<bool>) {
        let verdict = match is_reached {
            Some(true) => "",
            Some(false) => " (missed)",
            None => " (not judged)",
        };
        eprintln!("{name}: {measured}, goal {target}{verdict}");
        self.goals.push(Goal {
            name: name.to_owned(),
            target,
            measured,
            is_reached,
        });
    }

    /// A sentence below the tables.
    pub fn note(&mut self, note: String) {
        eprintln!("{note}");
        self.notes.push(note);
    }

    /// Something that may fail without spoiling all else.
    pub fn attempt(&mut self, what: &str, outcome: anyhow::Result<()>) {
        if let Err(error) = outcome {
            self.note(format!("Not measured: {what}: {error:#}"));
        }
    }

    /// A kind of request.
    pub fn case(&mut self, case: &Case, m: &Measured, captured: &Captured) {
        let statements = format!("{:.1}", captured.statements);
        let alone = captured
            .alone
            .map_or_else(String::new, |alone| format!("{alone:.0}"));
        let (server, database) = (median(&m.server), median(&m.database));
        let units = (server + database) / self.unit;
        let ratio = m.ratio().map_or_else(String::new, |ratio| {
            format!("{:.0} | {ratio:.2}", median(&m.sql))
        });
        let ratio = if ratio.is_empty() {
            " | ".to_owned()
        } else {
            ratio
        };
        let line = format!(
            "| {} | {:.0} ± {:.0} % | {:.2} + {:.2} | {alone} | {units:.1} | {statements} | {:.1} / {:.1} | {ratio} |",
            case.name,
            median(&m.http),
            spread(&m.http) / 2.0,
            server,
            database,
            median(&m.p50),
            median(&m.p99),
        );
        eprintln!("{line}");
        self.cases.push(line);
    }

    /// A kind of request, measured where its goal was.
    pub fn case_of_goals(&mut self, case: &Case, m: &Measured) {
        let (server, database) = (median(&m.server), median(&m.database));
        let units = (server + database) / self.unit;
        let goal = case.goal.unwrap_or(f64::INFINITY);
        let mark = if units > goal { "✗" } else { "✓" };
        let line = format!(
            "| {} | {:.0} ± {:.0} % | {server:.3} + {database:.3} | {units:.1} | {goal} | {mark} |",
            case.name,
            median(&m.http),
            spread(&m.http) / 2.0,
        );
        eprintln!("{line}");
        self.of_goals.push(line);
    }

    /// The whole text.
    pub fn text(&self, what: &str) -> String {
        let date = Clock::system().now().to_datetime().format("%Y-%m-%d");
        let build = if cfg!(debug_assertions) {
            " **This is a debug build: its numbers mean nothing.**"
        } else {
            ""
        };
        let mut text = format!(
            "# Benchmarks\n\nWritten by `cargo bench --bench goals`, {date}, on {}, with {what}. Server, database and \
             the client that asks share the machine. One `u` is one transaction of `pgbench -S -M prepared -c 8` on \
             all cores: {:.1} µs here.{build}\n\n",
            machine::description(),
            self.unit * 1_000.0
        );
        text.push_str("## Goals\n\n| Goal | Target | Measured | |\n|---|---|---|---|\n");
        for goal in &self.goals {
            let mark = match goal.is_reached {
                Some(true) => "✓",
                Some(false) => "✗",
                None => "",
            };
            // Writing to a text cannot fail.
            let _ = writeln!(
                text,
                "| {} | {} | {} | {mark} |",
                goal.name, goal.target, goal.measured
            );
        }
        let size = Size::OF_GOALS;
        let _ = write!(
            text,
            "\n## G21: processor time\n\nOn {} dialogs of {} parties, as many as the goals were measured on, without `pgbench` \
             in between.\n\n| Request | /s | CPU ms, server + database | u | goal | |\n|---|---|---|---|---|---|\n",
            size.dialogs, size.parties,
        );
        for case in &self.of_goals {
            let _ = writeln!(text, "{case}");
        }
        text.push_str(
            "\n## Requests\n\n8 connections; medians of all rounds, and half of the way from the least to the most. \
             Processor time is that of server and database, a request; alone is that of the database \
             where one session does nothing but execute the statement. SQL is the same statements, sent by \
             `pgbench -M prepared -c 8` without the server; R is what of its rate the server keeps.\n\n\
             | Request | /s | CPU ms | alone µs | u | statements | p50 / p99 ms | SQL /s | R |\n\
             |---|---|---|---|---|---|---|---|---|\n",
        );
        for case in &self.cases {
            let _ = writeln!(text, "{case}");
        }
        text.push('\n');
        for note in &self.notes {
            let _ = writeln!(text, "- {note}");
        }
        text
    }
}

/// A bound that a number is held to.
#[derive(Debug, Clone, Copy)]
pub enum Bound {
    /// At least.
    Least(f64),
    /// At most.
    Most(f64),
}
