//! A filter's text as the page handles it: places in it, and what is added to it.

/// The byte of a place that is counted in UTF-16 units, as the browser does.
pub fn byte_at(text: &str, units: usize) -> usize {
    let mut seen = 0;
    for (at, character) in text.char_indices() {
        if seen >= units {
            return at;
        }
        seen += character.len_utf16();
    }
    text.len()
}

/// The other way.
pub fn units_at(text: &str, byte: usize) -> usize {
    text.char_indices().take_while(|(at, _)| *at < byte).map(|(_, character)| character.len_utf16()).sum()
}

/// A filter narrowed by one more term.
pub fn narrowed(filter: Option<&str>, term: &str, not: bool) -> String {
    let term = if not { format!("not {term}") } else { term.to_owned() };
    match filter.map(str::trim).filter(|filter| !filter.is_empty()) {
        None => term,
        Some(filter) if has_or(filter) => format!("({filter}) and {term}"),
        Some(filter) => format!("{filter} and {term}"),
    }
}

/// Whether there may be an `or` in it; parentheses too many do no harm.
fn has_or(filter: &str) -> bool {
    filter.contains("||") || filter.split([' ', '(', ')']).any(|word| word.eq_ignore_ascii_case("or"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_in_bytes_and_units() {
        let text = "a数😀b";
        for (units, byte) in [(0, 0), (1, 1), (2, 4), (4, 8), (5, 9), (9, 9)] {
            assert_eq!(byte_at(text, units), byte);
            assert_eq!(units_at(text, byte), units.min(5));
        }
    }

    #[test]
    fn terms_are_added_so_that_they_hold_as_well() {
        assert_eq!(narrowed(None, "type:XID", false), "type:XID");
        assert_eq!(narrowed(Some(" "), "type:XID", true), "not type:XID");
        assert_eq!(narrowed(Some("server:1"), "type:XID", true), "server:1 and not type:XID");
        assert_eq!(narrowed(Some("a or b"), "c", false), "(a or b) and c");
        assert_eq!(narrowed(Some("(a) OR(b)"), "c", false), "((a) OR(b)) and c");
    }
}
