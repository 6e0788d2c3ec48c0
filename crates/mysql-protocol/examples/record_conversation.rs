//! Stands between one client and a server, and writes down what both say: how the recordings of
//! tests/fixtures/conversations were made.
//!
//! `record_conversation LISTEN SERVER FILE`: a record is `C` or `S`, a length (u32, little-endian), and the bytes of
//! one read. Both sides must speak without TLS.

use std::fs::File;
use std::io::{self, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::sync::Mutex;
use std::thread;

fn main() -> io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [listen, server, file] = arguments.as_slice() else {
        return Err(io::Error::new(io::ErrorKind::InvalidInput, "usage: record_conversation LISTEN SERVER FILE"));
    };
    let listener = TcpListener::bind(listen)?;
    let (client, _) = listener.accept()?;
    let server = TcpStream::connect(server)?;
    let file = Mutex::new(File::create(file)?);
    thread::scope(|scope| {
        let up = scope.spawn(|| relay(b'C', &client, &server, &file));
        let down = relay(b'S', &server, &client, &file);
        let up = up.join().unwrap_or(Ok(()));
        down.and(up)
    })
}

/// Passes on what `from` says, after it is written down.
fn relay(who: u8, mut from: &TcpStream, mut to: &TcpStream, file: &Mutex<File>) -> io::Result<()> {
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = from.read(&mut buffer).unwrap_or(0);
        let Some(said) = buffer.get(..read).filter(|said| !said.is_empty()) else {
            let _ = to.shutdown(Shutdown::Both);
            let _ = from.shutdown(Shutdown::Both);
            return Ok(());
        };
        let mut record = vec![who];
        record.extend((said.len() as u32).to_le_bytes());
        record.extend(said);
        if let Ok(mut file) = file.lock() {
            file.write_all(&record)?;
        }
        if to.write_all(said).is_err() {
            let _ = from.shutdown(Shutdown::Both);
            return Ok(());
        }
    }
}
