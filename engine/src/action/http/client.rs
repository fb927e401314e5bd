//! Clients that connect to judged addresses alone, and speak TLS as they are told.

use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Certificate, ClientBuilder, Identity, redirect};
use zeroize::Zeroizing;

use super::super::asker::Asker;
use super::super::{Launch, trust};
use super::deepest;
use crate::base::Text;
use crate::inventory::Pem;
use crate::plan::Http;
use crate::run::{Cause, CauseKind};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer. A step's own `timeout` may end it earlier.
const ANSWER: Duration = Duration::from_secs(30);

/// The client of requests that say nothing of TLS, made at its first use: preparing TLS would cost every start of the
/// program milliseconds.
#[derive(Debug, Default)]
pub(in super::super) struct Client(OnceLock<Result<reqwest::Client, String>>);

impl Client {
    fn usual(&self) -> Result<reqwest::Client, Cause> {
        let made = self.0.get_or_init(|| builder().build().map_err(|error| deepest(&error)));
        made.clone().map_err(|why| unprepared(&why))
    }
}

fn builder() -> ClientBuilder {
    reqwest::Client::builder()
        // A redirect is an answer: whoever wants to know what stands behind it names that address, which is then judged.
        .redirect(redirect::Policy::none())
        .connect_timeout(CONNECT)
        .timeout(ANSWER)
        // A check must find out whether the system answers now, not whether an old connection is still open.
        .pool_max_idle_per_host(0)
        .no_proxy()
        .dns_resolver(Arc::new(Admitted))
}

/// The client for a request; `base` are the authorities of the target whose base it goes to.
pub(super) async fn of(
    asker: &Asker<'_>,
    launch: &Launch,
    request: &Http,
    base: Option<&Pem>,
) -> Result<reqwest::Client, Cause> {
    let tls = request.tls.as_ref();
    if tls.is_none() && base.is_none() {
        return asker.client.usual();
    }
    let authorities: Vec<Pem> = base.into_iter().chain(tls.and_then(|tls| tls.ca.as_ref())).cloned().collect();
    let shown = tls.and_then(|tls| tls.client.clone());
    let verify = tls.is_none_or(|tls| tls.verify);
    let (launch, values) = (launch.clone(), Arc::clone(asker.commands.secrets()));
    let made = tokio::task::spawn_blocking(move || {
        let mut certificates = Vec::new();
        for pem in &authorities {
            let text = trust::read(&launch, pem, values.as_ref())?;
            trust::roots(&text)?;
            certificates.extend(Certificate::from_pem_bundle(&text).map_err(|error| unfit("ca", &deepest(&error)))?);
        }
        let mut builder = builder().tls_certs_merge(certificates).tls_danger_accept_invalid_certs(!verify);
        let shows = shown.is_some();
        if let Some(shown) = shown {
            let mut both = Zeroizing::new(trust::read(&launch, &shown.certificate, values.as_ref())?);
            both.push(b'\n');
            both.extend_from_slice(&Zeroizing::new(trust::read(&launch, &shown.key, values.as_ref())?));
            // What the parser says of it is not quoted: it may hold parts of the key.
            let identity = Identity::from_pem(&both).map_err(|_| {
                unfit("client_cert", "it is no certificate with the private key that belongs to it, both in PEM form")
            })?;
            builder = builder.identity(identity);
        }
        builder.build().map_err(|error| {
            let why = deepest(&error);
            if shows { unfit("client_cert", &why) } else { unprepared(&why) }
        })
    });
    made.await.unwrap_or_else(|error| Err(unprepared(&error.to_string())))
}

fn unfit(key: &str, why: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("`tls`의 `{key}`을(를) 쓸 수 없습니다: {why}. 파일이나 비밀의 값을 확인하십시오"),
        format!("`{key}` of `tls` can not be used: {why}; look at the file, or the value of the secret"),
    )
}

fn unprepared(why: &str) -> Cause {
    Cause {
        kind: CauseKind::Refused,
        message: Text::new(
            format!("이 호스트에서 HTTPS를 준비할 수 없습니다: {why}"),
            format!("HTTPS can not be set up here: {why}"),
        ),
    }
}

tokio::task_local! {
    /// What the guard has admitted for the request that is under way in this task.
    pub(super) static ADMITTED: Vec<SocketAddr>;
}

/// Resolves nothing: names lead to the addresses that the guard has judged, and outside of a judged request nowhere.
#[derive(Debug)]
struct Admitted;

impl Resolve for Admitted {
    fn resolve(&self, name: Name) -> Resolving {
        let addresses = ADMITTED.try_with(Vec::clone);
        Box::pin(async move {
            match addresses {
                Ok(addresses) => Ok(Box::new(addresses.into_iter()) as Addrs),
                Err(_) => Err(format!("nobody has judged the address of {}", name.as_str()).into()),
            }
        })
    }
}
