//! The report: what was compared, and how both fared.

use std::fmt::Write;

use dialogporten::clock::Clock;

use super::{medians, ours::Asked};
use crate::{Run, capture::Script, data::Size, machine, measure::spread};

/// A kind of request, in both layouts.
pub struct Comparison<'a> {
    /// What is asked.
    pub name: &'static str,
    /// How many times as fast ours shall be.
    pub goal: Option<f64>,
    /// Statements for the normalised layout.
    pub normalised: Vec<Script>,
    /// Statements of the server.
    pub ours: &'a [Script],
    /// Transactions a second of each round: the normalised layout, ours.
    pub rates: [Vec<f64>; 2],
}

impl<'a> Comparison<'a> {
    /// With a goal.
    pub fn new(name: &'static str, goal: f64, normalised: Vec<Script>, asked: &'a Asked) -> Self {
        Self {
            goal: Some(goal),
            ..Self::not_judged(name, normalised, asked)
        }
    }

    /// Without one.
    pub fn not_judged(name: &'static str, normalised: Vec<Script>, asked: &'a Asked) -> Self {
        Self {
            name,
            goal: None,
            normalised,
            ours: &asked.scripts,
            rates: [Vec::new(), Vec::new()],
        }
    }
}

/// What creating takes in the normalised layout.
#[derive(Default)]
pub struct Facts {
    /// Rows.
    pub rows: usize,
    /// Tables that they are in.
    pub tables: usize,
}

/// What is written in the end.
#[derive(Default)]
pub struct Report {
    rates: Vec<String>,
    sizes: Vec<String>,
    /// For the text.
    pub facts: Facts,
}

impl Report {
    /// Rates of all requests.
    pub fn rates(&mut self, comparisons: &[Comparison<'_>]) {
        for comparison in comparisons {
            let [normalised, ours] = medians(&comparison.rates);
            let ratio = ours / normalised;
            let goal = comparison.goal.map_or_else(
                || " | ".to_owned(),
                |goal| format!("≥ {goal} | {}", mark(ratio >= goal)),
            );
            let line = format!(
                "| {}, /s | {normalised:.0} ± {:.0} % | {ours:.0} ± {:.0} % | {ratio:.2} | {goal} |",
                comparison.name,
                spread(&comparison.rates[0]) / 2.0,
                spread(&comparison.rates[1]) / 2.0,
            );
            eprintln!("{line}");
            self.rates.push(line);
        }
    }

    /// A size of which ours shall be no more than a share of the other.
    pub fn at_most(&mut self, name: &str, goal: f64, sizes: [f64; 2]) {
        let [normalised, ours] = sizes;
        let verdict = format!("≤ {goal:.2} | {}", mark(ours / normalised <= goal));
        self.size(name, sizes, &verdict);
    }

    /// A size without a goal.
    pub fn not_judged(&mut self, name: &str, sizes: [f64; 2]) {
        self.size(name, sizes, " | ");
    }

    fn size(&mut self, name: &str, [normalised, ours]: [f64; 2], verdict: &str) {
        let ratio = ours / normalised;
        let line = format!("| {name} | {normalised:.0} | {ours:.0} | {ratio:.2} | {verdict} |");
        eprintln!("{line}");
        self.sizes.push(line);
    }

    /// The whole text.
    pub fn text(&self, size: Size, run: &Run<'_>) -> String {
        let date = Clock::system().now().to_datetime().format("%Y-%m-%d");
        let mut text = format!(
            "# Two layouts compared\n\nWritten by `cargo bench --bench goals -- --layouts`, {date}, on {}, with {} dialogs \
             of {} parties, {} rounds of {} s.\n\n",
            machine::description(),
            size.dialogs,
            size.parties,
            run.rounds,
            run.time.as_secs(),
        );
        text.push_str(
            "Our tables and statements against a normalised layout, as the existing system is described to have. The same \
             dialogs stand in both, side by side in one database; the same requests are asked of both in turn by \
             `pgbench -M prepared -c 8`, medians of all rounds, and half of the way from the least to the most. No server \
             is between: this compares layouts, not programs. A ratio is ours by the other.\n\n\
             | | normalised | ours | ratio | goal | |\n|---|---|---|---|---|---|\n",
        );
        for line in self.rates.iter().chain(&self.sizes) {
            // Writing to a text cannot fail.
            let _ = writeln!(text, "{line}");
        }
        text.push_str(
            &NOTES
                .replace("{rows}", &self.facts.rows.to_string())
                .replace("{tables}", &self.facts.tables.to_string()),
        );
        text
    }
}

fn mark(is_reached: bool) -> &'static str {
    if is_reached { "✓" } else { "✗" }
}

/// What the figures are of.
const NOTES: &str = include_str!("notes.md");
