//! The page of a finding.

use askama::Template;
use axum::extract::State;
use engine::base::{Day, UserName};
use engine::review::{CauseCategory, Finding, Severity, Status, latest_waiver};
use engine::run::{Act, Actor, ReviewRight, permit};
use engine::store::{Deed, DeedQuery};

use super::{FindingPath, Row, seen};
use crate::app::App;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};
use crate::urls;

/// Something to choose.
#[derive(Debug)]
struct Choice {
    value: &'static str,
    word: String,
    on: bool,
}

/// What somebody did about it.
#[derive(Debug)]
struct Line {
    at: String,
    by: String,
    act: String,
    reason: String,
}

/// What the person may do with it.
#[derive(Debug)]
struct May {
    tend: bool,
    owns: bool,
    waive: bool,
}

impl May {
    fn of(actor: &Actor, finding: &Finding) -> Self {
        let may = |right| permit(actor, Act::Review(right), false).is_ok();
        let owns = finding.owner.as_ref() == Some(&actor.name);
        let waivable = finding.owner.is_some() && !owns && !matches!(finding.status, Status::Closed { .. });
        Self { tend: may(ReviewRight::Tend), owns, waive: waivable && may(ReviewRight::Waive) }
    }
}

/// A finding on one page.
#[derive(Debug, Template)]
#[template(path = "findings/show.html")]
pub struct Page {
    shell: Shell,
    csrf: String,
    action: String,
    row: Row,
    stands: String,
    closed_by: Option<String>,
    rests: bool,
    run_url: String,
    report_url: String,
    unit_url: Option<String>,
    repeats: Option<String>,
    raised_by: String,
    category: Option<String>,
    cause: String,
    action_text: String,
    owner: String,
    due: String,
    severities: Vec<Choice>,
    categories: Vec<Choice>,
    steps: Vec<Choice>,
    today: String,
    latest: String,
    may: May,
    lines: Vec<Line>,
}

/// Shows a finding.
pub async fn show(
    State(app): State<App>,
    visitor: Visitor,
    person: SignedIn,
    FindingPath(id): FindingPath,
) -> Result<Html<Page>, Error> {
    let w = visitor.words;
    let finding = seen(&app, &person, w, id).await?;
    let today = Day::in_seoul(app.clock.now());
    let actor = person.actor_at(finding.organisation.as_ref(), Some(finding.mode));
    let query = DeedQuery { object: Some(format!("finding/{id}")), ..DeedQuery::default() };
    let deeds = app.engine.store().deeds(query).await?;
    let lines =
        deeds.iter().filter_map(|deed| serde_json::from_str::<Deed>(&deed.entry).ok()).map(|deed| line(w, &deed));
    let stands = stands(w, &finding);
    let owner = finding.owner.as_ref().map_or_else(String::new, UserName::to_string);
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("finding-title")),
        csrf: person.session.csrf.clone(),
        action: urls::finding_act(id),
        row: Row::of(w, &finding, today),
        stands,
        closed_by: match &finding.status {
            Status::Closed { run, .. } => Some(urls::run(*run)),
            Status::Open
            | Status::InProgress
            | Status::AwaitingRetest
            | Status::Waived { .. }
            | Status::Reopened { .. } => None,
        },
        rests: finding.status.rests(),
        run_url: urls::run(finding.run),
        report_url: urls::report(finding.run),
        unit_url: finding.subject.unit().map(|unit| urls::run_unit(finding.run, unit)),
        repeats: finding.repeats.map(urls::finding),
        raised_by: finding.raised_by.as_ref().map_or_else(|| w.t("finding-by-itself"), UserName::to_string),
        category: finding.category.map(|category| w.text(&category.title()).to_owned()),
        cause: finding.cause.clone(),
        action_text: finding.action.clone(),
        owner,
        due: finding.due.map_or_else(String::new, |due| due.to_string()),
        severities: Severity::ALL
            .map(|one| Choice {
                value: one.keyword(),
                word: w.text(&one.title()).to_owned(),
                on: one == finding.severity,
            })
            .into(),
        categories: CauseCategory::ALL
            .map(|one| Choice {
                value: one.keyword(),
                word: w.text(&one.title()).to_owned(),
                on: Some(one) == finding.category,
            })
            .into(),
        steps: [Status::Open, Status::InProgress, Status::AwaitingRetest]
            .map(|one| Choice {
                value: one.keyword(),
                word: w.text(&one.title()).to_owned(),
                on: one.keyword() == finding.status.keyword(),
            })
            .into(),
        today: today.to_string(),
        latest: latest_waiver(today).to_string(),
        may: May::of(&actor, &finding),
        lines: lines.collect(),
    }))
}

/// Where it stands, in a sentence.
fn stands(w: Words, finding: &Finding) -> String {
    match &finding.status {
        Status::Open => w.t("finding-stands-open"),
        Status::InProgress => w.t("finding-stands-in-progress"),
        Status::AwaitingRetest => w.t("finding-stands-awaiting"),
        Status::Closed { at, .. } => w.with("finding-stands-closed", "at", w.day_time(*at)),
        Status::Waived { by, until, reason, .. } => {
            let said = w.with2("finding-stands-waived", ("by", by.as_str()), ("until", until.to_string()));
            format!("{said} {reason}")
        }
        Status::Reopened { at, by, reason } => {
            let by = by.as_ref().map_or_else(|| w.t("finding-by-itself"), UserName::to_string);
            let said = w.with2("finding-stands-reopened", ("at", w.day_time(*at)), ("by", by));
            format!("{said} {}", w.text(reason))
        }
    }
}

fn line(w: Words, deed: &Deed) -> Line {
    let outcome = deed.outcome.keyword();
    let act = w.t(&format!("finding-deed-{}", deed.act.trim_start_matches("finding.")));
    Line {
        at: w.day_time(deed.at),
        by: deed.by.name.to_string(),
        act: if outcome == "done" { act } else { format!("{act} · {}", w.t(&format!("audit-outcome-{outcome}"))) },
        reason: deed.reason.clone(),
    }
}
