//! One HTTP request whose answer must fit.

mod client;
mod weigh;

use std::error::Error as _;

use reqwest::Method;
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use self::client::ADMITTED;
pub(super) use self::client::Client;
use super::asker::Asker;
use super::capture::Said;
use super::check::{Answer, Reply};
use super::guard::Kept;
use super::transcript::Transcript;
use super::{Launch, environment};
use crate::base::{Lang, Millis, Text};
use crate::plan::Http;
use crate::run::{Cause, CauseKind, Outcome};

/// Bytes of an answer's body read at most; the rest is neither searched nor shown.
const BODY: usize = 1 << 20;
/// Bytes of an answer's body shown as output.
const SHOWN: usize = 16 << 10;

/// What came of a request.
#[derive(Debug)]
enum Came {
    /// An answer that fits.
    Fits(Text),
    /// An answer that does not.
    Differs(Text),
    /// A refused connection.
    Refused,
    /// Nothing that tells anything.
    Nothing(Text),
    /// The run may not go there; nothing was sent.
    Forbidden(Cause),
    /// Nobody knows where to send it.
    Unresolved(Text),
    /// The request itself is impossible.
    Impossible(Text),
}

/// An answer as it came.
struct Heard {
    code: u16,
    line: String,
    body: Vec<u8>,
}

/// A request that is ready to be sent.
struct Ready<'r> {
    client: reqwest::Client,
    method: Method,
    url: String,
    headers: HeaderMap,
    request: &'r Http,
}

impl Ready<'_> {
    async fn send(&self) -> Result<Heard, Came> {
        let mut builder = self.client.request(self.method.clone(), &self.url).headers(self.headers.clone());
        if let Some(body) = &self.request.body {
            builder = builder.body(body.clone());
        }
        let mut answer = match builder.send().await {
            Ok(answer) => answer,
            Err(error) if error.is_builder() => return Err(Came::Impossible(failed(&error))),
            Err(error) if refused(&error) => return Err(Came::Refused),
            Err(error) if error.is_timeout() => {
                return Err(Came::Nothing(Text::new("제때 응답 없음", "no answer in time")));
            }
            Err(error) => return Err(Came::Nothing(failed(&error))),
        };
        let status = answer.status();
        let mut body = Vec::new();
        while body.len() < BODY {
            match answer.chunk().await {
                Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(BODY - body.len())]),
                Ok(None) => break,
                Err(error) => {
                    let (code, then) = (status.as_u16(), deepest(&error));
                    return Err(Came::Nothing(Text::new(
                        format!("상태 코드 {code} 다음에 끊김: {then}"),
                        format!("status {code}, then {then}"),
                    )));
                }
            }
        }
        Ok(Heard { code: status.as_u16(), line: format!("{} {status}\n", self.request.method), body })
    }
}

async fn request(asker: &Asker<'_>, launch: &Launch, request: &Http, transcript: &mut Transcript) -> Came {
    let headers = match headers(asker, launch, request, transcript).await {
        Ok(headers) => headers,
        Err(cause) => return Came::Forbidden(cause),
    };
    let (url, to) = match launch.address(&request.url) {
        Ok(found) => found,
        Err(cause) => return Came::Forbidden(cause),
    };
    let admitted = match asker.guard.admit(launch, &to).await {
        Ok(admitted) => admitted,
        Err(Kept::Forbidden(cause)) => return Came::Forbidden(cause),
        Err(Kept::Unresolved(why)) => return Came::Unresolved(why),
    };
    let client = match client::of(asker, launch, request, launch.authorities(&request.url)).await {
        Ok(client) => client,
        Err(cause) => return Came::Forbidden(cause),
    };
    let Ok(method) = Method::from_bytes(request.method.as_bytes()) else {
        let method = &request.method;
        return Came::Impossible(Text::new(
            format!("{method:?}은(는) HTTP 메서드가 아닙니다"),
            format!("{method:?} is no HTTP method"),
        ));
    };
    let ready = Ready { client, method, url, headers, request };
    let mut left = request.latency.map_or(1, |latency| latency.samples);
    let mut times = Vec::new();
    loop {
        let began = Instant::now();
        let heard = match ADMITTED.scope(admitted.clone(), ready.send()).await {
            Ok(heard) => heard,
            Err(came) => return came,
        };
        times.push(Millis(u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX)));
        let fault = weigh::weigh(request, heard.code, &heard.body);
        left = left.saturating_sub(1);
        if left > 0 && fault.is_none() {
            continue;
        }
        let mut shown = heard.line.clone().into_bytes();
        shown.extend_from_slice(&heard.body[..heard.body.len().min(SHOWN)]);
        shown.push(b'\n');
        transcript.take(transcript.heard(), &shown).await;
        return match fault {
            Some(fault) => Came::Differs(fault),
            None => fits(request, &heard, &mut times, transcript),
        };
    }
}

/// What comes of answers that are as wanted but for the time they took.
fn fits(request: &Http, heard: &Heard, times: &mut [Millis], transcript: &mut Transcript) -> Came {
    let code = heard.code;
    let what = Text::new(format!("상태 코드 {code}"), format!("status {code}"));
    let what = match request.latency.map(|latency| weigh::slow(latency, times)) {
        None => what,
        Some(Err(slow)) => return Came::Differs(slow),
        Some(Ok(quick)) => Text::new(
            format!("{}, {}", what.get(Lang::Ko), quick.get(Lang::Ko)),
            format!("{}, {}", what.get(Lang::En), quick.get(Lang::En)),
        ),
    };
    let text = String::from_utf8_lossy(&heard.body);
    transcript.capture(&Said { text: &text, whole: heard.body.len() < BODY, code: code.into() });
    Came::Fits(what)
}

/// The headers with their values, secret ones from now on hidden in all that is said of the step.
async fn headers(
    asker: &Asker<'_>,
    launch: &Launch,
    request: &Http,
    transcript: &mut Transcript,
) -> Result<HeaderMap, Cause> {
    let secrets = asker.commands.revealed(launch, request.headers.values(), transcript).await?;
    let mut headers = HeaderMap::new();
    for (name, value) in &request.headers {
        let text = environment::value(launch, value, &secrets)?;
        // What the value is is not said: it may be a secret.
        let header = name.parse::<HeaderName>().ok().zip(HeaderValue::from_str(&text).ok());
        let Some((header, mut value)) = header else {
            return Err(Cause::new(
                CauseKind::Refused,
                format!("{name:?} 헤더를 보낼 수 없습니다. 이름이나 값에 줄바꿈처럼 쓸 수 없는 글자가 있습니다"),
                format!(
                    "the header {name:?} can not be sent: there is a character in its name or value that may not be, such as a line break"
                ),
            ));
        };
        value.set_sensitive(true);
        headers.append(header, value);
    }
    Ok(headers)
}

fn refused(error: &reqwest::Error) -> bool {
    let mut source = error.source();
    while let Some(error) = source {
        if let Some(io) = error.downcast_ref::<std::io::Error>()
            && io.kind() == std::io::ErrorKind::ConnectionRefused
        {
            return true;
        }
        source = error.source();
    }
    false
}

/// The innermost reason: the outer ones only say that a request failed.
fn deepest(error: &reqwest::Error) -> String {
    let mut reason = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        reason = error.to_string();
        source = error.source();
    }
    reason
}

fn failed(error: &reqwest::Error) -> Text {
    let reason = deepest(error);
    Text::new(format!("요청 실패: {reason}"), reason)
}

fn connection_refused() -> Text {
    Text::new("연결 거부", "connection refused")
}

/// Asks whether the system answers as wanted.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    it: &Http,
    transcript: &mut Transcript,
) -> Result<Answer, Cause> {
    match request(asker, launch, it, transcript).await {
        Came::Fits(what) => Ok(Answer::new(Reply::Up, what)),
        Came::Differs(what) => Ok(Answer::new(Reply::Down, what)),
        Came::Refused => Ok(Answer::new(Reply::Down, connection_refused())),
        Came::Nothing(why) | Came::Impossible(why) | Came::Unresolved(why) => Ok(Answer::new(Reply::Unknown, why)),
        Came::Forbidden(cause) => Err(cause),
    }
}

/// The outcome of a step that is one request. A request that changes things and got no answer may have been carried
/// out all the same.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    it: &Http,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let came = tokio::select! {
        came = request(asker, launch, it, transcript) => came,
        () = stop.cancelled() => Came::Nothing(Answer::cut_short()),
    };
    let (kind, what) = match came {
        Came::Fits(what) => {
            let heard = transcript.heard();
            return Outcome::Succeeded { seen: transcript.finish(&what, heard, None).await };
        }
        Came::Nothing(why) if !it.is_read_only() => {
            let heard = transcript.heard();
            let (method, url) = (&it.method, &it.url);
            let (ko, en) = (why.get(Lang::Ko), why.get(Lang::En));
            let why = transcript.mask(&Text::new(
                format!("{method} {url}을(를) 보냈으나 응답이 없습니다 ({ko}). 실행되었을 수 있습니다"),
                format!("{method} {url} was sent and not answered ({en}): it may have been carried out"),
            ));
            let silence = Text::new("응답 없음", "no answer");
            return Outcome::Unknown { why, seen: transcript.finish(&silence, heard, None).await };
        }
        Came::Differs(what) => (CauseKind::Unexpected, what),
        Came::Refused => (CauseKind::Unreachable, connection_refused()),
        Came::Nothing(why) | Came::Unresolved(why) => (CauseKind::Unreachable, why),
        Came::Forbidden(cause) => return transcript.refused(&cause),
        Came::Impossible(why) => (CauseKind::Refused, why),
    };
    let message = transcript.mask(&what.map(|what| format!("{} {}: {what}", it.method, it.url)));
    let heard = transcript.heard();
    Outcome::Failed { cause: Cause { kind, message }, seen: transcript.finish(&what, heard, None).await }
}
