//! A run as its events tell it.

use std::collections::{BTreeMap, BTreeSet};

use engine::base::{LockName, Millis, Mode, RunId, Timestamp, UnitId};
use engine::plan::{Action, MarkKind, Origin, Phase, Plan, Step, UnitIx};
use engine::run::{AttemptId, End, Event, Purpose, Vote};

use super::needs::{needs_of, tails};
use super::work::Work;
use crate::books::{Book, Holds, account_of_unit};
use crate::undoing::Back;

/// What an open gate was told.
#[derive(Debug, Clone)]
pub(crate) struct Asked {
    pub(crate) digest: engine::base::Digest,
    pub(crate) deadline: Option<Timestamp>,
    pub(crate) opened: Timestamp,
    pub(crate) overdue: bool,
    pub(crate) reminded: bool,
    /// Levels of escalation that were said to be in force.
    pub(crate) level: usize,
    pub(crate) votes: Vec<Vote>,
    pub(crate) decided: Option<bool>,
}

/// An attempt that began and did not end.
#[derive(Debug, Clone)]
pub(crate) struct AtWork {
    pub(crate) attempt: AttemptId,
    pub(crate) step: usize,
    pub(crate) purpose: Purpose,
    pub(crate) since: Timestamp,
    pub(crate) timed_out: bool,
    pub(crate) stopped: bool,
}

/// A unit as its events tell it.
#[derive(Debug, Clone)]
pub(crate) struct Told {
    pub(crate) state: &'static str,
    pub(crate) step: usize,
    pub(crate) tries: u32,
    pub(crate) at_work: Option<AtWork>,
    pub(crate) asked: Option<Asked>,
    pub(crate) eligible: Option<Timestamp>,
    pub(crate) settled: Option<Timestamp>,
    pub(crate) book: Book,
    pub(crate) exceeded: bool,
    pub(crate) back: Back,
    /// What needs it may begin, ready or not: the step was done after which it can be used.
    pub(crate) usable: bool,
    /// Its condition was judged since it waits: whether it holds, where that can be told.
    pub(crate) judged: Option<Option<bool>>,
    /// It decided: the branch, where one was taken.
    pub(crate) decided: Option<Option<String>>,
    /// The lock and the run that it was last said to wait for.
    pub(crate) awaits: Option<(LockName, RunId)>,
    /// The step at hand was done, so that it may be left.
    pub(crate) granted: Option<Purpose>,
    /// What was done about the manual work at hand.
    pub(crate) work: Work,
    /// A wait, a retry: not before this.
    pub(crate) due: Option<Timestamp>,
    /// Steps whose last attempt nobody could tell about, and nobody cleared since.
    pub(super) in_doubt: BTreeSet<usize>,
    /// Steps with a probe that were attempted and not said to be undone since.
    pub(super) unprobed: BTreeSet<usize>,
}

/// A run as its events tell it.
#[derive(Debug, Clone)]
#[expect(clippy::struct_excessive_bools, reason = "plain facts, each by itself")]
pub(crate) struct Model<'p> {
    pub(crate) plan: &'p Plan,
    pub(crate) needs: Vec<BTreeSet<usize>>,
    pub(super) tail: Vec<Millis>,
    pub(crate) units: Vec<Told>,
    pub(crate) declared: Timestamp,
    pub(crate) ended: Option<(Timestamp, End)>,
    pub(crate) held: bool,
    pub(crate) holds: Holds,
    /// The declaration waits for another person.
    pub(super) unseconded: bool,
    pub(crate) aborting: bool,
    pub(super) adopted: bool,
    pub(crate) last: Timestamp,
    pub(crate) book: Book,
    pub(super) marks: BTreeMap<MarkKind, Timestamp>,
    pub(super) late: BTreeSet<Option<String>>,
    pub(super) concurrency: u32,
    pub(super) requester: String,
    pub(super) mode: Mode,
    pub(super) inputs: BTreeMap<String, Option<String>>,
    pub(super) given: BTreeSet<u32>,
    pub(super) voted_just_now: Option<usize>,
    /// When the time-out of a gate was last its rejection, and that takes the run back.
    pub(crate) taken_back: Option<Timestamp>,
    pub(super) locks: BTreeSet<LockName>,
}

pub(crate) fn satisfied(state: &str) -> bool {
    ["ready", "attested", "skipped", "not_selected"].contains(&state)
}

/// Whether one may go on from an unknown end without asking anybody.
pub(super) fn harmless(step: &Step) -> bool {
    step.idempotent
        || match &step.action {
            Action::Http(http) => http.method == "GET" || http.method == "HEAD",
            Action::Tcp(_) | Action::Look(_) | Action::Check(_) => true,
            Action::Wait(_) | Action::Until(_) | Action::Mark(_) | Action::Decision(_) => true,
            Action::Command(_) | Action::Change(_) | Action::Manual(_) | Action::Gate(_) | Action::Link(_) => false,
        }
}

/// The state of a unit with a step of this phase at work.
pub(super) fn at_work_in(phase: Phase, acts: bool) -> &'static str {
    match phase {
        Phase::Rollback => "rolling_back",
        Phase::Run if acts => "running",
        Phase::Pre | Phase::Run | Phase::Post => "verifying",
    }
}

pub(super) fn is_gate(step: &Step) -> bool {
    matches!(step.action, Action::Gate(_))
}

impl<'p> Model<'p> {
    pub(crate) fn new(plan: &'p Plan, at: Timestamp, first: &Event) -> Result<Self, String> {
        let Event::Declared(header) = first else {
            return Err("the first event declares nothing".to_owned());
        };
        let needs = needs_of(plan);
        let told = Told {
            state: "pending",
            step: 0,
            tries: 0,
            at_work: None,
            asked: None,
            eligible: None,
            settled: None,
            book: Book::default(),
            exceeded: false,
            back: Back::default(),
            usable: false,
            judged: None,
            decided: None,
            awaits: None,
            granted: None,
            work: Work::default(),
            due: None,
            in_doubt: BTreeSet::new(),
            unprobed: BTreeSet::new(),
        };
        let mut book = Book::default();
        book.enter(at, Some("queue"));
        Ok(Self {
            tail: tails(plan, &needs),
            units: vec![told; needs.len()],
            needs,
            plan,
            declared: at,
            ended: None,
            held: false,
            holds: Holds::default(),
            unseconded: header.second_person,
            aborting: false,
            adopted: false,
            last: at,
            book,
            marks: BTreeMap::new(),
            late: BTreeSet::new(),
            concurrency: header.concurrency,
            requester: header.requester.name.as_str().to_owned(),
            mode: header.mode,
            inputs: header.inputs.iter().map(|(name, value)| (name.as_str().to_owned(), value.clone())).collect(),
            given: BTreeSet::new(),
            voted_just_now: None,
            taken_back: None,
            locks: BTreeSet::new(),
        })
    }

    pub(crate) fn of(plan: &'p Plan, events: &[(Timestamp, Event)]) -> Result<Self, String> {
        let mut model = Self::new(plan, events[0].0, &events[0].1)?;
        for (at, event) in &events[1..] {
            model.take(*at, event)?;
        }
        Ok(model)
    }

    pub(super) fn ix(&self, unit: &UnitId) -> usize {
        self.plan.find(unit).map_or(usize::MAX, UnitIx::at)
    }

    pub(super) fn step(&self, unit: usize) -> &'p Step {
        let place = u16::try_from(self.units[unit].step).unwrap();
        self.plan.units()[unit].step(place).unwrap()
    }

    pub(crate) fn needs_met(&self, unit: usize) -> bool {
        self.needs[unit].iter().all(|need| satisfied(self.units[*need].state) || self.units[*need].usable)
    }

    pub(crate) fn has_locks(&self, unit: usize) -> bool {
        self.plan.units()[unit].locks.is_subset(&self.locks)
    }

    pub(crate) fn origin(&self) -> Option<Timestamp> {
        let kind = match self.plan.body().objectives.clock {
            Origin::Event => MarkKind::Event,
            Origin::Detect => MarkKind::Detect,
            Origin::Declare => MarkKind::Declare,
        };
        self.marks.get(&kind).copied()
    }

    pub(crate) fn go(&mut self, at: Timestamp, unit: usize, state: &'static str) {
        let told = &mut self.units[unit];
        told.state = state;
        told.awaits = None;
        told.book.enter(at, account_of_unit(state, self.held));
    }

    pub(crate) fn settle(&mut self, at: Timestamp, unit: usize, state: &'static str) {
        self.go(at, unit, state);
        self.units[unit].settled = Some(at);
    }

    pub(super) fn rebook_queued(&mut self, at: Timestamp) {
        for unit in self.units.iter_mut().filter(|unit| unit.state == "queued") {
            unit.book.enter(at, account_of_unit("queued", self.held));
        }
    }

    /// The objective of the run or a service, and whether something it needs is not there.
    pub(super) fn scope(&self, service: Option<&str>) -> (Option<Millis>, bool) {
        let body = self.plan.body();
        let open = |unit: usize| !satisfied(self.units[unit].state);
        match service {
            None => {
                let counted = (0..self.units.len()).filter(|unit| !body.units[*unit].rto_exclude);
                (body.objectives.rto, counted.into_iter().any(open))
            }
            Some(id) => {
                body.services.iter().find(|service| service.id.as_str() == id).map_or((None, false), |service| {
                    (service.effective_rto(), service.needs.iter().any(|unit| open(unit.at())))
                })
            }
        }
    }

    /// The status by the words of the documentation, not by the engine's function.
    pub(crate) fn status(&self) -> &'static str {
        let any = |states: &[&str]| self.units.iter().any(|unit| states.contains(&unit.state));
        match self.ended {
            Some((_, End::Completed)) => "completed",
            Some((_, End::Aborted)) => "aborted",
            None if self.aborting => "aborting",
            None if self.held => "paused",
            None if !self.adopted => "declared",
            None if any(&["queued", "running", "verifying", "retry_wait", "rolling_back"]) => "running",
            None if any(&["awaiting_gate", "awaiting_manual"]) => "waiting",
            None if any(&["failed", "unknown", "rolled_back"]) => "failed",
            None => "running",
        }
    }
}
