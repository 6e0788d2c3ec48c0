//! `export --format binlog` as a user runs it.

mod run;

use std::fs;
use std::path::{Path, PathBuf};

use crate::run::run;

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples").join(name)
}

/// A place of this test's own.
fn place(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("export-{name}"));
    let _ = fs::remove_file(&path);
    path
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn said(output: &std::process::Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

#[test]
fn a_filter_is_cut_into_a_file_or_a_pipe() {
    let (log, path) = (sample("mysql-9.7-shop.binlog"), place("filtered"));
    let arguments = ["export", text(&log), "--format", "binlog", "--filter", "op:update", "-o", text(&path)];
    let output = run(&arguments, b"");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let written = fs::read(&path).expect("written");
    let piped = run(&arguments[..6], b"");
    assert_eq!((piped.status.code(), piped.stdout == written), (Some(0), true), "{}", said(&piped));
    // It is read like any log, and has what matches.
    let updates = |path: &Path| {
        let dump = run(&["dump", "--format", "json", "--filter", "op:update", text(path)], b"");
        assert_eq!(dump.status.code(), Some(0), "{}", said(&dump));
        String::from_utf8_lossy(&dump.stdout).matches("\"type\":\"UPDATE_ROWS_EVENT\"").count()
    };
    assert!(updates(&path) > 0 && updates(&path) == updates(&log));
    assert!(written.len() < fs::read(&log).expect("readable").len());
    let verified = run(&["verify", text(&path)], b"");
    assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
    // Standard input is an input as others.
    let from_stdin =
        run(&["export", "-", "--format", "binlog", "--filter", "op:update"], &fs::read(&log).expect("readable"));
    assert!(from_stdin.stdout == written);
}

#[test]
fn what_is_read_is_not_overwritten() {
    let path = place("own");
    fs::copy(sample("mysql-9.7-shop.binlog"), &path).expect("copied");
    let before = fs::read(&path).expect("readable");
    let output = run(&["export", text(&path), "--format", "binlog", "-o", text(&path)], b"");
    assert_eq!(output.status.code(), Some(2));
    assert!(said(&output).contains("not overwritten"), "{}", said(&output));
    #[cfg(unix)]
    {
        let link = place("link");
        std::os::unix::fs::symlink(&path, &link).expect("linked");
        let output = run(&["export", text(&path), "--format", "binlog", "-o", text(&link)], b"");
        assert_eq!(output.status.code(), Some(2), "{}", said(&output));
    }
    assert!(fs::read(&path).expect("readable") == before);
    // Another file of that name is replaced, but only by a whole one.
    let other = place("other");
    fs::write(&other, "before").expect("written");
    let foreign = place("foreign");
    fs::write(&foreign, "no log").expect("written");
    let output = run(&["export", text(&foreign), "--format", "binlog", "-o", text(&other)], b"");
    assert_eq!((output.status.code(), fs::read(&other).expect("readable")), (Some(2), b"before".to_vec()));
    let output = run(&["export", text(&path), "--format", "binlog", "-o", text(&other)], b"");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(fs::read(&other).expect("readable").starts_with(b"\xfebin"));
}

#[test]
fn statuses_and_several_logs() {
    let (log, path) = (sample("mysql-9.7-shop.binlog"), place("several"));
    let second = sample("mysql-9.7-statement.binlog");
    let output = run(&["export", text(&log), text(&second), "--format", "binlog", "-o", text(&path)], b"");
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    let sizes = [&log, &second].map(|path| fs::read(path).expect("readable").len());
    let written = fs::read(&path).expect("written").len();
    assert!(written > sizes[0].max(sizes[1]) && written < sizes[0] + sizes[1], "{written} {sizes:?}");
    let dump = run(&["dump", "--format", "json", text(&path)], b"");
    assert_eq!(dump.status.code(), Some(0), "{}", said(&dump));
    // MySQL's and MariaDB's events do not go together.
    let mixed = run(&["export", text(&log), text(&sample("mariadb-11.8-shop.binlog")), "--format", "binlog"], b"");
    assert_eq!(mixed.status.code(), Some(2), "{}", said(&mixed));
    // What is damaged is left out, and said.
    let mut bytes = fs::read(&log).expect("readable");
    let half = bytes.len() / 2;
    bytes[half..half + 400].fill(0xee);
    let damaged = run(&["export", "-", "--format", "binlog", "-o", text(&path)], &bytes);
    assert_eq!(damaged.status.code(), Some(1), "{}", said(&damaged));
    let dump = run(&["dump", "--format", "json", text(&path)], b"");
    assert!(!String::from_utf8_lossy(&dump.stdout).contains("\"kind\":\"damaged\""));
    assert_eq!(run(&["export", text(&log), "--format", "cow"], b"").status.code(), Some(2));
    assert_eq!(run(&["export", text(&log), "--format", "binlog", "--filter", "op:"], b"").status.code(), Some(2));
}

#[test]
fn an_encrypted_log_is_cut_in_the_clear() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/encrypted");
    for (name, option) in [("mysql-9.7-rotated", "--keyring"), ("mariadb-11.8-aes-128-cbc", "--key-file")] {
        let log = folder.join(format!("{name}.binlog"));
        let key = folder.join(format!("{name}.key"));
        let copied = place(&format!("{name}.log"));
        fs::copy(&log, &copied).expect("copied");
        let sealed = run(&["export", text(&copied), "--format", "binlog"], b"");
        assert_eq!(sealed.status.code(), Some(2), "{}", said(&sealed));
        let path = place(&format!("{name}.clear"));
        let output = run(&["export", text(&copied), option, text(&key), "--format", "binlog", "-o", text(&path)], b"");
        assert_eq!(output.status.code(), Some(0), "{}", said(&output));
        let verified = run(&["verify", text(&path)], b"");
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
        let written = fs::read(&path).expect("written");
        assert!(written.starts_with(b"\xfebin") && written.len() > 500);
    }
}

/// What was shared of an encrypted log is in the clear, at its own offsets, and is cut without a key.
#[test]
fn a_shared_part_of_an_encrypted_log_is_cut() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/encrypted");
    for (name, option) in [("mysql-9.7-reencrypted", "--keyring"), ("mariadb-11.8-aes-128-cbc", "--key-file")] {
        let (log, key) = (folder.join(format!("{name}.binlog")), folder.join(format!("{name}.key")));
        let export = |of: &Path, format: &str, to: &str, more: &[&str]| {
            let to = place(&format!("{name}.{to}"));
            let all = ["export", text(of), "--format", format, "-o", text(&to)];
            let output = run(&[&all, more].concat(), b"");
            assert_eq!(output.status.code(), Some(0), "{}", said(&output));
            to
        };
        let with_key = [option, text(&key)];
        for filter in [&[][..], &["--filter", "rows:>0"], &["--filter", "op:insert"]] {
            let shared = export(&log, "bundle", "binlogscope", &[filter, &with_key].concat());
            let clear = export(&folder.join(format!("{name}.clear")), "bundle", "clear.binlogscope", filter);
            let written = fs::read(export(&shared, "binlog", "of-shared", &[])).expect("written");
            let wanted = fs::read(export(&clear, "binlog", "of-clear", &[])).expect("written");
            assert!(written.len() > 500 && written == wanted, "{name} {filter:?}: {} bytes", written.len());
            // And chosen from once more.
            let again = fs::read(export(&shared, "binlog", "again", &["--filter", "rows:>0"])).expect("written");
            let wanted = fs::read(export(&clear, "binlog", "again-clear", &["--filter", "rows:>0"])).expect("written");
            assert!(again.len() > 500 && again == wanted, "{name} {filter:?}: {} bytes", again.len());
        }
    }
}
