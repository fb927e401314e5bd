//! What the executor asks of whoever carries steps out.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use crate::base::{InputName, Mode, OutputName, RunId, Secret, SecretName, TargetName, Text, Timestamp};
use crate::inventory::SecretSource;
use crate::plan::{Binding, Plan, Step, UnitIx};
use crate::run::{AttemptId, Outcome, OutputChunk, Purpose, StepIx};

/// One attempt to be made.
#[derive(Debug, Clone)]
pub struct Launch {
    /// The run.
    pub run: RunId,
    /// Fencing token of the lease under which the attempt is made: an engine that lost the run can start nothing.
    pub token: u64,
    /// How the run touches the world.
    pub mode: Mode,
    /// The plan that the places below point into.
    pub plan: Arc<Plan>,
    /// The unit.
    pub unit: UnitIx,
    /// The step.
    pub step: StepIx,
    /// The attempt.
    pub attempt: AttemptId,
    /// Its number among the attempts of the step, from 1.
    pub number: u32,
    /// The action itself or its `already_done` probe.
    pub purpose: Purpose,
    /// When it was recorded as started.
    pub since: Timestamp,
    /// What the attempt gets to see.
    pub environment: Arc<Environment>,
    /// What the steps of units before this one said, by unit and name.
    pub outputs: Arc<Outputs>,
}

impl Launch {
    /// The step it is an attempt of.
    pub fn step(&self) -> &Step {
        let unit = self.plan.unit(self.unit);
        let back = usize::from(self.step).saturating_sub(unit.steps.len());
        unit.steps.get(usize::from(self.step)).unwrap_or_else(|| &unit.rollback[back].step)
    }

    /// Whether values are wanted out of what it says.
    pub fn keeps(&self) -> bool {
        self.purpose == Purpose::Act && !self.step().outputs.is_empty()
    }

    /// How a target is addressed in the mode of this run; `None` when it may not be, and for `local`.
    pub fn binding(&self, target: &TargetName) -> Option<&Binding> {
        self.plan.body().bound.binding(target, self.mode)
    }
}

/// What steps said, by unit and name.
pub type Outputs = BTreeMap<(UnitIx, OutputName), String>;

/// What the attempts of a run get to see of its inputs.
#[derive(Debug, Default)]
pub struct Environment {
    /// Values of the inputs that are no secrets.
    pub inputs: BTreeMap<InputName, String>,
    /// Values of the secret inputs; handed only to steps that name them, and masked in all output.
    pub secrets: BTreeMap<InputName, Secret>,
    /// Variables for every command, such as the state folder and the binary's own path.
    pub base: BTreeMap<String, String>,
}

/// Where an attempt's output goes while it runs. Bounded: a runner that outpaces it waits.
pub type OutputSink = tokio::sync::mpsc::Sender<OutputChunk>;

/// How an attempt came to an end for its runner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ended {
    /// It was made and has an outcome.
    With(Outcome),
    /// Asked to re-attach, the keeper says that it never saw this attempt: nothing was started.
    NeverStarted,
}

/// What is left of a run that an earlier engine looked after.
#[derive(Debug, Default)]
pub struct Claimed {
    /// The values of its secret inputs, if they were entrusted to a keeper that still lives.
    pub secrets: Option<BTreeMap<InputName, Secret>>,
}

/// Carries attempts out.
#[async_trait]
pub trait Runner: Send + Sync + std::fmt::Debug {
    /// Name of the keeper that commands are handed to now, once it is known; recorded in `Started`.
    fn keeper(&self) -> Option<String>;

    /// Makes the attempt and waits for its end. When `stop` is cancelled, the attempt is ended (grace, then kill) and its
    /// real outcome returned. Dropping the future must not end what outlives the engine.
    async fn run(&self, launch: Launch, output: OutputSink, stop: CancellationToken) -> Ended;

    /// Finds an attempt again that an earlier engine started, under the keeper that was recorded, and waits for its end.
    async fn reattach(
        &self,
        launch: Launch,
        keeper: Option<&str>,
        output: OutputSink,
        stop: CancellationToken,
    ) -> Ended;

    /// Takes over what outlives engines for a run that was just adopted. From then on an attempt that `reattach` reports
    /// as never started stays so: nothing can be started any more under an older token. Call before any `reattach`.
    async fn claim(&self, run: RunId, token: u64) -> Claimed;

    /// Entrusts the values of a run's secret inputs to memory that outlives this engine, until the run is over.
    async fn entrust(&self, run: RunId, token: u64, secrets: &BTreeMap<InputName, Secret>);

    /// Whether the value of a secret can be had now, or why not; `None` from who knows no secrets. The value goes nowhere.
    async fn resolves(&self, _name: &SecretName, _source: &SecretSource) -> Option<Result<(), Text>> {
        None
    }

    /// Tells that the outcomes of these attempts are durable: nobody will ask for them again.
    fn settled(&self, run: RunId, token: u64, attempts: &[AttemptId]);

    /// Tells that the run is over: its attempts and secrets are forgotten.
    fn over(&self, run: RunId, token: u64);
}
