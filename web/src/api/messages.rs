//! Messages of the caller, and for who looks after it: what was told to whom, what was not delivered, who has acknowledged.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::OrgId;
use engine::store::{Kept as _, Query, list as kept};
use engine::telling::{Call, Note, deliveries_of};
use serde::Deserialize;
use utoipa::IntoParams;

use super::Caller;
use super::model::{
    AcknowledgeCall, Answering, CallLine, DeliverAgain, DeliveryLine, FailedDeliveries, MessageLine, Messages,
    OccasionLine, OccasionShown, Occasions, ReadMessage,
};
use super::once::{Answer, Key, once};
use super::paging::{Paged, within};
use super::sent::{Asked, Sent};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::{Fields, Visitor};
use crate::handlers::messages::{entered, known, latest, looked_at, not_delivered, sent_again};
use crate::handlers::telling::Wish;

/// Longest id or key that is looked for: longer than any that there is.
const LONGEST: usize = 1_024;

/// An id or a key. What no database takes for a text is none.
fn id(text: &str) -> Result<&str, Error> {
    let plain = !text.is_empty() && text.len() <= LONGEST && !text.contains('\0');
    if plain { Ok(text) } else { Err(Error::NotFound) }
}

/// Which messages.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Those that were read, instead of the unread ones.
    #[serde(default)]
    read: bool,
    /// Only those before this one: the `next` of the page before.
    #[param(max_length = 1024)]
    before: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// The caller's own messages.
#[utoipa::path(get, path = "/api/v1/messages", tag = "messages", params(Which), responses(
    (status = 200, description = "A page of messages.", body = Messages),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Messages>, Error> {
    let limit = within(which.limit)?;
    let name = &caller.person.user.name;
    let wrong = |_| Error::Unreadable(Unreadable::Query, "before".to_owned());
    let after = which.before.as_deref().map(id).transpose().map_err(wrong)?.map(str::to_owned);
    let group = if which.read { Note::read_of(name) } else { Note::unread_of(name) };
    let query = Query { after, newest_first: true, limit, ..Query::group(group) };
    let found = kept::<Note>(&**app.engine.store(), query).await?;
    let whole = found.len() == usize::try_from(limit).unwrap_or(usize::MAX);
    let next = whole.then(|| found.last().map(|last| last.value.id())).flatten();
    Ok(Json(Messages { messages: found.iter().map(|found| MessageLine::of(&found.value)).collect(), next }))
}

/// Says that the caller has read a message, and acknowledges it where that is asked for.
#[utoipa::path(post, path = "/api/v1/messages/read", tag = "messages", request_body = ReadMessage,
    responses((status = 204, description = "It is read.")))]
pub(super) async fn read(State(app): State<App>, caller: Caller, sent: Sent<ReadMessage>) -> Result<StatusCode, Error> {
    known(&app, &caller, id(&sent.value.message)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// What people were told about of late.
#[utoipa::path(get, path = "/api/v1/occasions", tag = "messages", responses(
    (status = 200, description = "The occasions.", body = Occasions),
))]
pub(super) async fn occasions(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
) -> Result<Json<Occasions>, Error> {
    Wish::Tend.demand_somewhere(&app, &caller, visitor.words).await?;
    Ok(Json(Occasions { occasions: latest(&app, &caller.person).await?.iter().map(OccasionLine::of).collect() }))
}

/// Which occasion.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Keyed {
    /// Its key.
    #[param(min_length = 1, max_length = 1024)]
    key: String,
}

/// One occasion: who was told over which channel and when, who has acknowledged, who is next.
#[utoipa::path(get, path = "/api/v1/occasion", tag = "messages", params(Keyed), responses(
    (status = 200, description = "The occasion.", body = OccasionShown),
))]
pub(super) async fn occasion(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(keyed): Asked<Keyed>,
) -> Result<Json<OccasionShown>, Error> {
    let (store, now, key) = (app.engine.store(), app.clock.now(), id(&keyed.key)?);
    let raised = looked_at(&app, visitor.words, &caller, key).await?;
    let sees = |org: Option<&OrgId>| Wish::See.is_granted(&caller.person, org);
    let mut calls = Vec::new();
    for call in kept::<Call>(&**store, Query::group(key)).await? {
        let deliveries = deliveries_of(&**store, &call.value.id()).await?;
        calls.push(CallLine::of(&call.value, &deliveries, now, sees));
    }
    Ok(Json(OccasionShown { occasion: OccasionLine::of(&raised), calls }))
}

/// Enters that somebody has said on the telephone that they know.
#[utoipa::path(post, path = "/api/v1/acknowledgements", tag = "messages", request_body = AcknowledgeCall,
    params(Key),
    responses((status = 200, description = "It is known.", body = Answering)))]
pub(super) async fn acknowledge(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<AcknowledgeCall>,
) -> Result<Response, Error> {
    Wish::Tend.demand_somewhere(&app, &caller, visitor.words).await?;
    once(&app, &caller, key, sent.digest, async |_| {
        let reason = Fields(vec![("reason".to_owned(), sent.value.reason)]).required("reason")?;
        let (_, answered) = entered(&app, visitor.words, &caller, id(&sent.value.call)?, reason).await?;
        Answer::new(StatusCode::OK, None, &Answering::of(answered).ok_or(Error::NotFound)?)
    })
    .await
}

/// Messages that could not be delivered and are not tried again by themselves.
#[utoipa::path(get, path = "/api/v1/failed-deliveries", tag = "messages", params(Paged), responses(
    (status = 200, description = "A page of messages.", body = FailedDeliveries),
))]
pub(super) async fn failed(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Asked(page): Asked<Paged>,
) -> Result<Json<FailedDeliveries>, Error> {
    Wish::Tend.demand_somewhere(&app, &caller, visitor.words).await?;
    let found = not_delivered(&app, &caller.person).await?;
    let (page, next) = page.of(&found, |found| found.value.id())?;
    Ok(Json(FailedDeliveries {
        deliveries: page.into_iter().map(|found| DeliveryLine::of(&found.value, true)).collect(),
        next,
    }))
}

/// Has a message that could not be delivered tried again, under the same id.
#[utoipa::path(post, path = "/api/v1/failed-deliveries", tag = "messages", request_body = DeliverAgain, params(Key),
    responses((status = 200, description = "It is in the queue.", body = Answering)))]
pub(super) async fn again(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<DeliverAgain>,
) -> Result<Response, Error> {
    Wish::Tend.demand_somewhere(&app, &caller, visitor.words).await?;
    once(&app, &caller, key, sent.digest, async |_| {
        let answered = sent_again(&app, visitor.words, &caller, id(&sent.value.delivery)?).await?;
        Answer::new(StatusCode::OK, None, &Answering::of(answered).ok_or(Error::NotFound)?)
    })
    .await
}
