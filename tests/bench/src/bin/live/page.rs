//! A page without a browser: takes batches and says that it has them.

use std::net::TcpStream;

use binlogscope_bridge::recording::{Change, Recording};
use binlogscope_bridge::wire::Batch;
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

pub struct Page {
    socket: WebSocket<TcpStream>,
}

impl Page {
    pub fn open(port: u16) -> Result<Self, String> {
        let stream = TcpStream::connect(("127.0.0.1", port)).map_err(|error| error.to_string())?;
        stream.set_nodelay(true).map_err(|error| error.to_string())?;
        let url = format!("ws://127.0.0.1:{port}/live/socket");
        let (socket, _) = tungstenite::client(url, stream).map_err(|error| error.to_string())?;
        Ok(Self { socket })
    }

    /// Asks for this log, from its beginning on.
    pub fn attach(&mut self, log: &str) -> Result<(), String> {
        let start = json!({ "position": { "file": log, "position": 4 } });
        self.say(&json!({ "attach": { "upstream": "bench", "start": start, "resume": null } }))
    }

    /// Takes events until it has the whole log, which they are compared with.
    pub fn take(&mut self, log: &[u8]) -> Result<(), String> {
        let mut recording = Recording::new();
        let mut at = usize::try_from(recording.length()).map_err(|error| error.to_string())?;
        while at < log.len() {
            match self.socket.read().map_err(|error| error.to_string())? {
                Message::Binary(bytes) => {
                    let batch = Batch::read(&bytes).ok_or("no batch")?;
                    let end = batch.end();
                    for (record, payload) in batch {
                        match recording.take(&record, payload) {
                            Change::Append(bytes) if at < log.len() => {
                                if log.get(at..at + bytes.len()) != Some(bytes) {
                                    return Err(format!("the log has something else at {at}"));
                                }
                                at += bytes.len();
                            }
                            Change::Append(_) | Change::Nothing => {}
                            Change::Cut(_) => return Err("events were taken back".into()),
                        }
                    }
                    self.say(&json!({ "ack": end }))?;
                }
                Message::Text(text) => Self::heed(&text)?,
                _ => {}
            }
        }
        Ok(())
    }

    /// Anything but progress is an error here.
    fn heed(text: &str) -> Result<(), String> {
        let message: Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        let bad = message.get("refused").or_else(|| message.get("behind"));
        let failed = message.pointer("/status/why").filter(|why| !why.is_null());
        bad.or(failed).map_or(Ok(()), |_| Err(format!("the bridge says {text}")))
    }

    fn say(&mut self, message: &Value) -> Result<(), String> {
        self.socket.send(Message::text(message.to_string())).map_err(|error| error.to_string())
    }
}
