//! What is refused, and how it is said.

use super::*;

/// Id of the error and the place it names.
fn error(text: &str) -> (String, Option<u64>, Option<u64>) {
    let Err(error) = parse(text) else { panic!("no error for {text:?}: {:?}", parse(text)) };
    wording::Speaker::new().say(&error);
    let place = |name: &str| {
        error.args.iter().find(|(key, _)| key == name).and_then(|(_, value)| match value {
            Argument::Number(number) => Some(*number),
            Argument::Text(_) => None,
        })
    };
    (error.id.clone(), place("line"), place("column"))
}

fn at(id: &str, line: u64, column: u64) -> (String, Option<u64>, Option<u64>) {
    (id.to_owned(), Some(line), Some(column))
}

fn nowhere(id: &str) -> (String, Option<u64>, Option<u64>) {
    (id.to_owned(), None, None)
}

#[test]
fn nothing_to_read() {
    assert_eq!(error(""), nowhere("paste-error-empty"));
    assert_eq!(error(" \n\u{a0}\t"), nowhere("paste-error-empty"));
    assert_eq!(error("BINLOG ''"), nowhere("paste-error-no-bytes"));
    assert_eq!(error("\u{fffd}bin\u{1}\u{2}"), at("paste-error-binary", 1, 1));
}

#[test]
fn prose_and_other_formats() {
    assert_eq!(error("hello world"), at("paste-error-unknown", 1, 1));
    assert_eq!(error("SELECT * FROM t"), at("paste-error-unknown", 1, 8));
    assert_eq!(error("fe 62 zz!"), at("paste-error-unknown", 1, 9));
    assert_eq!(error("中文"), at("paste-error-unknown", 1, 1));
    assert_eq!(error("# at 4\n### INSERT INTO `a`.`b`\n"), at("paste-error-no-binlog-statements", 1, 1));
    assert_eq!(error("<Buffer fe 62 ... 50 more bytes>"), at("paste-error-elided", 1, 15));
    assert_eq!(error("[1, 2, ...]"), at("paste-error-elided", 1, 8));
}

#[test]
fn numbers_that_are_no_bytes() {
    assert_eq!(error("[1, 2,\n 300]"), at("paste-error-byte-range", 2, 2));
    assert_eq!(error("1, -129"), at("paste-error-byte-range", 1, 4));
    assert_eq!(error("[1, 2, x]"), at("paste-error-byte-range", 1, 8));
    assert_eq!(error("0xfe, 62"), at("paste-error-hex-mixed", 1, 7));
    assert_eq!(error("fe 626"), at("paste-error-hex-odd", 1, 4));
    assert_eq!(error("b'\\xfe\\q'"), at("paste-error-escape", 1, 7));
}

#[test]
fn broken_base64() {
    assert_eq!(error("BINLOG '\n/mJp\nb*==\n'"), at("paste-error-binlog-character", 3, 2));
    assert_eq!(error("BINLOG '\n/mJpb\n'"), at("paste-error-binlog-incomplete", 2, 5));
    assert_eq!(error("BINLOG '/mJp=bg='"), at("paste-error-binlog-character", 1, 13));
    assert_eq!(error("BINLOG @binlog_fragment_3/*!*/;"), at("paste-error-fragment", 1, 8));
    assert_eq!(error("/mJpbg==\n===="), at("paste-error-base64-padding", 2, 1));
    assert_eq!(error("/mJpb"), at("paste-error-base64-incomplete", 1, 6));
}

#[test]
fn dumps_that_contradict_themselves() {
    let line = |offset: usize| format!("{offset:08x}  61 62 63 64  |abcd|\n");
    assert_eq!(error(&[line(0), line(4), line(12)].concat()), at("paste-error-dump-count", 3, 1));
    assert_eq!(error(&[line(0), line(8), line(4)].concat()).0, "paste-error-dump-count");
    assert_eq!(error(&[line(0), line(4), line(4)].concat()), at("paste-error-offset", 3, 1));
    assert_eq!(error(&[line(0), "--More--\n".into(), line(4)].concat()), at("paste-error-dump-line", 2, 1));
    assert_eq!(error(&[line(0), "*\n".into()].concat()), at("paste-error-star", 2, 1));
    assert_eq!(error(&[line(0), line(4), "*\n".into(), line(15)].concat()), at("paste-error-star-offset", 3, 1));
    assert_eq!(error("0000000 0102 0304\n0000004\n"), at("paste-error-words", 1, 1));
    // Binary digits, as xxd -b writes them.
    assert_eq!(error("00000000: 11111110 01100010 01101001  .bi\n00000003: 01101110  n\n").0, "paste-error-dump-count");
    let event = "# 0000007f 82 ad 3d 67   23   01 00 00 00   1f 00 00 00   9e 00 00 00   80 00\n";
    let data = "# 00000092 01 00 00 00 00 00 00 01  43 54 f4 a7             |........CT..|\n";
    assert_eq!(error(&[event, event, data].concat()), at("paste-error-event-short", 1, 1));
    assert_eq!(error(&[event, &data.replace("92", "93")].concat()), at("paste-error-offset", 2, 1));
    assert_eq!(error(&[event, &data.replace("01 00", "01 02 00")].concat()), at("paste-error-event-long", 2, 1));
    assert_eq!(notes(event), ["paste-hexdump-comments", "paste-cut"]);
}

#[test]
fn bounded() {
    let bomb = "00000000  61 61  |aa|\n*\nfffffffe  61 61  |aa|\n";
    assert_eq!(error(bomb), nowhere("paste-error-too-long"));
    let most = format!("00000000  61 61  |aa|\n*\n{MAX_BYTES:08x}\n");
    assert_eq!(bytes(&most).len(), MAX_BYTES);
    let more = format!("00000000  61 61  |aa|\n*\n{MAX_BYTES:08x}  61\n");
    assert_eq!(error(&more), nowhere("paste-error-too-long"));
}

/// Texts that would take minutes if anything were quadratic; here each is about a million characters.
#[test]
fn linear() {
    let n = 100_000;
    for text in [
        "BINLOG ".repeat(n),
        format!("{}{}", " ".repeat(n), "BINLOG ".repeat(n)),
        format!("SET @binlog_fragment_0='{}';{}", " ".repeat(n), "BINLOG @binlog_fragment_0;".repeat(n)),
        "[".repeat(n),
        "[1".repeat(n),
        "(byte".repeat(n),
        "(byte) ".repeat(n),
        "# 4 ".repeat(n),
        "00000000: ".repeat(n),
        format!("00000000: {}", "61 ".repeat(n)),
        "00000000  61\n*\n".repeat(n / 10),
        "'>\n".repeat(n),
        "\\x".repeat(n),
        "CRC32 0x".repeat(n),
        format!("BINLOG '{}", "+\n".repeat(n)),
        format!("{}x", " ".repeat(n)),
        ", ".repeat(n),
        "0x".repeat(n),
        "```\n".repeat(n),
        "SET @binlog_fragment_0='AAAA'; ".repeat(n),
        "BINLOG 'AAAA'; ".repeat(n),
        "BINLOG 'AAAA';\n".repeat(n),
        "SET SET @binlog_fragment_".repeat(n),
        format!("BINLOG {}", "@binlog_fragment_9999999999".repeat(n)),
    ] {
        let _ = parse(&text);
    }
}
