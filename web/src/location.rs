//! The URL fragment: everything a person sees, so that Back works and a link reopens it.

use binlog_explorer::view::Address;

use crate::selection::{Focus, Selection};

/// A place as the fragment names it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// A sample's name or a file's fingerprint.
    pub file: Option<String>,
    /// Where in it.
    pub at: Option<Address>,
    /// The field, by path.
    pub field: Option<String>,
    /// A byte range in the event's space.
    pub bytes: Option<(u64, u64)>,
    /// The filter.
    pub filter: Option<String>,
    /// The tab beside Events.
    pub tab: Option<String>,
    /// What is noted at the place: notes are kept in this form; links have none.
    pub note: Option<String>,
    /// The bytes themselves: a bundle as text.
    pub data: Option<String>,
}

impl Place {
    /// The place of a selection in a file.
    pub fn of(file: &str, selection: Option<&Selection>) -> Self {
        let mut place = Self { file: Some(file.to_owned()), ..Self::default() };
        if let Some(selection) = selection {
            place.at = Some(selection.event.clone());
            match &selection.focus {
                Focus::Event => {}
                Focus::Field(path) => place.field = Some(path.clone()),
                Focus::Range { start, end } => place.bytes = Some((*start, *end)),
            }
        }
        place
    }

    /// The selection this place asks for.
    pub fn selection(&self) -> Option<Selection> {
        let event = self.at.clone()?;
        let focus = match (&self.field, self.bytes) {
            (Some(path), _) => Focus::Field(path.clone()),
            (None, Some((start, end))) => Focus::Range { start, end },
            (None, None) => Focus::Event,
        };
        Some(Selection { event, transaction: false, focus })
    }

    /// Reads a fragment, with or without its `#`. What it does not know it leaves out.
    pub fn parse(fragment: &str) -> Self {
        let mut place = Self::default();
        for part in fragment.trim_start_matches('#').split('&') {
            let Some((key, value)) = part.split_once('=') else { continue };
            let value = decode(value);
            match key {
                "file" if !value.is_empty() => place.file = Some(value),
                "at" => place.at = value.parse().ok(),
                "field" if !value.is_empty() => place.field = Some(value),
                "bytes" => {
                    place.bytes = value
                        .split_once("..")
                        .and_then(|(start, end)| Some((start.parse().ok()?, end.parse().ok()?)).filter(|(s, e)| s < e));
                }
                "filter" if !value.is_empty() => place.filter = Some(value),
                "tab" if !value.is_empty() => place.tab = Some(value),
                "note" if !value.is_empty() => place.note = Some(value),
                "s" if !value.is_empty() => place.data = Some(value),
                _ => {}
            }
        }
        place
    }

    /// Writes the fragment, with its `#`.
    pub fn fragment(&self) -> String {
        let mut out = String::from("#");
        let mut add = |key: &str, value: &str| {
            if out.len() > 1 {
                out.push('&');
            }
            out.push_str(key);
            out.push('=');
            encode(value, &mut out);
        };
        if let Some(data) = &self.data {
            add("s", data);
        }
        if let Some(file) = &self.file {
            add("file", file);
        }
        if let Some(at) = &self.at {
            add("at", &at.to_string());
        }
        if let Some(field) = &self.field {
            add("field", field);
        }
        if let Some((start, end)) = self.bytes {
            add("bytes", &format!("{start}..{end}"));
        }
        if let Some(filter) = &self.filter {
            add("filter", filter);
        }
        if let Some(tab) = &self.tab {
            add("tab", tab);
        }
        if let Some(note) = &self.note {
            add("note", note);
        }
        out
    }
}

/// The page's own address: without what is in it of this visit.
pub fn own_address() -> String {
    let href = gloo_utils::window().location().href().unwrap_or_default();
    let end = href.find(['?', '#']).unwrap_or(href.len());
    href[..end].to_owned()
}

/// Percent-encodes all but what a fragment may carry and people can read.
fn encode(value: &str, out: &mut String) {
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/:[],".contains(&byte) {
            out.push(byte as char);
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

fn decode(value: &str) -> String {
    let bytes = value.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        let escape = (bytes[at] == b'%')
            .then(|| value.get(at + 1..at + 3))
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match escape {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn round_trip() {
        let place = Place {
            file: Some("mysql 9.7 & more.binlog".into()),
            at: Some("782/15".parse().expect("an address")),
            field: Some("rows[0].after[3]".into()),
            bytes: None,
            filter: Some("row.a = \"x&y\"".into()),
            tab: Some("fields".into()),
            ..Place::default()
        };
        let fragment = place.fragment();
        assert_eq!(
            fragment,
            "#file=mysql%209.7%20%26%20more.binlog&at=782/15&field=rows[0].after[3]&filter=row.a%20%3D%20%22x%26y%22&tab=fields"
        );
        assert_eq!(Place::parse(&fragment), place);
    }

    #[test]
    fn nonsense_is_left_out() {
        let place = Place::parse("#at=x&bytes=9..3&zebra&file=%E4%BD%A0%zz");
        assert_eq!(place.at, None);
        assert_eq!(place.bytes, None);
        assert_eq!(place.file.as_deref(), Some("你%zz"));
        assert_eq!(Place::parse(""), Place::default());
    }
}
