//! What of a transaction goes into a cut: planned while its events come by, in ranges of the source.

use std::collections::BTreeMap;

use crate::dump::Walked;

/// A stretch of whole events.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// First byte.
    pub start: u64,
    /// One past the last.
    pub end: u64,
    /// Its events have checksums.
    pub checksum: bool,
}

impl Piece {
    /// An event.
    pub fn of(event: &Walked<'_>) -> Self {
        Self { start: event.start, end: event.end, checksum: event.context.checksum }
    }
}

/// What is known of a transaction, or of an event that belongs to none.
#[derive(Debug, Default)]
pub struct Unit {
    /// It is one.
    pub transaction: bool,
    /// Events whose checksums are wrong.
    pub damaged: Vec<u64>,
    /// Events whose inside their source carries: how long they are there, and they with it stored again.
    pub restored: BTreeMap<u64, (u64, Vec<u8>)>,
    /// What goes into the cut; not in order yet.
    pieces: Vec<Piece>,
    /// Something of it was chosen.
    chosen: bool,
    /// What begins it.
    beginning: Vec<Piece>,
    /// MySQL's GTID, which tells the transaction's length.
    gtid: Option<u64>,
    /// What the statement at hand needs: its text, maps, ids and variables.
    statement: Vec<Piece>,
    /// A map was chosen: it means nothing without its rows.
    whole: bool,
    /// A rows event that was taken and does not end its statement.
    open_rows: Option<u64>,
    /// Rows events that are to end their statements.
    ending: Vec<u64>,
    /// The fragments of one rows event, and whether they were taken.
    fragments: (Vec<Piece>, bool),
    /// The blocks of files being loaded.
    blocks: BTreeMap<u32, Vec<Piece>>,
    /// The words that an XA transaction needs before its end.
    xa_end: Option<Piece>,
}

/// What goes into the cut.
#[derive(Debug, Default)]
pub struct Planned {
    /// In order, without overlap.
    pub pieces: Vec<Piece>,
    /// Where MySQL's GTID begins, whose transaction's length is to be right.
    pub gtid: Option<u64>,
    /// Rows events that are to end their statements; ascending.
    pub ending: Vec<u64>,
    /// Events whose checksums are wrong; ascending.
    pub damaged: Vec<u64>,
    /// Events that are written otherwise than they stand there, by their beginning: how long they are there, and what is
    /// written.
    pub restored: BTreeMap<u64, (u64, Vec<u8>)>,
}

impl Planned {
    /// These, as they are.
    pub fn of(pieces: &[Piece]) -> Self {
        Self { pieces: pieces.to_vec(), ..Self::default() }
    }

    /// Bytes in all.
    pub fn bytes(&self) -> u64 {
        let there: u64 = self.pieces.iter().map(|piece| piece.end - piece.start).sum();
        self.restored.values().fold(there, |all, (before, written)| all - before + written.len() as u64)
    }

    /// Whether a statement ends before it did.
    pub fn ends_early(&self) -> bool {
        !self.ending.is_empty()
    }
}

/// Adds a piece; one that goes on where the last one ends makes that longer.
fn push(pieces: &mut Vec<Piece>, piece: Piece) {
    match pieces.last_mut() {
        Some(last) if last.end == piece.start && last.checksum == piece.checksum => last.end = piece.end,
        _ => pieces.push(piece),
    }
}

impl Unit {
    /// Takes an event, and what begins its transaction.
    fn take(&mut self, piece: Piece) {
        if !std::mem::replace(&mut self.chosen, true) {
            for piece in std::mem::take(&mut self.beginning) {
                push(&mut self.pieces, piece);
            }
        }
        push(&mut self.pieces, piece);
    }

    /// The same with what its statement needs.
    fn take_with_statement(&mut self, piece: Piece) {
        for piece in std::mem::take(&mut self.statement) {
            self.take(piece);
        }
        self.take(piece);
    }

    /// What begins it: a GTID, BEGIN.
    pub fn begin(&mut self, piece: Piece, chosen: bool, gtid: bool) {
        self.gtid = self.gtid.or(gtid.then_some(piece.start));
        if chosen || self.chosen { self.take(piece) } else { self.beginning.push(piece) }
    }

    /// A statement, or what ends the transaction; what was taken of a transaction is not left open.
    pub fn statement(&mut self, piece: Piece, chosen: bool, ends: bool, xa_end: bool) {
        self.end_rows();
        if chosen || ends && self.chosen {
            if let Some(words) = self.xa_end.take().filter(|_| ends) {
                self.take(words);
            }
            self.take_with_statement(piece);
        } else if xa_end {
            self.xa_end = Some(piece);
        }
        self.statement.clear();
    }

    /// The text of a statement whose rows follow.
    pub fn begin_rows(&mut self, piece: Piece, chosen: bool) {
        self.end_rows();
        self.statement.clear();
        self.before_statement(piece, chosen);
    }

    /// What the next statement needs.
    pub fn before_statement(&mut self, piece: Piece, chosen: bool) {
        if chosen { self.take(piece) } else { push(&mut self.statement, piece) }
    }

    /// A table map. Chosen, it takes its statement's rows along.
    pub fn map(&mut self, piece: Piece, chosen: bool) {
        self.whole |= chosen;
        if self.whole { self.take_with_statement(piece) } else { push(&mut self.statement, piece) }
    }

    /// Rows.
    pub fn rows(&mut self, piece: Piece, chosen: bool, ends_statement: bool) {
        if chosen || self.whole {
            self.take_with_statement(piece);
            self.open_rows = (!ends_statement).then_some(piece.start);
        } else if ends_statement {
            self.end_rows();
        }
    }

    /// The last rows event that was taken of a statement is its end.
    fn end_rows(&mut self) {
        self.ending.extend(self.open_rows.take());
    }

    /// A fragment of a rows event; none is worth anything without the others.
    pub fn fragment(&mut self, piece: Piece, chosen: bool, first: bool) {
        if first {
            self.fragments = (Vec::new(), false);
        }
        let (pieces, taken) = &mut self.fragments;
        pieces.push(piece);
        if chosen || *taken || self.whole {
            self.take_fragments();
        }
    }

    /// The fragments that came by, and those that follow.
    pub fn take_fragments(&mut self) {
        self.fragments.1 = true;
        for piece in std::mem::take(&mut self.fragments.0) {
            self.take_with_statement(piece);
        }
    }

    /// A block of a file that is loaded.
    pub fn block(&mut self, file: Option<u32>, piece: Piece, chosen: bool) {
        match file {
            Some(file) if !chosen => push(self.blocks.entry(file).or_default(), piece),
            _ if chosen => self.take(piece),
            _ => {}
        }
    }

    /// What is done with a file.
    pub fn load(&mut self, file: Option<u32>, piece: Piece, chosen: bool) {
        self.end_rows();
        let blocks = file.and_then(|file| self.blocks.remove(&file));
        if chosen {
            blocks.into_iter().flatten().for_each(|piece| self.take(piece));
            self.take_with_statement(piece);
        }
        self.statement.clear();
    }

    /// The statement's maps are live no more.
    pub fn forget_maps(&mut self) {
        self.statement.clear();
        self.whole = false;
    }

    /// What goes into the cut of it.
    pub fn planned(mut self) -> Planned {
        self.end_rows();
        self.pieces.sort_unstable_by_key(|piece| piece.start);
        let mut pieces = Vec::with_capacity(self.pieces.len());
        for piece in self.pieces {
            push(&mut pieces, piece);
        }
        let within = |at: &u64| pieces.iter().any(|piece| (piece.start..piece.end).contains(at));
        self.damaged.retain(within);
        let gtid = self.gtid.filter(within);
        self.restored.retain(|at, _| within(at));
        Planned { pieces, gtid, ending: self.ending, damaged: self.damaged, restored: self.restored }
    }
}
