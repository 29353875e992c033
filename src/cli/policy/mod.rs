//! `dialogporten policy`: what the decision point says, and why.

pub mod evaluate;

use clap::{Args, Subcommand};

const EXAMPLES: &str = "\
Examples:
  dialogporten policy evaluate --policy policy.xml --request request.json
  dialogporten policy evaluate --cases cases.json";

/// Ask the decision point
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Arguments {
    #[command(subcommand)]
    question: Question,
}

#[derive(Debug, Subcommand)]
enum Question {
    /// What policies in files say to requests in files; needs no server and no database
    #[command(after_help = EXAMPLES)]
    Evaluate(evaluate::Args),
}

impl Arguments {
    pub(super) fn run(&self) -> anyhow::Result<()> {
        match &self.question {
            Question::Evaluate(args) => evaluate::run(args, &mut std::io::stdout().lock()),
        }
    }
}
