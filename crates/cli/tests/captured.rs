//! A capture stands for the binary logs that were sent in it.

mod run;

use std::path::{Path, PathBuf};

use crate::run::run;

fn capture() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/captures/mysql-9.7.pcap")
}

fn said(command: &str, more: &[&str]) -> (String, String, Option<i32>) {
    let path = capture();
    let arguments = [&[command], more, &[path.to_str().expect("a name")]].concat();
    let output = run(&arguments, b"");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&output.stdout), text(&output.stderr), output.status.code())
}

#[test]
fn the_logs_in_a_capture_are_verified() {
    let (out, notes, status) = said("verify", &[]);
    assert_eq!(status, Some(0), "{notes}");
    let verdicts: Vec<_> =
        out.lines().filter(|line| line.contains("binlog.000001: ok, 16 events, 0 problems")).collect();
    // Two of the three clients asked for it.
    assert_eq!(verdicts.len(), 2, "{out}");
    assert!(notes.contains("Binary log binlog.000001 of the dump between 127.0.0.1:"), "{notes}");
}

#[test]
fn the_logs_in_a_capture_are_printed() {
    let (out, notes, status) = said("dump", &["--format", "text"]);
    assert_eq!(status, Some(0), "{notes}");
    assert_eq!(out.matches("# at 4\n").count(), 2, "{out}");
    assert!(out.contains("###   @2='coffee'"), "{out}");
    let (out, _, status) = said("dump", &["--format", "json", "--filter", "type:WRITE_ROWS"]);
    assert_eq!(status, Some(0));
    assert!(out.contains("\"tea\""), "{out}");
}

#[test]
fn a_capture_without_a_log_is_refused_with_the_reason() {
    let folder = std::env::temp_dir().join(format!("binlogscope-captured-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let path = folder.join("empty.pcap");
    let whole = std::fs::read(capture()).expect("the fixture");
    std::fs::write(&path, &whole[..24]).expect("written");
    let output = run(&["dump", path.to_str().expect("a name")], b"");
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("no dump of a binary log"), "{said}");
    std::fs::remove_dir_all(&folder).expect("removed");
}
