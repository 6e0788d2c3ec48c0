//! The stretch of time in which nearly everything of a log was written. One event years away (a wrong clock, a log
//! that a restored server began) would squeeze all others into one column of the overview strip.

use std::ops::Range;

/// Of so many events at least all but one lie in the usual stretch.
const BULK: u64 = 10;
/// Seconds without an event that part nothing: a server may be idle.
const IDLE: u64 = 3600;
/// A gap of so many times the length of what was written before or behind it parts what is far off.
const APART: u64 = 4;
/// What is left out must make the whole so many times longer, or it may as well be shown.
const WORTH: u64 = 16;

/// A stretch of time with so many events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// Its first second.
    pub start: u64,
    /// One past its last.
    pub end: u64,
    /// Events.
    pub events: u64,
}

/// Where nearly everything was written, and how much was not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsualTimes {
    /// Seconds since 1970.
    pub range: Range<u64>,
    /// Events that lie outside of it, if that is certain.
    pub outside: Option<u64>,
}

/// The usual times of stretches in order; nothing where the whole is as good.
///
/// It is the shortest stretch that has nine of ten events, and around it all that follows without a long gap.
pub fn usual_times(written: &[Written]) -> Option<UsualTimes> {
    let events: u64 = written.iter().map(|part| part.events).sum();
    let whole = written.first()?.start..written.iter().map(|part| part.end).max()?;
    let needed = events - (events / BULK).max(1);
    // Of two or three events none is the odd one.
    if needed < 3 {
        return None;
    }
    let (mut first, mut last) = shortest(written, needed)?;
    let mut range = written.get(first)?.start..written.get(last)?.end;
    loop {
        let reach = IDLE.max((range.end - range.start).saturating_mul(APART));
        let before = first.checked_sub(1).and_then(|at| written.get(at)).filter(|it| it.end + reach >= range.start);
        let behind = written.get(last + 1).filter(|it| it.start <= range.end + reach);
        match (before, behind) {
            (Some(it), _) => (first, range.start) = (first - 1, it.start),
            (None, Some(it)) => (last, range.end) = (last + 1, it.end.max(range.end)),
            (None, None) => break,
        }
    }
    let inside: u64 = written.get(first..=last)?.iter().map(|part| part.events).sum();
    let far = (whole.end - whole.start) / WORTH >= range.end - range.start;
    (inside < events && far).then_some(UsualTimes { range, outside: Some(events - inside) })
}

/// First and last of the parts that have `needed` events in the shortest time.
fn shortest(written: &[Written], needed: u64) -> Option<(usize, usize)> {
    let (mut first, mut events) = (0, 0);
    let mut best: Option<(u64, (usize, usize))> = None;
    for (last, part) in written.iter().enumerate() {
        events += part.events;
        while let Some(without) = written.get(first).map(|part| events - part.events).filter(|left| *left >= needed) {
            events = without;
            first += 1;
        }
        if events >= needed {
            let length = part.end - written.get(first)?.start;
            if best.is_none_or(|(shortest, _)| length < shortest) {
                best = Some((length, (first, last)));
            }
        }
    }
    best.map(|(_, ends)| ends)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(times: &[(u64, u64)]) -> Vec<Written> {
        times.iter().map(|(start, events)| Written { start: *start, end: start + 1, events: *events }).collect()
    }

    #[test]
    fn one_event_years_away_is_left_out_on_either_side() {
        let (now, year) = (1_700_000_000, 31_536_000);
        let usual: Vec<_> = (0..100).map(|second| (now + second * 60, 5)).collect();
        for odd in [now - 20 * year, now + 3 * year] {
            let mut times = usual.clone();
            times.push((odd, 1));
            times.sort_unstable();
            let found = usual_times(&seconds(&times)).expect("an odd one");
            assert_eq!(found, UsualTimes { range: now..now + 99 * 60 + 1, outside: Some(1) });
        }
        assert_eq!(usual_times(&seconds(&usual)), None);
    }

    #[test]
    fn five_events_have_an_odd_one_and_three_have_none() {
        let found = usual_times(&seconds(&[(5, 1), (1_000_000_000, 4)])).expect("an odd one");
        assert_eq!(found, UsualTimes { range: 1_000_000_000..1_000_000_001, outside: Some(1) });
        assert_eq!(usual_times(&seconds(&[(5, 1), (1_000_000_000, 2)])), None);
        assert_eq!(usual_times(&[]), None);
    }

    #[test]
    fn two_halves_years_apart_are_both_shown_and_an_idle_hour_parts_nothing() {
        assert_eq!(usual_times(&seconds(&[(5, 40), (1_000_000_000, 60)])), None);
        let burst: Vec<_> = (0..10).map(|second| (50_000 + second, 100)).collect();
        let mut times = burst.clone();
        times.extend((1..60).map(|at| (50_010 + at * 3000, 1)));
        assert_eq!(usual_times(&seconds(&times)), None, "a burst and what trickles in behind it");
        let mut times = burst;
        times.push((50_010 + 4 * 3600, 1));
        assert_eq!(usual_times(&seconds(&times)).map(|found| found.range), Some(50_000..50_010));
    }

    #[test]
    fn what_is_left_out_is_no_part_of_the_shortest_stretch() {
        // Against every pair of ends, on made-up times.
        let mut state = 7u64;
        let mut next = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) % below
        };
        for _ in 0..200 {
            let mut times: Vec<_> = (0..next(20) + 4).map(|_| (next(1_000_000_000), next(9) + 1)).collect();
            times.sort_unstable();
            times.dedup_by_key(|(time, _)| *time);
            let written = seconds(&times);
            let needed = times.iter().map(|(_, events)| events).sum::<u64>() * 9 / 10;
            let length = |first: usize, last: usize| times[last].0 - times[first].0 + 1;
            let naive = (0..times.len())
                .flat_map(|first| (first..times.len()).map(move |last| (first, last)))
                .filter(|(first, last)| times[*first..=*last].iter().map(|(_, events)| events).sum::<u64>() >= needed)
                .map(|(first, last)| length(first, last))
                .min();
            assert_eq!(shortest(&written, needed).map(|(first, last)| length(first, last)), naive);
        }
    }
}
