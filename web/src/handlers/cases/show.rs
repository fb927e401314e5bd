//! The page of a case.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use engine::base::CasePart;
use engine::cases::{Phase, unowned};
use engine::plan::Mode;
use engine::review::{Finding, unsettled};

use super::page::{Body, Forms, May, Wall};
use super::propose::proposed;
use super::{CasePath, seen};
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// A case on one page, its next step first.
#[derive(Debug, Template)]
#[template(path = "cases/show.html")]
struct Page {
    shell: Shell,
    mode: Mode,
    mode_tag: Tag,
    meaning: String,
    what: String,
    class: String,
    wall: Wall,
    body: Body,
    forms: Forms,
    may: May,
    runbooks: &'static str,
    step: String,
    left: Vec<LeftRow>,
}

/// A finding that a run of the case left.
#[derive(Debug)]
struct LeftRow {
    href: String,
    what: String,
    severity: Tag,
    owner: Option<String>,
}

impl LeftRow {
    fn of(w: Words, left: &Finding) -> Self {
        Self {
            href: urls::finding(left.id),
            what: w.text(&left.what).to_owned(),
            severity: Tag::severity(w, left.severity),
            owner: left.owner.as_ref().map(ToString::to_string),
        }
    }
}

/// Shows a case.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    CasePath(case): CasePath,
) -> Result<Response, Error> {
    let w = visitor.words;
    let loaded = seen(&app, &person, w, case).await?;
    let state = &loaded.state;
    let (now, actor) = (app.clock.now(), person.actor_at(state.organisation().as_ref(), Some(state.mode())));
    // What is proposed is the way over until the services are there, and then the way back.
    let part = match (state.ended(), state.phase()) {
        (None, Phase::Assessing | Phase::Declared) => Some(CasePart::Failover),
        (None, Phase::RunningOnDr) => Some(CasePart::Failback),
        (None, Phase::FailingOver | Phase::FailingBack | Phase::Normal) | (Some(_), _) => None,
    };
    let proposal = match part {
        Some(part) => proposed(&app, &person, state, part).await?,
        None => None,
    };
    let part = part.unwrap_or(CasePart::Support);
    let store = &**app.engine.store();
    let beside = if state.ended().is_none() { unowned(store, case).await? } else { Vec::new() };
    let left = unsettled(store).await?.into_iter().map(|known| known.value).filter(|left| left.case == Some(case));
    let left = left.map(|left| LeftRow::of(w, &left)).collect();
    let page = Page {
        shell: Shell::new(&visitor, state.what()),
        mode: state.mode(),
        mode_tag: Tag::mode(w, state.mode()),
        meaning: w.t(&format!("case-mode-{}", state.mode().keyword())),
        what: state.what().to_owned(),
        class: w.word(&state.class()),
        wall: Wall::of(w, state, now),
        may: May::of(&actor, state),
        forms: Forms::new(urls::case_act(case), person.session.csrf.clone(), &*app.ids),
        runbooks: urls::runbooks(),
        step: match state.ended() {
            Some(_) => w.t("case-step-over"),
            None => w.t(&format!("case-step-{}", state.phase().keyword())),
        },
        body: Body::of(w, &loaded, &actor, part.keyword(), proposal, &beside),
        left,
    };
    Ok(Html(page).into_response())
}
