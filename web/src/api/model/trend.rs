//! How runbooks do from run to run.

use engine::base::OrgId;
use engine::review::{Incident, Mttr, Point, Trend};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Both, Mode, iso};

/// One page of trends.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trends {
    /// Runbooks that were ever run, by id.
    pub trends: Vec<TrendLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// How a runbook does.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrendLine {
    /// The runbook.
    pub runbook: String,
    /// Its name, as of its last run.
    pub title: Both,
    /// Where it belongs; everywhere where `null`.
    pub organisation: Option<String>,
    /// Runs that did real work.
    pub runs: usize,
    /// Mock runs in the same time.
    pub played: usize,
    /// The last run that did real work.
    pub last: Option<TrendPoint>,
    /// Units of all those runs that met their target, in tenths of a percent of those measured.
    pub compliance: Option<u32>,
    /// Units that were measured.
    pub measured: u32,
    /// Units that should have been.
    pub in_scope: u32,
}

/// A run in a trend.
#[derive(Debug, Serialize, ToSchema)]
pub struct TrendPoint {
    /// The run.
    #[schema(format = "uuid")]
    pub run: String,
    /// When it was declared.
    #[schema(format = DateTime)]
    pub declared_at: String,
    /// Its mode.
    pub mode: Mode,
    /// Its overall verdict.
    pub verdict: Option<String>,
    /// Its objective.
    pub rto_ms: Option<u64>,
    /// Its recovery time.
    pub rta_ms: Option<u64>,
    /// How many people took part.
    pub people: u32,
    /// People times wall time.
    pub person_ms: u64,
    /// Recovery time as a share of the baseline's, in tenths of a percent.
    pub rta_share: Option<u64>,
    /// People as a share of the baseline's.
    pub people_share: Option<u64>,
}

impl TrendPoint {
    fn of(point: &Point) -> Self {
        Self {
            run: point.run.to_string(),
            declared_at: iso(point.declared_at),
            mode: point.mode.into(),
            verdict: point.verdict.map(|verdict| verdict.keyword().to_owned()),
            rto_ms: point.rto.map(|rto| rto.0),
            rta_ms: point.rta.map(|rta| rta.0),
            people: point.people,
            person_ms: point.person_time.0,
            rta_share: point.rta_share,
            people_share: point.people_share,
        }
    }
}

impl TrendLine {
    /// As it is told.
    pub fn of(organisation: Option<&OrgId>, trend: &Trend) -> Self {
        Self {
            runbook: trend.runbook.to_string(),
            title: Both::of(&trend.title),
            organisation: organisation.map(ToString::to_string),
            runs: trend.points.len(),
            played: trend.played,
            last: trend.points.last().map(TrendPoint::of),
            compliance: trend.pooled.compliance(),
            measured: trend.pooled.measured(),
            in_scope: trend.pooled.in_scope(),
        }
    }
}

/// The mean time to recovery over the real incidents of a period.
#[derive(Debug, Serialize, ToSchema)]
pub struct MeanTime {
    /// The first day of the period.
    #[schema(format = Date)]
    pub from: String,
    /// Its last day.
    #[schema(format = Date)]
    pub until: String,
    /// The mean over those that were measured.
    pub mean_ms: Option<u64>,
    /// How many were measured.
    pub measured: usize,
    /// The incidents.
    pub incidents: Vec<RealIncident>,
}

/// A real incident.
#[derive(Debug, Serialize, ToSchema)]
pub struct RealIncident {
    /// The first of its runs.
    #[schema(format = "uuid")]
    pub run: String,
    /// That run's name.
    pub title: Both,
    /// When it was noticed.
    #[schema(format = DateTime)]
    pub detect_at: Option<String>,
    /// When the services were open to their users again.
    #[schema(format = DateTime)]
    pub resume_at: Option<String>,
    /// From there to there.
    pub took_ms: Option<u64>,
}

impl MeanTime {
    /// As it is told.
    pub fn of(found: &Mttr, from: String, until: String) -> Self {
        let incident = |it: &Incident| RealIncident {
            run: it.run.to_string(),
            title: Both::of(&it.title),
            detect_at: it.detect_at.map(iso),
            resume_at: it.resume_at.map(iso),
            took_ms: it.took.map(|took| took.0),
        };
        Self {
            from,
            until,
            mean_ms: found.mean.map(|mean| mean.0),
            measured: found.measured,
            incidents: found.incidents.iter().map(incident).collect(),
        }
    }
}
