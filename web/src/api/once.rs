//! Requests that are to take effect once, however often and from how many places at once they arrive (`Idempotency-Key`).
//!
//! The first request with a key makes a record that holds an id for what it is about to make: a run, a request. Then it acts,
//! and at last its answer joins the record. Whoever comes with the same key meanwhile waits; whoever comes later gets that
//! answer. When the process dies in between, the next one acts again *with the same id*, and run and request exist once by
//! their ids. So there is no moment at which a second effect is possible, and none after which a repeat hangs for ever.

use std::time::Duration;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use engine::base::{Digest, Hasher, Millis, Secret, Timestamp};
use engine::store::{Changed, Kept, Versioned, add, due, find};
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;
use utoipa::openapi::path::{Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, Type};
use uuid::Uuid;

use super::Caller;
use super::document::json_text;
use crate::app::App;
use crate::error::{Error, Unreadable};

/// The header that names a request.
const HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// The header of an answer that was given before.
const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// Longest key, in bytes.
const LONGEST: usize = 255;
/// How long an answer is kept.
const LASTS: Millis = Millis(24 * 3_600_000);
/// After this, whoever began to act is taken for dead: twice what any request may take.
const GIVEN_UP: Millis = Millis::minutes(1);
/// How long a repeat waits for the first one's answer, and how often it looks.
const PATIENCE: Duration = Duration::from_secs(15);
const LOOK: Duration = Duration::from_millis(50);
/// Records of answers that nobody needs any more, removed at each new key.
const SWEPT: u32 = 20;

/// The key of a request, where it has one.
#[derive(Debug)]
pub(super) struct Key(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Key {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Error> {
        let Some(sent) = parts.headers.get(HEADER) else { return Ok(Self(None)) };
        let key = sent.to_str().ok().filter(|key| (1..=LONGEST).contains(&key.len()));
        let wrong = || Error::Unreadable(Unreadable::Header, format!("{HEADER}: 1–{LONGEST} ASCII"));
        key.map(|key| Self(Some(key.to_owned()))).ok_or_else(wrong)
    }
}

impl IntoParams for Key {
    /// As the document says it, the same for every operation that takes one.
    fn into_params(_: impl Fn() -> Option<ParameterIn>) -> Vec<Parameter> {
        let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(LONGEST));
        let described =
            "Sent again with the same body it has no second effect, and gets the first answer for 24 hours.";
        let parameter = ParameterBuilder::new().name("Idempotency-Key").parameter_in(ParameterIn::Header);
        vec![parameter.description(Some(described)).schema(Some(schema)).build()]
    }
}

/// An answer that can be kept: JSON with its status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Answer {
    status: u16,
    location: Option<String>,
    /// SHA-256 of the text, so that what is replayed is known to be what was said.
    digest: Digest,
    text: String,
    /// What is said the first time in the place of the text: with a secret in it, which is kept nowhere.
    #[serde(skip)]
    first: Option<Secret>,
}

impl Answer {
    /// A body with its status, and where what was made is found.
    pub(super) fn new(status: StatusCode, location: Option<String>, body: &impl Serialize) -> Result<Self, Error> {
        let text = written(body)?;
        Ok(Self { status: status.as_u16(), location, digest: Digest::of(text.as_bytes()), text, first: None })
    }

    /// The same, told this once by another body: whoever sends the request again gets the answer without the secret in it.
    pub(super) fn telling_once(self, body: &impl Serialize) -> Result<Self, Error> {
        Ok(Self { first: Some(Secret::new(written(body)?)), ..self })
    }

    fn is_whole(&self) -> bool {
        Digest::of(self.text.as_bytes()) == self.digest
    }
}

fn written(body: &impl Serialize) -> Result<String, Error> {
    serde_json::to_string(body).map_err(|why| Error::Internal(why.to_string()))
}

impl IntoResponse for Answer {
    fn into_response(self) -> Response {
        let mut response = json_text(self.first.map_or(self.text, |first| first.expose().to_owned()));
        *response.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::OK);
        if let Some(location) = self.location.and_then(|at| HeaderValue::from_str(&at).ok()) {
            response.headers_mut().insert(header::LOCATION, location);
        }
        response
    }
}

/// A request with a key.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct Once {
    /// Digest of caller and key.
    id: String,
    /// Digest of what was sent, without the values of secrets.
    sent: Digest,
    /// The id of what it makes.
    makes: Uuid,
    /// Until when its actor is taken for living.
    busy_until: Timestamp,
    /// When it is forgotten.
    forgotten_at: Timestamp,
    answer: Option<Answer>,
}

impl Kept for Once {
    const KIND: &'static str = "api-once";

    fn id(&self) -> String {
        self.id.clone()
    }

    fn due(&self) -> Option<Timestamp> {
        Some(self.forgotten_at)
    }
}

/// What the record says to somebody who comes with its key.
enum Turn {
    /// Act, with this record in hand.
    Act(Versioned<Once>),
    /// This was answered before.
    Answered(Answer),
}

/// Acts once for a key; without a key every time. `sent` is the digest of what was sent, `act` gets the id of what it makes.
pub(super) async fn once(
    app: &App,
    caller: &Caller,
    key: Key,
    sent: Digest,
    act: impl AsyncFnOnce(Uuid) -> Result<Answer, Error>,
) -> Result<Response, Error> {
    let Some(key) = key.0 else { return Ok(act(app.ids.fresh()).await?.into_response()) };
    let user = caller.person.user.name.as_str();
    let id = Hasher::default().part(user.as_bytes()).part(key.as_bytes()).finish().to_string();
    let held = match turn(app, id, sent).await? {
        Turn::Act(held) => held,
        Turn::Answered(answer) => {
            let mut response = answer.into_response();
            response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
            return Ok(response);
        }
    };
    let answered = act(held.value.makes).await;
    let now = app.clock.now();
    // What failed is free to be tried again at once, with the id that it had.
    let after = Once { busy_until: now, answer: answered.as_ref().ok().cloned(), ..held.value.clone() };
    // Stale: somebody took this one for dead and acted with the same id; the effect is the same, and so is the answer.
    let (Changed::Done | Changed::Stale { .. }) =
        app.engine.store().change(now, vec![held.put(&after)?], Vec::new()).await?;
    answered.map(IntoResponse::into_response)
}

/// Waits for its turn with a key.
async fn turn(app: &App, id: String, sent: Digest) -> Result<Turn, Error> {
    let store = &**app.engine.store();
    let deadline = tokio::time::Instant::now() + PATIENCE;
    loop {
        let now = app.clock.now();
        let fresh = || Once {
            id: id.clone(),
            sent,
            makes: app.ids.fresh(),
            busy_until: now.plus(GIVEN_UP),
            forgotten_at: now.plus(LASTS),
            answer: None,
        };
        let known = find::<Once>(store, &id).await?;
        let (change, value, version) = match known {
            None => {
                sweep(app, now).await?;
                let value = fresh();
                (add(&value)?, value, 1)
            }
            Some(old) if old.value.forgotten_at <= now => {
                let value = fresh();
                (old.put(&value)?, value, old.version + 1)
            }
            Some(known) if known.value.sent != sent => return Err(Error::KeyReused),
            Some(Versioned { value: Once { answer: Some(answer), .. }, .. }) if answer.is_whole() => {
                return Ok(Turn::Answered(answer));
            }
            Some(known) if known.value.answer.is_none() && known.value.busy_until > now => {
                if tokio::time::Instant::now() >= deadline {
                    return Err(Error::KeyBusy);
                }
                tokio::time::sleep(LOOK).await;
                continue;
            }
            Some(free) => {
                let value = Once { busy_until: now.plus(GIVEN_UP), answer: None, ..free.value.clone() };
                (free.put(&value)?, value, free.version + 1)
            }
        };
        match store.change(now, vec![change], Vec::new()).await? {
            Changed::Done => return Ok(Turn::Act(Versioned { value, version })),
            // Somebody else came first; what that was is looked at again.
            Changed::Stale { .. } => {}
        }
    }
}

/// Removes a few answers that are old enough.
async fn sweep(app: &App, now: Timestamp) -> Result<(), Error> {
    let store = &**app.engine.store();
    for old in due::<Once>(store, now, SWEPT).await? {
        // Stale: another process has removed it, or its key is in use again.
        let (Changed::Done | Changed::Stale { .. }) = store.change(now, vec![old.remove()], Vec::new()).await?;
    }
    Ok(())
}
