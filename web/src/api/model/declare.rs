//! Declarations. They come in as JSON and are read by the reader of the console's form, so that both are held to the same.

use std::collections::BTreeMap;

use engine::base::{CaseId, CasePart, RunId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Mode;
use crate::extract::Fields;

/// A run that is wanted.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Declare {
    /// The runbook's id.
    pub runbook: String,
    /// How it touches the world.
    pub mode: Mode,
    /// Why.
    pub reason: String,
    /// The digest of the plan that is meant. Must be given for `drill` and `real`; refused where the runbook has changed.
    pub digest: Option<String>,
    /// The runbook's id once more, for `drill` and `real`.
    pub confirm: Option<String>,
    /// The id of the run, made by the caller: the same declaration sent again is the same run. Made here where absent.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub run: Option<RunId>,
    /// When it happened; the instant of declaration where unknown.
    #[schema(format = DateTime)]
    pub event_at: Option<String>,
    /// When it was noticed; the instant of declaration where unknown.
    #[schema(format = DateTime)]
    pub detect_at: Option<String>,
    /// The case that it is a part of.
    #[schema(value_type = Option<String>, format = "uuid")]
    pub case: Option<CaseId>,
    /// The part that it plays there, where the case knows several: `failover`, `failback` or `support`.
    #[schema(value_type = Option<String>)]
    pub part: Option<CasePart>,
    /// The digest of the preflight that was looked at, from `POST …/preflight`; one of another plan or mode counts for nothing.
    pub preflight: Option<String>,
    /// Values of inputs that are no secrets.
    #[serde(default)]
    pub inputs: BTreeMap<String, String>,
    /// Values of secret inputs.
    #[serde(default)]
    pub secrets: BTreeMap<String, String>,
    /// How a mock run is played; ignored in other modes.
    pub simulation: Option<Played>,
}

/// How a mock run is played.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Played {
    /// Simulated seconds a real second; 0 jumps from event to event.
    pub speed: u32,
    /// Whether gates and manual steps are answered by simulated people.
    #[serde(default)]
    pub people: bool,
    /// What is played at single units.
    #[serde(default)]
    #[schema(max_items = 200)]
    pub units: Vec<PlayedUnit>,
}

/// What is played at a unit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlayedUnit {
    /// The unit.
    pub unit: String,
    /// The fault.
    pub fault: Option<FaultKind>,
    /// Of `fail`: how many attempts; all where absent.
    pub times: Option<u32>,
    /// How long it takes, as in runbooks: `90s`, `2m`.
    pub takes: Option<String>,
}

/// A fault that can be played.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    /// Attempts fail.
    Fail,
    /// The step never ends by itself.
    Hang,
    /// Nobody can say how it ended.
    Unknown,
}

/// The run that was declared.
#[derive(Debug, Serialize, ToSchema)]
pub struct Declared {
    /// Its id.
    #[schema(value_type = String, format = "uuid")]
    pub run: RunId,
    /// Its address in this API.
    pub url: String,
}

impl Declare {
    /// As the console's form sends it. `run` is the id where the caller gave none.
    pub fn fields(self, run: RunId) -> Fields {
        let run = self.run.unwrap_or(run).to_string();
        let mut fields = vec![
            ("run".to_owned(), run),
            ("mode".to_owned(), engine::plan::Mode::from(self.mode).keyword().to_owned()),
            ("reason".to_owned(), self.reason),
        ];
        let optional = [
            ("case", self.case.map(|case| case.to_string())),
            ("part", self.part.map(|part| part.keyword().to_owned())),
            ("digest", self.digest),
            ("confirm", self.confirm),
            ("preflight", self.preflight),
            ("event_at", self.event_at),
            ("detect_at", self.detect_at),
        ];
        fields.extend(optional.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))));
        let given = self.inputs.into_iter().chain(self.secrets);
        fields.extend(given.map(|(name, value)| (format!("input.{name}"), value)));
        let played = self.simulation.unwrap_or(Played { speed: 0, people: false, units: Vec::new() });
        fields.push(("speed".to_owned(), played.speed.to_string()));
        if played.people {
            fields.push(("people".to_owned(), "yes".to_owned()));
        }
        for (place, unit) in played.units.into_iter().enumerate() {
            let fault = unit.fault.map(|fault| match fault {
                FaultKind::Fail => "fail",
                FaultKind::Hang => "hang",
                FaultKind::Unknown => "unknown",
            });
            let parts = [
                ("unit", Some(unit.unit)),
                ("fault", fault.map(str::to_owned)),
                ("times", unit.times.map(|times| times.to_string())),
                ("takes", unit.takes),
            ];
            let filled = parts.into_iter().filter_map(|(name, value)| Some((name, value?)));
            fields.extend(filled.map(|(name, value)| (format!("fault.{place}.{name}"), value)));
        }
        Fields(fields)
    }
}
