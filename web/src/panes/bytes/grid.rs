//! The rows of bytes, painted on elements that stay: a scrolled row gets new texts and
//! classes, never new elements, and only where they differ from what is there.

use binlog_explorer::view::Role;
use web_sys::{Document, HtmlElement};

use super::window::ByteWindow;
use crate::event_model::{EventModel, Run};
use crate::hover;
use crate::localisation::Words;
use crate::numbers;
use crate::panes::field_line::role_mark;
use crate::viewport::set_style;
use crate::visible_text::byte_char;

/// Columns for a width: 32 when wide, 16 as everybody knows it, 8 on a phone.
pub fn columns_for(width: f64) -> u64 {
    if width >= 1240.0 {
        32
    } else if width >= 560.0 || width == 0.0 {
        16
    } else {
        8
    }
}

/// Everything a paint depends on.
#[derive(Debug)]
pub struct Paint<'a> {
    /// The reader's language.
    pub words: &'a Words,
    /// The space.
    pub space: &'a str,
    /// First row.
    pub top: u64,
    /// How much of it is above the edge, in pixels.
    pub hidden: f64,
    /// Rows to draw.
    pub rows: u64,
    /// Bytes a row.
    pub columns: u64,
    /// Length of the space.
    pub size: u64,
    /// The bytes that are here.
    pub window: &'a ByteWindow,
    /// The event, when it lies in this space.
    pub model: Option<&'a EventModel>,
    /// Selected bytes.
    pub selected: Option<(u64, u64)>,
    /// The selected bytes are the whole event: its roles stay to be seen.
    pub whole: bool,
    /// Bytes of the field around them.
    pub around: Option<(u64, u64)>,
    /// Bytes that notes are pinned to, with their space.
    pub noted: &'a [(String, u64, u64)],
    /// The byte that the keyboard is on.
    pub cursor: u64,
}

/// One byte's element and what it shows now.
#[derive(Debug)]
struct Cell {
    element: HtmlElement,
    offset: Option<u64>,
    byte: Option<u8>,
    class: String,
    selected: bool,
}

#[derive(Debug)]
struct Row {
    element: HtmlElement,
    address: HtmlElement,
    address_text: String,
    hex: Vec<Cell>,
    text: Vec<Cell>,
}

/// The painted grid.
#[derive(Debug)]
pub struct Grid {
    slide: HtmlElement,
    rows: Vec<Row>,
    columns: u64,
    space: String,
    labelled: Option<HtmlElement>,
}

fn element(document: &Document, tag: &str, class: &str, role: Option<&str>) -> HtmlElement {
    use wasm_bindgen::JsCast;
    // "div" and "span" are always created, and always as HTML elements.
    #[expect(clippy::unwrap_used, reason = "constant tag names")]
    let element: HtmlElement = document.create_element(tag).unwrap().unchecked_into();
    element.set_class_name(class);
    if let Some(role) = role {
        let _ = element.set_attribute("role", role);
    }
    element
}

impl Grid {
    /// Puts an empty grid into an element.
    pub fn new(clip: &HtmlElement) -> Self {
        let slide = element(&gloo_utils::document(), "div", "slide", Some("presentation"));
        let _ = clip.append_child(&slide);
        Self { slide, rows: Vec::new(), columns: 0, space: String::new(), labelled: None }
    }

    /// Marks the bytes under preview.
    pub fn preview(&self, range: Option<(&str, u64, u64)>) {
        let range = range.filter(|(space, ..)| *space == self.space);
        for cell in self.rows.iter().flat_map(|row| row.hex.iter().chain(&row.text)) {
            let on = match (cell.offset, range) {
                (Some(offset), Some((_, start, end))) => (start..end).contains(&offset),
                _ => false,
            };
            hover::mark(&cell.element, on);
        }
    }

    /// Paints. Returns the id of the cursor's cell when it shows.
    pub fn paint(&mut self, paint: &Paint<'_>) -> Option<String> {
        self.fit(paint);
        paint.space.clone_into(&mut self.space);
        set_style(&self.slide, "transform", &format!("translateY({:.2}px)", -paint.hidden));
        let mut active = None;
        let start = paint.top.saturating_mul(paint.columns);
        let runs = paint.model.map_or(&[][..], |model| model.runs(paint.space));
        let mut run = runs.partition_point(|run| run.end <= start);
        for (index, row) in self.rows.iter_mut().enumerate() {
            let number = paint.top.saturating_add(index as u64);
            let base = number.saturating_mul(paint.columns);
            row.paint_address(number, base, paint);
            for column in 0..row.hex.len() {
                let offset = base.saturating_add(column as u64);
                while runs.get(run).is_some_and(|run| run.end <= offset) {
                    run += 1;
                }
                let here = runs.get(run).filter(|run| run.start <= offset);
                let class = class_of(paint, here, offset, column);
                row.paint_cell(column, offset, &class, paint);
                if offset == paint.cursor && offset < paint.size {
                    let id = format!("byte-{index}-{column}");
                    let _ = row.hex[column].element.set_attribute("id", &id);
                    active = Some((id, index, column));
                } else if row.hex[column].element.has_attribute("id") {
                    let _ = row.hex[column].element.remove_attribute("id");
                }
            }
        }
        self.label(paint, active.as_ref().map(|(_, row, column)| (*row, *column)));
        active.map(|(id, ..)| id)
    }

    /// Speaks the cursor's byte in full; the others are read by their two digits.
    fn label(&mut self, paint: &Paint<'_>, active: Option<(usize, usize)>) {
        if let Some(before) = self.labelled.take() {
            let _ = before.remove_attribute("aria-label");
        }
        let Some((row, column)) = active else { return };
        let Some(byte) = paint.window.get(paint.cursor) else { return };
        let field = paint.model.map(|model| model.path(model.covering(paint.space, paint.cursor)));
        let label = paint.words.with(
            "byte-label",
            [
                ("byte", format!("{byte:02x}").into()),
                ("offset", paint.cursor.to_string().into()),
                ("field", field.unwrap_or_default().into()),
            ],
        );
        let element = self.rows[row].hex[column].element.clone();
        let _ = element.set_attribute("aria-label", label.trim_end_matches([',', ' ']));
        self.labelled = Some(element);
    }

    /// Makes as many elements as the viewport needs.
    fn fit(&mut self, paint: &Paint<'_>) {
        if self.columns != paint.columns {
            for row in self.rows.drain(..) {
                row.element.remove();
            }
            self.columns = paint.columns;
        }
        let wanted = usize::try_from(paint.rows.min(400)).unwrap_or(0);
        while self.rows.len() > wanted {
            if let Some(row) = self.rows.pop() {
                row.element.remove();
            }
        }
        while self.rows.len() < wanted {
            let row = Row::new(paint.columns);
            let _ = self.slide.append_child(&row.element);
            self.rows.push(row);
        }
    }
}

impl Row {
    fn new(columns: u64) -> Self {
        let document = gloo_utils::document();
        let row = element(&document, "div", "hex-row", Some("row"));
        let address = element(&document, "span", "address", Some("rowheader"));
        let _ = row.append_child(&address);
        let cells = |parent: &HtmlElement, role: Option<&str>| -> Vec<Cell> {
            (0..columns)
                .map(|column| {
                    let cell = element(&document, "span", "b", role);
                    if role.is_some() {
                        let _ = cell.set_attribute("aria-colindex", &(column + 2).to_string());
                    }
                    let _ = parent.append_child(&cell);
                    Cell { element: cell, offset: None, byte: None, class: "b".into(), selected: false }
                })
                .collect()
        };
        let hex_part = element(&document, "span", "hex-part", Some("presentation"));
        let hex = cells(&hex_part, Some("gridcell"));
        let text_part = element(&document, "span", "text-part", None);
        // The hex says the same; twice would be noise.
        let _ = text_part.set_attribute("aria-hidden", "true");
        let text = cells(&text_part, None);
        let _ = row.append_child(&hex_part);
        let _ = row.append_child(&text_part);
        let _ = row.set_attribute("translate", "no");
        Self { element: row, address, address_text: String::new(), hex, text }
    }

    fn paint_address(&mut self, number: u64, base: u64, paint: &Paint<'_>) {
        let text = if base < paint.size { numbers::address(base, paint.size) } else { String::new() };
        if text == self.address_text {
            return;
        }
        self.address.set_text_content(Some(&text));
        let _ = self.element.set_attribute("aria-rowindex", &(number + 1).to_string());
        // Rows past the end stay for the next scroll, out of sight of everyone.
        let _ = self.element.toggle_attribute_with_force("hidden", text.is_empty());
        self.address_text = text;
    }

    fn paint_cell(&mut self, column: usize, offset: u64, class: &str, paint: &Paint<'_>) {
        let inside = offset < paint.size;
        let byte = if inside { paint.window.get(offset) } else { None };
        // What will never come is not what was here before.
        let empty = !inside || paint.window.is_hole(offset);
        let selected = inside && paint.selected.is_some_and(|(start, end)| (start..end).contains(&offset));
        let place = inside.then_some(offset);
        for (cell, is_hex) in [(&mut self.hex[column], true), (&mut self.text[column], false)] {
            if cell.offset != place {
                cell.offset = place;
                let name = if is_hex { "data-offset" } else { "data-byte" };
                let _ = match place {
                    Some(offset) => cell.element.set_attribute(name, &offset.to_string()),
                    None => cell.element.remove_attribute(name),
                };
                hover::mark(&cell.element, false);
            }
            if cell.byte != byte && (byte.is_some() || empty) {
                cell.byte = byte;
                let mut text = String::new();
                if let Some(byte) = byte {
                    if is_hex {
                        numbers::push_hex(&mut text, byte);
                    } else {
                        text.push(byte_char(byte));
                    }
                }
                cell.element.set_text_content(Some(&text));
            }
            if cell.class != class {
                cell.element.set_class_name(class);
                class.clone_into(&mut cell.class);
            }
            if is_hex && cell.selected != selected {
                cell.selected = selected;
                let _ = cell.element.set_attribute("aria-selected", if selected { "true" } else { "false" });
            }
        }
    }
}

/// The classes of a byte: whose it is, where in its run, and whether it is selected.
fn class_of(paint: &Paint<'_>, run: Option<&Run>, offset: u64, column: usize) -> String {
    let mut class = String::with_capacity(48);
    class.push('b');
    let mut add = |name: &str| {
        class.push(' ');
        class.push_str(name);
    };
    if column > 0 && column.is_multiple_of(8) {
        add("gap");
    }
    let within = |range: Option<(u64, u64)>| range.filter(|(s, e)| (*s..*e).contains(&offset));
    match (run, paint.model) {
        (Some(run), _) => {
            add(role_mark(run.role).0);
            if run.odd {
                add("odd");
            }
            if run.start == offset {
                add("first");
            }
            if run.end == offset + 1 {
                add("last");
            }
            if run.role == Role::Unexplained {
                add("plain");
            }
        }
        (None, Some(model)) if model.extent(paint.space).0 <= offset && offset < model.extent(paint.space).1 => {
            add("bare")
        }
        _ => add("outside"),
    }
    if let Some((start, end)) = within(paint.around) {
        add("around");
        if start == offset {
            add("around-first");
        }
        if end == offset + 1 {
            add("around-last");
        }
    }
    if paint.window.is_hole(offset) {
        add("hole");
    }
    if paint.noted.iter().any(|(space, start, end)| (*start..*end).contains(&offset) && space == paint.space) {
        add("noted");
    }
    if let Some((start, end)) = within(paint.selected.filter(|_| !paint.whole)) {
        add("selected");
        if start == offset || column == 0 {
            add("selected-first");
        }
        if end == offset + 1 || column as u64 + 1 == paint.columns {
            add("selected-last");
        }
    }
    if offset == paint.cursor {
        add("cursor");
    }
    class
}
