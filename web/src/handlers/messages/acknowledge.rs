//! The page that a link in a message leads to: who follows it need not sign in, and says with one button that they know.
//! Looking at it changes nothing: mail programs follow links by themselves.

use askama::Template;
use axum::extract::{Form, Query, State};
use axum::http::HeaderMap;
use engine::base::Text;
use engine::run::{Actor, Door};
use engine::store::{Deed, DeedOutcome, find};
use engine::telling::{By, Call, Raised, Signer, acknowledge as record};
use serde::Deserialize;

use crate::app::App;
use crate::error::Error;
use crate::extract::{Peer, Visitor, same_origin};
use crate::pages::{Html, Shell, Tag};

/// Who acted, in the audit log, where the contact has no account. Nobody can sign in under it.
const NOBODY: &str = "acknowledgement-link";

/// What the link carries.
#[derive(Debug, Deserialize)]
pub struct Link {
    call: String,
    key: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "messages/acknowledge.html")]
pub struct Page {
    shell: Shell,
    call: String,
    key: String,
    mode: Tag,
    at: String,
    name: String,
    headline: String,
    known: Option<String>,
}

/// Shows what is to be acknowledged.
pub async fn look(State(app): State<App>, visitor: Visitor, Query(link): Query<Link>) -> Result<Html<Page>, Error> {
    let call = genuine(&app, &link).await?;
    page(&app, &visitor, link, &call).await
}

/// Records it.
pub async fn acknowledge(
    State(app): State<App>,
    visitor: Visitor,
    Peer(peer): Peer,
    headers: HeaderMap,
    Form(link): Form<Link>,
) -> Result<Html<Page>, Error> {
    if !same_origin(&headers) {
        return Err(Error::ForeignForm);
    }
    let call = genuine(&app, &link).await?;
    let now = app.clock.now();
    let account = call.told.last().and_then(|told| call.rungs.get(told.rung)?.user.clone());
    let name = match account {
        Some(account) => account,
        None => NOBODY.parse().map_err(|_| Error::Internal(format!("{NOBODY} is no name")))?,
    };
    let deed = Deed {
        at: now,
        by: Actor { name, roles: Vec::new(), via: Door::Console },
        on_behalf_of: None,
        origin: peer.to_string(),
        act: "call.acknowledge".to_owned(),
        object: format!("call/{}", link.call),
        before: None,
        after: None,
        outcome: DeedOutcome::Done,
        reason: String::new(),
    };
    record(&**app.engine.store(), &link.call, tried(&call), By::Link, now, vec![deed]).await?;
    let call = genuine(&app, &link).await?;
    page(&app, &visitor, link, &call).await
}

/// The name of who was tried last: the link that is followed may be the deputy's.
fn tried(call: &Call) -> Text {
    let last = call.told.last().and_then(|told| call.rungs.get(told.rung));
    last.map_or_else(|| call.name.clone(), |rung| rung.name.clone())
}

/// The call of a link that this installation has signed.
async fn genuine(app: &App, link: &Link) -> Result<Call, Error> {
    let store = app.engine.store();
    let signer = Signer::open(&**store, app.clock.now()).await?;
    if link.call.len() > 1_024 || !signer.is_genuine(&link.call, &link.key) {
        return Err(Error::NotFound);
    }
    Ok(find::<Call>(&**store, &link.call).await?.ok_or(Error::NotFound)?.value)
}

async fn page(app: &App, visitor: &Visitor, link: Link, call: &Call) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let raised = find::<Raised>(&**app.engine.store(), call.occasion.as_str()).await?.ok_or(Error::NotFound)?;
    let occasion = &raised.value.occasion;
    let known = call
        .acknowledged
        .as_ref()
        .map(|known| w.with2("call-acknowledged-by", ("who", w.text(&known.who)), ("at", w.moment(known.at).as_str())));
    Ok(Html(Page {
        shell: Shell::new(visitor, &w.t("acknowledge-title")),
        call: link.call,
        key: link.key,
        mode: Tag::mode(w, call.mode),
        at: w.moment(occasion.at),
        name: w.text(&call.name).to_owned(),
        headline: format!("{}: {}", w.text(&occasion.kind.title()), w.text(&occasion.headline)),
        known,
    }))
}
