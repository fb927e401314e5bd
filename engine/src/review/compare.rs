//! Two runs of a runbook beside each other, unit by unit.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::facts::{RunFacts, UnitFacts};
use super::findings::Asker;
use crate::base::{Digest, Millis, RunId, RunbookId, Text, Timestamp, UnitId, UserName};
use crate::plan::Mode;
use crate::run::{Act, Denial, ReviewRight, Verdict, permit};
use crate::store::{Changed, Deed, Error, Kept, Query, Store, add, find, list};

/// Longest note, in characters.
const LONGEST: usize = 1_000;
/// How often a writer that came second tries again.
const TRIES: usize = 32;

/// Two runs beside each other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Comparison {
    /// The earlier one.
    pub then: Side,
    /// The later one.
    pub now: Side,
    /// Both followed the very same plan.
    pub same_plan: bool,
    /// At least one of them was only played: differences of time say nothing about the systems then.
    pub simulated: bool,
    /// Recovery time now less recovery time then.
    pub rta_delta_ms: Option<i64>,
    /// Unit by unit: in the order of the later run, and behind them those that are no more.
    pub units: Vec<Line>,
}

/// One of the two runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    /// The run.
    pub run: RunId,
    /// Its runbook.
    pub runbook: RunbookId,
    /// The runbook's name for people.
    pub title: Text,
    /// Digest of its plan.
    pub plan: Digest,
    /// Its mode.
    pub mode: Mode,
    /// When it was declared.
    pub declared_at: Timestamp,
    /// Its objective.
    #[serde(rename = "rto_ms")]
    pub rto: Option<Millis>,
    /// Its recovery time.
    #[serde(rename = "rta_ms")]
    pub rta: Option<Millis>,
    /// Its overall verdict.
    pub verdict: Option<Verdict>,
    /// How many people took part.
    pub people: usize,
}

/// A unit in both runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// The unit.
    pub unit: UnitId,
    /// Its name for people.
    pub title: Text,
    /// Whether it is the same unit.
    pub change: Change,
    /// How it did then.
    pub then: Option<Took>,
    /// How it did now.
    pub now: Option<Took>,
    /// Time taken now less time taken then, where both were measured.
    pub delta_ms: Option<i64>,
    /// What somebody wrote about the difference.
    pub note: Option<Note>,
}

/// How a unit of the later run compares with that of the earlier one as written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// The plans say the same of it.
    Same,
    /// They say something else.
    Changed,
    /// It is new.
    Added,
    /// It is no more.
    Removed,
}

impl Change {
    /// The word in exports and texts.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::Same => "same",
            Self::Changed => "changed",
            Self::Added => "added",
            Self::Removed => "removed",
        }
    }
}

/// How a unit did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Took {
    /// Its budget.
    #[serde(rename = "target_ms")]
    pub target: Option<Millis>,
    /// From eligible to settled.
    #[serde(rename = "elapsed_ms")]
    pub elapsed: Option<Millis>,
    /// Of that, waiting for consent.
    #[serde(rename = "gate_ms")]
    pub gate: Millis,
    /// Attempts made.
    pub attempts: u32,
    /// Verdict on the budget.
    pub verdict: Option<Verdict>,
}

/// Why a unit took more or less time, in somebody's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The earlier run.
    pub then: RunId,
    /// The later one.
    pub now: RunId,
    /// The unit.
    pub unit: UnitId,
    /// What was written.
    pub text: String,
    /// Who wrote it.
    pub by: UserName,
    /// When.
    pub at: Timestamp,
}

impl Kept for Note {
    const KIND: &'static str = "compare-note";

    fn id(&self) -> String {
        note_id(self.then, self.now, &self.unit)
    }

    fn group(&self) -> String {
        format!("{}/{}", self.then, self.now)
    }
}

fn note_id(then: RunId, now: RunId, unit: &UnitId) -> String {
    format!("{then}/{now}/{unit}")
}

impl Side {
    fn of(facts: &RunFacts) -> Self {
        Self {
            run: facts.run,
            runbook: facts.runbook.clone(),
            title: facts.title.clone(),
            plan: facts.plan,
            mode: facts.mode,
            declared_at: facts.declared_at,
            rto: facts.rto,
            rta: facts.rta,
            verdict: facts.verdict,
            people: facts.participants.len(),
        }
    }
}

impl Took {
    const fn of(unit: &UnitFacts) -> Self {
        Self {
            target: unit.target,
            elapsed: unit.elapsed,
            gate: unit.gate,
            attempts: unit.attempts,
            verdict: unit.verdict,
        }
    }
}

/// A run that is over, with its units in the order written.
pub type Ended<'a> = (&'a RunFacts, &'a [UnitFacts]);

/// Puts two runs beside each other.
pub fn compare(then: Ended<'_>, now: Ended<'_>, notes: Vec<Note>) -> Comparison {
    let mut notes: BTreeMap<UnitId, Note> = notes.into_iter().map(|note| (note.unit.clone(), note)).collect();
    let before: BTreeMap<&UnitId, &UnitFacts> = then.1.iter().map(|unit| (&unit.unit, unit)).collect();
    let after: BTreeMap<&UnitId, &UnitFacts> = now.1.iter().map(|unit| (&unit.unit, unit)).collect();
    let mut line = |unit: &UnitFacts, then: Option<&UnitFacts>, now: Option<&UnitFacts>| Line {
        unit: unit.unit.clone(),
        title: unit.title.clone(),
        change: match (then, now) {
            (Some(then), Some(now)) if then.digest == now.digest => Change::Same,
            (Some(_), Some(_)) => Change::Changed,
            (None, _) => Change::Added,
            (Some(_), None) => Change::Removed,
        },
        then: then.map(Took::of),
        now: now.map(Took::of),
        delta_ms: difference(now.and_then(|unit| unit.elapsed), then.and_then(|unit| unit.elapsed)),
        note: notes.remove(&unit.unit),
    };
    let mut units: Vec<Line> =
        now.1.iter().map(|unit| line(unit, before.get(&unit.unit).copied(), Some(unit))).collect();
    let gone = then.1.iter().filter(|unit| !after.contains_key(&unit.unit));
    units.extend(gone.map(|unit| line(unit, Some(unit), None)));
    Comparison {
        then: Side::of(then.0),
        now: Side::of(now.0),
        same_plan: then.0.plan == now.0.plan,
        simulated: [then.0.mode, now.0.mode].contains(&Mode::Mock),
        rta_delta_ms: difference(now.0.rta, then.0.rta),
        units,
    }
}

/// The first less the second, where both are known.
pub(super) fn difference(now: Option<Millis>, then: Option<Millis>) -> Option<i64> {
    let signed = |time: Millis| i64::try_from(time.0).unwrap_or(i64::MAX);
    Some(signed(now?).saturating_sub(signed(then?)))
}

/// What people wrote about the differences of two runs.
pub async fn notes(store: &dyn Store, then: RunId, now: RunId) -> Result<Vec<Note>, Error> {
    let found = list::<Note>(store, Query::group(format!("{then}/{now}"))).await?;
    Ok(found.into_iter().map(|found| found.value).collect())
}

/// Why a note is not written.
#[derive(Debug, thiserror::Error)]
pub enum NoteError {
    /// It is not to be done.
    #[error(transparent)]
    Refused(#[from] Denial),
    /// The store.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Writes down why a unit took more or less time; an empty text takes the note away. The runs are known to the caller.
pub async fn annotate(
    store: &dyn Store,
    (then, now, unit): (RunId, RunId, &UnitId),
    text: &str,
    asker: &Asker,
) -> Result<(), NoteError> {
    permit(&asker.by, Act::Review(ReviewRight::Tend), false)?;
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return Err(Denial {
            code: "note_long",
            message: Text::new("메모는 1,000자까지입니다", "a note has at most 1,000 characters"),
        }
        .into());
    }
    let note = Note { then, now, unit: unit.clone(), text: text.to_owned(), by: asker.by.name.clone(), at: asker.at };
    for _ in 0..TRIES {
        let known = find::<Note>(store, &note_id(then, now, unit)).await?;
        let before = known.as_ref().and_then(|known| serde_json::to_value(&known.value).ok());
        let change = match (&known, text.is_empty()) {
            (None, true) => return Ok(()),
            (None, false) => add(&note)?,
            (Some(known), true) => known.remove(),
            (Some(known), false) => known.put(&note)?,
        };
        let after = serde_json::to_value(&note).ok().filter(|_| !text.is_empty());
        let deed = Deed { before, after, ..asker.deed("compare.note", format!("run/{now}")) };
        if store.change(asker.at, vec![change], vec![deed]).await? == Changed::Done {
            return Ok(());
        }
    }
    Err(Denial {
        code: "changed_meanwhile",
        message: Text::new(
            "다른 사람이 계속 바꾸고 있습니다. 다시 시도하십시오",
            "others change it all the time: try again",
        ),
    }
    .into())
}
