//! Round trips of made-up bytes through every form, and damage to real texts.

use std::fmt::Write as _;

use super::*;
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};

/// A small generator (splitmix64): the same numbers in every run.
struct Numbers(u64);

impl Numbers {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// Bytes of several temperaments: any, text, zeros with something between.
    fn bytes(&mut self) -> Vec<u8> {
        let length = 1 + self.below(300);
        let kind = self.below(3);
        let byte = |numbers: &mut Self| match kind {
            0 => numbers.next() as u8,
            1 => b"abcdef 0123456789"[numbers.below(17)],
            _ => u8::from(numbers.below(40) == 0),
        };
        (0..length).map(|_| byte(self)).collect()
    }
}

fn hex(bytes: &[u8], between: &str) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(between)
}

fn shown(bytes: &[u8]) -> String {
    bytes.iter().map(|&byte| if (0x20..0x7f).contains(&byte) { char::from(byte) } else { '.' }).collect()
}

/// `hexdump -C`, with `*` for repeated lines.
fn canonical(bytes: &[u8], base: usize) -> String {
    let mut text = String::new();
    let mut before: &[u8] = &[];
    let mut star = false;
    for (index, line) in bytes.chunks(16).enumerate() {
        if line == before && line.len() == 16 {
            if !std::mem::replace(&mut star, true) {
                text.push_str("*\n");
            }
            continue;
        }
        star = false;
        before = line;
        let (left, right) = line.split_at(line.len().min(8));
        let hex = format!("{}  {}", hex(left, " "), hex(right, " "));
        let _ = writeln!(text, "{:08x}  {hex:<48}  |{}|", base + index * 16, shown(line));
    }
    let _ = writeln!(text, "{:08x}", base + bytes.len());
    text
}

/// `xxd -c COLS -g GROUP`.
fn xxd(bytes: &[u8], columns: usize, group: usize) -> String {
    let mut text = String::new();
    let groups = columns.div_ceil(group);
    for (index, line) in bytes.chunks(columns).enumerate() {
        let hex: Vec<_> = line.chunks(group).map(|group| hex(group, "")).collect();
        let width = columns * 2 + groups - 1;
        let _ = writeln!(text, "{:08x}: {:<width$}  {}", index * columns, hex.join(" "), shown(line));
    }
    text
}

#[test]
fn round_trips() {
    let mut numbers = Numbers(1);
    for _ in 0..2000 {
        let data = numbers.bytes();
        let base = numbers.below(3) * 4096;
        let (columns, group) = (1 + numbers.below(32), [1, 2, 4, 8][numbers.below(4)]);
        let wrapped = STANDARD.encode(&data).as_bytes().chunks(76).fold(String::new(), |mut text, line| {
            text.push_str(std::str::from_utf8(line).unwrap_or(""));
            text.push('\n');
            text
        });
        let signed: Vec<_> = data.iter().map(|&byte| (byte as i8).to_string()).collect();
        let unsigned: Vec<_> = data.iter().map(u8::to_string).collect();
        let escaped: String = data.iter().map(|byte| format!("\\x{byte:02X}")).collect();
        let prefixed: Vec<_> = data.iter().map(|byte| format!("{byte:#04x}")).collect();
        for (name, text) in [
            ("hexdump -C", canonical(&data, base)),
            ("xxd", xxd(&data, columns, group)),
            ("plain", hex(&data, "")),
            ("spaced", hex(&data, " ")),
            ("colons", hex(&data, ":")),
            ("signed", format!("[{}]", signed.join(", "))),
            ("unsigned", format!("{{{}}}", unsigned.join(","))),
            ("escaped", format!("b'{escaped}'")),
            ("prefixed", prefixed.join(", ")),
            ("statement", format!("# at 4\nBINLOG '\n{wrapped}'/*!*/;\n# at 9\n")),
        ] {
            assert_eq!(bytes(&text), data, "{name}\n{text}");
        }
    }
}

/// Short base64 may be hexadecimal digits only; then it is hexadecimal, as the rules say.
#[test]
fn base64_round_trips() {
    let mut numbers = Numbers(2);
    for _ in 0..2000 {
        let data = numbers.bytes();
        for text in [STANDARD.encode(&data), URL_SAFE_NO_PAD.encode(&data)] {
            if !text.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b'-') {
                assert_eq!(bytes(&text), data, "{text}");
            }
        }
    }
}

#[test]
fn mutations_never_panic_and_stay_bounded() {
    let mut numbers = Numbers(3);
    let mut texts: Vec<String> = [
        "published/mysql-5.7.17-session.txt",
        "published/mysql-8.0-delete-prompts.txt",
        "published/mariadb-insert-diff.txt",
        "published/mariadb-semisync-gtid.txt",
        "published/mysql-5.6.26-hexdump.txt",
        "published/mysql-9.1-hexdump-comments.txt",
    ]
    .map(|name| fixture(name).chars().take(2500).collect())
    .into();
    for tool in ["xxd", "od", "hexdump", "hexdump-comments", "hexdump-C"] {
        let text = fixture(&format!("paste/mysql-9.7-compressed.{tool}.txt"));
        texts.push(text.chars().take(2500).collect());
    }
    texts.push("SET @binlog_fragment_0 ='\nAAAA'/*!*/;\nBINLOG @binlog_fragment_0, @binlog_fragment_1/*!*/;".into());
    texts.push("new byte[4] { (byte) 0xfe, 1, 2 }; b'\\xfe\\012' X'00' <Buffer 00> data:;base64,AAAA".into());
    let spice: Vec<char> = "'\"\\*=+-_/@#:;,.|<>[]{}()0x9fAZz \n\r\t中\u{e9}\u{fffd}\u{0}BINLOG".chars().collect();
    let mut speaker = wording::Speaker::new();
    for round in 0..5_000 {
        let original = &texts[round % texts.len()];
        let mut characters: Vec<char> = original.chars().collect();
        for _ in 0..=numbers.below(6) {
            let at = numbers.below(characters.len());
            let other = numbers.below(characters.len());
            let length = numbers.below(40);
            match numbers.below(5) {
                0 => characters[at] = spice[numbers.below(spice.len())],
                1 => characters.insert(at, spice[numbers.below(spice.len())]),
                2 => drop(characters.drain(at..(at + length).min(characters.len()))),
                3 => characters.truncate(at.max(1)),
                _ => {
                    let end = (at + length).min(characters.len());
                    let piece = characters[at..end].to_vec();
                    let other = other.min(characters.len());
                    characters.splice(other..other, piece);
                }
            }
            if characters.is_empty() {
                characters.push('0');
            }
        }
        let text: String = characters.into_iter().collect();
        match parse(&text) {
            Ok(pasted) => {
                assert!((1..=MAX_BYTES).contains(&pasted.bytes.len()));
                assert!(!pasted.notes.is_empty());
                pasted.notes.iter().for_each(|note| speaker.say(note));
            }
            Err(error) => {
                assert!(error.id.starts_with("paste-error-"), "{error:?}");
                speaker.say(&error);
            }
        }
    }
    assert!(speaker.said() > 35, "{}", speaker.said());
}
