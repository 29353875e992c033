//! The server and its tools in one binary.

use std::process::ExitCode;

fn main() -> ExitCode {
    dialogporten::cli::run()
}
