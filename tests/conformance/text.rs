//! `dump --format text` against the servers' own readers.
//!
//! The committed fixtures hold what the newest tools print, every line. Beside the project may lie
//! logs with what their own servers' tools printed (`../shared/corpus-generated`), and the newest
//! tools themselves (`../shared/servers`), which are then run over every log there is. Where a tool
//! gives up, its lines must be the first of ours; `docs/differences.md` names each such log.

#[path = "corpus.rs"]
mod corpus;

use std::path::{Path, PathBuf};
use std::process::Command;

use binlog_explorer::dump::{TextDump, Utc, walk_with_keys};
use binlog_explorer::encryption::Keys;
use binlog_explorer::source::{File, Memory};
use binlog_format::framer::Start;

/// What `dump --format text` prints of a file; keys are those in `NAME.key` beside it.
fn text(path: &Path) -> Vec<u8> {
    let mut keys = Keys::new();
    if let Ok(key) = std::fs::read(path.with_extension("key")) {
        keys.add(&key).expect("a key file");
    }
    let source = File::open(path).expect("readable");
    let mut out = Vec::new();
    let mut dump = TextDump::new(&mut out, Utc);
    walk_with_keys(&source, Start::File, 0, &keys, &mut dump).expect("memory does not fail");
    drop(dump);
    out
}

/// Lines without blanks at their ends.
fn lines(text: &[u8]) -> Vec<&[u8]> {
    text.split(|byte| *byte == b'\n').map(<[u8]>::trim_ascii_end).collect()
}

/// Whether a line is one that must be the same: a position, an event's head or a row.
fn counts(line: &[u8]) -> bool {
    let position = line.strip_prefix(b"# at ").is_some_and(|number| number.iter().all(u8::is_ascii_digit));
    let head = line.strip_prefix(b"#").and_then(|rest| rest.split_first_chunk::<7>());
    let head = head.is_some_and(|(date, _)| date[..6].iter().all(u8::is_ascii_digit) && date[6] == b' ');
    position || head || line.starts_with(b"###")
}

fn counted(text: &[u8]) -> Vec<&[u8]> {
    lines(text).into_iter().filter(|line| counts(line)).collect()
}

/// Names of temporary files depend on what lies in the temporary folder.
fn without_temporary_names(line: &[u8]) -> Vec<u8> {
    const NAME: &[u8] = b"SQL_LOAD_MB-";
    match line.windows(NAME.len()).position(|window| window == NAME) {
        Some(at) => {
            let end = line[at..].iter().position(|byte| *byte == b'\'').map_or(line.len(), |end| at + end);
            [&line[..at + NAME.len()], &line[end..]].concat()
        }
        None => line.to_vec(),
    }
}

fn show(line: Option<&&[u8]>) -> String {
    line.map_or("the end".into(), |line| String::from_utf8_lossy(line).into_owned())
}

/// The first line that differs, said; `None` when all are the same.
fn difference(want: &[&[u8]], got: &[&[u8]]) -> Option<String> {
    let same =
        |(one, other): (&&[u8], &&[u8])| one == other || without_temporary_names(one) == without_temporary_names(other);
    let at = want.iter().zip(got).position(|pair| !same(pair)).unwrap_or(want.len().min(got.len()));
    if at == want.len() && at == got.len() {
        return None;
    }
    Some(format!("line {at}: want {}\n         got {}", show(want.get(at)), show(got.get(at))))
}

fn folder(name: &str) -> PathBuf {
    corpus::root().join(name)
}

fn logs(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut logs: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    logs.sort();
    logs
}

#[test]
fn every_line_of_the_fixtures() {
    let mut failed = Vec::new();
    let mut seen = 0;
    for want in logs(&folder("tests/fixtures/text")).iter().filter(|path| path.extension().is_some_and(|e| e == "txt"))
    {
        let stem = want.file_stem().unwrap_or_default().to_string_lossy();
        let log = match stem.strip_prefix("sample-") {
            Some(sample) => folder("web/samples").join(format!("{sample}.binlog")),
            None => want.with_extension("binlog"),
        };
        let (want, got) = (std::fs::read(want).expect("readable"), text(&log));
        seen += 1;
        failed.extend(difference(&lines(&want), &lines(&got)).map(|difference| format!("{stem}: {difference}")));
    }
    assert!(seen >= 15, "the fixtures are there");
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was compared is to be seen")]
fn logs_with_what_their_own_servers_tools_printed() {
    let mut failed = Vec::new();
    let (mut files, mut total) = (0, 0);
    for server in ["mysql-9.7", "mariadb-11.8", "mariadb-10.11"] {
        for log in logs(&folder("../shared/corpus-generated").join(server)) {
            let want = log.with_extension("txt");
            if log.extension().is_none_or(|extension| extension != "binlog") || !want.exists() {
                continue;
            }
            let (want, got) = (std::fs::read(want).expect("readable"), text(&log));
            let (want, got) = (counted(&want), counted(&got));
            (files, total) = (files + 1, total + want.len());
            failed.extend(difference(&want, &got).map(|difference| format!("{}: {difference}", log.display())));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    println!("{files} files, {total} lines");
}

/// The newest tools, where they are unpacked already.
fn tool(mariadb: bool) -> Option<Command> {
    let (name, reader) = if mariadb { ("mariadb-11.8", "mariadb-binlog") } else { ("mysql-9.7", "mysqlbinlog") };
    let cache = std::env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
    if !cache.join("binlog-servers").join(name).join("root/.complete").exists() {
        return None;
    }
    let mut command = Command::new(folder("../shared/servers").join(name));
    command.args([reader, "-vv", "--base64-output=decode-rows"]).env("TZ", "UTC");
    Some(command)
}

#[test]
#[expect(clippy::print_stdout, reason = "how much was compared is to be seen")]
fn the_newest_tools_over_every_log() {
    let differences = std::fs::read_to_string(folder("docs/differences.md")).expect("written down");
    let mut failed = Vec::new();
    let (mut identical, mut given_up) = (0, 0);
    for log in corpus::files() {
        let head = std::fs::read(&log).expect("readable");
        let mariadb = head[..head.len().min(200)].windows(7).any(|window| window == b"MariaDB");
        let Some(mut command) = tool(mariadb) else {
            println!("SKIPPED: the tools are not here");
            return;
        };
        let output = command.arg(&log).output().expect("it runs");
        // The generated logs' own texts were compared; keys are not the tools' to take.
        if log.with_extension("key").exists() {
            continue;
        }
        let got = text(&log);
        let (want, got) = (counted(&output.stdout), counted(&got));
        let name = log.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if output.status.success() {
            identical += 1;
            failed.extend(difference(&want, &got).map(|difference| format!("{name}: {difference}")));
            continue;
        }
        given_up += 1;
        if !got.starts_with(&want) {
            failed.push(format!("{name}: {:?}", difference(&want, &got)));
        }
        if !differences.contains(&name) {
            failed.push(format!("{name}: the tool gives up, and docs/differences.md does not say why"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
    println!("{identical} logs identical, {given_up} that a tool gives up");
}

/// A statement whose rows do not fit memory is printed from its events again, and the same.
#[test]
fn statements_of_any_size() {
    let log = folder("web/samples/mysql-9.7-shop.binlog");
    let bytes = std::fs::read(&log).expect("readable");
    let small = large_statement(&bytes, 3);
    let large = large_statement(&bytes, 40_000);
    let print = |bytes: Vec<u8>| {
        let mut out = Vec::new();
        let mut dump = TextDump::new(&mut out, Utc);
        let totals = walk_with_keys(&Memory::new(bytes), Start::File, 0, &Keys::new(), &mut dump).expect("memory");
        drop(dump);
        assert_eq!(totals.problems, 0);
        out
    };
    let (small, large) = (print(small), print(large));
    let rows = |text: &[u8]| {
        lines(text).into_iter().filter(|line| line.starts_with(b"###")).map(<[u8]>::to_vec).collect::<Vec<_>>()
    };
    let (small, large) = (rows(&small), rows(&large));
    let each = small.len() / 3;
    assert_eq!((small.len(), large.len()), (each * 3, each * 40_000));
    assert!(large.chunks(each).all(|chunk| chunk == &small[..each]));
    assert!(large.iter().map(Vec::len).sum::<usize>() > 8 << 20, "more than may wait in memory");
}

/// The file up to its first rows event, that event this many times, the last ending the statement.
fn large_statement(file: &[u8], times: usize) -> Vec<u8> {
    use binlog_format::header::EventHeader;
    use binlog_format::names::code;
    let mut at = 4;
    let (mut out, flags) = (file[..4].to_vec(), 19 + 6);
    while let Some(header) = EventHeader::peek(&file[at..]) {
        let event = &file[at..at + header.event_size as usize];
        if header.type_code == code::WRITE_ROWS {
            for i in 0..times {
                let mut copy = event[..event.len() - 4].to_vec();
                copy[flags] = copy[flags] & !1 | u8::from(i + 1 == times);
                let checksum = crc32fast::hash(&copy);
                out.extend_from_slice(&copy);
                out.extend_from_slice(&checksum.to_le_bytes());
            }
            return out;
        }
        out.extend_from_slice(event);
        at += event.len();
    }
    panic!("no rows in the sample");
}
