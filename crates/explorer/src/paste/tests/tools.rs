//! What real tools print of the samples, and what people published.

use super::*;

const COMPRESSED: &str = "mysql-9.7-compressed";

#[test]
fn tools_that_dump_files_give_the_file_back() {
    let file = sample(COMPRESSED);
    for (tool, expected) in [
        ("hexdump-C", PasteFormat::Hexdump),
        ("xxd", PasteFormat::Hexdump),
        ("od", PasteFormat::Hexdump),
        ("hexdump", PasteFormat::Hexdump),
        ("xxd-p", PasteFormat::PlainHex),
        ("base64", PasteFormat::Base64),
    ] {
        let text = fixture(&format!("paste/{COMPRESSED}.{tool}.txt"));
        assert!(bytes(&text) == file, "{tool}");
        assert_eq!(format(&text), expected, "{tool}");
        // As it comes through a mail client, a Windows editor, a web page.
        let quoted: String = text.lines().map(|line| format!("> {line}\r\n")).collect();
        if expected == PasteFormat::Hexdump {
            assert!(bytes(&quoted) == file, "{tool}, quoted");
        }
        assert!(bytes(&text.replace('\n', "\r\n")) == file, "{tool}, CRLF");
    }
    let collapsed = fixture(&format!("paste/{COMPRESSED}.hexdump-C.txt")).replace("  ", " ");
    assert!(bytes(&collapsed) == file);
}

#[test]
fn blocks_of_mysqlbinlog_are_the_events_of_the_file() {
    for (name, tool, kinds) in [
        ("mysql-9.7-shop", "mysqlbinlog", [15, 29, 19, 30, 31, 32].as_slice()),
        ("mariadb-11.8-shop", "mariadb-binlog", [15, 19, 23, 24, 25].as_slice()),
    ] {
        let file = sample(name);
        let text = fixture(&format!("paste/{name}.{tool}.txt"));
        let pasted = bytes(&text);
        let wanted: Vec<_> = events(&file[4..]).into_iter().filter(|event| kinds.contains(&event[4])).collect();
        let found = events(&pasted);
        let types = |events: &[&[u8]]| events.iter().map(|event| event[4]).collect::<Vec<_>>();
        // mysqlbinlog shows the statement texts as comments and not as blocks.
        let wanted: Vec<_> = wanted.into_iter().filter(|event| types(&found).contains(&event[4])).collect();
        assert_eq!(types(&found), types(&wanted), "{name}");
        assert!(found == wanted, "{name}");
        assert!(found.len() > 15, "{name}");
    }
}

#[test]
fn blocks_of_a_compressed_file_say_so() {
    let text = fixture(&format!("paste/{COMPRESSED}.mysqlbinlog.txt"));
    assert!(events(&bytes(&text)).len() > 8);
    assert_eq!(notes(&text), ["paste-binlog-statements", "paste-binlog-uncompressed"]);
}

#[test]
fn comments_of_hexdump_are_the_whole_file() {
    for name in [COMPRESSED, "mariadb-11.8-shop"] {
        let text = fixture(&format!("paste/{name}.hexdump-comments.txt"));
        let file = sample(name);
        assert!(bytes(&text) == file[4..], "{name}");
        assert_eq!(format(&text), PasteFormat::Hexdump);
    }
}

#[test]
fn checksum_that_the_dump_leaves_out_is_restored() {
    let text = "#241120 10:36:02 server id 1  end_log_pos 158 CRC32 0xa7f45443\n\
                # Position  Timestamp   Type   Source ID        Size      Source Pos    Flags\n\
                # 0000007f 82 ad 3d 67   23   01 00 00 00   1f 00 00 00   9e 00 00 00   80 00\n\
                # 00000092 01 00 00 00 00 00 00 01             |........|\n# \tPrevious-GTIDs\n";
    assert_eq!(bytes(text), bytes(&fixture("published/mysql-9.1-hexdump-comments.txt")));
    assert_eq!(notes(text), ["paste-hexdump-comments", "paste-hexdump-checksums"]);
}

/// Types and sizes of the events that a published text holds.
fn published(name: &str) -> Vec<(u8, usize)> {
    let pasted = bytes(&fixture(&format!("published/{name}.txt")));
    events(&pasted).iter().map(|event| (event[4], event.len())).collect()
}

#[test]
fn published_bytes() {
    assert_eq!(published("mysql-5.6.16-format-description"), [(15, 116)]);
    assert_eq!(published("mysql-5.7.17-format-description"), [(15, 119)]);
    assert_eq!(published("mysql-5.7.17-insert"), [(19, 56), (30, 61)]);
    assert_eq!(published("mysql-5.7.17-update"), [(19, 56), (31, 95)]);
    assert_eq!(published("mysql-5.7.17-session"), [(15, 119), (19, 56), (30, 61), (19, 56), (31, 95)]);
    assert_eq!(published("mariadb-insert-diff"), [(19, 45), (23, 43)]);
    assert_eq!(published("mysql-8.0-delete-prompts"), [(19, 54), (32, 40)]);
    assert_eq!(published("percona-5.5-delete"), [(19, 45), (25, 38)]);
    assert_eq!(published("mysql-9.1-hexdump-comments"), [(35, 31)]);

    let file = bytes(&fixture("published/mysql-5.6.26-hexdump.txt"));
    assert_eq!(file.len(), 192);
    assert_eq!(file[..4], MAGIC);
    assert_eq!(events(&file[4..191]).len(), 2);

    for (name, length, event) in [("mariadb-semisync-gtid", 56, 42), ("mariadb-semisync-gtid-no-checksum", 52, 38)] {
        let packet = bytes(&fixture(&format!("published/{name}.txt")));
        assert_eq!(packet.len(), length);
        assert_eq!(packet[..3], [0, 0xef, 1]);
        assert_eq!(packet[3 + 4], 162);
        assert_eq!(usize::from(packet[3 + 9]), event);
        assert_eq!(packet[3 + 19..3 + 27], 6515_u64.to_le_bytes());
    }
}
