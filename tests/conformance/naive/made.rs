//! Expressions by chance, about what a file has: most terms hold somewhere in it.

use binlog_explorer::filter::ast::*;
use binlog_explorer::filter::{Glob, Moment, Piece};
use binlog_format::names::event_type;
use binlog_format::rows::Image;

use super::{Cell, Item, Naive};
use crate::random::Random;

impl Naive {
    pub fn expression(&self, random: &mut Random, depth: usize) -> Expr {
        let parts = |random: &mut Random, and: bool| {
            let parts = (0..2 + random.below(2)).flat_map(|_| match self.expression(random, depth - 1) {
                Expr::And(parts) if and => parts,
                Expr::Or(parts) if !and => parts,
                other => vec![other],
            });
            parts.collect::<Vec<_>>()
        };
        match if depth == 0 { 0 } else { random.below(5) } {
            1 => Expr::And(parts(random, true)),
            2 => Expr::Or(parts(random, false)),
            3 => Expr::Not(Box::new(self.expression(random, depth - 1))),
            _ => Expr::Term(self.term(random)),
        }
    }

    fn interval(random: &mut Random, about: u64) -> Interval<u64> {
        let other = about.saturating_add(random.below(1000) as u64);
        match random.below(6) {
            0 => Interval::Between(about, other),
            1 => Interval::From(about),
            2 => Interval::To(about),
            3 => Interval::Above(about),
            4 => Interval::Below(about),
            _ => Interval::Is(about),
        }
    }

    pub fn term(&self, random: &mut Random) -> Term {
        loop {
            if let Some(term) = self.term_of(random) {
                return term;
            }
        }
    }

    /// One about something in the file; nothing if what was chosen has no such thing.
    fn term_of(&self, random: &mut Random) -> Option<Term> {
        let item = random.of(&self.items)?;
        Some(match random.below(24) {
            0 => {
                let kind = item.kind?;
                Term::Type(vec![match event_type(kind) {
                    Some(name) if random.below(2) == 0 => {
                        TypePattern::Name(Glob::exact(&name.replace("_LOG_EVENT", "").replace("_EVENT", "")))
                    }
                    _ => TypePattern::Code(kind),
                }])
            }
            1 => {
                let (database, table) = item.table.as_ref()?;
                let mut glob = Glob::exact(table);
                if random.below(3) == 0 {
                    glob.0.truncate(1 + random.below(glob.0.len()));
                    glob.0.push(Piece::Many);
                }
                let database = (random.below(2) == 0).then(|| Glob::exact(database));
                Term::Table(vec![TablePattern { database, table: glob }])
            }
            2 => {
                let moment = Moment::Unix(item.header.timestamp.saturating_add(random.below(3) as u32));
                Term::Time(vec![match random.below(4) {
                    0 => Interval::From(moment),
                    1 => Interval::To(moment),
                    2 => Interval::Above(moment),
                    _ => Interval::Is(moment),
                }])
            }
            3 => Term::Gtid(vec![self.gtid(random, item)?]),
            4 => Term::Number(NumberKey::Server, vec![Self::interval(random, item.header.server_id.into())]),
            5 => Term::Number(NumberKey::Pos, vec![Self::interval(random, item.pos)]),
            6 => Term::Number(NumberKey::EndLogPos, vec![Self::interval(random, item.header.log_pos.into())]),
            7 => Term::Number(NumberKey::Size, vec![Self::interval(random, item.size)]),
            8 => Term::Number(NumberKey::Rows, vec![Self::interval(random, item.rows.len() as u64)]),
            9 | 10 => {
                let transaction = &self.transactions[item.unit?];
                let (key, about) = match random.below(5) {
                    0 => (NumberKey::Txn, transaction.number),
                    1 => (NumberKey::Thread, transaction.thread?.into()),
                    2 => (NumberKey::TxnSize, transaction.size),
                    3 => (NumberKey::TxnRows, transaction.rows),
                    _ => (NumberKey::TxnEvents, transaction.events),
                };
                Term::Number(key, vec![Self::interval(random, about)])
            }
            11 => Term::Op(vec![*random.of(&Op::ALL)?]),
            12 => {
                let statement = std::str::from_utf8(item.statement.as_ref()?).ok().filter(|it| it.is_ascii())?;
                let from = random.below(statement.len());
                let text = statement.get(from..(from + 1 + random.below(9)).min(statement.len()))?;
                Term::Sql(Some(text).filter(|text| !text.is_empty())?.to_owned())
            }
            13 => {
                let bytes = random.of(&item.bytes)?;
                let from = random.below(bytes.len());
                let bytes = bytes.get(from..(from + 1 + random.below(6)).min(bytes.len()))?;
                let masks = [0xffu8, 0xff, 0x0f, 0];
                let open = |(nth, byte): (usize, &u8)| {
                    let mask = if nth == 0 { 0xff } else { masks[random.below(4)] };
                    HexByte { mask, value: byte & mask }
                };
                let bytes: Vec<HexByte> = bytes.iter().enumerate().map(open).collect();
                if bytes.is_empty() {
                    return None;
                }
                Term::Hex(bytes)
            }
            14 => Term::Is(*random.of(&Is::ALL)?),
            _ => self.row(random)?,
        })
    }

    fn gtid(&self, random: &mut Random, item: &Item) -> Option<GtidPattern> {
        let gtid = self.transactions[item.unit?].gtid.as_ref()?;
        let parts: Vec<&str> = gtid.split(':').collect();
        let range = |number: &str, random: &mut Random| {
            let number: u64 = number.parse().ok()?;
            Some((number, number + random.below(3) as u64))
        };
        match parts[..] {
            [uuid, number] => {
                let mut source = Glob::exact(uuid);
                if random.below(2) == 0 {
                    source.0.truncate(4);
                    source.0.push(Piece::Many);
                }
                let numbers = if random.below(3) == 0 { Vec::new() } else { vec![range(number, random)?] };
                Some(GtidPattern::Mysql { source, tag: None, numbers })
            }
            [uuid, tag, number] => Some(GtidPattern::Mysql {
                source: Glob::exact(uuid),
                tag: Some(Glob::exact(tag)),
                numbers: vec![range(number, random)?],
            }),
            _ => {
                let parts: Vec<&str> = gtid.split('-').collect();
                let [domain, server, number] = parts[..] else { return None };
                Some(GtidPattern::Mariadb {
                    domain: domain.parse().ok(),
                    server: server.parse().ok().filter(|_| random.below(2) == 0),
                    numbers: range(number, random).filter(|_| random.below(3) > 0),
                })
            }
        }
    }

    /// One about a value in some row.
    pub fn row(&self, random: &mut Random) -> Option<Term> {
        let with_rows: Vec<&Item> = self.items.iter().filter(|item| !item.rows.is_empty()).collect();
        let item = random.of(&with_rows)?;
        let row = random.of(&item.rows)?;
        let (_, ordinal, name, cell) = random.of(row)?.clone();
        let column = match name {
            Some(name) if random.below(2) == 0 => ColumnName::Name(name.to_ascii_uppercase()),
            _ => ColumnName::Ordinal(ordinal as u32 + 1),
        };
        // Other tables may have such a column too.
        let same = |other: &(Image, usize, Option<String>, Cell)| match &column {
            ColumnName::Ordinal(from_one) => other.1 + 1 == *from_one as usize,
            ColumnName::Name(name) => other.2.as_ref().is_some_and(|other| other.eq_ignore_ascii_case(name)),
        };
        let cells = || self.items.iter().flat_map(|item| item.rows.iter().flatten()).filter(|cell| same(cell));
        if cells().any(|cell| cell.3 == Cell::Other) {
            return None;
        }
        let literal = match &cell {
            Cell::Null => Literal::Null,
            Cell::Integer(number) => Literal::Bare((number + random.below(3) as i128 - 1).to_string()),
            Cell::Text(text) if text.len() < 200 => Literal::Quoted(text.clone()),
            Cell::Text(_) | Cell::Other => return None,
        };
        let comparison = match literal {
            Literal::Null if random.below(2) == 0 => Comparison::Equal,
            Literal::Null => Comparison::NotEqual,
            _ => *random.of(&Comparison::ALL)?,
        };
        let images = *random.of(&[Images::Either, Images::Either, Images::Before, Images::After])?;
        Some(Term::Row(RowTerm { images, column, comparison, literal }))
    }
}
