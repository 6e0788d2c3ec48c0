//! The two laws, for every event of every file: the leaves of an event partition its bytes, and
//! decoding with and without an observer gives the same.

mod built;
mod corpus;
mod cut;
mod observed;

use std::collections::{BTreeMap, BTreeSet};
use std::io;

use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::space::Space;
use binlog_explorer::space::holder::Holder;
use binlog_format::column::ColumnKind;
use binlog_format::event::decode;
use binlog_format::framer::{Span, Start};
use binlog_format::names::code::WRITE_ROWS_COMPRESSED_V1;
use binlog_format::names::event_type_or_unknown;
use binlog_format::plan::TablePlan;
use binlog_format::rows::{Operation, RowsEvent, RowsHead};
use binlog_format::tree::FieldTree;
use binlog_format::{DecodeError, field};

use crate::observed::{assert_agreement, assert_coverage, assert_images_agree};

#[derive(Default)]
struct Laws {
    /// The bytes are damaged: known types may have bytes left over, and spaces faults.
    damaged: bool,
    file: String,
    events: u64,
    cells: u64,
    leaves: u64,
    /// Compressed events whose row images were read.
    inflated_rows: u64,
    unexplained: BTreeMap<&'static str, u64>,
}

impl Laws {
    /// `kind` is the type of the event that the bytes belong to.
    fn coverage(&mut self, at: (&str, u64), kind: u8, bytes: &[u8], tree: &FieldTree<'_>, decoded_well: bool) {
        let (file, name) = (&self.file, event_type_or_unknown(kind));
        let place = || format!("{file} {name} at {}/{}", at.0, at.1);
        let unnamed = binlog_format::names::event_type(kind).is_none() || kind == 0;
        let allowed = self.damaged || unnamed || !decoded_well;
        let (mut leaves, mut unexplained) = (0, 0);
        assert_coverage(bytes, tree, &place, &mut |node| {
            leaves += 1;
            if node.slot.field == field::UNKNOWN {
                assert!(allowed, "{}: unknown bytes: {node:?}", place());
                unexplained += u64::from(node.end - node.start);
            }
        });
        self.leaves += leaves;
        if unexplained > 0 {
            *self.unexplained.entry(name).or_default() += unexplained;
        }
    }
}

impl Sink for Laws {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        self.events += 1;
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        let decoded = decode(event.bytes, &event.context, &mut tree).expect("a frame has a header");
        let error = decoded.error();
        let place = || format!("{} at {}/{}", self.file, event.space, event.start);
        let (well, cells) = assert_agreement(event.bytes, &event.context, &place);
        self.cells += cells;
        self.coverage((event.space, event.start), event.kind, event.bytes, &tree, well);
        Ok(error)
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        assert!(self.damaged || space.error.is_none(), "{}: {} {:?}", self.file, space.name, space.error);
        Ok(())
    }
    fn row_images(
        &mut self, holder: Holder<'_>, span: &Span, rows: &RowsEvent<'_>, plan: Option<&TablePlan>,
    ) -> io::Result<Option<DecodeError>> {
        let place = || format!("{} at {}", self.file, holder.space());
        let (error, cells) = assert_images_agree(rows, plan, &place);
        let mut tree = FieldTree::with_budget(usize::MAX / 8);
        assert_eq!(rows.observe(plan, &mut (), &mut tree).err(), error, "{}", place());
        self.cells += cells;
        self.coverage((holder.space(), span.start), WRITE_ROWS_COMPRESSED_V1, rows.rows, &tree, error.is_none());
        self.inflated_rows += 1;
        Ok(error)
    }
}

#[test]
#[expect(clippy::print_stdout, reason = "the shares of unexplained bytes are to be seen")]
fn both_laws_hold_for_every_event_of_every_file() {
    let mut laws = Laws::default();
    let files = corpus::files();
    for file in &files {
        laws.file = file.display().to_string();
        let source = Memory::new(std::fs::read(file).expect("readable"));
        walk(&source, Start::File, 0, &mut laws).expect("memory does not fail");
    }
    let Laws { events, leaves, cells, inflated_rows, .. } = laws;
    println!("{} files, {events} events, {leaves} leaves, {cells} cells, {inflated_rows} inflated", files.len());
    println!("unexplained bytes: {:?}", laws.unexplained);
    assert!(laws.events > 300 && laws.cells > 500);
}

/// Damage is the same damage for everybody: one event of each type and row shape, cut at every byte,
/// and with every byte a length that lies.
#[test]
fn the_laws_hold_for_cut_and_lying_events() {
    struct Damage {
        seen: BTreeSet<(u8, String)>,
        events: u64,
    }
    impl Damage {
        fn check(&mut self, bytes: &mut [u8], event: &Walked<'_>, what: &str, at: usize) {
            let length = bytes.len() as u32;
            bytes[9..13].copy_from_slice(&length.to_le_bytes());
            let place = || format!("{} {what} {at}, event at {}", event_type_or_unknown(event.kind), event.start);
            let mut tree = FieldTree::with_budget(usize::MAX / 8);
            if decode(bytes, &event.context, &mut tree).is_ok() {
                assert_agreement(bytes, &event.context, &place);
                assert_coverage(bytes, &tree, &place, &mut |_| {});
            }
            self.events += 1;
        }
    }
    impl Sink for Damage {
        fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
            let head = RowsHead::peek(event.bytes, &event.context).ok();
            let plan = head.and_then(|head| event.context.tables?.get(head.table_id));
            let kind = |kind: ColumnKind| format!("{kind:?}").split([' ', '(']).next().map(str::to_owned);
            let kinds = |plan: &TablePlan| plan.columns.iter().map(|column| kind(column.kind)).collect::<BTreeSet<_>>();
            let shape = format!("{} {:?}", event.context.format.flavor as u8, plan.map(|plan| kinds(plan)));
            if event.bytes.len() > 200 || event.bytes.len() < 19 || !self.seen.insert((event.kind, shape)) {
                return Ok(None);
            }
            for at in 19..event.bytes.len() {
                self.check(&mut event.bytes[..at].to_vec(), event, "cut at", at);
                for lie in [0xff, 0] {
                    let mut bytes = event.bytes.to_vec();
                    bytes[at] = lie;
                    self.check(&mut bytes, event, "another byte at", at);
                }
            }
            Ok(None)
        }
    }
    let mut damage = Damage { seen: BTreeSet::new(), events: 0 };
    for file in corpus::files() {
        let bytes = std::fs::read(&file).expect("readable");
        if bytes.len() > 200_000 {
            continue;
        }
        let source = Memory::new(bytes);
        walk(&source, Start::File, 0, &mut damage).expect("memory does not fail");
    }
    assert!(damage.seen.len() > 20 && damage.events > 2000, "{} of {}", damage.events, damage.seen.len());
}

/// A tree of one branch is the same branch of the whole tree.
#[test]
fn a_branch_decodes_alone_as_it_does_in_the_whole() {
    struct Branches(u64);
    impl Sink for Branches {
        fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
            if Operation::of(event.kind).is_none() {
                return Ok(None);
            }
            let mut whole = FieldTree::new();
            let mut part = FieldTree::under(binlog_format::tree::parse_path("rows[0]").expect("a path"));
            let mut small = FieldTree::with_budget(12);
            for tree in [&mut whole, &mut part, &mut small] {
                let _ = decode(event.bytes, &event.context, &mut *tree);
                assert_eq!(tree.open_groups(), 0);
            }
            let Some(row) = whole.nodes().iter().position(|node| node.slot == field::ROWS_ROW.at(0)) else {
                return Ok(None);
            };
            let depth = whole.nodes()[row].depth;
            let inside = whole.nodes()[row + 1..].iter().take_while(|node| node.depth > depth);
            assert!(inside.map(|node| format!("{node:?}")).eq(part.nodes().iter().map(|node| format!("{node:?}"))));
            assert!(small.nodes().len() <= 48 && small.nodes().len() <= whole.nodes().len());
            self.0 += 1;
            Ok(None)
        }
    }
    let mut branches = Branches(0);
    for file in corpus::files().iter().filter(|file| file.to_string_lossy().contains("samples")) {
        let source = Memory::new(std::fs::read(file).expect("readable"));
        walk(&source, Start::File, 0, &mut branches).expect("memory does not fail");
    }
    assert!(branches.0 > 5);
}
