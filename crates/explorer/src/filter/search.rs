//! Bytes in bytes. `memchr` does it: for one needle nothing is faster natively, it is vectorised in
//! a browser too, and it allocates nothing while it searches.

use memchr::memmem::Finder;
use memchr::{memchr, memchr2};

use super::ast::HexByte;

/// What is looked for.
#[derive(Clone, Debug)]
pub enum Needle {
    /// These bytes.
    Exact(Box<Finder<'static>>),
    /// These bytes in small letters, whatever the case of ASCII letters.
    IgnoringCase(Vec<u8>),
    /// Bytes of which some bits are open. The longest run without such is looked for.
    Masked {
        /// All of them.
        bytes: Vec<HexByte>,
        /// Bytes before the run.
        before: usize,
        /// The run.
        run: Box<Finder<'static>>,
    },
}

impl Needle {
    /// These bytes as they are.
    pub fn exact(bytes: &[u8]) -> Self {
        Self::Exact(Box::new(Finder::new(bytes).into_owned()))
    }

    /// Text, whatever the case of its ASCII letters.
    pub fn ignoring_case(text: &str) -> Self {
        Self::IgnoringCase(text.to_ascii_lowercase().into_bytes())
    }

    /// Bytes with open bits; at least one is whole.
    pub fn masked(bytes: &[HexByte]) -> Self {
        let (mut before, mut length) = (0, 0);
        let mut at = 0;
        for run in bytes.chunk_by(|a, b| (a.mask == 0xff) == (b.mask == 0xff)) {
            if run.len() > length && run.iter().all(|byte| byte.mask == 0xff) {
                (before, length) = (at, run.len());
            }
            at += run.len();
        }
        let run: Vec<u8> = bytes.iter().skip(before).take(length).map(|byte| byte.value).collect();
        if length == bytes.len() {
            return Self::exact(&run);
        }
        Self::Masked { bytes: bytes.to_vec(), before, run: Box::new(Finder::new(&run).into_owned()) }
    }

    /// Whether it is somewhere in there.
    pub fn is_in(&self, bytes: &[u8]) -> bool {
        match self {
            Self::Exact(finder) => finder.find(bytes).is_some(),
            Self::IgnoringCase(small) => is_in_ignoring_case(small, bytes),
            Self::Masked { bytes: wanted, before, run } => run.find_iter_from(bytes).any(|at| {
                let start = at.checked_sub(*before);
                let found = start.and_then(|start| bytes.get(start..)?.get(..wanted.len()));
                found.is_some_and(|found| {
                    found.iter().zip(wanted).all(|(byte, wanted)| byte & wanted.mask == wanted.value & wanted.mask)
                })
            }),
        }
    }
}

/// Every place of a run, those that overlap too.
trait EveryPlace {
    fn find_iter_from<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = usize> + 'b;
}

impl EveryPlace for Finder<'static> {
    fn find_iter_from<'b>(&'b self, bytes: &'b [u8]) -> impl Iterator<Item = usize> + 'b {
        let mut from = 0;
        std::iter::from_fn(move || {
            let at = from + self.find(bytes.get(from..)?)?;
            from = at + 1;
            Some(at)
        })
    }
}

fn is_in_ignoring_case(small: &[u8], bytes: &[u8]) -> bool {
    let Some(first) = small.first().copied() else { return true };
    let mut from = 0;
    while let Some(rest) = bytes.get(from..) {
        let upper = first.to_ascii_uppercase();
        let found = if upper == first { memchr(first, rest) } else { memchr2(first, upper, rest) };
        let Some(at) = found else { return false };
        if rest.get(at..at + small.len()).is_some_and(|found| found.eq_ignore_ascii_case(small)) {
            return true;
        }
        from += at + 1;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    fn naive(wanted: &[HexByte], bytes: &[u8]) -> bool {
        bytes.windows(wanted.len()).any(|window| {
            window.iter().zip(wanted).all(|(byte, wanted)| byte & wanted.mask == wanted.value & wanted.mask)
        })
    }

    #[test]
    fn bytes_with_open_bits_are_found_where_trying_every_place_finds_them() {
        let mut state = 0x2545_f491_4f6c_dd1du64;
        let mut random = |bound: u64| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state % bound
        };
        let mut found = 0;
        for _ in 0..3000 {
            let bytes: Vec<u8> = (0..random(30)).map(|_| random(3) as u8).collect();
            let masks = [0xff, 0xff, 0xf0, 0x0f, 0];
            let mut wanted: Vec<HexByte> =
                (0..random(4)).map(|_| HexByte { mask: masks[random(5) as usize], value: random(3) as u8 }).collect();
            wanted.insert(random(wanted.len() as u64 + 1) as usize, HexByte { mask: 0xff, value: random(3) as u8 });
            let expected = naive(&wanted, &bytes);
            assert_eq!(Needle::masked(&wanted).is_in(&bytes), expected, "{wanted:?} in {bytes:?}");
            found += u32::from(expected);
        }
        assert!(found > 300);
    }

    #[test]
    fn case_of_ascii_letters_does_not_matter() {
        for (text, bytes, expected) in [
            ("drop table", "x; DROP Table t", true),
            ("drop table", "drop  table", false),
            ("aab", "aaAaB", true),
            ("1a", "11A", true),
            ("é", "caf\u{e9}", true),
            ("é", "caf\u{c9}", false),
            ("abc", "ab", false),
        ] {
            assert_eq!(Needle::ignoring_case(text).is_in(bytes.as_bytes()), expected, "{text} {bytes}");
        }
    }
}
