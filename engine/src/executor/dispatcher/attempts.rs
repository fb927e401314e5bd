//! What is done once it is durable: attempts are made, found again and ended.

use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Weak};

use futures::FutureExt as _;

use super::super::linked::Calling;
use super::{AttemptEnded, Dispatcher};
use crate::action::{Ended, Launch, Outputs};
use crate::base::Text;
use crate::plan::{Action, UnitIx};
use crate::run::{AttemptId, Effect, Outcome, Purpose, Seen, StepIx};

impl Dispatcher {
    pub(super) fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Start { unit, step, attempt, number, purpose } => {
                self.make(None, (unit, step, attempt), number, purpose);
            }
            Effect::Reattach { unit, step, attempt, number, purpose, keeper } => {
                self.make(Some(keeper), (unit, step, attempt), number, purpose);
            }
            Effect::Kill { attempt } => {
                let now = self.now();
                let played = match &mut self.rehearsal {
                    Some(rehearsal) => rehearsal.kill(&self.state, now, attempt),
                    None => false,
                };
                if let Some(stop) = self.stops.get(&attempt).filter(|_| !played) {
                    stop.cancel();
                }
            }
        }
    }

    /// Makes an attempt, or with `back` finds one again.
    fn make(
        &mut self,
        back: Option<Option<String>>,
        (unit, step, attempt): (UnitIx, StepIx, AttemptId),
        number: u32,
        purpose: Purpose,
    ) {
        let now = self.now();
        let mut letter = None;
        if let Some(rehearsal) = &mut self.rehearsal {
            letter = rehearsal.start(&self.plan, &self.state, now, (unit, step, attempt), purpose);
            if letter.is_none() {
                return;
            }
        }
        let flight = self.state.unit(unit).flight.as_ref().filter(|flight| flight.attempt == attempt);
        let launch = Launch {
            run: self.lease.run,
            token: self.lease.token,
            mode: self.state.header().mode,
            plan: Arc::clone(&self.plan),
            unit,
            step,
            attempt,
            number,
            purpose,
            since: flight.map_or(now, |flight| flight.since),
            environment: Arc::clone(&self.environment),
            outputs: self.outputs(unit),
        };
        let stop = self.stops.entry(attempt).or_default().clone();
        let calling = self.calling(&launch);
        let inner = Weak::clone(&self.inner);
        let runner = Arc::clone(&self.means.runner);
        let (ended, output) = (self.ended_sender.clone(), self.output_sender.clone());
        self.workers.spawn(async move {
            let work = async {
                if let (Some(calling), Some(inner)) = (calling, inner.upgrade()) {
                    let (outcome, letter) = inner.call(calling, letter, stop).await;
                    return (Ended::With(outcome), letter);
                }
                let ended = match back {
                    None => runner.run(launch, output, stop).await,
                    Some(keeper) => runner.reattach(launch, keeper.as_deref(), output, stop).await,
                };
                (ended, None)
            };
            let result = AssertUnwindSafe(work).catch_unwind().await;
            let (ended_with, letter) = result.unwrap_or_else(|_| {
                let why = Text::new(
                    "엔진의 작업자가 고장 났습니다. 엔진의 결함이니 엔진 기록을 확인하십시오",
                    "the engine's worker broke down; this is a fault of the engine, see its log",
                );
                (Ended::With(Outcome::Unknown { why, seen: Seen::default() }), None)
            });
            // The dispatcher may be gone; then the next owner finds the attempt again.
            let _ = ended.send(AttemptEnded { unit, attempt, ended: ended_with, letter }).await;
        });
        while self.workers.try_join_next().is_some() {}
    }

    /// The run of another runbook that an attempt is.
    fn calling(&self, launch: &Launch) -> Option<Calling> {
        let Action::Link(link) = &launch.step().action else { return None };
        let header = self.state.header();
        let run = self.state.linked(launch.unit, launch.attempt).filter(|_| launch.purpose == Purpose::Act)?;
        Some(Calling {
            launch: launch.clone(),
            link: link.clone(),
            run,
            requester: header.requester.clone(),
            reason: header.reason.clone(),
            parent: header.parent.clone(),
            case: header.case,
            simulation: header.simulation.clone(),
        })
    }

    /// What the steps of units before this one said.
    fn outputs(&self, unit: UnitIx) -> Arc<Outputs> {
        let said = |before: UnitIx| {
            let said = &self.state.unit(before).outputs;
            said.iter().map(move |(name, value)| ((before, name.clone()), value.clone()))
        };
        Arc::new(self.plan.speech().before(unit).flat_map(said).collect())
    }
}
