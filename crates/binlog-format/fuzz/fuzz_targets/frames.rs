//! Frames in windows against frames in one piece, a resumed framer against one that came there,
//! and the scanner on top of both.
#![no_main]

use binlog_explorer::scan::Scanner;
use binlog_format::framer::{Framer, Start, Step};
use binlog_format_fuzz::control;
use binlog_format_fuzz::framed::{found, frames_of};
use binlog_format_fuzz::random::Random;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let (control, bytes) = control::<9>(data);
    let [seed @ .., mode] = control;
    let mut random = Random(u64::from_le_bytes(seed) | 1);
    let (start, complete) = (if mode & 1 == 0 { Start::File } else { Start::Events }, mode & 2 == 0);
    let new = || {
        let mut framer = Framer::new(start);
        framer.set_length(bytes.len() as u64, complete);
        framer
    };
    let mut framer = new();
    let whole = frames_of(&mut framer, bytes, || usize::MAX / 2);
    let mut at = 0;
    for item in &whole {
        assert!(item.0 == at && item.1 > at, "{whole:?}");
        at = item.1;
    }
    assert!(at == bytes.len() as u64 || !complete, "{at} of {}: {whole:?}", bytes.len());

    // Byte by byte the same is looked at again and again: for small inputs.
    let narrowest = usize::from(bytes.len() > 2000);
    let widest = [1, 40, 700, 9000][narrowest + random.below(4 - narrowest)];
    assert_eq!(whole, frames_of(&mut new(), bytes, || 1 + random.below(widest)));

    if let Some(nth) = whole.len().checked_sub(1).map(|last| random.below(last + 1)) {
        let mut first = new();
        let mut before = Vec::new();
        while before.len() < nth {
            let at = first.offset() as usize;
            match first.step(&bytes[at..]) {
                Step::Consumed(_, item) => before.extend(item.map(found)),
                Step::Back => {}
                other => panic!("{other:?} before item {nth}"),
            }
        }
        let state = first.state();
        let in_page = state.page_size_log2.is_some_and(|log2| first.offset() % (1 << log2) != 0);
        if nth > 0 && !in_page {
            let mut resumed = Framer::resume(first.offset(), &state);
            resumed.set_length(bytes.len() as u64, complete);
            assert_eq!(whole[nth..], frames_of(&mut resumed, bytes, || usize::MAX / 2));
        }
    }

    let scan = |next: &mut dyn FnMut() -> usize| {
        let mut scanner = Scanner::new(start);
        scanner.set_length(bytes.len() as u64, complete);
        while scanner.wants() < bytes.len() as u64 {
            let at = scanner.wants() as usize;
            let end = at.saturating_add(next().max(1)).min(bytes.len());
            scanner.feed(at as u64, &bytes[at..end]);
        }
        if complete {
            scanner.finish();
        }
        scanner.into_index()
    };
    assert_eq!(scan(&mut || usize::MAX / 2), scan(&mut || 1 + random.below(widest)));
});
