//! What part of the file the list of events shows, told to the overview without a render of the page: it
//! changes with every turn of the wheel.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use yew::Callback;

/// The shared part: offsets in the listed space.
#[derive(Clone, Default)]
pub struct VisiblePart(Rc<Shared>);

#[derive(Default)]
struct Shared {
    part: Cell<Option<(u64, u64)>>,
    changed: RefCell<Option<Callback<()>>>,
}

impl std::fmt::Debug for VisiblePart {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("VisiblePart")
    }
}

impl PartialEq for VisiblePart {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl VisiblePart {
    /// Who wants to hear of changes.
    pub fn listen(&self, changed: Callback<()>) {
        self.0.changed.replace(Some(changed));
    }

    /// What is visible now.
    pub fn part(&self) -> Option<(u64, u64)> {
        self.0.part.get()
    }

    /// The list shows another part.
    pub fn show(&self, part: Option<(u64, u64)>) {
        if self.0.part.replace(part) != part
            && let Some(changed) = &*self.0.changed.borrow()
        {
            changed.emit(());
        }
    }
}
