//! `dump`.

use std::io::{self, Write};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use binlog_explorer::document::{Document, Search};
use binlog_explorer::dump::{Filtered, JsonDump, Sink, TextDump, Totals, TreeDump, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::filter::Filter;
use binlog_explorer::messages;
use binlog_explorer::view::Message;
use binlog_format::framer::Start;

use crate::ahead::Ahead;
use crate::arguments::{DumpFormat, DumpOptions};
use crate::captured;
use crate::chain::{self, Member};
use crate::input::{self, Input, InputError};
use crate::live;
use crate::zone::Zone;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

/// Runs `dump`; damage gives status 1. Of several logs the worst status counts.
pub fn run(options: &DumpOptions) -> Result<ExitCode, InputError> {
    if let Some(url) = options.input.as_deref().filter(|_| !options.paste).and_then(input::server) {
        return live::dump(options, url);
    }
    if options.from.is_some() {
        return Err(InputError::Words(
            "--from is of live servers; of files, --filter has pos:, time: and gtid:".into(),
        ));
    }
    let search = options.filter.as_deref().map(search).transpose()?;
    let given = || input::keys(&options.keys);
    let Some(path) = options.input.as_ref().filter(|_| !options.paste) else {
        return Ok(print(options, &input::open_paste()?, &given()?, search.as_ref())?.0);
    };
    let members = chain::members(std::slice::from_ref(path))?;
    let several = members.len() > 1;
    let mut worst = ExitCode::SUCCESS;
    let mut before: Option<PathBuf> = None;
    for Member { path, missing } in members {
        if let Some(gap) = before.replace(path.clone()).and_then(|before| chain::gap(&before, &path)) {
            note(&gap);
        }
        if missing {
            note(&Message::new("chain-missing").text("name", input::name(&path)));
            worst = ExitCode::from(1);
            continue;
        }
        let logs = match captured::logs(&path)? {
            Some(logs) => logs,
            None => vec![(path.clone(), input::open(&path)?)],
        };
        let several = several || logs.len() > 1;
        for (path, mut input) in logs {
            let mut keys = given()?;
            input.notes.extend(input::keys_beside(&mut keys, &options.keys, &path, &input));
            if several {
                announce(options.format, &input::name(&path))?;
            }
            let (status, goes_on) = print(options, &input, &keys, search.as_ref())?;
            if status != ExitCode::SUCCESS && worst != ExitCode::from(UNREADABLE) {
                worst = status;
            }
            if !goes_on {
                return Ok(worst);
            }
        }
    }
    Ok(worst)
}

/// Of several logs, which one follows. Its offsets are its own.
pub fn announce(format: DumpFormat, name: &str) -> Result<(), InputError> {
    let mut out = io::stdout().lock();
    let written = match format {
        DumpFormat::Json => writeln!(out, "{}", serde_json::json!({ "record": "input", "name": name })),
        // As a comment of SQL.
        DumpFormat::Text => writeln!(out, "# {name}"),
        DumpFormat::Tree => writeln!(out, "{name}"),
    };
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(InputError::Io("dump".into(), error)),
        _ => Ok(()),
    }
}

/// Prints one log; its status, and whether somebody still reads.
fn print(
    options: &DumpOptions, input: &Input, keys: &Keys, search: Option<&Search>,
) -> Result<(ExitCode, bool), InputError> {
    input.notes.iter().for_each(note);
    let out = Ahead::new(|| io::stdout().lock()).map_err(|error| InputError::Io("dump".into(), error))?;
    let search = search.map(|search| Search::new(search.filter().clone()));
    let reading = Reading { input, keys, search };
    let totals = match options.format {
        DumpFormat::Json => reading.print(JsonDump::new(out)),
        DumpFormat::Tree => reading.print(TreeDump::new(out)),
        DumpFormat::Text => {
            let zone = options.time_zone.clone().unwrap_or_else(Zone::of_environment);
            reading.print(TextDump::new(out, zone))
        }
    };
    match totals {
        Ok(totals) => Ok((worse(status(&totals, options.strict), input.damage.as_ref()), true)),
        // Whoever reads has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok((ExitCode::SUCCESS, false)),
        Err(error) => Err(InputError::Io("dump".into(), error)),
    }
}

/// Reads a filter.
pub fn search(text: &str) -> Result<Search, InputError> {
    match Filter::parse(text) {
        Ok(filter) => Ok(Search::new(Arc::new(filter))),
        Err(error) => Err(InputError::Filter(text.into(), error)),
    }
}

/// What is printed.
struct Reading<'i> {
    input: &'i Input,
    keys: &'i Keys,
    search: Option<Search>,
}

impl Reading<'_> {
    fn print(self, mut sink: impl Sink) -> io::Result<Totals> {
        let Input { source, start, packet_header, .. } = self.input;
        let Some(search) = self.search else {
            return walk_with_keys(&**source, *start, *packet_header, self.keys, &mut sink);
        };
        // Whole transactions are looked at before their first event is shown: the file is read twice.
        let document = if search.filter().needs_totals() { Some(indexed(self.input, self.keys)?) } else { None };
        let mut filtered = Filtered::new(sink, search, document.as_ref());
        walk_with_keys(&**source, *start, *packet_header, self.keys, &mut filtered)
    }
}

/// The input with its index.
fn indexed(input: &Input, keys: &Keys) -> io::Result<Document> {
    let failed = |message: Message| io::Error::other(messages::english(&message));
    let bare_events = input.start == Start::Events;
    let source = Box::new(input.source.clone());
    let mut document = Document::new("input".into(), source, bare_events, Vec::new()).map_err(failed)?;
    if document.encryption().is_some() && !keys.is_empty() {
        // Without the right key it stays encrypted; the walk says so.
        let _ = document.unlock(keys);
    }
    document.scan_all().map_err(io::Error::other)?;
    Ok(document)
}

/// Prints a note to standard error.
#[expect(clippy::print_stderr, reason = "notes go beside the output")]
pub fn note(message: &Message) {
    eprintln!("binlogscope: {}", messages::english(message));
}

/// A wrapper that is damaged is damage of the input.
pub fn worse(status: ExitCode, damage: Option<&Message>) -> ExitCode {
    damage.inspect(|damage| note(damage));
    if damage.is_some() && status == ExitCode::SUCCESS { ExitCode::from(1) } else { status }
}

/// 2 for keys that do not open an encrypted log, 1 for damage; an incomplete end of a file in use
/// is a note, and so is a log that stays encrypted because no key was given.
pub fn status(totals: &Totals, strict: bool) -> ExitCode {
    if let Some(error) =
        totals.incomplete.and_then(|span| span.error.map(|error| messages::of_error(&error, span.start)))
    {
        note(&error);
    }
    if let Some(encrypted) = &totals.encrypted {
        note(encrypted);
    }
    if let Some(why) = &totals.unopened {
        note(why);
        return ExitCode::from(UNREADABLE);
    }
    if totals.problems > 0 || strict && totals.incomplete.is_some() { ExitCode::from(1) } else { ExitCode::SUCCESS }
}
