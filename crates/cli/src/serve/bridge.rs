//! The bridge: a replica of each upstream that pages look at, and what comes of it, over WebSockets
//! (`docs/bridge-protocol.md`).

mod socket;
mod spool;
mod stream;
mod upstreams;

use std::collections::HashMap;
use std::fmt;
use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::body::Body;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use binlog_replica::Start;
use binlogscope_bridge::control::{Attach, Attached, From, Refusal, State, Status};
use binlogscope_bridge::control::{Upstream as Named, VERSION};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, watch};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use self::spool::Spool;
use self::stream::{Beginnings, Running};
use super::answer::sentence;

pub use self::upstreams::{LiveOptions, SPOOL_LIMIT, Upstream, upstreams};

/// Most sockets at a time.
pub(super) const MOST_SOCKETS: usize = 64;
/// How long a stream goes on when the last page has left without a word.
const ALONE: Duration = Duration::from_secs(60);
/// How long ending a stream may take: the server's thread is ended by then.
const ENDING: Duration = Duration::from_secs(5);

/// All upstreams, and the streams that run.
pub(super) struct Bridge {
    upstreams: Vec<Upstream>,
    folder: Option<PathBuf>,
    limit: u64,
    streams: AsyncMutex<HashMap<String, Arc<Stream>>>,
    sockets: Arc<Semaphore>,
}

impl fmt::Debug for Bridge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Bridge").field("upstreams", &self.upstreams).finish_non_exhaustive()
    }
}

/// A stream, as pages have it.
struct Stream {
    id: String,
    start: From,
    spool: Arc<Spool>,
    beginnings: Arc<Mutex<Beginnings>>,
    status: watch::Receiver<Status>,
    stop: watch::Sender<bool>,
    task: Mutex<Option<JoinHandle<()>>>,
    /// Pages that look at it.
    tabs: AtomicUsize,
    /// Counts pages that came: who waits for it to be alone sees that it was not.
    visits: AtomicUsize,
}

impl Stream {
    fn is_over(&self) -> bool {
        matches!(self.status.borrow().state, State::Ended | State::Failed)
    }

    /// Ends it, and its thread at the server.
    async fn end(&self) {
        self.stop.send_replace(true);
        let task = self.task.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(task) = task {
            let _ = timeout(ENDING, task).await;
        }
    }
}

/// A page looks at a stream, from a position on.
struct Tab {
    stream: Arc<Stream>,
    attached: Attached,
    /// What goes before the first record.
    prelude: Vec<u8>,
}

impl Bridge {
    pub(super) fn new(options: LiveOptions) -> Self {
        Self {
            upstreams: options.upstreams,
            folder: options.spool,
            limit: options.spool_limit,
            streams: AsyncMutex::default(),
            sockets: Arc::new(Semaphore::new(MOST_SOCKETS)),
        }
    }

    /// Whether there is anything to be streamed.
    pub(super) fn is_empty(&self) -> bool {
        self.upstreams.is_empty()
    }

    fn named(&self) -> Vec<Named> {
        let named = |upstream: &Upstream| {
            let connect = &upstream.stream.connect;
            let host = if connect.host.contains(':') { format!("[{}]", connect.host) } else { connect.host.clone() };
            Named { name: upstream.name.clone(), address: format!("{}@{host}:{}", connect.user, connect.port) }
        };
        self.upstreams.iter().map(named).collect()
    }

    /// `hello`, as a file.
    pub(super) fn list(&self) -> Response {
        let list = serde_json::json!({ "version": VERSION, "upstreams": self.named() });
        let mut response = Response::new(Body::from(list.to_string()));
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    fn full() -> Response {
        sentence(
            StatusCode::SERVICE_UNAVAILABLE,
            "So many pages look at live servers that there is no room for another.",
        )
    }

    /// Finds or begins the stream that a page wants.
    async fn attach(&self, wanted: Attach) -> Result<Tab, Refusal> {
        let upstream = self.upstreams.iter().find(|upstream| upstream.name == wanted.upstream);
        let upstream = upstream.ok_or(Refusal::Upstream)?;
        let mut streams = self.streams.lock().await;
        let running = streams.get(&upstream.name).cloned();
        if let Some(resume) = wanted.resume {
            let stream = running.filter(|stream| stream.id == resume.stream).ok_or(Refusal::Gone)?;
            return Ok(Tab::at(stream, resume.position, false, Vec::new()));
        }
        if let Some(stream) = running {
            let tabs = stream.tabs.load(Ordering::SeqCst);
            if !stream.is_over() {
                if wanted.start == From::Now {
                    let (position, prelude) = {
                        let beginnings = stream.beginnings.lock().unwrap_or_else(PoisonError::into_inner);
                        (beginnings.boundary, beginnings.prelude())
                    };
                    return Ok(Tab::at(stream, position, position > 0, prelude));
                }
                if wanted.start == stream.start && stream.spool.first() == 0 {
                    return Ok(Tab::at(stream, 0, false, Vec::new()));
                }
                if tabs > 0 {
                    return Err(Refusal::Elsewhere);
                }
            }
            stream.end().await;
        }
        let stream = self.begin(upstream, wanted.start).map_err(|_| Refusal::Full)?;
        streams.insert(upstream.name.clone(), stream.clone());
        Ok(Tab::at(stream, 0, false, Vec::new()))
    }

    fn begin(&self, upstream: &Upstream, start: From) -> io::Result<Arc<Stream>> {
        let spool = Arc::new(Spool::create(self.folder.as_deref(), self.limit)?);
        let mut options = upstream.stream.clone();
        options.start = match start.clone() {
            From::Oldest => Start::Oldest,
            From::Now => Start::Now,
            From::Position { file, position } => Start::Position { file, position },
            From::Gtids(gtids) => Start::Gtids(gtids),
        };
        let (status, told) = watch::channel(Status::default());
        let (stop, stopped) = watch::channel(false);
        let beginnings = Arc::<Mutex<Beginnings>>::default();
        let running = Running { options, spool: spool.clone(), beginnings: beginnings.clone(), status };
        let task = tokio::spawn(stream::run(running, stopped));
        Ok(Arc::new(Stream {
            id: format!("{:016x}", RandomState::new().build_hasher().finish()),
            start,
            spool,
            beginnings,
            status: told,
            stop,
            task: Mutex::new(Some(task)),
            tabs: AtomicUsize::new(0),
            visits: AtomicUsize::new(0),
        }))
    }

    /// A page has left: at once, with its word for it, or after a while the stream ends, unless others look at it.
    fn left(self: &Arc<Self>, stream: Arc<Stream>, said: bool) {
        if stream.tabs.load(Ordering::SeqCst) > 0 {
            return;
        }
        let (bridge, visits) = (self.clone(), stream.visits.load(Ordering::SeqCst));
        tokio::spawn(async move {
            if !said {
                tokio::time::sleep(ALONE).await;
            }
            let mut streams = bridge.streams.lock().await;
            if stream.visits.load(Ordering::SeqCst) == visits {
                streams.retain(|_, other| !Arc::ptr_eq(other, &stream));
                stream.end().await;
            }
        });
    }

    /// Ends all streams.
    pub(super) async fn end(&self) {
        for stream in std::mem::take(&mut *self.streams.lock().await).into_values() {
            stream.end().await;
        }
    }
}

impl Tab {
    fn at(stream: Arc<Stream>, position: u64, joined: bool, prelude: Vec<u8>) -> Self {
        stream.tabs.fetch_add(1, Ordering::SeqCst);
        stream.visits.fetch_add(1, Ordering::SeqCst);
        let attached = Attached { stream: stream.id.clone(), position, start: stream.start.clone(), joined };
        Self { stream, attached, prelude: if position > 0 { prelude } else { Vec::new() } }
    }
}

impl Drop for Tab {
    fn drop(&mut self) {
        self.stream.tabs.fetch_sub(1, Ordering::SeqCst);
    }
}
