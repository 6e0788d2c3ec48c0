//! Preview under the pointer, both ways between fields and bytes. It works on the elements
//! directly: a pointer crosses hundreds of bytes a second, and none of that is worth a render.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use wasm_bindgen::JsCast;
use web_sys::{Element, MouseEvent};
use yew::Callback;

/// Id of the element around the tree's lines.
pub const FIELDS_ID: &str = "fields-lines";
/// Id of the status bar's place for what is under the pointer.
pub const POINTER_ID: &str = "pointer-field";
/// The attribute that the styles know.
const MARK: &str = "data-hover";

type Painter = Rc<dyn Fn(Option<(&str, u64, u64)>)>;

/// The shared preview.
#[derive(Clone, Default)]
pub struct Hover(Rc<Shared>);

#[derive(Default)]
struct Shared {
    bytes: RefCell<Option<Painter>>,
    last: Cell<Option<(u64, u64)>>,
    /// Who is told of the field under the pointer, and its name.
    told: RefCell<Option<Callback<String>>>,
    pointed: RefCell<String>,
}

impl std::fmt::Debug for Hover {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hover")
    }
}

impl PartialEq for Hover {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Hover {
    /// The bytes pane says how it marks a range of a space.
    pub fn bytes_painter(&self, paint: impl Fn(Option<(&str, u64, u64)>) + 'static) {
        self.0.bytes.replace(Some(Rc::new(paint)));
    }

    /// The page hears which field is under the pointer.
    pub fn tell(&self, told: Callback<String>) {
        self.0.told.replace(Some(told));
    }

    /// What the field under the pointer is called in the language of filters, if it is still this one.
    pub fn name(&self, field: &str, term: &str) {
        if self.0.last.get().is_some() && *self.0.pointed.borrow() == field {
            set_pointer(&crate::visible_text::visible_line(&format!("{field}  {term}"), 160));
        }
    }

    /// Previews a range: lights its bytes and the tree's line for it, names it below.
    pub fn show(&self, event: &MouseEvent, space: &str, range: (u64, u64), name: &str) {
        // Ctrl freezes the preview so that the pointer can travel to another pane.
        if event.ctrl_key() || self.0.last.get() == Some(range) {
            return;
        }
        self.0.last.set(Some(range));
        self.paint_bytes(Some((space, range.0, range.1)));
        mark_lines(Some((space, range.0, range.1)));
        set_pointer(name);
        self.0.pointed.replace(name.to_owned());
        let told = self.0.told.borrow().clone();
        if let Some(told) = told.filter(|_| !name.is_empty()) {
            told.emit(name.to_owned());
        }
    }

    /// Ends the preview.
    pub fn clear(&self, event: &MouseEvent) {
        if !event.ctrl_key() {
            self.forget();
        }
    }

    /// Ends the preview whatever is held: what lies under the pointer changed.
    pub fn forget(&self) {
        if self.0.last.take().is_some() {
            self.paint_bytes(None);
            mark_lines(None);
            set_pointer("");
        }
    }

    fn paint_bytes(&self, range: Option<(&str, u64, u64)>) {
        let painter = self.0.bytes.borrow().clone();
        if let Some(paint) = painter {
            paint(range);
        }
    }
}

/// Sets or removes the preview mark of an element.
pub fn mark(element: &Element, on: bool) {
    if element.has_attribute(MARK) != on {
        // The name is a constant and valid, so neither call can fail.
        let _ = if on { element.set_attribute(MARK, "") } else { element.remove_attribute(MARK) };
    }
}

/// Marks the visible tree line with exactly this range, or else the smallest around it.
fn mark_lines(range: Option<(&str, u64, u64)>) {
    let Some(lines) = gloo_utils::document().get_element_by_id(FIELDS_ID) else { return };
    let Ok(lines) = lines.query_selector_all("[role=treeitem]") else { return };
    let mut best: Option<(u64, Element)> = None;
    for at in 0..lines.length() {
        let Some(line) = lines.item(at).and_then(|node| node.dyn_into::<Element>().ok()) else {
            continue;
        };
        mark(&line, false);
        let Some((space, start, end)) = range else { continue };
        let number = |name: &str| line.get_attribute(name).and_then(|text| text.parse().ok());
        let (Some(from), Some(to)) = (number("data-start"), number("data-end")) else { continue };
        let around: bool = from <= start && end <= to;
        let smaller = best.as_ref().is_none_or(|(size, _)| to - from < *size);
        if around && smaller && line.get_attribute("data-space").as_deref() == Some(space) {
            best = Some((to - from, line));
        }
    }
    if let Some((_, line)) = best {
        mark(&line, true);
    }
}

fn set_pointer(name: &str) {
    if let Some(place) = gloo_utils::document().get_element_by_id(POINTER_ID) {
        place.set_text_content(Some(name));
    }
}
