//! `export`: what is chosen of logs, in a file of its own.

mod bundle;

use std::fs::{self, File};
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::rc::Rc;

use binlog_explorer::cut::{Cut, CutOf, Report};
use binlog_explorer::document::{Document, Search};
use binlog_explorer::dump::{Filtered, Totals, walk};
use binlog_explorer::encryption::{Encryption, Keys};
use binlog_explorer::messages;
use binlog_explorer::source::Source;
use binlog_explorer::view::Message;
use binlog_format::framer::Start;
use tempfile::NamedTempFile;

use crate::arguments::{ExportFormat, ExportOptions};
use crate::captured;
use crate::chain::{self, Member};
use crate::dump::{note, search, status, worse};
use crate::input::{self, Input, InputError};
use crate::masking::mask_log;
use crate::spool::Spool;

/// Runs `export`; damage gives status 1. Of several logs the worst status counts.
pub fn run(options: &ExportOptions) -> Result<ExitCode, InputError> {
    let search = options.filter.as_deref().map(search).transpose()?;
    let members = chain::members(&options.inputs)?;
    if options.format == ExportFormat::Bundle {
        return bundle::run(options, &members);
    }
    if options.link.is_some() {
        return Err(InputError::Words("--link is of --format bundle".into()));
    }
    let rules = options.masking.rules()?;
    let mut output = Output::open(options.output.as_deref(), &members)?;
    let Some(rules) = rules else {
        let (status, output) = cut(options, &members, search.as_ref(), (output.name(), output))?;
        return keep(output).map(|()| status);
    };
    let (status, log) = cut(options, &members, search.as_ref(), (output.name(), Spool::default()))?;
    mask_log(&rules, log, &mut output)?;
    keep(output).map(|()| status)
}

/// The output is whole.
fn keep(output: Output) -> Result<(), InputError> {
    let name = output.name();
    output.keep().map_err(|error| InputError::Io(name, error))
}

/// Where it goes.
enum Output {
    Standard,
    /// A file that takes its place when it is whole.
    New(NamedTempFile, PathBuf),
    /// What cannot be put in place at once, such as a pipe.
    There(File, PathBuf),
}

impl Output {
    /// Nothing is changed before the first byte is written, and nothing ever that is read.
    fn open(path: Option<&Path>, members: &[Member]) -> Result<Self, InputError> {
        let Some(path) = path.filter(|path| *path != Path::new("-")) else {
            return if io::stdout().is_terminal() {
                Err(InputError::Words("a file of bytes is nothing for a terminal: -o FILE says where it goes".into()))
            } else {
                Ok(Self::Standard)
            };
        };
        let failed = |error| InputError::Io(path.display().to_string(), error);
        if let Some(member) = members.iter().find(|member| is_same_file(&member.path, path)) {
            let words = format!("{} is read: it is not overwritten", member.path.display());
            return Err(InputError::Words(words));
        }
        match fs::metadata(path) {
            Ok(there) if !there.is_file() => {
                return File::options()
                    .write(true)
                    .open(path)
                    .map(|file| Self::There(file, path.into()))
                    .map_err(failed);
            }
            _ => {}
        }
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        NamedTempFile::new_in(folder).map(|file| Self::New(file, path.into())).map_err(failed)
    }

    fn name(&self) -> String {
        match self {
            Self::Standard => "standard output".into(),
            Self::New(_, path) | Self::There(_, path) => path.display().to_string(),
        }
    }

    /// It is whole.
    fn keep(self) -> io::Result<()> {
        let Self::New(file, path) = self else { return Ok(()) };
        let readable = fs::metadata(&path).map(|there| there.permissions());
        let kept = file.persist(&path).map_err(|error| error.error)?;
        // A temporary file is its owner's alone; what was asked for is as any new file, or as the one before it.
        match readable {
            Ok(permissions) => kept.set_permissions(permissions),
            Err(_) => as_new_file(&kept),
        }
    }
}

#[cfg(unix)]
fn as_new_file(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    // A probe tells what the process gives to new files.
    let probe = tempfile::Builder::new().permissions(fs::Permissions::from_mode(0o666)).tempfile()?;
    file.set_permissions(probe.as_file().metadata()?.permissions())
}

#[cfg(not(unix))]
fn as_new_file(_: &File) -> io::Result<()> {
    Ok(())
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Standard => io::stdout().lock().write(bytes),
            Self::New(file, _) => file.write(bytes),
            Self::There(file, _) => file.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Standard => io::stdout().lock().flush(),
            Self::New(file, _) => file.flush(),
            Self::There(file, _) => file.flush(),
        }
    }
}

/// Whether two names are those of one file, by whatever way.
fn is_same_file(one: &Path, other: &Path) -> bool {
    let (Ok(first), Ok(second)) = (fs::metadata(one), fs::metadata(other)) else { return false };
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        (first.dev(), first.ino()) == (second.dev(), second.ino())
    }
    #[cfg(not(unix))]
    {
        let _ = (first, second);
        matches!((one.canonicalize(), other.canonicalize()), (Ok(one), Ok(other)) if one == other)
    }
}

/// The logs to be read, in order, with their keys; and whether one is missing.
fn inputs(options: &ExportOptions, members: &[Member]) -> Result<(Vec<(Input, Keys)>, bool), InputError> {
    let (mut inputs, mut missed) = (Vec::new(), false);
    for Member { path, missing } in members {
        if *missing {
            note(&Message::new("chain-missing").text("name", input::name(path)));
            missed = true;
            continue;
        }
        let logs = match captured::logs(path)? {
            Some(logs) => logs,
            None => vec![(path.clone(), input::open(path)?)],
        };
        for (path, mut input) in logs {
            let mut keys = input::keys(&options.keys)?;
            input.notes.extend(input::keys_beside(&mut keys, &options.keys, &path, &input));
            inputs.push((input, keys));
        }
    }
    Ok((inputs, missed))
}

/// The clear bytes of a log, and how it begins.
fn clear(input: &Input, keys: &Keys) -> Result<(Rc<dyn Source>, Start), InputError> {
    let Some(encryption) = Encryption::of(&*input.source).filter(|_| input.start == Start::File) else {
        return Ok((input.source.clone(), input.start));
    };
    let refused = |message: Message| InputError::Words(messages::english(&message));
    if keys.is_empty() {
        return Err(refused(encryption.note()));
    }
    let clear = encryption.open(input.source.clone(), keys).map_err(refused)?;
    Ok((Rc::new(clear), Start::Decrypted))
}

/// `--format binlog`.
fn cut<W: Write>(
    options: &ExportOptions, members: &[Member], search: Option<&Search>, (name, output): (String, W),
) -> Result<(ExitCode, W), InputError> {
    let (inputs, missed) = inputs(options, members)?;
    let failed = |error| InputError::Io(name.clone(), error);
    let mut cut = Cut::new(output);
    let mut worst = if missed { ExitCode::from(1) } else { ExitCode::SUCCESS };
    for (at, (input, keys)) in inputs.iter().enumerate() {
        input.notes.iter().for_each(note);
        let (source, start) = clear(input, keys)?;
        let last = at + 1 == inputs.len();
        match one(&source, (start, input.packet_header), cut.of(&*source, last), search) {
            Ok(totals) => {
                let status = worse(status(&totals, options.strict), input.damage.as_ref());
                if status != ExitCode::SUCCESS {
                    worst = status;
                }
            }
            Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                return Ok((ExitCode::SUCCESS, cut.into_writer()));
            }
            Err(error) => return Err(failed(error)),
        }
    }
    if let Some(refused) = cut.refused() {
        return Err(InputError::Words(messages::english(&refused)));
    }
    let report = cut.finish().map_err(failed)?;
    tell(&report);
    Ok((worst, cut.into_writer()))
}

/// The events of one log.
fn one<W: Write>(
    source: &Rc<dyn Source>, (start, before): (Start, u64), mut sink: CutOf<'_, W>, search: Option<&Search>,
) -> io::Result<Totals> {
    let Some(search) = search else { return walk(&**source, start, before, &mut sink) };
    let search = Search::new(search.filter().clone());
    // Whole transactions are looked at before their first event is shown: the file is read twice.
    let document = if search.filter().needs_totals() { Some(indexed(source, start)?) } else { None };
    walk(&**source, start, before, &mut Filtered::new(sink, search, document.as_ref()))
}

/// A log with its index.
fn indexed(source: &Rc<dyn Source>, start: Start) -> io::Result<Document> {
    let failed = |message: Message| io::Error::other(messages::english(&message));
    let mut document =
        Document::new("input".into(), Box::new(source.clone()), start == Start::Events, Vec::new()).map_err(failed)?;
    document.scan_all().map_err(io::Error::other)?;
    Ok(document)
}

/// What was changed, beside positions and checksums of what moved.
fn tell(report: &Report) {
    if report.mended > 0 {
        note(&Message::new("cut-mended").number("count", report.mended));
    }
    if report.ended > 0 {
        note(&Message::new("cut-ended").number("count", report.ended));
    }
    if report.damaged > 0 {
        note(&Message::new("cut-damaged").number("count", report.damaged));
    }
}
