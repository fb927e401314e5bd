//! One simulated run: an engine that decides, commits, acts and dies, in front of a world and people; and a model that
//! watches every event.

use std::collections::{BTreeMap, BTreeSet};

use engine::base::{Millis, RunId, Timestamp};
use engine::plan::{MarkKind, Mode, Plan, UnitIx};
use engine::run::{
    Account, Answer, AttemptId, Claim, Effect, Event, Header, Holder, Input, Request, State, Surroundings, decide,
    declare,
};

use crate::chance::Chance;
use crate::conditions;
use crate::model::Model;
use crate::people::{self, RUN, as_vote, person, submission};
use crate::world::{self, World};

/// What went wrong, in words.
pub(crate) type Fault = String;

/// A run in the making.
pub(crate) struct Drive<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) chance: Chance,
    pub(crate) now: Timestamp,
    pub(crate) state: State,
    pub(crate) model: Model<'p>,
    pub(crate) world: World,
    /// All that was decided, and how much of it is durable.
    pub(crate) events: Vec<(Timestamp, Event)>,
    pub(crate) durable: usize,
    effects: Vec<Effect>,
    recorded: BTreeSet<u32>,
    token: u64,
    requests: u64,
    /// The engine is being shut down: it finishes what it began and begins nothing.
    draining: bool,
    /// Crashes so far.
    pub(crate) crashes: u32,
}

pub(crate) fn header(plan: &Plan, concurrency: u32) -> Header {
    Header {
        format: 1,
        run: RUN,
        runbook: plan.body().runbook.clone(),
        plan: plan.digest(),
        mode: Mode::Drill,
        inputs: BTreeMap::new(),
        requester: person("kim"),
        reason: "exercise".to_owned(),
        concurrency,
        engine: "0".to_owned(),
        simulation: None,
        parent: None,
        case: None,
        part: None,
        preflight: None,
        clocks: Vec::new(),
        second_person: false,
    }
}

impl<'p> Drive<'p> {
    pub(crate) fn new(plan: &'p Plan, mut chance: Chance) -> Result<Self, Fault> {
        let now = Timestamp(1_700_000_000_000);
        let mut marks = Vec::new();
        for mark in [MarkKind::Event, MarkKind::Detect, MarkKind::Declare] {
            if chance.percent(70) {
                marks.push((mark, Timestamp(now.0 - 1_000 * i64::try_from(chance.between(0, 10)).unwrap())));
            }
        }
        let mut header = header(plan, plan.body().limits.run);
        if !plan.body().inputs.is_empty() {
            for (name, value) in conditions::inputs(&mut chance) {
                header.inputs.insert(name.parse().unwrap(), value.map(str::to_owned));
            }
        }
        let (state, events) = declare(plan, header, &marks, now).map_err(|illegal| illegal.to_string())?;
        let model = Model::of(plan, &events)?;
        let durable = events.len();
        let mut drive = Self {
            plan,
            chance,
            now,
            state,
            model,
            world: World::default(),
            events,
            durable,
            effects: Vec::new(),
            recorded: BTreeSet::new(),
            token: 0,
            requests: 0,
            draining: false,
            crashes: 0,
        };
        drive.adopt()?;
        Ok(drive)
    }

    fn adopt(&mut self) -> Result<(), Fault> {
        self.token += 1;
        let adopt = Input::Adopt {
            engine: format!("engine-{}", self.token),
            token: self.token,
            clock: world::clock(&mut self.chance),
        };
        self.decide(adopt)?;
        self.commit()
    }

    /// Lets the engine decide and holds what comes of it against the model.
    pub(crate) fn decide(&mut self, input: Input) -> Result<Option<Answer>, Fault> {
        let (keeper, draining) = (Some("keeper-1".to_owned()), self.draining);
        let around = Surroundings { now: self.now, keeper, draining };
        let again = self.chance.percent(5).then(|| (self.state.clone(), input.clone()));
        let was_aborting = self.model.aborting;
        let stale = match &input {
            Input::Outcome { unit, attempt, .. } => {
                self.model.units[unit.at()].at_work.as_ref().is_none_or(|work| work.attempt != *attempt)
            }
            _ => false,
        };
        let decision = decide(self.plan, &mut self.state, input, &around).map_err(|illegal| illegal.to_string())?;
        if let Some((mut state, input)) = again {
            let repeated = decide(self.plan, &mut state, input, &around).map_err(|illegal| illegal.to_string())?;
            let same = repeated.events == decision.events && repeated.effects == decision.effects;
            if !(same && repeated.answer == decision.answer && state == self.state) {
                return Err("the same input gives something else the second time".to_owned());
            }
        }
        if stale && !matches!(decision.events.first(), Some((_, Event::Late { .. }))) {
            return Err("an end that nobody waits for is not called late".to_owned());
        }
        for effect in &decision.effects {
            let Effect::Start { unit, attempt, .. } = effect else { continue };
            let work = self.model.units[unit.at()].at_work.as_ref().filter(|work| work.attempt == *attempt);
            let called = self.model.units[unit.at()].back.called;
            let ended = work.is_some_and(|work| work.timed_out || work.stopped || called);
            if ended || decision.effects.contains(&Effect::Kill { attempt: *attempt }) {
                return Err(format!("attempt {} begins after it was to be ended", attempt.0));
            }
        }
        if was_aborting && decision.effects.iter().any(|effect| matches!(effect, Effect::Start { .. })) {
            return Err("something starts after an abort".to_owned());
        }
        for (at, event) in &decision.events {
            self.model.take(*at, event).map_err(|wrong| format!("{wrong} [{event:?}]"))?;
        }
        self.events.extend(decision.events);
        self.effects.extend(decision.effects);
        self.model.at_rest(self.now, self.draining)?;
        self.compare()?;
        Ok(decision.answer.map(|(_, answer)| answer))
    }

    /// What the engine believes and what the events tell must be the same.
    pub(crate) fn compare(&mut self) -> Result<(), Fault> {
        let status = self.state.status().keyword();
        if status != self.model.status() {
            return Err(format!("the status is {status}, its units tell {}", self.model.status()));
        }
        if self.state.end() != self.model.ended.map(|(_, end)| end)
            || self.state.ended_at() != self.model.ended.map(|(at, _)| at)
        {
            return Err("the end is another one".to_owned());
        }
        for (at, told) in (0..).zip(&self.model.units) {
            let run = self.state.unit(UnitIx(at));
            let believed = (
                run.state.keyword(),
                usize::from(run.step),
                run.flight.as_ref().map(|flight| flight.attempt),
                run.eligible_at,
                run.settled_at,
                run.exceeded,
            );
            let work = told.at_work.as_ref().map(|work| work.attempt);
            let seen = (told.state, told.step, work, told.eligible, told.settled, told.exceeded);
            if believed != seen {
                return Err(format!("unit {at} is believed to be {believed:?}, its events tell {seen:?}"));
            }
        }
        if self.chance.percent(10) || self.model.ended.is_some() {
            let later = self.now.max(self.model.last).plus(Millis(self.chance.between(0, 2_500)));
            self.compare_books(later)?;
        }
        Ok(())
    }

    /// Booked time equals wall time, account by account and in sum.
    pub(crate) fn compare_books(&self, now: Timestamp) -> Result<(), Fault> {
        for account in Account::ALL {
            let (believed, told) = (
                self.state.ledger().booked(account, now),
                self.model.book.booked(account.keyword(), now, &self.model.holds),
            );
            if believed != told {
                return Err(format!("the run booked {believed} to {}, its events tell {told}", account.keyword()));
            }
        }
        let wall = self.model.ended.map_or(now, |(end, _)| end).since(self.model.declared);
        if self.state.ledger().total(now) != wall {
            return Err(format!("the run lasted {wall}, booked are {}", self.state.ledger().total(now)));
        }
        for (at, told) in (0..).zip(&self.model.units) {
            let run = self.state.unit(UnitIx(at));
            for account in Account::ALL {
                let (believed, told) =
                    (run.ledger.booked(account, now), told.book.booked(account.keyword(), now, &self.model.holds));
                if believed != told {
                    return Err(format!(
                        "unit {at} booked {believed} to {}, its events tell {told}",
                        account.keyword()
                    ));
                }
            }
            let wall = told.eligible.map_or(Millis::ZERO, |since| told.settled.unwrap_or(now).since(since));
            if run.ledger.total(now) != wall {
                return Err(format!("unit {at} took {wall}, booked are {}", run.ledger.total(now)));
            }
        }
        Ok(())
    }

    /// Makes what was decided durable, then acts on it.
    pub(crate) fn commit(&mut self) -> Result<(), Fault> {
        self.make_durable();
        for effect in std::mem::take(&mut self.effects) {
            self.perform(&effect)?;
        }
        Ok(())
    }

    fn make_durable(&mut self) {
        for (_, event) in &self.events[self.durable..] {
            if let Event::Started { attempt, .. } = event {
                self.recorded.insert(attempt.0);
            }
        }
        self.durable = self.events.len();
    }

    fn perform(&mut self, effect: &Effect) -> Result<(), Fault> {
        if let Effect::Start { attempt: AttemptId(attempt), .. } = effect
            && !self.recorded.contains(attempt)
        {
            return Err(format!("attempt {attempt} begins before it is recorded"));
        }
        self.world.perform(self.plan, &mut self.chance, self.now, effect)
    }

    /// The state that a journal makes.
    pub(crate) fn fold(plan: &Plan, events: &[(Timestamp, Event)]) -> Result<State, Fault> {
        let mut state = State::begin(plan, events[0].0, &events[0].1).map_err(|illegal| illegal.to_string())?;
        for (at, event) in &events[1..] {
            state.apply(plan, *at, event).map_err(|illegal| illegal.to_string())?;
        }
        Ok(state)
    }

    /// The engine dies: before its last decisions were durable, or after that but before or amid acting on them. Another
    /// one takes over later.
    pub(crate) fn crash(&mut self) -> Result<(), Fault> {
        self.crashes += 1;
        self.draining = false;
        if self.chance.percent(60) {
            self.make_durable();
            let acted = self.chance.below(self.effects.len() + 1);
            for effect in std::mem::take(&mut self.effects).into_iter().take(acted) {
                self.perform(&effect)?;
            }
        }
        self.effects.clear();
        let lost = self.events.split_off(self.durable);
        let state = Self::fold(self.plan, &self.events)?;
        if lost.is_empty() && state != self.state {
            return Err(format!("the journal makes another state:\n{state:#?}\nthan was live:\n{:#?}", self.state));
        }
        self.state = state;
        self.model = Model::of(self.plan, &self.events)?;
        self.compare()?;
        self.world.engine_died();
        self.now = self.now.plus(Millis::seconds(self.chance.between(0, 40)));
        if self.model.ended.is_none() || self.chance.percent(20) {
            self.adopt()?;
        }
        if self.chance.percent(15) {
            // Before the world has answered what became of the attempts.
            let reason = "enough".to_owned();
            let work = self.model.units.iter().position(|unit| unit.at_work.is_some());
            let request = match work.filter(|_| self.chance.percent(50)) {
                Some(unit) => Request::Stop { unit: self.plan.units()[unit].id.clone(), reason },
                None => Request::Abort { reason },
            };
            self.ask(person("lee"), request)?;
        }
        Ok(())
    }

    /// Asks, and checks that the answer is one that the model would give.
    pub(crate) fn ask(&mut self, actor: engine::run::Actor, request: Request) -> Result<Answer, Fault> {
        self.requests += 1;
        // Timers first, so that the model knows what is overdue by now.
        self.decide(Input::Tick)?;
        let over = self.model.ended.is_some() || self.model.aborting;
        let now = self.now.max(self.state.last_at());
        let welcome = as_vote(&actor, &request).map(|(unit, vote, wish)| {
            let unit = self.plan.find(&unit);
            !over && unit.is_some_and(|unit| self.model.vote_welcome(now, unit.at(), &vote, wish.as_ref()))
        });
        let before = self.events.len();
        let submission = submission(self.requests, actor, request, self.now);
        let (id, described) = (submission.id, format!("{:?}", submission.request));
        let answer = self.decide(Input::Submission(submission))?.ok_or("a request without an answer")?;
        let accepted = matches!(answer, Answer::Accepted { .. });
        let obeyed = self.events[before..]
            .iter()
            .filter(|(_, event)| matches!(event, Event::Obeyed { request, .. } if *request == id));
        if obeyed.count() != usize::from(accepted) {
            return Err(format!("{described} was answered with {answer:?} and recorded otherwise"));
        }
        if welcome.is_some_and(|welcome| welcome != accepted) {
            return Err(format!("{described} was answered with {answer:?}"));
        }
        Ok(answer)
    }

    /// What the store says to those that wait for a lock: another run has it, or it is the run's. In calm times no other
    /// run wants it.
    fn judge_claims(&mut self) -> Result<(), Fault> {
        let waiting: Vec<UnitIx> = self.state.barred().collect();
        for unit in waiting {
            if !self.state.barred().any(|other| other == unit) {
                continue;
            }
            let lock = self.plan.unit(unit).locks.first().ok_or("a unit without locks waits for one")?.clone();
            let run = RunId(uuid::Uuid::from_u128(u128::from(self.chance.between(7, 8))));
            let claim = if self.world.calm || self.chance.percent(30) {
                Claim::Taken
            } else {
                Claim::Held { lock, by: Holder { run, runbook: self.plan.body().runbook.clone() } }
            };
            self.decide(Input::Claimed { unit, claim })?;
        }
        // One that is not asked for any more may come late.
        if self.chance.percent(3) {
            let unit = UnitIx(u32::try_from(self.chance.below(self.plan.units().len())).unwrap());
            if !self.plan.unit(unit).locks.is_empty() {
                self.decide(Input::Claimed { unit, claim: Claim::Taken })?;
            }
        }
        Ok(())
    }

    /// Hears of everything that has ended by now.
    pub(crate) fn hear(&mut self) -> Result<(), Fault> {
        self.judge_claims()?;
        for input in self.world.ended(self.now) {
            self.decide(input)?;
            if self.chance.percent(60) {
                self.commit()?;
            }
        }
        Ok(())
    }

    /// Lets time pass until something happens.
    pub(crate) fn pass_time(&mut self) {
        let next = [self.world.next_end(), self.state.next_timer()].into_iter().flatten().min();
        match next {
            Some(next) if self.world.calm || self.chance.percent(85) => self.now = self.now.max(next),
            _ => self.now = self.now.plus(Millis(self.chance.between(0, 4_000))),
        }
    }

    /// Trouble of every kind, for so many turns.
    pub(crate) fn trouble(&mut self, turns: u64) -> Result<(), Fault> {
        for _ in 0..turns {
            match self.chance.below(100) {
                0..55 => {
                    self.pass_time();
                    self.hear()?;
                    self.decide(Input::Tick)?;
                }
                55..88 => {
                    let (actor, request) = people::random(&mut self.chance, self.plan, &self.model, self.now);
                    self.ask(actor, request)?;
                }
                88..92 => {
                    if let Some(echo) = self.world.echo(&mut self.chance) {
                        self.decide(echo)?;
                    }
                }
                92..95 => self.crash()?,
                95 => self.draining = !self.draining,
                _ => {
                    // The wall clock may step back; the journal does not.
                    self.now = Timestamp(self.now.0 - 500);
                    self.decide(Input::Tick)?;
                    self.now = self.now.max(self.model.last);
                }
            }
            if self.chance.percent(70) {
                self.commit()?;
            }
            if self.model.ended.is_some() && self.chance.percent(30) {
                break;
            }
        }
        Ok(())
    }

    /// From here on everything goes well and people answer what they are asked: the run must end.
    pub(crate) fn finish(&mut self) -> Result<(), Fault> {
        self.world.calm = true;
        self.draining = false;
        for _ in 0..400 {
            self.commit()?;
            self.hear()?;
            self.decide(Input::Tick)?;
            self.commit()?;
            if self.model.ended.is_some() {
                return Ok(());
            }
            for (actor, request) in people::helpful(&mut self.chance, self.plan, &self.model) {
                self.ask(actor, request)?;
            }
            self.commit()?;
            let hanging: Vec<usize> = (0..self.model.units.len())
                .filter(|unit| {
                    self.model.units[*unit].at_work.as_ref().is_some_and(|work| self.world.hangs(work.attempt))
                })
                .collect();
            for unit in hanging {
                let (unit, reason) = (self.plan.units()[unit].id.clone(), "it hangs".to_owned());
                self.ask(person("lee"), Request::Stop { unit, reason })?;
            }
            self.commit()?;
            self.pass_time();
        }
        let states: Vec<&str> = self.model.units.iter().map(|unit| unit.state).collect();
        Err(format!("the run does not end although everything goes well: {} {states:?}", self.model.status()))
    }
}
