//! `stats` as a user runs it: text, JSON, several logs, standard input, directories, exit status.

mod run;

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Output;

use serde_json::Value;

fn samples() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../web/samples")
}

fn run(arguments: &[&str], input: &[u8]) -> Output {
    run::run(&[&["stats"], arguments].concat(), input)
}

fn sample(name: &str) -> String {
    samples().join(name).to_str().expect("UTF-8").to_owned()
}

fn objects(output: &Output) -> Vec<Value> {
    let text = std::str::from_utf8(&output.stdout).expect("JSON is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

#[test]
fn json_of_a_file_and_of_standard_input_is_the_same() {
    let path = sample("mysql-9.7-shop.binlog");
    let of_file = objects(&run(&["--format", "json", &path], b"")).remove(0);
    let mut of_input = objects(&run(&["--format", "json", "-"], &std::fs::read(&path).expect("readable"))).remove(0);
    assert_eq!((of_file["record"].as_str(), of_file["schema"].as_u64()), (Some("stats"), Some(1)));
    assert_eq!(of_file["rows"], serde_json::json!({ "inserted": "11", "updated": "7", "deleted": "2" }));
    assert_eq!(of_file["transactions"]["count"], "15");
    assert_eq!(of_file["tables"]["listed"][0]["table"], "products");
    assert_eq!(of_file["tables"]["listed"][0]["primary_key"], true);
    of_input["file"] = of_file["file"].clone();
    assert_eq!(of_input, of_file);
}

#[test]
fn rows_inside_of_compressed_transactions_are_counted() {
    let compressed = objects(&run(&["--format", "json", &sample("mysql-9.7-compressed.binlog")], b"")).remove(0);
    let rows = &compressed["rows"];
    assert!(rows["inserted"].as_str().is_some_and(|count| count != "0"), "{rows}");
    let kinds = compressed["types_inside"].as_array().expect("a list");
    assert!(kinds.iter().any(|kind| kind["type"] == "WRITE_ROWS_EVENT"), "{kinds:?}");
}

#[test]
fn text_is_in_the_time_zone_asked_for_and_lists_are_cut() {
    let path = sample("mysql-9.7-shop.binlog");
    let text = |arguments: &[&str]| {
        let output = run(&[arguments, &[path.as_str()]].concat(), b"");
        assert_eq!(output.status.code(), Some(0));
        String::from_utf8(output.stdout).expect("UTF-8")
    };
    let utc = text(&[]);
    assert!(utc.contains("from 2026-11-21 13:34:25 to 2026-11-21 13:34:25 UTC"), "{utc}");
    assert!(utc.contains("78 events, 15 transactions, 20 rows (11 inserted, 7 updated, 2 deleted)"), "{utc}");
    let there = text(&["--time-zone", "+08:00", "--top", "2"]);
    assert!(there.contains("from 2026-11-21 21:34:25"), "{there}");
    assert!(utc.contains("shop.order_items") && there.contains("… 2 more (--top 4)"), "{there}");
}

#[test]
fn a_directory_is_all_its_logs_and_damage_is_status_1() {
    let output = run(&[samples().to_str().expect("UTF-8")], b"");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert_eq!(output.status.code(), Some(1), "one of the samples is cut");
    let logs = std::fs::read_dir(samples()).expect("readable").flatten();
    let logs = logs.filter(|entry| entry.path().extension().is_some_and(|it| it == "binlog")).count();
    assert!(text.contains("All logs") && text.contains(&format!("{logs} logs")), "{text}");
    let cut = objects(&run(&["--format", "json", &sample("mysql-9.7-cut.binlog")], b"")).remove(0);
    let finding = &cut["findings"][0];
    assert_eq!((finding["gravity"].as_str(), finding["code"].as_str()), (Some("problem"), Some("finding-damage")));
    assert!(finding["at"].is_u64() && finding["filter"].is_string());
}

#[test]
fn what_cannot_be_read_is_status_2() {
    for arguments in [&["/nonexistent/binlog.000001"][..], &[&sample("README.md")], &[]] {
        assert_eq!(run(arguments, b"").status.code(), Some(2), "{arguments:?}");
    }
}

/// A log of several ranges is counted by all threads as by one.
#[test]
fn a_large_log_is_counted_in_ranges() {
    let bytes = std::fs::read(sample("mysql-9.7-shop.binlog")).expect("readable");
    let end = 4 + u32::from_le_bytes(bytes[13..17].try_into().expect("4 bytes")) as usize;
    let times = (40 << 20) / (bytes.len() - end) + 1;
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    file.write_all(&bytes[..end]).expect("written");
    for _ in 0..times {
        file.write_all(&bytes[end..]).expect("written");
    }
    let counted = objects(&run(&["--format", "json", file.path().to_str().expect("UTF-8")], b"")).remove(0);
    let all = |count: usize| (count * times).to_string();
    assert_eq!(counted["transactions"]["count"], all(15).as_str());
    let rows = serde_json::json!({ "inserted": all(11), "updated": all(7), "deleted": all(2) });
    assert_eq!(counted["rows"], rows);
    assert_eq!(counted["tables"]["listed"][0]["transactions"], all(4).as_str());
}
