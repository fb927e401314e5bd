//! `dns_update`: a change of records (RFC 2136), sent to the one name server that is asked to make it.
//!
//! The server makes all of a change or nothing. It is sent over TCP, so that nothing is sent twice by itself, over a
//! connection of its own.

mod answer;
mod message;

use std::net::SocketAddr;
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use self::answer::Verdict;
use self::message::Update;
use super::Launch;
use super::asker::Asker;
use super::check::Answer;
use super::guard::Kept;
use super::transcript::Transcript;
use crate::base::{Lang, Secret, TargetName, Text};
use crate::plan::{DnsUpdate, EnvValue, RecordChange, RecordData};
use crate::run::{Cause, CauseKind, Outcome};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for the answer. A step's own `timeout` may end it earlier.
const ANSWER: Duration = Duration::from_secs(30);

/// What came of an update.
#[derive(Debug)]
enum Came {
    /// The server answered.
    Answered(Verdict),
    /// Nothing was sent, because of this.
    Unreached(Text),
    /// It was sent, at least in part, and not answered.
    Lost(Text),
}

/// The outcome of a step that is one update.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    update: &DnsUpdate,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let what = told(update);
    let (kind, why, next) = match send(asker, launch, update, transcript, stop).await {
        Err(cause) => return transcript.refused(&cause),
        Ok(Came::Answered(Verdict::Made)) => {
            let line = format!("{}\n", what.get(Lang::En));
            transcript.take(transcript.heard(), line.as_bytes()).await;
            let heard = transcript.heard();
            return Outcome::Succeeded { seen: transcript.finish(&what, heard, None).await };
        }
        Ok(Came::Lost(why) | Came::Answered(Verdict::Unproven(why))) => {
            let (ko, en) = (why.get(Lang::Ko), why.get(Lang::En));
            let why = transcript.mask(&Text::new(
                format!("{} 변경을 보냈으나 결과를 알 수 없습니다 ({ko}). 반영되었을 수 있습니다", update.name),
                format!("the change of {} was sent and not answered ({en}): it may have been made", update.name),
            ));
            let heard = transcript.heard();
            let silence = Text::new("응답 없음", "no answer");
            return Outcome::Unknown { why, seen: transcript.finish(&silence, heard, None).await };
        }
        Ok(Came::Unreached(why)) => (
            CauseKind::Unreachable,
            why,
            Text::new(
                "네임서버가 듣고 있는지, 방화벽이 TCP를 막지 않는지 확인하고 재시도하십시오",
                "look whether the name server listens there and no firewall keeps TCP out, then retry",
            ),
        ),
        Ok(Came::Answered(Verdict::Refused { why, next })) => (CauseKind::Unexpected, why, next),
    };
    let (name, place) = (&update.name, update.on.as_ref().map_or("", TargetName::as_str));
    let message = transcript.mask(&Text::new(
        format!("dns_update {name} ({place}): {}. {}", why.get(Lang::Ko), next.get(Lang::Ko)),
        format!("dns_update {name} on {place}: {}; {}", why.get(Lang::En), next.get(Lang::En)),
    ));
    let heard = transcript.heard();
    Outcome::Failed { cause: Cause { kind, message }, seen: transcript.finish(&why, heard, None).await }
}

/// What has been changed, in words.
fn told(update: &DnsUpdate) -> Text {
    let list = |values: &[RecordData]| values.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let (name, kind) = (&update.name, update.kind.word());
    match &update.change {
        RecordChange::Replace(records) => {
            let (values, ttl) = (list(&records.values), records.ttl);
            Text::new(
                format!("{name} {kind} = {values}, TTL {ttl}초"),
                format!("{name} {kind} = {values} with a TTL of {ttl} s"),
            )
        }
        RecordChange::Add(records) => {
            let (values, ttl) = (list(&records.values), records.ttl);
            Text::new(
                format!("{name} {kind} 레코드에 {values} 추가, TTL {ttl}초"),
                format!("{name} {kind} has {values} as well, with a TTL of {ttl} s"),
            )
        }
        RecordChange::Remove(values) if values.is_empty() => {
            Text::new(format!("{name} {kind} 레코드 모두 삭제"), format!("{name} has no {kind} any more"))
        }
        RecordChange::Remove(values) => {
            let values = list(values);
            Text::new(format!("{name} {kind} 레코드에서 {values} 삭제"), format!("{name} {kind} has {values} no more"))
        }
    }
}

async fn send(
    asker: &Asker<'_>,
    launch: &Launch,
    update: &DnsUpdate,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Came, Cause> {
    let key = match &update.tsig {
        None => None,
        Some(tsig) => Some(key(asker, launch, &EnvValue::Secret(tsig.secret.clone()), transcript).await?),
    };
    let target = update.on.as_ref().ok_or_else(|| {
        Cause::new(
            CauseKind::Refused,
            "`dns_update` 단계에 대상이 없습니다. `on`을 적으십시오",
            "this `dns_update` has no target: write `on`",
        )
    })?;
    let to = launch.name_server(target)?;
    let addresses = match asker.guard.admit(launch, &to).await {
        Ok(addresses) => addresses,
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(Came::Unreached(why)),
    };
    // Over a connection of its own any number tells the answer; the attempt's needs no chance.
    let id = u16::try_from(launch.attempt.0 % 0x1_0000).unwrap_or_default();
    let signed_at = u64::try_from(asker.clock.now().0 / 1_000).unwrap_or_default();
    let made = Update::new(update, key.as_ref(), id, signed_at)?;
    Ok(tokio::select! {
        stream = connect(&addresses) => match stream {
            Ok(stream) => exchange(stream, made, stop).await,
            Err(why) => Came::Unreached(why),
        },
        () = stop.cancelled() => Came::Unreached(Answer::cut_short()),
    })
}

/// The key of a signature, from now on hidden in what is said of the step.
async fn key(
    asker: &Asker<'_>,
    launch: &Launch,
    named: &EnvValue,
    transcript: &mut Transcript,
) -> Result<Secret, Cause> {
    let secrets = asker.commands.revealed(launch, std::iter::once(named), transcript).await?;
    secrets.into_values().next().ok_or_else(|| {
        Cause::new(CauseKind::Refused, "TSIG 키의 값이 없습니다", "there is no value for the key of the signature")
    })
}

async fn connect(addresses: &[SocketAddr]) -> Result<TcpStream, Text> {
    match tokio::time::timeout(CONNECT, TcpStream::connect(addresses)).await {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::ConnectionRefused => {
            Err(Text::new("연결 거부", "connection refused"))
        }
        Ok(Err(error)) => Err(Text::new(format!("연결 실패: {error}"), error.to_string())),
        Err(_) => Err(Text::new("제때 연결되지 않음", "no connection in time")),
    }
}

/// Sends the update and waits for its answer. From its first byte on it may have been made.
async fn exchange(mut stream: TcpStream, update: Update, stop: &CancellationToken) -> Came {
    let talk = async {
        stream.write_all(update.framed()).await?;
        let length = stream.read_u16().await?;
        let mut answer = vec![0; usize::from(length)];
        stream.read_exact(&mut answer).await?;
        Ok::<_, std::io::Error>(answer)
    };
    let talk = tokio::time::timeout(ANSWER, talk);
    let came = tokio::select! {
        came = talk => came,
        () = stop.cancelled() => return Came::Lost(Answer::cut_short()),
    };
    match came {
        Ok(Ok(answer)) => Came::Answered(update.judge(&answer)),
        Ok(Err(error)) => Came::Lost(Text::new(format!("연결 끊김: {error}"), error.to_string())),
        Err(_) => Came::Lost(Text::new("제때 응답 없음", "no answer in time")),
    }
}
