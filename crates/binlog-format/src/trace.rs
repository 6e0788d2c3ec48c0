//! The observer of reads.

use crate::catalogue::FieldId;
use crate::error::DecodeError;
use crate::value::Value;

/// A field as it occurs: its catalogue entry, and its number when it is an item of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slot {
    /// Catalogue entry.
    pub field: FieldId,
    /// Number within the list, or [`Slot::SINGLE`].
    pub index: u32,
}

impl Slot {
    /// The index of a field that is no list item.
    pub const SINGLE: u32 = u32::MAX;

    /// The number within its list.
    pub const fn item(self) -> Option<u32> {
        if self.index == Self::SINGLE { None } else { Some(self.index) }
    }
}

impl From<FieldId> for Slot {
    #[inline(always)]
    fn from(field: FieldId) -> Self {
        Self { field, index: Self::SINGLE }
    }
}

impl FieldId {
    /// This field as item `index` of the list that encloses it.
    #[inline(always)]
    pub const fn at(self, index: usize) -> Slot {
        Slot { field: self, index: index as u32 }
    }
}

/// Whether an observer wants to see inside a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enter {
    /// Report what is inside.
    Into,
    /// The group alone is enough; reads inside may go unreported.
    Skip,
}

/// Observes the reads of a [`Cursor`](crate::cursor::Cursor). Offsets count from the start of
/// the event. Leaves come in ascending order without gaps; groups nest; a group that an error
/// leaves is still exited, at the offset reached.
pub trait Trace<'a> {
    /// False when nothing is observed: work that only serves observers is left out then.
    const OBSERVES: bool = true;

    /// A group begins.
    fn enter(&mut self, slot: Slot, start: u32) -> Enter;

    /// A group ends; `value` is what it stands for as a whole, where it does.
    fn exit(&mut self, end: u32, value: Value<'a>);

    /// Bytes `start..end` are this field and mean `value`.
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>);

    /// A name for the group just exited or the leaf just reported: the column's, the JSON
    /// member's, or what an item's code stands for.
    fn label(&mut self, name: &[u8]);

    /// A fault that does not end the event belongs to the innermost open group.
    fn fault(&mut self, error: DecodeError);
}

/// Observes nothing; costs nothing.
impl<'a> Trace<'a> for () {
    const OBSERVES: bool = false;

    #[inline(always)]
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Skip
    }
    #[inline(always)]
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    #[inline(always)]
    fn leaf(&mut self, _: Slot, _: u32, _: u32, _: Value<'a>) {}
    #[inline(always)]
    fn label(&mut self, _: &[u8]) {}
    #[inline(always)]
    fn fault(&mut self, _: DecodeError) {}
}

/// Reports to another observer what lies `by` bytes further on there; see [`Cursor::nested`](crate::Cursor::nested).
#[derive(Debug)]
pub struct Behind<'t, T> {
    pub(crate) trace: &'t mut T,
    pub(crate) by: u32,
    /// How far leaves have come.
    pub(crate) reached: u32,
}

impl<'a, T: Trace<'a>> Trace<'a> for &mut Behind<'_, T> {
    const OBSERVES: bool = T::OBSERVES;

    #[inline]
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        self.trace.enter(slot, start + self.by)
    }
    #[inline]
    fn exit(&mut self, end: u32, value: Value<'a>) {
        self.trace.exit(end + self.by, value);
    }
    #[inline]
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        self.reached = self.reached.max(end);
        self.trace.leaf(slot, start + self.by, end + self.by, value);
    }
    #[inline]
    fn label(&mut self, name: &[u8]) {
        self.trace.label(name);
    }
    #[inline]
    fn fault(&mut self, error: DecodeError) {
        self.trace.fault(error.behind(self.by));
    }
}

/// Keeps the first fault that does not end its event, looking into every value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct FirstFault(pub Option<DecodeError>);

impl<'a> Trace<'a> for FirstFault {
    #[inline(always)]
    fn enter(&mut self, _: Slot, _: u32) -> Enter {
        Enter::Into
    }
    #[inline(always)]
    fn exit(&mut self, _: u32, _: Value<'a>) {}
    #[inline(always)]
    fn leaf(&mut self, _: Slot, _: u32, _: u32, _: Value<'a>) {}
    #[inline(always)]
    fn label(&mut self, _: &[u8]) {}
    #[inline]
    fn fault(&mut self, error: DecodeError) {
        self.0.get_or_insert(error);
    }
}

impl<'a, T: Trace<'a> + ?Sized> Trace<'a> for &mut T {
    const OBSERVES: bool = true;

    #[inline]
    fn enter(&mut self, slot: Slot, start: u32) -> Enter {
        (**self).enter(slot, start)
    }
    #[inline]
    fn exit(&mut self, end: u32, value: Value<'a>) {
        (**self).exit(end, value);
    }
    #[inline]
    fn leaf(&mut self, slot: Slot, start: u32, end: u32, value: Value<'a>) {
        (**self).leaf(slot, start, end, value);
    }
    #[inline]
    fn label(&mut self, name: &[u8]) {
        (**self).label(name);
    }
    #[inline]
    fn fault(&mut self, error: DecodeError) {
        (**self).fault(error);
    }
}
