//! Text from a file as it may be shown: what would be invisible, or would rearrange the line,
//! is made visible instead.

pub use binlog_explorer::visible::visible;

/// As [`visible`], and cut after `limit` characters with an ellipsis: rows show one line.
pub fn visible_line(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        None => visible(text).into_owned(),
        Some((end, _)) => {
            let mut out = visible(&text[..end]).into_owned();
            out.push('…');
            out
        }
    }
}

/// One byte in the text column.
pub fn byte_char(byte: u8) -> char {
    if (0x20..0x7f).contains(&byte) { byte as char } else { '·' }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut() {
        assert_eq!(visible_line("abcdef", 3), "abc…");
    }
}
