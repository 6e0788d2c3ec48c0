//! What a filter says, as data; it displays as text that parses to the same.

use std::fmt::{self, Display, Write};

use super::glob::{Glob, NamePattern};
use super::moment::Moment;
use super::words::{quote, quote_column};

/// An expression.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    /// All of them hold; two or more.
    And(Vec<Expr>),
    /// At least one holds; two or more.
    Or(Vec<Expr>),
    /// It does not hold.
    Not(Box<Expr>),
    /// One term.
    Term(Term),
}

/// What a term is about: the smallest thing for which it holds or does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// A transaction, and with it all its events and rows.
    Transaction,
    /// An event, or a stretch that is none; and with it all its rows.
    Event,
    /// A row of a rows event.
    Row,
}

/// One term.
#[derive(Clone, Debug, PartialEq)]
pub enum Term {
    /// `type:`, any of these.
    Type(Vec<TypePattern>),
    /// `table:`, any of these.
    Table(Vec<TablePattern>),
    /// `time:`, any of these.
    Time(Vec<Interval<Moment>>),
    /// `gtid:`, any of these.
    Gtid(Vec<GtidPattern>),
    /// A key whose values are numbers, any of these.
    Number(NumberKey, Vec<Interval<u64>>),
    /// `op:`, any of these.
    Op(Vec<Op>),
    /// `row.COLUMN`, `before.COLUMN`, `after.COLUMN`.
    Row(RowTerm),
    /// `sql~`: the statement contains this, whatever the case of ASCII letters.
    Sql(String),
    /// `text:`: the event's bytes contain this as UTF-8.
    Text(String),
    /// `hex:`: the event's bytes contain these.
    Hex(Vec<HexByte>),
    /// `is:`.
    Is(Is),
}

/// A type by name or number.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TypePattern {
    /// A name, whatever the case; `_EVENT` and `_LOG_EVENT` may be left out.
    Name(Glob),
    /// A canonical type code.
    Code(u8),
}

/// A table, or a schema and a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TablePattern {
    /// The schema; any if not told.
    pub database: Option<Glob>,
    /// The table.
    pub table: Glob,
}

/// Keys whose values are numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NumberKey {
    /// `server:`
    Server,
    /// `thread:`
    Thread,
    /// `pos:`
    Pos,
    /// `end_log_pos:`
    EndLogPos,
    /// `size:`
    Size,
    /// `rows:`
    Rows,
    /// `txn:`
    Txn,
    /// `txn.size:`
    TxnSize,
    /// `txn.rows:`
    TxnRows,
    /// `txn.events:`
    TxnEvents,
}

impl NumberKey {
    /// All of them.
    pub const ALL: [Self; 10] = [
        Self::Server,
        Self::Thread,
        Self::Pos,
        Self::EndLogPos,
        Self::Size,
        Self::Rows,
        Self::Txn,
        Self::TxnSize,
        Self::TxnRows,
        Self::TxnEvents,
    ];

    /// As it is written, without the colon.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Thread => "thread",
            Self::Pos => "pos",
            Self::EndLogPos => "end_log_pos",
            Self::Size => "size",
            Self::Rows => "rows",
            Self::Txn => "txn",
            Self::TxnSize => "txn.size",
            Self::TxnRows => "txn.rows",
            Self::TxnEvents => "txn.events",
        }
    }

    /// Whether its numbers are bytes, which may have units.
    pub const fn is_bytes(self) -> bool {
        matches!(self, Self::Size | Self::TxnSize | Self::Pos | Self::EndLogPos)
    }
}

/// Numbers or moments that hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Interval<T> {
    /// This one; of a moment that names a day, all of the day.
    Is(T),
    /// From the first to the last, both included.
    Between(T, T),
    /// `A..` and `>=A`.
    From(T),
    /// `..B` and `<=B`.
    To(T),
    /// `>A`
    Above(T),
    /// `<B`
    Below(T),
}

/// GTIDs of one source or domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GtidPattern {
    /// MySQL: `UUID:tag:1-5:7`; a pattern without numbers is all of them.
    Mysql {
        /// The UUID, in small letters.
        source: Glob,
        /// The tag, in small letters; any if not told.
        tag: Option<Glob>,
        /// Numbers, first and last.
        numbers: Vec<(u64, u64)>,
    },
    /// MariaDB: `domain-server-number`; any where not told.
    Mariadb {
        /// The domain.
        domain: Option<u32>,
        /// The server.
        server: Option<u32>,
        /// Numbers, first and last.
        numbers: Option<(u64, u64)>,
    },
}

/// What an event does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Op {
    /// Inserts rows: rows, or a statement.
    Insert,
    /// Updates rows.
    Update,
    /// Deletes rows.
    Delete,
    /// A statement that changes what tables there are.
    Ddl,
}

impl Op {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Insert, Self::Update, Self::Delete, Self::Ddl];

    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Insert => "insert",
            Self::Update => "update",
            Self::Delete => "delete",
            Self::Ddl => "ddl",
        }
    }
}

/// What `is:` may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Is {
    /// Damaged bytes, or a wrong checksum.
    Damaged,
    /// No event at all: the magic, damage, a hole, zero bytes.
    Span,
    /// An event whose inside cannot be read to its end.
    Faulty,
}

impl Is {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Damaged, Self::Span, Self::Faulty];

    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Damaged => "damaged",
            Self::Span => "span",
            Self::Faulty => "faulty",
        }
    }
}

/// A value of a row and what it is compared with.
#[derive(Clone, Debug, PartialEq)]
pub struct RowTerm {
    /// Which image.
    pub images: Images,
    /// The column.
    pub column: ColumnName,
    /// How they are compared.
    pub comparison: Comparison,
    /// With what.
    pub literal: Literal,
}

/// Images of a row that are looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Images {
    /// `row.`: either.
    Either,
    /// `before.`
    Before,
    /// `after.`
    After,
}

impl Images {
    /// As it is written, without the point.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Either => "row",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// A column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ColumnName {
    /// By name, whatever the case of ASCII letters.
    Name(String),
    /// By place in the table, from 1, as the servers' tools number them: `@1`.
    Ordinal(u32),
}

/// How a row's value is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `~`: contains, whatever the case of ASCII letters.
    Contains,
}

impl Comparison {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Equal,
        Self::NotEqual,
        Self::LessOrEqual,
        Self::Less,
        Self::GreaterOrEqual,
        Self::Greater,
        Self::Contains,
    ];

    /// As it is written.
    pub const fn text(self) -> &'static str {
        match self {
            Self::Equal => "=",
            Self::NotEqual => "!=",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
            Self::Contains => "~",
        }
    }
}

/// What a row's value is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Literal {
    /// `NULL`, not quoted.
    Null,
    /// Not quoted: a number, a date, a word, as the column's type has it.
    Bare(String),
    /// In quotes: text for columns of text; read as a bare word by the others.
    Quoted(String),
}

/// A byte of `hex:`; the bits of `mask` count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HexByte {
    /// Bits that have to be so.
    pub mask: u8,
    /// How.
    pub value: u8,
}

impl Term {
    /// What it is about.
    pub const fn level(&self) -> Level {
        match self {
            Self::Gtid(_)
            | Self::Number(
                NumberKey::Thread | NumberKey::Txn | NumberKey::TxnSize | NumberKey::TxnRows | NumberKey::TxnEvents,
                _,
            ) => Level::Transaction,
            Self::Row(_) => Level::Row,
            _ => Level::Event,
        }
    }
}

impl Expr {
    /// The finest level of its terms: what it selects.
    pub fn level(&self) -> Level {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().map(Self::level).max().unwrap_or(Level::Transaction),
            Self::Not(inner) => inner.level(),
            Self::Term(term) => term.level(),
        }
    }

    /// Hands over every term, in order.
    pub fn each_term<'e>(&'e self, each: &mut dyn FnMut(&'e Term)) {
        match self {
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_term(each)),
            Self::Not(inner) => inner.each_term(each),
            Self::Term(term) => each(term),
        }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, within: u8) -> fmt::Result {
        let (own, separator, parts) = match self {
            Self::Or(parts) => (0, " or ", parts),
            Self::And(parts) => (1, " and ", parts),
            Self::Not(inner) => {
                f.write_str("not ")?;
                return inner.write(f, 3);
            }
            Self::Term(term) => return term.fmt(f),
        };
        if own < within {
            f.write_char('(')?;
        }
        for (nth, part) in parts.iter().enumerate() {
            if nth > 0 {
                f.write_str(separator)?;
            }
            part.write(f, own + 1)?;
        }
        if own < within { f.write_char(')') } else { Ok(()) }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, 0)
    }
}

fn list<T: fmt::Display>(f: &mut fmt::Formatter<'_>, items: &[T]) -> fmt::Result {
    items.iter().enumerate().try_for_each(|(nth, item)| {
        if nth > 0 {
            f.write_char(',')?;
        }
        item.fmt(f)
    })
}

impl fmt::Display for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Type(types) => {
                f.write_str("type:")?;
                list(f, types)
            }
            Self::Table(tables) => {
                f.write_str("table:")?;
                list(f, tables)
            }
            Self::Time(times) => {
                f.write_str("time:")?;
                list(f, times)
            }
            Self::Gtid(gtids) => {
                f.write_str("gtid:")?;
                list(f, gtids)
            }
            Self::Number(key, numbers) => {
                write!(f, "{}:", key.text())?;
                list(f, numbers)
            }
            Self::Op(ops) => {
                f.write_str("op:")?;
                list(f, ops)
            }
            Self::Row(row) => row.fmt(f),
            Self::Sql(text) => write!(f, "sql~{}", quote(text)),
            Self::Text(text) => write!(f, "text:{}", quote(text)),
            Self::Hex(bytes) => {
                f.write_str("hex:")?;
                bytes.iter().enumerate().try_for_each(|(nth, byte)| {
                    let space = if nth == 0 { "" } else { " " };
                    write!(f, "{space}{byte}")
                })
            }
            Self::Is(is) => write!(f, "is:{}", is.text()),
        }
    }
}

impl fmt::Display for TypePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => NamePattern(name).fmt(f),
            Self::Code(code) => code.fmt(f),
        }
    }
}

impl fmt::Display for TablePattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(database) = &self.database {
            write!(f, "{}.", NamePattern(database))?;
        }
        NamePattern(&self.table).fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Interval<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Is(one) => one.fmt(f),
            Self::Between(from, to) => write!(f, "{from}..{to}"),
            Self::From(from) => write!(f, "{from}.."),
            Self::To(to) => write!(f, "..{to}"),
            Self::Above(than) => write!(f, ">{than}"),
            Self::Below(than) => write!(f, "<{than}"),
        }
    }
}

impl fmt::Display for GtidPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mysql { source, tag, numbers } => {
                NamePattern(source).fmt(f)?;
                if let Some(tag) = tag {
                    write!(f, ":{}", NamePattern(tag))?;
                }
                numbers.iter().try_for_each(|(first, last)| {
                    if first == last { write!(f, ":{first}") } else { write!(f, ":{first}-{last}") }
                })
            }
            Self::Mariadb { domain, server, numbers } => {
                let any = |part: Option<u32>| part.map_or("*".to_owned(), |part| part.to_string());
                write!(f, "{}-{}-", any(*domain), any(*server))?;
                match numbers {
                    None => f.write_char('*'),
                    Some((first, last)) if first == last => first.fmt(f),
                    Some((first, last)) => write!(f, "{first}..{last}"),
                }
            }
        }
    }
}

impl fmt::Display for Op {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text())
    }
}

impl fmt::Display for HexByte {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for shift in [4, 0] {
            match self.mask >> shift & 15 {
                0 => f.write_char('?')?,
                _ => write!(f, "{:x}", self.value >> shift & 15)?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for RowTerm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.images.text())?;
        match &self.column {
            ColumnName::Name(name) => quote_column(name).fmt(f)?,
            ColumnName::Ordinal(ordinal) => write!(f, "@{ordinal}")?,
        }
        write!(f, " {} ", self.comparison.text())?;
        match &self.literal {
            Literal::Null => f.write_str("NULL"),
            Literal::Bare(word) => f.write_str(word),
            Literal::Quoted(text) => quote(text).fmt(f),
        }
    }
}
