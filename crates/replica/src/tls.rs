//! TLS, checked as much as the mode says.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, Error as TlsError, RootCertStore, SignatureScheme,
};

use crate::error::Error;
use crate::options::{Ssl, SslMode};
use crate::reason::{Reason, ReasonCode};

/// Why there is no TLS.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TlsFault {
    /// A file with a certificate or key cannot be read: which, and what the system or the file's reader says.
    File(PathBuf, String),
    /// A certificate without its key, or a key without its certificate.
    Half,
    /// A file of authorities has none.
    NoAuthorities(PathBuf),
    /// Nobody who is trusted has signed the server's certificate.
    UnknownIssuer,
    /// The server's certificate is another host's.
    OtherName,
    /// The server's certificate is no longer valid, or not yet.
    Expired,
    /// What the library says.
    Other(String),
}

impl TlsFault {
    pub(crate) fn of(what: impl std::fmt::Display) -> Self {
        Self::Other(what.to_string())
    }

    fn file(path: &Path, error: impl std::fmt::Display) -> Self {
        Self::File(path.to_owned(), error.to_string())
    }

    /// What a handshake failed of.
    pub(crate) fn of_handshake(error: &io::Error) -> Self {
        let Some(TlsError::InvalidCertificate(fault)) = error.get_ref().and_then(|inner| inner.downcast_ref()) else {
            return Self::of(error);
        };
        match fault {
            CertificateError::UnknownIssuer => Self::UnknownIssuer,
            CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => Self::OtherName,
            CertificateError::Expired
            | CertificateError::ExpiredContext { .. }
            | CertificateError::NotValidYet
            | CertificateError::NotValidYetContext { .. } => Self::Expired,
            _ => Self::of(error),
        }
    }

    pub(crate) fn what(&self) -> Reason {
        let of = Reason::from;
        match self {
            Self::File(path, error) => of(ReasonCode::TlsFile).with("file", path.display()).with("error", error),
            Self::Half => of(ReasonCode::TlsHalf),
            Self::NoAuthorities(path) => of(ReasonCode::TlsNoAuthorities).with("file", path.display()),
            Self::UnknownIssuer => of(ReasonCode::TlsUnknownIssuer),
            Self::OtherName => of(ReasonCode::TlsOtherName),
            Self::Expired => of(ReasonCode::TlsExpired),
            Self::Other(error) => of(ReasonCode::Tls).with("error", error),
        }
    }

    pub(crate) fn advice(&self) -> Option<ReasonCode> {
        match self {
            Self::UnknownIssuer => Some(ReasonCode::TlsUnknownIssuerAdvice),
            Self::OtherName => Some(ReasonCode::TlsOtherNameAdvice),
            _ => None,
        }
    }
}

impl From<TlsFault> for Error {
    fn from(fault: TlsFault) -> Self {
        Self::Tls(fault)
    }
}

/// What rustls is to do.
pub(crate) fn config(ssl: &Ssl) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(TlsFault::of)?;
    let builder = match ssl.mode {
        SslMode::VerifyIdentity => builder.with_root_certificates(roots(ssl)?),
        SslMode::VerifyCa => {
            let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(ssl)?), provider).build();
            let verifier = Arc::new(AnyName(inner.map_err(TlsFault::of)?));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        }
        SslMode::Disabled | SslMode::Preferred | SslMode::Required => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Unchecked(provider)))
        }
    };
    let config = match (&ssl.cert, &ssl.key) {
        (Some(cert), Some(key)) => {
            let key = PrivateKeyDer::from_pem_file(key).map_err(|error| TlsFault::file(key, error))?;
            builder.with_client_auth_cert(certificates(cert)?, key).map_err(TlsFault::of)?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => return Err(TlsFault::Half.into()),
    };
    Ok(Arc::new(config))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, TlsFault> {
    let read = |error| TlsFault::file(file, error);
    let certificates = CertificateDer::pem_file_iter(file).map_err(read)?.collect::<Result<Vec<_>, _>>();
    certificates.map_err(read)
}

fn roots(ssl: &Ssl) -> Result<RootCertStore, TlsFault> {
    let mut store = RootCertStore::empty();
    match &ssl.ca {
        Some(file) => {
            for certificate in certificates(file)? {
                store.add(certificate).map_err(TlsFault::of)?;
            }
            if store.is_empty() {
                return Err(TlsFault::NoAuthorities(file.clone()));
            }
        }
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    Ok(store)
}

/// Checks everything but the name.
#[derive(Debug)]
struct AnyName(Arc<WebPkiServerVerifier>);

impl ServerCertVerifier for AnyName {
    fn verify_server_cert(
        &self, end_entity: &CertificateDer<'_>, intermediates: &[CertificateDer<'_>], name: &ServerName<'_>,
        ocsp: &[u8], now: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        // The name is checked behind everything else.
        match self.0.verify_server_cert(end_entity, intermediates, name, ocsp, now) {
            Err(TlsError::InvalidCertificate(
                CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. },
            )) => Ok(ServerCertVerified::assertion()),
            other => other,
        }
    }
    fn verify_tls12_signature(
        &self, message: &[u8], cert: &CertificateDer<'_>, dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls12_signature(message, cert, dss)
    }
    fn verify_tls13_signature(
        &self, message: &[u8], cert: &CertificateDer<'_>, dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        self.0.verify_tls13_signature(message, cert, dss)
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_verify_schemes()
    }
}

/// Checks nothing: whoever answers is believed, as `--ssl-mode=required` of the servers' own clients does. A signature
/// by a key that nobody vouches for proves nothing, and old servers' certificates are none that it could be checked
/// with.
#[derive(Debug)]
struct Unchecked(Arc<CryptoProvider>);

impl ServerCertVerifier for Unchecked {
    fn verify_server_cert(
        &self, _: &CertificateDer<'_>, _: &[CertificateDer<'_>], _: &ServerName<'_>, _: &[u8], _: UnixTime,
    ) -> Result<ServerCertVerified, TlsError> {
        Ok(ServerCertVerified::assertion())
    }
    fn verify_tls12_signature(
        &self, _: &[u8], _: &CertificateDer<'_>, _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn verify_tls13_signature(
        &self, _: &[u8], _: &CertificateDer<'_>, _: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, TlsError> {
        Ok(HandshakeSignatureValid::assertion())
    }
    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}
