//! The command line: one file per command.
//!
//! Exit codes: 0 done, 1 it failed (and says why, and what to do), 2 the command line cannot be read. To add a
//! command: a file with its arguments and a `run`, a line in [`Command`], a line in [`run`].

mod costs;
mod database;
mod demonstration;
mod events;
mod health;
mod job;
mod local;
mod maintenance;
mod migrate;
mod openapi;
pub mod policy;
mod postgres;
mod progress;
mod reload;
mod seed;
mod serve;
mod token;

use std::{fmt::Display, io::Write, net::SocketAddr, path::PathBuf, process::ExitCode};

use clap::{Args, Parser, Subcommand};

use crate::config::{Config, Environment, Flags};

#[derive(Debug, Parser)]
#[command(
    name = "dialogporten",
    version,
    about = "Dialogporten: dialogs between public agencies and the people and companies they serve",
    after_help = "Without a command it serves. Without a configuration file and a database it keeps a database of \
                  its own in the data directory:\n\n  $ dialogporten"
)]
struct CommandLine {
    #[command(flatten)]
    settings: Settings,
    #[command(subcommand)]
    command: Option<Command>,
}

/// Settings that every command understands.
#[derive(Debug, Args)]
struct Settings {
    /// Read settings from this TOML file; the environment (`DIALOGPORTEN__SECTION__KEY`) wins over it
    #[arg(long, global = true, value_name = "FILE")]
    config: Option<PathBuf>,
    /// Keep the embedded database, generated keys and the platform directory here [default: .dialogporten]
    #[arg(long, global = true, value_name = "DIR")]
    data_dir: Option<PathBuf>,
    /// Use this database instead of an embedded one
    #[arg(long, global = true, value_name = "URL")]
    database_url: Option<String>,
    /// The address of the server [default: 127.0.0.1:7214]
    #[arg(long, global = true, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
}

#[derive(Debug, Subcommand)]
enum Command {
    Serve(serve::Arguments),
    Migrate(migrate::Arguments),
    Health(health::Arguments),
    Events(events::Arguments),
    Job(job::Arguments),
    Maintenance(maintenance::Arguments),
    Costs(costs::Arguments),
    Openapi(openapi::Arguments),
    Postgres(postgres::Arguments),
    Token(token::Arguments),
    Policy(policy::Arguments),
    Seed(seed::Arguments),
}

/// Reads the command line of this process and does what it says.
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    let command = line
        .command
        .unwrap_or(Command::Serve(serve::Arguments::default()));
    let environment = Environment::of_process();
    let invocation = Invocation {
        settings: line.settings,
        environment,
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
    {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error.into()),
    };
    let outcome = runtime.block_on(async {
        match command {
            Command::Serve(arguments) => arguments.run(&invocation).await,
            Command::Migrate(arguments) => arguments.run(&invocation).await,
            Command::Health(arguments) => arguments.run(&invocation).await,
            Command::Events(arguments) => arguments.run(&invocation).await,
            Command::Job(arguments) => arguments.run(&invocation).await,
            Command::Maintenance(arguments) => arguments.run(&invocation).await,
            Command::Costs(arguments) => arguments.run(&invocation).await,
            Command::Openapi(arguments) => arguments.run(&invocation),
            Command::Postgres(arguments) => arguments.run(&invocation).await,
            Command::Token(arguments) => arguments.run(&invocation),
            Command::Policy(arguments) => arguments.run(&invocation),
            Command::Seed(arguments) => arguments.run(&invocation).await,
        }
    });
    // Whatever still runs in the background has been given its time.
    runtime.shutdown_background();
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

/// How a command was called.
#[derive(Debug)]
struct Invocation {
    settings: Settings,
    environment: Environment,
}

impl Invocation {
    /// The settings in force. Sets the logs up, too.
    fn config(&self) -> anyhow::Result<Config> {
        let config = self.read_config()?;
        crate::telemetry::init(&config.log)?;
        Ok(config)
    }

    /// The settings as they are now.
    fn read_config(&self) -> anyhow::Result<Config> {
        let flags = Flags {
            data_dir: self.settings.data_dir.clone(),
            listen: self.settings.listen,
            database_url: self.settings.database_url.clone(),
        };
        let file = self.settings.config.as_deref();
        Ok(Config::load(file, &self.environment, &flags)?)
    }
}

/// Prints a line for whoever called; nobody may be reading any more.
fn say(line: impl Display) {
    let _ = writeln!(std::io::stdout(), "{line}");
}

fn failed(error: &anyhow::Error) -> ExitCode {
    let mut told = error.to_string();
    for cause in error.chain().skip(1) {
        let cause = cause.to_string();
        // Some errors quote their cause already.
        if !told.contains(&cause) {
            told = format!("{told}: {cause}");
        }
    }
    let _ = writeln!(std::io::stderr(), "error: {told}");
    ExitCode::FAILURE
}
