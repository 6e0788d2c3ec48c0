//! Every field, event type, kind of span and kind of packet has an explanation that people can read.

use std::collections::{BTreeMap, BTreeSet};
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use binlog_format::catalogue::CATALOGUE;
use binlog_format::framer::SpanKind;
use binlog_format::ibb::RecordKind;
use binlog_format::names;
use fluent_bundle::{FluentBundle, FluentResource};

const SPAN_KINDS: [SpanKind; 21] = [
    SpanKind::Magic,
    SpanKind::EncryptionHeader,
    SpanKind::Cipher,
    SpanKind::ZeroFill,
    SpanKind::Damaged,
    SpanKind::Hole,
    SpanKind::PacketHeader,
    SpanKind::PageHeader,
    SpanKind::PageChecksum,
    SpanKind::PageFiller,
    SpanKind::Chunk(RecordKind::Commit),
    SpanKind::Chunk(RecordKind::GtidState),
    SpanKind::Chunk(RecordKind::OutOfBand),
    SpanKind::Chunk(RecordKind::Dummy),
    SpanKind::Chunk(RecordKind::XaPrepare),
    SpanKind::Chunk(RecordKind::XaComplete),
    SpanKind::ChunkContinued,
    SpanKind::EventData,
    SpanKind::SqlText,
    SpanKind::RowImages,
    SpanKind::ColumnValue,
];

/// Does not compile when there is a kind that the list lacks.
const fn listed(kind: SpanKind) -> SpanKind {
    match kind {
        SpanKind::Magic
        | SpanKind::EncryptionHeader
        | SpanKind::Cipher
        | SpanKind::ZeroFill
        | SpanKind::Damaged
        | SpanKind::Hole
        | SpanKind::PacketHeader
        | SpanKind::PageHeader
        | SpanKind::PageChecksum
        | SpanKind::PageFiller
        | SpanKind::Chunk(
            RecordKind::Commit
            | RecordKind::GtidState
            | RecordKind::OutOfBand
            | RecordKind::Dummy
            | RecordKind::XaPrepare
            | RecordKind::XaComplete,
        )
        | SpanKind::ChunkContinued
        | SpanKind::RecordHeader(_)
        | SpanKind::EventData
        | SpanKind::SqlText
        | SpanKind::RowImages
        | SpanKind::ColumnValue => kind,
    }
}

const CHARACTERS: std::ops::RangeInclusive<usize> = 40..=420;
const SENTENCES: std::ops::RangeInclusive<usize> = 1..=3;

fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/explanations/en")
}

/// The ids that must have a message, and no others may.
fn wanted() -> BTreeSet<String> {
    let fields = CATALOGUE.iter().map(|field| field.id.replace('.', "-"));
    let types = (0..=255).filter_map(names::event_type).map(|name| format!("event_type-{}", name.to_lowercase()));
    let spans = SPAN_KINDS
        .into_iter()
        .chain([SpanKind::RecordHeader(RecordKind::Commit)])
        .map(|kind| format!("span-{}", listed(kind).text()));
    let packets = mysql_protocol::Kind::ALL.iter().map(|kind| format!("packet_kind-{}", kind.id()));
    fields.chain(types).chain(spans).chain(packets).collect()
}

/// The files that the index names, with their text.
fn files() -> Result<BTreeMap<String, String>, Box<dyn Error>> {
    let names: Vec<String> = serde_json::from_str(&fs::read_to_string(directory().join("index.json"))?)?;
    let listed = names.len();
    let files: BTreeMap<_, _> = names
        .into_iter()
        .map(|name| fs::read_to_string(directory().join(&name)).map(|text| (name, text)))
        .collect::<Result<_, _>>()?;
    assert_eq!(files.len(), listed, "index.json names a file twice");
    Ok(files)
}

/// The ids of the messages in a file: what stands before `=` on a line that is not indented.
fn ids(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .filter(|line| line.starts_with(|first: char| first == '-' || first.is_ascii_alphabetic()))
        .filter_map(|line| line.split_once('=').map(|(id, _)| id.trim_end()))
}

/// Sentences end with a full stop before a space or the end.
fn sentences(text: &str) -> usize {
    text.split_whitespace().filter(|word| word.ends_with(['.', '!', '?'])).count()
}

#[test]
fn the_index_names_every_file() -> Result<(), Box<dyn Error>> {
    let mut there = BTreeSet::new();
    for entry in fs::read_dir(directory())? {
        there.insert(entry?.file_name().to_string_lossy().into_owned());
    }
    there.remove("index.json");
    assert_eq!(files()?.into_keys().collect::<BTreeSet<_>>(), there);
    Ok(())
}

#[test]
fn everything_has_an_explanation_and_nothing_else_has() -> Result<(), Box<dyn Error>> {
    let mut faults = Vec::new();
    let mut bundle = FluentBundle::new(vec!["en".parse()?]);
    bundle.set_use_isolating(false);
    let wanted = wanted();
    for (name, text) in files()? {
        for id in ids(&text).filter(|id| !wanted.contains(*id)) {
            faults.push(format!("{name}: {id} explains nothing that exists"));
        }
        let resource = match FluentResource::try_new(text) {
            Ok(resource) => resource,
            Err((resource, errors)) => {
                faults.extend(errors.into_iter().map(|error| format!("{name}: {error}")));
                resource
            }
        };
        if let Err(errors) = bundle.add_resource(resource) {
            faults.extend(errors.into_iter().map(|error| format!("{name}: {error}")));
        }
    }
    for id in &wanted {
        let Some(pattern) = bundle.get_message(id).and_then(|message| message.value()) else {
            faults.push(format!("{id} has no explanation"));
            continue;
        };
        let mut errors = Vec::new();
        let text = bundle.format_pattern(pattern, None, &mut errors);
        faults.extend(errors.into_iter().map(|error| format!("{id}: {error}")));
        if !CHARACTERS.contains(&text.chars().count()) {
            faults.push(format!("{id} has {} characters", text.chars().count()));
        }
        if !SENTENCES.contains(&sentences(&text)) || !text.ends_with('.') {
            faults.push(format!("{id} has {} sentences or ends without a full stop", sentences(&text)));
        }
    }
    assert!(faults.is_empty(), "{} faults:\n{}", faults.len(), faults.join("\n"));
    Ok(())
}
