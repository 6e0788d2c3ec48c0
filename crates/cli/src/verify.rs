//! `verify`: framing, checksums, every field, and what events say of each other.

use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use binlog_explorer::dump::{Totals, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::messages;
use binlog_explorer::verify::{Chain, Finding, Findings, Verifier};
use binlog_explorer::view::{Argument, Message};
use serde_json::{Map, Value, json};

use crate::arguments::VerifyOptions;
use crate::captured;
use crate::chain::{self, Member};
use crate::dump;
use crate::input::{self, InputError};

/// Runs `verify`; the worst status of all inputs counts.
pub fn run(options: &VerifyOptions) -> Result<ExitCode, InputError> {
    let given = input::keys(&options.keys)?;
    let mut worst = ExitCode::SUCCESS;
    let mut out = io::stdout().lock();
    let mut chain = Chain::new();
    let mut before: Option<PathBuf> = None;
    for Member { path, missing } in chain::members(&options.inputs)? {
        let path = path.as_path();
        if missing {
            dump::note(&Message::new("chain-missing").text("name", input::name(path)));
            worst = ExitCode::from(1);
            chain.break_off();
            continue;
        }
        if before.replace(path.to_owned()).is_some_and(|before| !chain::is_next(&before, path)) {
            chain.break_off();
        }
        let logs = match captured::logs(path)? {
            Some(logs) => logs,
            None => vec![(path.to_owned(), input::open(path)?)],
        };
        for (path, input) in &logs {
            // Of what was sent nobody knows what stood between.
            if logs.len() > 1 {
                chain.break_off();
            }
            let io = |error| InputError::Io(input::name(path), error);
            let mut beside = Keys::new();
            if given.is_empty()
                && let Some(used) = input::keys_beside(&mut beside, &options.keys, path, input)
            {
                dump::note(&used);
            }
            let keys = if given.is_empty() { &beside } else { &given };
            input.notes.iter().for_each(dump::note);
            let mut verifier = Verifier::new();
            if let Some(damage) = &input.damage {
                verifier.source_damaged(input.source.length(), damage.clone());
            }
            let walked = walk_with_keys(&*input.source, input.start, input.packet_header, keys, &mut verifier);
            let totals = walked.map_err(io)?;
            verifier.follow(&mut chain, &input::name(path));
            let findings = verifier.finish(&totals);
            let written = if options.json {
                write_json(&mut out, path, &totals, &findings)
            } else {
                write_text(&mut out, path, &totals, &findings)
            };
            match written {
                // Whoever reads has seen enough (`| head`).
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => return Ok(worst),
                other => other.map_err(io)?,
            }
            match dump::status(&totals, options.strict) {
                ExitCode::SUCCESS if findings.problems > 0 => worst = ExitCode::from(1),
                ExitCode::SUCCESS => {}
                status => worst = status,
            }
        }
    }
    Ok(worst)
}

fn verdict(totals: &Totals, findings: &Findings) -> &'static str {
    match (findings.problems, &totals.encrypted) {
        (0, None) => "ok",
        (0, Some(_)) => "encrypted",
        _ => "damaged",
    }
}

fn write_text(out: &mut impl Write, path: &Path, totals: &Totals, findings: &Findings) -> io::Result<()> {
    for Finding { severity, space, start, message } in &findings.listed {
        let space = if space == "0" { String::new() } else { format!(" of space {space}") };
        writeln!(out, "  {} at {start}{space}: {}", severity.text(), messages::english(message))?;
    }
    let more = findings.problems + findings.notes - findings.listed.len() as u64;
    if more > 0 {
        writeln!(out, "  and {more} more")?;
    }
    let (name, verdict) = (input::name(path), verdict(totals, findings));
    writeln!(out, "{name}: {verdict}, {} events, {} problems", totals.events, findings.problems)
}

/// One object a line; docs/verify.md is the contract.
fn write_json(out: &mut impl Write, path: &Path, totals: &Totals, findings: &Findings) -> io::Result<()> {
    let name = input::name(path);
    for Finding { severity, space, start, message } in &findings.listed {
        let arguments: Map<String, Value> =
            message.args.iter().map(|(name, value)| (name.clone(), argument(value))).collect();
        let line = json!({
            "record": "finding",
            "file": name,
            "severity": severity.text(),
            "space": space,
            "start": start,
            "code": message.id,
            "arguments": arguments,
            "text": messages::english(message),
        });
        writeln!(out, "{line}")?;
    }
    let line = json!({
        "record": "verdict",
        "schema": 1,
        "file": name,
        "verdict": verdict(totals, findings),
        "events": totals.events,
        "problems": findings.problems,
        "notes": findings.notes,
        "listed": findings.listed.len(),
    });
    writeln!(out, "{line}")
}

/// Numbers as strings, as 64 bits are everywhere in our JSON.
fn argument(argument: &Argument) -> Value {
    match argument {
        Argument::Text(text) => Value::String(text.clone()),
        Argument::Number(number) => Value::String(number.to_string()),
    }
}
