//! The calendar as a file for the calendars that people have already.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse as _, Response};
use engine::base::Day;
use engine::review::{adoptions, ended_runs, held, ics, planned, standings};

use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};

/// Planned drills from today on, and due days of duties, as far as the person may see them.
pub async fn file(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Response, Error> {
    let store = &**app.engine.store();
    let now = app.clock.now();
    let today = Day::in_seoul(now);
    let mut adopted = adoptions(store).await?;
    adopted.retain(|one| person.may_view(one.organisation.as_ref()));
    let runs = ended_runs(store, None, None, 0).await?;
    let standing = standings(&adopted, &runs, &held(store).await?, today);
    let mut drills = planned(store, today).await?;
    drills.retain(|drill| person.may_view(drill.organisation.as_ref()));
    let mut response = ics(&drills, &standing, visitor.words.0, now).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8"));
    headers
        .insert(header::CONTENT_DISPOSITION, HeaderValue::from_static("attachment; filename=\"relight-drills.ics\""));
    Ok(response)
}
