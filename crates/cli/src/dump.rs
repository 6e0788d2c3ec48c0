//! `dump`.

use std::io::{self, BufWriter, Write};
use std::process::ExitCode;

use binlog_explorer::dump::{JsonDump, Sink, TextDump, Totals, TreeDump, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::messages;
use binlog_explorer::view::Message;

use crate::ahead::Ahead;
use crate::arguments::{DumpFormat, DumpOptions};
use crate::input::{self, Input, InputError};
use crate::zone::Zone;

/// Wrong usage or unreadable input.
const UNREADABLE: u8 = 2;

/// Bytes written at once.
const BUFFER: usize = 1 << 18;

/// Runs `dump`; damage gives status 1.
pub fn run(options: &DumpOptions) -> Result<ExitCode, InputError> {
    let mut keys = input::keys(&options.keys)?;
    let input = match &options.input {
        Some(path) if !options.paste => {
            let mut input = input::open(path)?;
            input.notes.extend(input::keys_beside(&mut keys, path, &input));
            input
        }
        _ => input::open_paste()?,
    };
    input.notes.iter().for_each(note);
    let out = Ahead::new(|| io::stdout().lock()).map_err(|error| InputError::Io("dump".into(), error))?;
    let totals = match options.format {
        DumpFormat::Json => print(&input, &keys, JsonDump::new(BufWriter::with_capacity(BUFFER, out))),
        DumpFormat::Tree => print(&input, &keys, TreeDump::new(BufWriter::with_capacity(BUFFER, out))),
        DumpFormat::Text => {
            let zone = options.time_zone.clone().unwrap_or_else(Zone::of_environment);
            print(&input, &keys, TextDump::new(out, zone))
        }
    };
    match totals {
        Ok(totals) => Ok(status(&totals, options.strict)),
        // Whoever reads has seen enough (`| head`).
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(ExitCode::SUCCESS),
        Err(error) => Err(InputError::Io("dump".into(), error)),
    }
}

fn print<S: Sink + Finish>(input: &Input, keys: &Keys, mut sink: S) -> io::Result<Totals> {
    let totals = walk_with_keys(&*input.source, input.start, input.packet_header, keys, &mut sink)?;
    sink.finish()?;
    Ok(totals)
}

/// Sinks that write through a buffer.
trait Finish {
    fn finish(&mut self) -> io::Result<()>;
}

impl<W: Write> Finish for JsonDump<W> {
    fn finish(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
}

impl<W: Write> Finish for TextDump<W> {
    fn finish(&mut self) -> io::Result<()> {
        TextDump::finish(self)
    }
}

impl<W: Write> Finish for TreeDump<W> {
    fn finish(&mut self) -> io::Result<()> {
        self.writer().flush()
    }
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
