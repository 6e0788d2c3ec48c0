//! The command as a user runs it: output, notes, exit status.

mod run;

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use crate::run::run;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn sample(name: &str) -> PathBuf {
    root().join("web/samples").join(name)
}

fn lines(output: &Output) -> Vec<serde_json::Value> {
    let text = std::str::from_utf8(&output.stdout).expect("JSON is UTF-8");
    text.lines().map(|line| serde_json::from_str(line).expect("one object a line")).collect()
}

#[test]
fn json_from_a_file_and_from_standard_input_is_the_same() {
    let path = sample("mysql-9.7-shop.binlog");
    let from_file = run(&["dump", "--format", "json", path.to_str().expect("UTF-8")], b"");
    let from_input = run(&["dump", "--format", "json", "-"], &std::fs::read(&path).expect("readable"));
    assert_eq!(from_file.status.code(), Some(0));
    assert_eq!(from_file.stdout, from_input.stdout);
    let records = lines(&from_file);
    let size = std::fs::metadata(&path).expect("readable").len();
    assert_eq!(records[0]["record"], "file");
    assert_eq!((records[0]["schema"].as_u64(), records[0]["size"].as_u64()), (Some(1), Some(size)));
    assert_eq!((records[0]["flavor"].as_str(), records[0]["checksum"].as_str()), (Some("mysql"), Some("crc32")));
    assert_eq!(records[1]["kind"], "magic");
    assert_eq!(records[2]["type"], "FORMAT_DESCRIPTION_EVENT");
    assert_eq!(records.last().and_then(|last| last["end"].as_u64()), Some(size));
    assert!(records.iter().filter(|record| record["record"] == "event").all(|event| event["checksum_ok"] == true));
}

#[test]
fn a_payload_is_followed_by_its_space() {
    let output =
        run(&["dump", "--format", "json", sample("mysql-9.7-compressed.binlog").to_str().expect("UTF-8")], b"");
    let records = lines(&output);
    let at = records.iter().position(|record| record["record"] == "space").expect("a space");
    let (payload, space, first) = (&records[at - 1], &records[at], &records[at + 1]);
    assert_eq!(payload["type"], "TRANSACTION_PAYLOAD_EVENT");
    assert_eq!(space["space"].as_str(), Some(payload["start"].to_string().as_str()));
    assert_eq!((first["space"].as_str(), first["start"].as_u64()), (space["space"].as_str(), Some(0)));
    assert_eq!(first["checksum_ok"], serde_json::Value::Null);
    assert!(payload.to_string().contains(&format!("\"opens\":{}", space["space"])));
}

#[test]
fn status_1_for_damage_with_everything_readable_printed() {
    let cut = run(&["dump", "--format", "json", sample("mysql-9.7-cut.binlog").to_str().expect("UTF-8")], b"");
    assert_eq!(cut.status.code(), Some(1));
    let records = lines(&cut);
    let last = records.last().expect("records");
    assert_eq!((last["kind"].as_str(), last["error"]["code"].as_str()), (Some("damaged"), Some("truncated_event")));
    assert!(records.len() > 50);
    let mut in_use = std::fs::read(sample("mysql-9.7-cut.binlog")).expect("readable");
    in_use[4 + 17] |= 1;
    assert_eq!(run(&["dump", "-"], &in_use).status.code(), Some(0), "a file being written is fine");
    assert_eq!(run(&["dump", "--strict", "-"], &in_use).status.code(), Some(1));
}

#[test]
fn verify_names_what_is_broken() {
    let good = run(&["verify", sample("mariadb-11.8-shop.binlog").to_str().expect("UTF-8")], b"");
    assert_eq!(good.status.code(), Some(0));
    let mut bytes = std::fs::read(sample("mariadb-11.8-shop.binlog")).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    let bad = run(&["verify", "-"], &bytes);
    assert_eq!(bad.status.code(), Some(1));
    let text = String::from_utf8_lossy(&bad.stdout).into_owned();
    assert!(text.contains("checksum 0x") || text.contains("bytes "), "{text}");
}

#[test]
fn verify_speaks_json() {
    let mut bytes = std::fs::read(sample("mysql-9.7-shop.binlog")).expect("readable");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x40;
    let output = run(&["verify", "--json", "-"], &bytes);
    assert_eq!(output.status.code(), Some(1));
    let text = String::from_utf8(output.stdout).expect("UTF-8");
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let (verdict, findings) = lines.split_last().expect("a verdict");
    assert_eq!((&verdict["record"], &verdict["verdict"]), (&"verdict".into(), &"damaged".into()));
    assert_eq!(verdict["listed"].as_u64(), Some(findings.len() as u64));
    let first = findings.first().expect("a finding");
    assert_eq!((&first["severity"], &first["code"]), (&"problem".into(), &"verify-checksum".into()));
    assert!(first["arguments"]["stored"].as_str().expect("text").starts_with("0x"), "{first}");
}

#[test]
fn verify_follows_transactions() {
    let notes = |bytes: &[u8]| {
        let output = run(&["verify", "-"], bytes);
        String::from_utf8_lossy(&output.stdout).matches("has no end in this file").count()
    };
    for name in [
        "mysql-9.7-shop.binlog",
        "mysql-9.7-statement.binlog",
        "mysql-9.7-compressed.binlog",
        "mariadb-10.11-shop.binlog",
    ] {
        assert_eq!(notes(&std::fs::read(sample(name)).expect("readable")), 0, "{name}");
    }
    assert_eq!(notes(&std::fs::read(sample("mysql-9.7-cut.binlog")).expect("readable")), 1);
}

#[test]
fn status_2_and_a_sentence_for_what_is_no_log() {
    let inputs: [(&[u8], &str); 5] = [
        (b"", "empty"),
        (b"\xfebi", "incomplete"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "JPEG"),
        (&[0xff; 100], "0xff"),
        (b"./binlog.000001\n./binlog.000002\n", "index"),
    ];
    for (input, word) in inputs {
        let output = run(&["dump", "-"], input);
        let words = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{words}");
        assert!(words.contains(word), "{words}");
        assert!(output.stdout.is_empty());
    }
    // The beginning of an InnoDB-based log is a log, and damaged.
    let output = run(&["dump", "-", "--format", "json"], b"\xfe\xfe\x0d\x01\x0e\0\0\0");
    assert_eq!(output.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&output.stdout).contains(r#""end":8,"kind":"damaged""#));
    assert_eq!(run(&["dump", "/no/such/file"], b"").status.code(), Some(2));
    assert_eq!(run(&["dump", "--no-such-option"], b"").status.code(), Some(2));
}

#[test]
fn an_encrypted_log_says_what_is_missing() {
    let mut bytes = b"\xfdbin\x01".to_vec();
    bytes.resize(512, 0);
    bytes.extend((0..700u32).map(|i| (i * 37) as u8));
    let output = run(&["dump", "--format", "json", "-"], &bytes);
    assert_eq!(output.status.code(), Some(0));
    let kinds: Vec<_> = lines(&output).iter().filter_map(|record| record["kind"].as_str().map(str::to_owned)).collect();
    assert_eq!(kinds, ["encryption_header", "cipher"]);
    assert!(String::from_utf8_lossy(&output.stderr).contains("keyring"));
}

fn encrypted(name: &str) -> String {
    root().join("tests/fixtures/encrypted").join(name).to_str().expect("UTF-8").to_owned()
}

#[test]
fn encrypted_logs_with_their_keys() {
    for (name, option, space) in
        [("mysql-9.7-rotated", "--keyring", "512"), ("mariadb-11.8-aes-256-cbc-no-checksum", "--key-file", "256")]
    {
        let (log, key) = (encrypted(&format!("{name}.binlog")), encrypted(&format!("{name}.key")));
        let output = run(&["dump", "--format", "json", option, &key, &log], b"");
        assert_eq!((output.status.code(), output.stderr.as_slice()), (Some(0), &b""[..]), "{name}");
        let records = lines(&output);
        let inside = |record: &&serde_json::Value| record["record"] == "event" && record["space"] == space;
        assert!(records.iter().filter(inside).any(|event| event["type"] == "XID_EVENT"), "{name}");
        let verified = run(&["verify", option, &key, &log], b"");
        assert_eq!(verified.status.code(), Some(0));
        assert!(String::from_utf8_lossy(&verified.stdout).contains(": ok, "), "{name}");
        let text = run(&["dump", "--format", "text", option, &key, &log], b"");
        assert!(
            String::from_utf8_lossy(&text.stdout).contains("### INSERT INTO `w`.`secret`") || name.contains("rotated")
        );
    }
}

#[test]
fn the_password_of_a_key_file_comes_from_a_file_or_the_environment() {
    let log = encrypted("mariadb-11.8-aes-128-cbc.binlog");
    let key = encrypted("mariadb-11.8-aes-128-cbc.key.enc");
    let file = format!("FILE:{}", encrypted("mariadb-11.8-aes-128-cbc.password"));
    let with = |options: &[&str], variable: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_binlogscope"))
            .args(["verify", "--key-file", &key])
            .args(options)
            .arg(&log)
            .env("KEY_PASSWORD", variable)
            .stdin(Stdio::null())
            .output();
        let output = output.expect("it runs");
        (output.status.code(), String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned())
    };
    for options in [["--key-file-password", file.as_str()], ["--key-file-password", "ENV:KEY_PASSWORD"]] {
        let (status, said) = with(&options, "orchard gate, 3 pears");
        assert_eq!((status, said.contains(": ok, ")), (Some(0), true), "{said}");
    }
    // Nothing that is said has a password in it.
    let refused: [(&[&str], &str, &str); 5] = [
        (&[], "", "the password is needed"),
        (&["--key-file-password", "ENV:KEY_PASSWORD"], "pears", "does not decrypt the key file"),
        (&["--key-file-password", "ENV:NO_SUCH_VARIABLE"], "pears", "no such environment variable"),
        (&["--key-file-password", "FILE:/no/such/file"], "pears", "/no/such/file"),
        (&["--key-file-password", "pears"], "", "FILE:path or ENV:name is wanted"),
    ];
    for (options, variable, wanted) in refused {
        let (status, said) = with(options, variable);
        assert_eq!((status, said.contains(wanted), said.contains("pears")), (Some(2), true, false), "{said}");
    }
}

#[test]
fn a_key_file_beside_an_encrypted_log_is_used_and_said() {
    for (name, space) in [("mysql-9.7-rotated", "512"), ("mariadb-11.8-aes-256-cbc-no-checksum", "256")] {
        let output = run(&["dump", "--format", "json", &encrypted(&format!("{name}.binlog"))], b"");
        assert_eq!(output.status.code(), Some(0), "{name}");
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(said.contains(&format!("{name}.key")), "{said}");
        assert!(String::from_utf8_lossy(&output.stdout).contains(&format!(r#""record":"event","space":"{space}""#)));
    }
    // Beside a log that is not encrypted nothing is looked for.
    let folder = std::env::temp_dir().join(format!("binlogscope-beside-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("writable");
    let log = folder.join("clear.binlog");
    std::fs::copy(sample("mysql-9.7-shop.binlog"), &log).expect("writable");
    std::fs::write(folder.join("clear.key"), "no key file").expect("writable");
    let output = run(&["verify", log.to_str().expect("UTF-8")], b"");
    assert_eq!((output.status.code(), output.stderr.is_empty()), (Some(0), true));
    let _ = std::fs::remove_dir_all(&folder);
}

#[test]
fn status_2_for_keys_that_do_not_open_the_log_with_everything_clear_printed() {
    let log = encrypted("mariadb-11.8-aes-128-cbc.binlog");
    // From standard input, beside which there is no key file.
    let without = run(&["dump", "--format", "json", "-"], &std::fs::read(&log).expect("readable"));
    assert_eq!(without.status.code(), Some(0));
    let wrong =
        run(&["dump", "--format", "json", "--key-file", &encrypted("mariadb-10.11-aes-192-cbc.key"), &log], b"");
    assert_eq!((wrong.status.code(), wrong.stdout == without.stdout), (Some(2), true));
    assert!(String::from_utf8_lossy(&wrong.stderr).contains("does not decrypt the log"));
    let folder = std::env::temp_dir().join(format!("binlogscope-keys-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder for the test");
    let bad = folder.join("keys.txt");
    std::fs::write(&bad, "# keys\n1;00112233445566778899aabbccddee\n").expect("writable");
    let refused = run(&["verify", "--key-file", bad.to_str().expect("UTF-8"), &log], b"");
    let words = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(2));
    assert!(words.contains("Line 2 of the key file") && !words.contains("00112233"), "{words}");
    std::fs::remove_dir_all(&folder).expect("it was made");
    assert_eq!(run(&["dump", "--keyring", "/no/such/keyring", &log], b"").status.code(), Some(2));
}

#[test]
fn pasted_text_from_standard_input() {
    let text = std::fs::read(root().join("tests/fixtures/published/mysql-5.7.17-insert.txt")).expect("a fixture");
    let output = run(&["dump", "--paste", "--format", "json"], &text);
    assert_eq!(output.status.code(), Some(0));
    let types: Vec<_> = lines(&output).iter().filter_map(|record| record["type"].as_str().map(str::to_owned)).collect();
    assert_eq!(types, ["TABLE_MAP_EVENT", "WRITE_ROWS_EVENT"]);
    let tree = run(&["dump", "--paste"], &text);
    assert!(String::from_utf8_lossy(&tree.stdout).contains("[1] = 2.222222222"));
}

#[test]
fn file_contents_do_not_steer_the_terminal() {
    let output = run(&["dump", sample("mysql-9.7-shop.binlog").to_str().expect("UTF-8")], b"");
    let steering = output.stdout.iter().filter(|byte| **byte < b' ' && **byte != b'\n');
    assert_eq!(steering.count(), 0);
}

#[test]
fn text_is_what_the_servers_own_tool_prints() {
    let log = sample("mysql-9.7-shop.binlog");
    let log = log.to_str().expect("UTF-8");
    let want = std::fs::read(root().join("tests/fixtures/text/sample-mysql-9.7-shop.txt")).expect("a fixture");
    let output = run(&["dump", "--format", "text", "--time-zone", "UTC", log], b"");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stdout == want, "other bytes than mysqlbinlog's");
    let bytes = std::fs::read(log).expect("a sample");
    assert!(run(&["dump", "--format", "text", "--time-zone", "UTC", "-"], &bytes).stdout == want);
}

#[test]
fn text_shows_moments_in_the_time_zone_asked_for() {
    let log = sample("mysql-9.7-shop.binlog");
    let log = log.to_str().expect("UTF-8");
    // Of an event header: `#YYMMDD hh:mm:ss`.
    let moment = |zone: &str| {
        let output = run(&["dump", "--format", "text", "--time-zone", zone, log], b"");
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let head = text.lines().find(|line| line.contains(" server id ")).expect("a head").to_owned();
        let (hours, minutes) = (head[8..10].trim().to_owned(), head[11..13].to_owned());
        hours.parse::<u32>().expect("hours") * 60 + minutes.parse::<u32>().expect("minutes")
    };
    let utc = moment("UTC");
    assert_eq!(moment("+05:30"), (utc + 330) % 1440);
    assert_eq!(moment("Asia/Kolkata"), (utc + 330) % 1440);
    assert_eq!(run(&["dump", "--format", "text", "--time-zone", "Nowhere/Else", log], b"").status.code(), Some(2));
}

#[test]
fn text_may_be_read_in_part() {
    let log = sample("mysql-9.7-shop.binlog");
    let mut child = Command::new(env!("CARGO_BIN_EXE_binlogscope"))
        .args(["dump", "--format", "text", log.to_str().expect("UTF-8")])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.is_empty());
}

fn filtered(name: &str, format: &str, filter: &str) -> Output {
    run(&["dump", "--format", format, "--filter", filter, sample(name).to_str().expect("UTF-8")], b"")
}

#[test]
fn a_filter_shows_what_matches_and_what_it_lies_in() {
    let all = run(&["dump", "--format", "json", sample("mysql-9.7-shop.binlog").to_str().expect("UTF-8")], b"");
    let all: Vec<_> = lines(&all).into_iter().map(|record| record.to_string()).collect();
    let some = filtered("mysql-9.7-shop.binlog", "json", "type:XID or type:FORMAT_DESCRIPTION");
    assert_eq!(some.status.code(), Some(0));
    let some = lines(&some);
    assert!(some.len() > 3 && some.iter().all(|record| all.contains(&record.to_string())), "no record is changed");
    for record in &some[1..] {
        assert!(matches!(record["type"].as_str(), Some("XID_EVENT" | "FORMAT_DESCRIPTION_EVENT")), "{record}");
    }
    // Inside of a payload: the payload and its space come before.
    let inside = lines(&filtered("mysql-9.7-compressed.binlog", "json", "op:insert"));
    let at = inside.iter().position(|record| record["record"] == "space").expect("a space");
    assert_eq!(inside[at - 1]["type"], "TRANSACTION_PAYLOAD_EVENT");
    assert_eq!(inside[at + 1]["type"], "WRITE_ROWS_EVENT");
    assert_eq!(inside[at]["space"], inside[at + 1]["space"]);
    // Whole transactions.
    let events = |filter: &str| lines(&filtered("mysql-9.7-shop.binlog", "json", filter)).len() - 1;
    assert!(events("txn:1") >= 2);
    assert_eq!(events("txn:1 and txn.events:>1"), events("txn:1"));
    assert_eq!(events("txn.rows:>0") + events("txn.rows:0"), events("txn:1.."));
    assert!(events("txn.rows:>0") > 0);
}

#[test]
fn a_filter_in_text_leaves_no_row_waiting() {
    for name in ["mysql-9.7-shop.binlog", "mariadb-11.8-shop.binlog"] {
        let all = run(&["dump", "--format", "text", sample(name).to_str().expect("UTF-8")], b"");
        let rows = |output: &Output| {
            let text = String::from_utf8_lossy(&output.stdout).into_owned();
            text.lines().filter(|line| line.starts_with("###")).count()
        };
        let some = filtered(name, "text", "op:insert,update,delete");
        assert_eq!((some.status.code(), rows(&some)), (Some(0), rows(&all)), "{name}");
        assert!(rows(&all) > 10 && some.stdout.len() < all.stdout.len(), "{name}");
        assert_eq!(rows(&filtered(name, "text", "type:XID")), 0, "{name}");
        let tree = filtered(name, "tree", "table:*");
        assert!(String::from_utf8_lossy(&tree.stdout).contains("TABLE_MAP_EVENT"), "{name}");
    }
}

#[test]
fn status_2_for_a_filter_that_is_none_with_the_mistake_marked() {
    let output = filtered("mysql-9.7-shop.binlog", "json", "type:XID and tpye:QUERY");
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    let said = String::from_utf8(output.stderr).expect("UTF-8");
    assert_eq!(
        said,
        "binlogscope: --filter: There is no key “tpye”. Is type meant?\n  type:XID and tpye:QUERY\n               ^^^^\n"
    );
    // Damage is damage, whatever is shown of it.
    assert_eq!(filtered("mysql-9.7-cut.binlog", "json", "type:XID").status.code(), Some(1));
    let damage = lines(&filtered("mysql-9.7-cut.binlog", "json", "is:damaged"));
    assert_eq!((damage.len(), damage[1]["kind"].as_str()), (2, Some("damaged")));
}
