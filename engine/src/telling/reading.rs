//! What of a journal people are told about.

use std::collections::BTreeSet;

use super::{About, Key, Occasion, OccasionKind};
use crate::base::{Lang, Mode, RoleName, Text, Timestamp, UnitId};
use crate::evidence::Anchor;
use crate::plan::{Action, Gate, Manual, Plan, Unit};
use crate::run::{Actor, End, Event, Head, Header, ManualWork, Row};

/// A run as far as its occasions need it.
#[derive(Debug)]
pub(super) struct Reading {
    pub(super) header: Header,
    pub(super) plan: Plan,
}

/// What a row says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// Nothing that anybody is told about.
    Nothing,
    /// Something that people are told about.
    Raised(Box<Occasion>),
    /// The run goes on: what was told about it as a whole is dealt with.
    GoesOn,
    /// What was told about a unit is dealt with.
    Settled(UnitId),
    /// Whatever was told about the run is dealt with; the run is over.
    Over(Box<Occasion>),
}

impl Reading {
    /// What a row says. Rows of a run whose people are played ask nobody.
    pub(super) fn row(&self, row: &Row, event: &Event) -> Said {
        let Row { seq, at, hash, .. } = *row;
        let played = self.header.simulation.as_ref().is_some_and(|simulation| simulation.people);
        let says = |kind, unit: Option<&UnitId>, asks: &[RoleName], what: Text, detail: Text| {
            Said::Raised(Box::new(self.occasion(seq, at, kind, unit, asks, &what, detail)))
        };
        let operator: Vec<RoleName> = "operator".parse().ok().into_iter().collect();
        match event {
            Event::Declared(header) if header.second_person => {
                let second = ["commander", "deputy"].iter().filter_map(|role| role.parse().ok());
                let who = header.requester.name.as_str();
                let what = Text::new(format!("{who} 님이 실제 모드로 선포함"), format!("declared for real by {who}"));
                let detail = Text::new(
                    format!("{}\n다른 사람이 확인해야 시작합니다", header.reason),
                    format!("{}\nnothing is started before another person confirms it", header.reason),
                );
                says(OccasionKind::SecondPerson, None, &second.collect::<Vec<_>>(), what, detail)
            }
            Event::Declared(header) => {
                let detail = Text::plain(header.reason.clone());
                let who = header.requester.name.as_str();
                let what = Text::new(format!("{who} 님이 선포함"), format!("declared by {who}"));
                says(OccasionKind::RunDeclared, None, &[], what, detail)
            }
            Event::GateOpened { unit, deadline, .. } if !played => {
                let (asks, question) = self.asked(unit, |gate| gate.approvers.clone());
                let until = deadline.map(|deadline| deadline.in_seoul());
                let until = until.as_ref().and_then(|until| until.get(..19));
                let detail = until.map_or_else(
                    || question.clone(),
                    |until| {
                        Text::new(
                            format!("{}\n{until}까지", question.get(Lang::Ko)),
                            format!("{}\nuntil {until}", question.get(Lang::En)),
                        )
                    },
                );
                says(OccasionKind::GateOpened, Some(unit), &asks, self.title(unit), detail)
            }
            Event::GateReminded { unit } if !played => {
                let (asks, question) = self.asked(unit, |gate| gate.approvers.clone());
                says(OccasionKind::GateHalfTime, Some(unit), &asks, self.title(unit), question)
            }
            Event::GateEscalated { unit, roles, .. } if !played => {
                let (_, question) = self.asked(unit, |_| Vec::new());
                says(OccasionKind::GateEscalated, Some(unit), roles, self.title(unit), question)
            }
            Event::GateOverdue { unit } if !played => {
                let (asks, question) = self.asked(unit, |gate| gate.all_roles().into_iter().cloned().collect());
                says(OccasionKind::GateOverdue, Some(unit), &asks, self.title(unit), question)
            }
            Event::ManualOpened { unit, .. } if !played => {
                let manual = self.manual(unit);
                let asks = manual.map(|manual| manual.roles.clone()).filter(|roles| !roles.is_empty());
                let detail = manual.map_or_else(Text::default, |manual| manual.instruction.clone());
                says(OccasionKind::ManualOpened, Some(unit), &asks.unwrap_or(operator), self.title(unit), detail)
            }
            Event::GateOpened { .. }
            | Event::GateReminded { .. }
            | Event::GateEscalated { .. }
            | Event::GateOverdue { .. }
            | Event::ManualOpened { .. } => Said::Nothing,
            Event::ManualWorked { unit, work: ManualWork::Assigned { to }, .. } if !played => {
                let detail = self.manual(unit).map_or_else(Text::default, |manual| manual.instruction.clone());
                let what = self.title(unit);
                let kind = OccasionKind::ManualOpened;
                let mut occasion = self.occasion(seq, at, kind, Some(unit), &[], &what, detail);
                occasion.people.insert(to.clone());
                Said::Raised(Box::new(occasion))
            }
            Event::ManualWorked { .. } => Said::Nothing,
            Event::Failed { unit, cause } => {
                says(OccasionKind::UnitFailed, Some(unit), &operator, self.title(unit), cause.message.clone())
            }
            Event::Unknown { unit, why } => {
                says(OccasionKind::UnitUnknown, Some(unit), &operator, self.title(unit), why.clone())
            }
            Event::TargetExceeded { unit } => {
                let target =
                    self.unit(unit).and_then(|unit| unit.target).map_or_else(String::new, |target| target.clock());
                let detail = Text::new(format!("목표 {target}"), format!("target {target}"));
                says(OccasionKind::TargetExceeded, Some(unit), &[], self.title(unit), detail)
            }
            Event::RtoExceeded { service } => {
                let what = service.as_ref().map_or_else(
                    || Text::new("실행 전체", "the run as a whole"),
                    |service| Text::new(format!("업무 {service}"), format!("service {service}")),
                );
                says(OccasionKind::RtoExceeded, None, &[], what, Text::new("복구목표시간을 넘김", "later than its RTO"))
            }
            Event::Stalled => {
                let what = Text::new("사람의 판단을 기다림", "waits for somebody to decide");
                says(OccasionKind::RunStalled, None, &operator, what, Text::default())
            }
            Event::Paused { by, reason } => {
                says(OccasionKind::RunPaused, None, &[], by_whom(by.as_ref()), reason.clone())
            }
            Event::ExerciseHeld { by, reason } => {
                says(OccasionKind::RunPaused, None, &[], by_whom(Some(by)), reason.clone())
            }
            Event::Ended { end } => {
                let what = match end {
                    End::Completed => Text::new("완료", "completed"),
                    End::Aborted => Text::new("중단됨", "aborted"),
                };
                // The head of the journal goes out with the news: whoever keeps the mail can tell later whether rows are gone.
                let anchor = Anchor::of_journal(self.header.run, Head { seq, hash }, at);
                let detail =
                    Text::new(format!("보고서를 확인하십시오\n\n{anchor}"), format!("see its report\n\n{anchor}"));
                Said::Over(Box::new(self.occasion(seq, at, OccasionKind::RunOver, None, &[], &what, detail)))
            }
            Event::Resumed { .. } => Said::GoesOn,
            Event::GateDecided { unit, .. }
            | Event::ManualClosed { unit, .. }
            | Event::Ready { unit }
            | Event::Attested { unit, .. }
            | Event::Skipped { unit, .. }
            | Event::Cancelled { unit }
            | Event::Reset { unit, .. }
            | Event::Rewound { unit, .. }
            | Event::RollbackAsked { unit, .. }
            | Event::RolledBack { unit, .. } => Said::Settled(unit.clone()),
            Event::Adopted { .. }
            | Event::Marked { .. }
            | Event::Eligible { .. }
            | Event::Started { .. }
            | Event::TimedOut { .. }
            | Event::Finished { .. }
            | Event::Late { .. }
            | Event::RetryScheduled { .. }
            | Event::Voted { .. }
            | Event::Passed { .. }
            | Event::Requeued { .. }
            | Event::StopRequested { .. }
            | Event::StepDone { .. }
            | Event::Judged { .. }
            | Event::Decided { .. }
            | Event::NotSelected { .. }
            | Event::Recalled { .. }
            | Event::RollbackBegun { .. }
            | Event::StartAwaited { .. }
            | Event::StartReached { .. }
            | Event::LockAwaited { .. }
            | Event::Locked { .. }
            | Event::AbortRequested { .. }
            | Event::Obeyed { .. } => Said::Nothing,
        }
    }

    #[expect(clippy::too_many_arguments, reason = "the parts of one fact, named at every call")]
    fn occasion(
        &self,
        seq: u64,
        at: Timestamp,
        kind: OccasionKind,
        unit: Option<&UnitId>,
        asks: &[RoleName],
        what: &Text,
        detail: Text,
    ) -> Occasion {
        let (run, title) = (self.header.run, &self.plan.body().title);
        let headline = |lang| format!("{} · {}", title.get(lang), what.get(lang));
        let stage = unit
            .and_then(|unit| self.unit(unit))
            .and_then(|unit| self.plan.body().stages.get(unit.stage.at()).map(|stage| stage.id.to_string()));
        Occasion {
            key: Key::of_run(run, seq, kind, unit),
            kind,
            mode: self.header.mode,
            at,
            about: About {
                run: Some(run),
                runbook: Some(self.header.runbook.clone()),
                unit: unit.cloned(),
                case: self.header.case,
                organisation: self.plan.body().organisation.clone(),
            },
            phase: stage,
            asks: asks.iter().cloned().collect(),
            people: BTreeSet::new(),
            headline: Text::new(headline(Lang::Ko), headline(Lang::En)),
            detail,
            path: unit
                .filter(|_| kind.asks_for_votes())
                .map_or_else(|| format!("/runs/{run}"), |unit| format!("/runs/{run}/gates/{unit}")),
        }
    }

    fn unit(&self, unit: &UnitId) -> Option<&Unit> {
        self.plan.find(unit).map(|ix| self.plan.unit(ix))
    }

    fn title(&self, unit: &UnitId) -> Text {
        self.unit(unit).map_or_else(|| Text::plain(unit.as_str()), |unit| unit.title.clone())
    }

    /// Whom of a gate something is said to, and what it asks.
    fn asked(&self, unit: &UnitId, whom: impl Fn(&Gate) -> Vec<RoleName>) -> (Vec<RoleName>, Text) {
        self.gate(unit).map_or_else(Default::default, |gate| (whom(gate), gate.question.clone()))
    }

    fn gate(&self, unit: &UnitId) -> Option<&Gate> {
        self.unit(unit)?.steps.iter().find_map(|step| step.action.gate())
    }

    fn manual(&self, unit: &UnitId) -> Option<&Manual> {
        let steps = &self.unit(unit)?.steps;
        steps.iter().find_map(|step| if let Action::Manual(manual) = &step.action { Some(manual) } else { None })
    }

    /// Whether anybody is told about this run at all beside those whom it asks.
    pub(super) fn is_played(&self) -> bool {
        self.header.mode == Mode::Mock
    }
}

fn by_whom(by: Option<&Actor>) -> Text {
    by.map_or_else(
        || Text::new("런북이 정한 대로", "as the runbook says"),
        |by| Text::new(format!("{} 님이 일시정지함", by.name), format!("paused by {}", by.name)),
    )
}
