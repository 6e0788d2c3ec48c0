//! `BINLOG` statements, as mysqlbinlog and mariadb-binlog print them, and the text around them.

use std::collections::BTreeMap;

use super::output::{Base64, Base64Error, Output};
use super::text::{error_at, is_space};
use super::{Outcome, PasteFormat, Pasted, message, number};
use crate::view::{Argument, Message};

/// MariaDB splits a block that is too long for one statement over variables of this name and a number.
const FRAGMENT: &str = "@binlog_fragment_";

/// Reads every block in order; `None` when there is none.
pub(super) fn read(text: &str) -> Outcome {
    let mut reader = Reader { text, ..Reader::default() };
    match reader.all() {
        Ok(()) if reader.blocks == 0 && reader.unused == 0 => None,
        outcome => Some(outcome.map(|()| reader.pasted())),
    }
}

#[derive(Default)]
struct Reader<'a> {
    text: &'a str,
    output: Output,
    /// Blocks that were decoded; one made of fragments is one.
    blocks: usize,
    /// Fragments that were decoded.
    used: usize,
    /// Fragments that no statement has used yet.
    fragments: BTreeMap<u32, Block<'a>>,
    /// Fragments that no statement used at all.
    unused: usize,
    unclosed: bool,
}

/// The inside of a quoted block.
#[derive(Clone, Copy, Debug)]
struct Block<'a> {
    /// Just after the opening quote.
    start: usize,
    quote: u8,
    /// What stands before every line: of a diff, of a quoted mail.
    prefix: &'a str,
}

impl<'a> Reader<'a> {
    fn all(&mut self) -> Result<(), Message> {
        let mut at = 0;
        let mut end = self.end_of_line(0);
        while at < self.text.len() {
            at = self.line(at, end)?.unwrap_or(end + 1);
            if at > end && at < self.text.len() {
                end = self.end_of_line(at);
            }
        }
        // Fragments whose statement was not pasted: the number is their order.
        let rest = std::mem::take(&mut self.fragments);
        if !rest.is_empty() {
            self.unused = rest.len();
            self.decode(rest.into_values())?;
        }
        Ok(())
    }

    fn pasted(self) -> Pasted {
        let args = [("blocks", number(self.blocks)), ("bytes", number(self.output.len()))];
        let mut notes = vec![message("paste-binlog-statements", args)];
        if self.used > 0 {
            notes.push(message("paste-binlog-fragments", [("fragments", number(self.used))]));
        }
        if self.unused > 0 {
            notes.push(message("paste-binlog-fragments-unused", [("fragments", number(self.unused))]));
        }
        if self.unclosed {
            notes.push(message("paste-binlog-unclosed", []));
        }
        if self.text.contains("# Start of compressed events") {
            notes.push(message("paste-binlog-uncompressed", []));
        }
        Pasted { bytes: self.output.into_bytes(), notes, format: PasteFormat::BinlogStatements }
    }

    /// Where the line break after `at` stands.
    fn end_of_line(&self, at: usize) -> usize {
        self.text[at..].find('\n').map_or(self.text.len(), |length| at + length)
    }

    /// Looks at the text from `at` to the end of its line; says where to go on when a block was found.
    fn line(&mut self, at: usize, end: usize) -> Result<Option<usize>, Message> {
        let line = &self.text[at..end];
        if line.trim_start_matches(['+', '-', '>', '|', ' ', '\t']).starts_with('#') {
            return Ok(None);
        }
        for (found, first) in line.match_indices(['B', 'b', '@']) {
            if first == "@" {
                if let Some((after, number, prefix)) = self.assignment(at, line, found)
                    && let Some((quote, start)) = self.quote(after)
                {
                    let block = Block { start, quote, prefix };
                    let after = self.end_of(block);
                    self.fragments.insert(number, block);
                    return Ok(Some(after));
                }
                continue;
            }
            let keyword = line.get(found..found + 6).is_some_and(|word| word.eq_ignore_ascii_case("BINLOG"));
            if !keyword || !may_precede(&line[..found]) {
                continue;
            }
            let after = at + found + 6;
            if let Some((quote, start)) = self.quote(after) {
                let block = Block { start, quote, prefix: prefix_of(&line[..found]) };
                self.blocks += 1;
                return self.decode(std::iter::once(block)).map(Some);
            }
            if let Some(after) = self.references(after)? {
                return Ok(Some(after));
            }
        }
        Ok(None)
    }

    /// `SET @binlog_fragment_0 =` with the `@` at `found`: where it ends, the number, what stands before.
    fn assignment(&self, at: usize, line: &'a str, found: usize) -> Option<(usize, u32, &'a str)> {
        let rest = line[found..].strip_prefix(FRAGMENT)?;
        let near = line.get(found.saturating_sub(LONGEST_PREFIX)..found)?;
        let set = near.to_ascii_uppercase().find("SET")?;
        let digits = rest.bytes().take(10).take_while(u8::is_ascii_digit).count();
        let number = rest[..digits].parse().ok()?;
        let value = rest[digits..].trim_start();
        let value = value.strip_prefix(":=").or_else(|| value.strip_prefix('='))?;
        let before = if near.len() == found { &near[..set] } else { "" };
        Some((at + line.len() - value.len(), number, prefix_of(before)))
    }

    /// The quote after white space, and where the block begins.
    fn quote(&self, at: usize) -> Option<(u8, usize)> {
        let rest = self.text[at..].trim_start_matches(is_space);
        let start = self.text.len() - rest.len() + 1;
        match rest.bytes().next() {
            Some(quote @ (b'\'' | b'"')) => Some((quote, start)),
            _ => None,
        }
    }

    /// `@binlog_fragment_0, @binlog_fragment_1` after `BINLOG`: decodes them and says where they end.
    fn references(&mut self, after: usize) -> Result<Option<usize>, Message> {
        let mut blocks = Vec::new();
        let mut rest = self.text[after..].trim_start_matches(is_space);
        while let Some(name) = rest.strip_prefix(FRAGMENT) {
            let at = self.text.len() - rest.len();
            let digits = name.bytes().take_while(u8::is_ascii_digit).count();
            let fragment = name[..digits].parse().ok().and_then(|number: u32| self.fragments.remove(&number));
            let Some(fragment) = fragment else {
                let which = ("fragment", Argument::Text(name[..digits.min(10)].into()));
                return Err(error_at(self.text, at, "paste-error-fragment", [which]));
            };
            blocks.push(fragment);
            let end = name[digits..].trim_start_matches(is_space);
            rest = end.strip_prefix(',').unwrap_or("").trim_start_matches(is_space);
            if rest.is_empty() {
                rest = end;
                break;
            }
        }
        if blocks.is_empty() {
            return Ok(None);
        }
        let end = self.text.len() - rest.len();
        self.blocks += 1;
        self.used += blocks.len();
        self.decode(blocks.into_iter())?;
        Ok(Some(end))
    }

    /// Where to go on after a block that is decoded later.
    fn end_of(&mut self, block: Block<'a>) -> usize {
        let mut characters = Characters::new(self.text, block);
        while characters.next().is_some() {}
        self.unclosed |= !characters.closed;
        characters.at
    }

    /// Decodes blocks that are one text of base64; says where the last ends.
    fn decode(&mut self, blocks: impl Iterator<Item = Block<'a>>) -> Result<usize, Message> {
        let mut base64 = Base64::default();
        let mut end = 0;
        let mut last = 0;
        let place = |offset, error| match error {
            Base64Error::Character => error_at(self.text, offset, "paste-error-binlog-character", []),
            Base64Error::Incomplete => error_at(self.text, offset, "paste-error-binlog-incomplete", []),
            Base64Error::Output(message) => message,
        };
        for block in blocks {
            let mut characters = Characters::new(self.text, block);
            while let Some((offset, byte)) = characters.next() {
                last = offset;
                base64.push(byte, &mut self.output).map_err(|error| place(offset, error))?;
            }
            self.unclosed |= !characters.closed;
            end = characters.at;
        }
        base64.finish(&mut self.output).map_err(|error| place(last, error))?;
        Ok(end)
    }
}

/// Longest text before a block, in bytes, that is looked at as a prefix of its lines: prefixes are short, and a
/// line may hold any number of blocks.
const LONGEST_PREFIX: usize = 64;

/// Whether `BINLOG` can begin a statement after this text on its line: nothing, marks of a diff or a mail, a
/// client's prompt, the end of another statement or of a comment, or the quote of a string in a log.
fn may_precede(before: &str) -> bool {
    let end = before.trim_end();
    end.is_empty()
        || !prefix_of(before).is_empty()
        || end.len() <= LONGEST_PREFIX && end.trim_start().starts_with("/*!") && !end.trim_start().contains(' ')
        || end.ends_with(['>', ';', '"', '`', ':'])
        || end.ends_with("*/")
}

/// What to take off every line of a block when its first line begins so.
fn prefix_of(before: &str) -> &str {
    let marks = |c| matches!(c, '+' | '-' | '>' | '|' | ' ' | '\t');
    if before.len() <= LONGEST_PREFIX && before.chars().all(marks) { before.trim() } else { "" }
}

/// The characters of a block that count: without white space, prefixes and prompts; up to the closing quote.
struct Characters<'a> {
    text: &'a str,
    block: Block<'a>,
    at: usize,
    closed: bool,
}

impl<'a> Characters<'a> {
    fn new(text: &'a str, block: Block<'a>) -> Self {
        Self { text, block, at: block.start, closed: false }
    }

    /// The next one with its offset; the first byte of it when it is not ASCII.
    fn next(&mut self) -> Option<(usize, u8)> {
        while !self.closed {
            let rest = &self.text[self.at..];
            let c = rest.chars().next()?;
            let offset = self.at;
            self.at += c.len_utf8();
            let byte = u8::try_from(c).unwrap_or(0xff);
            if c == '\n' {
                self.line_start();
            } else if c == '\\' && rest[1..].starts_with(['n', 'r', 't']) {
                // A line break as it is written in a string.
                self.at += 1;
            } else if byte == self.block.quote {
                self.closed = true;
            } else if !is_space(c) {
                return Some((offset, byte));
            }
        }
        None
    }

    fn line_start(&mut self) {
        for mark in [self.block.prefix, "'>", "\">"] {
            let line = self.text[self.at..].trim_start_matches([' ', '\t']);
            if let Some(rest) = line.strip_prefix(mark).filter(|_| !mark.is_empty()) {
                self.at = self.text.len() - rest.len();
            }
        }
    }
}
