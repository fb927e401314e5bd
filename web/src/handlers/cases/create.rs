//! Takes the form that opens a case.

use axum::extract::State;
use axum::response::{IntoResponse as _, Redirect, Response};
use engine::base::{CaseClass, CaseId, FacilityScope, OrgId, RequestId, Timestamp};
use engine::cases::{self, Asker, Customers, Opening, Source};
use engine::plan::Mode;
use engine::run::Door;

use super::new::Page;
use super::told;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Acting, Fields, Visitor};
use crate::i18n::Words;
use crate::urls;

/// Opens a case and goes to its page, or shows the form again. The form carries the case's id: sent twice it opens one.
pub async fn create(State(app): State<App>, visitor: Visitor, acting: Acting) -> Result<Response, Error> {
    let Acting { person, fields } = acting;
    let comer = Comer { person, door: Door::Console };
    match open(&app, visitor.words, &comer, &fields).await {
        Ok(case) => Ok(Redirect::to(&urls::case(case)).into_response()),
        Err(Error::Unfit(problems)) => Ok(Page::new(&app, &visitor, &comer.person, fields).again(problems)),
        Err(why) => Err(why),
    }
}

/// Opens the case that the fields describe; [`Error::Unfit`] names all that keeps it from being opened.
pub(crate) async fn open(app: &App, w: Words, comer: &Comer, fields: &Fields) -> Result<CaseId, Error> {
    let now = app.clock.now();
    let (case, opening) = read(w, fields, now).map_err(Error::Unfit)?;
    let doer = comer.at(opening.organisation.as_ref(), Some(opening.mode));
    let asker = Asker { by: doer.actor, origin: doer.origin, at: now, request: RequestId(case.0) };
    match cases::open_case(&**app.engine.store(), case, opening, &asker).await {
        Ok(_) => Ok(case),
        Err(cases::Error::Refused(refusal)) if !refusal.code.starts_with("needs_") => {
            Err(Error::Unfit(vec![w.text(&refusal.message).to_owned()]))
        }
        Err(why) => Err(told(w, why)),
    }
}

fn read(w: Words, fields: &Fields, now: Timestamp) -> Result<(CaseId, Opening), Vec<String>> {
    let mut problems = Vec::new();
    let mut missing = |key: &str| problems.push(w.with("field-missing", "field", w.t(key)));
    let what = fields.text("what").unwrap_or_default();
    if what.is_empty() {
        missing("case-what");
    }
    let class = CaseClass::from_keyword(fields.get("class"));
    if class.is_none() {
        missing("case-class");
    }
    let mode = Mode::from_keyword(fields.get("mode"));
    if mode.is_none() {
        missing("case-mode");
    }
    let case: Option<CaseId> = fields.get("case").parse().ok();
    if case.is_none() {
        missing("field-name-key");
    }
    let organisation = match fields.get("organisation") {
        "" => None,
        path => match path.parse::<OrgId>() {
            Ok(place) => Some(place),
            Err(_) => {
                problems.push(w.with("field-malformed", "field", w.t("case-place")));
                None
            }
        },
    };
    let mut instant = |field: &str, key: &str| {
        fields.instant(field).unwrap_or_else(|_| {
            problems.push(w.with("declare-bad-time", "field", w.t(key)));
            None
        })
    };
    let event_at = instant("event_at", "declare-event");
    let detect_at = instant("detect_at", "declare-detect");
    let (Some(case), Some(class), Some(mode), true) = (case, class, mode, problems.is_empty()) else {
        return Err(problems);
    };
    let source = Source::from_keyword(fields.get("source")).unwrap_or(Source::Person);
    let detect_at = detect_at.unwrap_or(now);
    let opening = Opening {
        what,
        class,
        mode,
        event_at: event_at.unwrap_or(detect_at),
        // Where nobody says when it happened, the moment at which it was noticed stands in for it.
        event_source: if event_at.is_some() { source } else { Source::Estimate },
        detect_at,
        detect_source: source,
        customers: Customers::from_keyword(fields.get("customers")),
        scope: FacilityScope::from_keyword(fields.get("scope")),
        organisation,
    };
    Ok((case, opening))
}
