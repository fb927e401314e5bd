//! All runbooks that were ever run, each with its last run and what became of it since the baseline; and the mean time to
//! recovery of real incidents.

use std::collections::{BTreeMap, BTreeSet};

use askama::Template;
use axum::extract::{Query, State};
use engine::base::{Day, Millis, OrgId, RunbookId, reaches};
use engine::plan::Mode;
use engine::review::{RunFacts, Trend, baselines, ended_runs, mttr, trend};
use serde::Deserialize;

use super::percent;
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// What the mean time to recovery should be where nothing else is agreed: seed 000 has an hour from noticing.
const GOAL: Millis = Millis::minutes(60);

/// Which period incidents are of.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    until: String,
    /// Only runbooks of this organisation and of those below it; what is no organisation counts as not given.
    #[serde(default)]
    organisation: String,
}

/// A runbook.
#[derive(Debug)]
struct Row {
    href: String,
    title: String,
    organisation: String,
    runs: usize,
    played: usize,
    last: String,
    mode: Option<Tag>,
    verdict: Option<Tag>,
    rta: String,
    rta_share: String,
    people: String,
    people_share: String,
    hours: String,
    compliance: String,
    coverage: String,
}

/// An incident.
#[derive(Debug)]
struct IncidentRow {
    href: String,
    title: String,
    detect: String,
    resume: String,
    took: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "trends/list.html")]
pub struct Page {
    shell: Shell,
    rows: Vec<Row>,
    /// Organisations that have runs, and whether it is the one shown.
    organisations: Vec<(String, bool)>,
    from: String,
    until: String,
    mean: String,
    over: bool,
    measured: String,
    incidents: Vec<IncidentRow>,
}

/// Shows them.
pub async fn list(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Query(asked): Query<Asked>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let wanted: Option<OrgId> = asked.organisation.parse().ok();
    let mut runs = seen(&app, &person, None).await?;
    let organisations = organisations(&runs, wanted.as_ref());
    runs.retain(|facts| reaches(wanted.as_ref(), facts.organisation.as_ref()));
    let rows = trends(&app, &runs).await?.into_iter().map(|(org, found)| row(w, org.as_ref(), &found)).collect();
    let (from, until) = period(&app, asked.from.parse().ok(), asked.until.parse().ok());
    let found = mttr(&runs, from.begins_at(), until.next().begins_at());
    let at = |at: Option<engine::base::Timestamp>| at.map_or_else(|| "–".to_owned(), |at| w.moment(at));
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("trends-title")),
        rows,
        organisations,
        from: from.to_string(),
        until: until.to_string(),
        mean: w.clock(found.mean),
        over: found.mean.is_some_and(|mean| mean > GOAL),
        measured: w.with2("mttr-measured", ("measured", found.measured), ("all", found.incidents.len())),
        incidents: found
            .incidents
            .iter()
            .map(|incident| IncidentRow {
                href: urls::run(incident.run),
                title: w.text(&incident.title).to_owned(),
                detect: at(incident.detect_at),
                resume: at(incident.resume_at),
                took: w.clock(incident.took),
            })
            .collect(),
    }))
}

/// Every organisation with runs, and all that stand above one.
fn organisations(runs: &[RunFacts], wanted: Option<&OrgId>) -> Vec<(String, bool)> {
    let mut all = BTreeSet::new();
    for facts in runs {
        let mut next = facts.organisation.clone();
        while let Some(one) = next {
            next = one.above();
            all.insert(one);
        }
    }
    all.into_iter().map(|one| (one.to_string(), Some(&one) == wanted)).collect()
}

/// Runs that are over and that the person may see, newest first: only of an organisation and of those below it, where one is
/// named.
pub(crate) async fn seen(app: &App, person: &SignedIn, org: Option<&OrgId>) -> Result<Vec<RunFacts>, Error> {
    let mut runs = ended_runs(&**app.engine.store(), None, None, 0).await?;
    runs.retain(|facts| person.may_view(facts.organisation.as_ref()) && reaches(org, facts.organisation.as_ref()));
    Ok(runs)
}

/// The trend of each runbook of these runs, by its id, with the place of its last run that did real work.
pub(crate) async fn trends(app: &App, runs: &[RunFacts]) -> Result<Vec<(Option<OrgId>, Trend)>, Error> {
    let mut by_runbook: BTreeMap<RunbookId, Vec<RunFacts>> = BTreeMap::new();
    for facts in runs {
        by_runbook.entry(facts.runbook.clone()).or_default().push(facts.clone());
    }
    let mut bases = baselines(&**app.engine.store()).await?;
    let found = by_runbook.into_iter().filter_map(|(runbook, runs)| {
        let newest = runs.iter().find(|facts| facts.mode != Mode::Mock);
        let org = newest.and_then(|facts| facts.organisation.clone());
        Some((org, trend(bases.remove(&runbook), &runs)?))
    });
    Ok(found.collect())
}

/// The days that incidents are looked at from and until: the last twelve months where nothing is said.
pub(crate) fn period(app: &App, from: Option<Day>, until: Option<Day>) -> (Day, Day) {
    let until = until.unwrap_or_else(|| Day::in_seoul(app.clock.now()));
    (from.unwrap_or_else(|| until.plus_months(-12)), until)
}

fn row(w: Words, org: Option<&OrgId>, found: &Trend) -> Row {
    let last = found.points.last();
    Row {
        href: urls::trend(&found.runbook),
        title: w.text(&found.title).to_owned(),
        organisation: org.map_or_else(String::new, ToString::to_string),
        runs: found.points.len(),
        played: found.played,
        last: last.map_or_else(|| "–".to_owned(), |point| w.day_time(point.declared_at)),
        mode: last.map(|point| Tag::mode(w, point.mode)),
        verdict: last.and_then(|point| point.verdict).map(|verdict| Tag::verdict(w, verdict)),
        rta: w.clock(last.and_then(|point| point.rta)),
        rta_share: percent(last.and_then(|point| point.rta_share)),
        people: last.map_or_else(|| "–".to_owned(), |point| point.people.to_string()),
        people_share: percent(last.and_then(|point| point.people_share)),
        hours: last.map_or_else(|| "–".to_owned(), |point| point.person_time.clock()),
        compliance: percent(found.pooled.compliance().map(u64::from)),
        coverage: format!("{}/{}", found.pooled.measured(), found.pooled.in_scope()),
    }
}
