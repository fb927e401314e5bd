//! The link in a message that asks for a vote: it leads the person to whom it was sent, signed in, to the page of the gate that
//! asked. It casts no vote, and for anybody else it leads nowhere.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::UnitId;
use engine::run::UnitState;
use engine::telling::{GateLink, Signer};

use crate::accounts::By;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::pages::{Html, Shell};
use crate::urls;

/// The page that says why a link leads nowhere, and where to go instead.
#[derive(Debug, Template)]
#[template(path = "approvals/follow.html")]
struct Page {
    shell: Shell,
    why: String,
    /// Where what it was about is found, where there is such a place.
    on: Option<(String, String)>,
}

/// Why a link does not lead to its gate.
enum Astray {
    /// We did not make it, or what it is about is not there for this person.
    None,
    /// It was sent to another person.
    Other,
    /// Its time is over.
    Over,
    /// Its gate asks no more.
    Decided(String),
    /// Its gate was opened anew.
    Anew(String),
}

/// Goes on to the gate.
pub async fn follow(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(link): Path<String>,
) -> Result<Response, Error> {
    let (status, key, on) = match led(&app, &person, &link).await? {
        Ok(gate) => return Ok(Redirect::to(&gate).into_response()),
        Err(Astray::None) => (StatusCode::NOT_FOUND, "gate-link-none", None),
        Err(Astray::Other) => (StatusCode::FORBIDDEN, "gate-link-other", None),
        Err(Astray::Over) => (StatusCode::GONE, "gate-link-over", None),
        Err(Astray::Decided(unit)) => (StatusCode::GONE, "gate-link-decided", Some((unit, "gate-link-unit"))),
        Err(Astray::Anew(gate)) => (StatusCode::GONE, "gate-link-anew", Some((gate, "gate-link-gate"))),
    };
    let w = visitor.words;
    let page = Page {
        shell: Shell::new(&visitor, &w.t("gate-link-title")),
        why: w.t(key),
        on: on.map(|(href, label)| (href, w.t(label))),
    };
    Ok((status, Html(page)).into_response())
}

/// The address of the gate; every part of it is made here, nothing of the link is part of an address.
async fn led(app: &App, person: &SignedIn, link: &str) -> Result<Result<String, Astray>, Error> {
    let (store, now) = (app.engine.store(), app.clock.now());
    let signer = Signer::open(&**store, now).await?;
    let Some(link) = GateLink::open(&signer, link) else { return Ok(Err(Astray::None)) };
    if !link.is_for(&person.user.name) {
        let by = By { origin: person.origin(), ..By::oneself(&person.user, person.came.peer) };
        app.sign_ins.turned_away(&by, "gate.link", "other_person").await.map_err(Error::of_refusal)?;
        return Ok(Err(Astray::Other));
    }
    if link.until <= now {
        return Ok(Err(Astray::Over));
    }
    match app.place_of(link.run).await {
        Ok(place) if person.may_view(place.org.as_ref()) => {}
        Ok(_) | Err(Error::NotFound) => return Ok(Err(Astray::None)),
        Err(other) => return Err(other),
    }
    let view = app.engine.watch(link.run).await?.borrow().clone();
    let found = view.plan.unit_ixs().find(|ix| link.is_of(&view.plan.unit(*ix).id));
    let Some(ix) = found else { return Ok(Err(Astray::None)) };
    let (unit, at): (&UnitId, _) = (&view.plan.unit(ix).id, view.state.unit(ix));
    let gate = urls::gate(link.run, unit);
    Ok(match &at.gate {
        Some(open) if at.state == UnitState::AwaitingGate && open.opened_at <= link.asked_at => Ok(gate),
        Some(_) if at.state == UnitState::AwaitingGate => Err(Astray::Anew(gate)),
        Some(_) | None => Err(Astray::Decided(urls::run_unit(link.run, unit))),
    })
}
