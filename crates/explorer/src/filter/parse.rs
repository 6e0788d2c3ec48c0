//! Text to expressions. Written by hand: every mistake has its place and says what was expected.

use std::ops::Range;

use super::ast::{Comparison, Expr, Images, Is, NumberKey, Op, Term};
use super::error::{Fault, FilterError, nearest};
use super::values;
use super::words::Scanner;

/// Bytes of a filter. It stands in an address; nobody writes more.
pub const MAX_TEXT: usize = 64 << 10;

/// Nesting. Evaluation recurses, and a worker's stack is small.
pub const MAX_DEPTH: usize = 64;

/// Terms. Each is looked at for every event.
pub const MAX_TERMS: usize = 256;

type Parsed<T> = Result<T, FilterError>;

/// Reads a filter.
///
/// # Errors
///
/// The first mistake.
pub fn parse(text: &str) -> Parsed<Expr> {
    if text.len() > MAX_TEXT {
        let from = text.floor_char_boundary(MAX_TEXT);
        return Err(FilterError::new(from..text.len(), Fault::Long { limit: MAX_TEXT as u64 }));
    }
    let mut parser = Parser { scanner: Scanner { text, at: 0 }, depth: 0, terms: 0 };
    parser.scanner.pass_space();
    if parser.scanner.rest().is_empty() {
        return Err(FilterError::new(0..0, Fault::Empty));
    }
    let expr = parser.any()?;
    parser.scanner.pass_space();
    if parser.scanner.peek() == Some(')') {
        return Err(FilterError::new(parser.scanner.next_span(), Fault::Closing));
    }
    Ok(expr)
}

/// A word between terms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    And,
    Or,
    Not,
}

/// The operator that stands here, if one does, and where it ends.
pub(super) fn operator(scanner: &Scanner<'_>) -> Option<(Operator, usize)> {
    for (text, operator) in [("&&", Operator::And), ("||", Operator::Or), ("!", Operator::Not)] {
        if scanner.rest().starts_with(text) {
            return Some((operator, scanner.at + text.len()));
        }
    }
    let mut ahead = *scanner;
    let word = ahead.pass(|character| character.is_ascii_alphabetic());
    let operator = match word.to_ascii_lowercase().as_str() {
        "and" => Operator::And,
        "or" => Operator::Or,
        "not" => Operator::Not,
        _ => return None,
    };
    let ends = ahead.peek().is_none_or(|next| next.is_whitespace() || matches!(next, '(' | ')'));
    ends.then_some((operator, ahead.at))
}

struct Parser<'t> {
    scanner: Scanner<'t>,
    depth: usize,
    terms: usize,
}

impl Parser<'_> {
    fn deeper(&mut self, span: Range<usize>) -> Parsed<()> {
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(FilterError::new(span, Fault::Deep { limit: MAX_DEPTH as u64 }));
        }
        Ok(())
    }

    /// Terms of which one has to hold.
    fn any(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.all()?];
        while self.take(Operator::Or) {
            parts.push(self.all()?);
        }
        Ok(joined(parts, Expr::Or, |part| if let Expr::Or(parts) = part { Ok(parts) } else { Err(part) }))
    }

    /// Terms that all have to hold; `and` may be left out.
    fn all(&mut self) -> Parsed<Expr> {
        let mut parts = vec![self.one()?];
        loop {
            let told = self.take(Operator::And);
            self.scanner.pass_space();
            let ends = self.scanner.rest().is_empty() || self.scanner.peek() == Some(')');
            let or = matches!(operator(&self.scanner), Some((Operator::Or, _)));
            if !told && (ends || or) {
                break;
            }
            parts.push(self.one()?);
        }
        Ok(joined(parts, Expr::And, |part| if let Expr::And(parts) = part { Ok(parts) } else { Err(part) }))
    }

    fn take(&mut self, wanted: Operator) -> bool {
        self.scanner.pass_space();
        match operator(&self.scanner) {
            Some((found, end)) if found == wanted => {
                self.scanner.at = end;
                true
            }
            _ => false,
        }
    }

    fn one(&mut self) -> Parsed<Expr> {
        self.scanner.pass_space();
        let span = self.scanner.next_span();
        if self.take(Operator::Not) {
            self.deeper(span)?;
            let inner = self.one()?;
            self.depth -= 1;
            return Ok(Expr::Not(Box::new(inner)));
        }
        if self.scanner.take('(') {
            self.deeper(span.clone())?;
            let inner = self.any()?;
            self.depth -= 1;
            self.scanner.pass_space();
            if !self.scanner.take(')') {
                return Err(FilterError::new(span, Fault::Unclosed));
            }
            return Ok(inner);
        }
        if self.scanner.rest().is_empty() || self.scanner.peek() == Some(')') || operator(&self.scanner).is_some() {
            return Err(FilterError::new(span, Fault::ExpectedTerm));
        }
        self.terms += 1;
        if self.terms > MAX_TERMS {
            return Err(FilterError::new(span, Fault::Many { limit: MAX_TERMS as u64 }));
        }
        self.term().map(Expr::Term)
    }

    fn term(&mut self) -> Parsed<Term> {
        let start = self.scanner.at;
        for images in [Images::Either, Images::Before, Images::After] {
            let mut ahead = self.scanner;
            let word = ahead.pass(|character| character.is_ascii_alphabetic());
            if word.eq_ignore_ascii_case(images.text()) && ahead.take('.') {
                self.scanner = ahead;
                return values::row(&mut self.scanner, images).map(Term::Row);
            }
        }
        let key = self.scanner.pass(|it| it.is_ascii_alphanumeric() || matches!(it, '_' | '.'));
        if key.is_empty() {
            return Err(FilterError::new(self.scanner.next_span(), Fault::ExpectedTerm));
        }
        let span = start..self.scanner.at;
        self.keyed(&key.to_ascii_lowercase(), span)
    }

    fn keyed(&mut self, key: &str, span: Range<usize>) -> Parsed<Term> {
        if let Some(number) = NumberKey::ALL.into_iter().find(|number| number.text() == key) {
            return self.number(number, span);
        }
        if key == "sql" {
            self.expect(key, &["~"], span)?;
            return values::text(&mut self.scanner, key).map(Term::Sql);
        }
        if !KEYS.contains(&key) {
            let nearest = nearest(key, KEYS.iter().copied());
            return Err(FilterError::new(span, Fault::Key { found: key.into(), nearest }));
        }
        self.expect(key, &[":"], span)?;
        match key {
            "type" => values::list(&mut self.scanner, "type", values::event_type).map(Term::Type),
            "table" => values::list(&mut self.scanner, "table", values::table).map(Term::Table),
            "time" => values::list(&mut self.scanner, "time", values::moments).map(Term::Time),
            "gtid" => values::list(&mut self.scanner, "gtid", values::gtid).map(Term::Gtid),
            "op" => {
                let choose = |word: &_| values::choice(word, "op", &Op::ALL.map(|op| (op.text(), op)));
                values::list(&mut self.scanner, "op", choose).map(Term::Op)
            }
            "is" => {
                let word = values::value(&mut self.scanner, "is")?;
                values::choice(&word, "is", &Is::ALL.map(|is| (is.text(), is))).map(Term::Is)
            }
            "text" => values::text(&mut self.scanner, "text").map(Term::Text),
            _ => values::hex(&mut self.scanner).map(Term::Hex),
        }
    }

    /// `size:>1M`, and `size > 1M` without the colon.
    fn number(&mut self, key: NumberKey, span: Range<usize>) -> Parsed<Term> {
        let parse = |word: &_| values::numbers(word, key);
        if self.scanner.take(':') {
            return values::list(&mut self.scanner, key.text(), parse).map(|numbers| Term::Number(key, numbers));
        }
        let mut ahead = self.scanner;
        ahead.pass_space();
        let comparison = Comparison::ALL.into_iter().find(|comparison| ahead.take_text(comparison.text()));
        let allowed = comparison.filter(|it| !matches!(it, Comparison::NotEqual | Comparison::Contains));
        let Some(comparison) = allowed else {
            let expected = ": = < <= > >=";
            return Err(FilterError::new(span, Fault::ExpectedOperator { key: key.text().into(), expected }));
        };
        self.scanner = ahead;
        self.scanner.pass_space();
        let word = values::value(&mut self.scanner, comparison.text())?;
        let number = values::number(&word, key.is_bytes())?;
        Ok(Term::Number(key, vec![values::compared(comparison, number)]))
    }

    fn expect(&mut self, key: &str, texts: &[&'static str], span: Range<usize>) -> Parsed<()> {
        if texts.iter().any(|text| self.scanner.take_text(text)) {
            return Ok(());
        }
        let expected = texts.first().copied().unwrap_or_default();
        Err(FilterError::new(span, Fault::ExpectedOperator { key: key.into(), expected }))
    }
}

/// Several parts as one expression; parts that are the same kind are taken apart.
fn joined(parts: Vec<Expr>, join: fn(Vec<Expr>) -> Expr, apart: fn(Expr) -> Result<Vec<Expr>, Expr>) -> Expr {
    let mut flat = Vec::with_capacity(parts.len());
    for part in parts {
        match apart(part) {
            Ok(inner) => flat.extend(inner),
            Err(part) => flat.push(part),
        }
    }
    match <[Expr; 1]>::try_from(flat) {
        Ok([only]) => only,
        Err(parts) => join(parts),
    }
}

/// Every key, as it is written.
pub const KEYS: [&str; 22] = [
    "type",
    "table",
    "time",
    "op",
    "gtid",
    "server",
    "thread",
    "txn",
    "txn.size",
    "txn.rows",
    "txn.events",
    "size",
    "rows",
    "pos",
    "end_log_pos",
    "row",
    "before",
    "after",
    "sql",
    "text",
    "hex",
    "is",
];
