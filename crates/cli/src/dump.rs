//! `dump`.

use std::io;
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
use crate::input::{self, Input, InputError};
use crate::zone::Zone;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

/// Runs `dump`; damage gives status 1.
pub fn run(options: &DumpOptions) -> Result<ExitCode, InputError> {
    let search = options.filter.as_deref().map(search).transpose()?;
    let mut keys = input::keys(&options.keys)?;
    let input = match &options.input {
        Some(path) if !options.paste => {
            let mut input = input::open(path)?;
            input.notes.extend(input::keys_beside(&mut keys, &options.keys, path, &input));
            input
        }
        _ => input::open_paste()?,
    };
    input.notes.iter().for_each(note);
    let out = Ahead::new(|| io::stdout().lock()).map_err(|error| InputError::Io("dump".into(), error))?;
    let reading = Reading { input: &input, keys: &keys, search };
    let totals = match options.format {
        DumpFormat::Json => reading.print(JsonDump::new(out)),
        DumpFormat::Tree => reading.print(TreeDump::new(out)),
        DumpFormat::Text => {
            let zone = options.time_zone.clone().unwrap_or_else(Zone::of_environment);
            reading.print(TextDump::new(out, zone))
        }
    };
    match totals {
        Ok(totals) => Ok(status(&totals, options.strict)),
        // Whoever reads has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(InputError::Io("dump".into(), error)),
    }
}

/// Reads a filter.
fn search(text: &str) -> Result<Search, InputError> {
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
