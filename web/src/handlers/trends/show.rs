//! One runbook from run to run.

use askama::Template;
use axum::extract::{Path, State};
use engine::base::RunbookId;
use engine::review::{Base, Baseline, Point, baseline, ended_runs, trend};
use engine::run::{Act, ReviewRight, permit};

use crate::app::App;
use crate::draw::{Curve, Dot};
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell, Tag};
use crate::urls;

/// Runs looked back over.
const BACK: u32 = 200;

/// A run.
#[derive(Debug)]
struct Row {
    href: String,
    run: String,
    at: String,
    mode: Tag,
    verdict: Option<Tag>,
    rta: String,
    rto: String,
    rta_share: String,
    people: u32,
    people_share: String,
    hours: String,
    compliance: String,
    coverage: String,
    compare: Option<String>,
    is_baseline: bool,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "trends/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    plans: bool,
    curve: Option<Curve>,
    rows: Vec<Row>,
    played: usize,
    compliance: String,
    coverage: String,
    base: Option<String>,
}

/// Shows the trend of a runbook to who may see its runs.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    Path(id): Path<String>,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let id: RunbookId = id.parse().map_err(|_| Error::NotFound)?;
    let store = &**app.engine.store();
    let mut runs = ended_runs(store, Some(&id), None, BACK).await?;
    runs.retain(|facts| person.may_view(facts.organisation.as_ref()));
    let found = trend(baseline(store, &id).await?, &runs).ok_or(Error::NotFound)?;
    let org = runs.first().and_then(|facts| facts.organisation.clone());
    let title = w.with("trend-title", "runbook", w.text(&found.title));
    let dots = found.points.iter().filter_map(|point| {
        let label = format!("{} {}", w.day_time(point.declared_at), w.clock(point.rta));
        Some(Dot { value: point.rta?.0, label, over: point.rto.is_some_and(|rto| point.rta > Some(rto)) })
    });
    let last = found.points.last();
    let stated = found.baseline.as_ref().and_then(|base| match &base.base {
        Base::Stated { rta, .. } => Some(*rta),
        Base::Run { .. } => found.points.iter().find(|point| point.is_baseline).and_then(|point| point.rta),
    });
    let dots: Vec<Dot> = dots.collect();
    let objective = last.and_then(|point| point.rto).map(|rto| (rto.0, format!("RTO {}", rto.clock())));
    let baseline = stated.map(|rta| (rta.0, format!("{} {}", w.t("trend-baseline"), rta.clock())));
    let curve = Curve::of(&dots, objective.as_ref(), baseline.as_ref(), w.t("trend-curve"));
    let mut rows: Vec<Row> = Vec::with_capacity(found.points.len());
    for (at, point) in found.points.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|before| found.points.get(before));
        rows.push(row(w, point, before));
    }
    rows.reverse();
    let plans = permit(&person.actor_at(org.as_ref(), None), Act::Review(ReviewRight::Plan), false).is_ok();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &title),
        csrf: person.session.csrf.clone(),
        action: urls::trend(&id),
        plans,
        curve,
        rows,
        played: found.played,
        compliance: percent(found.pooled.compliance().map(u64::from)),
        coverage: format!("{}/{}", found.pooled.measured(), found.pooled.in_scope()),
        base: found.baseline.as_ref().map(|base| said(w, base)),
    }))
}

fn said(w: Words, baseline: &Baseline) -> String {
    let what = match &baseline.base {
        Base::Run { run } => w.with("trend-base-run", "run", run.to_string()),
        Base::Stated { rta, people, source } => {
            let said = w.with2("trend-base-stated", ("rta", rta.clock()), ("people", *people));
            format!("{said} {source}")
        }
    };
    format!("{what} ({} {})", baseline.by, w.day_time(baseline.at))
}

fn row(w: Words, point: &Point, before: Option<&Point>) -> Row {
    Row {
        href: urls::run(point.run),
        run: point.run.to_string(),
        at: w.day_time(point.declared_at),
        mode: Tag::mode(w, point.mode),
        verdict: point.verdict.map(|verdict| Tag::verdict(w, verdict)),
        rta: w.clock(point.rta),
        rto: w.clock(point.rto),
        rta_share: percent(point.rta_share),
        people: point.people,
        people_share: percent(point.people_share),
        hours: point.person_time.clock(),
        compliance: percent(point.units.compliance().map(u64::from)),
        coverage: format!("{}/{}", point.units.measured(), point.units.in_scope()),
        compare: before.map(|before| urls::compare(before.run, point.run)),
        is_baseline: point.is_baseline,
    }
}

/// Tenths of a percent, or a dash.
pub(in crate::handlers) fn percent(tenths: Option<u64>) -> String {
    tenths.map_or_else(
        || "–".to_owned(),
        |tenths| match tenths % 10 {
            0 => format!("{}%", tenths / 10),
            rest => format!("{}.{rest}%", tenths / 10),
        },
    )
}
