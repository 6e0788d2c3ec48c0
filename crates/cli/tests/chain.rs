//! Several logs as one: index files, folders, and what logs say of each other. The logs are cut from a
//! sample, with ROTATE and PREVIOUS_GTIDS events written here.

mod run;

use std::path::{Path, PathBuf};
use std::process::Output;

const SOURCE: [u8; 16] = *b"0123456789abcdef";

fn run(arguments: &[&str]) -> Output {
    run::run(arguments, b"")
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

/// A MySQL log of one FORMAT_DESCRIPTION_EVENT taken from a sample, and events written here.
struct Log(Vec<u8>);

impl Log {
    fn new(before: std::ops::Range<i64>) -> Self {
        let sample = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples/mysql-9.7-shop.binlog");
        let sample = std::fs::read(sample).expect("readable");
        let size = u32::from_le_bytes(sample[13..17].try_into().expect("four bytes")) as usize;
        let mut log = Self(sample[..4 + size].to_vec());
        // One source with one interval, untagged.
        let mut set = Vec::new();
        set.extend(u64::from(!before.is_empty()).to_le_bytes());
        if !before.is_empty() {
            set.extend(SOURCE);
            set.extend(1u64.to_le_bytes());
            set.extend(before.start.to_le_bytes());
            set.extend(before.end.to_le_bytes());
        }
        log.event(35, &set);
        log
    }

    fn event(&mut self, kind: u8, body: &[u8]) {
        let start = self.0.len();
        let size = 19 + body.len() + 4;
        self.0.extend(1_700_000_000u32.to_le_bytes());
        self.0.push(kind);
        self.0.extend(1u32.to_le_bytes());
        self.0.extend((size as u32).to_le_bytes());
        self.0.extend(((start + size) as u32).to_le_bytes());
        self.0.extend([0, 0]);
        self.0.extend(body);
        let checksum = crc32fast::hash(&self.0[start..]);
        self.0.extend(checksum.to_le_bytes());
    }

    /// A transaction of one statement.
    fn transaction(mut self, number: i64, clock: i64) -> Self {
        let mut gtid = vec![1];
        gtid.extend(SOURCE);
        gtid.extend(number.to_le_bytes());
        gtid.push(2);
        gtid.extend((clock - 1).to_le_bytes());
        gtid.extend(clock.to_le_bytes());
        self.event(33, &gtid);
        let mut query = Vec::new();
        query.extend([0; 4 + 4 + 1 + 2 + 2]);
        query.extend(b"\0create table t (a int)");
        self.event(2, &query);
        self
    }

    fn rotate(mut self, next: &str) -> Vec<u8> {
        let body = [&4u64.to_le_bytes()[..], next.as_bytes()].concat();
        self.event(4, &body);
        self.0
    }
}

fn folder(name: &str, files: &[(&str, &[u8])]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("chain-{name}"));
    let _ = std::fs::remove_dir_all(&folder);
    std::fs::create_dir_all(&folder).expect("writable");
    for (name, bytes) in files {
        std::fs::write(folder.join(name), bytes).expect("writable");
    }
    folder
}

fn first() -> Vec<u8> {
    Log::new(0..0).transaction(1, 1).transaction(2, 2).rotate("binlog.000002")
}

fn second() -> Vec<u8> {
    Log::new(1..3).transaction(3, 1).rotate("binlog.000003")
}

fn third() -> Vec<u8> {
    Log::new(1..4).transaction(4, 1).rotate("binlog.000004")
}

const INDEX: &[u8] = b"./binlog.000001\n./binlog.000002\n/var/lib/nowhere/binlog.000003\n";

#[test]
fn an_index_and_its_folder_stand_for_the_logs() {
    let (one, two, three) = (first(), second(), third());
    let folder = folder(
        "whole",
        &[
            ("binlog.000001", &one),
            ("binlog.000002", &two),
            ("binlog.000003.zst", &zstd::encode_all(&three[..], 3).expect("memory")),
            ("binlog.index", INDEX),
            ("host-relay-bin.index", b"./host-relay-bin.000001\n"),
        ],
    );
    let folder_name = folder.to_str().expect("UTF-8");
    let index = folder.join("binlog.index");
    let index = index.to_str().expect("UTF-8");
    let verified = run(&["verify", index]);
    assert_eq!(verified.status.code(), Some(0), "{}", said(&verified));
    let text = String::from_utf8_lossy(&verified.stdout).into_owned();
    assert_eq!(text.lines().filter(|line| line.ends_with("0 problems")).count(), 3, "{text}");
    assert!(!text.contains("note"), "{text}");
    assert_eq!(run(&["verify", folder_name]).stdout, verified.stdout);

    let dumped = run(&["dump", "--format", "json", index]);
    assert_eq!(dumped.status.code(), Some(0), "{}", said(&dumped));
    let records = String::from_utf8_lossy(&dumped.stdout).into_owned();
    let names: Vec<&str> = records.lines().filter(|line| line.contains("\"record\":\"input\"")).collect();
    assert_eq!(names.len(), 3);
    for (line, name) in names.iter().zip(["binlog.000001", "binlog.000002", "binlog.000003.zst"]) {
        assert!(line.contains(name), "{line}");
    }
    // Each file's offsets are its own.
    assert_eq!(records.matches("\"space\":\"0\",\"start\":0,\"end\":4,\"kind\":\"magic\"").count(), 3);
}

#[test]
fn gaps_are_told() {
    let (one, three) = (first(), third());
    let folder = folder("gap", &[("binlog.000001", &one), ("binlog.000003", &three), ("binlog.index", INDEX)]);
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    // The index names a log that is not there.
    for command in ["dump", "verify"] {
        let output = run(&[command, &path("binlog.index")]);
        assert_eq!(output.status.code(), Some(1), "{command}: {}", said(&output));
        assert!(said(&output).contains("binlog.000002 stands in the index, but the file is not there"));
    }
    // Files given one by one: what they say of each other.
    let output = run(&["verify", &path("binlog.000001"), &path("binlog.000003")]);
    assert_eq!(output.status.code(), Some(0), "a gap is no damage: {}", said(&output));
    let text = said(&output);
    assert!(text.contains("names binlog.000002 as the next one, but binlog.000003 follows"), "{text}");
    assert!(
        text.contains("hold GTIDs that are in none of the files given: 30313233-3435-3637-3839-616263646566:3"),
        "{text}"
    );
    // The other way round the first log is older than what was seen.
    let text = said(&run(&["verify", &path("binlog.000003"), &path("binlog.000001")]));
    assert!(text.contains("does not know of GTIDs that the files before it hold") && text.contains(":1-4"), "{text}");
}

#[test]
fn logs_of_other_names_are_not_compared() {
    let (one, three) = (first(), third());
    let folder = folder("others", &[("binlog.000001", &one), ("other.000003", &three)]);
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let output = run(&["verify", &path("binlog.000001"), &path("other.000003")]);
    assert_eq!(output.status.code(), Some(0));
    assert!(!said(&output).contains("note"), "{}", said(&output));
}

#[test]
fn a_folder_without_an_index_is_refused() {
    let folder = folder("bare", &[("binlog.000001", &first())]);
    let output = run(&["verify", folder.to_str().expect("UTF-8")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("no *.index"), "{}", said(&output));
    let two = self::folder("two", &[("a.index", b"./a.000001\n"), ("b.index", b"./b.000001\n")]);
    let output = run(&["dump", two.to_str().expect("UTF-8")]);
    assert!(output.status.code() == Some(2) && said(&output).contains("several indexes"), "{}", said(&output));
}

#[test]
fn text_of_the_servers_tools_is_no_index() {
    // It begins with a slash, as an index of whole paths does.
    let text = b"/*!50530 SET @@SESSION.PSEUDO_SLAVE_MODE=1*/;\nDELIMITER /*!*/;\n# at 4\n";
    let folder = folder("text", &[("printed.txt", text), ("logs", b"./binlog.000001\n"), ("binlog.000001", &first())]);
    let path = |name: &str| folder.join(name).to_str().expect("UTF-8").to_owned();
    let output = run(&["dump", "--format", "json", &path("printed.txt")]);
    assert_eq!(output.status.code(), Some(2));
    assert!(!said(&output).contains("index"), "{}", said(&output));
    // One without the usual ending is known by its lines.
    let output = run(&["verify", &path("logs")]);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(said(&output).contains("binlog.000001"), "{}", said(&output));
}
