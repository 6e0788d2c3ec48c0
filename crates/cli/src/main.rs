//! `binlogscope`: see inside MySQL and MariaDB binary logs.

use std::process::ExitCode;

use binlogscope::arguments::{Arguments, Command};
use binlogscope::{dump, export, record, serve, stats, verify};
use clap::Parser;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

#[expect(clippy::print_stderr, reason = "errors of a command line go to standard error")]
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve(options) => options.options().and_then(|options| {
            serve::serve_blocking(options).map(|()| ExitCode::SUCCESS).map_err(|error| error.to_string())
        }),
        Command::Dump(options) => dump::run(&options).map_err(|error| error.to_string()),
        Command::Export(options) => export::run(&options).map_err(|error| error.to_string()),
        Command::Record(options) => record::run(&options),
        Command::Stats(options) => stats::run(&options).map_err(|error| error.to_string()),
        Command::Verify(options) => verify::run(&options).map_err(|error| error.to_string()),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("binlogscope: {error}");
        ExitCode::from(UNREADABLE)
    })
}
