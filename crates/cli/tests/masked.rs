//! `export --mask` as a user runs it.

mod run;

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::run;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/masking").join(name)
}

fn place(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("masked-{name}"));
    let _ = fs::remove_file(&path);
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

/// What `dump` says of a file.
fn dump(path: &Path) -> String {
    let dump = run(&["dump", "--format", "json", text(path)], b"");
    assert_eq!(dump.status.code(), Some(0), "{}", String::from_utf8_lossy(&dump.stderr));
    String::from_utf8(dump.stdout).expect("JSON")
}

#[test]
fn logs_and_bundles_have_nothing_of_what_was_masked() {
    for name in ["mysql.binlog", "mariadb.binlog"] {
        let log = fixture(name);
        assert!(dump(&log).contains("CANARYvarchar"));
        for (format, kind) in [("binlog", "log"), ("bundle", "bundle")] {
            let path = place(&format!("{name}-{kind}"));
            let export = |extra: &[&str]| {
                let start = ["export", text(&log), "--format", format, "-o", text(&path)];
                let output = run(&[&start, extra].concat(), b"");
                assert_eq!(output.status.code(), Some(0), "{}", String::from_utf8_lossy(&output.stderr));
                let verified = run(&["verify", text(&path)], b"");
                assert_eq!(
                    verified.status.code(),
                    Some(0),
                    "{name} {format}: {}",
                    String::from_utf8_lossy(&verified.stdout)
                );
                dump(&path)
            };
            let all = export(&["--mask", "all"]);
            assert!(!all.to_ascii_uppercase().contains("CANARY"), "{name} {format}");
            let rows = |text: &str| text.matches("\"name\":\"row\"").count() + text.matches("\"column.").count();
            assert_eq!(rows(&all), rows(&dump(&log)), "{name} {format}");
            let values = export(&["--mask", "values", "--keep-column", "vc"]);
            assert!(
                values.contains("CANARYtable") && values.contains("CANARYvarchar") && !values.contains("CANARYliteral")
            );
            let column = export(&["--mask-column", "CANARYtable.vc"]);
            assert!(!column.contains("CANARYvarchar") && column.contains("CANARYchar"));
        }
    }
}

#[test]
fn what_cannot_be_masked_is_told_before_anything_is_written() {
    let (log, path) = (fixture("mysql.binlog"), place("refused"));
    for (wrong, said) in [
        (&["--mask", "value"][..], "value is nothing that can be masked"),
        (&["--mask", "values", "--keep-table", "a.b.c"], "a.b.c is no name of this form"),
        (&["--keep-table", "a"], "need --mask"),
    ] {
        let start = ["export", text(&log), "--format", "binlog", "-o", text(&path)];
        let output = run(&[&start, wrong].concat(), b"");
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(2) && words.contains(said), "{words}");
        assert!(!path.exists());
    }
}
