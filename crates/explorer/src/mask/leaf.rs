//! The mask of one leaf: a constant of its type and its length, and in lists whose items must differ, of its place.
//!
//! What is written goes through the field's physical type; which number that is, the value's own type says.

use binlog_format::catalogue::{Physical, Role, Sensitivity};
use binlog_format::charset::Charset;
use binlog_format::temporal::{Date, DateTime, Time, Timestamp};
use binlog_format::{FieldId, Value, field};

/// The first day of 2000: legal in every mode of every server, as zero dates are not.
const DAY: Date = Date { year: 2000, month: 1, day: 1 };

/// Its midnight in UTC, in seconds since 1970.
const DAY_SECONDS: u32 = 946_684_800;

const fn date_time(precision: u8) -> DateTime {
    DateTime { date: DAY, hours: 0, minutes: 0, seconds: 0, micros: 0, precision }
}

const fn midnight(precision: u8) -> Time {
    Time { negative: false, hours: 0, minutes: 0, seconds: 0, micros: 0, precision }
}

/// YEAR as stored: years since 1900.
const YEAR: u64 = 100;

/// Characters of names that must differ.
const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// Characters of JSON keys, which must differ too and stand in the order of their bytes: there are more short keys
/// than letters.
const KEY_CHARACTERS: &[u8] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A leaf.
#[derive(Clone, Copy, Debug)]
pub struct Leaf<'v> {
    /// Its field.
    pub field: FieldId,
    /// Its number, if it is an item of a list.
    pub item: Option<u32>,
    /// That of the group around it.
    pub group: Option<u32>,
    /// What it means.
    pub value: Value<'v>,
    /// Where its event begins.
    pub event: u64,
}

impl Leaf<'_> {
    /// Bytes of this field that belong to nothing else.
    pub const fn alone(field: FieldId) -> Self {
        Self { field, item: None, group: None, value: Value::Bytes(&[]), event: 0 }
    }
}

/// Masks the bytes of a leaf, all of `out`.
pub fn mask(leaf: &Leaf<'_>, out: &mut [u8]) {
    let physical = leaf.field.entry().physical;
    let number = match leaf.value {
        Value::Text(_, collation) => return text(leaf, collation, out),
        Value::Bytes(_) => return bytes(leaf.field, out),
        Value::Uuid(_) => return out.fill(1),
        Value::Unsigned(stored) => return integer(leaf, stored != 0, false, out),
        Value::Signed(stored) => return integer(leaf, stored != 0, true, out),
        Value::Enum(_) => 1,
        Value::Year(_) => YEAR,
        Value::Date(_) if leaf.field == field::JSON_OPAQUE_DATA => date_time(0).json(),
        Value::Date(_) => DAY.packed().into(),
        Value::Time(time) => match leaf.field {
            field::COLUMN_TIME2 => midnight(time.precision).time2(),
            field::COLUMN_TIME_HIRES => midnight(time.precision).hires(),
            field::JSON_OPAQUE_DATA => midnight(0).json() as u64,
            _ => midnight(0).hhmmss() as u64,
        },
        Value::DateTime(moment) => match leaf.field {
            field::COLUMN_DATETIME2 => date_time(moment.precision).datetime2(),
            field::COLUMN_DATETIME_HIRES => date_time(moment.precision).hires(),
            field::JSON_OPAQUE_DATA => date_time(0).json(),
            _ => date_time(0).decimal(),
        },
        Value::Timestamp(moment) => {
            let masked = Timestamp { seconds: DAY_SECONDS, micros: 0, precision: moment.precision };
            if leaf.field == field::COLUMN_TIMESTAMP_HIRES { masked.hires() } else { masked.timestamp2() }
        }
        // Floats, bits, sets, integers whose sign nobody knows.
        _ => 0,
    };
    write(physical, number, out);
}

/// Numbers inside of opaque JSON values are written as their column type was: eight bytes, little-endian.
fn write(physical: Physical, number: u64, out: &mut [u8]) {
    let physical = if physical == Physical::Bytes { Physical::U64 } else { physical };
    if !physical.write(number, out) {
        out.fill(0);
    }
}

fn integer(leaf: &Leaf<'_>, not_zero: bool, signed: bool, out: &mut [u8]) {
    let entry = leaf.field.entry();
    let number = match leaf.field {
        // The first group of a decimal has its sign: the top bit of positive ones.
        field::COLUMN_DECIMAL_DIGITS if leaf.item == Some(0) => 1 << (8 * out.len().clamp(1, 8) - 1),
        // NULL is none of the values that are masked: `null` stays, `true` and `false` become `false`.
        field::JSON_LITERAL => u64::from(not_zero) * 2,
        // Transactions of one source must differ, and those of MariaDB ascend: as the places of their events do.
        field::GTID_GNO | field::MARIADB_GTID_SEQ_NO => leaf.event.max(1),
        // Intervals must ascend.
        field::GTID_SET_START => 2 * u64::from(leaf.group.unwrap_or(0)) + 1,
        field::GTID_SET_END => 2 * u64::from(leaf.group.unwrap_or(0)) + 2,
        _ if entry.sensitivity != Sensitivity::Data => first_id(entry.physical, signed, out.len()),
        _ => 0,
    };
    write(entry.physical, number, out);
}

/// Ids are 1, which is legal for all of them; where a number's own size tells its length, the smallest that
/// takes so many bytes.
fn first_id(physical: Physical, signed: bool, length: usize) -> u64 {
    match (physical, length) {
        // The lowest bit is the sign.
        (Physical::PrefixVarlen, 1) if signed => 2,
        (Physical::PrefixVarlen, 2..=9) => 1 << (7 * (length - 1)),
        (Physical::CompressedInt, 2..=9) => 1 << (8 * (length - 1) - 3),
        _ => 1,
    }
}

fn bytes(of: FieldId, out: &mut [u8]) {
    match of {
        // What a reader took for a fault should stay one: no server writes a status variable, a packed length or a
        // column type of this number.
        field::UNDECODED | field::UNKNOWN | field::QUERY_UNKNOWN_STATUS_VARS | field::COLUMN_OPEN_WIDTH => {
            out.fill(0xfe);
        }
        field::AURORA_PADDING => out.fill(b'*'),
        // Stored bytes that can no longer be inflated.
        field::PAYLOAD_PAYLOAD | field::COMPRESSED_DATA | field::COLUMN_COMPRESSED_DATA => out.fill(0),
        _ if of.entry().role == Role::Unexplained => out.fill(0),
        field::JSON_OPAQUE_DATA => {
            out.fill(b'x');
            // Precision 0 and scale 120: no decimal.
            if let Some(first) = out.first_mut() {
                *first = 0;
            }
        }
        _ => out.fill(b'x'),
    }
}

fn text(leaf: &Leaf<'_>, collation: u32, out: &mut [u8]) {
    match leaf.field {
        field::JSON_KEY => numbered(KEY_CHARACTERS, leaf.item, 0, out),
        field::TABLE_MAP_COLUMN_NAME => numbered(LETTERS, leaf.group, 0, out),
        field::TABLE_MAP_LABEL => numbered(LETTERS, leaf.group, collation, out),
        field::JSON_DIFF_PATH => {
            out.fill(b'x');
            for (byte, character) in out.iter_mut().zip(b"$.") {
                *byte = *character;
            }
        }
        // A number, right-aligned.
        field::COLUMN_OLD_DECIMAL => {
            out.fill(b' ');
            if let Some(last) = out.last_mut() {
                *last = b'0';
            }
        }
        field::TRANSACTION_CONTEXT_UUID if out.len() == 36 => {
            // As a UUID that is no text.
            let text = binlog_format::gtid::Uuid([1; 16]).to_string();
            out.copy_from_slice(text.as_bytes());
        }
        _ => fill_text(collation, out),
    }
}

/// Bytes of a character in sets whose characters all have as many, at least.
fn unit_of(collation: u32) -> (usize, bool) {
    match Charset::of(collation) {
        Some(Charset::Ucs2 | Charset::Utf16) => (2, false),
        Some(Charset::Utf16le) => (2, true),
        Some(Charset::Utf32) => (4, false),
        _ => (1, false),
    }
}

/// Text of `x`, in the character set of a collation: every set has it where ASCII does.
pub fn fill_text(collation: u32, out: &mut [u8]) {
    match unit_of(collation) {
        (1, _) => out.fill(b'x'),
        (unit, little) => {
            out.fill(0);
            let at = if little { 0 } else { unit - 1 };
            for character in out.chunks_exact_mut(unit) {
                if let Some(byte) = character.get_mut(at) {
                    *byte = b'x';
                }
            }
        }
    }
}

/// Text that is the number of an item, so that items of one length differ and ascend, as far as there is room.
fn numbered(digits: &[u8], item: Option<u32>, collation: u32, out: &mut [u8]) {
    let (unit, little) = unit_of(collation);
    out.fill(0);
    let base = digits.len() as u64;
    let places = (out.len() / unit) as u32;
    // The last number that has room stands for those beyond.
    let most = base.checked_pow(places).map_or(u64::MAX, |numbers| numbers - 1);
    let mut left = u64::from(item.unwrap_or(0)).min(most);
    let at = if little { 0 } else { unit - 1 };
    let whole = out.len() / unit * unit;
    for character in out.get_mut(..whole).unwrap_or_default().chunks_exact_mut(unit).rev() {
        let digit = digits.get((left % base) as usize).copied().unwrap_or(b'x');
        left /= base;
        if let Some(byte) = character.get_mut(at) {
            *byte = digit;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use binlog_format::charset::Text;

    fn of(field: FieldId, item: Option<u32>, group: Option<u32>, value: Value<'_>, length: usize) -> Vec<u8> {
        let mut out = vec![0xaa; length];
        mask(&Leaf { field, item, group, value, event: 0 }, &mut out);
        out
    }

    #[test]
    fn text_is_legal_in_every_character_set() {
        for charset in Charset::ALL {
            let Some(collation) = (1..3000).find(|collation| Charset::of(*collation) == Some(*charset)) else {
                continue;
            };
            let text = of(field::COLUMN_VALUE, None, None, Value::Text(b"", collation), 12);
            let text = Text { bytes: &text, collation };
            if charset.web_label().is_none() && *charset != Charset::Binary {
                let mut count = 0;
                assert!(text.each_char(|character| count += u32::from(character == 'x')), "{charset:?}");
                assert!(matches!(count, 3 | 6 | 12), "{charset:?} {count}");
            } else {
                assert_eq!(text.bytes, [b'x'; 12]);
            }
        }
    }

    #[test]
    fn keys_of_one_length_differ_and_ascend() {
        for length in 0..5usize {
            let room = 62usize.pow(length as u32).min(4000);
            let keys: Vec<_> =
                (0..room as u32).map(|item| of(field::JSON_KEY, Some(item), None, Value::utf8(b""), length)).collect();
            assert!(keys.is_sorted_by(|one, next| one < next), "{length}");
        }
        let last = of(field::JSON_KEY, Some(5000), None, Value::utf8(b""), 1);
        assert_eq!(last, b"z", "beyond what has room");
    }

    #[test]
    fn ids_keep_the_length_that_their_number_has() {
        use binlog_format::Cursor;
        for length in 1..=9 {
            let id = of(field::GTID_TAGGED_UUID_BYTE, None, None, Value::Unsigned(7), length);
            let mut c = Cursor::new(&id, field::ENCLOSING, ());
            let number = c.prefix_varlen(field::GTID_TAGGED_UUID_BYTE).expect("a number");
            assert_eq!((c.remaining(), number), (0, 1 << (7 * (length - 1))));
            let gno = of(field::GTID_TAGGED_GNO, None, None, Value::Signed(7), length);
            let mut c = Cursor::new(&gno, field::ENCLOSING, ());
            let number = c.signed_prefix_varlen(field::GTID_TAGGED_GNO).expect("a number");
            assert!(c.remaining() == 0 && number > 0);
        }
        assert_eq!(of(field::XID_XID, None, None, Value::Unsigned(7), 8), 1u64.to_le_bytes());
        let uuid = of(field::TRANSACTION_CONTEXT_UUID, None, None, Value::utf8(b""), 36);
        assert_eq!(uuid, b"01010101-0101-0101-0101-010101010101");
    }

    #[test]
    fn decimals_are_positive_zeros() {
        use binlog_format::value::Decimal;
        let first = of(field::COLUMN_DECIMAL_DIGITS, Some(0), None, Value::Unsigned(12), 1);
        let second = of(field::COLUMN_DECIMAL_DIGITS, Some(1), None, Value::Unsigned(12), 4);
        let bytes = [first, second].concat();
        let decimal = Decimal { bytes: &bytes, precision: 11, scale: 9 };
        assert_eq!((decimal.negative(), decimal.to_string()), (false, "0.000000000".to_owned()));
    }
}
