//! A page of the bridge's, without a screen.

use std::net::SocketAddr;

use binlogscope_bridge::control::{Attach, Attached, From, FromBridge, Refusal, Status, ToBridge};
use binlogscope_bridge::recording::{Change, Recording};
use binlogscope_bridge::wire::{Batch, BatchKind};
use futures_util::{SinkExt, StreamExt};
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

use crate::servers::PATIENCE;

/// A page, without a screen.
pub struct Page {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStreamOf>>,
    pub attached: Option<Attached>,
    pub recording: Recording,
    pub bytes: Vec<u8>,
    pub position: u64,
    pub status: Status,
    /// Everything that came, as it came.
    pub frames: Vec<Vec<u8>>,
    /// Flags of the records that came, and whether they are of a prelude.
    pub flags: Vec<(u8, bool)>,
    pub behind: Vec<u64>,
    pub acknowledges: bool,
}

type TcpStreamOf = tokio::net::TcpStream;

impl Page {
    pub async fn open(address: SocketAddr, upstream: &str, start: From) -> Self {
        let mut page = Self::at(address).await;
        let wanted = Attach { upstream: upstream.into(), start, resume: None };
        page.attach(wanted).await.unwrap_or_else(|why| panic!("{why:?}"));
        page
    }

    pub async fn at(address: SocketAddr) -> Self {
        let (socket, _) = connect_async(format!("ws://{address}/live/socket")).await.expect("a socket");
        Self {
            socket,
            attached: None,
            recording: Recording::new(),
            bytes: b"\xfebin".to_vec(),
            position: 0,
            status: Status::default(),
            frames: Vec::new(),
            flags: Vec::new(),
            behind: Vec::new(),
            acknowledges: true,
        }
    }

    pub async fn attach(&mut self, wanted: Attach) -> Result<(), Refusal> {
        self.say(&ToBridge::Attach(wanted)).await;
        loop {
            match self.hear().await.expect("an answer") {
                Some(FromBridge::Attached(attached)) => {
                    self.position = attached.position;
                    self.attached = Some(attached);
                    return Ok(());
                }
                Some(FromBridge::Refused { why }) => return Err(why),
                _ => {}
            }
        }
    }

    pub async fn say(&mut self, message: &ToBridge) {
        let text = serde_json::to_string(message).expect("JSON");
        self.socket.send(Message::Text(text.into())).await.expect("it is sent");
    }

    /// The next message: a text, or nothing where it was a batch, which is taken. `None` at the end.
    pub async fn hear(&mut self) -> Option<Option<FromBridge>> {
        let message = timeout(PATIENCE * 3, self.socket.next()).await.expect("in time")?.ok()?;
        match message {
            Message::Text(text) => {
                self.frames.push(text.as_bytes().to_vec());
                let message: FromBridge = serde_json::from_str(&text).expect("a message of the protocol");
                if let FromBridge::Status(status) = &message {
                    self.status = (**status).clone();
                }
                if let FromBridge::Behind { position } = &message {
                    self.behind.push(*position);
                    self.position = *position;
                    self.recording.interrupt();
                }
                Some(Some(message))
            }
            Message::Binary(bytes) => {
                self.frames.push(bytes.to_vec());
                self.take(&bytes);
                if self.acknowledges {
                    let position = self.position;
                    self.say(&ToBridge::Ack(position)).await;
                }
                Some(None)
            }
            Message::Close(_) => None,
            _ => Some(None),
        }
    }

    fn take(&mut self, message: &[u8]) {
        let batch = Batch::read(message).expect("a batch");
        assert_eq!(batch.position, self.position, "batches follow each other");
        self.position = batch.end();
        let mut length = 0;
        for (record, payload) in batch {
            length += binlogscope_bridge::wire::RECORD_HEADER + payload.len();
            self.flags.push((record.flags, batch.kind == BatchKind::Prelude));
            match self.recording.take(&record, payload) {
                Change::Nothing => {}
                Change::Append(bytes) => self.bytes.extend(bytes),
                Change::Cut(length) => self.bytes.truncate(length as usize),
            }
            assert_eq!(self.recording.length(), self.bytes.len() as u64);
        }
        assert_eq!(length, batch.records.len(), "records are whole");
    }

    /// Until this holds.
    pub async fn until(&mut self, what: &str, mut holds: impl FnMut(&Self) -> bool) {
        let wait = async {
            while !holds(self) {
                self.hear().await.unwrap_or_else(|| panic!("closed before {what}"));
            }
        };
        let state = timeout(PATIENCE * 3, wait).await.is_ok();
        assert!(state, "{what}: {:?}, {} bytes", self.status, self.bytes.len());
    }
}
