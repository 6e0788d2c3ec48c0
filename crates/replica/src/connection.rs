//! A connection to a server: packets out, packets in.

use std::fmt;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use binlog_format::Flavor;
use mysql_protocol::command::{Query, code, write_bare};
use mysql_protocol::compressed::{Inflater, write_stored};
use mysql_protocol::framer::{Framer, write_packet};
use mysql_protocol::login::{AuthData, HandshakeResponse, SslRequest, write_attribute};
use mysql_protocol::{Conversation, Direction, Packet, Phase, capability};
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::{TcpStream, lookup_host};
use tokio::time::{Instant, timeout, timeout_at};
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::authentication::Authentication;
use crate::error::{Error, Exposed, Misplaced};
use crate::options::{Compress, Options, SslMode};
use crate::tls::{self, TlsFault};

/// A packet that was said.
#[derive(Debug)]
pub struct Said<'a> {
    /// By whom.
    pub from: Direction,
    /// What was said before; by it the packet is read, and [blanked](Conversation::blank).
    pub before: &'a Conversation,
    /// Number of its first frame.
    pub sequence: u8,
    /// Bytes on the wire, headers of frames included, before compression and TLS.
    pub wire_length: u64,
    /// All of it. Secrets are not blanked.
    pub payload: &'a [u8],
}

/// Looks at every packet.
pub type Observer = Box<dyn FnMut(Said<'_>) + Send>;

/// TCP, with or without TLS.
enum Wire {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

macro_rules! of_wire {
    ($self:ident, $wire:ident => $do:expr) => {
        match $self.get_mut() {
            Wire::Plain($wire) => {
                let $wire = Pin::new($wire);
                $do
            }
            Wire::Tls($wire) => {
                let $wire = Pin::new($wire.as_mut());
                $do
            }
        }
    };
}

impl AsyncRead for Wire {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        of_wire!(self, wire => wire.poll_read(context, buffer))
    }
}

impl AsyncWrite for Wire {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        of_wire!(self, wire => wire.poll_write(context, bytes))
    }
    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        of_wire!(self, wire => wire.poll_flush(context))
    }
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        of_wire!(self, wire => wire.poll_shutdown(context))
    }
}

/// What the server's greeting said, and what has become of it.
pub struct Connection {
    /// Gone only while TLS begins.
    wire: Option<Wire>,
    conversation: Conversation,
    framer: Framer,
    inflater: Option<Inflater>,
    /// Bytes read and not yet framed: those from `at` on.
    read: Vec<u8>,
    at: usize,
    /// The packet that was read last.
    packet: Vec<u8>,
    /// Number of the next frame, whoever sends it.
    sequence: u8,
    /// Number of the next compressed frame.
    compressed_sequence: u8,
    /// What this side says stands between what the server says, which may count anew then.
    acknowledges: bool,
    connection_id: u32,
    version: String,
    timeout: Duration,
    /// When something was last said, by whomever: a wait that is dropped and begun again is one wait.
    heard: Instant,
    observer: Option<Observer>,
}

impl fmt::Debug for Connection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut f = f.debug_struct("Connection");
        f.field("conversation", &self.conversation).field("connection_id", &self.connection_id);
        f.field("version", &self.version).finish_non_exhaustive()
    }
}

/// Rows of a result: text, or NULL.
pub type Rows = Vec<Vec<Option<String>>>;

/// What is read at once.
const READ: usize = 64 << 10;
/// utf8mb4_general_ci, which every server since 5.5 has.
const COLLATION: u8 = 45;
/// The greatest packet that is taken; the server's own limit holds as well.
const MAX_PACKET: u32 = 1 << 30;

impl Connection {
    /// Connects and logs in.
    ///
    /// # Errors
    ///
    /// Whatever is in the way.
    pub async fn open(options: &Options, observer: Option<Observer>) -> Result<Self, Error> {
        let login = async {
            let found = lookup_host((options.host.as_str(), options.port)).await;
            let found: Vec<_> = found.map_err(|error| Error::Lookup(options.host.clone(), error))?.collect();
            let stream = TcpStream::connect(found.as_slice()).await?;
            stream.set_nodelay(true)?;
            let mut connection = Self::over(stream, options, observer);
            connection.log_in(options).await?;
            Ok(connection)
        };
        // Some servers and proxies accept, and then say nothing for ever.
        timeout(options.timeout, login).await.unwrap_or(Err(Error::Silent(options.timeout)))
    }

    fn over(stream: TcpStream, options: &Options, observer: Option<Observer>) -> Self {
        Self {
            wire: Some(Wire::Plain(stream)),
            conversation: Conversation::new(),
            framer: Framer::new(),
            inflater: None,
            read: Vec::new(),
            at: 0,
            packet: Vec::new(),
            sequence: 0,
            compressed_sequence: 0,
            acknowledges: false,
            connection_id: 0,
            version: String::new(),
            timeout: options.timeout,
            heard: Instant::now(),
            observer,
        }
    }

    /// What was agreed on.
    pub const fn conversation(&self) -> &Conversation {
        &self.conversation
    }

    /// Whose server it is, by its greeting.
    pub const fn flavor(&self) -> Flavor {
        self.conversation.flavor()
    }

    /// By which it can be ended from another connection.
    pub const fn connection_id(&self) -> u32 {
        self.connection_id
    }

    /// The server's version, as its greeting has it, without what MariaDB 10 puts before it.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Whether TLS is on.
    pub const fn is_tls(&self) -> bool {
        matches!(self.wire, Some(Wire::Tls(_)))
    }

    async fn log_in(&mut self, options: &Options) -> Result<(), Error> {
        let before = self.receive(self.timeout).await?;
        let greeting = match before.read(Direction::Server, &self.packet, None, ())? {
            Packet::Handshake(greeting) => greeting,
            Packet::Err(error) => return Err(Error::server(&error)),
            _ => return Err(Error::Unexpected(Misplaced::BeforeGreeting)),
        };
        self.connection_id = greeting.connection_id;
        self.version = String::from_utf8_lossy(greeting.version()).into_owned();
        let server = greeting.capabilities;
        let (scramble, plugin) = (greeting.scramble(), greeting.plugin_name.to_vec());
        let mut request = SslRequest {
            capabilities: capabilities(server, options)?,
            max_packet_size: MAX_PACKET,
            character_set: COLLATION,
        };
        if self.begin_tls(&mut request, server, options).await? {
            request.capabilities |= capability::SSL;
        }
        // An account of another plugin is switched to it; one that is not known here is as good as any to begin with.
        let known = Authentication::new(options, &plugin, scramble.clone(), self.is_tls());
        let plugin = if known.is_ok() { plugin } else { b"mysql_native_password".to_vec() };
        let mut authentication = Authentication::new(options, &plugin, scramble, self.is_tls())?;
        let answer = authentication.begin()?.unwrap_or_default();
        let mut attributes = Vec::new();
        write_attribute(b"_client_name", b"binlogscope", &mut attributes);
        write_attribute(b"_client_version", env!("CARGO_PKG_VERSION").as_bytes(), &mut attributes);
        let response = HandshakeResponse {
            request,
            username: options.user.as_bytes(),
            auth_response: &answer,
            database: b"",
            plugin_name: &plugin,
            attributes: &attributes,
            zstd_level: 3,
        };
        let mut payload = Vec::new();
        response.write(&mut payload);
        self.send(&payload).await?;
        self.authenticate(options, authentication).await?;
        self.inflater = self.conversation.compression().map(Inflater::new);
        Ok(())
    }

    /// Goes over to TLS, if that is wanted and had.
    async fn begin_tls(&mut self, request: &mut SslRequest, server: u64, options: &Options) -> Result<bool, Error> {
        match options.ssl.mode {
            SslMode::Disabled => return Ok(false),
            SslMode::Preferred if server & capability::SSL == 0 => return Ok(false),
            _ if server & capability::SSL == 0 => return Err(Error::NoTls),
            _ => {}
        }
        let config = tls::config(&options.ssl)?;
        let name = ServerName::try_from(options.host.clone()).map_err(TlsFault::of)?;
        let mut payload = Vec::new();
        SslRequest { capabilities: request.capabilities | capability::SSL, ..*request }.write(&mut payload);
        self.send(&payload).await?;
        // Whatever came in the clear behind the greeting was not said by the server that TLS vouches for.
        if self.at < self.read.len() {
            return Err(Error::Unexpected(Misplaced::BeforeTls));
        }
        let Some(Wire::Plain(stream)) = self.wire.take() else { return Err(Error::Unexpected(Misplaced::Ours)) };
        let stream = TlsConnector::from(config).connect(name, stream).await;
        // A connection that is lost in the middle of it says nothing about TLS.
        let stream = stream.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => TlsFault::of_handshake(&error).into(),
            _ => Error::Network(error),
        })?;
        self.wire = Some(Wire::Tls(Box::new(stream)));
        Ok(true)
    }

    async fn authenticate<'o>(&mut self, options: &'o Options, mut plugin: Authentication<'o>) -> Result<(), Error> {
        // No plugin takes more steps than a few.
        for _ in 0..16 {
            let before = self.receive(self.timeout).await?;
            let answer = match before.read(Direction::Server, &self.packet, None, ())? {
                Packet::Ok(_) => return Ok(()),
                Packet::Err(error) => return Err(Error::server(&error)),
                Packet::AuthSwitch(switch) if switch.plugin_name.is_empty() => {
                    return Err(Error::InsecurePassword(Exposed::Plugin("mysql_old_password")));
                }
                Packet::AuthSwitch(switch) => {
                    let tls = self.is_tls();
                    plugin = Authentication::new(options, switch.plugin_name, switch.data.to_vec(), tls)?;
                    Some(plugin.begin()?.unwrap_or_default())
                }
                Packet::AuthMore(_) => {
                    let challenge = self.packet.strip_prefix(&[1]).unwrap_or(&self.packet);
                    plugin.step(challenge)?
                }
                _ => return Err(Error::Unexpected(Misplaced::InLogin)),
            };
            if let Some(answer) = answer {
                let mut payload = Vec::new();
                AuthData::Data(&answer).write(&mut payload);
                self.send(&payload).await?;
            }
        }
        Err(Error::Unexpected(Misplaced::EndlessLogin))
    }

    /// Says one packet.
    pub(crate) async fn send(&mut self, payload: &[u8]) -> Result<(), Error> {
        let before = self.conversation;
        let packet = before.read(Direction::Client, payload, None, ())?;
        self.conversation.advance(Direction::Client, &packet);
        let mut frames = Vec::new();
        let sequence = self.sequence;
        self.sequence = write_packet(payload, sequence, &mut frames);
        if let Some(observer) = &mut self.observer {
            let wire_length = frames.len() as u64;
            observer(Said { from: Direction::Client, before: &before, sequence, wire_length, payload });
        }
        if self.inflater.is_some() {
            let mut outer = Vec::new();
            self.compressed_sequence = write_stored(&frames, self.compressed_sequence, &mut outer);
            frames = outer;
        }
        let Some(wire) = &mut self.wire else { return Err(io::Error::from(io::ErrorKind::NotConnected).into()) };
        self.heard = Instant::now();
        wire.write_all(&frames).await?;
        wire.flush().await?;
        Ok(())
    }

    /// Says a command, with which numbers begin again.
    pub async fn command(&mut self, payload: &[u8]) -> Result<(), Error> {
        (self.sequence, self.compressed_sequence) = (0, 0);
        self.send(payload).await
    }

    /// Says something in the middle of a stream, where nobody waits for an answer: it has number 0, and the stream goes
    /// on counting.
    pub(crate) async fn interject(&mut self, payload: &[u8]) -> Result<(), Error> {
        self.acknowledges = true;
        let counted = (self.sequence, self.compressed_sequence);
        let said = self.command(payload).await;
        (self.sequence, self.compressed_sequence) = counted;
        said
    }

    /// Waits for a packet, which is then in `packet`; returns the conversation before it.
    async fn receive(&mut self, limit: Duration) -> Result<Conversation, Error> {
        loop {
            if self.frame()? {
                break;
            }
            let Some(wire) = &mut self.wire else { return Err(io::Error::from(io::ErrorKind::NotConnected).into()) };
            let mut buffer = vec![0; READ];
            // What waits in the socket is read even if nobody asked for it in time.
            let read = timeout_at(self.heard + limit, wire.read(&mut buffer)).await;
            let read = read.map_err(|_| Error::Silent(limit))??;
            self.heard = Instant::now();
            let said = buffer.get(..read).unwrap_or_default();
            if said.is_empty() {
                return Err(io::Error::from(io::ErrorKind::UnexpectedEof).into());
            }
            self.take_in(said)?;
        }
        let before = self.conversation;
        let packet = before.read(Direction::Server, &self.packet, None, ())?;
        self.conversation.advance(Direction::Server, &packet);
        Ok(before)
    }

    /// Bytes of the wire become bytes of frames.
    fn take_in(&mut self, said: &[u8]) -> Result<(), Error> {
        self.read.drain(..self.at);
        self.at = 0;
        let Some(inflater) = &mut self.inflater else {
            self.read.extend_from_slice(said);
            return Ok(());
        };
        let mut rest = said;
        while !rest.is_empty() {
            let (taken, inflated) = inflater.step(rest)?;
            rest = rest.get(taken..).unwrap_or_default();
            if let Some(inflated) = inflated {
                let (expected, found) = (self.compressed_sequence, inflated.header.sequence);
                if expected != found {
                    return Err(Error::Sequence(expected, found));
                }
                self.compressed_sequence = expected.wrapping_add(1);
                self.read.extend_from_slice(inflated.bytes);
            }
        }
        Ok(())
    }

    /// Takes a packet out of what was read, if a whole one is there.
    fn frame(&mut self) -> Result<bool, Error> {
        let rest = self.read.get(self.at..).unwrap_or_default();
        if rest.is_empty() {
            return Ok(false);
        }
        let (taken, joined) = self.framer.step(rest)?;
        self.at += taken;
        let Some(joined) = joined else { return Ok(false) };
        let (sequence, next) = (joined.sequence, joined.next_sequence());
        let wire_length = joined.wire_length();
        self.packet.clear();
        self.packet.extend_from_slice(joined.payload);
        // Servers set the number of frames to that of compressed frames now and then: only the latter count up then.
        let counts = self.inflater.is_none() && !self.acknowledges;
        if let Some((expected, found)) = joined.out_of_order.filter(|_| counts) {
            return Err(Error::Sequence(expected, found));
        }
        // A server that refuses or gives up may count from where it likes.
        let refuses = self.packet.first() == Some(&mysql_protocol::answer::header::ERR);
        if sequence != self.sequence && counts && !refuses {
            return Err(Error::Sequence(self.sequence, sequence));
        }
        self.sequence = next;
        if let Some(observer) = &mut self.observer {
            let before = &self.conversation;
            observer(Said { from: Direction::Server, before, sequence, wire_length, payload: &self.packet });
        }
        Ok(true)
    }

    /// Waits for the server's next packet, at most so long.
    ///
    /// # Errors
    ///
    /// The network's; [`Error::Silent`]; a packet that does not decode. A refusal of the server is a packet too.
    pub async fn next(&mut self, limit: Duration) -> Result<Packet<'_>, Error> {
        let before = self.receive(limit).await?;
        Ok(before.read(Direction::Server, &self.packet, None, ())?)
    }

    /// Runs a statement; the rows of its result, if it has one.
    ///
    /// # Errors
    ///
    /// The server's refusal, and whatever else is in the way.
    pub async fn query(&mut self, statement: &str) -> Result<Rows, Error> {
        let mut payload = Vec::new();
        let query = Query { parameters: 0, statement: statement.as_bytes() };
        query.write(self.conversation.capabilities(), &mut payload);
        self.command(&payload).await?;
        let mut rows = Rows::new();
        loop {
            match self.next(self.timeout).await? {
                Packet::Err(error) => return Err(Error::server(&error)),
                Packet::Row(row) => {
                    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
                    rows.push(row.values().map(|value| value.map(text)).collect());
                }
                Packet::LocalInfile(_) => return Err(Error::Unexpected(Misplaced::FileWish)),
                _ => {}
            }
            if self.conversation.phase() == Phase::Idle {
                return Ok(rows);
            }
        }
    }

    /// The first value of a statement's result.
    ///
    /// # Errors
    ///
    /// As [`query`](Self::query).
    pub async fn value(&mut self, statement: &str) -> Result<Option<String>, Error> {
        let rows = self.query(statement).await?;
        Ok(rows.into_iter().next().and_then(|row| row.into_iter().next()).flatten())
    }

    /// Closes the socket without a word.
    pub(crate) fn drop_now(mut self) {
        self.wire = None;
    }

    /// Says good bye.
    pub async fn close(mut self) {
        let mut payload = Vec::new();
        write_bare(code::QUIT, &mut payload);
        let good_bye = async {
            let _ = self.command(&payload).await;
            if let Some(wire) = &mut self.wire {
                let _ = wire.shutdown().await;
            }
        };
        let good_bye: Pin<Box<dyn Future<Output = ()> + Send + '_>> = Box::pin(good_bye);
        let _ = timeout(Duration::from_secs(1), good_bye).await;
    }
}

/// What is wanted of what the server can.
fn capabilities(server: u64, options: &Options) -> Result<u64, Error> {
    // Bit 0 is clear towards MariaDB: bits above 31 are said then. Progress reports, cached metadata and the like are
    // nothing to a replica; EOF packets as they were since ever end results and streams.
    let mariadb = server & capability::LONG_PASSWORD == 0;
    let mut wanted = capability::LONG_FLAG
        | capability::PROTOCOL_41
        | capability::TRANSACTIONS
        | capability::SECURE_CONNECTION
        | capability::PLUGIN_AUTH
        | capability::PLUGIN_AUTH_LENENC
        | capability::CONNECT_ATTRS;
    if !mariadb {
        wanted |= capability::LONG_PASSWORD;
    }
    let compression = match options.compress {
        Compress::No => 0,
        Compress::Zlib => capability::COMPRESS,
        Compress::Zstd => capability::ZSTD,
    };
    if server & compression != compression {
        return Err(Error::NoCompression);
    }
    Ok(wanted & server | compression)
}
