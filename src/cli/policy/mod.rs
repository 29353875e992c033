//! `dialogporten policy`: what the decision point says, and why.

pub mod evaluate;
pub mod explain;

use clap::{Args, Subcommand};

use super::Invocation;

const EXAMPLES: &str = "\
Examples:
  dialogporten policy explain --resource ttd-demo-service --action sign --party 310923044 --pid 08844397713
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
    Explain(explain::Args),
}

impl Arguments {
    pub(super) fn run(&self, invocation: &Invocation) -> anyhow::Result<()> {
        let mut out = std::io::stdout().lock();
        match &self.question {
            Question::Evaluate(args) => evaluate::run(args, &mut out),
            Question::Explain(args) => {
                let directory = invocation.config()?.platform_directory();
                explain::run(args, &directory, &mut out)
            }
        }
    }
}
