//! `--format bundle`: a part of a log to be shared, as a file or as a link.

use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use binlog_explorer::bundle::Bundle;
use binlog_explorer::choice::Choice;
use binlog_explorer::document::Document;
use binlog_explorer::view::Message;
use binlog_format::framer::Start;

use super::{Output, inputs};
use crate::arguments::ExportOptions;
use crate::chain::Member;
use crate::dump::{note, worse};
use crate::input::{self, InputError};

/// Writes what is chosen of one log; prints the link to it, where one is asked for.
pub fn run(options: &ExportOptions, members: &[Member]) -> Result<ExitCode, InputError> {
    let rules = options.masking.rules()?;
    let (read, missed) = inputs(options, members)?;
    let ([(input, keys)], [Member { path, .. }]) = (&read[..], members) else {
        return Err(InputError::Words("a bundle is of one log: its offsets are those of one file".into()));
    };
    let refused = |message: Message| InputError::Refused(input::name(path), message);
    // Where it lies is nobody's business.
    let name = path.file_name().map_or_else(|| input::name(path), |name| name.to_string_lossy().into_owned());
    let name = if path == Path::new("-") { "log".to_owned() } else { name };
    input.notes.iter().for_each(note);
    let bare = input.start == Start::Events;
    let mut document = Document::new(name, Box::new(input.source.clone()), bare, Vec::new()).map_err(refused)?;
    if let Some(encryption) = document.encryption() {
        let locked = encryption.note();
        if keys.is_empty() {
            return Err(refused(locked));
        }
        document.unlock(keys).map_err(refused)?;
    }
    document.scan_all().map_err(|error| InputError::Io(input::name(path), io::Error::other(error)))?;
    let choice = match &options.filter {
        Some(filter) => {
            document.set_filter(Some(filter)).map_err(|error| InputError::Filter(filter.clone(), error))?;
            Choice::Filter
        }
        None => Choice::Whole,
    };
    let chosen = document.choose(&choice).map_err(refused)?;
    let mut bundle = Bundle::of(&document, &chosen).map_err(refused)?;
    if let Some(rules) = &rules {
        bundle.mask(rules).map_err(refused)?;
    }
    bundle.remarks().iter().for_each(note);
    let written = match &options.link {
        Some(base) => link(base, &bundle).and_then(|()| match &options.output {
            Some(_) => file(options, members, &bundle),
            None => Ok(()),
        }),
        None => file(options, members, &bundle),
    };
    written?;
    let status = if missed { ExitCode::from(1) } else { ExitCode::SUCCESS };
    Ok(worse(status, input.damage.as_ref()))
}

fn file(options: &ExportOptions, members: &[Member], bundle: &Bundle) -> Result<(), InputError> {
    let mut output = Output::open(options.output.as_deref(), members)?;
    let name = output.name();
    let failed = |error| InputError::Io(name.clone(), error);
    output.write_all(&bundle.to_bytes()).and_then(|()| output.flush()).map_err(failed)?;
    output.keep().map_err(failed)
}

/// Prints the link, and says on standard error how long it is.
fn link(base: &str, bundle: &Bundle) -> Result<(), InputError> {
    let link = format!("{}#s={}", base.split('#').next().unwrap_or_default(), bundle.to_fragment());
    note(&Message::new("share-link-length").number("count", link.len() as u64));
    match writeln!(io::stdout().lock(), "{link}") {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(InputError::Io("export".into(), error)),
        _ => Ok(()),
    }
}
