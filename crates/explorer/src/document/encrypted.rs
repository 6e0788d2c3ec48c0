//! Documents over encrypted sources. Without a key the source itself is listed; with it the
//! source's clear bytes are, and the source stays there as space 0.

use std::rc::Rc;

use binlog_format::Format;
use binlog_format::container::ENCRYPTION_HEADER;
use binlog_format::encryption_header;
use binlog_format::framer::{Span, SpanKind, Start};
use binlog_format::plan::TablePlans;
use binlog_format::tree::FieldTree;

use super::{Document, Located};
use crate::encryption::{Encryption, Keys};
use crate::messages;
use crate::present::{self, BitmapItems, Shown};
use crate::row_map::RowMap;
use crate::scan::{EntryKind, Judge, Scanner};
use crate::source::{Source, read_range};
use crate::space::holder::Holder;
use crate::view::{Address, EncryptionView, EventView, ListRow, Message};

impl Document {
    /// Opens the encrypted bytes; the clear ones are to be scanned then. A document that needs no
    /// key says so, as one does whose key is missing or wrong; it stays as it was.
    pub fn unlock(&mut self, keys: &Keys) -> Result<(), Message> {
        let encryption = self.encryption.as_ref().ok_or_else(|| Message::new("key-not-needed"))?;
        let clear = encryption.open(self.source.clone(), keys)?;
        self.scanner = Scanner::new(Start::Decrypted);
        self.scanner.set_length(clear.length(), clear.is_complete());
        self.clear = Some(clear);
        self.rows = RowMap::new(self.rows.mode());
        (self.filtered, self.earlier, self.sorted) = (None, Vec::new(), None);
        self.forget();
        Ok(())
    }

    /// Whether [`unlock`](Self::unlock) would, without doing it.
    pub fn fits(&self, keys: &Keys) -> Result<(), Message> {
        let encryption = self.encryption.as_ref().ok_or_else(|| Message::new("key-not-needed"))?;
        encryption.open(self.source.clone(), keys).map(drop)
    }

    /// How the source is encrypted, if it is.
    pub fn encryption(&self) -> Option<&Encryption> {
        self.encryption.as_ref()
    }

    pub(super) fn encryption_view(&self) -> Option<EncryptionView> {
        let encryption = self.encryption.as_ref()?;
        Some(EncryptionView {
            mysql: matches!(encryption, Encryption::Mysql { .. }),
            key: encryption.key_id(),
            transform: self.clear.as_ref().map(|clear| clear.transform().into()),
            first: encryption.first(),
        })
    }

    /// Whether a space lies inside the clear bytes that nobody has a key for.
    pub(super) fn is_sealed(&self, space: &str) -> bool {
        let outermost = space.split('/').next().unwrap_or_default();
        self.clear.is_none() && self.encryption.as_ref().is_some_and(|encryption| encryption.space() == outermost)
    }

    /// The path of a space below the one that is listed: empty for that space itself, `None` for
    /// one that does not lie in it.
    pub(super) fn below_main<'s>(&self, space: &'s str) -> Option<&'s str> {
        match self.main_space() {
            own if own == space => Some(""),
            "0" => Some(space),
            own => space.strip_prefix(own)?.strip_prefix('/'),
        }
    }

    /// What precedes the listed space's rows: MySQL's header and the encrypted bytes.
    pub(super) fn preceding(&self) -> u64 {
        match (&self.encryption, &self.clear) {
            (Some(Encryption::Mysql { .. }), Some(_)) => 2,
            _ => 0,
        }
    }

    /// The start of a preceding row's bytes in the source.
    pub(super) fn preceding_start(&self, row: u64) -> Option<u64> {
        [0, ENCRYPTION_HEADER].get(usize::try_from(row).ok()?).copied().filter(|_| row < self.preceding())
    }

    pub(super) fn preceding_row(&self, row: u64) -> Option<ListRow> {
        let located = self.locate_sealed(self.preceding_start(row)?)?;
        Some(ListRow {
            row,
            level: 1,
            position: row + 1,
            siblings: 0,
            address: Address::source(located.entry.start),
            end: located.entry.end,
            expanded: None,
            content: self.content("0", &located, 0),
        })
    }

    /// The item of the source itself that covers an offset, once its clear bytes are listed.
    pub(super) fn locate_sealed(&self, offset: u64) -> Option<Located> {
        let clear = self.clear.as_ref()?;
        let length = self.source.length();
        if offset >= length {
            return None;
        }
        let (kind, start, end) = match (&self.encryption, clear.sealed_at(offset)) {
            (Some(Encryption::Mysql { .. }), _) if offset < ENCRYPTION_HEADER => {
                (SpanKind::EncryptionHeader, 0, ENCRYPTION_HEADER.min(length))
            }
            (Some(Encryption::Mysql { .. }), _) => (SpanKind::Cipher, ENCRYPTION_HEADER, length),
            (_, Some((start, end))) => (SpanKind::Cipher, start, end),
            // Clear in the source already.
            (_, None) => return self.locate_entry(self.entry_at(offset)?).ok(),
        };
        let bytes = match kind {
            SpanKind::EncryptionHeader => read_range(&*self.source, start, end).unwrap_or_default(),
            _ => Vec::new(),
        };
        let entry = Judge::default().span(Span { kind, start, end, error: None });
        let plans = Rc::new(TablePlans::new());
        Some(Located { entry, bytes, format: Format::assumed(), plans, number: 0 })
    }

    /// The fields of the header of an encrypted log.
    pub(super) fn header_fields(&self, located: &Located, view: &mut EventView) {
        if !matches!(located.entry.what, EntryKind::Span(span) if span.kind == SpanKind::EncryptionHeader) {
            return;
        }
        let mut tree = FieldTree::new();
        let (_, result) = encryption_header::decode(&located.bytes, &mut tree);
        let items = BitmapItems::default();
        let (holder, bytes) = (Holder::alone("0", located.entry.start), located.bytes.as_slice());
        view.nodes = present::nodes(&tree, &Shown { holder, bytes, opens: None, plan: None, items });
        view.error = result.err().map(|error| messages::of_error(&error, located.entry.start));
    }
}
