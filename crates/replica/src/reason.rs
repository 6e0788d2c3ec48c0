//! What is said about an error: ids and arguments here, the words in the locale files (`replica.ftl` of the explorer).

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $id:literal,)*) => {
        /// A sentence about what is in the way, or what to do about it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum ReasonCode {
            $($(#[$doc])* $name,)*
        }

        impl ReasonCode {
            /// All of them.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The key of its words.
            pub const fn id(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("replica-", $id),)*
                }
            }
        }
    };
}

codes! {
    /// Nobody listens.
    Refused = "refused",
    /// What to do then.
    RefusedAdvice = "refused-advice",
    /// The name has no address.
    Lookup = "lookup",
    /// No way leads there.
    Unreachable = "unreachable",
    /// It was there, and is not any more.
    Lost = "lost",
    /// Whatever else the system says.
    Network = "network",
    /// Nothing came for so long.
    Silent = "silent",
    /// What may be the cause.
    SilentAdvice = "silent-advice",
    /// TLS cannot be had, as its library says.
    Tls = "tls",
    /// A file with a certificate or key cannot be read.
    TlsFile = "tls-file",
    /// A certificate without its key, or a key without its certificate.
    TlsHalf = "tls-half",
    /// A file of authorities without any.
    TlsNoAuthorities = "tls-no-authorities",
    /// Nobody who is trusted has signed the certificate.
    TlsUnknownIssuer = "tls-unknown-issuer",
    /// Whom to trust.
    TlsUnknownIssuerAdvice = "tls-unknown-issuer-advice",
    /// The certificate is another host's.
    TlsOtherName = "tls-other-name",
    /// By which name to connect.
    TlsOtherNameAdvice = "tls-other-name-advice",
    /// The certificate is too old, or too new.
    TlsExpired = "tls-expired",
    /// The server has no TLS.
    NoTls = "no-tls",
    /// What to do then.
    NoTlsAdvice = "no-tls-advice",
    /// Nor this compression.
    NoCompression = "no-compression",
    /// A plugin that is not known.
    Plugin = "plugin",
    /// A plugin that would show the password.
    InsecurePassword = "insecure-password",
    /// A key that anybody could have sent.
    InsecureKey = "insecure-key",
    /// What to do about both.
    InsecureAdvice = "insecure-advice",
    /// The plugin cannot go on.
    Authentication = "authentication",
    /// A packet that does not decode.
    Packet = "packet",
    /// Something else than a greeting.
    BeforeGreeting = "before-greeting",
    /// Something in the clear where TLS begins.
    BeforeTls = "before-tls",
    /// Something that is no part of a login.
    InLogin = "in-login",
    /// A login that does not end.
    EndlessLogin = "endless-login",
    /// A wish for a file of this machine.
    FileWish = "file-wish",
    /// A position that is no number.
    NoPosition = "no-position",
    /// Something that is no part of a stream.
    InStream = "in-stream",
    /// A log without a format description.
    NoBeginning = "no-beginning",
    /// A fault of this program.
    Ours = "ours",
    /// A packet is missing.
    Sequence = "sequence",
    /// An event is damaged.
    Checksum = "checksum",
    /// An event is none.
    Damaged = "damaged",
    /// The account may not replicate.
    Privilege = "privilege",
    /// What it has to be granted.
    Grant = "grant",
    /// There is no binary log.
    LogBinOff = "log-bin-off",
    /// How to have one.
    LogBinOffAdvice = "log-bin-off-advice",
    /// Another server than before.
    OtherServer = "other-server",
    /// What that means.
    OtherServerAdvice = "other-server-advice",
    /// Another replica has the number.
    DuplicateServerId = "duplicate-server-id",
    /// What to do about it.
    DuplicateServerIdAdvice = "duplicate-server-id-advice",
    /// A position that no request has room for.
    Beyond4GiB = "beyond-4gib",
    /// Where to begin then.
    Beyond4GiBAdvice = "beyond-4gib-advice",
    /// Neither GTID set nor position.
    NoGtids = "no-gtids",
    /// What they look like.
    NoGtidsAdvice = "no-gtids-advice",
    /// What the server says, quoted.
    Server = "server",
    /// The logs have been deleted.
    Purged = "purged",
    /// The file is shorter than the position.
    ShorterFile = "shorter-file",
    /// Another replica came with the same number.
    Replaced = "replaced",
    /// A checksum that the server thinks is not wanted.
    ChecksumUnwanted = "checksum-unwanted",
    /// An event that is too large, or a position inside of one.
    TooLarge = "too-large",
    /// Account or password.
    WrongPassword = "wrong-password",
    /// No account for this host.
    NoAccountHere = "no-account-here",
    /// The server has had enough of this host.
    HostBlocked = "host-blocked",
    /// All connections are taken.
    TooManyConnections = "too-many-connections",
    /// The server wants TLS.
    TlsWanted = "tls-wanted",
    /// The password has expired.
    PasswordExpired = "password-expired",
}

/// A sentence by its code, and what is named in it: what the system or the server said stands there as it was said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reason {
    /// Which sentence.
    pub code: ReasonCode,
    /// Arguments by name.
    pub args: Vec<(&'static str, String)>,
}

impl Reason {
    pub(crate) fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        self.args.push((name, value.to_string()));
        self
    }
}

impl From<ReasonCode> for Reason {
    fn from(code: ReasonCode) -> Self {
        Self { code, args: Vec::new() }
    }
}

/// For logs and tests; people are told in words.
impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.id())?;
        self.args.iter().try_for_each(|(name, value)| write!(f, " {name}={value:?}"))
    }
}
