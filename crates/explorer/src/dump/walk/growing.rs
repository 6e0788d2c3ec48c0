//! A walk that keeps up with a source while it grows: a server's log as it is written.

use std::io;

use binlog_format::framer::Start;

use super::{Sink, State, Totals};
use crate::source::Source;

/// Walks a source until it is complete. Where it ends for now, `more` is called, and returns when it has grown or is
/// complete; before that the sink is told to [pause](Sink::pause). Holes are what was not asked for, and no damage.
///
/// Events are handed over as soon as all of their bytes are there; what is behind the last of them is not looked at
/// again, so that a source may forget what `more` finds it has given.
///
/// # Errors
///
/// The source's, the sink's, and those of `more`.
pub fn walk_growing<S: Sink>(
    source: &dyn Source, start: Start, sink: &mut S, more: &mut dyn FnMut() -> io::Result<()>,
) -> io::Result<Totals> {
    let mut state = State::new(source, sink);
    state.more = Some(more);
    let walked = state.spaces(start, 0, None);
    let ended = state.sink.end(walked.is_ok());
    walked.and(ended).map(|()| state.totals)
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::io::Write;
    use std::rc::Rc;

    use super::*;
    use crate::dump::{JsonDump, walk};
    use crate::source::{Growing, Memory};

    #[derive(Clone, Default)]
    struct Printed(Rc<RefCell<Vec<u8>>>);

    impl Write for Printed {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.borrow_mut().extend(bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// Where the events of the source itself end.
    fn ends(printed: &[u8]) -> Vec<u64> {
        let lines = printed.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
        let lines = lines.map(|line| serde_json::from_slice::<serde_json::Value>(line).expect("JSON"));
        let events = lines.filter(|line| line["record"] == "event" && line["space"] == "0");
        events.map(|line| line["end"].as_u64().expect("a number")).collect()
    }

    /// However the bytes come, the same is printed, and each event as soon as it is there.
    #[test]
    fn events_are_printed_when_they_are_whole() {
        let bytes = include_bytes!("../../../../../web/samples/mysql-9.7-compressed.binlog");
        let mut whole = Vec::new();
        walk(&Memory::new(bytes.as_slice()), Start::File, 0, &mut JsonDump::new(&mut whole)).expect("prints");
        let expected = ends(&whole);
        for step in [7, 50, 1000] {
            let source = Growing::new();
            let printed = Printed::default();
            let mut parts = bytes.chunks(step);
            let mut more = || {
                let there = expected.iter().filter(|end| **end <= source.length()).count();
                let lines = ends(&printed.0.borrow()).len();
                assert_eq!(lines, there, "{} bytes are there", source.length());
                match parts.next() {
                    Some(part) => source.append(part),
                    None => source.close(),
                }
                Ok(())
            };
            walk_growing(&source, Start::File, &mut JsonDump::new(printed.clone()), &mut more).expect("prints");
            let printed = String::from_utf8(printed.0.take()).expect("text");
            let whole = String::from_utf8_lossy(&whole);
            assert!(printed.lines().skip(1).eq(whole.lines().skip(1)), "{step} bytes at once");
            assert!(printed.lines().next().is_some_and(|line| line.contains(r#""size":null"#)));
        }
    }
}
