//! Captures of a network: the binary logs that were sent in them.

use std::path::{Path, PathBuf};
use std::rc::Rc;

use binlog_explorer::capture::Capture;
use binlog_explorer::source::{Bounded, File, Source};
use binlog_explorer::view::Message;
use binlog_explorer::wrapper::is_capture;
use binlog_format::framer::Start;

use crate::dump::note;
use crate::input::{self, Input, InputError};

/// The logs in a capture, each with a path that tells it from others: that of the capture and the server's name for it.
/// `None` for what is no capture. What is worth saying of the capture is printed.
///
/// # Errors
///
/// It cannot be read, or carries no log.
pub fn logs(path: &Path) -> Result<Option<Vec<(PathBuf, Input)>>, InputError> {
    if !path.is_file() {
        return Ok(None);
    }
    let file = File::open(path).map_err(|error| InputError::Io(input::name(path), error))?;
    if !is_capture(&file) {
        return Ok(None);
    }
    let Some(capture) = Capture::read(Rc::new(Bounded::now(file))) else { return Ok(None) };
    capture.notes().iter().for_each(note);
    let mut logs = Vec::new();
    for found in capture.conversations() {
        let view = found.view();
        if found.logs.is_empty() {
            continue;
        }
        view.notes.iter().for_each(note);
        for log in &found.logs {
            let said = Message::new("capture-log")
                .text("name", log.name())
                .text("client", view.client.clone())
                .text("server", view.server.clone())
                .number("events", log.events());
            let source: Rc<dyn Source> = log.clone();
            let input = Input { source, start: Start::File, packet_header: 0, notes: vec![said], damage: None };
            logs.push((path.join(log.name()), input));
        }
    }
    if logs.is_empty() {
        return Err(InputError::Refused(input::name(path), Message::new("capture-no-log")));
    }
    Ok(Some(logs))
}
