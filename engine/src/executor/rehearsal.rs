//! The time of a mock run: what was played waits here until its simulated instant has come.

use std::collections::{BTreeMap, BTreeSet};

use super::tempo::{Letter, Seat, Wish};
use crate::action::simulate::{calls_out, play, share};
use crate::base::{Decimal, RequestId, RunId, Timestamp, UserName};
use crate::plan::{Action, Manual, Measure, Plan, UnitIx};
use crate::run::{
    Actor, AttemptId, Ballot, Cause, CauseKind, Door, Event, Input, ManualAct, ManualResult, Outcome, Purpose, Request,
    Seen, Simulation, State, StepIx, Submission, UnitState,
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
    /// Its place at the clock that it shares with the runs that it called, and with its caller.
    seat: Seat,
    /// Attempts that are runs of their own.
    calls: BTreeSet<AttemptId>,
    queue: BTreeMap<(Timestamp, u64), Happening>,
    order: u64,
}

impl Rehearsal {
    pub(super) const fn new(simulation: Simulation, seat: Seat) -> Self {
        Self { simulation, seat, calls: BTreeSet::new(), queue: BTreeMap::new(), order: 0 }
    }

    pub(super) const fn seat(&self) -> &Seat {
        &self.seat
    }

    /// The simulated instant. Jumping time stands still here.
    pub(super) fn now(&self, real: Timestamp) -> Timestamp {
        self.seat.now(real)
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
        // Jumping time must not run ahead of people: a gate's time-out is no reason to jump. Nor is what a called run is late
        // for: that moves by itself, or waits for people.
        let census = state.census();
        let calls = state.flights().filter(|(_, flight)| self.calls.contains(&flight.attempt)).count();
        let working = census.count(UnitState::occupies) + census.of(UnitState::RetryWait);
        let moving = usize::try_from(working).unwrap_or(usize::MAX) > calls;
        let wish = match (next, timer) {
            (None, None) => Wish::Still,
            (Some(next), None) => Wish::Until(next, true),
            (Some(next), Some(timer)) => Wish::Until(next.min(timer), true),
            (None, Some(timer)) => Wish::Until(timer, moving),
        };
        self.seat.wish(wish).then_some(std::time::Duration::ZERO)
    }

    /// Plays an attempt; one that is a run of its own is not played, and the clock stands until that is on its way. Faults count all that were made of its step, a person's retries too: what fails once is mended then.
    pub(super) fn start(
        &mut self,
        plan: &Plan,
        state: &State,
        now: Timestamp,
        (unit, step, attempt): (UnitIx, StepIx, AttemptId),
        purpose: Purpose,
    ) -> Option<Letter> {
        let made = state.unit(unit).attempts.iter();
        let made = made.filter(|it| it.step == step && it.purpose == Purpose::Act && it.attempt <= attempt);
        let number = u32::try_from(made.count()).unwrap_or(u32::MAX);
        if purpose == Purpose::Act && calls_out(plan, &self.simulation, unit, step, number) {
            self.calls.insert(attempt);
            return Some(self.seat.tempo().letter());
        }
        let played = play(plan, &self.simulation, unit, step, number, purpose);
        if let Some(takes) = played.takes {
            self.put(now.plus(takes), Happening::End { unit, attempt, outcome: played.outcome });
        }
        None
    }

    /// Ends an attempt at once; `false` for one that is a run of its own.
    pub(super) fn kill(&mut self, state: &State, now: Timestamp, attempt: AttemptId) -> bool {
        if self.calls.contains(&attempt) {
            return false;
        }
        self.queue.retain(|_, happening| !matches!(happening, Happening::End { attempt: it, .. } if *it == attempt));
        if let Some((unit, _)) = state.flights().find(|(_, flight)| flight.attempt == attempt) {
            let cause = Cause::new(CauseKind::Signal, "모의: 요청에 따라 종료", "simulated: ended on request");
            let outcome = Outcome::Failed { cause, seen: Seen::default() };
            self.put(now, Happening::End { unit, attempt, outcome });
        }
        true
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
                let ballot = Box::new(Ballot::new(true, String::new(), open.digest));
                submit(person, Request::Vote { unit: id.clone(), ballot })
            })
            .collect(),
        (UnitState::AwaitingManual, Some(Action::Manual(manual)), _) => {
            let opening = run.manual.as_ref().map(|open| open.opening);
            let ask = |(person, work)| submit(person, Request::Manual { unit: id.clone(), opening, work });
            played_work(manual).into_iter().filter_map(ask).collect()
        }
        _ => Vec::new(),
    }
}

/// What simulated people do about manual work, and which of them.
fn played_work(manual: &Manual) -> Vec<(u32, ManualAct)> {
    let result = ManualResult::Done;
    let items = 0..u16::try_from(manual.checklist.len()).unwrap_or(u16::MAX);
    let mut work: Vec<_> = items.map(|item| (1, ManualAct::Tick { item, result, note: String::new() })).collect();
    let good = |measure: &Measure| measure.max.clone().or_else(|| measure.min.clone()).unwrap_or(Decimal::from(0));
    let least = usize::try_from(manual.evidence.text).unwrap_or(usize::MAX);
    let evidence = format!("{:.<least$}", "모의 (simulated)");
    work.push((1, ManualAct::Complete { result, evidence, measure: manual.measure.as_ref().map(good) }));
    if manual.second_checker.is_some() {
        work.push((2, ManualAct::Check { accept: true, comment: String::new() }));
    }
    work
}

fn simulated_name(person: u32) -> Option<UserName> {
    format!("simulated-{person}").parse().ok()
}
