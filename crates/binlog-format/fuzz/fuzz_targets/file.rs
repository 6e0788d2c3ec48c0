//! A whole file: every event with both traces, payloads opened, the document built on it.
#![no_main]

use std::io;

use binlog_explorer::document::Document;
use binlog_explorer::dump::{JsonDump, Sink, TreeDump, Walked, walk};
use binlog_explorer::outline::Outline;
use binlog_explorer::scan::start_of;
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::space::Space;
use binlog_explorer::space::holder::Holder;
use binlog_format::event::decode;
use binlog_format::framer::Span;
use binlog_format::plan::TablePlan;
use binlog_format::rows::RowsEvent;
use binlog_format::trace::FirstFault;
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, Format};
use binlog_format_fuzz::{assert_laws, control};
use libfuzzer_sys::fuzz_target;

/// The laws for each event, and that events and spans partition each space.
#[derive(Default)]
struct Check {
    /// Where the next item of each open space begins.
    at: Vec<(String, u64)>,
}

impl Check {
    fn item(&mut self, space: &str, start: u64, end: u64) {
        while self.at.last().is_some_and(|(open, _)| open != space) {
            self.at.pop();
        }
        let (_, at) = self.at.last_mut().expect("the space was announced");
        assert!(*at == start && start < end, "space {space}: {start}..{end} follows {at}");
        *at = end;
    }

    /// The one item of what a compressed part inflated to, which may be nothing at all.
    fn part(&mut self, space: &str, length: usize, span: &Span) {
        assert_eq!((span.start, span.end), (0, length as u64), "space {space}");
        if length > 0 {
            self.item(space, span.start, span.end);
        }
    }
}

impl Sink for Check {
    fn file(&mut self, _: Option<u64>, _: Option<&Format>) -> io::Result<()> {
        self.at = vec![("0".into(), 0)];
        Ok(())
    }
    fn span(&mut self, space: &str, span: &Span) -> io::Result<()> {
        self.item(space, span.start, span.end);
        Ok(())
    }
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.item(event.space, event.start, event.end);
        assert_laws(event.bytes, &event.context);
        let mut tree = FieldTree::new();
        let decoded = decode(event.bytes, &event.context, &mut tree);
        let soft = || tree.faults().map(|(_, error)| error).next();
        Ok(decoded.map_or_else(Some, |event| event.error()).or_else(soft))
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        self.at.push((space.name.clone(), 0));
        Ok(())
    }
    fn text(&mut self, space: &Space, span: &Span) -> io::Result<()> {
        self.part(&space.name, space.bytes.len(), span);
        Ok(())
    }
    fn row_images(
        &mut self, space: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        self.part(space.space(), rows.rows.len(), span);
        let mut faults = FirstFault::default();
        Ok(rows.observe(plan, &mut (), &mut faults).err().or(faults.0))
    }
}

fuzz_target!(|data: &[u8]| {
    let ([mode], bytes) = control::<1>(data);
    let bare = mode & 1 == 1;
    let source = Memory::new(bytes);
    let start = start_of(bytes, bare);
    let mut check = Check::default();
    let totals = walk(&source, start, 0, &mut check).expect("memory does not fail");
    let at = check.at.first().map_or(0, |(_, at)| *at);
    assert!(bytes.is_empty() || at == source.length(), "covered up to {at} of {}", source.length());

    let mut json = JsonDump::new(Vec::new());
    let again = walk(&source, start, 0, &mut json).expect("memory does not fail");
    assert_eq!((totals.events, totals.problems), (again.events, again.problems));
    for line in json.writer().split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
        std::str::from_utf8(line).expect("JSON is UTF-8");
    }
    let mut tree = TreeDump::new(io::sink());
    walk(&source, start, 0, &mut tree).expect("memory does not fail");

    if let Ok(mut document) = Document::new("input".into(), Box::new(source), bare, Vec::new()) {
        document.scan_all().expect("memory does not fail");
        let entries = document.entries();
        for number in (0..entries).step_by(1 + entries as usize / 9) {
            let located = document.locate_entry(number).expect("an item");
            assert_eq!(document.entry_at(located.entry.start), Some(number));
        }
    }
});
