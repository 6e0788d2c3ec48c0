//! A packet diagram as SVG: four bytes a row, each field as wide as its bytes, drawn from the nodes of the tree.

use std::fmt::Write;

use super::{Line, bit_range};
use crate::view::{BitField, Role};
use crate::visible::visible;

/// Bytes of a row.
const ROW: u64 = 4;

/// Rows of a field beyond which its middle is left out.
const WHOLE_ROWS: u64 = 3;

/// Bits that are told of one field; a bitmap of columns may have thousands.
const TOLD_BITS: usize = 64;

/// Pixels.
const BYTE: u64 = 192;
const HEIGHT: u64 = 44;
const LEFT: u64 = 96;
const TOP: u64 = 56;
const LETTER: u64 = 7;
const LINE: u64 = 16;

const STYLE: &str = "text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#191d24}\
.v,.o{fill:#586172;font-size:11px}.o{text-anchor:end}.h{font-weight:bold}.p{fill:#fff}\
rect{stroke:#8a93a3;fill:#f6f7f9}rect.p{stroke:none}.x{stroke:#191d24;stroke-width:.5;fill:#fff}\
.length{fill:#f4e3c4}.identifier{fill:#d3e3f8}.value{fill:#d2ecd9}.time{fill:#eadcf5}.flags{fill:#f8dcdd}\
.checksum{fill:#cfeaea}.structure{fill:#e4e7ee}.unexplained{fill:#ececec}\
@media(prefers-color-scheme:dark){text{fill:#e6eaf0}.v,.o{fill:#98a3b3}.p{fill:#151920}\
rect{stroke:#5b6575;fill:#1b2028}rect.p{fill:#151920}.x{stroke:#e6eaf0;fill:#151920}\
.length{fill:#4a3b1d}.identifier{fill:#1e3a5c}.value{fill:#1f4429}.time{fill:#412b55}.flags{fill:#552a2d}\
.checksum{fill:#174545}.structure{fill:#2f3643}.unexplained{fill:#333}}";

/// Text as XML: no markup, and no character that XML cannot have.
fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in visible(text).chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => out.push('\u{fffd}'),
            c => out.push(c),
        }
    }
    out
}

/// As much of it as fits, in pixels.
fn fitting(text: &str, width: u64) -> String {
    let most = usize::try_from(width.saturating_sub(10) / LETTER).unwrap_or(0);
    let shown = visible(text);
    if shown.chars().count() <= most {
        return shown.into_owned();
    }
    shown.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

const fn class(role: Role) -> &'static str {
    match role {
        Role::Length => "length",
        Role::Identifier => "identifier",
        Role::Value => "value",
        Role::Time => "time",
        Role::Flags => "flags",
        Role::Checksum => "checksum",
        Role::Structure => "structure",
        Role::Unexplained => "unexplained",
    }
}

/// A part of a field in one row: the first of its bytes there, where in the row, and how many.
struct Segment {
    row: u64,
    byte: u64,
    column: u64,
    bytes: u64,
}

/// What is drawn so far.
struct Drawing {
    body: String,
    /// The row that is being filled, and how many bytes it has.
    row: u64,
    column: u64,
    /// What is told below.
    notes: Vec<(bool, String)>,
}

impl Drawing {
    fn y(row: u64) -> u64 {
        TOP + row * HEIGHT
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to memory does not fail.
        let _ = self.body.write_fmt(text);
    }

    /// A new row, for fields of this space.
    fn begin_space(&mut self, space: &str) {
        if self.column > 0 {
            (self.row, self.column) = (self.row + 1, 0);
        }
        if space != "0" {
            let y = Self::y(self.row) + HEIGHT / 2 + 10;
            self.put(format_args!("<text class=\"h\" x=\"{LEFT}\" y=\"{y}\">space {}</text>\n", xml(space)));
            self.row += 1;
        }
    }

    /// Where a field of so many bytes goes; of a long one the first row, one for its middle, and the last.
    fn place(&mut self, bytes: u64) -> (Vec<Segment>, Option<u64>) {
        let (mut segments, mut gap) = (Vec::new(), None);
        let rows = (self.column + bytes).div_ceil(ROW);
        let mut byte = 0;
        while byte < bytes {
            let length = (ROW - self.column).min(bytes - byte);
            segments.push(Segment { row: self.row, byte, column: self.column, bytes: length });
            byte += length;
            self.column += length;
            if self.column == ROW {
                (self.row, self.column) = (self.row + 1, 0);
            }
            if rows > WHOLE_ROWS && gap.is_none() {
                gap = Some(self.row);
                self.row += 1;
                // The last row begins at a whole number of rows from here.
                byte += (bytes - byte - 1) / ROW * ROW;
            }
        }
        (segments, gap)
    }

    fn field(&mut self, line: &Line<'_>) {
        let node = line.node;
        let bytes = node.end - node.start;
        let value = line.value();
        let told = if value.is_empty() { String::new() } else { format!(" = {value}") };
        let label = node.label.as_deref().map(|label| format!(" ({label})")).unwrap_or_default();
        let range = if bytes == 0 { "no bytes".into() } else { format!("bytes {}-{}", node.start, node.end - 1) };
        let title = format!("{}{label}: {range}, {}{told}", line.path, node.physical);
        if bytes == 0 {
            self.notes.push((true, title));
            return;
        }
        let name = short_name(line);
        let (segments, gap) = self.place(bytes);
        let class = class(node.role);
        self.put(format_args!("<g><title>{}</title>\n", xml(&title)));
        if let Some(row) = gap {
            let (y, width) = (Self::y(row), ROW * BYTE);
            let shown: u64 = segments.iter().map(|segment| segment.bytes).sum();
            self.put(format_args!(
                "<rect class=\"{class}\" stroke-dasharray=\"4\" x=\"{LEFT}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\"/>\
                 <text class=\"v\" x=\"{}\" y=\"{}\">… {} bytes …</text>\n",
                LEFT + 8,
                y + 26,
                bytes - shown
            ));
        }
        let widest = segments.iter().enumerate().max_by_key(|(at, segment)| (segment.bytes, usize::MAX - at));
        let named = widest.map(|(at, _)| at);
        for (at, segment) in segments.iter().enumerate() {
            let (x, y, width) = (LEFT + segment.column * BYTE, Self::y(segment.row), segment.bytes * BYTE);
            self.put(format_args!(
                "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{HEIGHT}\"/>"
            ));
            if segment.column == 0 {
                let offset = node.start + segment.byte;
                self.put(format_args!("<text class=\"o\" x=\"{}\" y=\"{}\">{offset}</text>", LEFT - 8, y + 17));
            }
            if named == Some(at) {
                self.put(format_args!("<text x=\"{}\" y=\"{}\">{}</text>", x + 5, y + 17, xml(&fitting(&name, width))));
                let value = fitting(&value, width);
                self.put(format_args!("<text class=\"v\" x=\"{}\" y=\"{}\">{}</text>", x + 5, y + 32, xml(&value)));
            }
            self.body.push('\n');
        }
        if gap.is_none() {
            self.bits(&segments, &node.bits);
        }
        self.body.push_str("</g>\n");
        self.tell_bits(line);
    }

    /// Bit fields as a strip at the bottom of the bytes, most significant bits left in each byte.
    fn bits(&mut self, segments: &[Segment], bits: &[BitField]) {
        for field in bits.iter().take(TOLD_BITS) {
            let mut bit = field.start;
            while bit < field.end {
                let last = ((bit / 8 + 1) * 8).min(field.end);
                let (byte, width) = (u64::from(bit / 8), u64::from(last - bit) * (BYTE / 8));
                let inside = u64::from(if field.msb_first { bit % 8 } else { 8 - (last - bit / 8 * 8) });
                let segment =
                    segments.iter().find(|segment| (segment.byte..segment.byte + segment.bytes).contains(&byte));
                if let Some(segment) = segment {
                    let x = LEFT + (segment.column + byte - segment.byte) * BYTE + inside * (BYTE / 8);
                    let y = Self::y(segment.row) + HEIGHT - 8;
                    let title = xml(&format!("{} {} = {}", bit_range(field), field.name, field.text));
                    self.put(format_args!(
                        "<rect class=\"x\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"8\"><title>{title}</title></rect>\n"
                    ));
                }
                bit = last;
            }
        }
    }

    fn tell_bits(&mut self, line: &Line<'_>) {
        let bits = &line.node.bits;
        if bits.is_empty() {
            return;
        }
        self.notes.push((true, line.path.to_owned()));
        let told = bits.iter().take(TOLD_BITS).map(|bits| format!("{} {} = {}", bit_range(bits), bits.name, bits.text));
        self.notes.extend(told.map(|told| (false, told)));
        if bits.len() > TOLD_BITS {
            self.notes.push((false, format!("… {} more", bits.len() - TOLD_BITS)));
        }
    }
}

/// The name that stands in a field: an item's with what it is an item of, and the file's own.
fn short_name(line: &Line<'_>) -> String {
    if !line.node.name.starts_with('[') {
        return line.name();
    }
    let list = line.path.strip_suffix(line.node.name.as_str()).unwrap_or_default();
    format!("{}{}", list.rsplit('.').next().unwrap_or_default(), line.name())
}

/// The diagram.
pub fn svg(heading: &str, space: &str, lines: &[Line<'_>]) -> String {
    let mut drawing = Drawing { body: String::new(), row: 0, column: 0, notes: Vec::new() };
    let mut here = space;
    // Behind what inflated, the bytes of the event go on where they were.
    for line in lines.iter().filter(|line| line.leaf) {
        if line.space != here {
            here = line.space;
            drawing.begin_space(here);
        }
        drawing.field(line);
    }
    let rows = drawing.row + u64::from(drawing.column > 0);
    let mut y = Drawing::y(rows) + 12;
    for (first, note) in &std::mem::take(&mut drawing.notes) {
        y += LINE;
        let (class, x) = if *first { ("h", LEFT) } else { ("v", LEFT + 16) };
        drawing.put(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>\n", xml(&fitting(note, 2000))));
    }
    let (width, height) = (LEFT + ROW * BYTE + 16, y + 16);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\">\n\
         <title>{0}</title>\n<style>{STYLE}</style>\n<rect class=\"p\" width=\"{width}\" height=\"{height}\"/>\n\
         <text class=\"h\" x=\"{LEFT}\" y=\"22\">{0}</text>\n",
        xml(heading)
    );
    for byte in 0..ROW {
        let x = LEFT + byte * BYTE + 5;
        // Writing to memory does not fail.
        let _ = writeln!(out, "<text class=\"v\" x=\"{x}\" y=\"{}\">+{byte}</text>", TOP - 8);
    }
    out.push_str(&drawing.body);
    out.push_str("</svg>\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_fields_keep_their_ends() {
        let mut drawing = Drawing { body: String::new(), row: 0, column: 3, notes: Vec::new() };
        let (segments, gap) = drawing.place(102);
        let placed: Vec<_> = segments.iter().map(|it| (it.row, it.byte, it.column, it.bytes)).collect();
        assert_eq!((placed, gap), (vec![(0, 0, 3, 1), (2, 101, 0, 1)], Some(1)));
        assert_eq!((drawing.row, drawing.column), (2, 1));
        let (segments, gap) = drawing.place(6);
        assert_eq!((segments.len(), gap, drawing.row, drawing.column), (2, None, 3, 3));
    }

    #[test]
    fn nothing_is_markup() {
        assert_eq!(xml("<a b=\"&\u{1}\u{ffff}"), "&lt;a b=&quot;&amp;␁\u{fffd}");
    }
}
