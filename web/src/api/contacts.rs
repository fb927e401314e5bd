//! The contact tree: classes, contacts, lists of them, and trying a class out.
#![expect(unused_qualifications, reason = "the macro of utoipa names parameters with their whole path")]

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::{ClassName, ContactId, OrgId, reaches};
use engine::store::{Query, Versioned, find, list as kept};
use engine::telling::{Class, Contact};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use utoipa::IntoParams;

use super::model::{
    ContactBody, ContactClass, ContactClasses, ContactImport, ContactLine, ContactList, ContactsImported, TestCall,
    TestCalled,
};
use super::once::{Answer, Key, once};
use super::paging::within;
use super::sent::{Asked, Sent};
use super::{Caller, PREFIX};
use crate::app::App;
use crate::error::{Error, Unreadable};
use crate::extract::Visitor;
use crate::handlers::contacts;
use crate::handlers::telling::Wish;

/// The contact of the path.
#[derive(Debug, Deserialize)]
pub(super) struct Named {
    contact: String,
}

impl Named {
    fn id(&self) -> Result<ContactId, Error> {
        self.contact.parse().map_err(|_| Error::NotFound)
    }
}

/// Which contacts.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(super) struct Which {
    /// Only of this class.
    #[param(max_length = 64)]
    class: Option<String>,
    /// Only of this organisation and those below.
    #[param(max_length = 512)]
    organisation: Option<String>,
    /// Only those behind this one: the `next` of the page before.
    #[param(max_length = 64)]
    after: Option<String>,
    /// At most so many.
    #[param(minimum = 1, maximum = 500)]
    limit: Option<u32>,
}

/// Contacts read at once.
const PAGE: u32 = 1_000;

/// The classes of the contact tree.
#[utoipa::path(get, path = "/api/v1/contact-classes", tag = "contacts", responses(
    (status = 200, description = "The classes.", body = ContactClasses),
))]
pub(super) async fn classes(State(app): State<App>, _: Caller) -> Result<Json<ContactClasses>, Error> {
    let mut found = kept::<Class>(&**app.engine.store(), Query::default()).await?;
    found.sort_by_key(|class| (class.value.order, class.value.name.clone()));
    Ok(Json(ContactClasses {
        classes: found.iter().map(|class| ContactClass::of(&class.value, class.version)).collect(),
    }))
}

/// Contacts of the caller's organisations, by id. How they are reached is told to who has a part in a recovery there.
#[utoipa::path(get, path = "/api/v1/contacts", tag = "contacts", params(Which), responses(
    (status = 200, description = "A page of contacts.", body = ContactList),
))]
pub(super) async fn list(
    State(app): State<App>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<ContactList>, Error> {
    let limit = within(which.limit)?;
    let wrong = |what: &str| Error::Unreadable(Unreadable::Query, what.to_owned());
    let class: Option<ClassName> = which.class.map(|class| class.parse().map_err(|_| wrong("class"))).transpose()?;
    let after: Option<ContactId> = which.after.map(|id| id.parse().map_err(|_| wrong("after"))).transpose()?;
    let (group, after) = (class.map(|class| class.to_string()), after.map(|id| id.to_string()));
    let below = which.organisation.map(|org| org.parse::<OrgId>().map_err(|_| wrong("organisation"))).transpose()?;
    let shown = |contact: &Contact| {
        let org = contact.org.as_ref();
        reaches(below.as_ref(), org) && caller.person.may_view(org)
    };
    let most = usize::try_from(limit).unwrap_or(usize::MAX);
    let (mut contacts, mut after) = (Vec::new(), after);
    // A page is full of what the caller sees, however much else there is.
    loop {
        let query = Query { group: group.clone(), after, newest_first: false, limit: PAGE };
        let page = kept::<Contact>(&**app.engine.store(), query).await?;
        after = page.last().filter(|_| page.len() == PAGE as usize).map(|last| last.value.id.to_string());
        contacts.extend(page.into_iter().filter(|found| shown(&found.value)));
        if after.is_none() || contacts.len() >= most {
            break;
        }
    }
    contacts.truncate(most);
    let next = contacts.get(most.wrapping_sub(1)).map(|last| last.value.id.to_string());
    Ok(Json(ContactList { contacts: contacts.iter().map(|found| line_of(&caller, found)).collect(), next }))
}

fn line_of(caller: &Caller, found: &Versioned<Contact>) -> ContactLine {
    let sees = Wish::See.is_granted(&caller.person, found.value.org.as_ref());
    ContactLine::of(&found.value, found.version, sees)
}

async fn line(app: &App, caller: &Caller, id: &ContactId) -> Result<ContactLine, Error> {
    let found = find::<Contact>(&**app.engine.store(), id.as_str()).await?;
    let found = found.filter(|found| caller.person.may_view(found.value.org.as_ref())).ok_or(Error::NotFound)?;
    Ok(line_of(caller, &found))
}

/// One contact.
#[utoipa::path(get, path = "/api/v1/contacts/{contact}", tag = "contacts",
    params(("contact" = String, Path, description = "The contact.")),
    responses((status = 200, description = "The contact.", body = ContactLine)))]
pub(super) async fn show(
    State(app): State<App>,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<Json<ContactLine>, Error> {
    Ok(Json(line(&app, &caller, &named.id()?).await?))
}

/// Keeps a contact, new or changed, for who may at its organisation and, where it is moved, at that where it was. Who changes one names the version that was looked at, so that nothing is overwritten that
/// somebody else wrote meanwhile.
#[utoipa::path(put, path = "/api/v1/contacts/{contact}", tag = "contacts", request_body = ContactBody,
    params(
        ("contact" = String, Path, description = "The contact: small letters, digits and `-`."),
        Key,
    ),
    responses((status = 200, description = "The contact as it is kept now.", body = ContactLine)))]
pub(super) async fn put(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
    key: Key,
    sent: Sent<ContactBody>,
) -> Result<Response, Error> {
    let w = visitor.words;
    Wish::Tend.demand_somewhere(&app, &caller, w).await?;
    once(&app, &caller, key, sent.digest, async |_| {
        let version = sent.value.version;
        let contact = sent.value.read(&named.contact)?;
        contacts::kept(&app, w, &caller, &contact, version).await?;
        Answer::new(StatusCode::OK, None, &line(&app, &caller, &contact.id).await?)
    })
    .await
}

/// Takes a contact out of the tree.
#[utoipa::path(delete, path = "/api/v1/contacts/{contact}", tag = "contacts",
    params(("contact" = String, Path, description = "The contact.")),
    responses((status = 204, description = "It is gone.")))]
pub(super) async fn remove(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    Path(named): Path<Named>,
) -> Result<StatusCode, Error> {
    Wish::Tend.demand_somewhere(&app, &caller, visitor.words).await?;
    contacts::removed(&app, visitor.words, &caller, &named.id()?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Takes a list of contacts in, all of it or nothing; contacts whose ids are there already are replaced. Each row is judged at the
/// organisation that it names.
#[utoipa::path(post, path = "/api/v1/contact-imports", tag = "contacts", request_body = ContactImport,
    params(Key),
    responses((status = 200, description = "They are kept.", body = ContactsImported)))]
pub(super) async fn import(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<ContactImport>,
) -> Result<Response, Error> {
    let w = visitor.words;
    Wish::Tend.demand_somewhere(&app, &caller, w).await?;
    once(&app, &caller, key, sent.digest, async |_| {
        let contacts = contacts::imported(&app, w, &caller, &sent.value.list).await?.map_err(Error::Unfit)?;
        Answer::new(StatusCode::OK, None, &ContactsImported { contacts })
    })
    .await
}

/// Calls a class to see whether it answers, marked as an exercise: those of it who are kept at an organisation or below. The same `Idempotency-Key` sent again calls once.
#[utoipa::path(post, path = "/api/v1/contact-tests", tag = "contacts", request_body = TestCall,
    params(Key),
    responses((status = 201, description = "They are being called.", body = TestCalled)))]
pub(super) async fn test(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<TestCall>,
) -> Result<Response, Error> {
    let w = visitor.words;
    Wish::Tend.demand_somewhere(&app, &caller, w).await?;
    once(&app, &caller, key, sent.digest, async |makes| {
        let unfit = || Error::Unreadable(Unreadable::Shape, "class".to_owned());
        let class: ClassName = sent.value.class.parse().map_err(|_| unfit())?;
        let occasion =
            contacts::tested(&app, w, &caller, (class, sent.value.organisation.clone()), makes).await?.to_string();
        let url = format!("{PREFIX}/occasion?key={}", utf8_percent_encode(&occasion, NON_ALPHANUMERIC));
        Answer::new(StatusCode::CREATED, Some(url), &TestCalled { occasion })
    })
    .await
}
