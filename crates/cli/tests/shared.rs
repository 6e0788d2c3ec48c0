//! Commands over what was shared: `.binlogscope` files and links.

mod run;

use std::path::{Path, PathBuf};

use crate::run::run;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/bundles").join(name)
}

fn sample(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples").join(name)
}

fn text(path: &Path) -> &str {
    path.to_str().expect("UTF-8")
}

fn link(name: &str) -> String {
    let data = std::fs::read_to_string(fixture(name)).expect("a committed fixture");
    format!("https://binlogscope.example/some/page.html#s={data}&tab=rows")
}

/// All of a log, shared, is that log.
#[test]
fn a_whole_log_dumps_as_the_log_itself() {
    let log = sample("mysql-9.7-shop.binlog");
    let (bundle, link) = (fixture("version-1-whole.binlogscope"), link("version-1-whole.link"));
    for format in ["json", "tree", "text"] {
        let wanted = run(&["dump", "--format", format, text(&log)], b"");
        for input in [text(&bundle), &link] {
            let got = run(&["dump", "--format", format, input], b"");
            assert_eq!(got.status.code(), Some(0), "{}", String::from_utf8_lossy(&got.stderr));
            assert!(got.stdout == wanted.stdout, "{format}");
        }
    }
    let standard = run(&["dump", "--format", "json", "-"], &std::fs::read(&bundle).expect("readable"));
    assert_eq!(standard.stdout, run(&["dump", "--format", "json", text(&log)], b"").stdout);
}

/// A part of one has the same records at the same offsets, holes between, and nothing wrong.
#[test]
fn a_part_has_the_same_records_at_the_same_offsets() {
    let whole = run(&["dump", "--format", "json", text(&sample("mysql-9.7-shop.binlog"))], b"");
    let whole: Vec<&[u8]> = whole.stdout.split(|byte| *byte == b'\n').collect();
    for input in [text(&fixture("version-1-transaction.binlogscope")).to_owned(), link("version-1-transaction.link")] {
        let got = run(&["dump", "--format", "json", &input], b"");
        assert_eq!(got.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&got.stderr).contains("This is a part of a log"));
        let (mut events, mut holes) = (0, 0);
        for line in got.stdout.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            if line.windows(13).any(|part| part == b"\"kind\":\"hole\"") {
                holes += 1;
                continue;
            }
            assert!(whole.contains(&line), "{}", String::from_utf8_lossy(line));
            events += 1;
        }
        assert!(events > 5 && holes >= 2, "{events} {holes}");
        let verified = run(&["verify", &input], b"");
        assert_eq!(verified.status.code(), Some(0), "{}", String::from_utf8_lossy(&verified.stdout));
        assert!(String::from_utf8_lossy(&verified.stdout).contains(": ok, "));
        let counted = run(&["stats", &input], b"");
        assert_eq!(counted.status.code(), Some(0), "{}", String::from_utf8_lossy(&counted.stderr));
    }
}

#[test]
fn what_is_no_bundle_is_refused_in_words() {
    let said = |arguments: &[&str], input: &[u8]| {
        let output = run(arguments, input);
        assert_eq!(output.status.code(), Some(2));
        String::from_utf8_lossy(&output.stderr).into_owned()
    };
    let mut other = std::fs::read(fixture("version-1-whole.binlogscope")).expect("a fixture");
    other[7] = 9;
    assert!(said(&["dump", "-"], &other).contains("version 9 of its format"));
    other[7] = 1;
    other.truncate(other.len() / 2);
    assert!(said(&["verify", "-"], &other).contains("not copied whole"));
    assert!(said(&["dump", "https://binlogscope.example/#s=7.AAAA"], b"").contains("version 7"));
    assert!(said(&["dump", "https://binlogscope.example/#s=1.AAAA"], b"").contains("link"));
}

/// A filter's hits as a file and as a link: both carry the same, and dumping either gives records of the log.
#[test]
fn what_a_filter_finds_is_exported_as_a_file_and_as_a_link() {
    let log = sample("mysql-9.7-shop.binlog");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = folder.join("exported.binlogscope");
    let arguments = ["export", text(&log), "--format", "bundle", "--filter", "op:update", "-o", text(&output)];
    let exported = run(&arguments, b"");
    assert_eq!(exported.status.code(), Some(0), "{}", String::from_utf8_lossy(&exported.stderr));
    let base = "https://binlogscope.example/page/#old";
    let linked = run(&["export", text(&log), "--format", "bundle", "--filter", "op:update", "--link", base], b"");
    assert_eq!(linked.status.code(), Some(0), "{}", String::from_utf8_lossy(&linked.stderr));
    let link = String::from_utf8(linked.stdout).expect("text");
    assert!(link.starts_with("https://binlogscope.example/page/#s=1."), "{link}");
    let said = String::from_utf8_lossy(&linked.stderr).into_owned();
    assert!(said.contains(&format!("has {} characters", link.trim_end().len())), "{said}");
    let dumped = |input: &str| run(&["dump", "--format", "json", "--filter", "op:update", input], b"").stdout;
    let hits = |dump: &[u8]| -> Vec<String> {
        let lines = String::from_utf8_lossy(dump).into_owned();
        lines.lines().filter(|line| line.contains("UPDATE_ROWS")).map(Into::into).collect()
    };
    let wanted = hits(&dumped(text(&log)));
    assert!(!wanted.is_empty());
    assert_eq!(hits(&dumped(text(&output))), wanted);
    assert_eq!(hits(&dumped(link.trim_end())), wanted);
    // Nothing of where the log lies goes along.
    let bytes = std::fs::read(&output).expect("written");
    let bundle = binlog_explorer::bundle::Bundle::from_bytes(&bytes).expect("a bundle");
    assert_eq!(bundle.name, "mysql-9.7-shop.binlog");
    // Through standard input and output, and of two logs nothing.
    let piped = run(&["export", "-", "--format", "bundle"], &std::fs::read(&log).expect("readable"));
    assert!(binlog_explorer::bundle::is_bundle(&piped.stdout));
    let two = run(&["export", text(&log), text(&log), "--format", "bundle"], b"");
    assert_eq!(two.status.code(), Some(2));
    let wrong = run(&["export", text(&log), "--format", "binlog", "--link", base], b"");
    assert_eq!(wrong.status.code(), Some(2));
}
