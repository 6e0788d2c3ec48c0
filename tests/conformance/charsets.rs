//! Every collation and every character set, compared with what the servers say of them: recorded
//! always, running where the machine has them. The decoder's tables are made here from the records:
//! `UPDATE_TABLES=1 cargo test -p binlog-explorer --test charsets`.

mod servers;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use binlog_explorer::text;
use binlog_format::Flavor;
use binlog_format::charset::{self, Charset};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn fixture(name: &str) -> String {
    fs::read_to_string(root().join("tests/fixtures/charsets").join(name)).expect("a fixture")
}

/// The lines of a record, split at tabs, without the heading.
fn records(text: &str) -> impl Iterator<Item = Vec<&str>> {
    text.lines().skip(1).map(|line| line.split('\t').collect())
}

fn charset_of(name: &str) -> Charset {
    *Charset::ALL.iter().find(|charset| charset.name() == name).expect("a character set of the servers")
}

/// A collation of each character set.
fn collations() -> BTreeMap<String, u32> {
    let text = fixture("collations.tsv");
    records(&text).map(|line| (line[1].to_owned(), line[0].parse().expect("an id"))).collect()
}

/// Variant names: `latin1` is `Latin1`.
fn variant(name: &str) -> String {
    let (first, rest) = name.split_at(1);
    first.to_uppercase() + rest
}

const MADE: &str = "//! Made by the test `charsets` from the records in `tests/fixtures/charsets`; change those.\n\n";

/// The listed collations, without those that follow from a rule.
fn table_of_collations() -> String {
    let mut out = String::from(MADE);
    out.push_str("use super::Charset;\n\n/// Id, character set, and the name behind the character set's.\n");
    out.push_str("#[rustfmt::skip]\npub(super) static COLLATIONS: &[(u16, Charset, &str)] = &[\n");
    let text = fixture("collations.tsv");
    let mut seen = BTreeSet::new();
    for line in records(&text) {
        let id: u32 = line[0].parse().expect("an id");
        if id < 1024 && seen.insert(id) {
            let rest = line[2].strip_prefix(line[1]).expect("the name begins with the set").trim_start_matches('_');
            let _ = writeln!(out, "    ({id}, Charset::{}, \"{rest}\"),", variant(line[1]));
        }
    }
    out + "];\n"
}

fn one_byte_sets() -> Vec<(String, Vec<Option<u32>>)> {
    let point = |text: &str| (text != "-").then(|| u32::from_str_radix(text, 16).expect("a code point"));
    let text = fixture("one-byte.tsv");
    records(&text).map(|line| (line[0].to_owned(), line[1].split(' ').map(point).collect())).collect()
}

fn table_of_one_byte_sets() -> String {
    let mut out = String::from(MADE);
    out.push_str("use super::Charset;\n\n/// The code points of all bytes; 0 where a byte above 0 has none.\n");
    out.push_str(
        "pub(super) const fn table(charset: Charset) -> Option<&'static [u16; 256]> {\n    Some(match charset {\n",
    );
    let sets = one_byte_sets();
    for (name, _) in &sets {
        let _ = writeln!(out, "        Charset::{} => &{},", variant(name), name.to_uppercase());
    }
    out.push_str("        _ => return None,\n    })\n}\n");
    for (name, points) in &sets {
        let _ = writeln!(out, "\n#[rustfmt::skip]\nstatic {}: [u16; 256] = [", name.to_uppercase());
        for line in points.chunks(16) {
            let numbers = line.iter().map(|point| format!("{:#06x}", point.unwrap_or(0)));
            let _ = writeln!(out, "    {},", numbers.collect::<Vec<_>>().join(", "));
        }
        out.push_str("];\n");
    }
    out
}

fn bytes_of(code: u32, length: usize) -> Vec<u8> {
    code.to_be_bytes()[4 - length..].to_vec()
}

/// Codes of several bytes: set, bytes, character.
fn several_bytes() -> Vec<(String, Vec<u8>, char)> {
    let text = fixture("multi-byte.tsv");
    let mut codes = Vec::new();
    for line in records(&text) {
        let first = u32::from_str_radix(line[1], 16).expect("a code");
        let point = u32::from_str_radix(line[3], 16).expect("a code point");
        for nth in 0..line[2].parse().expect("a count") {
            let character = char::from_u32(point + nth).expect("a character");
            codes.push((line[0].to_owned(), bytes_of(first + nth, line[1].len() / 2), character));
        }
    }
    codes
}

/// The codes that the Encoding Standard's decoder reads otherwise, in runs.
fn table_of_differences() -> String {
    let mut runs: BTreeMap<String, Vec<(u32, u32, u32)>> = BTreeMap::new();
    for (set, bytes, character) in several_bytes() {
        let label = charset_of(&set).web_label().expect("sets of several bytes have one");
        let encoding = encoding_rs::Encoding::for_label(label.as_bytes()).expect("a label of the standard");
        let web = encoding.decode_without_bom_handling_and_without_replacement(&bytes);
        if web.as_deref() == Some(character.to_string().as_str()) {
            continue;
        }
        let code = bytes.iter().fold(0, |code, byte| code << 8 | u32::from(*byte));
        let (runs, point) = (runs.entry(set).or_default(), u32::from(character));
        match runs.last_mut() {
            Some((first, count, start)) if *first + *count == code && *start + *count == point => *count += 1,
            _ => runs.push((code, 1, point)),
        }
    }
    let mut out = String::from(MADE);
    out.push_str("use binlog_format::charset::Charset;\n\n/// First code, how many, and the first code point: both go up by one.\n");
    out.push_str("type Run = (u32, u16, u16);\n\n#[rustfmt::skip]\n");
    out.push_str("pub(super) static DIFFERENCES: &[(Charset, &[Run])] = &[\n");
    for (set, mut runs) in runs {
        runs.sort_unstable();
        let _ = writeln!(out, "    (Charset::{}, &[", variant(&set));
        for line in runs.chunks(5) {
            let line = line.iter().map(|(code, count, point)| format!("({code:#06x}, {count}, {point:#06x})"));
            let _ = writeln!(out, "        {},", line.collect::<Vec<_>>().join(", "));
        }
        out.push_str("    ]),\n");
    }
    out + "];\n"
}

#[test]
fn the_tables_are_made_from_the_records() {
    for (path, table) in [
        ("crates/binlog-format/src/charset/table.rs", table_of_collations()),
        ("crates/binlog-format/src/charset/one_byte.rs", table_of_one_byte_sets()),
        ("crates/explorer/src/text/differences.rs", table_of_differences()),
    ] {
        let path = root().join(path);
        if std::env::var_os("UPDATE_TABLES").is_some() {
            fs::write(&path, &table).expect("writable");
        }
        assert!(fs::read_to_string(&path).is_ok_and(|there| there == table), "{} is out of date", path.display());
    }
}

#[test]
fn every_collation_id_has_its_name_and_character_set() {
    let text = fixture("collations.tsv");
    let (mysql, mariadb) = (Flavor::Mysql, Flavor::Mariadb);
    for line in records(&text) {
        let id: u32 = line[0].parse().expect("an id");
        assert_eq!(charset::name(id), Some(line[1]), "{line:?}");
        for (server, flavor) in [("mysql", mysql), ("mariadb", mariadb)] {
            if line[3].contains(server) {
                assert_eq!(charset::collation(id, flavor).expect("a name").to_string(), line[2], "{line:?}");
            }
        }
    }
    let known: BTreeSet<u32> = records(&text).map(|line| line[0].parse().expect("an id")).collect();
    let named = (0..10_000).filter(|id| charset::collation(*id, mysql).is_some());
    let invented: Vec<u32> = named.filter(|id| !known.contains(id) && !known.contains(&(id ^ 1024))).collect();
    assert!(invented.is_empty(), "{invented:?}");
}

/// The ids that older servers used, of which today's have not all.
#[test]
fn python_78_ids_of_older_servers_have_a_character_set() {
    for (name, ids) in [
        ("latin1", &[5u32, 8, 15, 31, 47, 48, 49, 94][..]),
        ("utf8mb3", &[33, 76, 83, 192, 215, 223, 2247]),
        ("utf8mb4", &[45, 46, 224, 247, 255, 256, 323, 608, 610, 1069, 1070, 1248, 1270, 2304]),
        ("ucs2", &[35, 90, 128, 151, 159, 640, 2560]),
        ("utf16", &[54, 55, 101, 124, 2816]),
        ("utf32", &[60, 61, 160, 183, 3072]),
        ("gb18030", &[248, 249, 250]),
        ("cp1251", &[14, 23, 50, 51, 52]),
        ("binary", &[63]),
    ] {
        for id in ids {
            assert_eq!(charset::name(*id), Some(name), "{id}");
        }
    }
    assert_eq!(charset::name(0), None);
}

#[test]
fn every_byte_of_every_one_byte_set_reads_as_the_servers_read_it() {
    let collations = collations();
    for (set, points) in one_byte_sets() {
        assert_eq!(points.len(), 256);
        for (byte, point) in (0..=255u8).zip(points) {
            let expected = point.and_then(char::from_u32).map(String::from);
            assert_eq!(text::decode(&[byte], collations[&set]), expected, "{set} {byte:#04x}");
        }
    }
}

#[test]
fn codes_of_several_bytes_read_as_the_servers_read_them() {
    let collations = collations();
    let mut codes = 0;
    for (set, bytes, character) in several_bytes() {
        assert_eq!(text::decode(&bytes, collations[&set]), Some(character.into()), "{set} {bytes:02x?}");
        let between = [b"a", &bytes[..], b"z"].concat();
        assert_eq!(text::decode(&between, collations[&set]), Some(format!("a{character}z")), "{set}");
        codes += 1;
    }
    assert!(codes > 4000);
}

/// What a running server makes of all bytes (or all pairs of bytes, where `longest` is 2) in these
/// character sets: set, bytes, characters.
fn converted(server: &servers::Server, mariadb: bool, sets: &[(&str, u32)]) -> Vec<(String, Vec<u8>, Option<String>)> {
    let limit = if mariadb { "max_recursive_iterations" } else { "cte_max_recursion_depth" };
    let mut statements = format!("SET SESSION {limit} = 100000;\n");
    for (set, longest) in sets {
        let last = (1u32 << (8 * longest)) - 1;
        let _ = writeln!(
            statements,
            "WITH RECURSIVE r AS (SELECT 0 n UNION ALL SELECT n + 1 FROM r WHERE n < {last}) \
             SELECT '{set}', h, HEX(CONVERT(CONVERT(UNHEX(h) USING {set}) USING utf32)) \
             FROM (SELECT IF(n < 256, LPAD(HEX(n), 2, '0'), LPAD(HEX(n), 4, '0')) h FROM r) x;"
        );
    }
    let answer = server.sql(&statements);
    let hex =
        |text: &str| (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..][..2], 16).expect("hex")).collect();
    let lines = answer.lines().map(|line| {
        let [set, bytes, points]: [&str; 3] = line.split('\t').collect::<Vec<_>>().try_into().expect("three columns");
        let bytes: Vec<u8> = hex(bytes);
        let points: Vec<u8> = if points == "NULL" { Vec::new() } else { hex(points) };
        let text: String =
            points.as_chunks::<4>().0.iter().filter_map(|point| char::from_u32(u32::from_be_bytes(*point))).collect();
        // The server leaves out a last byte that begins a character and nothing follows.
        let cut = bytes.first().is_some_and(u8::is_ascii) && text.chars().count() < bytes.len();
        let questions = bytes.iter().filter(|byte| **byte == b'?').count();
        let replaced = text.contains('\u{fffd}') || text.matches('?').count() > questions;
        let invalid = cut || replaced || text.is_empty();
        (set.to_owned(), bytes, (!invalid).then_some(text))
    });
    lines.collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was compared is to be seen")]
fn running_servers_say_the_same() {
    let collations = collations();
    for name in ["mysql-9.7", "mariadb-11.8", "mariadb-10.11"] {
        let Some(server) = servers::Server::start(name, &[]) else { continue };
        let names = if name.starts_with("mysql") {
            server.sql("SELECT ID, CHARACTER_SET_NAME, COLLATION_NAME FROM information_schema.COLLATIONS ORDER BY ID")
        } else {
            server.sql("SELECT ID, CHARACTER_SET_NAME, FULL_COLLATION_NAME FROM information_schema.COLLATION_CHARACTER_SET_APPLICABILITY ORDER BY ID")
        };
        let recorded = fixture("collations.tsv");
        let recorded: Vec<String> = records(&recorded)
            .filter(|line| line[3].split(' ').any(|server| server == name))
            .map(|line| line[..3].join("\t"))
            .collect();
        assert_eq!(names.lines().collect::<Vec<_>>(), recorded, "{name}");
        let mariadb = name.starts_with("mariadb");
        let one_byte = one_byte_sets();
        let longest = |set: &str| match charset_of(set) {
            Charset::Gb18030 if mariadb => None,
            charset if charset.web_label().is_some() => (!name.ends_with("10.11")).then_some(2),
            _ => one_byte.iter().any(|(name, _)| name == set).then_some(1),
        };
        let sets: Vec<(&str, u32)> =
            collations.keys().filter_map(|set| longest(set).map(|longest| (set.as_str(), longest))).collect();
        let (mut same, mut beyond) = (0, 0);
        for (set, bytes, expected) in converted(&server, mariadb, &sets) {
            let ours = text::decode(&bytes, collations[&set]);
            match expected {
                Some(_) => assert_eq!(ours, expected, "{name} {set} {bytes:02x?}"),
                None if longest(&set) == Some(1) => assert_eq!(ours, None, "{name} {set} {bytes:02x?}"),
                // The standard knows more characters than the servers let in.
                None => beyond += u32::from(ours.is_some()),
            }
            same += 1;
        }
        println!("{name}: {same} codes compared, {beyond} that only the Encoding Standard has");
        assert!(same >= 25 * 256);
    }
}
