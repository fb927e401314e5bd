//! `tls`: the certificate that a server shows, looked at even where it is bad, so that it can be said why.

mod handshake;
mod weigh;

use std::sync::Arc;

use rustls::RootCertStore;
use rustls::pki_types::ServerName;

use self::handshake::Shown;
use super::asker::Asker;
use super::check::{Answer, Reply};
use super::guard::Kept;
use super::transcript::Transcript;
use super::{Launch, trust};
use crate::base::Text;
use crate::inventory::Pem;
use crate::plan::look::Tls;
use crate::run::{Cause, CauseKind};

/// Shakes hands and weighs what was shown.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    tls: &Tls,
    transcript: &mut Transcript,
) -> Result<Answer, Cause> {
    let to = launch.destination(&tls.at)?;
    let text = tls.server_name.as_ref().unwrap_or(&to.host).trim_end_matches('.').to_owned();
    let name = ServerName::try_from(text.clone()).map_err(|_| {
        Cause::new(
            CauseKind::Refused,
            format!("{text}은(는) 인증서에 적힐 수 있는 이름이 아닙니다. `server_name`을 쓰십시오"),
            format!("{text} is no name that a certificate could be good for: write `server_name`"),
        )
    })?;
    let roots = roots(asker, launch, tls.ca.as_ref()).await?;
    let addresses = match asker.guard.admit(launch, &to).await {
        Ok(addresses) => addresses,
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(Answer::new(Reply::Unknown, why)),
    };
    Ok(match handshake::shake(&addresses, name.clone()).await {
        Shown::Chain(chain) => {
            let weighed = weigh::weigh(&chain, &name, &roots, asker.clock.now(), tls.valid_for);
            transcript.take(transcript.heard(), weighed.shown.as_bytes()).await;
            weighed.answer
        }
        Shown::Closed => Answer::down("연결 거부", "connection refused"),
        Shown::Refused(why) => Answer::new(Reply::Down, why),
        Shown::Nothing(why) => Answer::new(Reply::Unknown, why),
    })
}

async fn roots(asker: &Asker<'_>, launch: &Launch, ca: Option<&Pem>) -> Result<RootCertStore, Cause> {
    let (launch, ca, values) = (launch.clone(), ca.cloned(), Arc::clone(asker.commands.secrets()));
    let read = tokio::task::spawn_blocking(move || match &ca {
        Some(pem) => trust::roots(&trust::read(&launch, pem, values.as_ref())?),
        None => trust::of_system(),
    });
    read.await.unwrap_or_else(|error| Err(Cause { kind: CauseKind::Refused, message: Text::plain(error.to_string()) }))
}
