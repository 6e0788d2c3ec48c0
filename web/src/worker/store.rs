//! Bytes that came from elsewhere and are read again at any offset: in a file of the browser's own for
//! this site (the origin private file system), or in memory where that is missing.

use std::cell::{Cell, RefCell};

use binlog_explorer::source::{ReadError, Source};
use js_sys::{Array, AsyncIterator, IteratorNext, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, DedicatedWorkerGlobalScope, File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle, Url,
};

use super::browser_file::words;

/// What our files are called, before a number.
const PREFIX: &str = "binlogscope-unpacked-";

/// Most bytes that are kept in memory: a browser's worker has 4 GiB at most, and the index needs some.
const MOST_IN_MEMORY: u64 = 512 << 20;

/// Bytes to a piece in memory.
const PIECE: usize = 1 << 20;

enum Place {
    File {
        handle: FileSystemSyncAccessHandle,
        file: FileSystemFileHandle,
        folder: FileSystemDirectoryHandle,
        name: String,
    },
    Memory(RefCell<Vec<Vec<u8>>>),
}

/// Grows at its end until it is closed. Its file is deleted with it.
pub struct Store {
    place: Place,
    length: Cell<u64>,
    closed: Cell<bool>,
}

async fn folder() -> Result<FileSystemDirectoryHandle, JsValue> {
    let scope: DedicatedWorkerGlobalScope = js_sys::global().unchecked_into();
    // Old browsers, and pages that are not served safely, have no such storage.
    let storage = js_sys::Reflect::get(&scope.navigator(), &"storage".into())?;
    has(&storage, "getDirectory")?;
    JsFuture::from(storage.unchecked_into::<web_sys::StorageManager>().get_directory()).await?.dyn_into()
}

/// Whether an object of the browser's has a method.
fn has(object: &JsValue, method: &str) -> Result<(), JsValue> {
    let found = object.is_object() && js_sys::Reflect::get(object, &method.into())?.is_function();
    if found { Ok(()) } else { Err(method.into()) }
}

/// Deletes what earlier visits left. A file that another tab has open cannot be deleted, and stays.
pub async fn clean() {
    let _ = try_clean().await;
}

async fn try_clean() -> Result<(), JsValue> {
    let folder = folder().await?;
    let names: AsyncIterator = folder.keys().unchecked_into();
    loop {
        let next: IteratorNext = JsFuture::from(names.next_iterator()?).await?.unchecked_into();
        if next.done() {
            return Ok(());
        }
        if let Some(name) = next.value().as_string().filter(|name| name.starts_with(PREFIX)) {
            let _ = JsFuture::from(folder.remove_entry(&name)).await;
        }
    }
}

async fn file() -> Result<Place, JsValue> {
    let folder = folder().await?;
    let name = format!("{PREFIX}{:.0}", js_sys::Math::random() * 1e15);
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file: FileSystemFileHandle =
        JsFuture::from(folder.get_file_handle_with_options(&name, &options)).await?.dyn_into()?;
    let handle = match has(&file, "createSyncAccessHandle") {
        Ok(()) => JsFuture::from(file.create_sync_access_handle()).await,
        missing => missing.map(|()| JsValue::NULL),
    };
    match handle {
        Ok(handle) => Ok(Place::File { handle: handle.dyn_into()?, file, folder, name }),
        Err(error) => {
            let _ = JsFuture::from(folder.remove_entry(&name)).await;
            Err(error)
        }
    }
}

impl Store {
    /// Empty and open.
    pub async fn create() -> Self {
        let place = file().await.unwrap_or_else(|_| Place::Memory(RefCell::default()));
        Self { place, length: Cell::new(0), closed: Cell::new(false) }
    }

    /// Adds bytes at the end.
    ///
    /// # Errors
    /// In the browser's words, when there is no room.
    pub fn append(&self, bytes: &[u8]) -> Result<(), String> {
        match &self.place {
            Place::File { handle, .. } => {
                let mut written = 0;
                while let Some(rest) = bytes.get(written..).filter(|rest| !rest.is_empty()) {
                    let options = at(self.length.get() + written as u64);
                    let count =
                        handle.write_with_u8_array_and_options(rest, &options).map_err(|error| words(&error))?;
                    if count < 1.0 {
                        return Err(format!("0 / {}", rest.len()));
                    }
                    written += count as usize;
                }
            }
            Place::Memory(pieces) => {
                if self.length.get() + bytes.len() as u64 > MOST_IN_MEMORY {
                    return Err(format!("> {} MiB", MOST_IN_MEMORY >> 20));
                }
                append(&mut pieces.borrow_mut(), bytes);
            }
        }
        self.length.set(self.length.get() + bytes.len() as u64);
        Ok(())
    }

    /// The same bytes as a file that other workers may read, once nothing follows: one that is written to while it is
    /// read fails there. Nothing where they are in memory.
    pub async fn file(&self) -> Option<File> {
        let Place::File { handle, file, .. } = &self.place else { return None };
        handle.flush().ok()?;
        JsFuture::from(file.get_file()).await.ok()?.dyn_into().ok()
    }

    /// What follows this offset never came.
    pub fn truncate(&self, length: u64) {
        if length >= self.length.get() {
            return;
        }
        // What is behind the length is not read, whatever becomes of it.
        self.length.set(length);
        match &self.place {
            Place::File { handle, .. } => drop(handle.truncate_with_f64(length as f64)),
            Place::Memory(pieces) => {
                let (piece, within) = (length as usize / PIECE, length as usize % PIECE);
                let mut pieces = pieces.borrow_mut();
                pieces.truncate(piece + 1);
                if let Some(last) = pieces.get_mut(piece) {
                    last.truncate(within);
                }
            }
        }
    }

    /// Where the page finds the bytes as they are now, to be saved.
    pub async fn url(&self) -> Result<String, JsValue> {
        let blob: Blob = match (&self.place, self.file().await) {
            (Place::Memory(pieces), _) => {
                let pieces = pieces.borrow().iter().map(|piece| Uint8Array::from(piece.as_slice())).collect::<Array>();
                Blob::new_with_u8_array_sequence(&pieces)?
            }
            (_, file) => file.ok_or(JsValue::UNDEFINED)?.into(),
        };
        Url::create_object_url_with_blob(&blob)
    }

    /// Nothing will follow.
    pub fn close(&self) {
        self.closed.set(true);
    }
}

fn append(pieces: &mut Vec<Vec<u8>>, mut bytes: &[u8]) {
    while !bytes.is_empty() {
        if pieces.last().is_none_or(|piece| piece.len() == PIECE) {
            pieces.push(Vec::with_capacity(PIECE));
        }
        let Some(piece) = pieces.last_mut() else { return };
        let (now, rest) = bytes.split_at(bytes.len().min(PIECE - piece.len()));
        piece.extend_from_slice(now);
        bytes = rest;
    }
}

fn at(offset: u64) -> FileSystemReadWriteOptions {
    let options = FileSystemReadWriteOptions::new();
    options.set_at(offset as f64);
    options
}

impl Source for Store {
    fn length(&self) -> u64 {
        self.length.get()
    }

    fn is_complete(&self) -> bool {
        self.closed.get()
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let left = usize::try_from(self.length.get().saturating_sub(offset)).unwrap_or(usize::MAX).min(buffer.len());
        let Some(target) = buffer.get_mut(..left).filter(|target| !target.is_empty()) else { return Ok(0) };
        match &self.place {
            Place::File { handle, .. } => {
                let read = handle.read_with_u8_array_and_options(target, &at(offset));
                read.map(|read| read as usize).map_err(|error| ReadError::Io(words(&error)))
            }
            Place::Memory(pieces) => {
                let pieces = pieces.borrow();
                let (piece, within) = (offset as usize / PIECE, offset as usize % PIECE);
                let bytes = pieces.get(piece).and_then(|piece| piece.get(within..)).unwrap_or_default();
                let count = bytes.len().min(target.len());
                if let (Some(to), Some(from)) = (target.get_mut(..count), bytes.get(..count)) {
                    to.copy_from_slice(from);
                }
                Ok(count)
            }
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        if let Place::File { handle, folder, name, .. } = &self.place {
            handle.close();
            let removed = folder.remove_entry(name);
            // What stays is deleted at the next visit.
            spawn_local(async move { drop(JsFuture::from(removed).await) });
        }
    }
}
