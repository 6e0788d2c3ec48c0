//! `cargo xtask …`: everything that is done to this repository, from an empty machine on.
//!
//! A command is a list of [`step::Step`]s. Each says what it is for, does nothing when its work
//! is done already, prints one line, and fails with a sentence that helps.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool: its lines are its purpose")]

mod bench;
mod browser;
mod fuzz;
mod page;
mod parts;
mod program;
mod report;
mod serve;
mod setup;
mod step;
mod test;
mod workshop;

use std::process::ExitCode;

use step::Failure;
use workshop::Workshop;

const USAGE: &str = "\
usage: cargo xtask <command>

  serve [FILE…] [--listen 127.0.0.1:8321]   build all, serve the page and the files, open a browser
  build                                     build the page, then target/release/binlogscope with it inside
  test [--full]                             check and test everything; --full adds the long runs
  bench [decode|browser|live]               measure, as a table and as JSON in target/bench/
  fixtures                                  make the sample binlogs again with real servers
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("--help", arguments.as_slice()),
    };
    let ended = Workshop::find().and_then(|workshop| match (command, rest) {
        ("serve", rest) => serve::serve(&workshop, rest),
        ("build", []) => build(&workshop),
        ("test", []) => test::test(&workshop, test::Tier::Usual),
        ("test", [full]) if full == "--full" => test::test(&workshop, test::Tier::Full),
        ("bench", []) => {
            bench::decode(&workshop).and_then(|()| bench::live(&workshop)).and_then(|()| bench::browser(&workshop))
        }
        ("bench", [what]) if what == "decode" => bench::decode(&workshop),
        ("bench", [what]) if what == "browser" => bench::browser(&workshop),
        ("bench", [what]) if what == "live" => bench::live(&workshop),
        ("fixtures", []) => fixtures(&workshop),
        ("--help" | "-h" | "help", _) => {
            print!("{USAGE}");
            Ok(())
        }
        _ => Err(Failure::new(format!("cargo xtask {} is no command.\n\n{USAGE}", arguments.join(" ")))),
    });
    match ended {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n{failure}");
            ExitCode::FAILURE
        }
    }
}

fn build(workshop: &Workshop) -> Result<(), Failure> {
    step::take_all(workshop, &page::steps())?;
    println!("\n{}", workshop.binary().display());
    Ok(())
}

fn fixtures(workshop: &Workshop) -> Result<(), Failure> {
    let make = workshop.root.join("web/samples/make");
    if !make.exists() {
        return Err(Failure::new("web/samples/make is not there, so there is nothing that makes samples."));
    }
    program::Program::new(make).shown().run(workshop)
}
