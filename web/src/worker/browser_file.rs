//! A dropped `File` as a source. Workers may read synchronously, so the explorer runs here as
//! it does natively.

use binlog_explorer::source::{ReadError, Source};
use js_sys::Uint8Array;
use wasm_bindgen::JsValue;
use web_sys::{File, FileReaderSync};

/// A file of the user's.
pub struct BrowserFile {
    file: File,
    reader: FileReaderSync,
}

/// What the browser said.
pub fn words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &"message".into()).ok().and_then(|message| message.as_string());
    message.unwrap_or_else(|| format!("{error:?}"))
}

impl BrowserFile {
    /// Over this file.
    pub fn new(file: File) -> Result<Self, JsValue> {
        Ok(Self { file, reader: FileReaderSync::new()? })
    }
}

impl Source for BrowserFile {
    fn length(&self) -> u64 {
        self.file.size() as u64
    }

    fn read(&self, offset: u64, buffer: &mut [u8]) -> Result<usize, ReadError> {
        let end = (offset + buffer.len() as u64).min(self.length());
        if offset >= end {
            return Ok(0);
        }
        let failed = |error: JsValue| ReadError::Io(words(&error));
        let slice = self.file.slice_with_f64_and_f64(offset as f64, end as f64).map_err(failed)?;
        let bytes = Uint8Array::new(self.reader.read_as_array_buffer(&slice).map_err(failed)?.as_ref());
        // Browsers cut long reads without an error.
        let read = bytes.length() as usize;
        match buffer.get_mut(..read) {
            Some(target) if read > 0 => {
                bytes.copy_to(target);
                Ok(read)
            }
            _ => Err(ReadError::Io(format!("{read} bytes came for {}", end - offset))),
        }
    }
}
