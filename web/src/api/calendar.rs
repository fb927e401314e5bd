//! The drill calendar.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use engine::base::Day;
use engine::review::{adoptions, ended_runs, held, planned, standings, was_planned};

use super::Caller;
use super::model::{
    AdoptionLine, Calendar, CalendarAct, DutyLine, HolidayLine, PlannedLine, ProfileCatalogue, ProfileLine,
};
use super::once::{Answer, Key, once};
use super::sent::Sent;
use crate::app::App;
use crate::error::Error;
use crate::extract::Visitor;
use crate::handlers::calendar::{acted, catalogue};

/// Planned drills of the past that are told.
const PAST: u32 = 10;

/// Drills that are owed, and drills that are planned from today on.
#[utoipa::path(get, path = "/api/v1/calendar", tag = "review", responses(
    (status = 200, description = "The calendar, as far as the caller may see it.", body = Calendar),
))]
pub(super) async fn show(State(app): State<App>, caller: Caller) -> Result<Json<Calendar>, Error> {
    Ok(Json(standing(&app, &caller).await?))
}

async fn standing(app: &App, caller: &Caller) -> Result<Calendar, Error> {
    let store = &**app.engine.store();
    let today = Day::in_seoul(app.clock.now());
    let mut adopted = adoptions(store).await?;
    adopted.retain(|one| caller.person.may_view(one.organisation.as_ref()));
    let runs = ended_runs(store, None, None, 0).await?;
    let standing = standings(&adopted, &runs, &held(store).await?, today);
    let mut drills = planned(store, today).await?;
    let mut past = was_planned(store, today, PAST).await?;
    for drills in [&mut drills, &mut past] {
        drills.retain(|drill| caller.person.may_view(drill.organisation.as_ref()));
    }
    Ok(Calendar {
        adoptions: adopted.iter().map(AdoptionLine::of).collect(),
        duties: standing.iter().map(DutyLine::of).collect(),
        planned: drills.iter().map(PlannedLine::of).collect(),
        past: past.iter().map(PlannedLine::of).collect(),
    })
}

/// Does something with the calendar: adopts a profile or gives it up, writes a duty down as held, plans a drill or cancels it.
#[utoipa::path(post, path = "/api/v1/calendar/acts", tag = "review", request_body = CalendarAct,
    params(Key),
    responses((status = 200, description = "It is done, and the calendar is this.", body = Calendar)))]
pub(super) async fn act(
    State(app): State<App>,
    visitor: Visitor,
    caller: Caller,
    key: Key,
    sent: Sent<CalendarAct>,
) -> Result<Response, Error> {
    once(&app, &caller, key, sent.digest, async |makes| {
        acted(&app, visitor.words, &caller, &sent.value.fields(makes)).await?;
        Answer::new(StatusCode::OK, None, &standing(&app, &caller).await?)
    })
    .await
}

/// Profiles that can be adopted, with what they ask, and holidays.
#[utoipa::path(get, path = "/api/v1/calendar/catalogue", tag = "review", responses(
    (status = 200, description = "What there is.", body = ProfileCatalogue),
))]
pub(super) async fn profiles(
    State(app): State<App>,
    visitor: Visitor,
    _: Caller,
) -> Result<Json<ProfileCatalogue>, Error> {
    let (known, trouble) = catalogue(&app, visitor.words).await?;
    let (year, _, _) = Day::in_seoul(app.clock.now()).parts();
    let holidays = [year, year + 1].into_iter().flat_map(|year| known.holidays.of_year(year));
    Ok(Json(ProfileCatalogue {
        profiles: known.profiles.values().map(ProfileLine::of).collect(),
        holidays: holidays.map(|(day, title)| HolidayLine::of(day, title)).collect(),
        trouble,
    }))
}
