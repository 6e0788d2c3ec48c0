//! A filter made ready: terms as tests, by what they cost, and an expression over their results.

use binlog_format::names::code;
use binlog_format::rows::Operation;

use super::ast::{
    ColumnName, Expr, GtidPattern, Images, Interval, Is, Level, NumberKey, Op, RowTerm, TablePattern, Term, TypePattern,
};
use super::compare::Wanted;
use super::error::FilterError;
use super::moment::Moment;
use super::parse::parse;
use super::search::Needle;
use super::values::is_type;

/// A filter, ready to be evaluated. Make a [`Matcher`](super::Matcher) of it.
#[derive(Clone, Debug)]
pub struct Filter {
    expr: Expr,
    root: Node,
    tests: Vec<Test>,
}

/// An expression over the results of tests, by their numbers.
#[derive(Clone, Debug)]
pub(super) enum Node {
    And(Vec<Node>),
    Or(Vec<Node>),
    Not(Box<Node>),
    Test(usize),
}

impl Node {
    /// What is known of it: nothing where it depends on what is not known, or does not apply.
    pub fn known(&self, known: &impl Fn(usize) -> Option<bool>) -> Option<bool> {
        let (parts, decisive) = match self {
            Self::Test(test) => return known(*test),
            Self::Not(inner) => return inner.known(known).map(|held| !held),
            Self::And(parts) => (parts, false),
            Self::Or(parts) => (parts, true),
        };
        let mut open = false;
        for part in parts {
            match part.known(known) {
                Some(held) if held == decisive => return Some(decisive),
                Some(_) => {}
                None => open = true,
            }
        }
        if open { None } else { Some(!decisive) }
    }
}

/// Numbers, first and last, any of which is meant.
pub(super) type Ranges = Vec<(u64, u64)>;

/// What a test needs, in the order of its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Cost {
    /// The event's header and place.
    Header,
    /// What the beginning of its transaction tells.
    Unit,
    /// The table, by the first bytes of the body.
    Table,
    /// The decoded body.
    Body,
    /// All bytes.
    Bytes,
    /// All rows, uncompared.
    Count,
    /// The values of the rows.
    Rows,
    /// The whole transaction.
    Totals,
}

/// A term made ready.
#[derive(Clone, Debug)]
pub(super) enum Test {
    Types([u64; 4]),
    Server(Ranges),
    Pos(Ranges),
    EndLogPos(Ranges),
    Size(Ranges),
    Time(Vec<(i64, i64)>),
    Damaged,
    Span,
    Txn(Ranges),
    Gtid(Vec<GtidPattern>),
    Table(Vec<TablePattern>),
    Op(Vec<Op>),
    Sql(Needle),
    Bytes(Needle),
    RowCount(Ranges),
    Faulty,
    Row(Box<RowTest>),
    Thread(Ranges),
    TxnSize(Ranges),
    TxnRows(Ranges),
    TxnEvents(Ranges),
}

/// A comparison with a value of a row.
#[derive(Clone, Debug)]
pub(super) struct RowTest {
    pub images: Images,
    pub column: ColumnName,
    pub wanted: Wanted,
}

impl Test {
    pub const fn cost(&self) -> Cost {
        match self {
            Self::Types(_)
            | Self::Server(_)
            | Self::Pos(_)
            | Self::EndLogPos(_)
            | Self::Size(_)
            | Self::Time(_)
            | Self::Damaged
            | Self::Span => Cost::Header,
            Self::Txn(_) | Self::Gtid(_) => Cost::Unit,
            Self::Table(_) => Cost::Table,
            Self::Op(_) | Self::Sql(_) => Cost::Body,
            Self::Bytes(_) => Cost::Bytes,
            Self::RowCount(_) | Self::Faulty => Cost::Count,
            Self::Row(_) => Cost::Rows,
            Self::Thread(_) | Self::TxnSize(_) | Self::TxnRows(_) | Self::TxnEvents(_) => Cost::Totals,
        }
    }
}

/// Whether one of the ranges has the number.
pub(super) fn within(ranges: &Ranges, number: u64) -> bool {
    ranges.iter().any(|(first, last)| (*first..=*last).contains(&number))
}

/// Whether one of the ranges has some number from `first` to `last`.
pub(super) fn overlap(ranges: &Ranges, first: u64, last: u64) -> bool {
    ranges.iter().any(|range| range.0 <= last && first <= range.1)
}

/// Bit `item` of a set.
pub(super) const fn has_bit(set: &[u64; 4], item: u8) -> bool {
    set[item as usize / 64] >> (item % 64) & 1 == 1
}

fn ranges(intervals: &[Interval<u64>]) -> Ranges {
    let range = |interval: &Interval<u64>| {
        Some(match *interval {
            Interval::Is(one) => (one, one),
            Interval::Between(first, last) => (first, last),
            Interval::From(first) => (first, u64::MAX),
            Interval::To(last) => (0, last),
            Interval::Above(than) => (than.checked_add(1)?, u64::MAX),
            Interval::Below(than) => (0, than.checked_sub(1)?),
        })
    };
    intervals.iter().filter_map(range).collect()
}

fn seconds(intervals: &[Interval<Moment>]) -> Vec<(i64, i64)> {
    let range = |interval: &Interval<Moment>| match interval {
        Interval::Is(one) => (one.first(), one.last()),
        Interval::Between(from, to) => (from.first(), to.last()),
        Interval::From(from) => (from.first(), i64::MAX),
        Interval::To(to) => (i64::MIN, to.last()),
        Interval::Above(than) => (than.last() + 1, i64::MAX),
        Interval::Below(than) => (i64::MIN, than.first() - 1),
    };
    intervals.iter().map(range).collect()
}

fn types(patterns: &[TypePattern]) -> [u64; 4] {
    let mut set = [0; 4];
    for code in 0..=u8::MAX {
        let meant = patterns.iter().any(|pattern| match pattern {
            TypePattern::Code(own) => *own == code,
            TypePattern::Name(name) => is_type(name, code),
        });
        set[usize::from(code / 64)] |= u64::from(meant) << (code % 64);
    }
    set
}

fn row_test(term: &RowTerm) -> RowTest {
    let wanted = Wanted::new(term.comparison, &term.literal);
    RowTest { images: term.images, column: term.column.clone(), wanted }
}

fn test(term: &Term) -> Test {
    match term {
        Term::Type(patterns) => Test::Types(types(patterns)),
        Term::Table(tables) => Test::Table(tables.clone()),
        Term::Time(intervals) => Test::Time(seconds(intervals)),
        Term::Gtid(patterns) => Test::Gtid(patterns.clone()),
        Term::Number(key, numbers) => {
            let make = match key {
                NumberKey::Server => Test::Server,
                NumberKey::Thread => Test::Thread,
                NumberKey::Pos => Test::Pos,
                NumberKey::EndLogPos => Test::EndLogPos,
                NumberKey::Size => Test::Size,
                NumberKey::Rows => Test::RowCount,
                NumberKey::Txn => Test::Txn,
                NumberKey::TxnSize => Test::TxnSize,
                NumberKey::TxnRows => Test::TxnRows,
                NumberKey::TxnEvents => Test::TxnEvents,
            };
            make(ranges(numbers))
        }
        Term::Op(ops) => Test::Op(ops.clone()),
        Term::Row(row) => Test::Row(Box::new(row_test(row))),
        Term::Sql(text) => Test::Sql(Needle::ignoring_case(text)),
        Term::Text(text) => Test::Bytes(Needle::exact(text.as_bytes())),
        Term::Hex(bytes) => Test::Bytes(Needle::masked(bytes)),
        Term::Is(Is::Damaged) => Test::Damaged,
        Term::Is(Is::Span) => Test::Span,
        Term::Is(Is::Faulty) => Test::Faulty,
    }
}

fn node(expr: &Expr, tests: &mut Vec<Test>) -> Node {
    match expr {
        Expr::And(parts) => Node::And(parts.iter().map(|part| node(part, tests)).collect()),
        Expr::Or(parts) => Node::Or(parts.iter().map(|part| node(part, tests)).collect()),
        Expr::Not(inner) => Node::Not(Box::new(node(inner, tests))),
        Expr::Term(term) => {
            tests.push(test(term));
            Node::Test(tests.len() - 1)
        }
    }
}

impl Filter {
    /// Reads a filter's text.
    ///
    /// # Errors
    ///
    /// The first mistake.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        parse(text).map(Self::plan)
    }

    /// Makes an expression ready.
    pub fn plan(expr: Expr) -> Self {
        let mut tests = Vec::new();
        let root = node(&expr, &mut tests);
        Self { expr, root, tests }
    }

    /// What it says.
    pub fn expr(&self) -> &Expr {
        &self.expr
    }

    /// The finest level of its terms.
    pub fn level(&self) -> Level {
        self.expr.level()
    }

    pub(super) fn root(&self) -> &Node {
        &self.root
    }

    pub(super) fn tests(&self) -> &[Test] {
        &self.tests
    }

    fn any(&self, wanted: impl Fn(&Test) -> bool) -> bool {
        self.tests.iter().any(wanted)
    }

    /// Whether it asks for what only the whole of a transaction tells.
    pub fn needs_totals(&self) -> bool {
        self.any(|test| test.cost() == Cost::Totals)
    }

    /// Whether those are rows, which have to be counted.
    pub(super) fn needs_row_totals(&self) -> bool {
        self.any(|test| matches!(test, Test::TxnRows(_)))
    }

    /// Whether they are the thread, which stands inside events.
    pub(super) fn needs_thread(&self) -> bool {
        self.any(|test| matches!(test, Test::Thread(_)))
    }

    /// Whether what it asks of whole transactions may stand inside of payloads.
    pub(crate) fn looks_inside_for_totals(&self) -> bool {
        self.needs_row_totals() || self.needs_thread()
    }

    /// Whether it asks for GTIDs.
    pub fn needs_gtid(&self) -> bool {
        self.any(|test| matches!(test, Test::Gtid(_)))
    }
}

/// Types of events that carry a statement.
pub(super) const STATEMENTS: [u8; 5] =
    [code::QUERY, code::QUERY_COMPRESSED, code::EXECUTE_LOAD_QUERY, code::ROWS_QUERY, code::ANNOTATE_ROWS];

/// LOAD DATA of old servers: table and options instead of a statement.
pub(super) const LOADS: [u8; 3] = [code::LOAD, code::NEW_LOAD, code::CREATE_FILE];

/// What a rows event's type does.
pub(super) const fn op_of_rows(kind: u8) -> Option<Op> {
    match Operation::of(kind) {
        Some(Operation::Write) => Some(Op::Insert),
        Some(Operation::Update) => Some(Op::Update),
        Some(Operation::Delete) => Some(Op::Delete),
        None => None,
    }
}

/// A statement's first word; comments before it are passed, but for those that the servers execute.
pub(crate) fn first_word(statement: &[u8]) -> Option<&[u8]> {
    let mut rest = statement;
    loop {
        rest = rest.trim_ascii_start();
        if let Some(inside) = rest.strip_prefix(b"/*!").or_else(|| rest.strip_prefix(b"/*M!")) {
            let digits = inside.iter().take_while(|byte| byte.is_ascii_digit()).count();
            rest = inside.get(digits..)?;
        } else if let Some(inside) = rest.strip_prefix(b"/*") {
            let end = memchr::memmem::find(inside, b"*/")?;
            rest = inside.get(end + 2..)?;
        } else if rest.starts_with(b"--") || rest.starts_with(b"#") {
            let end = memchr::memchr(b'\n', rest)?;
            rest = rest.get(end + 1..)?;
        } else if rest.starts_with(b"*/") {
            rest = rest.get(2..)?;
        } else if rest.starts_with(b"(") {
            rest = rest.get(1..)?;
        } else {
            break;
        }
    }
    let length = rest.iter().take_while(|byte| byte.is_ascii_alphabetic()).count();
    rest.get(..length)
}

/// What a statement does, by its first word.
pub(super) fn op_of_statement(statement: &[u8]) -> Option<Op> {
    op_of_word(first_word(statement)?)
}

/// What a statement with this first word does.
pub(crate) fn op_of_word(word: &[u8]) -> Option<Op> {
    let is = |words: &[&str]| words.iter().any(|other| word.eq_ignore_ascii_case(other.as_bytes()));
    match () {
        () if is(&["INSERT", "REPLACE", "LOAD"]) => Some(Op::Insert),
        () if is(&["UPDATE"]) => Some(Op::Update),
        () if is(&["DELETE"]) => Some(Op::Delete),
        () if is(&["CREATE", "ALTER", "DROP", "TRUNCATE", "RENAME"]) => Some(Op::Ddl),
        () => None,
    }
}
