//! A handshake that goes on whatever certificate is shown, and tells which it was.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, aws_lc_rs, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, SignatureScheme};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use crate::base::Text;

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the handshake.
const HANDSHAKE: Duration = Duration::from_secs(10);

/// What a server showed.
#[derive(Debug)]
pub(super) enum Shown {
    /// Its certificates, its own first; never none.
    Chain(Vec<CertificateDer<'static>>),
    /// Nobody listens there.
    Closed,
    /// It listens and shakes no hands.
    Refused(Text),
    /// Nothing that tells anything.
    Nothing(Text),
}

/// Opens a connection to one of these addresses and shakes hands under this name.
pub(super) async fn shake(addresses: &[SocketAddr], name: ServerName<'static>) -> Shown {
    let stream = match tokio::time::timeout(CONNECT, TcpStream::connect(addresses)).await {
        Ok(Ok(stream)) => stream,
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => return Shown::Closed,
        Ok(Err(error)) => return Shown::Nothing(Text::new(format!("연결 실패: {error}"), error.to_string())),
        Err(_) => return Shown::Nothing(Text::new("제때 연결되지 않음", "no connection in time")),
    };
    let witness = Arc::new(Witness { provider: aws_lc_rs::default_provider(), seen: Mutex::default() });
    let config = ClientConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()));
    let config = match config.with_safe_default_protocol_versions() {
        Ok(config) => config,
        Err(error) => return Shown::Nothing(Text::plain(error.to_string())),
    };
    let verifier: Arc<dyn ServerCertVerifier> = Arc::clone(&witness) as _;
    let config = config.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    let shaken = TlsConnector::from(Arc::new(config)).connect(name, stream);
    let fault = match tokio::time::timeout(HANDSHAKE, shaken).await {
        Ok(Ok(_)) => None,
        Ok(Err(error)) => Some(error),
        Err(_) => return Shown::Nothing(Text::new("핸드셰이크가 제때 끝나지 않음", "no handshake in time")),
    };
    let chain = std::mem::take(&mut *witness.seen.lock().unwrap_or_else(PoisonError::into_inner));
    match fault {
        None if !chain.is_empty() => Shown::Chain(chain),
        None => Shown::Refused(Text::new("인증서를 보이지 않음", "it shows no certificate")),
        Some(error) => why(&error, chain),
    }
}

/// A server that wants a certificate of its clients ends the handshake after it has shown, and proved, its own.
fn why(error: &std::io::Error, chain: Vec<CertificateDer<'static>>) -> Shown {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref::<Error>());
    match inner {
        Some(Error::AlertReceived(_)) if !chain.is_empty() => Shown::Chain(chain),
        Some(Error::AlertReceived(alert)) => Shown::Refused(Text::new(
            format!("서버가 핸드셰이크를 거절함: {alert:?}"),
            format!("the server refuses the handshake: {alert:?}"),
        )),
        Some(Error::InvalidMessage(_)) => {
            Shown::Refused(Text::new("TLS로 응답하지 않음", "what answers there does not speak TLS"))
        }
        Some(error) => {
            Shown::Refused(Text::new(format!("핸드셰이크 실패: {error}"), format!("the handshake fails: {error}")))
        }
        None if error.kind() == std::io::ErrorKind::UnexpectedEof => {
            Shown::Refused(Text::new("핸드셰이크 중에 연결을 끊음", "it hangs up during the handshake"))
        }
        None => Shown::Nothing(Text::new(format!("연결 끊김: {error}"), error.to_string())),
    }
}

/// Keeps what is shown and judges nothing but that the server has the key of its certificate.
#[derive(Debug)]
struct Witness {
    provider: CryptoProvider,
    seen: Mutex<Vec<CertificateDer<'static>>>,
}

impl ServerCertVerifier for Witness {
    fn verify_server_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        _server_name: &ServerName<'_>,
        _ocsp_response: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        let chain = std::iter::once(end_entity).chain(intermediates);
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = chain.map(|it| it.clone().into_owned()).collect();
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, cert, dss, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
