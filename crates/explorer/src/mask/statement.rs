//! Statements: what they are masked by, and the words that must stay.
//!
//! A transaction begins and ends with words that a server writes itself: BEGIN, COMMIT, ROLLBACK, SAVEPOINT, XA.
//! They say nothing of the data, and without them transactions would run into each other. What they name is of a
//! class of its own: a savepoint is a name, an XA transaction an id, as in XA_PREPARE_LOG_EVENT.

use binlog_format::catalogue::Sensitivity;

use super::Masker;
use super::leaf::fill_text;

/// What is masked of a statement.
#[derive(Clone, Copy, Debug)]
pub struct Classes {
    /// Its text.
    pub sql: bool,
    /// Names of savepoints.
    pub names: bool,
    /// XA transaction ids.
    pub ids: bool,
}

impl Classes {
    /// What these rules mask.
    pub fn of(masker: &Masker) -> Self {
        let rules = masker.rules();
        Self { sql: masker.masks(Sensitivity::Sql), names: rules.names, ids: rules.ids }
    }
}

/// What a statement is to the transaction around it.
enum Words {
    /// Words alone.
    Whole,
    /// Words, then the name of a savepoint.
    Savepoint(usize),
    /// Words, then the id of an XA transaction.
    Xa(usize),
    /// Nothing.
    Other,
}

/// As the servers write them. Whatever the case, as the decoder of transactions takes them.
const WHOLE: [&[u8]; 4] = [b"BEGIN", b"COMMIT", b"ROLLBACK", b"START TRANSACTION"];
const SAVEPOINTS: [&[u8]; 4] = [b"SAVEPOINT ", b"ROLLBACK TO SAVEPOINT ", b"ROLLBACK TO ", b"RELEASE SAVEPOINT "];
const XA: [&[u8]; 6] = [b"XA START ", b"XA BEGIN ", b"XA END ", b"XA PREPARE ", b"XA COMMIT ", b"XA ROLLBACK "];

fn words(text: &[u8]) -> Words {
    let begins = |words: &[u8]| text.get(..words.len()).is_some_and(|start| start.eq_ignore_ascii_case(words));
    if WHOLE.iter().any(|words| words.eq_ignore_ascii_case(text)) {
        return Words::Whole;
    }
    if let Some(words) = XA.iter().find(|words| begins(words)) {
        return Words::Xa(words.len());
    }
    // A name alone: what goes on behind it is some other statement.
    match SAVEPOINTS.iter().find(|words| begins(words)) {
        Some(words) if is_name(text.get(words.len()..).unwrap_or_default()) => Words::Savepoint(words.len()),
        _ => Words::Other,
    }
}

/// A name in backticks, or without white space.
fn is_name(text: &[u8]) -> bool {
    match text.strip_prefix(b"`").and_then(|text| text.strip_suffix(b"`")) {
        Some(name) => !name.is_empty() && !name.contains(&b'`'),
        None => !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'$')),
    }
}

/// Masks a statement in the character set of a collation. Returns whether anything of it is masked now.
pub fn mask(text: &[u8], collation: u32, classes: Classes, out: &mut [u8]) -> bool {
    match words(text) {
        Words::Whole => false,
        Words::Savepoint(at) => {
            let Some(name) = out.get_mut(at..).filter(|_| classes.names) else { return false };
            for byte in name.iter_mut().filter(|byte| **byte != b'`') {
                *byte = b'x';
            }
            true
        }
        Words::Xa(at) => {
            let Some(id) = out.get_mut(at..) else { return false };
            let hex = is_hex_xid(id);
            match (hex, classes) {
                (true, Classes { ids: true, .. }) => mask_hex_xid(id),
                (false, Classes { ids: true, .. } | Classes { sql: true, .. }) => fill_text(0, id),
                _ => return false,
            }
            true
        }
        Words::Other => {
            if classes.sql {
                mask_other(collation, out);
            }
            classes.sql
        }
    }
}

/// Whether it is `X'…',X'…',1`, as servers write ids of XA transactions.
fn is_hex_xid(id: &[u8]) -> bool {
    let mut parts = id.splitn(3, |byte| *byte == b',');
    let hex = parts.by_ref().take(2).all(|part| {
        let digits = part.strip_prefix(b"X'").and_then(|part| part.strip_suffix(b"'"));
        digits.is_some_and(|digits| digits.len() % 2 == 0 && digits.iter().all(u8::is_ascii_hexdigit))
    });
    let format = parts.next().unwrap_or_default();
    hex && format.strip_suffix(b" ONE PHASE").unwrap_or(format).iter().all(u8::is_ascii_digit)
}

/// Makes it an id of the bytes that ids of transactions are masked with elsewhere.
fn mask_hex_xid(id: &mut [u8]) {
    const BYTE: &[u8; 2] = b"78";
    for part in id.split_mut(|byte| *byte == b',').take(2) {
        let end = part.len().saturating_sub(1);
        let digits = part.get_mut(2..end).unwrap_or_default();
        for (byte, digit) in digits.iter_mut().zip(BYTE.iter().cycle()) {
            *byte = *digit;
        }
    }
}

/// A statement that does nothing: `DO 0`, and a comment as long as it takes.
fn mask_other(collation: u32, out: &mut [u8]) {
    const NOTHING: &[u8] = b"DO 0";
    const OPEN: &[u8] = b"/*";
    const CLOSE: &[u8] = b"*/";
    fill_text(collation, out);
    let Some((head, rest)) = out.split_at_mut_checked(NOTHING.len()) else { return };
    // Two bytes a character: no client of such a character set exists.
    if head != b"xxxx" {
        return;
    }
    head.copy_from_slice(NOTHING);
    let length = rest.len();
    if length < OPEN.len() + CLOSE.len() {
        rest.fill(b' ');
        return;
    }
    for (at, mark) in [(0, OPEN), (length - CLOSE.len(), CLOSE)] {
        if let Some(place) = rest.get_mut(at..at + mark.len()) {
            place.copy_from_slice(mark);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str, sql: bool, names: bool, ids: bool) -> String {
        let mut out = text.as_bytes().to_vec();
        mask(text.as_bytes(), 45, Classes { sql, names, ids }, &mut out);
        String::from_utf8(out).expect("text")
    }

    #[test]
    fn words_of_transactions_stay() {
        for text in ["BEGIN", "begin", "COMMIT", "ROLLBACK", "START TRANSACTION"] {
            assert_eq!(masked(text, true, true, true), text);
        }
    }

    #[test]
    fn what_they_name_is_masked_by_its_class() {
        assert_eq!(masked("SAVEPOINT `secret one`", true, false, true), "SAVEPOINT `secret one`");
        assert_eq!(masked("SAVEPOINT `secret one`", false, true, false), "SAVEPOINT `xxxxxxxxxx`");
        assert_eq!(masked("ROLLBACK TO `p`", true, true, true), "ROLLBACK TO `x`");
        assert_eq!(masked("XA START X'6162',X'',1", true, true, false), "XA START X'6162',X'',1");
        assert_eq!(masked("XA START X'6162',X'63',1", true, true, true), "XA START X'7878',X'78',1");
        assert_eq!(masked("XA COMMIT X'61',X'',12 ONE PHASE", false, false, true), "XA COMMIT X'78',X'',12 ONE PHASE");
        for (sql, ids) in [(true, false), (false, true)] {
            assert_eq!(masked("XA START 'my secret'", sql, false, ids), "XA START xxxxxxxxxxx");
            assert_eq!(masked("XA START X'61',X'',secret", sql, false, ids), "XA START xxxxxxxxxxxxxxxx");
        }
    }

    #[test]
    fn what_only_begins_with_such_words_is_a_statement() {
        for text in ["BEGIN NOT ATOMIC SELECT 1; END", "SAVEPOINT a/* secret */", "SAVEPOINT `a` -- `secret`"] {
            let nothing = format!("DO 0/*{}*/", "x".repeat(text.len() - 8));
            assert_eq!(masked(text, true, true, true), nothing);
        }
        assert_eq!(masked("COMMIT;", true, true, true), "DO 0   ");
        assert_eq!(masked("DROP TABLE t", false, true, true), "DROP TABLE t", "the text is a class of its own");
    }

    #[test]
    fn statements_of_any_length_do_nothing() {
        for length in 0..40 {
            let text = masked(&"s".repeat(length), true, true, true);
            assert_eq!(text.len(), length);
            assert!(length < 4 || text.starts_with("DO 0"), "{text}");
            assert!(!text.contains('s'), "{text}");
            assert!(length < 8 || text.ends_with("*/") && text.matches("/*").count() == 1);
        }
    }

    #[test]
    fn units_of_two_bytes_stay_whole() {
        let mut out = *b"\0S\0E\0L\0E";
        mask(&out.clone(), 35, Classes { sql: true, names: true, ids: true }, &mut out);
        assert_eq!(&out, b"\0x\0x\0x\0x");
    }
}
