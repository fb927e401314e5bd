//! What people ask of manual work.

use super::super::{Actor, Cause, CauseKind, Event, ManualAct, ManualRefused, ManualResult, ManualWork, UnitState};
use super::people::bounded;
use super::turn::{Refusal, Stop, Turn};
use crate::base::{Bilingual as _, Decimal, Text, UnitId};
use crate::plan::{Action, Manual, UnitIx};

impl From<ManualRefused> for Refusal {
    fn from(refused: ManualRefused) -> Self {
        Self { code: refused.code(), message: refused.text() }
    }
}

impl Turn<'_> {
    pub(super) fn manual(
        &mut self,
        actor: &Actor,
        unit: &UnitId,
        opening: Option<u32>,
        act: ManualAct,
    ) -> Result<(), Stop> {
        let ix = self.known(unit)?;
        let manual = self.manual_of(ix)?;
        let Some(open) = &self.state.unit(ix).manual else { return Err(self.not_open(ix).into()) };
        if opening.is_some_and(|opening| opening != open.opening) {
            return Err(Refusal::from(ManualRefused::Lapsed).into());
        }
        open.admit(&manual, actor, &act).map_err(Refusal::from)?;
        let reported = open.reported.clone();
        match act {
            ManualAct::Claim => self.worked(actor, unit, ManualWork::Claimed),
            ManualAct::Release => self.worked(actor, unit, ManualWork::Released),
            ManualAct::Assign { to } => self.worked(actor, unit, ManualWork::Assigned { to }),
            ManualAct::Tick { item, result, note } => {
                self.worked(actor, unit, ManualWork::Ticked { item, result, note: bounded(note)? })
            }
            ManualAct::Attach { file } => self.worked(actor, unit, ManualWork::Attached { file }),
            ManualAct::Complete { result, evidence, measure } => {
                let evidence = bounded(evidence)?;
                // What failed needs nobody to agree: it is looked into at once.
                if manual.second_checker.is_some() && result != ManualResult::Failed {
                    return self.worked(actor, unit, ManualWork::Reported { result, evidence, measure });
                }
                self.close(ix, actor, result, &evidence, measure)
            }
            ManualAct::Check { accept, comment } => {
                self.worked(actor, unit, ManualWork::Checked { accepted: accept, comment: bounded(comment)? })?;
                match reported.filter(|_| accept) {
                    Some(report) => self.close(ix, &report.by, report.result, &report.evidence, report.measure),
                    None => Ok(()),
                }
            }
        }
    }

    fn worked(&mut self, actor: &Actor, unit: &UnitId, work: ManualWork) -> Result<(), Stop> {
        Ok(self.emit(Event::ManualWorked { unit: unit.clone(), by: actor.clone(), work })?)
    }

    fn close(
        &mut self,
        ix: UnitIx,
        by: &Actor,
        result: ManualResult,
        evidence: &str,
        measure: Option<Decimal>,
    ) -> Result<(), Stop> {
        let place = self.state.unit(ix).step;
        let (unit, actor) = (self.id(ix), by.clone());
        self.emit(Event::ManualClosed { unit, by: actor, result, evidence: evidence.to_owned(), measure })?;
        match result {
            ManualResult::Done | ManualResult::NotApplicable => Ok(self.step_done(ix, place + 1)?),
            ManualResult::Failed => {
                let name = &by.name;
                let (ko, en) = (format!("{name} 님의 보고: {evidence}"), format!("{name} reported: {evidence}"));
                Ok(self.fail(ix, Cause::new(CauseKind::Manual, ko, en))?)
            }
        }
    }

    fn manual_of(&self, ix: UnitIx) -> Result<Manual, Refusal> {
        let waits = self.state.unit(ix).state == UnitState::AwaitingManual;
        match self.state.step(self.plan, ix).map(|step| &step.action) {
            Some(Action::Manual(manual)) if waits => Ok(manual.clone()),
            _ => Err(self.not_open(ix)),
        }
    }

    fn not_open(&self, ix: UnitIx) -> Refusal {
        let unit = &self.plan.unit(ix).id;
        let message = Text::new(
            format!("{unit} 단위는 지금 수작업을 기다리지 않습니다"),
            format!("{unit} does not wait for manual work now"),
        );
        Refusal { code: "manual_not_open", message }
    }
}
