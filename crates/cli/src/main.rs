//! `binlogscope`: see inside MySQL and MariaDB binary logs.

use std::process::ExitCode;

use binlogscope::arguments::{Arguments, Command};
use binlogscope::serve::ServeOptions;
use binlogscope::{dump, serve, verify};
use clap::Parser;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

#[expect(clippy::print_stderr, reason = "errors of a command line go to standard error")]
fn main() -> ExitCode {
    let outcome = match Arguments::parse().command {
        Command::Serve { files, listen, token } => serve::serve_blocking(ServeOptions { files, listen, token })
            .map(|()| ExitCode::SUCCESS)
            .map_err(|error| error.to_string()),
        Command::Dump(options) => dump::run(&options).map_err(|error| error.to_string()),
        Command::Verify(options) => verify::run(&options).map_err(|error| error.to_string()),
    };
    outcome.unwrap_or_else(|error| {
        eprintln!("binlogscope: {error}");
        ExitCode::from(UNREADABLE)
    })
}
