//! `verify`: framing, checksums, every field, and what events say of each other.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use binlog_explorer::dump::{Totals, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::messages;
use binlog_explorer::verify::{Finding, Findings, Verifier};
use binlog_explorer::view::Argument;
use serde_json::{Map, Value, json};

use crate::arguments::VerifyOptions;
use crate::dump;
use crate::input::{self, InputError};

/// Runs `verify`; the worst status of all inputs counts.
pub fn run(options: &VerifyOptions) -> Result<ExitCode, InputError> {
    let given = input::keys(&options.keys)?;
    let mut worst = ExitCode::SUCCESS;
    let mut out = io::stdout().lock();
    for path in &options.inputs {
        let input = input::open(path)?;
        let io = |error| InputError::Io(path.display().to_string(), error);
        let mut beside = Keys::new();
        if given.is_empty()
            && let Some(used) = input::keys_beside(&mut beside, &options.keys, path, &input)
        {
            dump::note(&used);
        }
        let keys = if given.is_empty() { &beside } else { &given };
        let mut verifier = Verifier::new();
        let walked = walk_with_keys(&*input.source, input.start, input.packet_header, keys, &mut verifier);
        let totals = walked.map_err(io)?;
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
    let (name, verdict) = (path.display(), verdict(totals, findings));
    writeln!(out, "{name}: {verdict}, {} events, {} problems", totals.events, findings.problems)
}

/// One object a line; docs/verify.md is the contract.
fn write_json(out: &mut impl Write, path: &Path, totals: &Totals, findings: &Findings) -> io::Result<()> {
    let name = path.display().to_string();
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
