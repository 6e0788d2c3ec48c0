//! `binlogscope serve`: the page that is inside this binary, and the named files, over HTTP.
//!
//! Nothing but those is reachable. It listens on loopback unless a token guards it, answers only
//! requests that name this server (a hostile site that makes its own name point here is
//! refused), and puts the same security headers on every answer.

mod answer;
mod bridge;
mod files;
mod guard;
mod page;
mod version;

use std::fmt;
use std::future::{Future, IntoFuture};
use std::io::Write;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::HeaderValue;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::http::request::Parts;
use axum::response::Response;
use tokio::net::TcpListener;

use bridge::Bridge;
use files::ServedFile;
use guard::Guard;

pub use bridge::{LiveOptions, SPOOL_LIMIT, Upstream, upstreams};

/// Where `serve` listens when nothing else is said.
pub const DEFAULT_LISTEN: &str = "127.0.0.1:8321";

/// To who lets other machines connect.
const WITHOUT_TLS: &str = "warning: this is HTTP without TLS. Whoever can read the network on the way sees the token, the \
    files and the live servers' rows: use it in a network that is trusted, or through an SSH tunnel or a proxy with TLS.";

/// How long open transfers may go on after Ctrl-C.
const SHUTDOWN_GRACE: Duration = Duration::from_secs(2);

/// What `serve` was asked to do.
#[derive(Clone, Debug)]
pub struct ServeOptions {
    /// Files the page may read, in the order in which it lists them.
    pub files: Vec<PathBuf>,
    /// `address:port`; port 0 takes a free one.
    pub listen: String,
    /// What a client must know. Needed for any address that is not loopback.
    pub token: Option<String>,
    /// Live servers.
    pub live: LiveOptions,
}

impl Default for ServeOptions {
    fn default() -> Self {
        Self { files: Vec::new(), listen: DEFAULT_LISTEN.into(), token: None, live: LiveOptions::default() }
    }
}

/// Why serving did not start, or stopped.
#[derive(Debug)]
pub enum ServeError {
    /// The listen address is none.
    BadAddress {
        /// As given.
        listen: String,
        /// What the system says.
        source: std::io::Error,
    },
    /// Other machines could connect, and nothing would stop them.
    TokenNeeded {
        /// The address that is not loopback.
        address: SocketAddr,
    },
    /// The token cannot stand in a URL or is too easy to guess.
    BadToken,
    /// The port is taken or not allowed.
    Listen {
        /// The address tried.
        address: SocketAddr,
        /// What the system says.
        source: std::io::Error,
    },
    /// A named file cannot be served.
    File {
        /// As given.
        path: PathBuf,
        /// What the system says.
        source: std::io::Error,
    },
    /// The running server failed.
    Running(std::io::Error),
}

impl fmt::Display for ServeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::BadAddress { listen, source } => {
                write!(f, "cannot listen on {listen:?}: {source}; an address looks like {DEFAULT_LISTEN}")
            }
            Self::TokenNeeded { address } => write!(
                f,
                "{address} can be reached from other machines: add --token SECRET, or listen on {DEFAULT_LISTEN}"
            ),
            Self::BadToken => write!(
                f,
                "a token has at least {} characters, and only letters, digits and any of - . _ ~",
                guard::SHORTEST_TOKEN
            ),
            Self::Listen { address, source } if source.kind() == std::io::ErrorKind::AddrInUse => {
                write!(f, "{address} is already taken: stop the other program, or use --listen with port 0 or another")
            }
            Self::Listen { address, source } => write!(f, "cannot listen on {address}: {source}"),
            Self::File { path, source } => write!(f, "cannot serve {}: {source}", path.display()),
            Self::Running(source) => write!(f, "the server stopped: {source}"),
        }
    }
}

impl std::error::Error for ServeError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::BadAddress { source, .. } | Self::Listen { source, .. } | Self::File { source, .. } => Some(source),
            Self::Running(source) => Some(source),
            Self::TokenNeeded { .. } | Self::BadToken => None,
        }
    }
}

/// Serves until Ctrl-C (or, on Unix, SIGTERM). Prints the address as the first line of standard
/// output, which is what programs that start it wait for.
///
/// # Errors
/// When it cannot listen, a file cannot be read, or the server fails.
pub async fn serve(options: ServeOptions) -> Result<(), ServeError> {
    let server = Server::bind(options).await?;
    // A closed standard output is no reason not to serve.
    let _ = writeln!(std::io::stdout(), "{}", server.url());
    if !server.address.ip().is_loopback() {
        let _ = writeln!(std::io::stderr(), "{WITHOUT_TLS}");
    }
    if !page::is_built() {
        let _ = writeln!(std::io::stderr(), "{}", page::MISSING);
    }
    server.run(interrupted()).await
}

/// [`serve`] on a runtime of its own, for callers without one.
///
/// # Errors
/// As [`serve`].
pub fn serve_blocking(options: ServeOptions) -> Result<(), ServeError> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().map_err(ServeError::Running)?;
    runtime.block_on(serve(options))
}

async fn interrupted() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        if let Ok(mut terminate) = signal(SignalKind::terminate()) {
            tokio::select! {
                _ = tokio::signal::ctrl_c() => {}
                _ = terminate.recv() => {}
            }
            return;
        }
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    address: SocketAddr,
    site: Arc<Site>,
}

/// What all requests share.
#[derive(Debug)]
struct Site {
    guard: Guard,
    files: Vec<ServedFile>,
    bridge: Arc<Bridge>,
}

impl Server {
    /// Checks the options, opens the files and takes the port.
    ///
    /// # Errors
    /// As [`serve`], except that nothing runs yet.
    pub async fn bind(options: ServeOptions) -> Result<Self, ServeError> {
        let bad_address = |source| ServeError::BadAddress { listen: options.listen.clone(), source };
        let address = tokio::net::lookup_host(&options.listen)
            .await
            .map_err(bad_address)?
            .next()
            .ok_or_else(|| bad_address(std::io::ErrorKind::AddrNotAvailable.into()))?;
        if options.token.as_deref().is_some_and(|token| !guard::acceptable(token)) {
            return Err(ServeError::BadToken);
        }
        if !address.ip().is_loopback() && options.token.is_none() {
            return Err(ServeError::TokenNeeded { address });
        }
        let mut files = Vec::with_capacity(options.files.len());
        for (number, path) in options.files.into_iter().enumerate() {
            let file = ServedFile::check(number, &path).await;
            files.push(file.map_err(|source| ServeError::File { path, source })?);
        }
        let failed = |source| ServeError::Listen { address, source };
        let listener = TcpListener::bind(address).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let guard = Guard::new(address, options.token);
        Ok(Self {
            listener,
            address,
            site: Arc::new(Site { guard, files, bridge: Arc::new(Bridge::new(options.live)) }),
        })
    }

    /// The address taken, with the port that port 0 became.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What to open in a browser, token included.
    pub fn url(&self) -> String {
        let mut address = self.address;
        if address.ip().is_unspecified() {
            // "All addresses" is no address to go to; from this machine loopback is one of them.
            address.set_ip(match address {
                SocketAddr::V4(_) => std::net::Ipv4Addr::LOCALHOST.into(),
                SocketAddr::V6(_) => std::net::Ipv6Addr::LOCALHOST.into(),
            });
        }
        match self.site.guard.token() {
            Some(token) => format!("http://{address}/?token={token}"),
            None => format!("http://{address}/"),
        }
    }

    /// Answers requests until `shutdown` ends, then gives open transfers a moment.
    ///
    /// # Errors
    /// When the listener fails.
    pub async fn run(self, shutdown: impl Future<Output = ()> + Send + 'static) -> Result<(), ServeError> {
        let (stop, stopped) = tokio::sync::watch::channel(false);
        let bridge = self.site.bridge.clone();
        let app = Router::new().fallback(respond).with_state(self.site);
        let mut drained = stopped.clone();
        let serving = axum::serve(self.listener, app).with_graceful_shutdown(async move {
            let _ = drained.wait_for(|stop| *stop).await;
        });
        let deadline = async move {
            shutdown.await;
            let _ = stop.send(true);
            bridge.end().await;
            tokio::time::sleep(SHUTDOWN_GRACE).await;
        };
        tokio::select! {
            ended = serving.into_future() => ended.map_err(ServeError::Running),
            () = deadline => Ok(()),
        }
    }
}

/// The one way in: every answer, refusals included, leaves with the same headers.
async fn respond(State(site): State<Arc<Site>>, request: Request) -> Response {
    // The body is dropped: nothing here reads one.
    let (mut parts, _) = request.into_parts();
    let checked = site.guard.check(&parts);
    let embeddable = checked.is_ok() && site.bridge.is_empty();
    let mut response = match checked {
        Ok(()) if parts.uri.path() == "/live/socket" => site.bridge.socket(&mut parts).await,
        Ok(()) => site.answer(&parts).await,
        Err(refusal) => refusal.into_answer(),
    };
    answer::add_security_headers(response.headers_mut(), embeddable);
    if parts.uri.path() == answer::WORKER_SCRIPT {
        let policy = HeaderValue::from_static(answer::WORKER_POLICY);
        response.headers_mut().insert(CONTENT_SECURITY_POLICY, policy);
    }
    response
}

impl Site {
    async fn answer(&self, request: &Parts) -> Response {
        let path = request.uri.path();
        if path == "/files/index.json" {
            files::index(&self.files).await
        } else if let Some(rest) = path.strip_prefix("/files/") {
            files::answer(&self.files, rest, &request.headers).await
        } else if path == "/live/upstreams.json" {
            self.bridge.list()
        } else {
            page::answer(path, &request.headers, page::Hints::new(!self.files.is_empty(), !self.bridge.is_empty()))
        }
    }
}
