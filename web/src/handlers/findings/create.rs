//! Writing a finding down by hand, as at the hotwash.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Redirect;
use engine::base::{FindingId, RunId};
use engine::review::{self, Asker, CauseCategory, Finding, Observation, Severity, units_of};
use engine::run::{Act, Door, ReviewRight, permit};
use serde::Deserialize;

use super::asked::{malformed, tended};
use super::{place, told};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// Of which run.
#[derive(Debug, Deserialize)]
pub struct Asked {
    run: RunId,
}

/// The form.
#[derive(Debug, Template)]
#[template(path = "findings/new.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    key: String,
    run: String,
    run_url: String,
    units: Vec<(String, String)>,
    severities: Vec<(&'static str, String)>,
    categories: Vec<(&'static str, String)>,
}

/// Shows the form to who may keep findings where the run is.
pub async fn new(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let place = place(&app, &person, asked.run).await?;
    let actor = person.actor_at(place.org.as_ref(), Some(place.mode));
    permit(&actor, Act::Review(ReviewRight::Tend), false)
        .map_err(|denial| Error::Forbidden { why: w.text(&denial.message).to_owned() })?;
    let units = units_of(&**app.engine.store(), asked.run).await?.unwrap_or_default();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("finding-new")),
        csrf: person.session.csrf.clone(),
        key: app.ids.fresh().to_string(),
        run: asked.run.to_string(),
        run_url: urls::run(asked.run),
        units: units.into_values().map(|unit| (unit.unit.to_string(), w.text(&unit.title).to_owned())).collect(),
        severities: Severity::ALL.map(|one| (one.keyword(), w.text(&one.title()).to_owned())).into(),
        categories: CauseCategory::ALL.map(|one| (one.keyword(), w.text(&one.title()).to_owned())).into(),
    }))
}

/// Writes it down and goes to it.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Redirect, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    let (run, id) = (fields.parsed("run")?, FindingId(fields.parsed("key")?));
    let new = raised(&app, visitor.words, &comer, run, id, &fields).await?;
    Ok(Redirect::to(&urls::finding(new.id)))
}

/// Writes down what the fields say.
pub(crate) async fn raised(
    app: &App,
    w: Words,
    comer: &Comer,
    run: RunId,
    id: FindingId,
    fields: &Fields,
) -> Result<Finding, Error> {
    let place = place(app, &comer.person, run).await?;
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let unit = Some(fields.get("unit")).filter(|unit| !unit.is_empty());
    let seen = Observation {
        id,
        run,
        unit: unit.map(|unit| unit.parse().map_err(|_| malformed("unit"))).transpose()?,
        what: fields.required("what")?,
        tended: tended(fields)?,
    };
    let asker = Asker { by: doer.actor, origin: doer.origin, at: app.clock.now() };
    review::raise(&**app.engine.store(), &seen, &asker).await.map_err(|why| told(w, why))
}
