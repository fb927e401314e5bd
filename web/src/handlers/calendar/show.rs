//! The calendar on one page.

use askama::Template;
use axum::extract::State;
use engine::base::{Day, Text};
use engine::plan::Mode;
use engine::review::{Holidays, adoptions, ended_runs, held, planned, standings, was_planned};
use engine::run::{Act, ReviewRight, permit};

use super::catalogue;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::handlers::runbooks::sees;
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Planned drills of the past that are shown.
const PAST: u32 = 10;

/// A duty.
#[derive(Debug)]
struct DutyRow {
    title: String,
    profile: String,
    clause: String,
    organisation: String,
    every: String,
    last: String,
    last_href: Option<String>,
    due: String,
    overdue: bool,
    proposal: Option<String>,
    adoption: String,
    duty: String,
    may: bool,
}

/// A planned drill.
#[derive(Debug)]
struct DrillRow {
    id: String,
    day: String,
    /// The holiday or weekend that it falls on, and the next day on which people work.
    free: Option<String>,
    runbook: String,
    mode: Tag,
    note: String,
    by: String,
    may: bool,
}

/// A profile that holds somewhere.
#[derive(Debug)]
struct AdoptedRow {
    key: String,
    title: String,
    source: String,
    organisation: String,
    rto: String,
    by: String,
    clauses: Vec<(String, String)>,
    may: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "calendar/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    key: String,
    plans: bool,
    trouble: Option<String>,
    duties: Vec<DutyRow>,
    drills: Vec<DrillRow>,
    past: Vec<DrillRow>,
    adopted: Vec<AdoptedRow>,
    profiles: Vec<(String, String)>,
    runbooks: Vec<(String, String)>,
    modes: Vec<(&'static str, String)>,
    holidays: Vec<(String, String)>,
    year: i16,
    known_until: String,
    today: String,
}

/// Shows it.
pub async fn show(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let store = &**app.engine.store();
    let today = Day::in_seoul(app.clock.now());
    let (known, trouble) = catalogue(&app, w).await?;
    let days = &known.holidays;
    let plans_at = |org: Option<&engine::base::OrgId>| {
        permit(&person.actor_at(org, None), Act::Review(ReviewRight::Plan), false).is_ok()
    };
    let mut all = adoptions(store).await?;
    all.retain(|one| person.may_view(one.organisation.as_ref()));
    let runs = ended_runs(store, None, None, 0).await?;
    let duties = standings(&all, &runs, &held(store).await?, today).into_iter().map(|standing| DutyRow {
        title: w.text(&standing.duty.title).to_owned(),
        profile: w.text(&standing.profile).to_owned(),
        clause: standing.duty.clause.clone(),
        every: w.with("calendar-every", "n", standing.duty.months),
        last: standing.last.as_ref().map_or_else(|| "–".to_owned(), |last| last.day.to_string()),
        last_href: standing.last.as_ref().and_then(|last| last.run).map(urls::run),
        due: standing.due.to_string(),
        overdue: standing.overdue,
        proposal: proposal(w, days, standing.due),
        may: plans_at(standing.organisation.as_ref()),
        organisation: standing.organisation.map_or_else(String::new, |org| org.to_string()),
        adoption: standing.adoption,
        duty: standing.duty.duty,
    });
    let drill = |drill: engine::review::Planned| DrillRow {
        id: engine::store::Kept::id(&drill),
        day: drill.day.to_string(),
        free: proposal(w, days, drill.day),
        runbook: drill.runbook.to_string(),
        mode: Tag::mode(w, drill.mode),
        note: drill.note.clone(),
        by: drill.by.to_string(),
        may: plans_at(drill.organisation.as_ref()),
    };
    let seen = |drill: &engine::review::Planned| person.may_view(drill.organisation.as_ref());
    let drills = planned(store, today).await?.into_iter().filter(seen).map(drill).collect();
    let past = was_planned(store, today, PAST).await?.into_iter().filter(seen).map(drill).collect();
    let year = today.parts().0;
    let name = |title: &Text| w.text(title).to_owned();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("calendar-title")),
        csrf: person.session.csrf.clone(),
        key: app.ids.fresh().to_string(),
        plans: permit(&person.actor_anywhere(), Act::Review(ReviewRight::Plan), false).is_ok(),
        trouble,
        duties: duties.collect(),
        drills,
        past,
        adopted: all
            .iter()
            .map(|one| AdoptedRow {
                key: engine::store::Kept::id(one),
                title: name(&one.profile.title),
                source: name(&one.profile.source),
                organisation: one.organisation.as_ref().map_or_else(|| w.t("calendar-everywhere"), ToString::to_string),
                rto: w.clock(one.profile.rto),
                by: format!("{} {}", one.by, w.day_time(one.at)),
                clauses: one.profile.clauses.iter().map(|one| (one.clause.clone(), name(&one.asks))).collect(),
                may: plans_at(one.organisation.as_ref()),
            })
            .collect(),
        profiles: known.profiles.values().map(|one| (one.profile.clone(), name(&one.title))).collect(),
        runbooks: runbooks(&app, &person, w).await?,
        modes: [Mode::Mock, Mode::Isolated, Mode::Drill].map(|mode| (mode.keyword(), w.word(&mode))).into(),
        holidays: [year, year + 1]
            .into_iter()
            .flat_map(|year| days.of_year(year))
            .filter(|(day, _)| *day >= today)
            .map(|(day, title)| (day.to_string(), name(title)))
            .collect(),
        year,
        known_until: days.known_until().map_or_else(String::new, |day| day.to_string()),
        today: today.to_string(),
    }))
}

/// What a day is on which people do not work, and the next one on which they do; nothing for a working day.
fn proposal(w: Words, days: &Holidays, day: Day) -> Option<String> {
    if days.is_working(day) {
        return None;
    }
    let name = days.name(day).map_or_else(|| w.t("calendar-weekend"), |title| w.text(title).to_owned());
    Some(w.with2("calendar-free", ("name", name), ("next", days.next_working(day).to_string())))
}

/// Runbooks that the person may see.
async fn runbooks(app: &App, person: &SignedIn, w: Words) -> Result<Vec<(String, String)>, Error> {
    let entries = app.runbooks(engine::plan::Library::entries).await?;
    let seen = entries.iter().filter(|entry| sees(person, entry));
    let plans = seen.filter_map(|entry| entry.plan.as_ref());
    Ok(plans.map(|plan| (plan.body().runbook.to_string(), w.text(&plan.body().title).to_owned())).collect())
}
