//! What is copied says what it was copied from: every form of events, fields and bytes of real files is read back.

mod corpus;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use binlog_explorer::copy::{Form, MAX_COPIED, Part};
use binlog_explorer::document::Document;
use binlog_explorer::dump::{JsonDump, walk};
use binlog_explorer::outline::Outline;
use binlog_explorer::source::Memory;
use binlog_explorer::view::{Address, EventView, RowContent};
use binlog_format::framer::Start;
use serde_json::Value;

/// Events of a file that are looked at.
const LOOKED_AT: u64 = 4;

/// Bytes that an event may inflate to.
const LARGE: u64 = 256 << 10;

fn open(bytes: Vec<u8>) -> Document {
    let mut document = Document::new("test".into(), Box::new(Memory::new(bytes)), false, Vec::new()).expect("a log");
    document.scan_all().expect("memory does not fail");
    document
}

/// Events of all files, and of what they open, with the file's bytes.
fn each(mut see: impl FnMut(&str, &[u8], &Document, &Address)) {
    let mut seen = 0;
    for file in corpus::files() {
        let bytes = std::fs::read(&file).expect("readable");
        if bytes.len() > 120_000 {
            continue;
        }
        let name = file.display().to_string();
        let document = open(bytes.clone());
        for number in (0..document.entries()).step_by(1 + (document.entries() / LOOKED_AT) as usize) {
            let start = document.locate_entry(number).expect("an item").entry.start;
            let address = Address { space: document.main_space().into(), offset: start };
            let inside = document.space(&start.to_string());
            // Looked at again and again, these take minutes.
            if inside.as_ref().is_ok_and(|space| space.size > LARGE) && !corpus::full() {
                continue;
            }
            see(&name, &bytes, &document, &address);
            seen += 1;
            if let Ok(space) = inside {
                for entry in space.entries.iter().take(LOOKED_AT as usize) {
                    see(&name, &bytes, &document, &Address { space: space.name.clone(), offset: entry.start });
                    seen += 1;
                }
            }
        }
    }
    assert!(seen > 300, "{seen}");
}

fn own_bytes(document: &Document, view: &EventView) -> Vec<u8> {
    let mut bytes = Vec::new();
    while view.address.offset + (bytes.len() as u64) < view.end {
        let at = view.address.offset + bytes.len() as u64;
        let length = u32::try_from(view.end - at).expect("small");
        bytes.extend(document.bytes(&view.address.space, at, length).expect("readable").0);
    }
    bytes
}

fn unhexed(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text.bytes().filter(u8::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&String::from_utf8_lossy(pair), 16).expect("hex")).collect()
}

#[test]
fn bytes_are_read_back_from_every_form() {
    each(|file, _, document, address| {
        let view = document.event(address).expect("an event");
        if view.end - address.offset > MAX_COPIED {
            return;
        }
        let bytes = own_bytes(document, &view);
        let copy = |form| document.copy(address, Part::Event, form).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        assert_eq!(unhexed(&copy(Form::Hex)), bytes, "{file} {address}");
        assert_eq!(unhexed(&copy(Form::Value)), bytes, "{file} {address}");
        let pasted = |form| binlog_explorer::paste::parse(&copy(form)).expect("pasteable").bytes;
        assert_eq!(pasted(Form::Hexdump), bytes, "{file} {address}");
        assert_eq!(pasted(Form::Base64), bytes, "{file} {address}");
        let rust = copy(Form::Rust).replace("u8", "");
        let numbers = |text: &str| unhexed(&text.replace("0x", " "));
        assert_eq!(numbers(&rust), bytes, "{file} {address}");
        assert_eq!(numbers(copy(Form::Go).strip_prefix("[]byte{").expect("a slice")), bytes, "{file} {address}");
        let python: String = copy(Form::Python).split("\\x").skip(1).filter_map(|byte| byte.get(..2)).collect();
        assert_eq!(unhexed(&python), bytes, "{file} {address}");
        // A part of them.
        let (start, end) = (view.address.offset + 3, (view.address.offset + 20).min(view.end));
        let part = Part::Bytes { space: address.space.clone(), start, end };
        let some = document.copy(address, part.clone(), Form::Hex).expect("bytes");
        assert_eq!(unhexed(&some), bytes[3..(end - view.address.offset) as usize], "{file} {address}");
        let json: Value =
            serde_json::from_str(&document.copy(address, part, Form::Json).expect("bytes")).expect("JSON");
        assert_eq!((json["start"].as_u64(), json["end"].as_u64()), (Some(start), Some(end)));
        assert_eq!(unhexed(json["value"].as_str().expect("bytes").trim_start_matches("0x")), unhexed(&some));
    });
}

/// Runs a program on bytes, if it is there.
fn said(program: &str, arguments: &[&str], input: &[u8]) -> Option<Vec<u8>> {
    let child = Command::new(program).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
    let mut child = child.ok()?;
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writes = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().expect("it ends");
    writes.join().expect("no panic").expect("it reads");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    Some(output.stdout)
}

#[test]
fn a_hexdump_is_what_hexdump_prints() {
    let mut compared = 0;
    each(|file, _, document, address| {
        compared += 1;
        // One process for each.
        if compared % 25 != 0 || address.space != "0" || !Path::new("/usr/bin/hexdump").exists() {
            return;
        }
        let view = document.event(address).expect("an event");
        let length = (view.end - address.offset).to_string();
        let own = document.copy(address, Part::Event, Form::Hexdump).expect("small");
        let arguments = ["-C", "-s", &address.offset.to_string(), "-n", &length, file];
        let theirs = said("hexdump", &arguments, b"").expect("it runs");
        assert_eq!(own, String::from_utf8_lossy(&theirs), "{file} {address}");
    });
}

#[test]
fn literals_mean_the_same_to_the_languages() {
    let (mut python, mut rust, mut wanted, mut count) = (String::new(), String::new(), Vec::new(), 0);
    each(|_, _, document, address| {
        count += 1;
        let view = document.event(address).expect("an event");
        if count % 9 != 0 || view.end - address.offset > 5000 {
            return;
        }
        let copy = |form| document.copy(address, Part::Event, form).expect("small");
        python += &format!("print(({}).hex())\n", copy(Form::Python));
        rust += &format!("    println!(\"{{}}\", hex(&{}));\n", copy(Form::Rust));
        let digits: String = own_bytes(document, &view).iter().map(|byte| format!("{byte:02x}")).collect();
        wanted.push(digits);
    });
    assert!(wanted.len() > 20);
    let lines = |said: Vec<u8>| String::from_utf8(said).expect("text").lines().map(str::to_owned).collect::<Vec<_>>();
    if let Some(said) = said("python3", &["-"], python.as_bytes()) {
        assert_eq!(lines(said), wanted);
    }
    let folder = std::env::temp_dir().join(format!("binlogscope-literals-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let program = format!(
        "fn hex(bytes: &[u8]) -> String {{ bytes.iter().map(|byte| format!(\"{{byte:02x}}\")).collect() }}\n\
         fn main() {{\n{rust}}}\n"
    );
    let (source, binary) = (folder.join("literals.rs"), folder.join("literals"));
    std::fs::write(&source, program).expect("written");
    let rustc = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".into());
    let (source, binary) = (source.display().to_string(), binary.display().to_string());
    if said(&rustc, &["--edition", "2021", "-Cdebuginfo=0", "-o", &binary, &source], b"").is_some() {
        assert_eq!(lines(said(&binary, &[], b"").expect("it runs")), wanted);
    }
    std::fs::remove_dir_all(&folder).expect("removed");
}

/// The records of a dump by space and start.
fn records(bytes: &[u8]) -> BTreeMap<(String, u64), String> {
    let mut dump = JsonDump::new(Vec::new());
    walk(&Memory::new(bytes.to_vec()), Start::File, 0, &mut dump).expect("it walks");
    let text = String::from_utf8(std::mem::take(dump.writer())).expect("text");
    let records = text.lines().filter_map(|line| {
        let record: Value = serde_json::from_str(line).expect("JSON");
        let of_item = matches!(record["record"].as_str(), Some("event" | "span"));
        let place = (record["space"].as_str()?.to_owned(), record["start"].as_u64()?);
        of_item.then(|| (place, line.to_owned()))
    });
    records.collect()
}

#[test]
fn json_is_that_of_a_dump() {
    let (mut of, mut known, mut nodes) = (String::new(), BTreeMap::new(), 0);
    each(|file, bytes, document, address| {
        if of != file {
            (of, known) = (file.to_owned(), records(bytes));
        }
        if document.event(address).is_ok_and(|view| view.end - address.offset > MAX_COPIED) {
            return;
        }
        let copy = |part| document.copy(address, part, Form::Json).unwrap_or_else(|error| panic!("{file}: {error:?}"));
        let own = copy(Part::Event);
        let place = (address.space.clone(), address.offset);
        assert_eq!(Some(&own), known.get(&place), "{file} {address}");
        // Each node is the one that stands in the record.
        let record: Value = serde_json::from_str(&own).expect("JSON");
        let mut listed = Vec::new();
        walk_nodes(&record["fields"], "", &mut listed);
        for (at, (path, node)) in listed.iter().enumerate().step_by(1 + listed.len() / 20) {
            // A JSON member's name has its value's path.
            if listed.iter().skip(at + 1).any(|(other, _)| other == path) {
                continue;
            }
            let copied: Value = serde_json::from_str(&copy(Part::Field(path.clone()))).expect("JSON");
            assert_eq!(&copied, *node, "{file} {address} {path}");
            nodes += 1;
        }
    });
    assert!(nodes > 1500, "{nodes}");
}

fn walk_nodes<'v>(list: &'v Value, above: &str, into: &mut Vec<(String, &'v Value)>) {
    for node in list.as_array().into_iter().flatten() {
        let name = node["name"].as_str().expect("a name");
        let dot = if above.is_empty() || name.starts_with('[') { "" } else { "." };
        let path = format!("{above}{dot}{name}");
        into.push((path.clone(), node));
        walk_nodes(&node["children"], &path, into);
    }
}

/// The leaves of an event: no other node of the same space lies in them.
fn leaf_names(view: &EventView) -> Vec<String> {
    let inside = |at: usize| view.nodes[at + 1..].iter().take_while(move |below| below.depth > view.nodes[at].depth);
    let leaf = |at: &usize| inside(*at).all(|below| below.space != view.nodes[*at].space);
    (0..view.nodes.len()).filter(leaf).map(|at| view.nodes[at].name.clone()).collect()
}

#[test]
fn a_text_dump_has_every_field_and_every_byte_in_their_columns() {
    each(|file, _, document, address| {
        let view = document.event(address).expect("an event");
        let Ok(text) = document.copy(address, Part::Event, Form::Text) else {
            assert!(view.nodes.is_empty() || view.end - address.offset > MAX_COPIED, "{file} {address}");
            return;
        };
        let mut lines = text.lines().skip(2);
        let head = lines.next().expect("a heading");
        let (bytes_at, field_at) = (head.find("bytes").expect("bytes"), head.find("field").expect("field"));
        let (mut space, mut found, mut leaves) = (view.address.space.clone(), Vec::new(), Vec::new());
        for line in lines {
            let column = |from: usize, to: usize| line.get(from..to.min(line.len())).unwrap_or_default().trim();
            let (offset, bytes) = (column(0, bytes_at), column(bytes_at, field_at));
            let name = line.get(field_at..).unwrap_or_default();
            if let Some(other) = name.strip_prefix("space ").filter(|_| offset.is_empty()) {
                space = other.trim().to_owned();
            } else if !offset.is_empty() && !bytes.is_empty() && space == view.address.space {
                assert_eq!(offset.parse(), Ok(address.offset + found.len() as u64), "{file} {address}: {line}");
                found.extend(unhexed(bytes));
            }
            if !offset.is_empty() && !name.trim().is_empty() {
                leaves.push(name.split_whitespace().next().expect("a name").to_owned());
            }
        }
        assert_eq!(found, own_bytes(document, &view), "{file} {address}");
        let names: Vec<_> = view.nodes.iter().map(|node| node.name.clone()).collect();
        assert_eq!(leaves, names, "{file} {address}");
    });
}

#[test]
fn tables_of_markdown_have_a_row_for_each_field() {
    each(|file, _, document, address| {
        let view = document.event(address).expect("an event");
        let Ok(text) = document.copy(address, Part::Event, Form::Markdown) else {
            assert!(view.nodes.is_empty() || view.end - address.offset > MAX_COPIED, "{file} {address}");
            return;
        };
        let rows: Vec<&str> = text.lines().skip(4).collect();
        let bits: usize = view.nodes.iter().map(|node| node.bits.len()).sum();
        assert_eq!(rows.len(), view.nodes.len() + bits, "{file} {address}");
        for row in rows {
            let bars = row.replace("\\|", "").matches('|').count();
            assert_eq!(bars, 5, "{file} {address}: {row}");
        }
    });
}

#[test]
fn a_diagram_is_xml_and_names_every_field() {
    let mut drawn = 0;
    each(|file, _, document, address| {
        let view = document.event(address).expect("an event");
        let svg = match document.copy(address, Part::Event, Form::Svg) {
            Ok(svg) => svg,
            Err(error) => {
                let large = view.end - address.offset > MAX_COPIED;
                let why = [
                    ("copy-no-fields", view.nodes.is_empty()),
                    ("copy-too-large", large),
                    ("copy-too-many-fields", view.nodes.len() > 1000),
                ];
                assert!(why.contains(&(error.id.as_str(), true)), "{file} {address}: {error:?}");
                return;
            }
        };
        drawn += 1;
        let read = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{file} {address}: {error}\n{svg}"));
        assert_eq!(read.root_element().tag_name().namespace(), Some("http://www.w3.org/2000/svg"));
        let texts: Vec<&str> = read.descendants().filter_map(|node| node.text()).collect();
        for name in leaf_names(&view) {
            assert!(texts.iter().any(|text| text.contains(&name)), "{file} {address}: {name}\n{svg}");
        }
        let drawable = read.descendants().filter(|node| node.is_element()).map(|node| node.tag_name().name());
        for name in drawable {
            assert!(matches!(name, "svg" | "title" | "style" | "rect" | "text" | "g"), "{name}");
        }
    });
    assert!(drawn > 200, "{drawn}");
}

#[test]
fn values_of_fields_and_bit_fields() {
    let file = corpus::root().join("web/samples");
    let mut samples: Vec<_> = std::fs::read_dir(file).expect("samples").flatten().map(|entry| entry.path()).collect();
    samples.sort();
    let bytes = samples.iter().filter_map(|path| std::fs::read(path).ok()).find(|bytes| bytes.starts_with(b"\xfebin"));
    let document = open(bytes.expect("a sample"));
    let copy = |path: &str, form| document.copy(&Address::source(4), Part::Field(path.into()), form);
    assert_eq!(copy("event_header.type_code", Form::Hex), Ok("0f".into()));
    let value = copy("event_header.type_code", Form::Value).expect("a value");
    assert!(value.contains("FORMAT_DESCRIPTION"), "{value}");
    let view = document.event(&Address::source(4)).expect("an event");
    let flags = view.nodes.iter().find(|node| node.name == "flags").expect("flags");
    let bit = flags.bits.first().expect("a bit");
    assert_eq!(copy(&format!("event_header.flags.{}", bit.name), Form::Value), Ok(bit.text.clone()));
    assert_eq!(copy("event_header.nothing", Form::Value).map_err(|error| error.id), Err("failed-path".into()));
}

/// A `BINLOG` statement holds the event behind its format description and table maps.
#[test]
fn binlog_statements_hold_the_event_and_what_it_needs() {
    let (mut rows, mut inside, mut inflated) = (0, 0, 0);
    each(|file, _, document, address| {
        let view = document.event(address).expect("an event");
        let RowContent::Event { type_name, .. } = &view.content else { return };
        let text = match document.copy(address, Part::Event, Form::Binlog) {
            Ok(text) => text,
            Err(error) => {
                assert!(
                    ["cut-no-format", "copy-too-large"].contains(&error.id.as_str()),
                    "{file} {address}: {error:?}"
                );
                return;
            }
        };
        assert!(text.lines().all(|line| line.len() <= 80), "{text}");
        let pasted = binlog_explorer::paste::parse(&text).expect("it pastes").bytes;
        let read = binlog_explorer::document::open_bytes("paste", pasted.clone(), Vec::new());
        let mut read = read.unwrap_or_else(|error| panic!("{file} {address}: {error:?}"));
        read.scan_all().expect("memory");
        // What it says is read as it was, and nothing is missing to it.
        let last = read.locate_entry(read.entries() - 1).expect("an item").entry;
        let own = read.event(&Address::source(last.start)).expect("an event");
        if let RowContent::Event { type_name: pasted, .. } = &own.content
            // MariaDB takes rows only inflated.
            && *pasted == type_name.replace("ROWS_COMPRESSED", "ROWS")
        {
            let told = |view: &EventView| {
                let rows = view.nodes.iter().skip_while(|node| node.name != "rows");
                rows.map(|node| (node.name.clone(), node.text.clone())).collect::<Vec<_>>()
            };
            let tail = |told: Vec<(String, Option<String>)>| {
                told.into_iter().filter(|(name, _)| name != "checksum" && name != "type").collect::<Vec<_>>()
            };
            assert_eq!(tail(told(&own)), tail(told(&view)), "{file} {address}");
            if view.error.is_none() {
                assert_eq!(own.error, None, "{file} {address}");
            }
            rows += usize::from(type_name.contains("ROWS_EVENT"));
            inside += usize::from(address.space != "0");
            inflated += usize::from(pasted != type_name);
        } else {
            assert!(type_name == "TRANSACTION_PAYLOAD_EVENT", "{file} {address}: {:?}", own.content);
        }
    });
    assert!(rows > 30 && inside > 5 && inflated > 0, "{rows} {inside} {inflated}");
}

/// What is too large is said, and not tried.
#[test]
fn copies_are_bounded() {
    let mut log = std::fs::read(corpus::root().join("web/samples").join(first_sample())).expect("a sample");
    let size = 2 << 20;
    // An event of an unknown type.
    log.extend([0, 0, 0, 0, 200, 1, 0, 0, 0]);
    log.extend(u32::to_le_bytes(size));
    log.extend([0; 6]);
    let start = log.len() as u64 - 19;
    log.resize(start as usize + size as usize, 7);
    let document = open(log);
    let address = Address::source(start);
    for form in Form::ALL {
        let copied = document.copy(&address, Part::Event, form);
        assert_eq!(copied.map_err(|error| error.id), Err("copy-too-large".into()), "{form:?}");
    }
    let part = |start, end| Part::Bytes { space: "0".into(), start, end };
    assert!(document.copy(&address, part(start, start + 1024), Form::Hexdump).is_ok());
    let behind = start + u64::from(size);
    let beyond = document.copy(&address, part(behind, behind + 8), Form::Hex);
    assert_eq!(beyond.map_err(|error| error.id), Err("copy-missing".into()));
}

fn first_sample() -> String {
    let folder = std::fs::read_dir(corpus::root().join("web/samples")).expect("samples");
    let mut names: Vec<_> = folder.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.contains("mysql") && name.ends_with(".binlog"));
    names.sort();
    names.into_iter().next().expect("a sample")
}
