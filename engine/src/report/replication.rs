//! Data sets of recovery points, and what was read of replication links, as the journal has them.

use serde::Serialize;

use crate::base::{LinkName, Millis, OutputName, TargetName, Text, Timestamp, UnitId};
use crate::inventory::LinkKind;
use crate::plan::Plan;
use crate::run::{ClockOffset, Confidence, DataSet, Flow, Method, Reading, Reference, State, Unmeasured, readings};

/// One data set of a recovery point.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DataSetLine {
    /// The unit whose step read it.
    pub unit: UnitId,
    /// The output that holds the instant.
    pub output: OutputName,
    /// When the last transaction was committed that is in it.
    pub point_at: Option<Timestamp>,
    /// Up to when there was anything to lose.
    pub reference: Option<Reference>,
    /// What was lost.
    #[serde(rename = "rpa_ms")]
    pub rpa: Option<Millis>,
    /// Why the instant is not known.
    pub why: Option<Unmeasured>,
    /// Where a replication link was measured: the rest of it.
    pub link: Option<LinkLine>,
}

/// What is known of the link that brought a data set over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LinkLine {
    /// The link.
    pub link: LinkName,
    /// Its kind.
    pub kind: LinkKind,
    /// Where it was measured.
    pub standby: TargetName,
    /// How it stood.
    pub state: Flow,
    /// What the point was read from.
    pub method: Option<Method>,
    /// How far it can be trusted.
    pub confidence: Option<Confidence>,
    /// The last transaction that was applied.
    pub transaction: Option<String>,
    /// When that was committed at the source.
    pub committed_at: Option<Timestamp>,
    /// What the standby had applied.
    pub position: Option<String>,
    /// When it was read.
    pub read_at: Timestamp,
    /// When it was first seen that nothing comes over any more, in this run.
    pub stopped_at: Option<Timestamp>,
    /// When data was first seen to come over again after that.
    pub resumed_at: Option<Timestamp>,
    /// Transactions that the source had and the standby had not, where both were asked.
    pub lost_transactions: Option<u64>,
    /// The same in bytes of the log.
    pub lost_bytes: Option<u64>,
}

/// One measurement of a link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadingLine {
    /// The unit whose step measured it.
    pub unit: UnitId,
    /// What would have been lost if the source had gone at that moment.
    #[serde(rename = "loss_ms")]
    pub loss: Option<Millis>,
    /// The source's clock was so far off that its instants are to be taken with care; `None` where nobody asked.
    pub clock_matters: Option<bool>,
    /// What was read.
    #[serde(flatten)]
    pub reading: Reading,
}

pub(super) fn line(plan: &Plan, state: &State, set: &DataSet) -> DataSetLine {
    DataSetLine {
        unit: plan.unit(set.source.unit).id.clone(),
        output: set.source.output.clone(),
        point_at: set.at.ok(),
        reference: set.reference,
        rpa: set.rpa,
        why: set.at.err(),
        link: set.reading.as_ref().map(|reading| of_link(plan, state, reading)),
    }
}

fn of_link(plan: &Plan, state: &State, reading: &Reading) -> LinkLine {
    let (stopped_at, resumed_at) = interruption(plan, state, reading);
    LinkLine {
        link: reading.link.clone(),
        kind: reading.kind,
        standby: reading.standby.clone(),
        state: reading.state,
        method: reading.point.map(|point| point.method),
        confidence: reading.point.map(|point| point.confidence),
        transaction: reading.transaction.clone(),
        committed_at: reading.committed_at,
        position: reading.position.clone(),
        read_at: reading.at,
        stopped_at,
        resumed_at,
        lost_transactions: reading.lag_transactions,
        lost_bytes: reading.lag_bytes,
    }
}

/// When the link was first seen to stand still in this run, and when to flow again.
fn interruption(plan: &Plan, state: &State, of: &Reading) -> (Option<Timestamp>, Option<Timestamp>) {
    let all = readings(plan, state);
    let mut own = all.iter().map(|(_, it)| it).filter(|it| it.link == of.link && it.standby == of.standby);
    let stopped = own.find(|it| it.state.flows() == Some(false)).map(|it| it.at);
    let resumed = stopped.and_then(|_| own.find(|it| it.state.flows() == Some(true))).map(|it| it.at);
    (stopped, resumed)
}

/// Everything that was read.
pub(super) fn entries(plan: &Plan, state: &State) -> Vec<ReadingLine> {
    let line = |(ix, reading): (crate::plan::UnitIx, &Reading)| ReadingLine {
        unit: plan.unit(ix).id.clone(),
        loss: reading.loss_at(reading.at),
        clock_matters: reading.clock().map(ClockOffset::matters),
        reading: reading.clone(),
    };
    readings(plan, state).into_iter().map(line).collect()
}

impl LinkLine {
    /// How the point was found, for people.
    pub(super) fn how(&self) -> Option<(Text, Text)> {
        self.method.zip(self.confidence).map(|(method, confidence)| (method.title(), confidence.title()))
    }
}
