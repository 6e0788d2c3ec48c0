//! TLS, checked as much as the mode says.

use std::path::Path;
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

fn fault(what: impl std::fmt::Display) -> Error {
    Error::Tls(what.to_string())
}

/// What rustls is to do.
pub(crate) fn config(ssl: &Ssl) -> Result<Arc<ClientConfig>, Error> {
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone()).with_safe_default_protocol_versions();
    let builder = builder.map_err(fault)?;
    let builder = match ssl.mode {
        SslMode::VerifyIdentity => builder.with_root_certificates(roots(ssl)?),
        SslMode::VerifyCa => {
            let inner = WebPkiServerVerifier::builder_with_provider(Arc::new(roots(ssl)?), provider).build();
            let verifier = Arc::new(AnyName(inner.map_err(fault)?));
            builder.dangerous().with_custom_certificate_verifier(verifier)
        }
        SslMode::Disabled | SslMode::Preferred | SslMode::Required => {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(Unchecked(provider)))
        }
    };
    let config = match (&ssl.cert, &ssl.key) {
        (Some(cert), Some(key)) => {
            let read = |error| fault(format!("{}: {error}", key.display()));
            let key = PrivateKeyDer::from_pem_file(key).map_err(read)?;
            builder.with_client_auth_cert(certificates(cert)?, key).map_err(fault)?
        }
        (None, None) => builder.with_no_client_auth(),
        _ => return Err(fault("a client certificate and its key belong together")),
    };
    Ok(Arc::new(config))
}

fn certificates(file: &Path) -> Result<Vec<CertificateDer<'static>>, Error> {
    let read = |error| fault(format!("{}: {error}", file.display()));
    let certificates = CertificateDer::pem_file_iter(file).map_err(read)?.collect::<Result<Vec<_>, _>>();
    certificates.map_err(read)
}

fn roots(ssl: &Ssl) -> Result<RootCertStore, Error> {
    let mut store = RootCertStore::empty();
    match &ssl.ca {
        Some(file) => {
            for certificate in certificates(file)? {
                store.add(certificate).map_err(fault)?;
            }
        }
        None => store.extend(webpki_roots::TLS_SERVER_ROOTS.iter().cloned()),
    }
    if store.is_empty() { Err(fault("the file of authorities has none")) } else { Ok(store) }
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

/// Checks nothing: whoever answers is believed, as `--ssl-mode=required` of the servers' own clients does. A signature by
/// a key that nobody vouches for proves nothing, and old servers' certificates are none that it could be checked with.
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
