//! How a runbook does from run to run, and whether it has become better than it was at the baseline.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::RunFacts;
use super::findings::Asker;
use crate::base::{Millis, RunId, RunbookId, Text, Timestamp, UserName};
use crate::plan::Mode;
use crate::report::Tally;
use crate::run::{Act, Denial, ReviewRight, RunStatus, Verdict, permit};
use crate::store::{Changed, Deed, Error, Kept, Query, Store, add, find, list};

/// What a trend is measured against.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "base", rename_all = "snake_case")]
pub enum Base {
    /// A run of the runbook.
    Run {
        /// Which.
        run: RunId,
    },
    /// How it was before there were runs: what somebody knows of a recovery by hand.
    Stated {
        /// How long it took.
        #[serde(rename = "rta_ms")]
        rta: Millis,
        /// How many people it took.
        people: u32,
        /// Where that is known from.
        source: String,
    },
}

/// The baseline of a runbook.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Baseline {
    /// The runbook.
    pub runbook: RunbookId,
    /// What it is.
    #[serde(flatten)]
    pub base: Base,
    /// Who named it.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
}

impl Kept for Baseline {
    const KIND: &'static str = "baseline";

    fn id(&self) -> String {
        self.runbook.to_string()
    }
}

/// A run in a trend.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Point {
    /// The run.
    pub run: RunId,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Its mode.
    pub mode: Mode,
    /// Its objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// Its recovery time.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// Its overall verdict.
    pub verdict: Option<Verdict>,
    /// Its units by verdict: compliance and coverage.
    pub units: Tally,
    /// How many people took part.
    pub people: u32,
    /// People times wall time.
    #[serde(rename = "person_ms")]
    pub person_time: Millis,
    /// Recovery time as a share of the baseline's, in tenths of a percent: 500 is half of it.
    pub rta_share: Option<u64>,
    /// People as a share of the baseline's.
    pub people_share: Option<u64>,
    /// It is the baseline.
    pub is_baseline: bool,
}

/// How a runbook does from run to run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Trend {
    /// The runbook.
    pub runbook: RunbookId,
    /// The runbook's name for people, as of its last run.
    pub title: Text,
    /// What it is measured against.
    pub baseline: Option<Baseline>,
    /// Its runs that did real work, the oldest first. Mock runs are counted apart.
    pub points: Vec<Point>,
    /// Mock runs in the same time.
    pub played: usize,
    /// All units of all those runs by verdict, pooled: one run with many units weighs more than one with few.
    pub pooled: Tally,
}

/// The trend of a runbook out of what is kept of its runs, newest first; `None` where it has none.
pub fn trend(baseline: Option<Baseline>, runs: &[RunFacts]) -> Option<Trend> {
    let newest = runs.first()?;
    let against = baseline.as_ref().and_then(|baseline| match &baseline.base {
        Base::Run { run } => {
            let found = runs.iter().find(|facts| facts.run == *run)?;
            Some((found.rta, u32::try_from(found.participants.len()).unwrap_or(u32::MAX)))
        }
        Base::Stated { rta, people, .. } => Some((Some(*rta), *people)),
    });
    let is_baseline = |run: RunId| {
        baseline.as_ref().is_some_and(|baseline| matches!(&baseline.base, Base::Run { run: named } if *named == run))
    };
    let mut pooled = Tally::default();
    let point = |facts: &RunFacts| {
        let people = u32::try_from(facts.participants.len()).unwrap_or(u32::MAX);
        Point {
            run: facts.run,
            declared_at: facts.declared_at,
            mode: facts.mode,
            rto: facts.rto,
            rta: facts.rta,
            verdict: facts.verdict,
            units: facts.units,
            people,
            person_time: facts.person_time,
            rta_share: against.and_then(|(rta, _)| share(facts.rta?.0, rta?.0)),
            people_share: against.and_then(|(_, base)| share(people.into(), base.into())),
            is_baseline: is_baseline(facts.run),
        }
    };
    let points: Vec<Point> = runs.iter().rev().filter(|facts| facts.mode != Mode::Mock).map(point).collect();
    for point in &points {
        pooled = sum(pooled, point.units);
    }
    Some(Trend {
        runbook: newest.runbook.clone(),
        title: newest.title.clone(),
        played: runs.len() - points.len(),
        baseline,
        points,
        pooled,
    })
}

/// Tenths of a percent, rounded down.
fn share(of: u64, base: u64) -> Option<u64> {
    of.saturating_mul(1_000).checked_div(base)
}

fn sum(left: Tally, right: Tally) -> Tally {
    Tally {
        met: left.met + right.met,
        exceeded: left.exceeded + right.exceeded,
        not_recovered: left.not_recovered + right.not_recovered,
        not_measured: left.not_measured + right.not_measured,
        simulated: left.simulated + right.simulated,
        open: left.open + right.open,
    }
}

/// How long it took to be back after something was noticed, over the incidents of a period.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mttr {
    /// Real incidents in the period: cases, and runs that were declared in none.
    pub incidents: Vec<Incident>,
    /// The mean over those that were measured.
    #[serde(rename = "mean_ms")]
    pub mean: Option<Millis>,
    /// How many were measured. The others lack one of the two instants, and are not guessed.
    pub measured: usize,
}

/// A real incident.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Incident {
    /// The first of its runs.
    pub run: RunId,
    /// That run's name.
    pub title: Text,
    /// When it was noticed.
    pub detect_at: Option<Timestamp>,
    /// When the services were open to their users again; where no run recorded that, when the last unit was ready.
    pub resume_at: Option<Timestamp>,
    /// From there to there.
    #[serde(rename = "took_ms")]
    pub took: Option<Millis>,
}

/// MTTR = mean(resume − detect) over the real incidents whose first run was declared in a period. Going back to the primary
/// site is no part of it: the services were there before.
pub fn mttr(runs: &[RunFacts], from: Timestamp, until: Timestamp) -> Mttr {
    use crate::base::CasePart;
    let mut groups: Vec<(Option<crate::base::CaseId>, Vec<&RunFacts>)> = Vec::new();
    let mut oldest_first: Vec<&RunFacts> = runs.iter().filter(|facts| facts.mode == Mode::Real).collect();
    oldest_first.sort_by_key(|facts| (facts.declared_at, facts.run));
    for facts in oldest_first.into_iter().filter(|facts| facts.called_by.is_none()) {
        if facts.part == Some(CasePart::Failback) {
            continue;
        }
        match groups.iter_mut().find(|(case, _)| case.is_some() && *case == facts.case) {
            Some((_, group)) => group.push(facts),
            None => groups.push((facts.case, vec![facts])),
        }
    }
    let mut incidents = Vec::new();
    for (_, group) in groups {
        let Some(first) = group.first().filter(|first| from <= first.declared_at && first.declared_at < until) else {
            continue;
        };
        let detect_at = group.iter().filter_map(|facts| facts.detect_at).min();
        let back = |facts: &&RunFacts| facts.resume_at.or(facts.recovered_at);
        let done = group.iter().copied().filter(|facts| facts.status == RunStatus::Completed);
        let resume_at = done.filter_map(|facts| back(&facts)).max();
        let took = detect_at.zip(resume_at).filter(|(detect, resume)| detect <= resume);
        let took = took.map(|(detect, resume)| resume.since(detect));
        incidents.push(Incident { run: first.run, title: first.title.clone(), detect_at, resume_at, took });
    }
    let times: Vec<u64> = incidents.iter().filter_map(|incident| incident.took.map(|took| took.0)).collect();
    let count = u64::try_from(times.len()).unwrap_or(u64::MAX);
    let mean = times.iter().sum::<u64>().checked_div(count).map(Millis);
    Mttr { measured: times.len(), incidents, mean }
}

/// The baseline of a runbook.
pub async fn baseline(store: &dyn Store, runbook: &RunbookId) -> Result<Option<Baseline>, Error> {
    Ok(find::<Baseline>(store, runbook.as_str()).await?.map(|found| found.value))
}

/// What all runbooks are measured against, by one question.
pub async fn baselines(store: &dyn Store) -> Result<BTreeMap<RunbookId, Baseline>, Error> {
    let all = list::<Baseline>(store, Query::default()).await?;
    Ok(all.into_iter().map(|found| (found.value.runbook.clone(), found.value)).collect())
}

/// Why no baseline is named.
#[derive(Debug, thiserror::Error)]
pub enum BaselineError {
    /// It is not to be done.
    #[error(transparent)]
    Refused(#[from] Denial),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Names what a runbook is measured against.
pub async fn name_baseline(
    store: &dyn Store,
    runbook: &RunbookId,
    base: Base,
    asker: &Asker,
) -> Result<Baseline, BaselineError> {
    permit(&asker.by, Act::Review(ReviewRight::Plan), false)?;
    let denied = |code, ko: &str, en: &str| Denial { code, message: Text::new(ko, en) };
    match &base {
        Base::Run { run } => {
            let facts = super::facts_of(store, *run).await?;
            if !facts.is_some_and(|facts| facts.runbook == *runbook && facts.mode != Mode::Mock) {
                return Err(denied(
                    "baseline_run",
                    "이 런북의 끝난 실행 가운데 모의가 아닌 것을 고르십시오",
                    "name a run of this runbook that is over and was no mock run",
                )
                .into());
            }
        }
        Base::Stated { rta, people, source } => {
            if rta.0 == 0 || *people == 0 || source.trim().is_empty() || source.chars().count() > 1_000 {
                return Err(denied(
                    "baseline_stated",
                    "걸린 시간, 인원, 근거를 모두 적으십시오",
                    "say how long it took, how many people, and where that is known from",
                )
                .into());
            }
        }
    }
    let new = Baseline { runbook: runbook.clone(), base, by: asker.by.name.clone(), at: asker.at };
    loop {
        let known = find::<Baseline>(store, runbook.as_str()).await?;
        let before = known.as_ref().and_then(|known| serde_json::to_value(&known.value).ok());
        let change = match &known {
            Some(known) => known.put(&new)?,
            None => add(&new)?,
        };
        let after = serde_json::to_value(&new).ok();
        let deed = Deed { before, after, ..asker.deed("trend.baseline", format!("runbook/{runbook}")) };
        // Whoever is quicker has named one that counts until this one.
        if store.change(asker.at, vec![change], vec![deed]).await? == Changed::Done {
            return Ok(new);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{CaseId, CasePart, Digest};
    use crate::plan::{Kind, Origin};

    fn at(minutes: i64) -> Timestamp {
        Timestamp(1_795_222_800_000 + minutes * 60_000)
    }

    fn facts(n: u128, mode: Mode, declared: i64) -> RunFacts {
        RunFacts {
            run: RunId(uuid::Uuid::from_u128(n)),
            runbook: "two-tier".parse().unwrap(),
            title: Text::plain("2계층"),
            kind: Kind::Recovery,
            organisation: None,
            plan: Digest::ZERO,
            mode,
            status: RunStatus::Completed,
            requester: "kim".parse().unwrap(),
            called_by: None,
            case: None,
            part: None,
            declared_at: at(declared),
            ended_at: at(declared + 60),
            detect_at: None,
            resume_at: None,
            recovered_at: None,
            origin: Origin::Event,
            verdict: Some(Verdict::Met),
            plan_verdict: Some(Verdict::Met),
            rto: Some(Millis::minutes(120)),
            rta: Some(Millis::minutes(60)),
            decision: Millis::ZERO,
            units: Tally { met: 3, exceeded: 1, not_measured: 4, ..Tally::default() },
            services: Vec::new(),
            points: Vec::new(),
            participants: vec!["kim".parse().unwrap(), "lee".parse().unwrap()],
            person_time: Millis::minutes(120),
            deviations: 0,
            faults: 0,
            broke_glass: false,
        }
    }

    #[test]
    fn times_and_people_are_shares_of_the_baseline_and_mock_runs_are_counted_apart() {
        let stated = Base::Stated { rta: Millis::minutes(240), people: 25, source: "2024 이전 훈련".into() };
        let baseline =
            |base| Baseline { runbook: "two-tier".parse().unwrap(), base, by: "lee".parse().unwrap(), at: at(0) };
        let runs = [facts(3, Mode::Drill, 300), facts(2, Mode::Mock, 200), facts(1, Mode::Drill, 100)];
        let found = trend(Some(baseline(stated)), &runs).unwrap();
        assert_eq!(found.points.iter().map(|point| point.run).collect::<Vec<_>>(), [runs[2].run, runs[0].run]);
        assert_eq!((found.played, found.points[0].rta_share, found.points[0].people_share), (1, Some(250), Some(80)));
        assert_eq!((found.pooled.compliance(), found.pooled.coverage()), (Some(750), Some(500)));
        let found = trend(Some(baseline(Base::Run { run: runs[2].run })), &runs).unwrap();
        assert!(found.points[0].is_baseline && !found.points[1].is_baseline);
        assert_eq!(found.points[1].rta_share, Some(1_000));
        assert_eq!(trend(None, &[]), None);
    }

    #[test]
    fn mttr_is_the_mean_from_noticing_to_being_back_over_real_incidents_that_were_measured() {
        let case = Some(CaseId(uuid::Uuid::from_u128(9)));
        let real = |n, declared, detect: Option<i64>, resume: Option<i64>| RunFacts {
            detect_at: detect.map(at),
            resume_at: resume.map(at),
            ..facts(n, Mode::Real, declared)
        };
        let over = RunFacts { case, part: Some(CasePart::Failover), ..real(1, 10, Some(5), Some(65)) };
        let support = RunFacts { case, part: Some(CasePart::Support), ..real(2, 20, Some(9), Some(95)) };
        let back = RunFacts { case, part: Some(CasePart::Failback), ..real(3, 900, Some(5), Some(2_000)) };
        let alone = RunFacts { recovered_at: Some(at(230)), ..real(4, 205, Some(200), None) };
        let unknown = real(5, 300, None, Some(400));
        let drill = RunFacts { mode: Mode::Drill, ..real(6, 310, Some(310), Some(311)) };
        let runs = [drill, unknown, alone, back, support, over];
        let found = mttr(&runs, at(0), at(10_000));
        // (95 − 5) and (230 − 200).
        assert_eq!((found.incidents.len(), found.measured, found.mean), (3, 2, Some(Millis::minutes(60))));
        assert_eq!(mttr(&runs, at(100), at(250)).mean, Some(Millis::minutes(30)));
        assert_eq!(mttr(&runs, at(5_000), at(10_000)).mean, None);
    }
}
