//! Takes seeds out of real files: `seeds FOLDER FILE…` writes them to FOLDER/TARGET.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use binlog_explorer::bundle::Bundle;
use binlog_explorer::choice::Choice;
use binlog_explorer::document::Document;
use binlog_explorer::dump::{Sink, Walked, walk};
use binlog_explorer::source::Memory;
use binlog_explorer::space::Space;
use binlog_explorer::view::Address;
use binlog_format::event::{Body, body_bytes, decode};
use binlog_format::framer::Start;
use binlog_format::names::code;
use binlog_format::rows::{Image, Operation, RowVisitor, RowsHead};
use binlog_format::{DecodeError, Format, Value};

/// Larger ones slow every run down.
const LARGEST: usize = 4096;
/// The same for what lies inside of a file's payloads.
const LARGEST_INSIDE: u64 = 1 << 20;
/// What steers the target `inflate`: which event a compressed part is of, and that it is to be compressed first.
const QUERY_COMPRESSED: u8 = 1 << 1;
const ROWS_COMPRESSED_V1: u8 = 2 << 1;
const ROWS_COMPRESSED: u8 = 3 << 1;
const COMPRESS: u8 = 1 << 3;

/// Seeds to a target, type and flavor; what is common needs no more.
const MOST: usize = 40;

struct Seeds {
    folder: PathBuf,
    inflated: u64,
    maps: BTreeMap<u64, Vec<u8>>,
    kept: BTreeMap<(&'static str, u8, u8), BTreeSet<Vec<u8>>>,
}

struct Documents<'s>(&'s mut Seeds);

impl RowVisitor<'_> for Documents<'_> {
    fn cell(&mut self, _: Image, _: usize, value: Value<'_>) {
        if let Value::Json(document) = value {
            self.0.keep("json", document.first().copied().unwrap_or(0), 0, document.to_vec());
        }
    }
}

impl Seeds {
    fn keep(&mut self, target: &'static str, kind: u8, which: u8, seed: Vec<u8>) {
        let kept = self.kept.entry((target, kind, which)).or_default();
        if seed.len() <= LARGEST && kept.len() < MOST {
            kept.insert(seed);
        }
    }

    /// The compressed part of an event, as it is and as what it inflates to.
    fn keep_part(&mut self, event: &Walked<'_>, steering: u8) {
        let Some(space) = event.opens else { return };
        for (start, end) in &space.ranges {
            let data = &event.bytes[(start - event.start) as usize..(end - event.start) as usize];
            let part = [&[0x84][..], &(space.size as u32).to_be_bytes(), data, &[steering]].concat();
            self.keep("inflate", event.kind, 1, part);
        }
        self.keep("inflate", event.kind, 1, [&space.bytes[..], &[steering | COMPRESS]].concat());
    }

    /// What is shared of a log: all of it and an event, as a file, as a link, and as the content of both.
    fn keep_bundles(&mut self, bytes: Vec<u8>) {
        let Ok(mut document) = Document::new("log".into(), Box::new(Memory::new(bytes)), false, Vec::new()) else {
            return;
        };
        let _ = document.scan_all();
        let middle = document.locate_entry(document.index().entries / 2).map_or(0, |located| located.entry.start);
        for choice in [Choice::Whole, Choice::Event(Address::source(middle))] {
            let Ok(bundle) = document.choose(&choice).and_then(|chosen| Bundle::of(&document, &chosen)) else {
                continue;
            };
            self.keep("bundle", 0, 0, [&[0][..], &bundle.to_bytes()].concat());
            self.keep("bundle", 1, 0, [&[1][..], bundle.to_fragment().as_bytes()].concat());
            self.keep("bundle", 2, 0, [&[2][..], &bundle.content()].concat());
        }
    }

    fn write(&self) -> io::Result<usize> {
        let mut count = 0;
        for ((target, ..), seeds) in &self.kept {
            let folder = self.folder.join(target);
            std::fs::create_dir_all(&folder)?;
            for seed in seeds {
                std::fs::write(folder.join(format!("{:08x}", crc32fast::hash(seed))), seed)?;
                count += 1;
            }
        }
        Ok(count)
    }
}

/// The format that targets choose by this number.
fn which(format: &Format) -> u8 {
    match format.flavor {
        _ if format.short_table_ids(19) || format.binlog_version < 4 => 2,
        binlog_format::Flavor::Mysql => 0,
        binlog_format::Flavor::Mariadb => 1,
    }
}

impl Sink for Seeds {
    fn event(&mut self, event: &Walked<'_>) -> io::Result<Option<DecodeError>> {
        let body = body_bytes(event.bytes, &event.context).to_vec();
        let which = which(event.context.format);
        let gtids = [35, 33, 34, 42, 162, 163];
        if let Some(at) = gtids.iter().position(|kind| *kind == event.kind) {
            self.keep("gtids", event.kind, which, [&body[..], &[at as u8]].concat());
        }
        match decode(event.bytes, &event.context, ()).ok().and_then(|event| event.body.ok()) {
            Some(Body::TableMap(map)) => {
                self.maps.insert(map.table_id, body.clone());
            }
            Some(Body::TransactionPayload(payload)) => {
                let compression = u8::from(payload.compression != 0);
                self.keep("inflate", compression, which, [payload.payload, &[compression]].concat());
            }
            Some(Body::Query(query)) if query.compressed.is_some() => self.keep_part(event, QUERY_COMPRESSED),
            Some(Body::Rows(rows)) if rows.compressed.is_some() => {
                let v2 = event.kind >= code::WRITE_ROWS_COMPRESSED;
                let first = if v2 { code::WRITE_ROWS_COMPRESSED } else { code::WRITE_ROWS_COMPRESSED_V1 };
                let steering = if v2 { ROWS_COMPRESSED } else { ROWS_COMPRESSED_V1 };
                self.keep_part(event, steering | (event.kind - first) << 4);
            }
            Some(Body::Rows(rows)) => {
                if let Some(plan) = event.context.tables.and_then(|tables| tables.get(rows.table_id)) {
                    let _ = rows.visit(plan, &mut Documents(self));
                }
            }
            _ => {}
        }
        if Operation::of(event.kind).is_some()
            && let Ok(head) = RowsHead::peek(event.bytes, &event.context)
            && let Some(map) = self.maps.get(&head.table_id)
        {
            let kinds = [19, 20, 21, 22, 23, 24, 25, 30, 31, 32, 39, 166, 167, 168, 169, 170];
            let kind = kinds.iter().position(|kind| *kind == event.kind).unwrap_or(0) as u8;
            let steering = [(map.len() as u16).to_le_bytes(), [kind, which]].concat();
            let seed = [&map[..], &body, &steering].concat();
            self.keep("rows", event.kind, which, seed);
        }
        if event.kind == code::FORMAT_DESCRIPTION {
            self.maps.clear();
        }
        Ok(None)
    }
    fn space(&mut self, space: &Space) -> io::Result<()> {
        self.inflated += space.size;
        Ok(())
    }
}

fn main() -> io::Result<()> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map(PathBuf::from).unwrap_or_else(|| "corpus".into());
    let mut seeds = Seeds { folder: folder.clone(), inflated: 0, maps: BTreeMap::new(), kept: BTreeMap::new() };
    for file in arguments {
        let bytes = std::fs::read(&file)?;
        seeds.maps.clear();
        seeds.inflated = 0;
        walk(&Memory::new(bytes.clone()), Start::File, 0, &mut seeds)?;
        let inflates = seeds.inflated > LARGEST_INSIDE;
        if bytes.len() <= 4 * LARGEST {
            seeds.keep_bundles(bytes.clone());
        }
        // Whole files are seeds as they are.
        let name = Path::new(&file).file_name().unwrap_or_default();
        for target in ["frames", "file"] {
            std::fs::create_dir_all(folder.join(target))?;
            // Those that inflate to megabytes are other targets' work.
            if bytes.len() <= 32 << 10 && !inflates {
                std::fs::write(folder.join(target).join(name), &bytes)?;
            }
        }
    }
    let captures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/captures");
    std::fs::create_dir_all(folder.join("captures"))?;
    for entry in std::fs::read_dir(captures)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "pcap" || end == "pcapng") {
            std::fs::copy(&path, folder.join("captures").join(path.file_name().unwrap_or_default()))?;
        }
    }
    // Recorded conversations are seeds as they are.
    let recordings = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../tests/fixtures/conversations");
    std::fs::create_dir_all(folder.join("packets"))?;
    for entry in std::fs::read_dir(recordings)? {
        let path = entry?.path();
        if path.extension().is_some_and(|end| end == "conversation") {
            std::fs::copy(&path, folder.join("packets").join(path.file_name().unwrap_or_default()))?;
        }
    }
    let count = seeds.write()?;
    println!("{count} seeds beside whole files");
    Ok(())
}
