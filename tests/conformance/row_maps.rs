//! Row maps against a naive list of rows, on random documents.

mod random;

use binlog_explorer::outline::{Outline, Unit};
use binlog_explorer::row_map::{RowAt, RowMap};
use binlog_explorer::view::ListMode;

use crate::random::Random;

/// Units of so many entries; 0 stands for a lone item.
struct Naive(Vec<u64>);

impl Naive {
    fn size(units: u64) -> u64 {
        units.max(1)
    }
}

impl Outline for Naive {
    fn entries(&self) -> u64 {
        self.0.iter().map(|unit| Self::size(*unit)).sum()
    }
    fn units(&self) -> u64 {
        self.0.len() as u64
    }
    fn transactions(&self) -> u64 {
        self.0.iter().filter(|unit| **unit > 0).count() as u64
    }
    fn unit(&self, unit: u64) -> Option<Unit> {
        let own = *self.0.get(unit as usize)?;
        let before = &self.0[..unit as usize];
        Some(Unit {
            first_entry: before.iter().map(|unit| Self::size(*unit)).sum(),
            entries: Self::size(own),
            transactions_before: before.iter().filter(|unit| **unit > 0).count() as u64,
            transaction: own > 0,
        })
    }
    fn unit_of_entry(&self, entry: u64) -> Option<u64> {
        (0..self.units()).find(|unit| {
            let unit = self.unit(*unit).unwrap();
            (unit.first_entry..unit.first_entry + unit.entries).contains(&entry)
        })
    }
    fn unit_of_open_row(&self, row: u64) -> Option<u64> {
        (0..self.units()).find(|unit| {
            let unit = self.unit(*unit).unwrap();
            (unit.open_row()..unit.open_row() + unit.entries + u64::from(unit.transaction)).contains(&row)
        })
    }
}

/// The rows, written out.
fn rows(naive: &Naive, map: &RowMap, payloads: &[(u64, u64)]) -> Vec<RowAt> {
    let mut rows = Vec::new();
    let mut entry = 0;
    for (number, unit) in naive.0.iter().enumerate() {
        let number = number as u64;
        let shown = map.mode() == ListMode::Plain || *unit == 0 || map.is_open(number);
        if map.mode() == ListMode::Transactions && *unit > 0 {
            rows.push(RowAt::Transaction(number));
        }
        for _ in 0..Naive::size(*unit) {
            if shown {
                rows.push(RowAt::Entry(entry));
                let inside = payloads.iter().find(|(at, _)| *at == entry).map_or(0, |(_, inside)| *inside);
                rows.extend((0..inside).map(|inner| RowAt::Inner(entry, inner)));
            }
            entry += 1;
        }
    }
    rows
}

#[test]
fn rows_and_ranks_are_those_of_the_written_out_list() {
    let mut numbers = Random(0x2545_f491_4f6c_dd1d);
    let mut random = |bound: u64| numbers.less_than(bound);
    for _ in 0..400 {
        let naive = Naive((0..random(14)).map(|_| random(6)).collect());
        let mode = if random(3) == 0 { ListMode::Plain } else { ListMode::Transactions };
        let mut map = RowMap::new(mode);
        map.expand_all(random(2) == 0);
        let mut payloads: Vec<(u64, u64)> = Vec::new();
        for (number, unit) in naive.0.iter().enumerate() {
            if *unit > 0 && random(3) == 0 {
                map.expand(number as u64, random(2) == 0);
            }
        }
        for entry in 0..naive.entries() {
            if random(5) == 0 {
                payloads.push((entry, random(4)));
                map.expand_payload(entry, payloads.last().map(|(_, inside)| *inside));
            }
        }
        let expected = rows(&naive, &map, &payloads);
        assert_eq!(map.length(&naive), expected.len() as u64, "{:?}", naive.0);
        for (row, at) in expected.iter().enumerate() {
            let row = row as u64;
            assert_eq!(map.at(&naive, row), Some(*at), "row {row} of {:?} {map:?}", naive.0);
            let rank = match *at {
                RowAt::Transaction(unit) => map.rank_of_unit(&naive, unit),
                RowAt::Entry(entry) => map.rank(&naive, entry, None),
                RowAt::Inner(entry, inner) => map.rank(&naive, entry, Some(inner)),
            };
            assert_eq!(rank, Some(row), "{at:?} of {:?} {map:?}", naive.0);
        }
        assert_eq!(map.at(&naive, expected.len() as u64), None);
        for entry in 0..naive.entries() {
            let shown = expected.contains(&RowAt::Entry(entry));
            assert_eq!(map.rank(&naive, entry, None).is_some(), shown);
        }
    }
}
