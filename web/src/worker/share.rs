//! Bundles: made of a part of the open file, and opened.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::bundle::{Bundle, FILE_MAGIC, Note};
use binlog_explorer::choice::MOST_BYTES;
use binlog_explorer::document::{Document, Neighbour};
use binlog_explorer::view::{Address, EventView, FieldNode, Message};

use super::post;
use super::session::{Reply, Session};
use super::turn::Turns;
use crate::protocol::{Answer, Came, Event, Preview, Response, ShareRequest, Shared};
use crate::selection::join_path;

/// Bytes of a bundle beyond which no link is made of it: 32,000 characters hold fewer.
const MOST_IN_LINK: usize = 24_000;

/// Fields of the preview.
const MOST_PREVIEW: usize = 12;

/// Events that are looked at for one that masking changes.
const MOST_LOOKED_AT: usize = 24;

/// Whether a file begins as bundles do. Here, and not there: what reads bundles comes later.
pub fn is_bundle(head: &[u8]) -> bool {
    head.starts_with(&FILE_MAGIC)
}

/// Makes a bundle, in turns with the worker's other tasks; who asks for another one no longer wants this one.
pub async fn make(session: Rc<RefCell<Session>>, id: u32, generation: u32, wanted: ShareRequest) {
    let attempt = session.borrow_mut().next_share();
    let is_wanted = || session.borrow().generation() == generation && session.borrow().is_share(attempt);
    let respond = |reply: Reply| match reply {
        Ok((answer, bytes)) => post::respond_with(id, generation, &Response::Answer(answer), bytes.as_deref()),
        Err(message) => post::respond(id, generation, &Response::Failed(message)),
    };
    let mut choosing = match with_document(&session, |document| document.choosing(&wanted.choice, MOST_BYTES)) {
        Ok(choosing) => choosing,
        Err(message) => return respond(Err(message)),
    };
    let mut turns = Turns::new();
    loop {
        match with_document(&session, |document| choosing.step(document)) {
            Ok(true) => turns.next().await,
            Ok(false) => break,
            Err(message) => return respond(Err(message)),
        }
        if !is_wanted() {
            return post::respond(id, generation, &Response::Stale);
        }
    }
    respond(with_document(&session, |document| {
        let chosen = choosing.finish(document);
        made(document, Bundle::of(document, &chosen)?, chosen.items, &wanted)
    }));
}

fn with_document<T>(
    session: &Rc<RefCell<Session>>, then: impl FnOnce(&Document) -> Result<T, Message>,
) -> Result<T, Message> {
    let session = session.borrow();
    then(session.document.as_ref().ok_or_else(|| Message::new("failed-no-file"))?)
}

/// The bundle with all that goes along, masked.
fn made(document: &Document, mut bundle: Bundle, items: u64, wanted: &ShareRequest) -> Reply {
    let masked = bundle.mask(&wanted.rules)?;
    bundle.view = wanted.view.clone();
    bundle.notes = wanted.notes.iter().map(|(place, text)| Note { place: place.clone(), text: text.clone() }).collect();
    let bytes = bundle.to_bytes();
    let fragment = (bytes.len() <= MOST_IN_LINK).then(|| bundle.to_fragment());
    let length = fragment.as_ref().map_or(bytes.len() as u64 * 4 / 3, |fragment| fragment.len() as u64);
    let shared = Shared {
        fragment,
        length,
        items,
        bytes: bundle.bytes(),
        masked,
        cut: bundle.cut,
        decrypted: bundle.is_clear(),
        preview: if masked > 0 { preview(document, bundle, wanted.at.as_ref()) } else { Vec::new() },
    };
    Ok((Answer::Shared(Box::new(shared)), Some(bytes)))
}

/// Fields that masking changed, of the event that is seen or of one behind it.
fn preview(document: &Document, bundle: Bundle, at: Option<&Address>) -> Vec<Preview> {
    let Ok(mut masked) = Document::open_bundle(bundle) else { return Vec::new() };
    if masked.scan_all().is_err() {
        return Vec::new();
    }
    let first = at.cloned().or_else(|| masked.neighbour(&Address::source(0), Neighbour::First));
    let mut at = first;
    for _ in 0..MOST_LOOKED_AT {
        let Some(address) = at else { break };
        let changed = match (document.event(&address), masked.event(&address)) {
            (Ok(before), Ok(after)) => changed(&before, &after),
            _ => Vec::new(),
        };
        if !changed.is_empty() {
            return changed;
        }
        at = masked.neighbour(&address, Neighbour::Next);
    }
    Vec::new()
}

/// Leaves whose text differs. Both trees are the same but for that: masking keeps types and lengths.
fn changed(before: &EventView, after: &EventView) -> Vec<Preview> {
    // No member of a SET has no text.
    let text = |node: &FieldNode| {
        let text = node.text.clone().filter(|text| !text.is_empty());
        text.or_else(|| node.raw.clone()).unwrap_or_default()
    };
    let mut path: Vec<&str> = Vec::new();
    let mut found = Vec::new();
    for (one, other) in before.nodes.iter().zip(&after.nodes) {
        path.truncate(usize::from(one.depth));
        path.push(one.label.as_deref().unwrap_or(&one.name));
        let (before, after) = (text(one), text(other));
        // A column's own line says it already.
        let inside = found.last().is_some_and(|last: &Preview| last.before == before && last.after == after);
        if one.name == other.name && before != after && one.id != "event.checksum" && !inside {
            let path = path.iter().fold(String::new(), |above, name| join_path(&above, name));
            found.push(Preview { path, before, after });
        }
        if found.len() >= MOST_PREVIEW {
            break;
        }
    }
    found
}

/// Opens a bundle, and tells the page what came along with it.
pub fn open(generation: u32, bundle: Bundle) -> Result<Document, Message> {
    let came = Came {
        view: bundle.view.clone(),
        notes: bundle.notes.iter().map(|note| (note.place.clone(), note.text.clone())).collect(),
        masked: bundle.masked.is_some(),
        part: bundle.bytes() < bundle.size,
        restored: !bundle.restored.is_empty(),
    };
    let document = Document::open_bundle(bundle)?;
    post::respond(0, generation, &Response::Event(Event::Came(Box::new(came))));
    Ok(document)
}

/// A bundle in a file.
#[inline(never)]
pub fn open_file(generation: u32, bytes: &[u8]) -> Result<Document, Message> {
    open(generation, Bundle::from_bytes(bytes)?)
}

/// A bundle in a link.
#[inline(never)]
pub fn open_fragment(generation: u32, text: &str) -> Result<Document, Message> {
    open(generation, Bundle::from_fragment(text)?)
}
