//! The declaration form.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use engine::base::{CaseId, CasePart, RunbookId};
use engine::cases::Moment;
use engine::plan::{Entry, InputKind, Mode, Plan};
use engine::run::Denial;
use serde::Deserialize;

use super::preflight::Shown;
use super::rehearsal::{self, Line};
use super::touched::Touched;
use crate::app::App;
use crate::error::Error;
use crate::extract::{Fields, SignedIn, Visitor};
use crate::handlers::cases::seen;
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

#[derive(Debug)]
struct ModeChoice {
    keyword: &'static str,
    word: String,
    meaning: String,
    chosen: bool,
}

/// How an input is asked for.
#[derive(Debug)]
enum Control {
    Text,
    Secret,
    Datetime,
    Bool,
    Enum(Vec<String>),
}

#[derive(Debug)]
struct Ask {
    name: String,
    title: String,
    required: bool,
    value: String,
    control: Control,
}

/// The form, empty or as it was sent.
#[derive(Debug, Template)]
#[template(path = "runs/new.html")]
pub(super) struct Page {
    shell: Shell,
    csrf: String,
    run: String,
    action: String,
    back: String,
    id: String,
    problems: Vec<String>,
    modes: Vec<ModeChoice>,
    asks: Vec<Ask>,
    units: Vec<(String, String)>,
    faults: Vec<Line>,
    touched: Touched,
    length: String,
    rto: String,
    fit: String,
    over: bool,
    digest: String,
    when: String,
    confirm: String,
    /// The case that the run will belong to: its id, the run's part, and words.
    case: Option<(String, String, String)>,
    /// When it would be done if it were declared now and took its targets.
    finish: String,
    preflight_url: String,
    preflight: Option<Shown>,
    sent: Fields,
}

/// The case that an address or a form names, and what the run is to be there.
#[derive(Debug, Clone, Deserialize)]
pub struct InCase {
    pub(super) case: Option<CaseId>,
    pub(super) part: Option<CasePart>,
}

impl Page {
    /// `sent` is what was sent before; empty for a new form, which then gets the id of the run that it will declare.
    pub(super) fn new(app: &App, visitor: &Visitor, person: &SignedIn, plan: &Plan, sent: Fields) -> Self {
        let w = visitor.words;
        let body = plan.body();
        let id = body.runbook.to_string();
        let (length, rto) = (plan.schedule().length(), body.objectives.rto);
        let over = rto.is_some_and(|rto| length > rto);
        let fit = match rto {
            Some(_) if over => w.t("declare-length-over"),
            Some(rto) => w.with("declare-length-fits", "left", w.span(rto.saturating_sub(length))),
            None => String::new(),
        };
        let run = if sent.get("run").is_empty() { app.ids.fresh().to_string() } else { sent.get("run").to_owned() };
        let may = |mode: &Mode| person.requester(plan, *mode).is_ok();
        let modes = Mode::ALL.into_iter().filter(may).map(|mode| ModeChoice {
            keyword: mode.keyword(),
            word: w.word(&mode),
            meaning: w.mode_meaning(mode),
            chosen: sent.get("mode") == mode.keyword(),
        });
        let title = w.with("declare-title", "title", w.text(&body.title));
        Self {
            shell: Shell::new(visitor, &title),
            csrf: person.session.csrf.clone(),
            run,
            action: urls::declare(&body.runbook),
            back: urls::runbook(&body.runbook),
            problems: Vec::new(),
            modes: modes.collect(),
            asks: asks(w, plan, &sent),
            units: plan.units().iter().map(|unit| (unit.id.to_string(), w.text(&unit.title).to_owned())).collect(),
            faults: rehearsal::lines(&sent),
            touched: Touched::by(w, plan),
            length: w.span(length),
            rto: rto.map_or_else(|| w.t("none"), |rto| w.span(rto)),
            fit,
            over,
            digest: plan.digest().to_string(),
            when: w.with("declare-when-what", "origin", w.word(&body.objectives.clock)),
            confirm: w.with("declare-confirm-what", "id", id.as_str()),
            finish: w.moment(app.clock.now().plus(length)),
            preflight_url: urls::preflight(&body.runbook),
            preflight: None,
            id,
            case: None,
            sent,
        }
    }

    /// The form of a run that will belong to a case.
    pub(super) async fn of_case(
        self,
        app: &App,
        visitor: &Visitor,
        person: &SignedIn,
        asked: &InCase,
    ) -> Result<Self, Error> {
        let w = visitor.words;
        let Some(case) = asked.case else { return Ok(self) };
        let part = asked.part.unwrap_or(CasePart::Support);
        let loaded = seen(app, person, w, case).await?;
        let words = w.with2("declare-in-case", ("what", loaded.state.what()), ("part", w.word(&part)));
        let mut sent = self.sent;
        // The recovery is reckoned from the event of the case; who knows better writes another time over it.
        for (field, moment) in [("event_at", Moment::Event), ("detect_at", Moment::Detect)] {
            if sent.get(field).is_empty() {
                sent.0.retain(|(name, _)| name != field);
                sent.0.push((field.to_owned(), w.moment(loaded.state.time(moment)).replace(' ', "T")));
            }
        }
        Ok(Self { case: Some((case.to_string(), part.keyword().to_owned(), words)), sent, ..self })
    }

    /// With what a preflight found.
    pub(super) fn with_preflight(self, preflight: Shown) -> Self {
        Self { preflight: Some(preflight), ..self }
    }

    /// The form again, with everything that is wrong.
    pub(super) fn again(self, problems: Vec<String>) -> Response {
        (StatusCode::UNPROCESSABLE_ENTITY, Html(Self { problems, ..self })).into_response()
    }
}

fn asks(w: Words, plan: &Plan, sent: &Fields) -> Vec<Ask> {
    let ask = |input: &engine::plan::Input| {
        let field = format!("input.{}", input.name);
        let control = match &input.kind {
            InputKind::Text => Control::Text,
            InputKind::Secret => Control::Secret,
            InputKind::Datetime => Control::Datetime,
            InputKind::Bool => Control::Bool,
            InputKind::Enum(options) => Control::Enum(options.clone()),
        };
        // A secret is never sent back to the browser.
        let value = match (&input.kind, sent.get(&field)) {
            (InputKind::Secret, _) => String::new(),
            (_, "") => input.default.clone().unwrap_or_default(),
            (_, value) => value.to_owned(),
        };
        let title = w.text(&input.title).to_owned();
        Ask { name: field, title, required: input.required, value, control }
    };
    plan.body().inputs.iter().map(ask).collect()
}

/// The runbook of an address, if it compiles and the person may see it.
pub(crate) async fn runbook(app: &App, person: &SignedIn, id: &str) -> Result<(Arc<Entry>, Arc<Plan>), Error> {
    let id: RunbookId = id.parse().map_err(|_| Error::NotFound)?;
    let entry = app.runbooks(move |library| library.find(&id)).await?.ok_or(Error::NotFound)?;
    let plan = entry.plan.clone().filter(|plan| person.may_view(plan.body().organisation.as_ref()));
    Ok((entry, plan.ok_or(Error::NotFound)?))
}

/// Why a person can declare a plan in no mode at all; `None` where there is one.
pub(in crate::handlers) fn never(person: &SignedIn, plan: &Plan) -> Option<Denial> {
    let mut denied = None;
    for mode in Mode::ALL {
        match person.requester(plan, mode) {
            Ok(_) => return None,
            Err(denial) => denied = Some(denial),
        }
    }
    denied
}

/// Shows the form to who may declare.
pub async fn new(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<String>,
    Query(asked): Query<InCase>,
) -> Result<Response, Error> {
    let (_, plan) = runbook(&app, &person, &id).await?;
    if let Some(denial) = never(&person, &plan) {
        return Err(Error::Forbidden { why: visitor.words.text(&denial.message).to_owned() });
    }
    let page = Page::new(&app, &visitor, &person, &plan, Fields::default());
    Ok(Html(page.of_case(&app, &visitor, &person, &asked).await?).into_response())
}
