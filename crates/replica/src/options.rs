//! Where to connect, and as whom.

use std::path::PathBuf;
use std::time::Duration;

use zeroize::Zeroizing;

/// Whether TLS is used, and what of the server's certificate is checked; as `--ssl-mode` of the servers' own clients.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SslMode {
    /// Never.
    Disabled,
    /// If the server has it; nothing is checked.
    #[default]
    Preferred,
    /// Always; nothing is checked.
    Required,
    /// Always; a known authority has to have signed the certificate.
    VerifyCa,
    /// The same, and it has to name the host.
    VerifyIdentity,
}

impl std::str::FromStr for SslMode {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Ok(match text.to_ascii_lowercase().replace('_', "-").as_str() {
            "disabled" => Self::Disabled,
            "preferred" => Self::Preferred,
            "required" => Self::Required,
            "verify-ca" => Self::VerifyCa,
            "verify-identity" => Self::VerifyIdentity,
            _ => return Err(()),
        })
    }
}

/// TLS.
#[derive(Clone, Debug, Default)]
pub struct Ssl {
    /// How much of it.
    pub mode: SslMode,
    /// Certificates of authorities, PEM; without them those that browsers know.
    pub ca: Option<PathBuf>,
    /// The client's own certificate, PEM.
    pub cert: Option<PathBuf>,
    /// Its private key, PEM.
    pub key: Option<PathBuf>,
}

/// A password, which is overwritten when it is dropped and shows itself to nobody.
#[derive(Clone, Default)]
pub struct Password(Zeroizing<Vec<u8>>);

impl Password {
    /// Keeps it.
    pub fn new(password: impl Into<Vec<u8>>) -> Self {
        Self(Zeroizing::new(password.into()))
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

impl std::fmt::Debug for Password {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Password(…)")
    }
}

/// How frames are to be compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Compress {
    /// Not at all.
    #[default]
    No,
    /// With zlib.
    Zlib,
    /// With zstd, MySQL.
    Zstd,
}

/// Where to connect, and as whom.
#[derive(Clone, Debug)]
pub struct Options {
    /// Name or address.
    pub host: String,
    /// TCP port.
    pub port: u16,
    /// Account.
    pub user: String,
    /// Its password.
    pub password: Password,
    /// TLS.
    pub ssl: Ssl,
    /// Without TLS, ask the server for an RSA key to encrypt the password with. Whoever sits between can answer with a
    /// key of their own, so this is for networks that are trusted.
    pub get_server_public_key: bool,
    /// Compression of what travels.
    pub compress: Compress,
    /// How long connecting and logging in may take, and each answer after that.
    pub timeout: Duration,
}

impl Options {
    /// For an account without a password, on the usual port.
    pub fn new(host: impl Into<String>, user: impl Into<String>) -> Self {
        Self {
            host: host.into(),
            port: 3306,
            user: user.into(),
            password: Password::default(),
            ssl: Ssl::default(),
            get_server_public_key: false,
            compress: Compress::No,
            timeout: Duration::from_secs(15),
        }
    }
}
