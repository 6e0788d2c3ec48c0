//! Tests of the paste parser: each form with what real tools print and what people published.

mod errors;
mod properties;
mod tools;
mod wording;

use super::*;

fn bytes(text: &str) -> Vec<u8> {
    match parse(text) {
        Ok(pasted) => pasted.bytes,
        Err(error) => panic!("{error:?} for {:?}", text.chars().take(200).collect::<String>()),
    }
}

fn format(text: &str) -> PasteFormat {
    parse(text).map(|pasted| pasted.format).unwrap_or_else(|error| panic!("{error:?} for {text:?}"))
}

fn notes(text: &str) -> Vec<String> {
    parse(text).map(|pasted| pasted.notes.into_iter().map(|note| note.id).collect()).unwrap_or_default()
}

/// Contents of a file under `tests/fixtures` of the workspace.
fn fixture(name: &str) -> String {
    let path = format!("{}/../../tests/fixtures/{name}", env!("CARGO_MANIFEST_DIR"));
    let bytes = std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"));
    String::from_utf8_lossy(&bytes).into_owned()
}

fn sample(name: &str) -> Vec<u8> {
    let path = format!("{}/../../web/samples/{name}.binlog", env!("CARGO_MANIFEST_DIR"));
    std::fs::read(&path).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The events of bytes without magic, walked by their sizes.
fn events(bytes: &[u8]) -> Vec<&[u8]> {
    let mut events = Vec::new();
    let mut rest = bytes;
    while rest.len() >= 19 {
        let size = u32::from_le_bytes([rest[9], rest[10], rest[11], rest[12]]) as usize;
        assert!((19..=rest.len()).contains(&size), "size {size} with {} bytes left", rest.len());
        let (event, after) = rest.split_at(size);
        events.push(event);
        rest = after;
    }
    assert!(rest.is_empty());
    events
}

const MAGIC: [u8; 4] = *b"\xfebin";

#[test]
fn plain_hexadecimal_in_many_dresses() {
    for text in [
        "fe62696e",
        "FE 62 69 6E",
        "fe:62:69:6e",
        "FE-62-69-6E",
        "fe, 62, 69, 6e",
        "fe62 696e",
        "fe62\r\n696e\r\n",
        "0xfe62696e",
        "0xFE62\n696E",
        "X'fe62696e'",
        "x'FE62696E';",
        "\"fe62696e\"",
        "0xfe, 0x62, 0x69, 0x6e",
        "0xfe 0x62 0x69 0x6e",
        "new byte[] { (byte) 0xfe, 0x62, (byte)0x69, 0x6e };",
        "unsigned char x[] = {\n  0xfe, 0x62, 0x69,\n 0x6e\n};\nunsigned int x_len = 4;\n",
        "unsigned char x[4] = { 0xfe, 0x62, 0x69, 0x6e };",
        "<Buffer fe 62 69 6e>",
        "```\nfe62696e\n```",
        "\u{feff}fe\u{a0}62\u{200b}69 6e",
        r"\xfe\x62\x69\x6e",
    ] {
        assert_eq!(bytes(text), MAGIC, "{text:?}");
        assert_eq!(format(text), PasteFormat::PlainHex, "{text:?}");
    }
    assert_eq!(bytes("{ 0x03, 0, (byte) 0xbc, 7 }"), [3, 0, 0xbc, 7]);
    assert_eq!(bytes("0 ef 0 5a 2e"), [0, 0xef, 0, 0x5a, 0x2e]);
    assert_eq!(bytes("10 20 30 05"), [0x10, 0x20, 0x30, 0x05]);
    assert_eq!(bytes("00, 05, 12"), [0, 5, 0x12]);
    assert_eq!(bytes("deadbeef"), [0xde, 0xad, 0xbe, 0xef]);
}

#[test]
fn string_literals() {
    assert_eq!(bytes(r"b'\xfebin\x0e\x99 a\\\n\t\''"), b"\xfebin\x0e\x99 a\\\n\t'");
    assert_eq!(bytes("data = (b'\\xfe\\x62'\n        b'\\x69n')"), MAGIC);
    assert_eq!(bytes(r#"char *x = "\xfe" "bin";"#), MAGIC);
    assert_eq!(bytes(r"\xfebin"), MAGIC);
    assert_eq!(bytes(r"b'\x00\xef\x01\0\12\377'"), [0, 0xef, 1, 0, 10, 255]);
}

#[test]
fn decimal_lists() {
    for text in [
        "[-2, 98, 105, 110]",
        "254,98,105,110",
        "254 98 105 110",
        "254\n98\n105\n110\n",
        "[254 98 105 110]",
        "new byte[] {-2, 98, 105, 110}",
        "{\"type\":\"Buffer\",\"data\":[254,98,105,110]}",
        "Uint8Array(4) [ 254, 98, 105, 110 ]",
        "bytes([254, 98, 105, 110])",
        "[(byte)-2, (byte)98, (byte)105, 110,]",
        "[\"254\", \"98\", \"105\", \"110\"]",
    ] {
        assert_eq!(bytes(text), MAGIC, "{text:?}");
        assert_eq!(format(text), PasteFormat::DecimalBytes, "{text:?}");
    }
    assert_eq!(bytes("[10, 20, 30]"), [10, 20, 30]);
    assert_eq!(bytes("10, 20, 30"), [10, 20, 30]);
    assert_eq!(bytes("0 -17 1"), [0, 0xef, 1]);
    assert_eq!(bytes("-128, 127, 255"), [128, 127, 255]);
}

#[test]
fn base64_in_many_dresses() {
    for text in ["/mJpbg==", "/mJpbg", "/mJp\nbg==", "_mJpbg==", "\"/mJpbg==\"", "data:;base64,/mJpbg==", "/mJp bg=="] {
        assert_eq!(bytes(text), MAGIC, "{text:?}");
        assert_eq!(format(text), PasteFormat::Base64, "{text:?}");
    }
    // Events encoded one by one: padding in the middle.
    assert_eq!(bytes("/mJpbg==\n/mJpbg=="), [MAGIC, MAGIC].concat());
    assert_eq!(notes("_mJpbg"), ["paste-base64", "paste-base64-url", "paste-base64-unpadded"]);
}

#[test]
fn binlog_statements_wherever_they_stand() {
    let block = "BINLOG '\n/mJp\nbg==\n'/*!*/;\n";
    for text in [
        block.to_owned(),
        "BINLOG '/mJpbg=='".to_owned(),
        "binlog \"/mJpbg==\";".to_owned(),
        "BINLOG\n'\n/mJpbg==\n'".to_owned(),
        "mysql> BINLOG '\n    '> /mJp\n    '> bg==\n    '> '/*!*/;\nQuery OK".to_owned(),
        "MariaDB [(none)]> BINLOG '/mJpbg==';".to_owned(),
        "> # at 4\n> BINLOG '\n> /mJp\n> bg==\n> '/*!*/;\n".to_owned(),
        "+BINLOG '\n+/mJp\n+bg==\n+'/*!*/;\n".to_owned(),
        "/*!50521 BINLOG '/mJpbg=='*/;".to_owned(),
        "SET TIMESTAMP=1; BINLOG '/mJpbg==';".to_owned(),
        "{\"sql\": \"BINLOG '\\n/mJp\\r\\nbg==\\n'/*!*/;\"}".to_owned(),
        format!("# BINLOG 'not this'\n### BINLOG 'nor this'\nINSERT INTO t VALUES ('BINLOG ''x''');\n{block}"),
        "BINLOG '\n/mJpbg==\n".to_owned(),
    ] {
        assert_eq!(bytes(&text), MAGIC, "{text:?}");
        assert_eq!(format(&text), PasteFormat::BinlogStatements, "{text:?}");
    }
    assert_eq!(bytes(&block.repeat(3)), MAGIC.repeat(3));
    assert_eq!(notes("BINLOG '\n/mJpbg==\n"), ["paste-binlog-statements", "paste-binlog-unclosed"]);
}

#[test]
fn fragments_of_mariadb() {
    let text = "/*!100700 SET @binlog_fragment_0='\n/mJp\nb\n'/*!*/;\n\
                SET @binlog_fragment_1 ='\ng==\n'/*!*/;\n\
                BINLOG @binlog_fragment_0, @binlog_fragment_1/*!*/;\nBINLOG '/mJpbg=='/*!*/;\n";
    assert_eq!(bytes(text), MAGIC.repeat(2));
    assert_eq!(notes(text), ["paste-binlog-statements", "paste-binlog-fragments"]);
    let unused = "SET @binlog_fragment_1 = 'bg=='/*!*/;\nSET @binlog_fragment_0 := '/mJp'/*!*/;\n";
    assert_eq!(bytes(unused), MAGIC);
    assert_eq!(notes(unused), ["paste-binlog-statements", "paste-binlog-fragments-unused"]);
}

#[test]
fn dumps_of_other_tools() {
    let wireshark = "0000   fe 62 69 6e 00 01 02 03 04 05 06 07 08 09 0a 0b   .bin............\n\
                     0010   61 62                                             ab\n";
    let mut expected = MAGIC.to_vec();
    expected.extend(0..12);
    expected.extend(b"ab");
    assert_eq!(bytes(wireshark), expected);
    let python = "00000000: FE 62 69 6E 00 01 02 03  04 05 06 07 08 09 0A 0B  .bin............\n\
                  00000010: 61 62                                             ab\n";
    assert_eq!(bytes(python), expected);
    let tcpdump = "\t0x0000:  fe62 696e 0001 0203 0405 0607 0809 0a0b  .bin............\n\
                   \t0x0010:  6162                                     ab\n";
    assert_eq!(bytes(tcpdump), expected);
    let decimal = "00000000: fe62 696e 0001 0203 0405 0607 0809 0a0b  .bin............\n\
                   00000016: 6162                                     ab\n";
    assert_eq!(bytes(decimal), expected);
    assert!(notes(decimal).contains(&"paste-offsets-decimal".to_owned()));
    let one_group = "00000000: fe62696e000102030405060708090a0b  .bin............\n00000010: 6162  ab\n";
    assert_eq!(bytes(one_group), expected);
    let collapsed = "00000000: fe62 696e 0001 0203 0405 0607 0809 0a0b .bin............\n00000010: 6162 ab\n";
    assert_eq!(bytes(collapsed), expected);
    let not_at_zero = "000007d0  fe 62 69 6e                                       |.bin|\n000007d4\n";
    let pasted = parse(not_at_zero).unwrap_or_else(|error| panic!("{error:?}"));
    assert_eq!(pasted.bytes, MAGIC);
    assert_eq!(pasted.notes[1], message("paste-first-offset", [("offset", Argument::Number(2000))]));
    let repeated = "$ hexdump -C x\n00000000  61 61 61 61  |aaaa|\n*\n0000000c  62  |b|\n0000000d\n$\n";
    assert_eq!(bytes(repeated), b"aaaaaaaaaaaab");
}
