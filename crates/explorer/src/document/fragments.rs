//! Rows events put together from fragments: which items belong to one.

use binlog_format::DecodeError;
use binlog_format::event::{Body, decode_unobserved};
use binlog_format::events::PartialRowData;
use binlog_format::names::code;

use super::{Document, Located};
use crate::space::gathered::Fragments;
use crate::space::{self, Space};
use crate::view::{Address, Message};

impl Located {
    /// What it says as a fragment, if it is one.
    pub(super) fn fragment(&self) -> Option<PartialRowData<'_>> {
        if self.entry.kind() != Some(code::PARTIAL_ROW_DATA) {
            return None;
        }
        match decode_unobserved(&self.bytes, &self.context()).ok()?.body {
            Ok(Body::PartialRowData(fragment)) => Some(fragment),
            _ => None,
        }
    }

    fn fragments(&self) -> Option<Fragments> {
        Fragments::begin(self.entry.start, self.entry.end, &self.bytes, &self.context())
    }
}

impl Document {
    /// An item of a space by number.
    fn item(&self, space: &str, number: u64) -> Result<Located, Message> {
        if space == self.main_space() {
            return self.locate_entry(number);
        }
        let missing = || Message::new("failed-no-event").text("address", format!("{space}/#{number}"));
        let at = usize::try_from(number).map_err(|_| missing())?;
        let offset = self.space(space)?.entries.get(at).ok_or_else(missing)?.start;
        self.locate(&Address { space: space.into(), offset })
    }

    /// What the group that begins with this fragment is put together to.
    pub(super) fn gathered_rows(&self, holder: &Address, located: &Located) -> Option<Space> {
        let mut group = located.fragments()?;
        let mut number = located.number;
        while !group.is_complete() {
            number += 1;
            let Some(next) = self.item(&holder.space, number).ok().and_then(|item| item.fragments()) else { break };
            if group.take(next).is_some() {
                break;
            }
        }
        group.into_space(&holder.space)
    }

    /// The name of the space that a fragment is put together to with others.
    pub(super) fn gathers(&self, address: &Address, located: &Located) -> Option<String> {
        let before = u64::from(located.fragment()?.fragment_number.checked_sub(1)?);
        let first = self.item(&address.space, located.number.checked_sub(before)?).ok()?;
        let name = space::name(&address.space, first.entry.start);
        let space = self.space(&name).ok().filter(|space| space.borrows_maps)?;
        let own = |(start, end): &(u64, u64)| located.entry.start <= *start && *end <= located.entry.end;
        // A group that is too large is not held.
        (space.ranges.is_empty() || space.ranges.iter().any(own)).then_some(name)
    }

    /// What is wrong with the place of a fragment: it goes on with nothing.
    pub(crate) fn misplaced(&self, address: &Address, located: &Located) -> Option<DecodeError> {
        let own = located.fragments()?;
        let fault = own.out_of_order()?;
        let before = located.number.checked_sub(1).and_then(|number| self.item(&address.space, number).ok());
        let goes_on = before.and_then(|item| item.fragments()).is_some_and(|mut before| before.take(own).is_none());
        (!goes_on).then_some(fault)
    }
}
