//! The bytes of a bundle: what is compressed, and around it what tells its length and version. `docs/share-bundle.md`
//! describes them; this is the one place that reads and writes them.

use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::decompress_to_vec_with_limit;

use super::{
    Bundle, MOST_CONTENT, MOST_LINE, MOST_NOTE, MOST_NOTES, MOST_OPEN, MOST_PIECES, MOST_RESTORED, MOST_SIZE,
    MaskedClasses, Note, Piece, SavedView, VERSION,
};
use crate::view::{Address, Message};

/// What a file begins with; its version follows. The first byte is in no text, and no binary log begins with it.
pub const FILE_MAGIC: [u8; 7] = *b"\x8dscope\n";

/// How the content is stored.
const STORED: u8 = 0;
const DEFLATE: u8 = 1;

/// As small as it gets: bundles are small, and made once.
const LEVEL: u8 = 10;

/// Flags of the content.
mod flag {
    pub const BARE: u64 = 1;
    pub const CUT: u64 = 1 << 1;
    pub const MASKED: u64 = 1 << 2;
    pub const CLEAR: u64 = 1 << 3;
    pub const RESTORED: u64 = 1 << 4;
    pub const VIEW: u64 = 1 << 5;
    pub const NOTES: u64 = 1 << 6;
    pub const KNOWN: u64 = (1 << 7) - 1;
}

/// Lines of a view, by number.
const AT: u64 = 1;
const FIELD: u64 = 2;
const RANGE: u64 = 3;
const TAB: u64 = 4;
const FILTER: u64 = 5;
const MODE: u64 = 6;
const OPEN: u64 = 7;

/// Whether a file with this beginning is a bundle, of whatever version.
pub fn is_bundle(head: &[u8]) -> bool {
    head.starts_with(&FILE_MAGIC)
}

impl Bundle {
    /// A `.binlogscope` file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut file = FILE_MAGIC.to_vec();
        file.push(VERSION);
        self.body(&mut file);
        file
    }

    /// Reads such a file.
    ///
    /// # Errors
    ///
    /// It is none, of another version, damaged, or larger than is taken.
    pub fn from_bytes(file: &[u8]) -> Result<Self, Message> {
        let rest = file.strip_prefix(&FILE_MAGIC).ok_or_else(|| damaged("magic", 0))?;
        let (version, body) = rest.split_first().ok_or_else(|| Message::new("bundle-cut"))?;
        if *version != VERSION {
            return Err(Message::new("bundle-version").number("version", (*version).into()));
        }
        Self::from_body(body, MOST_CONTENT)
    }

    /// What a file and a link have in common.
    pub(super) fn body(&self, out: &mut Vec<u8>) {
        let content = self.content();
        let deflated = compress_to_vec(&content, LEVEL);
        let (method, bytes) = if deflated.len() < content.len() { (DEFLATE, &deflated) } else { (STORED, &content) };
        out.push(method);
        put(out, content.len() as u64);
        out.extend(crc32fast::hash(&content).to_le_bytes());
        out.extend(bytes);
    }

    pub(super) fn from_body(body: &[u8], most: u64) -> Result<Self, Message> {
        let mut reader = Reader { bytes: body, at: 0 };
        let method = reader.take(1)?.first().copied();
        let size = reader.number()?;
        if size > most {
            return Err(Message::new("bundle-large").number("bytes", size).number("most", most));
        }
        let size = usize::try_from(size).map_err(|_| damaged("size", 1))?;
        let checksum = reader.take(4)?.try_into().map(u32::from_le_bytes).unwrap_or(0);
        let rest = reader.rest();
        let inflated;
        let content = match method {
            Some(STORED) => rest,
            Some(DEFLATE) => {
                // No more than was promised is ever made.
                inflated = decompress_to_vec_with_limit(rest, size).map_err(|error| match error.status {
                    miniz_oxide::inflate::TINFLStatus::FailedCannotMakeProgress => Message::new("bundle-cut"),
                    _ => damaged("deflate", reader.at),
                })?;
                inflated.as_slice()
            }
            _ => return Err(damaged("method", 0)),
        };
        if content.len() < size {
            return Err(Message::new("bundle-cut"));
        }
        if content.len() != size || crc32fast::hash(content) != checksum {
            return Err(Message::new("bundle-checksum"));
        }
        Self::from_content(content)
    }

    /// The content, not compressed.
    pub fn content(&self) -> Vec<u8> {
        let mut out = Vec::new();
        let view = lines_of(&self.view);
        let flags = [
            (self.bare, flag::BARE),
            (self.cut, flag::CUT),
            (self.masked.is_some(), flag::MASKED),
            (self.is_clear(), flag::CLEAR),
            (!self.restored.is_empty(), flag::RESTORED),
            (!view.is_empty(), flag::VIEW),
            (!self.notes.is_empty(), flag::NOTES),
        ];
        put(&mut out, flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag).sum());
        put_text(&mut out, &self.name);
        // Most bundles say it themselves.
        let own = self.own_fingerprint() == self.fingerprint;
        put_text(&mut out, if own { "" } else { &self.fingerprint });
        put(&mut out, self.size);
        if let Some(masked) = &self.masked {
            put(&mut out, masked.bits());
        }
        if self.is_clear() {
            put_text(&mut out, &self.space);
        }
        put(&mut out, self.pieces.len() as u64);
        let mut end = 0;
        for piece in &self.pieces {
            put(&mut out, piece.start - end);
            put(&mut out, piece.bytes.len() as u64);
            end = piece.start + piece.bytes.len() as u64;
        }
        if !self.restored.is_empty() {
            put(&mut out, self.restored.len() as u64);
            for (name, bytes) in &self.restored {
                put_text(&mut out, name);
                put(&mut out, bytes.len() as u64);
            }
        }
        if !view.is_empty() {
            put(&mut out, view.len() as u64);
            for (key, line) in view {
                put(&mut out, key);
                put_text(&mut out, line);
            }
        }
        if !self.notes.is_empty() {
            put(&mut out, self.notes.len() as u64);
            for note in &self.notes {
                put_text(&mut out, &note.place);
                put_text(&mut out, &note.text);
            }
        }
        for piece in &self.pieces {
            out.extend_from_slice(&piece.bytes);
        }
        for (_, bytes) in &self.restored {
            out.extend_from_slice(bytes);
        }
        out
    }

    /// Reads it again.
    ///
    /// # Errors
    ///
    /// It breaks off, or says what cannot be.
    pub fn from_content(content: &[u8]) -> Result<Self, Message> {
        let mut reader = Reader { bytes: content, at: 0 };
        let flags = reader.number()?;
        if flags & !flag::KNOWN != 0 {
            return Err(damaged("flags", 0));
        }
        let has = |flag| flags & flag != 0;
        let name = reader.text(MOST_LINE)?;
        let fingerprint = reader.text(MOST_LINE)?;
        let at = reader.at;
        let size = reader.number()?;
        if size > MOST_SIZE {
            return Err(damaged("size", at));
        }
        let masked = if has(flag::MASKED) { Some(reader.classes()?) } else { None };
        let space = if has(flag::CLEAR) { reader.space()? } else { "0".into() };
        if has(flag::CLEAR) && space == "0" {
            return Err(damaged("space", reader.at));
        }
        let ranges = reader.ranges(size)?;
        let restored = if has(flag::RESTORED) { reader.restored_spaces()? } else { Vec::new() };
        let view = if has(flag::VIEW) { reader.view()? } else { SavedView::default() };
        let notes = if has(flag::NOTES) { reader.notes()? } else { Vec::new() };
        let mut pieces = Vec::with_capacity(ranges.len());
        for (start, length) in ranges {
            pieces.push(Piece { start, bytes: reader.take(length)?.to_vec() });
        }
        let mut spaces: Vec<(String, Vec<u8>)> = Vec::with_capacity(restored.len());
        for (name, length) in restored {
            spaces.push((name, reader.take(length)?.to_vec()));
        }
        if !reader.rest().is_empty() {
            return Err(damaged("end", reader.at));
        }
        let mut bundle = Self {
            name,
            fingerprint,
            space,
            size,
            bare: has(flag::BARE),
            cut: has(flag::CUT),
            masked,
            pieces,
            restored: spaces,
            view,
            notes,
        };
        if bundle.fingerprint.is_empty() {
            bundle.fingerprint = bundle.own_fingerprint();
        }
        Ok(bundle)
    }
}

impl MaskedClasses {
    fn bits(&self) -> u64 {
        let classes = [self.values, self.names, self.sql, self.accounts, self.ids];
        classes.iter().enumerate().map(|(bit, set)| u64::from(*set) << bit).sum()
    }

    fn of_bits(bits: u64) -> Option<Self> {
        let has = |bit: u32| bits >> bit & 1 == 1;
        let classes = Self { values: has(0), names: has(1), sql: has(2), accounts: has(3), ids: has(4) };
        (bits >> 5 == 0).then_some(classes)
    }
}

/// The lines of a view that say something.
fn lines_of(view: &SavedView) -> Vec<(u64, &str)> {
    let lines = [
        (AT, &view.at),
        (FIELD, &view.field),
        (RANGE, &view.range),
        (TAB, &view.tab),
        (FILTER, &view.filter),
        (MODE, &view.mode),
    ];
    let open = view.open.iter().map(|open| (OPEN, open));
    lines.into_iter().chain(open).filter(|(_, line)| !line.is_empty()).map(|(key, line)| (key, line.as_str())).collect()
}

/// A number, seven bits a byte, the lowest first; the last byte has no high bit.
fn put(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(number as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    put(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

fn damaged(what: &str, at: usize) -> Message {
    Message::new("bundle-damaged").text("what", what).number("at", at as u64)
}

/// Reads what is not trusted.
struct Reader<'b> {
    bytes: &'b [u8],
    at: usize,
}

impl<'b> Reader<'b> {
    fn take(&mut self, length: usize) -> Result<&'b [u8], Message> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len());
        let end = end.ok_or_else(|| Message::new("bundle-cut"))?;
        let taken = self.bytes.get(self.at..end).unwrap_or_default();
        self.at = end;
        Ok(taken)
    }

    fn rest(&self) -> &'b [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    fn number(&mut self) -> Result<u64, Message> {
        let at = self.at;
        let mut number = 0u64;
        for shift in (0..64).step_by(7) {
            let byte = self.take(1)?.first().copied().unwrap_or(0);
            let bits = u64::from(byte & 0x7f);
            // Neither bits that get lost nor two ways to write a number.
            if bits << shift >> shift != bits || byte == 0 && shift > 0 {
                break;
            }
            number |= bits << shift;
            if byte < 0x80 {
                return Ok(number);
            }
        }
        Err(damaged("number", at))
    }

    /// How many of something follow.
    fn count(&mut self, most: usize, what: &str) -> Result<usize, Message> {
        let at = self.at;
        let count = self.number()?;
        usize::try_from(count).ok().filter(|count| *count <= most).ok_or_else(|| damaged(what, at))
    }

    fn text(&mut self, most: usize) -> Result<String, Message> {
        let at = self.at;
        let length = self.count(most, "text")?;
        String::from_utf8(self.take(length)?.to_vec()).map_err(|_| damaged("text", at))
    }

    fn space(&mut self) -> Result<String, Message> {
        let at = self.at;
        let name = self.text(MOST_LINE)?;
        // A space is named as an address is written.
        let steps = name.split('/').count();
        let known =
            name.parse::<Address>().is_ok_and(|place| !place.is_packet()) && steps <= crate::space::MAX_DEPTH + 1;
        if known { Ok(name) } else { Err(damaged("space", at)) }
    }

    fn classes(&mut self) -> Result<MaskedClasses, Message> {
        let at = self.at;
        MaskedClasses::of_bits(self.number()?).ok_or_else(|| damaged("masked", at))
    }

    /// Where the pieces lie, and how long each is: in order, apart, and inside of the log.
    fn ranges(&mut self, size: u64) -> Result<Vec<(u64, usize)>, Message> {
        let mut ranges = Vec::new();
        let mut end = 0u64;
        for nth in 0..self.count(MOST_PIECES, "pieces")? {
            let at = self.at;
            let (gap, length) = (self.number()?, self.number()?);
            let start = end.checked_add(gap).filter(|_| gap > 0 || nth == 0);
            let range = start.and_then(|start| {
                let end = start.checked_add(length).filter(|end| *end <= size && length > 0)?;
                Some((start, end, usize::try_from(length).ok()?))
            });
            let (start, next, length) = range.ok_or_else(|| damaged("piece", at))?;
            ranges.push((start, length));
            end = next;
        }
        Ok(ranges)
    }

    fn restored_spaces(&mut self) -> Result<Vec<(String, usize)>, Message> {
        let mut spaces: Vec<(String, usize)> = Vec::new();
        for _ in 0..self.count(MOST_RESTORED, "restored")? {
            let at = self.at;
            let name = self.space()?;
            let length = usize::try_from(self.number()?).map_err(|_| damaged("restored", at))?;
            spaces.push((name, length));
        }
        Ok(spaces)
    }

    fn view(&mut self) -> Result<SavedView, Message> {
        let mut view = SavedView::default();
        for _ in 0..self.count(MOST_OPEN + 64, "view")? {
            let key = self.number()?;
            let line = self.text(MOST_LINE)?;
            match key {
                AT => view.at = line,
                FIELD => view.field = line,
                RANGE => view.range = line,
                TAB => view.tab = line,
                FILTER => view.filter = line,
                MODE => view.mode = line,
                OPEN if view.open.len() < MOST_OPEN => view.open.push(line),
                // Later pages may remember more of what they show.
                _ => {}
            }
        }
        Ok(view)
    }

    fn notes(&mut self) -> Result<Vec<Note>, Message> {
        let mut notes = Vec::new();
        for _ in 0..self.count(MOST_NOTES, "notes")? {
            let (place, text) = (self.text(MOST_LINE)?, self.text(MOST_NOTE)?);
            notes.push(Note { place, text });
        }
        Ok(notes)
    }
}
