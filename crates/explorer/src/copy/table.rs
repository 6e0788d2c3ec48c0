//! A row for each field: as aligned text, and as a table of Markdown.

use std::fmt::Write;

use super::{Line, bit_range, bytes};
use crate::visible::visible;

/// Bytes of a row of text.
const ROW: usize = 8;

/// Bytes of a field that a table of Markdown writes out.
const CELL: usize = 16;

/// Widest column of names; what is longer pushes its value to the right.
const WIDEST_NAME: usize = 48;

/// How many columns a terminal or an editor gives to a text: two to the wide characters of East Asia.
fn width(text: &str) -> usize {
    let wide = |c: char| {
        matches!(c, '\u{1100}'..='\u{115f}' | '\u{2e80}'..='\u{a4cf}' | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff00}'..='\u{ff60}' | '\u{ffe0}'..='\u{ffe6}'
            | '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
    };
    text.chars().map(|c| 1 + usize::from(wide(c))).sum()
}

fn pad(out: &mut String, text: &str, to: usize) {
    out.push_str(text);
    out.extend(std::iter::repeat_n(' ', to.saturating_sub(width(text))));
}

/// A row.
struct Row {
    offset: String,
    bytes: String,
    name: String,
    value: String,
}

impl Row {
    fn of_name(name: String, value: String) -> Self {
        Self { offset: String::new(), bytes: String::new(), name, value }
    }
}

fn text_rows(space: &str, lines: &[Line<'_>]) -> Vec<Row> {
    let mut rows = Vec::new();
    let mut here = space;
    for line in lines {
        if line.space != here {
            here = line.space;
            rows.push(Row::of_name(format!("space {here}"), String::new()));
        }
        let indent = "  ".repeat(usize::from(line.depth));
        let mut chunks = line.bytes.chunks(ROW);
        rows.push(Row {
            offset: line.node.start.to_string(),
            bytes: line.left_out().unwrap_or_else(|| bytes::hex(chunks.next().unwrap_or_default())),
            name: format!("{indent}{}", line.name()),
            value: line.value(),
        });
        for (at, chunk) in chunks.enumerate() {
            let offset = (line.node.start + ((at + 1) * ROW) as u64).to_string();
            rows.push(Row { offset, bytes: bytes::hex(chunk), ..Row::of_name(String::new(), String::new()) });
        }
        for bits in &line.node.bits {
            let name = format!("{indent}  {}", bits.name);
            rows.push(Row { bytes: bit_range(bits), ..Row::of_name(name, visible(&bits.text).into_owned()) });
        }
    }
    rows
}

/// Aligned text.
pub fn text(heading: &str, space: &str, lines: &[Line<'_>]) -> String {
    let rows = text_rows(space, lines);
    let widest = |of: fn(&Row) -> &str, name: &str| rows.iter().map(|row| width(of(row))).chain([name.len()]).max();
    let offsets = widest(|row| &row.offset, "offset").unwrap_or(0);
    let bytes = widest(|row| &row.bytes, "bytes").unwrap_or(0);
    let names = widest(|row| &row.name, "field").unwrap_or(0).min(WIDEST_NAME);
    let mut out = format!("{heading}\n\n");
    let head = Row { offset: "offset".into(), bytes: "bytes".into(), ..Row::of_name("field".into(), "value".into()) };
    for row in std::iter::once(&head).chain(&rows) {
        let mut line = String::new();
        // Writing to memory does not fail.
        let _ = write!(line, "{:>offsets$}  ", row.offset);
        pad(&mut line, &row.bytes, bytes + 2);
        pad(&mut line, &row.name, names + 2);
        line.push_str(&row.value);
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// Code in a cell of a table: nothing in it is markup.
fn code(text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    // The cell ends at a bar, code or not.
    let text = text.replace('|', "\\|");
    let space = if text.starts_with(['`', ' ']) || text.ends_with(['`', ' ']) { " " } else { "" };
    format!("{fence}{space}{text}{space}{fence}")
}

/// A table of Markdown.
pub fn markdown(heading: &str, lines: &[Line<'_>]) -> String {
    let mut out =
        format!("**{}**\n\n| offset | bytes | field | value |\n| ---: | --- | --- | --- |\n", escaped(heading));
    let mut row = |offset: &str, bytes: &str, name: &str, value: &str| {
        // Writing to memory does not fail.
        let _ = writeln!(out, "| {offset} | {} | {} | {} |", code(bytes), code(name), code(value));
    };
    for line in lines {
        let offset = crate::space::name(line.space, line.node.start);
        let mut shown = bytes::hex(line.bytes.get(..line.bytes.len().min(CELL)).unwrap_or_default());
        if line.bytes.len() > CELL {
            let _ = write!(shown, " … ({} bytes)", line.bytes.len());
        }
        let name = match &line.node.label {
            Some(label) => format!("{} {}", line.path, visible(label)),
            None => line.path.to_owned(),
        };
        let shown = line.left_out().unwrap_or(shown);
        row(&offset, &shown, &name, &line.value());
        for bits in &line.node.bits {
            row("", &bit_range(bits), &super::join(line.path, &bits.name), &visible(&bits.text));
        }
    }
    out
}

/// Plain words, of which nothing is markup.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in visible(text).chars() {
        if c.is_ascii_punctuation() && c != ',' {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_hold_anything() {
        assert_eq!(code("a|b"), "`a\\|b`");
        assert_eq!(code("a`b"), "``a`b``");
        assert_eq!(code("`"), "`` ` ``");
        assert_eq!(code(""), "");
        assert_eq!(escaped("rows[0], 3"), "rows\\[0\\], 3");
    }

    #[test]
    fn wide_characters_take_two_columns() {
        assert_eq!((width("abc"), width("汉字")), (3, 4));
    }
}
