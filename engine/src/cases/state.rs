//! Where a case stands: a fold of its log.

use std::collections::{BTreeMap, BTreeSet};

use super::grade::{Grading, by_facility, by_service, graver};
use super::parts::{
    Alternate, Broken, DeclaredBy, Ending, Finding, Handover, Linked, Member, Report, Support, Tick, TimeSaid, Turn,
};
use super::{Criterion, Customers, Grade, Moment, Phase, Threshold};
use crate::base::{CaseClass, CaseId, FacilityScope, Millis, Mode, OrgId, RequestId, RunId, Timestamp, UserName};
use crate::run::Actor;

/// A case as its log has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct State {
    pub(super) case: CaseId,
    pub(super) seq: u64,
    pub(super) what: String,
    pub(super) class: CaseClass,
    pub(super) mode: Mode,
    pub(super) organisation: Option<OrgId>,
    pub(super) customers: Option<Customers>,
    pub(super) scope: Option<FacilityScope>,
    pub(super) opened_at: Timestamp,
    pub(super) opened_by: Option<Actor>,
    pub(super) times: BTreeMap<Moment, Vec<TimeSaid>>,
    pub(super) turns: Vec<Turn>,
    pub(super) declared: Option<DeclaredBy>,
    pub(super) restored_at: Option<Timestamp>,
    pub(super) ended: Option<(Ending, Timestamp)>,
    pub(super) set_grade: Option<Grade>,
    pub(super) passed: BTreeSet<Threshold>,
    pub(super) glass: Vec<Broken>,
    pub(super) ticks: BTreeMap<Criterion, Vec<Tick>>,
    pub(super) runs: Vec<Linked>,
    pub(super) members: Vec<Member>,
    pub(super) support: Vec<Support>,
    pub(super) every: Option<Millis>,
    pub(super) reports: Vec<Report>,
    pub(super) commander: Option<UserName>,
    pub(super) handovers: Vec<Handover>,
    pub(super) alternates: Vec<Alternate>,
    pub(super) findings: Vec<Finding>,
    pub(super) reprotected: Option<(Timestamp, String)>,
    pub(super) requests: BTreeSet<RequestId>,
}

macro_rules! views {
    ($($(#[$doc:meta])* $name:ident: $kind:ty;)*) => {
        impl State {
            $($(#[$doc])* pub fn $name(&self) -> &$kind { &self.$name })*
        }
    };
}

views! {
    /// What happened, in one line.
    what: str;
    /// Where in the organisation; `None`: all of it.
    organisation: Option<OrgId>;
    /// Who opened it; `None` where the engine did.
    opened_by: Option<Actor>;
    /// The phases in the order in which they were entered, never empty.
    turns: [Turn];
    /// The declaration, once there is one.
    declared: Option<DeclaredBy>;
    /// Runs in the order in which they were linked.
    runs: [Linked];
    /// Glass that was broken while it was open, in order.
    glass: [Broken];
    /// All who ever were in the situation room.
    members: [Member];
    /// Support requests by number.
    support: [Support];
    /// Situation reports by number.
    reports: [Report];
    /// Who commands.
    commander: Option<UserName>;
    /// Hand-overs in order.
    handovers: [Handover];
    /// Windows of alternate operation by number.
    alternates: [Alternate];
    /// Findings by number.
    findings: [Finding];
    /// The attested protection: when, and what shows it.
    reprotected: Option<(Timestamp, String)>;
}

impl State {
    /// The case.
    pub const fn case(&self) -> CaseId {
        self.case
    }

    /// Place of the last entry of the log.
    pub const fn seq(&self) -> u64 {
        self.seq
    }

    /// What kind of thing happened.
    pub const fn class(&self) -> CaseClass {
        self.class
    }

    /// Whether it is real or an exercise.
    pub const fn mode(&self) -> Mode {
        self.mode
    }

    /// Whose main service is out, where that is known.
    pub const fn customers(&self) -> Option<Customers> {
        self.customers
    }

    /// How much of the facility is hit, where any of it is.
    pub const fn scope(&self) -> Option<FacilityScope> {
        self.scope
    }

    /// When it was opened.
    pub const fn opened_at(&self) -> Timestamp {
        self.opened_at
    }

    /// How it ended, and when; `None` while it is open.
    pub const fn ended(&self) -> Option<(Ending, Timestamp)> {
        self.ended
    }

    /// Since when the services are there again.
    pub const fn restored_at(&self) -> Option<Timestamp> {
        self.restored_at
    }

    /// How often a situation report is written.
    pub const fn reports_every(&self) -> Option<Millis> {
        self.every
    }

    /// The grade that a person set.
    pub const fn set_grade(&self) -> Option<Grade> {
        self.set_grade
    }

    /// Where it stands.
    pub fn phase(&self) -> Phase {
        self.turns.last().map_or(Phase::Normal, |turn| turn.phase)
    }

    /// All values of an instant, the first one first.
    pub fn said(&self, moment: Moment) -> &[TimeSaid] {
        self.times.get(&moment).map_or(&[], Vec::as_slice)
    }

    /// The value of an instant that counts.
    pub fn time(&self, moment: Moment) -> Timestamp {
        self.said(moment).last().map_or(self.opened_at, |said| said.value)
    }

    /// Ticks at a criterion in order; the last one counts.
    pub fn ticks(&self, criterion: Criterion) -> &[Tick] {
        self.ticks.get(&criterion).map_or(&[], Vec::as_slice)
    }

    /// Whether a criterion holds.
    pub fn holds(&self, criterion: Criterion) -> bool {
        self.ticks(criterion).last().is_some_and(|tick| tick.holds)
    }

    /// Whether a form was taken already.
    pub fn took(&self, request: RequestId) -> bool {
        self.requests.contains(&request)
    }

    /// A run of the case.
    pub fn run(&self, run: RunId) -> Option<&Linked> {
        self.runs.iter().find(|linked| linked.run == run)
    }

    /// The hand-over that waits for its acknowledgement.
    pub fn offered(&self) -> Option<&Handover> {
        self.handovers.last().filter(|handover| handover.taken_at.is_none() && !handover.withdrawn)
    }

    /// The hand-over's place, for the fold.
    pub(super) fn offered_mut(&mut self) -> Option<&mut Handover> {
        self.handovers.last_mut().filter(|handover| handover.taken_at.is_none() && !handover.withdrawn)
    }

    /// How grave it is at an instant.
    pub fn grading(&self, now: Timestamp) -> Grading {
        let end = self.restored_at.or_else(|| self.ended.map(|(_, at)| at)).unwrap_or(now);
        let outage = end.since(self.time(Moment::Event));
        let service = self.customers.and_then(|customers| by_service(customers, outage));
        let facility = self.scope.map(by_facility);
        let computed = graver(service, facility);
        Grading { outage, service, facility, computed, holds: self.set_grade.or(computed) }
    }

    /// The next threshold that the outage will pass, and when; `None` once it is over or all are passed.
    pub fn next_escalation(&self) -> Option<(Threshold, Timestamp)> {
        let since = self.time(Moment::Event);
        let end = self.restored_at.or_else(|| self.ended.map(|(_, at)| at));
        let next = Threshold::ALL.iter().find(|threshold| !self.passed.contains(threshold))?;
        let at = next.passed_at(since);
        // What it passed before it was over is still to be said.
        end.is_none_or(|end| at <= end).then_some((*next, at))
    }

    /// When the next situation report is due.
    pub fn next_report(&self) -> Option<Timestamp> {
        let every = self.every.filter(|_| self.ended.is_none())?;
        Some(self.reports.last().map_or(self.opened_at, |report| report.at).plus(every))
    }

    /// When something is to be done that nobody needs to ask for.
    pub fn due(&self) -> Option<Timestamp> {
        let escalation = self.next_escalation().map(|(_, at)| at);
        escalation.into_iter().chain(self.next_report()).min()
    }

    /// Time on the DR site: from and until, the last one perhaps still open.
    pub fn on_dr(&self) -> Vec<(Timestamp, Option<Timestamp>)> {
        let on = |phase: Phase| match phase {
            Phase::RunningOnDr | Phase::FailingBack => true,
            Phase::Assessing | Phase::Declared | Phase::FailingOver | Phase::Normal => false,
        };
        let mut windows: Vec<(Timestamp, Option<Timestamp>)> = Vec::new();
        for turn in &self.turns {
            let open = windows.last_mut().filter(|window| window.1.is_none());
            match (on(turn.phase), open) {
                (true, None) => windows.push((turn.at, None)),
                (false, Some(window)) => window.1 = Some(turn.at),
                (true, Some(_)) | (false, None) => {}
            }
        }
        windows
    }
}
