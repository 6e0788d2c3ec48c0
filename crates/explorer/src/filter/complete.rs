//! What may stand at a place of a filter's text.

use std::ops::Range;

use super::ast::{Comparison, Images, Is, Op};
use super::of_value::name;
use super::parse::{KEYS, parse};
use super::values::type_names;
use super::words::quote_column;

/// What a file has, for completion.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Vocabulary {
    /// Canonical type codes of its events.
    pub types: Vec<u8>,
    /// Schemas and tables.
    pub tables: Vec<(String, String)>,
    /// Names of columns, if the log has them.
    pub columns: Vec<String>,
    /// Server ids.
    pub servers: Vec<u32>,
}

/// Something that may stand at a place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the text that it replaces.
    pub replaces: Range<usize>,
    /// What stands there then.
    pub text: String,
    /// What it is.
    pub kind: CompletionKind,
}

/// What a completion is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CompletionKind {
    /// A key with its colon or point.
    Key,
    /// `and`, `or`, `not`.
    Operator,
    /// A comparison behind a column.
    Comparison,
    /// An event type.
    Type,
    /// A table.
    Table,
    /// A column.
    Column,
    /// A server id, an operation, or another value.
    Value,
}

/// What may stand at byte `cursor`, what begins as the word there does. Nothing inside of quotes.
pub fn complete(text: &str, cursor: usize, vocabulary: &Vocabulary) -> Vec<Completion> {
    let cursor = text.floor_char_boundary(cursor.min(text.len()));
    let before = text.get(..cursor).unwrap_or_default();
    let Some(start) = word_start(before) else { return Vec::new() };
    let word = before.get(start..).unwrap_or_default();
    let list = Candidates { start, cursor, found: Vec::new() };
    for images in [Images::Either, Images::Before, Images::After] {
        let prefix = format!("{}.", images.text());
        if let Some(rest) = strip(word, &prefix) {
            return columns(list, start + prefix.len(), rest, vocabulary);
        }
    }
    match word.split_once(':') {
        Some((key, values)) => {
            let from = values.rfind(',').map_or(0, |comma| comma + 1);
            let at = start + key.len() + 1 + from;
            values_of(list, &key.to_ascii_lowercase(), at, values.get(from..).unwrap_or_default(), vocabulary)
        }
        None => words(list, before.get(..start).unwrap_or_default(), word),
    }
}

fn strip<'w>(word: &'w str, prefix: &str) -> Option<&'w str> {
    let head = word.get(..prefix.len())?;
    word.get(prefix.len()..).filter(|_| head.eq_ignore_ascii_case(prefix))
}

/// Where the word begins that the text ends with; `None` inside of quotes.
fn word_start(before: &str) -> Option<usize> {
    let (mut start, mut quote, mut escaped) = (0, None, false);
    for (at, character) in before.char_indices() {
        match quote {
            Some(_) if escaped => escaped = false,
            Some('"') if character == '\\' => escaped = true,
            Some(open) if character == open => quote = None,
            Some(_) => {}
            None if matches!(character, '"' | '`') => quote = Some(character),
            None if character.is_whitespace() || matches!(character, '(' | ')' | '!') => {
                start = at + character.len_utf8();
            }
            None => {}
        }
    }
    quote.is_none().then_some(start)
}

struct Candidates {
    start: usize,
    cursor: usize,
    found: Vec<Completion>,
}

impl Candidates {
    /// Adds one if it begins as `typed` does, or has that in it; the former come first.
    fn offer(&mut self, from: usize, typed: &str, name: &str, text: String, kind: CompletionKind) {
        let (typed, name) = (typed.to_lowercase(), name.to_lowercase());
        if name.contains(&typed) && self.found.iter().all(|found| found.text != text) {
            self.found.push(Completion { replaces: from..self.cursor, text, kind });
        }
    }

    fn sorted(mut self, typed: &str) -> Vec<Completion> {
        let typed = typed.to_lowercase();
        self.found.sort_by_key(|found| !found.text.to_lowercase().starts_with(&typed));
        self.found
    }
}

/// A key, and between terms an operator.
fn words(mut list: Candidates, before: &str, typed: &str) -> Vec<Completion> {
    let start = list.start;
    // Behind a whole expression `and` and `or` may stand.
    let behind = before.trim_end();
    let complete = !behind.is_empty() && !behind.ends_with('(') && parse(&balanced(behind)).is_ok();
    for word in ["and", "or"].into_iter().filter(|_| complete && !behind.ends_with('!')) {
        list.offer(start, typed, word, word.into(), CompletionKind::Operator);
    }
    list.offer(start, typed, "not", "not".into(), CompletionKind::Operator);
    for key in KEYS {
        let end = match key {
            "row" | "before" | "after" => ".",
            "sql" => "~",
            _ => ":",
        };
        list.offer(start, typed, key, format!("{key}{end}"), CompletionKind::Key);
    }
    list.found.retain(|found| typed.is_empty() || found.text.to_lowercase().starts_with(&typed.to_lowercase()));
    list.found
}

/// The text with the parentheses closed that are open at its end.
fn balanced(text: &str) -> String {
    let (mut open, mut quoted, mut escaped) = (0usize, false, false);
    for character in text.chars() {
        match character {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '(' if !quoted => open += 1,
            ')' if !quoted => open = open.saturating_sub(1),
            _ => {}
        }
    }
    format!("{text}{}", ")".repeat(open))
}

fn columns(mut list: Candidates, from: usize, typed: &str, vocabulary: &Vocabulary) -> Vec<Completion> {
    let whole = vocabulary.columns.iter().any(|column| column.eq_ignore_ascii_case(typed));
    if whole {
        let cursor = list.cursor;
        let comparison = |comparison: Comparison| Completion {
            replaces: cursor..cursor,
            text: format!(" {} ", comparison.text()),
            kind: CompletionKind::Comparison,
        };
        list.found.extend(Comparison::ALL.map(comparison));
    }
    for column in vocabulary.columns.iter().filter(|column| !column.eq_ignore_ascii_case(typed)) {
        list.offer(from, typed, column, quote_column(column).to_string(), CompletionKind::Column);
    }
    list.sorted(typed)
}

fn values_of(mut list: Candidates, key: &str, from: usize, typed: &str, vocabulary: &Vocabulary) -> Vec<Completion> {
    match key {
        "type" => {
            for (_, short) in vocabulary.types.iter().filter_map(|code| type_names(*code)) {
                list.offer(from, typed, &short, short.clone(), CompletionKind::Type);
            }
        }
        "table" => {
            for (database, table) in &vocabulary.tables {
                let text = format!("{}.{}", name(database), name(table));
                list.offer(from, typed, &format!("{database}.{table}"), text, CompletionKind::Table);
            }
        }
        "server" => {
            for server in vocabulary.servers.iter().map(ToString::to_string) {
                list.offer(from, typed, &server, server.clone(), CompletionKind::Value);
            }
        }
        "op" => Op::ALL.map(Op::text).into_iter().for_each(|text| {
            list.offer(from, typed, text, text.into(), CompletionKind::Value);
        }),
        "is" => Is::ALL.map(Is::text).into_iter().for_each(|text| {
            list.offer(from, typed, text, text.into(), CompletionKind::Value);
        }),
        _ => {}
    }
    list.sorted(typed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        Vocabulary {
            types: vec![2, 16, 19, 30, 33],
            tables: vec![
                ("shop".into(), "orders".into()),
                ("shop".into(), "order lines".into()),
                ("x".into(), "t".into()),
            ],
            columns: vec!["id".into(), "customer_id".into(), "a b".into()],
            servers: vec![1, 12],
        }
    }

    /// Completions at `|`, as the text that each gives.
    fn at(text: &str) -> Vec<String> {
        let cursor = text.find('|').expect("a cursor");
        let text = text.replace('|', "");
        let completions = complete(&text, cursor, &vocabulary());
        let apply = |completion: Completion| {
            let mut text = text.clone();
            text.replace_range(completion.replaces, &completion.text);
            text
        };
        completions.into_iter().map(apply).collect()
    }

    #[test]
    fn words_where_they_may_stand() {
        assert_eq!(at("ty|"), ["type:"]);
        assert_eq!(at("sq|"), ["sql~"]);
        assert_eq!(at("type:XID a|"), ["type:XID and", "type:XID after."]);
        assert_eq!(at("type:XID and a|"), ["type:XID and after."]);
        assert_eq!(at("(type:XID o|"), ["(type:XID or", "(type:XID op:"]);
        assert!(at("|").contains(&"txn.size:".into()) && !at("|").contains(&"and".into()));
        assert_eq!(at("!ty|"), ["!type:"]);
        assert_eq!(at("TY|"), ["type:"]);
    }

    #[test]
    fn what_the_file_has() {
        assert_eq!(at("type:w|"), ["type:WRITE_ROWS"]);
        assert_eq!(at("type:xid,ta|"), ["type:xid,TABLE_MAP"]);
        assert_eq!(at("type:i|"), ["type:XID", "type:WRITE_ROWS", "type:GTID"]);
        assert_eq!(at("table:ord|"), ["table:shop.orders", "table:shop.\"order lines\""]);
        assert_eq!(at("row.cu|"), ["row.customer_id"]);
        assert_eq!(at("before.a|"), ["before.`a b`"]);
        assert_eq!(at("row.id|")[..2], ["row.id = ", "row.id != "]);
        assert_eq!(at("server:1|"), ["server:1", "server:12"]);
        assert_eq!(at("op:d|"), ["op:delete", "op:ddl", "op:update"]);
        assert_eq!(at("is:|").len(), 3);
        assert_eq!(at("text:\"ty|"), [""; 0]);
    }

    #[test]
    fn names_are_completed_to_what_parses() {
        for text in ["type:|", "table:|", "row.|", "server:|", "op:|", "is:|"] {
            for completed in at(text) {
                let whole = if text.starts_with("row") { format!("{completed} = 1") } else { completed };
                assert!(parse(&whole).is_ok(), "{whole}");
            }
        }
    }
}
