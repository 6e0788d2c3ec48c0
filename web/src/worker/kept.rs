//! Indexes kept in the browser for the next time that their file is opened: in the Origin private file system, where
//! a worker writes piece by piece (IndexedDB would take the whole as one value). Of an encrypted file nothing is kept.
//! Where there is no such store (some private windows), nothing is kept and nothing said.

use std::cell::RefCell;
use std::rc::Rc;

use binlog_explorer::document::TakenUp;
use js_sys::Uint8Array;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    File, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemSyncAccessHandle, StorageManager,
};

use super::browser_file::BrowserFile;
use super::helper::part;
use super::session::Session;

/// The folder.
const FOLDER: &str = "indexes";

/// Bytes of all that is kept; the oldest goes first.
const MOST_BYTES: f64 = 64.0 * 1024.0 * 1024.0;

/// Files of fewer blocks are walked sooner than looked up.
pub const WORTH_KEEPING: usize = 16;

async fn folder() -> Result<FileSystemDirectoryHandle, JsValue> {
    let storage = part(&part(&js_sys::global(), "navigator"), "storage");
    // Missing where the page did not come over a secure connection.
    if part(&storage, "getDirectory").is_undefined() {
        return Err(JsValue::UNDEFINED);
    }
    let root = JsFuture::from(storage.unchecked_into::<StorageManager>().get_directory()).await?;
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let root: FileSystemDirectoryHandle = root.unchecked_into();
    Ok(JsFuture::from(root.get_directory_handle_with_options(FOLDER, &options)).await?.unchecked_into())
}

/// The kept files, the oldest first: name, bytes.
async fn list(folder: &FileSystemDirectoryHandle) -> Result<Vec<(String, f64)>, JsValue> {
    let (mut found, values) = (Vec::new(), folder.values());
    loop {
        let next = JsFuture::from(values.next()?).await?;
        if part(&next, "done").is_truthy() {
            break;
        }
        let handle: FileSystemFileHandle = part(&next, "value").unchecked_into();
        let file: File = JsFuture::from(handle.get_file()).await?.unchecked_into();
        found.push((file.last_modified(), file.name(), file.size()));
    }
    found.sort_by(|one, other| one.0.total_cmp(&other.0));
    Ok(found.into_iter().map(|(_, name, size)| (name, size)).collect())
}

/// How many bytes are kept.
pub async fn size() -> f64 {
    let Ok(folder) = folder().await else { return 0.0 };
    list(&folder).await.map_or(0.0, |files| files.iter().map(|(_, size)| size).sum())
}

/// Forgets everything that is kept.
pub async fn clear() {
    let Ok(folder) = folder().await else { return };
    for (name, _) in list(&folder).await.unwrap_or_default() {
        // What another window writes at this moment stays.
        let _ = JsFuture::from(folder.remove_entry(&name)).await;
    }
}

/// Answers from the index that is kept of the open file, if one is and it fits.
pub async fn take_up(session: &Rc<RefCell<Session>>, generation: u32) -> Option<TakenUp> {
    let fingerprint = session.borrow_mut().document_to_keep()?.summary().fingerprint;
    let found = async {
        let handle = JsFuture::from(folder().await?.get_file_handle(&fingerprint)).await?;
        let file: File =
            JsFuture::from(handle.unchecked_into::<FileSystemFileHandle>().get_file()).await?.unchecked_into();
        BrowserFile::new(file)
    };
    let found = found.await.ok()?;
    let mut session = session.borrow_mut();
    if session.generation() != generation {
        return None;
    }
    session.document_to_keep()?.take_up(&found).ok()
}

/// Keeps the index of the open file if it is that of all of it.
pub fn keep_complete(session: &Rc<RefCell<Session>>) {
    let complete = session.borrow().document.as_ref().is_some_and(|document| document.index().complete);
    if complete {
        keep(session);
    }
}

/// Keeps the index of the open file, and the statistics if they are there.
pub fn keep(session: &Rc<RefCell<Session>>) {
    let session = session.clone();
    spawn_local(async move {
        // A full disk, another window that writes the same: it is walked again the next time.
        let _ = write(&session).await;
    });
}

async fn write(session: &Rc<RefCell<Session>>) -> Result<(), JsValue> {
    let generation = session.borrow().generation();
    let name = match session.borrow_mut().document_to_keep() {
        Some(document) if document.index().blocks.len() >= WORTH_KEEPING => document.summary().fingerprint,
        _ => return Ok(()),
    };
    let folder = folder().await?;
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file = JsFuture::from(folder.get_file_handle_with_options(&name, &options)).await?;
    let file: FileSystemFileHandle = file.unchecked_into();
    let handle = JsFuture::from(file.create_sync_access_handle()).await?;
    let handle: FileSystemSyncAccessHandle = handle.unchecked_into();
    let written = write_to(&handle, session, generation);
    handle.close();
    if !matches!(written, Ok(true)) {
        JsFuture::from(folder.remove_entry(&name)).await?;
        return written.map(drop);
    }
    let files = list(&folder).await?;
    let mut bytes: f64 = files.iter().map(|(_, size)| size).sum();
    for (other, size) in files {
        if bytes <= MOST_BYTES {
            break;
        }
        if other != name {
            bytes -= size;
            JsFuture::from(folder.remove_entry(&other)).await?;
        }
    }
    Ok(())
}

/// Whether all was written.
fn write_to(
    handle: &FileSystemSyncAccessHandle, session: &Rc<RefCell<Session>>, generation: u32,
) -> Result<bool, JsValue> {
    let mut session = session.borrow_mut();
    if session.generation() != generation {
        return Ok(false);
    }
    let statistics = session.kept_statistics();
    let Some(document) = session.document_to_keep() else { return Ok(false) };
    handle.truncate_with_u32(0)?;
    let (mut bytes, mut failed) = (0.0, None);
    let kept = document.keep(&statistics, &mut |piece| {
        bytes += piece.len() as f64;
        if failed.is_none() && bytes <= MOST_BYTES {
            // A copy: what shares the wasm's memory may move.
            failed = match handle.write_with_js_u8_array(&Uint8Array::from(piece)) {
                Ok(written) if written == piece.len() as f64 => None,
                Ok(_) => Some(JsValue::UNDEFINED),
                Err(error) => Some(error),
            };
        }
    });
    handle.flush()?;
    match failed {
        Some(error) => Err(error),
        None => Ok(kept == Ok(true) && bytes <= MOST_BYTES),
    }
}
