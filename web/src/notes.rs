//! Notes that a reader pins to events, fields and ranges of bytes. They are text and never anything else, and are
//! kept in the browser's storage under the file's fingerprint.

use binlog_explorer::view::Address;

use crate::event_model::EventModel;
use crate::location::Place;
use crate::selection::{Focus, Selection};
use crate::settings;

/// Notes of one file: more would be a document of its own, and a bundle has to carry them.
pub const MOST_NOTES: usize = 500;
/// Characters of one.
pub const MOST_TEXT: usize = 2000;

/// A note.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The event.
    pub event: Address,
    /// What inside it.
    pub focus: Focus,
    /// What it says.
    pub text: String,
}

impl Note {
    /// What it is pinned to.
    pub fn selection(&self) -> Selection {
        Selection { event: self.event.clone(), transaction: false, focus: self.focus.clone() }
    }

    /// Its place as addresses are written: `782/15`, `782/15 rows[0].after[3]`, `782/15 790..795`.
    pub fn place(&self) -> String {
        match &self.focus {
            Focus::Event => self.event.to_string(),
            Focus::Field(path) => format!("{} {path}", self.event),
            Focus::Range { start, end } => format!("{} {start}..{end}", self.event),
        }
    }

    /// The note at such a place.
    pub fn at(place: &str, text: &str) -> Option<Self> {
        let (event, inside) = place.split_once(' ').unwrap_or((place, ""));
        let number = |text: &str| text.parse::<u64>().ok();
        let range = inside.split_once("..").and_then(|(start, end)| number(start).zip(number(end)));
        let focus = match range {
            _ if inside.is_empty() => Focus::Event,
            Some((start, end)) if start < end => Focus::Range { start, end },
            Some(_) => return None,
            None => Focus::Field(inside.to_owned()),
        };
        let text: String = text.trim().chars().take(MOST_TEXT).collect();
        (!text.is_empty()).then_some(Self { event: event.parse().ok()?, focus, text })
    }
}

/// The notes of one file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notes {
    list: Vec<Note>,
}

impl Notes {
    /// All of them, in the order in which they were made.
    pub fn all(&self) -> &[Note] {
        &self.list
    }

    /// What is noted at a place.
    pub fn of(&self, event: &Address, focus: &Focus) -> Option<&Note> {
        self.list.iter().find(|note| note.event == *event && note.focus == *focus)
    }

    /// What is noted at a field of an event.
    pub fn of_field(&self, event: &Address, path: &str) -> Option<&str> {
        let meant = |focus: &Focus| match focus {
            Focus::Event => path.is_empty(),
            Focus::Field(noted) => noted == path,
            Focus::Range { .. } => false,
        };
        let note = self.list.iter().find(|note| meant(&note.focus) && note.event == *event);
        note.map(|note| note.text.as_str())
    }

    /// The first note of an event or of anything inside of it, and how many there are.
    pub fn of_event(&self, event: &Address) -> Option<(&str, usize)> {
        let mut notes = self.list.iter().filter(|note| note.event == *event);
        let first = notes.next()?;
        Some((&first.text, 1 + notes.count()))
    }

    /// Bytes of an event that notes are pinned to, with their space.
    pub fn ranges(&self, model: &EventModel) -> Vec<(String, u64, u64)> {
        let address = &model.view.address;
        let notes = self.list.iter().filter(|note| note.event == *address);
        notes
            .filter_map(|note| match &note.focus {
                Focus::Event => None,
                Focus::Range { start, end } => Some((address.space.clone(), *start, *end)),
                Focus::Field(path) => {
                    let item = model.find(path)?;
                    let (start, end) = model.range(item);
                    Some((model.space_of(item).to_owned(), start, end))
                }
            })
            .collect()
    }

    /// Puts a note in the place of the one that is there. An empty text removes it; false when there is no room.
    pub fn put(&mut self, selection: &Selection, text: &str) -> bool {
        let text: String = text.trim().chars().take(MOST_TEXT).collect();
        let at = self.list.iter().position(|note| note.event == selection.event && note.focus == selection.focus);
        match at {
            Some(at) if text.is_empty() => {
                self.list.remove(at);
            }
            Some(at) => self.list[at].text = text,
            None if text.is_empty() => {}
            None if self.list.len() >= MOST_NOTES => return false,
            None => {
                self.list.push(Note { event: selection.event.clone(), focus: selection.focus.clone(), text });
            }
        }
        true
    }

    /// Takes notes in that came along with a file; those that are here already stay as they are.
    pub fn add(&mut self, notes: impl IntoIterator<Item = Note>) {
        for note in notes {
            if self.of(&note.event, &note.focus).is_none() && self.list.len() < MOST_NOTES {
                self.list.push(note);
            }
        }
    }

    /// Those that this browser keeps of a file.
    pub fn load(fingerprint: &str) -> Self {
        let kept = settings::read(&key(fingerprint)).unwrap_or_default();
        Self::parse(&kept)
    }

    /// Keeps them.
    pub fn store(&self, fingerprint: &str) {
        settings::write(&key(fingerprint), &self.write());
    }

    /// One a line, as a link's fragment is written.
    fn write(&self) -> String {
        let line = |note: &Note| {
            let place = Place { file: None, note: Some(note.text.clone()), ..Place::of("", Some(&note.selection())) };
            place.fragment()
        };
        self.list.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    fn parse(lines: &str) -> Self {
        let note = |line: &str| {
            let place = Place::parse(line);
            let Selection { event, focus, .. } = place.selection()?;
            Some(Note { event, focus, text: place.note?.chars().take(MOST_TEXT).collect() })
        };
        Self { list: lines.lines().take(MOST_NOTES).filter_map(note).collect() }
    }
}

fn key(fingerprint: &str) -> String {
    format!("notes.{fingerprint}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn notes_are_kept_as_they_are() {
        let mut notes = Notes::default();
        let event: Address = "782/15".parse().expect("an address");
        let field = Selection::field(event.clone(), "rows[0].after[3]");
        assert!(notes.put(&Selection::event(event.clone()), " <b>&amp;#%\nsecond line "));
        assert!(notes.put(&field, "价格"));
        let range = Selection { focus: Focus::Range { start: 20, end: 24 }, ..Selection::event(event.clone()) };
        assert!(notes.put(&range, "four bytes"));
        assert_eq!(Notes::parse(&notes.write()), notes);
        assert_eq!(notes.of_event(&event), Some(("<b>&amp;#%\nsecond line", 3)));
        assert_eq!(notes.of_field(&event, "rows[0].after[3]"), Some("价格"));
        let again: Vec<Note> = notes.all().iter().filter_map(|note| Note::at(&note.place(), &note.text)).collect();
        assert_eq!(again, notes.all());
        assert!(notes.put(&field, "  "));
        assert_eq!(notes.of_field(&event, "rows[0].after[3]"), None);
    }

    #[test]
    fn they_have_a_limit() {
        let mut notes = Notes::default();
        for offset in 0..MOST_NOTES as u64 {
            assert!(notes.put(&Selection::event(Address::source(offset)), "x"));
        }
        assert!(!notes.put(&Selection::event(Address::source(99_999)), "x"));
        assert!(notes.put(&Selection::event(Address::source(3)), &"é".repeat(MOST_TEXT + 1)));
        assert_eq!(notes.of_field(&Address::source(3), "").map(|text| text.chars().count()), Some(MOST_TEXT));
        assert_eq!(Notes::parse("nonsense\n#at=4\n#note=x\n#at=4&note="), Notes::default());
    }
}
