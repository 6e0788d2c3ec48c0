//! The examples do what they say, on real files. What they print is held against what the servers'
//! own tools say of the same files; the corpus is looked at where it is.

#![cfg(all(feature = "zstd", feature = "zlib"))]

use std::collections::{BTreeMap, BTreeSet};
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

#[path = "../examples/binlog_statement.rs"]
#[allow(dead_code, reason = "its `main`")]
mod binlog_statement;
#[path = "../examples/count_rows.rs"]
#[allow(dead_code, reason = "its `main`")]
mod count_rows;
#[path = "../examples/follow.rs"]
#[allow(dead_code, reason = "its `main`")]
mod follow;
#[path = "../examples/print_events.rs"]
#[allow(dead_code, reason = "its `main`")]
mod print_events;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sample(name: &str) -> PathBuf {
    root().join("web/samples").join(format!("{name}.binlog"))
}

/// The logs that real servers wrote, beside the project.
fn corpus() -> Vec<PathBuf> {
    let servers = ["mysql-9.7", "mariadb-10.11", "mariadb-11.8"];
    let folders = servers.map(|server| root().join("../shared/corpus-generated").join(server));
    let entries = folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten().flatten();
    entries.map(|entry| entry.path()).filter(|path| path.extension().is_some_and(|name| name == "binlog")).collect()
}

fn printed(file: &[u8]) -> String {
    let mut out = Vec::new();
    print_events::run(file, &mut out).expect("memory takes it");
    String::from_utf8(out).expect("text")
}

/// First and last offset and name of each line.
fn lines(text: &str) -> Vec<(u64, u64, &str)> {
    text.lines().map(line).collect()
}

fn line(text: &str) -> (u64, u64, &str) {
    let mut words = text.split_whitespace();
    let mut number = || words.next().and_then(|word| word.parse().ok()).expect(text);
    let (start, end) = (number(), number());
    (start, end, words.next().expect(text))
}

#[test]
fn print_events_accounts_for_every_byte() {
    for name in ["mysql-9.7-shop", "mysql-9.7-compressed", "mysql-9.7-cut", "mysql-9.7-statement", "mariadb-11.8-shop"]
    {
        let file = fs::read(sample(name)).expect("the samples are committed");
        let text = printed(&file);
        let mut at = 0;
        for (start, end, _) in lines(&text) {
            assert_eq!(start, at, "{name}");
            at = end;
        }
        assert_eq!(at, file.len() as u64, "{name}");
        let damaged = text.lines().filter(|line| line.contains("damaged")).collect::<Vec<_>>();
        match name {
            "mysql-9.7-cut" => assert!(damaged.len() == 1 && damaged[0].contains("truncated_event"), "{damaged:?}"),
            _ => assert!(damaged.is_empty(), "{name}: {damaged:?}"),
        }
    }
}

/// `SHOW BINLOG EVENTS` of the server that wrote the file.
#[test]
fn print_events_finds_what_the_server_lists() {
    for path in corpus() {
        let Ok(listed) = fs::read_to_string(path.with_extension("events.tsv")) else { continue };
        let mut listed: Vec<u64> =
            listed.lines().skip(1).filter_map(|line| line.split('\t').nth(1)?.parse().ok()).collect();
        let file = fs::read(&path).expect("it was listed");
        // Those inside a payload have its offset.
        listed.dedup();
        // The offsets of an encrypted file do not count its header; and it shows nothing without a key.
        if listed.is_empty() || !file.starts_with(b"\xfebin") {
            continue;
        }
        let text = printed(&file);
        let found: Vec<u64> = lines(&text).iter().filter(|(.., name)| *name != "magic").map(|line| line.0).collect();
        assert_eq!(found, listed, "{}", path.display());
    }
}

fn counted(file: &[u8]) -> count_rows::Counts {
    let mut counts = count_rows::Counts::new();
    let _ = count_rows::count(file, &mut counts);
    counts
}

/// By `mysqlbinlog -v` and `mariadb-binlog -v`.
#[test]
fn count_rows_counts_the_samples() {
    type Expected = &'static [(&'static str, [u64; 3])];
    let expected: [(&str, Expected); 4] = [
        (
            "mysql-9.7-shop",
            &[
                ("shop.customers", [4, 1, 1]),
                ("shop.order_items", [2, 0, 0]),
                ("shop.orders", [1, 2, 0]),
                ("shop.products", [4, 4, 1]),
            ],
        ),
        ("mysql-9.7-compressed", &[("shop.events", [41, 5, 3])]),
        (
            "mysql-9.7-cut",
            &[
                ("shop.customers", [4, 0, 0]),
                ("shop.order_items", [2, 0, 0]),
                ("shop.orders", [1, 2, 0]),
                ("shop.products", [4, 4, 0]),
            ],
        ),
        (
            "mariadb-11.8-shop",
            &[("shop.customers", [4, 1, 1]), ("shop.orders", [1, 2, 0]), ("shop.products", [3, 2, 1])],
        ),
    ];
    for (name, expected) in expected {
        let counts = counted(&fs::read(sample(name)).expect("the samples are committed"));
        let counts: Vec<_> = counts.iter().map(|(table, counts)| (table.as_str(), *counts)).collect();
        assert_eq!(counts, expected, "{name}");
    }
}

/// What the tool of the same server prints of each file lies beside it. `mysqlbinlog` does not know
/// GEOMETRY and VECTOR: at the first such value it gives up the whole event. `mariadb-binlog` crashes on
/// `temporal-old-hires`; and the example has no key for `encrypted`.
#[test]
fn count_rows_counts_what_the_real_tools_print() {
    let mut seen = BTreeSet::new();
    for path in corpus() {
        let Ok(text) = fs::read(path.with_extension("txt")) else { continue };
        let file = fs::read(&path).expect("it was listed");
        let unreadable = ["encrypted", "temporal-old-hires"];
        if !file.starts_with(b"\xfebin") || unreadable.iter().any(|name| path.file_stem() == Some(name.as_ref())) {
            continue;
        }
        let (mut expected, mut given_up) = (count_rows::Counts::new(), BTreeSet::new());
        let mut table = String::new();
        for line in String::from_utf8_lossy(&text).lines() {
            let words = [("### INSERT INTO ", 0), ("### UPDATE ", 1), ("### DELETE FROM ", 2)];
            if let Some((name, which)) =
                words.iter().find_map(|(words, which)| Some((line.strip_prefix(words)?, which)))
            {
                table = name.replace('`', "");
                expected.entry(table.clone()).or_default()[*which] += 1;
            } else if line.contains("Don't know how to handle column type") {
                given_up.insert(table.clone());
            }
        }
        let counts = counted(&file);
        assert!(counts.keys().eq(expected.keys()), "{}: {counts:?}, {expected:?}", path.display());
        for (table, counts) in &counts {
            let expected = expected[table];
            match given_up.contains(table) {
                true => assert!(counts.iter().zip(expected).all(|(ours, theirs)| *ours >= theirs), "{table}"),
                false => assert_eq!(*counts, expected, "{}: {table}", path.display()),
            }
        }
        seen.extend(expected.into_keys());
    }
    assert!(corpus().is_empty() || seen.len() > 20, "the corpus has rows of many tables");
}

/// Adds a piece to a file whenever what writes here waits for more.
struct Growing<'p> {
    file: File,
    pieces: std::slice::Chunks<'p, u8>,
    text: Vec<u8>,
}

impl Write for Growing<'_> {
    fn write(&mut self, text: &[u8]) -> io::Result<usize> {
        self.text.write(text)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.pieces.next().map_or(Ok(()), |piece| self.file.write_all(piece))
    }
}

#[test]
fn follow_prints_a_growing_file_as_it_prints_a_whole_one() {
    let whole = fs::read(sample("mysql-9.7-shop")).expect("the samples are committed");
    let path = std::env::temp_dir().join(format!("binlog-format-follow-{}", std::process::id()));
    let file = File::create(&path).expect("a file for a while");
    // Pieces end inside of events.
    let mut growing = Growing { file, pieces: whole.chunks(1000), text: Vec::new() };
    let result = follow::follow(&path, Duration::from_millis(50), &mut growing);
    let _ = fs::remove_file(&path);
    result.expect("it reads what is written");
    let (followed, printed) = (String::from_utf8(growing.text).expect("text"), printed(&whole));
    assert_eq!(lines(&followed), lines(&printed));
    assert!(lines(&followed).len() > 50);
}

fn statement(text: &str) -> String {
    let mut out = Vec::new();
    binlog_statement::print(text, &mut out).expect("base64");
    String::from_utf8(out).expect("text")
}

/// The rows that web/samples/mysql-9.7-shop.sql changes.
#[test]
fn binlog_statement_prints_the_values() {
    let fixture = root().join("tests/fixtures/paste/mysql-9.7-shop.mysqlbinlog.txt");
    let text = fs::read_to_string(fixture).expect("the fixtures are committed");
    let statements: Vec<&str> =
        text.split("BINLOG '").skip(1).filter_map(|rest| rest.split_once('\'')).map(|(base64, _)| base64).collect();
    assert!(statement(statements[0]).starts_with("FORMAT_DESCRIPTION_EVENT"));
    let inserted = statement(&format!("BINLOG '{}'/*!*/;", statements[1]));
    let ada = "Write shop.customers
  After
    id = 1
    name = Ada Brook
    email = ada@example.com
    country = GB
    birthday = 1985-12-10
    member_year = 2019
    interests = 5
    consents = b'10011'
    latitude = 51.5074
    rating = 4.5
    joined_at = 2019-04-01 08:30:00
";
    assert!(inserted.contains(ada), "{inserted}");
    assert!(inserted.contains("    name = 王小明\n") && inserted.contains("    birthday = NULL\n"), "{inserted}");
    // All of them at once, as a whole page of text.
    let all = statement(&text);
    let mut operation = "";
    let mut images = BTreeMap::new();
    for line in all.lines().filter(|line| !line.starts_with("    ")) {
        match line.trim_start() {
            image @ ("Before" | "After") => *images.entry((operation, image)).or_insert(0) += 1,
            other => operation = other.split(' ').next().unwrap_or_default(),
        }
    }
    let expected =
        [(("Delete", "Before"), 2), (("Update", "After"), 7), (("Update", "Before"), 7), (("Write", "After"), 11)];
    assert_eq!(images.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn binlog_statement_tells_what_is_wrong() {
    let mut out = Vec::new();
    assert!(binlog_statement::print("BINLOG '§'", &mut out).is_err());
    // Base64 of what is no event.
    assert!(statement("AAAAAAAAAAAAAAAA").contains("bytes zero_fill"));
}
