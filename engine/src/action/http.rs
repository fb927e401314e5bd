//! One HTTP request whose answer must fit.

use std::error::Error as _;
use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::{Method, redirect};
use tokio_util::sync::CancellationToken;

use super::Launch;
use super::asker::Asker;
use super::capture::Said;
use super::check::{Answer, Reply};
use super::guard::Kept;
use super::transcript::Transcript;
use crate::base::{Lang, Text};
use crate::plan::Http;
use crate::run::{Cause, CauseKind, Outcome};

/// Longest wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// Longest wait for a whole answer. A step's own `timeout` may end it earlier.
const ANSWER: Duration = Duration::from_secs(30);
/// Bytes of an answer's body read at most; the rest is neither searched nor shown.
const BODY: usize = 1 << 20;
/// Bytes of an answer's body shown as output.
const SHOWN: usize = 16 << 10;

/// The HTTP client, made at its first use: preparing TLS would cost every start of the program milliseconds.
#[derive(Debug, Default)]
pub(super) struct Client(OnceLock<Result<reqwest::Client, String>>);

impl Client {
    fn get(&self) -> Result<&reqwest::Client, String> {
        let made = self.0.get_or_init(|| {
            reqwest::Client::builder()
                // A redirect is an answer: whoever wants to know what stands behind it names that address.
                .redirect(redirect::Policy::none())
                .connect_timeout(CONNECT)
                .timeout(ANSWER)
                // A check must find out whether the system answers now, not whether an old connection is still open.
                .pool_max_idle_per_host(0)
                .no_proxy()
                .dns_resolver(Arc::new(Admitted))
                .build()
                .map_err(|error| deepest(&error))
        });
        made.as_ref().map_err(Clone::clone)
    }
}

tokio::task_local! {
    /// What the guard has admitted for the request that is under way in this task.
    static ADMITTED: Vec<SocketAddr>;
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

async fn request(asker: &Asker<'_>, launch: &Launch, request: &Http, transcript: &mut Transcript) -> Came {
    let (url, to) = match launch.address(&request.url) {
        Ok(found) => found,
        Err(cause) => return Came::Forbidden(cause),
    };
    let admitted = match asker.guard.admit(launch, &to).await {
        Ok(admitted) => admitted,
        Err(Kept::Forbidden(cause)) => return Came::Forbidden(cause),
        Err(Kept::Unresolved(why)) => return Came::Unresolved(why),
    };
    let client = match asker.client.get() {
        Ok(client) => client,
        Err(why) => {
            return Came::Impossible(Text::new(
                format!("이 호스트에서 HTTPS를 준비할 수 없습니다: {why}"),
                format!("HTTPS can not be set up here: {why}"),
            ));
        }
    };
    let Ok(method) = Method::from_bytes(request.method.as_bytes()) else {
        let method = &request.method;
        return Came::Impossible(Text::new(
            format!("{method:?}은(는) HTTP 메서드가 아닙니다"),
            format!("{method:?} is no HTTP method"),
        ));
    };
    let mut builder = client.request(method, url);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    if let Some(body) = &request.body {
        builder = builder.body(body.clone());
    }
    let mut answer = match ADMITTED.scope(admitted, builder.send()).await {
        Ok(answer) => answer,
        Err(error) if error.is_builder() => return Came::Impossible(failed(&error)),
        Err(error) if refused(&error) => return Came::Refused,
        Err(error) if error.is_timeout() => return Came::Nothing(Text::new("제때 응답 없음", "no answer in time")),
        Err(error) => return Came::Nothing(failed(&error)),
    };
    let status = answer.status();
    let mut body = Vec::new();
    while body.len() < BODY {
        match answer.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(BODY - body.len())]),
            Ok(None) => break,
            Err(error) => {
                let (code, then) = (status.as_u16(), deepest(&error));
                return Came::Nothing(Text::new(
                    format!("상태 코드 {code} 다음에 끊김: {then}"),
                    format!("status {code}, then {then}"),
                ));
            }
        }
    }
    let mut shown = format!("{} {}\n", request.method, status).into_bytes();
    shown.extend_from_slice(&body[..body.len().min(SHOWN)]);
    shown.push(b'\n');
    transcript.take(transcript.heard(), &shown).await;

    let code = status.as_u16();
    let wanted = if request.status.is_empty() { status.is_success() } else { request.status.contains(&code) };
    if !wanted {
        return Came::Differs(Text::new(
            format!("상태 코드 {code} (기대값 {})", wanted_statuses(request, "200~299", " 또는 ")),
            format!("status {code}, wanted {}", wanted_statuses(request, "200 to 299", " or ")),
        ));
    }
    match request.contains.as_deref().filter(|text| !contains(&body, text.as_bytes())) {
        Some(text) => Came::Differs(Text::new(
            format!("상태 코드 {code}, 그러나 본문에 {text:?} 없음"),
            format!("status {code}, but the body does not contain {text:?}"),
        )),
        None => {
            let text = String::from_utf8_lossy(&body);
            transcript.capture(&Said { text: &text, whole: body.len() < BODY, code: code.into() });
            Came::Fits(Text::new(format!("상태 코드 {code}"), format!("status {code}")))
        }
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

fn wanted_statuses(request: &Http, any: &str, or: &str) -> String {
    match request.status.as_slice() {
        [] => any.to_owned(),
        codes => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(or),
    }
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
