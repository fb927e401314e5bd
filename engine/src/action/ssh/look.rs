//! Commands on a host that only look. They are not kept there: cut off, they are ended, and asked again.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::super::keeper::{Ending, How};
use super::super::process::Last;
use super::super::transcript::Transcript;
use super::errand::{Errand, Work};
use super::fault::Fault;
use super::funnel::Funnel;
use super::host::Host;
use super::pool::Need;
use super::remote::Remote;
use super::session::{Heard, Session};
use crate::run::{Cause, CauseKind};

/// How long one is waited for that was told to end: the script there sends SIGKILL after five seconds.
const LAST_PATIENCE: Duration = Duration::from_secs(30);

impl Remote {
    /// Runs a command that only looks, to its end.
    pub(in crate::action) async fn look(
        &self,
        host: &Host,
        work: &Work,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        let errand = Errand::look(host, work);
        let begun = tokio::select! {
            begun = Session::begin(&self.pool, host, &errand, Need::Command) => begun,
            () = stop.cancelled() => {
                return Last::NotStarted(Cause::new(
                    CauseKind::Stopped,
                    "호스트에 연결하기 전에 취소되었습니다",
                    "it was called off before the host was reached",
                ));
            }
        };
        let mut session = match begun {
            Ok(session) => session,
            Err(fault) => return Last::NotStarted(Cause { kind: fault.kind(), message: fault.text() }),
        };
        let mut funnel = Funnel::new(transcript, work.look_for.as_deref(), work.keep);
        funnel.told_time(session.clock_of(host));
        let listened = tokio::select! {
            listened = listen(&mut session, &mut funnel) => Some(listened),
            () = stop.cancelled() => None,
        };
        let listened = match listened {
            Some(listened) => listened,
            None => {
                session.end_input();
                let rest = tokio::time::timeout(LAST_PATIENCE, listen(&mut session, &mut funnel)).await;
                rest.unwrap_or_else(|_| Err(session.lost("it does not end")))
            }
        };
        let output_bytes = funnel.next();
        let (found, said) = funnel.finish().await;
        match listened {
            Ok(code) => {
                let ended_at = self.now();
                Last::Ended(Ending { how: How::Code(code), ended_at, stopped: None, output_bytes, found, said })
            }
            Err(fault) => Last::Unknown(fault.text()),
        }
    }
}

/// Listens until the command has ended, and tells its exit code.
async fn listen(session: &mut Session, funnel: &mut Funnel<'_>) -> Result<i32, Fault> {
    let mut status = None;
    while let Some(heard) = session.next().await {
        match heard {
            Heard::Out(bytes) => funnel.output(funnel.next(), &bytes).await,
            Heard::Err(bytes) => funnel.rest(funnel.next(), &bytes).await,
            Heard::Status(code) => status = i32::try_from(code).ok(),
            Heard::Declined => {}
            Heard::Broken(why) => return Err(session.lost(&why)),
        }
    }
    status.ok_or_else(|| session.lost("closed without an exit status"))
}
