//! A page's WebSocket.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message, Utf8Bytes, WebSocket, WebSocketUpgrade, close_code};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use binlogscope_bridge::control::{FromBridge, Refusal, ToBridge, VERSION};
use binlogscope_bridge::wire::{BATCH_HEADER, BatchKind, batch_header};
use tokio::time::{Instant, sleep_until, timeout};

use super::spool::{Reader, Taken};
use super::{Bridge, Tab};

/// Most bytes of what a page says.
const MOST_SAID: usize = 16 << 10;
/// Bytes that are sent beyond what a page has said that it has.
const WINDOW: u64 = 8 << 20;
/// How long a page may take to say what it wants, and the network to take a message. A page that sleeps for longer
/// comes back and resumes.
const PATIENCE: Duration = Duration::from_secs(60);
/// Between two messages of how the stream is.
const STATUS_EVERY: Duration = Duration::from_millis(200);

/// The page is gone, or is not to be talked with any more.
struct Gone;

impl Bridge {
    /// Makes a WebSocket of a request, if there is room for one.
    pub(in crate::serve) async fn socket(self: &Arc<Self>, parts: &mut Parts) -> Response {
        let Ok(permit) = self.sockets.clone().try_acquire_owned() else { return Self::full() };
        let upgrade = match WebSocketUpgrade::from_request_parts(parts, &()).await {
            Ok(upgrade) => upgrade,
            Err(refused) => return refused.into_response(),
        };
        let bridge = self.clone();
        upgrade.max_message_size(MOST_SAID).max_frame_size(MOST_SAID).on_upgrade(async move |socket| {
            Session { bridge, socket }.run().await;
            drop(permit);
        })
    }
}

/// A socket that is open.
struct Session {
    bridge: Arc<Bridge>,
    socket: WebSocket,
}

/// What a page has, and wants.
struct Flow {
    /// Of the next record.
    position: u64,
    /// Everything before this was taken.
    acknowledged: u64,
    paused: bool,
    reader: Reader,
}

impl Session {
    async fn run(mut self) {
        let hello = FromBridge::Hello { version: VERSION, upstreams: self.bridge.named() };
        if self.say(&hello).await.is_err() {
            return;
        }
        let tab = match timeout(PATIENCE, self.attach()).await {
            Ok(Ok(tab)) => tab,
            Ok(Err(Some(why))) => {
                let _ = self.say(&FromBridge::Refused { why }).await;
                let _ = self.close(close_code::POLICY).await;
                return;
            }
            _ => return,
        };
        let said = self.stream(&tab).await;
        let stream = tab.stream.clone();
        drop(tab);
        self.bridge.left(stream, said.is_ok());
        let _ = self.close(close_code::NORMAL).await;
    }

    /// What the page wants first. Nothing, if it leaves.
    async fn attach(&mut self) -> Result<Tab, Option<Refusal>> {
        match self.hear().await.map_err(|Gone| None)? {
            Some(ToBridge::Attach(wanted)) => self.bridge.attach(wanted).await.map_err(Some),
            _ => Err(Some(Refusal::Protocol)),
        }
    }

    /// Until the page says that it is done.
    async fn stream(&mut self, tab: &Tab) -> Result<(), Gone> {
        self.say(&FromBridge::Attached(tab.attached.clone())).await?;
        if tab.attached.joined || !tab.prelude.is_empty() {
            self.send(BatchKind::Prelude, tab.attached.position, &tab.prelude).await?;
        }
        let position = tab.attached.position;
        let mut flow = Flow { position, acknowledged: position, paused: false, reader: Reader::default() };
        let mut status = tab.stream.status.clone();
        status.mark_changed();
        let (mut told, mut changed) = (Instant::now(), false);
        loop {
            let may_send = !flow.paused && flow.position.saturating_sub(flow.acknowledged) < WINDOW;
            let due = changed && told.elapsed() >= STATUS_EVERY;
            if due {
                let now = status.borrow_and_update().clone();
                self.say(&FromBridge::Status(Box::new(now))).await?;
                (told, changed) = (Instant::now(), false);
            }
            let more = may_send && tab.stream.spool.end() > flow.position;
            let said = tokio::select! {
                biased;
                said = self.hear() => Some(said?),
                () = std::future::ready(()), if more => None,
                moved = status.changed() => {
                    moved.map_err(|_| Gone)?;
                    changed = true;
                    continue;
                }
                () = sleep_until(told + STATUS_EVERY), if changed => continue,
            };
            match said {
                None => {
                    self.send_next(tab, &mut flow).await?;
                    // What is seen while there is always something to send.
                    changed |= status.has_changed().unwrap_or(false);
                }
                Some(said) => {
                    if self.obey(tab, &mut flow, said).await? {
                        return Ok(());
                    }
                }
            }
        }
    }

    /// Does what the page says; whether it is done.
    async fn obey(&mut self, tab: &Tab, flow: &mut Flow, said: Option<ToBridge>) -> Result<bool, Gone> {
        match said {
            Some(ToBridge::Ack(position)) => {
                flow.acknowledged = position.min(flow.position).max(flow.acknowledged);
                tab.stream.spool.taken(flow.acknowledged);
            }
            Some(ToBridge::Pause) => flow.paused = true,
            Some(ToBridge::Continue) => flow.paused = false,
            Some(ToBridge::Stop) => return Ok(true),
            Some(ToBridge::Attach(_)) | None => {
                self.say(&FromBridge::Refused { why: Refusal::Protocol }).await?;
                return Err(Gone);
            }
        }
        Ok(false)
    }

    /// Sends the next records.
    async fn send_next(&mut self, tab: &Tab, flow: &mut Flow) -> Result<(), Gone> {
        let taken = tab.stream.spool.read(&mut flow.reader, flow.position);
        match taken.map_err(|_| Gone)? {
            // There are records, but none begins where the page says that it is.
            Taken::Records(records) if records.is_empty() => {
                self.say(&FromBridge::Refused { why: Refusal::Protocol }).await?;
                return Err(Gone);
            }
            Taken::Records(records) => {
                self.send(BatchKind::Stream, flow.position, &records).await?;
                flow.position += records.len() as u64;
            }
            Taken::Behind(position, prelude) => {
                self.say(&FromBridge::Behind { position }).await?;
                self.send(BatchKind::Prelude, position, &prelude).await?;
                (flow.position, flow.acknowledged) = (position, position);
            }
        }
        Ok(())
    }

    async fn send(&mut self, kind: BatchKind, position: u64, records: &[u8]) -> Result<(), Gone> {
        let mut message = Vec::with_capacity(BATCH_HEADER + records.len());
        message.extend(batch_header(kind, position));
        message.extend_from_slice(records);
        self.put(Message::Binary(message.into())).await
    }

    async fn say(&mut self, message: &FromBridge) -> Result<(), Gone> {
        let text = serde_json::to_string(message).map_err(|_| Gone)?;
        self.put(Message::Text(text.into())).await
    }

    async fn put(&mut self, message: Message) -> Result<(), Gone> {
        match timeout(PATIENCE, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            _ => Err(Gone),
        }
    }

    /// What the page says next; nothing, if it is no message of the protocol.
    async fn hear(&mut self) -> Result<Option<ToBridge>, Gone> {
        loop {
            match self.socket.recv().await {
                Some(Ok(Message::Text(text))) => return Ok(serde_json::from_str(&text).ok()),
                Some(Ok(Message::Binary(_))) => return Ok(None),
                Some(Ok(Message::Ping(_) | Message::Pong(_))) => {}
                Some(Ok(Message::Close(_)) | Err(_)) | None => return Err(Gone),
            }
        }
    }

    async fn close(&mut self, code: u16) -> Result<(), Gone> {
        let frame = CloseFrame { code, reason: Utf8Bytes::from_static("") };
        let put = self.put(Message::Close(Some(frame))).await;
        // The other side's word for it, so that what was sent is not lost with the connection.
        let answered = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        let _ = timeout(Duration::from_secs(2), answered).await;
        put
    }
}
