//! A body with all that follows from it, and its way into the store and back.

use std::collections::HashMap;

use super::body::FORMAT;
use super::{Body, Graph, Schedule, Selection, Speech, Stage, StageIx, Unit, UnitIx};
use crate::base::{Bilingual, Digest, Hashing, UnitId};

/// A compiled runbook: acyclic, resolved, budgeted, immutable, hashed.
#[derive(Debug, Clone)]
pub struct Plan {
    body: Body,
    graph: Graph,
    schedule: Schedule,
    selection: Selection,
    speech: Speech,
    digest: Digest,
    by_id: HashMap<UnitId, UnitIx>,
}

/// Why frozen bytes are not a plan.
#[derive(Debug, thiserror::Error)]
pub enum ThawError {
    /// Not the JSON of a plan.
    #[error("the frozen plan can not be read: {0}")]
    Malformed(#[from] serde_json::Error),
    /// Written by an engine with another format.
    #[error(
        "the frozen plan has format {found}, this engine reads {FORMAT}; open the run with the engine that declared it"
    )]
    Format {
        /// The format it has.
        found: u32,
    },
    /// Other bytes than were frozen.
    #[error(
        "the frozen plan has digest {found}, the run was declared with {wanted}: it was changed after the declaration"
    )]
    Digest {
        /// The digest of the bytes found.
        found: Digest,
        /// The digest recorded in the journal.
        wanted: Digest,
    },
    /// A graph with a circle, which no compiler freezes.
    #[error("the frozen plan has a circle in its needs: it was not made by a compiler")]
    Cyclic,
}

impl Bilingual for ThawError {
    fn ko(&self) -> String {
        match self {
            Self::Malformed(error) => format!("고정된 계획을 읽을 수 없습니다: {error}"),
            Self::Format { found } => {
                format!("고정된 계획의 형식은 {found}이고 이 엔진은 {FORMAT}을(를) 읽습니다. 선포한 엔진으로 여십시오")
            }
            Self::Digest { found, wanted } => {
                format!("고정된 계획의 해시는 {found}인데 선포 당시에는 {wanted}이었습니다. 선포한 뒤에 바뀌었습니다")
            }
            Self::Cyclic => "고정된 계획의 선행 조건이 순환합니다. 컴파일러가 만든 것이 아닙니다".to_owned(),
        }
    }
}

impl Plan {
    /// Makes a plan of a body that the compiler has checked, with the graph and the times that belong to it.
    pub(super) fn complete(body: Body, graph: Graph, schedule: Schedule) -> Result<Self, serde_json::Error> {
        let mut hasher = Hashing::default();
        serde_json::to_writer(&mut hasher, &body)?;
        Ok(Self::of_parts(body, graph, schedule, hasher.finish()))
    }

    /// Makes a plan of a body built by a test. `None` when the graph has a circle.
    #[cfg(test)]
    pub(crate) fn assemble(body: Body) -> Option<Self> {
        let graph = Graph::of(&body)?;
        let schedule = Schedule::of(&body, &graph);
        Self::complete(body, graph, schedule).ok()
    }

    fn of_parts(body: Body, graph: Graph, schedule: Schedule, digest: Digest) -> Self {
        let by_id = body.units.iter().zip(0..).map(|(unit, ix)| (unit.id.clone(), UnitIx(ix))).collect();
        let (selection, speech) = (Selection::of(&body, &graph), Speech::of(&body, &graph));
        Self { body, graph, schedule, selection, speech, digest, by_id }
    }

    /// The bytes to keep beside the journal; their digest is [`Plan::digest`].
    pub fn freeze(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(&self.body)
    }

    /// Reads frozen bytes back and checks them against the digest that the journal recorded.
    pub fn thaw(frozen: &str, wanted: Digest) -> Result<Self, ThawError> {
        let found = Digest::of(frozen.as_bytes());
        if found != wanted {
            return Err(ThawError::Digest { found, wanted });
        }
        let body: Body = serde_json::from_str(frozen)?;
        if body.format != FORMAT {
            return Err(ThawError::Format { found: body.format });
        }
        let graph = Graph::of(&body).ok_or(ThawError::Cyclic)?;
        let schedule = Schedule::of(&body, &graph);
        Ok(Self::of_parts(body, graph, schedule, found))
    }

    /// Everything the runbook said.
    pub const fn body(&self) -> &Body {
        &self.body
    }

    /// Who waits for whom.
    pub const fn graph(&self) -> &Graph {
        &self.graph
    }

    /// Planned times, critical path, slack.
    pub const fn schedule(&self) -> &Schedule {
        &self.schedule
    }

    /// Which decisions have a say in which units.
    pub const fn selection(&self) -> &Selection {
        &self.selection
    }

    /// Whose outputs each unit may use.
    pub const fn speech(&self) -> &Speech {
        &self.speech
    }

    /// SHA-256 of the frozen bytes.
    pub const fn digest(&self) -> Digest {
        self.digest
    }

    /// The units in the order written.
    pub fn units(&self) -> &[Unit] {
        &self.body.units
    }

    /// One unit.
    pub fn unit(&self, ix: UnitIx) -> &Unit {
        &self.body.units[ix.at()]
    }

    /// One stage.
    pub fn stage(&self, ix: StageIx) -> &Stage {
        &self.body.stages[ix.at()]
    }

    /// The place of a unit by its id.
    pub fn find(&self, id: &UnitId) -> Option<UnitIx> {
        self.by_id.get(id).copied()
    }

    /// All places of units.
    pub fn unit_ixs(&self) -> impl Iterator<Item = UnitIx> + use<> {
        (0..u32::try_from(self.body.units.len()).unwrap_or(u32::MAX)).map(UnitIx)
    }
}
