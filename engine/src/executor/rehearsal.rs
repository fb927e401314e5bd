//! The time of a mock run: what was played waits here until its simulated instant has come.

use std::collections::BTreeMap;

use crate::action::simulate::{play, share};
use crate::base::{RequestId, RunId, Timestamp, UserName};
use crate::plan::{Action, Plan, UnitIx};
use crate::run::{
    Actor, AttemptId, Cause, CauseKind, Door, Event, Input, ManualResult, Outcome, Purpose, Request, Seen, Simulation,
    State, StepIx, Submission, UnitState,
};

/// Something that will have happened.
#[derive(Debug)]
enum Happening {
    /// An attempt ends.
    End { unit: UnitIx, attempt: AttemptId, outcome: Outcome },
    /// A simulated person answers the gate or manual step of a unit.
    Answer { unit: UnitIx },
}

/// Simulated time and what is due in it.
#[derive(Debug)]
pub(super) struct Rehearsal {
    simulation: Simulation,
    /// Simulated instant that belongs to `real`.
    simulated: Timestamp,
    /// Real instant from which simulated time is reckoned.
    real: Timestamp,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    order: u64,
}

impl Rehearsal {
    pub(super) fn new(simulation: Simulation, simulated: Timestamp, real: Timestamp) -> Self {
        Self { simulation, simulated, real, queue: BTreeMap::new(), order: 0 }
    }

    /// The simulated instant. Jumping time stands still here.
    pub(super) fn now(&self, real: Timestamp) -> Timestamp {
        let passed = real.since(self.real).0.saturating_mul(u64::from(self.simulation.speed));
        self.simulated.plus(crate::base::Millis(passed))
    }

    /// How long to wait, in real time, until the next simulated instant at which something happens; time that jumps is
    /// moved there at once. `None` when only people can move the run.
    pub(super) fn until_next(&mut self, state: &State, real: Timestamp) -> Option<std::time::Duration> {
        let next = self.queue.keys().next().map(|(at, _)| *at);
        let timer = state.next_timer();
        if self.simulation.speed > 0 {
            let at = next.into_iter().chain(timer).min()?;
            let ahead = at.since(self.now(real)).0;
            return Some(std::time::Duration::from_millis(ahead.div_ceil(u64::from(self.simulation.speed))));
        }
        // Jumping time must not run ahead of people: a gate's time-out is no reason to jump.
        let census = state.census();
        let moving = census.count(UnitState::occupies) + census.of(UnitState::RetryWait) > 0;
        let at = match (next, timer.filter(|_| moving || next.is_some())) {
            (Some(next), Some(timer)) => next.min(timer),
            (next, timer) => next.or(timer)?,
        };
        self.simulated = self.simulated.max(at);
        Some(std::time::Duration::ZERO)
    }

    /// Plays an attempt. Faults count all that were made of its step, a person's retries too: what fails once is mended then.
    pub(super) fn start(
        &mut self,
        plan: &Plan,
        state: &State,
        now: Timestamp,
        (unit, step, attempt): (UnitIx, StepIx, AttemptId),
        purpose: Purpose,
    ) {
        let made = state.unit(unit).attempts.iter();
        let made = made.filter(|it| it.step == step && it.purpose == Purpose::Act && it.attempt <= attempt);
        let number = u32::try_from(made.count()).unwrap_or(u32::MAX);
        let played = play(plan, &self.simulation, unit, step, number, purpose);
        if let Some(takes) = played.takes {
            self.put(now.plus(takes), Happening::End { unit, attempt, outcome: played.outcome });
        }
    }

    /// Ends an attempt at once.
    pub(super) fn kill(&mut self, state: &State, now: Timestamp, attempt: AttemptId) {
        self.queue.retain(|_, happening| !matches!(happening, Happening::End { attempt: it, .. } if *it == attempt));
        if let Some((unit, _)) = state.flights().find(|(_, flight)| flight.attempt == attempt) {
            let cause = Cause::new(CauseKind::Signal, "모의: 요청에 따라 종료", "simulated: ended on request");
            let outcome = Outcome::Failed { cause, seen: Seen::default() };
            self.put(now, Happening::End { unit, attempt, outcome });
        }
    }

    /// Lets simulated people answer what was just asked of people.
    pub(super) fn watch(&mut self, plan: &Plan, at: Timestamp, event: &Event) {
        if !self.simulation.people {
            return;
        }
        if let Event::GateOpened { unit, step, .. } | Event::ManualOpened { unit, step } = event
            && let Some(unit) = plan.find(unit)
        {
            let takes = share(plan, &self.simulation, unit, *step);
            self.put(at.plus(takes), Happening::Answer { unit });
        }
    }

    /// Everything that has happened by `now`, as inputs of decisions, one at a time.
    pub(super) fn next(
        &mut self,
        plan: &Plan,
        state: &State,
        now: Timestamp,
        fresh: impl Fn() -> RequestId,
    ) -> Vec<Input> {
        let Some(entry) = self.queue.first_entry().filter(|entry| entry.key().0 <= now) else {
            return Vec::new();
        };
        match entry.remove() {
            Happening::End { unit, attempt, outcome } => vec![Input::Outcome { unit, attempt, outcome }],
            Happening::Answer { unit } => answers(plan, state, unit, now, fresh),
        }
    }

    fn put(&mut self, at: Timestamp, happening: Happening) {
        self.order += 1;
        self.queue.insert((at, self.order), happening);
    }
}

/// What simulated people say to a unit that asks: as many different persons as its quorum wants.
fn answers(plan: &Plan, state: &State, unit: UnitIx, at: Timestamp, fresh: impl Fn() -> RequestId) -> Vec<Input> {
    let run = state.unit(unit);
    let id = plan.unit(unit).id.clone();
    let step = plan.unit(unit).step(run.step);
    let submit = |person: u32, request: Request| {
        let actor = Actor { name: simulated_name(person)?, roles: Vec::new(), via: Door::Simulation };
        let run: RunId = state.header().run;
        Some(Input::Submission(Submission { id: fresh(), run, actor, request, at }))
    };
    match (run.state, step.map(|step| &step.action), &run.gate) {
        (UnitState::AwaitingGate, Some(Action::Gate(gate)), Some(open)) => (1..=gate.quorum)
            .filter_map(|person| {
                let comment = String::new();
                let (unit, digest) = (id.clone(), open.digest);
                submit(person, Request::Vote { unit, approve: true, comment, digest })
            })
            .collect(),
        (UnitState::AwaitingManual, Some(Action::Manual(_)), _) => {
            let evidence = "모의 (simulated)".to_owned();
            let request = Request::CompleteManual { unit: id, result: ManualResult::Done, evidence };
            submit(1, request).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn simulated_name(person: u32) -> Option<UserName> {
    format!("simulated-{person}").parse().ok()
}
