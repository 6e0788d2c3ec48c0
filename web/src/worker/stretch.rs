//! A stream of a file that several jobs, one behind the other, go on with. To begin one takes the browser as long as a
//! megabyte takes to come, and to read without one takes twice the processor time.

use std::ops::Range;

use js_sys::{Promise, Uint8Array};
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{Blob, ReadableStreamByobReader, ReadableStreamReadResult};

/// Bytes that are asked for at once.
const AT_ONCE: u32 = 1 << 20;

/// The stream, while one is open.
pub struct Stretch {
    file: Blob,
    reader: Option<ReadableStreamByobReader>,
    /// Where its next byte lies.
    at: u64,
    buffer: Option<Uint8Array>,
    /// A stream of this browser cannot fill a given buffer.
    refused: bool,
}

impl Stretch {
    /// Over a file. Nothing is read yet.
    pub fn of(file: Blob) -> Self {
        Self { file, reader: None, at: 0, buffer: None, refused: false }
    }

    /// Asks for the first bytes of a range.
    ///
    /// # Errors
    ///
    /// A stream of this browser cannot fill a given buffer.
    pub fn read(&mut self, wanted: &Range<u64>) -> Result<Promise, JsValue> {
        if self.at != wanted.start {
            self.close();
        }
        let reader = match self.reader.take() {
            Some(reader) => reader,
            None if self.refused => return Err(JsValue::UNDEFINED),
            None => {
                let rest = self.file.slice_with_f64_and_f64(wanted.start as f64, self.file.size())?;
                self.at = wanted.start;
                ReadableStreamByobReader::new(&rest.stream()).inspect_err(|_| self.refused = true)?
            }
        };
        let buffer = self.buffer.take().unwrap_or_else(|| Uint8Array::new_with_length(AT_ONCE));
        let left = u32::try_from(wanted.end - wanted.start).unwrap_or(AT_ONCE).min(AT_ONCE);
        let read = reader.read_with_array_buffer_view(&buffer.subarray(0, left));
        self.reader = Some(reader);
        Ok(read)
    }

    /// Asks for bytes that lie apart, as an `ArrayBuffer`.
    ///
    /// # Errors
    ///
    /// The browser refuses.
    pub fn piece(&self, wanted: &Range<u64>) -> Result<Promise, JsValue> {
        Ok(self.file.slice_with_f64_and_f64(wanted.start as f64, wanted.end as f64)?.array_buffer())
    }

    /// The bytes that came; nothing where none are left.
    pub fn take(&mut self, came: &JsValue) -> Option<Uint8Array> {
        let result: &ReadableStreamReadResult = came.unchecked_ref();
        let bytes = result.get_value().dyn_into::<Uint8Array>().ok().filter(|bytes| bytes.length() > 0)?;
        self.at += u64::from(bytes.length());
        Some(bytes)
    }

    /// The bytes were copied: their buffer is there to be filled again.
    pub fn take_back(&mut self, bytes: &Uint8Array) {
        self.buffer = Some(Uint8Array::new(&bytes.buffer()));
    }

    /// Lets the file go.
    pub fn close(&mut self) {
        if let Some(reader) = self.reader.take() {
            cancel(&reader);
        }
    }
}

/// Lets a stream's file go.
fn cancel(reader: &ReadableStreamByobReader) {
    let cancelled = reader.cancel();
    // It rejects when the stream has ended already.
    spawn_local(async move { drop(JsFuture::from(cancelled).await) });
}
