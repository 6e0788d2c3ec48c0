//! Logs in gzip and Zstandard: what comes out of a wrapper is what went in, and a wrapper that is cut
//! or damaged gives everything before the damage and says where it is.

mod corpus;

use std::io::{self, Read, Write};

use binlog_explorer::dump::{JsonDump, walk};
use binlog_explorer::source::{Memory, Source};
use binlog_explorer::wrapper::{Fault, InOrder, Problem, UNPACKED_FREE, UNPACKED_RATIO, Unwrapping, Wrapper};
use binlog_format::framer::Start;
use miniz_oxide::deflate::compress_to_vec;

/// A gzip member with every optional field that is asked for.
fn gzip(plain: &[u8], level: u8, flags: u8) -> Vec<u8> {
    let mut out = vec![0x1f, 0x8b, 8, flags, 1, 2, 3, 4, 0, 255];
    if flags & 4 != 0 {
        out.extend([5, 0]);
        out.extend(b"extra");
    }
    if flags & 8 != 0 {
        out.extend(b"binlog.000042\0");
    }
    if flags & 16 != 0 {
        out.extend(b"a comment\0");
    }
    if flags & 2 != 0 {
        out.extend([0x12, 0x34]);
    }
    out.extend(compress_to_vec(plain, level));
    out.extend(crc32fast::hash(plain).to_le_bytes());
    out.extend((plain.len() as u32).to_le_bytes());
    out
}

fn zstd(plain: &[u8], level: i32, checksum: bool) -> Vec<u8> {
    let mut encoder = zstd::Encoder::new(Vec::new(), level).expect("a level");
    encoder.include_checksum(checksum).expect("possible");
    encoder.write_all(plain).expect("memory");
    encoder.finish().expect("memory")
}

fn skippable(bytes: &[u8]) -> Vec<u8> {
    let mut out = vec![0x5a, 0x2a, 0x4d, 0x18];
    out.extend((bytes.len() as u32).to_le_bytes());
    out.extend(bytes);
    out
}

/// Unpacks in reads of this size.
fn unpack(wrapped: &[u8], size: usize) -> (Vec<u8>, Option<Fault>) {
    let wrapper = Wrapper::recognise(wrapped).expect("a wrapper");
    let mut unwrapping = Unwrapping::new(wrapper, InOrder::new(Memory::new(wrapped)));
    let (mut out, mut buffer) = (Vec::new(), vec![0; size]);
    loop {
        match unwrapping.read(&mut buffer) {
            Ok(0) => {
                assert_eq!(unwrapping.taken(), wrapped.len() as u64);
                return (out, None);
            }
            Ok(read) => out.extend(&buffer[..read]),
            Err(fault) => {
                assert_eq!(fault.unpacked, out.len() as u64);
                assert_eq!(unwrapping.read(&mut buffer), Err(fault.clone()), "the fault stays");
                return (out, Some(fault));
            }
        }
        assert_eq!(unwrapping.position(), out.len() as u64);
    }
}

/// Bytes that compress a little, and not too much.
fn log_like(length: usize) -> Vec<u8> {
    (0..length as u64).map(|i| if i % 7 < 4 { ((i * i) >> 9) as u8 } else { b"binlog!"[(i % 7) as usize] }).collect()
}

#[test]
fn corpus_files_come_out_as_they_went_in() {
    let mut seen = 0;
    for (number, path) in corpus::files().into_iter().enumerate() {
        let plain = std::fs::read(&path).expect("readable");
        if plain.len() > 2 << 20 {
            continue;
        }
        let half = plain.len() / 2;
        let multi = [gzip(&plain[..half], 1, 8), gzip(&plain[half..], 9, 0)].concat();
        let frames = [
            skippable(b"before"),
            zstd(&plain[..half], 1, true),
            skippable(&[]),
            zstd(&plain[half..], 9, false),
            skippable(b"after"),
        ]
        .concat();
        for wrapped in [gzip(&plain, 6, 4 | 8 | 16 | 2), multi, zstd(&plain, 3, true), frames] {
            let size = [1 << 16, 100_000, 4096, 777][number % 4];
            let (out, fault) = unpack(&wrapped, size);
            assert!(out == plain && fault.is_none(), "{}: {fault:?}", path.display());
        }
        seen += 1;
    }
    assert!(seen > 5);
}

#[test]
fn a_walk_over_what_comes_out_is_that_of_the_plain_file() {
    let dump = |bytes: Vec<u8>| {
        let mut out: Vec<u8> = Vec::new();
        walk(&Memory::new(bytes), Start::File, 0, &mut JsonDump::new(&mut out)).expect("memory");
        out
    };
    for path in corpus::files().into_iter().filter(|path| path.to_string_lossy().contains("web/samples")) {
        let plain = std::fs::read(&path).expect("readable");
        let (inflated, _) = unpack(&gzip(&plain, 6, 0), 1 << 16);
        assert!(dump(inflated) == dump(plain), "{}", path.display());
    }
}

#[test]
fn reading_byte_by_byte_changes_nothing() {
    let plain = log_like(70_000);
    for wrapped in [gzip(&plain, 6, 8), zstd(&plain, 3, true)] {
        assert!(unpack(&wrapped, 1) == (plain.clone(), None));
    }
}

#[test]
fn what_comes_in_small_pieces_is_the_same() {
    struct Drip<'a>(&'a [u8], usize);
    impl Read for Drip<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            if self.1.is_multiple_of(3) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let count = (self.1 % 5 + 1).min(buffer.len()).min(self.0.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }
    let plain = log_like(30_000);
    for wrapped in [gzip(&plain, 6, 31 & !1), zstd(&plain, 3, true), [skippable(b"x"), zstd(&plain, 1, false)].concat()]
    {
        let wrapper = Wrapper::recognise(&wrapped).expect("a wrapper");
        let mut unwrapping = Unwrapping::new(wrapper, Drip(&wrapped, 0));
        let (mut out, mut buffer) = (Vec::<u8>::new(), [0; 999]);
        loop {
            match unwrapping.read(&mut buffer).expect("intact") {
                0 => break,
                read => out.extend(&buffer[..read]),
            }
        }
        assert!(out == plain);
    }
}

#[test]
fn a_cut_wrapper_gives_what_is_before_the_cut() {
    let plain = log_like(600_000);
    let (gzipped, zstd) = (gzip(&plain, 6, 8), zstd(&plain, 3, true));
    for (wrapped, held_back) in [(gzipped, 300), (zstd, 128 << 10)] {
        let mut before = 0;
        for cut in (1..40).map(|part| wrapped.len() * part / 40).chain(wrapped.len() - 9..wrapped.len()) {
            let (out, fault) = unpack(&wrapped[..cut], 10_000);
            let fault = fault.expect("told");
            assert_eq!((&fault.problem, fault.at), (&Problem::Truncated, cut as u64), "cut at {cut}");
            assert!(plain.starts_with(&out) && out.len() >= before, "cut at {cut}");
            // The stream's last bits, or the block that the cut is in, are all that is missing.
            let least = (plain.len() as u64 * cut as u64 / wrapped.len() as u64).saturating_sub(plain.len() as u64 / 5);
            assert!(out.len() as u64 + held_back >= least, "cut at {cut}: {} of {least}", out.len());
            before = out.len();
        }
        assert!(before > plain.len() - 1000, "only the end of the wrapper was missing");
    }
}

#[test]
fn a_flipped_byte_is_told() {
    let plain = log_like(300_000);
    for wrapped in [gzip(&plain, 6, 0), zstd(&plain, 3, true)] {
        let header = 10;
        for at in (0..60).map(|part| header + (wrapped.len() - header) * part / 60) {
            let mut damaged = wrapped.clone();
            damaged[at] ^= 0x10;
            let (out, fault) = unpack(&damaged, 5000);
            let fault = fault.unwrap_or_else(|| panic!("a flip at {at} of {} was not told", wrapped.len()));
            assert!(fault.at + 64 >= at as u64 || fault.problem == Problem::Trailing, "{fault:?} for a flip at {at}");
            // What lies well before the flip came out right.
            let sure = (plain.len() * at / wrapped.len()).saturating_sub(140 << 10).min(out.len());
            assert!(out[..sure] == plain[..sure], "a flip at {at}");
        }
    }
}

#[test]
fn what_follows_a_wrapper_is_told() {
    let plain = log_like(5000);
    let padded = [gzip(&plain, 6, 0), vec![0; 700]].concat();
    assert!(unpack(&padded, 4096) == (plain.clone(), None), "tapes and some tools pad with zeros");
    for wrapped in [gzip(&plain, 6, 0), zstd(&plain, 3, true)] {
        let end = wrapped.len() as u64;
        let (out, fault) = unpack(&[wrapped, b"something else".to_vec()].concat(), 4096);
        let fault = fault.expect("told");
        assert_eq!((out == plain, fault.problem, fault.at), (true, Problem::Trailing, end));
    }
    let twice = [gzip(&plain, 6, 0), gzip(&plain, 6, 0)].concat();
    let (out, fault) = unpack(&twice[..twice.len() / 2 + 5], 4096);
    assert_eq!((out == plain, fault.map(|fault| fault.problem)), (true, Some(Problem::Truncated)));
}

#[test]
fn a_bomb_is_stopped() {
    // A frame of blocks that are one byte repeated: 128 KiB of four.
    let block = (128u32 << 10) << 3 | 1 << 1;
    let mut wrapped = vec![0x28, 0xb5, 0x2f, 0xfd, 0, 0x70];
    for _ in 0..(UNPACKED_FREE >> 17) + 200 {
        wrapped.extend(&block.to_le_bytes()[..3]);
        wrapped.push(0);
    }
    let mut unwrapping = Unwrapping::new(Wrapper::Zstd, InOrder::new(Memory::new(wrapped)));
    let mut buffer = vec![0; 4 << 20];
    let fault = loop {
        match unwrapping.read(&mut buffer) {
            Ok(0) => panic!("it ended"),
            Ok(_) => {}
            Err(fault) => break fault,
        }
    };
    assert_eq!(fault.problem, Problem::Bomb);
    assert!(fault.unpacked <= UNPACKED_FREE && fault.at * UNPACKED_RATIO < UNPACKED_FREE, "{fault:?}");
}

#[test]
fn a_window_or_a_dictionary_that_is_not_there_is_named() {
    // A window of 2^41 bytes; a frame that needs dictionary 7.
    for head in [vec![0, 0xff], vec![1, 0x70, 7]] {
        let frame = [vec![0x28, 0xb5, 0x2f, 0xfd], head, vec![1, 0, 0]].concat();
        let (out, fault) = unpack(&frame, 100);
        assert!(out.is_empty());
        let problem = fault.expect("told").problem;
        assert!(matches!(problem, Problem::Unsupported(_) | Problem::Corrupt), "{problem:?}");
    }
}

#[test]
fn sizes_are_told_only_as_far_as_they_are_known() {
    let plain = log_like(70_000);
    let claimed = |bytes: Vec<u8>| {
        let source = Memory::new(bytes);
        Wrapper::of(&source).expect("a wrapper").claimed_size(&source)
    };
    assert_eq!(claimed(gzip(&plain, 6, 0)), Some(70_000));
    assert_eq!(claimed(zstd(&plain, 3, true)), None, "streamed: the frame does not tell");
    assert_eq!(claimed(zstd::bulk::compress(&plain, 3).expect("memory")), Some(70_000));
    assert_eq!(claimed(zstd::bulk::compress(&plain[..100], 3).expect("memory")), Some(100));
    assert_eq!(claimed(zstd::bulk::compress(&plain[..300], 3).expect("memory")), Some(300));
    /// As long as a gzip file whose size modulo 4 GiB says nothing.
    struct Long;
    impl Source for Long {
        fn length(&self) -> u64 {
            5 << 20
        }
        fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, binlog_explorer::source::ReadError> {
            buffer.fill(7);
            Ok(buffer.len().min((self.length() - offset) as usize))
        }
    }
    assert_eq!(Wrapper::Gzip.claimed_size(&Long), None);
}

#[test]
fn names_do_not_matter_and_logs_are_no_wrappers() {
    assert_eq!(Wrapper::recognise(b"\xfebin"), None);
    assert_eq!(Wrapper::recognise(b"\x1f\x8b"), None);
    assert_eq!(Wrapper::recognise(b""), None);
    assert_eq!(Wrapper::recognise(&skippable(b"")), Some(Wrapper::Zstd));
}

#[test]
fn a_file_that_grows_while_it_is_read_ends_in_a_note() {
    use binlog_explorer::source::{Bounded, Growing};
    use binlog_explorer::verify::Verifier;
    let path = corpus::root().join("web/samples/mysql-9.7-shop.binlog");
    let plain = std::fs::read(path).expect("readable");
    // No in-use flag: relay logs have none while they are written.
    assert_eq!(plain[4 + 17] & 1, 0);
    let cut = plain.len() - 10;
    for grows in [false, true] {
        let growing = Growing::new();
        growing.append(&plain[..cut]);
        if !grows {
            growing.close();
        }
        let bounded = Bounded::now(growing.clone());
        growing.append(&plain[cut..]);
        let mut verifier = Verifier::new();
        let totals = walk(&bounded, Start::File, 0, &mut verifier).expect("readable");
        let findings = verifier.finish(&totals);
        assert_eq!((totals.incomplete.is_some(), totals.problems), (grows, u64::from(!grows)));
        assert_eq!(findings.problems, u64::from(!grows), "{findings:?}");
    }
}
