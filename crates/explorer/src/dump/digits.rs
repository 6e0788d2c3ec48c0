//! Integers as digits, appended without formatting machinery: a dump has a hundred thousand a megabyte.

/// Two decimal digits of each number below 100, and as many more as make an index of seven bits safe.
static PAIRS: [[u8; 2]; 128] = {
    let mut pairs = [[b'0'; 2]; 128];
    let mut i = 0;
    while i < 100 {
        pairs[i] = [b'0' + (i / 10) as u8, b'0' + (i % 10) as u8];
        i += 1;
    }
    pairs
};

/// Two decimal digits of a number below 100.
#[inline(always)]
pub fn pair(number: u32) -> [u8; 2] {
    PAIRS[(number & 127) as usize]
}

const ZEROS: u64 = u64::from_le_bytes(*b"00000000");

/// The eight decimal digits of a number below 100,000,000 as numbers, the first in the lowest byte:
/// halves, then quarters, then digits, all of a kind at a time.
#[inline(always)]
const fn digits(number: u32) -> u64 {
    let halves = (number / 10_000) as u64 | ((number % 10_000) as u64) << 32;
    // 10486 / 2^20 is 1 / 100 for four digits, 103 / 2^10 is 1 / 10 for two.
    let hundreds = ((halves * 10_486) >> 20) & 0x0000_007f_0000_007f;
    let pairs = hundreds | (halves - hundreds * 100) << 16;
    let tens = ((pairs * 103) >> 10) & 0x000f_000f_000f_000f;
    tens | (pairs - tens * 10) << 8
}

/// Eight decimal digits of a number below 100,000,000, with leading zeros.
#[inline(always)]
pub const fn eight(number: u32) -> [u8; 8] {
    (digits(number) | ZEROS).to_le_bytes()
}

/// Appends a decimal integer.
#[inline]
pub fn integer(out: &mut Vec<u8>, number: impl itoa::Integer + TryInto<u64> + Copy) {
    const EIGHT: u64 = 100_000_000;
    const SIXTEEN: u64 = EIGHT * EIGHT;
    match number.try_into() {
        Ok(number @ 0..EIGHT) => short(out, number as u32),
        Ok(number @ EIGHT..SIXTEEN) => {
            short(out, (number / EIGHT) as u32);
            out.extend_from_slice(&eight((number % EIGHT) as u32));
        }
        _ => out.extend_from_slice(itoa::Buffer::new().format(number).as_bytes()),
    }
}

/// A number below 100,000,000: all eight digits are written, then moved over their leading zeros.
#[inline]
fn short(out: &mut Vec<u8>, number: u32) {
    if number < 10 {
        return out.push(b'0' + number as u8);
    }
    let digits = digits(number);
    let zeros = digits.trailing_zeros() / 8;
    let end = out.len() + 8 - zeros as usize;
    out.extend_from_slice(&((digits | ZEROS) >> (zeros * 8)).to_le_bytes());
    out.truncate(end);
}

/// Appends a decimal integer with zeros before it, as `%0*u`.
#[inline]
pub fn padded(out: &mut Vec<u8>, number: u32, width: usize) {
    let width = width.max(1);
    if width <= 8 && number < 100_000_000 {
        let zeros = digits(number).trailing_zeros() as usize / 8;
        out.extend_from_slice(eight(number).get(zeros.min(8 - width)..).unwrap_or_default());
        return;
    }
    let mut buffer = itoa::Buffer::new();
    let digits = buffer.format(number);
    out.extend(std::iter::repeat_n(b'0', width.saturating_sub(digits.len())));
    out.extend_from_slice(digits.as_bytes());
}

const HEXADECIMAL: &[u8; 16] = b"0123456789abcdef";

/// Two hexadecimal digits of a byte.
#[inline(always)]
pub const fn hexadecimal_pair(byte: u8) -> [u8; 2] {
    [HEXADECIMAL[(byte >> 4) as usize], HEXADECIMAL[(byte & 15) as usize]]
}

/// Appends an unsigned number in lower-case hexadecimal, as `%0*x`.
pub fn hexadecimal(out: &mut Vec<u8>, number: u32, width: usize) {
    let mut digits = [b'0'; 8];
    for (pair, byte) in digits.as_chunks_mut::<2>().0.iter_mut().zip(number.to_be_bytes()) {
        *pair = hexadecimal_pair(byte);
    }
    let zeros = (number.leading_zeros() / 4).min(8 - width.clamp(1, 8) as u32) as usize;
    out.extend_from_slice(digits.get(zeros..).unwrap_or_default());
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(write: impl FnOnce(&mut Vec<u8>)) -> String {
        let mut out = Vec::new();
        write(&mut out);
        String::from_utf8(out).expect("ASCII")
    }

    /// Numbers around each power of ten and of two.
    fn numbers() -> impl Iterator<Item = u64> {
        let tens = (0..20).map(|power| 10u64.pow(power));
        let twos = (0..64).map(|power| 1u64 << power);
        tens.chain(twos).chain([0]).flat_map(|number| [number.wrapping_sub(1), number, number.saturating_add(7)])
    }

    #[test]
    fn integers_as_the_standard_library_writes_them() {
        for number in numbers() {
            assert_eq!(text(|out| integer(out, number)), number.to_string());
            assert_eq!(text(|out| integer(out, number as i64)), (number as i64).to_string());
            assert_eq!(
                text(|out| integer(out, (number as i64).wrapping_neg())),
                (number as i64).wrapping_neg().to_string()
            );
            let small = number as u32;
            for width in 0..12 {
                assert_eq!(text(|out| padded(out, small, width)), format!("{small:0width$}"));
                assert_eq!(
                    text(|out| hexadecimal(out, small, width.min(8))),
                    format!("{small:0width$x}", width = width.min(8))
                );
            }
        }
    }
}
