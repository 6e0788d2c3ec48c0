//! The columns on a canvas.

use wasm_bindgen::JsCast;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, window};

use super::Measure;

/// Families, and what is not counted by family yet, as the worker sends them.
pub const CLASSES: [&str; 10] = [
    "f-transaction",
    "f-table",
    "f-insert",
    "f-update",
    "f-delete",
    "f-statement",
    "f-file",
    "f-payload",
    "f-other",
    "f-uncounted",
];

/// Numbers of a column: events and bytes of each class, the largest transaction, damage, and the offset of the
/// first event or -1.
const NUMBERS: usize = 2 * CLASSES.len() + 3;

/// Pixels of the mark of damage.
const DAMAGE: f64 = 4.0;

/// Pixels of the lowest column that has anything.
const LEAST: f64 = 2.0;

/// The columns as the worker sends them.
#[derive(Clone, Debug, PartialEq)]
pub struct Strip {
    /// Where the first column begins, in bytes or seconds.
    pub start: u64,
    width: u64,
    /// What there is in all.
    pub whole: (u64, u64),
    /// Seconds that have nearly all, where some events are far off.
    pub usual: Option<(u64, u64)>,
    /// How many are far off, once they are counted.
    pub outside: Option<u64>,
    numbers: Vec<f64>,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
pub struct Column<'s>(&'s [f64]);

impl Strip {
    /// Out of the bytes beside an answer: 64-bit floats in little-endian order.
    pub fn read(start: u64, width: u64, whole: (u64, u64), bytes: &[u8]) -> Option<Self> {
        let numbers: Vec<f64> = bytes.as_chunks::<8>().0.iter().map(|number| f64::from_le_bytes(*number)).collect();
        (!numbers.is_empty() && numbers.len().is_multiple_of(NUMBERS) && width > 0).then_some(Self {
            start,
            width,
            whole,
            usual: None,
            outside: None,
            numbers,
        })
    }

    /// The same, of which some events are far off in time.
    pub fn leaving_out(self, usual: Option<(u64, u64)>, outside: Option<u64>) -> Self {
        Self { usual, outside, ..self }
    }

    /// How many.
    pub fn columns(&self) -> usize {
        self.numbers.len() / NUMBERS
    }

    /// One past the last column; the last may reach beyond the whole.
    pub fn end(&self) -> u64 {
        (self.start + self.width * self.columns() as u64).min(self.whole.1.max(self.start + 1))
    }

    /// The column of a value.
    pub fn column_of(&self, value: u64) -> Option<usize> {
        let column = usize::try_from(value.checked_sub(self.start)? / self.width).ok()?;
        (column < self.columns()).then_some(column)
    }

    /// Where a column begins and ends.
    pub fn column_range(&self, column: usize) -> (u64, u64) {
        let from = self.start + self.width * column as u64;
        (from, (from + self.width).min(self.end()).max(from))
    }

    /// A column.
    pub fn column(&self, column: usize) -> Column<'_> {
        let at = column * NUMBERS;
        Column(self.numbers.get(at..at + NUMBERS).unwrap_or_default())
    }

    /// Offset of the first event at or after a column; before it when nothing follows.
    pub fn first_from(&self, column: usize) -> Option<u64> {
        let at = |column: usize| self.column(column).at();
        (column..self.columns()).find_map(at).or_else(|| (0..column).rev().find_map(at))
    }
}

impl Column<'_> {
    fn number(&self, at: usize) -> f64 {
        self.0.get(at).copied().unwrap_or_default()
    }

    fn class(&self, measure: Measure, class: usize) -> f64 {
        self.number(if measure == Measure::Events { class } else { CLASSES.len() + class })
    }

    fn sum(&self, measure: Measure) -> f64 {
        (0..CLASSES.len()).map(|class| self.class(measure, class)).sum()
    }

    /// Events.
    pub fn total_events(&self) -> u64 {
        self.sum(Measure::Events) as u64
    }

    /// Bytes.
    pub fn total_bytes(&self) -> u64 {
        self.sum(Measure::Bytes) as u64
    }

    /// Bytes of the largest transaction; 0 where none is known.
    pub fn largest(&self) -> u64 {
        self.number(2 * CLASSES.len()) as u64
    }

    /// Damaged places.
    pub fn damage(&self) -> u64 {
        self.number(2 * CLASSES.len() + 1) as u64
    }

    fn at(&self) -> Option<u64> {
        let at = self.number(2 * CLASSES.len() + 2);
        (at >= 0.0).then_some(at as u64)
    }

    /// How high it stands, in no unit.
    fn height(&self, measure: Measure) -> f64 {
        match measure {
            Measure::Largest => (1.0 + self.number(2 * CLASSES.len())).ln(),
            measure => self.sum(measure),
        }
    }
}

/// The colours of the styles: elements carry them, as a canvas cannot read variables.
fn colour(head: &HtmlElement, class: &str) -> String {
    let element = web_sys::Element::from(head.clone());
    let Some(probe) = element.owner_document().and_then(|document| document.create_element("i").ok()) else {
        return String::new();
    };
    // A class that is taken off again with the element; nothing is drawn in between.
    probe.set_class_name(&format!("family overview-probe {class}"));
    if head.append_child(&probe).is_err() {
        return String::new();
    }
    let style = window().and_then(|window| window.get_computed_style(&probe).ok().flatten());
    let value = style.and_then(|style| style.get_property_value("color").ok()).unwrap_or_default();
    probe.remove();
    value
}

/// Draws all columns.
pub fn draw(canvas: &HtmlCanvasElement, head: &HtmlElement, strip: &Strip, measure: Measure) {
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) = context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok()) else { return };
    let ratio = window().map_or(1.0, |window| window.device_pixel_ratio());
    let (width, height) = (f64::from(canvas.client_width()) * ratio, f64::from(canvas.client_height()) * ratio);
    if canvas.width() != width as u32 || canvas.height() != height as u32 {
        canvas.set_width(width as u32);
        canvas.set_height(height as u32);
    }
    context.clear_rect(0.0, 0.0, width, height);
    let colours = CLASSES.map(|class| colour(head, class));
    let bad = colour(head, "overview-damaged");
    let columns = strip.columns();
    let highest = (0..columns).map(|at| strip.column(at).height(measure)).fold(0.0, f64::max);
    let length = (strip.end() - strip.start) as f64;
    let scale = width / length.max(1.0);
    let room = height - DAMAGE * ratio;
    for at in 0..columns {
        let column = strip.column(at);
        let (from, to) = strip.column_range(at);
        let x = ((from - strip.start) as f64 * scale).floor();
        let wide = (((to - strip.start) as f64 * scale).floor() - x).max(1.0);
        let sum = column.sum(if measure == Measure::Largest { Measure::Bytes } else { measure });
        let tall = column.height(measure);
        // What is there at all is seen.
        let whole = if tall > 0.0 { (room * tall / highest).max(LEAST * ratio) } else { 0.0 };
        let mut y = height;
        for (class, colour) in colours.iter().enumerate() {
            let part = column.class(if measure == Measure::Largest { Measure::Bytes } else { measure }, class);
            if part <= 0.0 || sum <= 0.0 {
                continue;
            }
            let high = whole * part / sum;
            context.set_fill_style_str(colour);
            context.fill_rect(x, y - high, wide, high);
            y -= high;
        }
        if column.damage() > 0 {
            context.set_fill_style_str(&bad);
            context.fill_rect(x, 0.0, wide.max(2.0 * ratio), DAMAGE * ratio);
        }
    }
}
