//! One HTTP request whose answer must fit.

use std::error::Error as _;
use std::fmt::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

use reqwest::{Method, redirect};
use tokio_util::sync::CancellationToken;

use super::check::{Answer, Reply};
use super::transcript::Transcript;
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
                .build()
                .map_err(|error| deepest(&error))
        });
        made.as_ref().map_err(Clone::clone)
    }
}

/// What came of a request.
#[derive(Debug)]
enum Came {
    /// An answer that fits.
    Fits(String),
    /// An answer that does not.
    Differs(String),
    /// A refused connection.
    Refused,
    /// Nothing that tells anything.
    Nothing(String),
    /// The request itself is impossible.
    Impossible(String),
}

async fn request(client: &Client, request: &Http, transcript: &mut Transcript) -> Came {
    let client = match client.get() {
        Ok(client) => client,
        Err(why) => return Came::Impossible(format!("HTTPS can not be set up here: {why}")),
    };
    let Ok(method) = Method::from_bytes(request.method.as_bytes()) else {
        return Came::Impossible(format!("{:?} is no HTTP method", request.method));
    };
    let mut builder = client.request(method, &request.url);
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    if let Some(body) = &request.body {
        builder = builder.body(body.clone());
    }
    let mut answer = match builder.send().await {
        Ok(answer) => answer,
        Err(error) if error.is_builder() => return Came::Impossible(deepest(&error)),
        Err(error) if refused(&error) => return Came::Refused,
        Err(error) if error.is_timeout() => return Came::Nothing("no answer in time".to_owned()),
        Err(error) => return Came::Nothing(deepest(&error)),
    };
    let status = answer.status();
    let mut body = Vec::new();
    while body.len() < BODY {
        match answer.chunk().await {
            Ok(Some(chunk)) => body.extend_from_slice(&chunk[..chunk.len().min(BODY - body.len())]),
            Ok(None) => break,
            Err(error) => return Came::Nothing(format!("status {}, then {}", status.as_u16(), deepest(&error))),
        }
    }
    let mut shown = format!("{} {}\n", request.method, status).into_bytes();
    shown.extend_from_slice(&body[..body.len().min(SHOWN)]);
    shown.push(b'\n');
    transcript.take(transcript.heard(), &shown).await;

    let code = status.as_u16();
    let wanted = if request.status.is_empty() { status.is_success() } else { request.status.contains(&code) };
    let mut answered = format!("status {code}");
    if !wanted {
        write!(answered, ", wanted {}", wanted_statuses(request)).unwrap_or_default();
        return Came::Differs(answered);
    }
    match request.contains.as_deref().filter(|text| !contains(&body, text.as_bytes())) {
        Some(text) => Came::Differs(format!("{answered}, but the body does not contain {text:?}")),
        None => Came::Fits(answered),
    }
}

fn contains(body: &[u8], text: &[u8]) -> bool {
    text.is_empty() || body.windows(text.len()).any(|window| window == text)
}

fn wanted_statuses(request: &Http) -> String {
    match request.status.as_slice() {
        [] => "200 to 299".to_owned(),
        codes => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" or "),
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

/// Asks whether the system answers as wanted.
pub(super) async fn ask(client: &Client, it: &Http, transcript: &mut Transcript) -> Answer {
    match request(client, it, transcript).await {
        Came::Fits(what) => Answer::new(Reply::Up, what),
        Came::Differs(what) => Answer::new(Reply::Down, what),
        Came::Refused => Answer::new(Reply::Down, "connection refused"),
        Came::Nothing(why) | Came::Impossible(why) => Answer::new(Reply::Unknown, why),
    }
}

/// The outcome of a step that is one request. A request that changes things and got no answer may have been carried
/// out all the same.
pub(super) async fn outcome(
    client: &Client,
    it: &Http,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let came = tokio::select! {
        came = request(client, it, transcript) => came,
        () = stop.cancelled() => Came::Nothing("ended before there was an answer".to_owned()),
    };
    let (kind, what) = match came {
        Came::Fits(what) => {
            let heard = transcript.heard();
            return Outcome::Succeeded { seen: transcript.finish(&what, heard, None).await };
        }
        Came::Nothing(why) if !it.is_read_only() => {
            let heard = transcript.heard();
            let why = transcript.mask(&format!(
                "{} {} was sent and not answered ({why}): it may have been carried out",
                it.method, it.url
            ));
            return Outcome::Unknown { why, seen: transcript.finish("no answer", heard, None).await };
        }
        Came::Differs(what) => (CauseKind::Unexpected, what),
        Came::Refused => (CauseKind::Unreachable, "connection refused".to_owned()),
        Came::Nothing(why) => (CauseKind::Unreachable, why),
        Came::Impossible(why) => (CauseKind::Refused, why),
    };
    let message = transcript.mask(&format!("{} {}: {what}", it.method, it.url));
    let heard = transcript.heard();
    Outcome::Failed { cause: Cause { kind, message }, seen: transcript.finish(&what, heard, None).await }
}
