//! What a run that is over leaves to be put right.

use super::finding::{Finding, Status};
use super::kind::{FindingKind, Severity, Subject, finding_id};
use super::mishap::{Mishap, mishaps};
use crate::base::{Lang, Millis, Text};
use crate::plan::Mode;
use crate::report::RunReport;
use crate::review::facts::{RunFacts, UnitFacts};
use crate::run::Verdict;

/// The findings of a run. A mock run leaves none: nothing real was done, and so nothing real was shown. Of what a run never
/// came to, the finding about the run as a whole tells; so an abort at the third of a thousand units is one finding, not a
/// thousand.
pub(in super::super) fn made(report: &RunReport, facts: &RunFacts, units: &[UnitFacts]) -> Vec<Finding> {
    if facts.mode == Mode::Mock {
        return Vec::new();
    }
    let mut all = Vec::new();
    let mut find = |kind, subject: Subject, severity, what| all.push(new(facts, kind, subject, severity, what));
    if let Some(missed) = missed(facts.plan_verdict) {
        find(FindingKind::PlanMissed, Subject::Plan, Severity::Critical, time_missed(missed, facts.rta, facts.rto));
    }
    for line in &facts.services {
        let Some(missed) = missed(line.verdict) else { continue };
        let severity = if line.tier == Some(1) { Severity::Critical } else { Severity::High };
        let what = time_missed(missed, line.rta, line.rto);
        let what = Text::new(
            format!("업무 {}: {}", line.title.get(Lang::Ko), what.get(Lang::Ko)),
            format!("service {}: {}", line.title.get(Lang::En), what.get(Lang::En)),
        );
        find(FindingKind::ServiceMissed, Subject::Service { service: line.service.clone() }, severity, what);
    }
    for point in facts.points.iter().filter(|point| missed(Some(point.verdict)).is_some()) {
        let (rpa, rpo) = (clock(point.rpa), clock(point.rpo));
        let what = Text::new(
            format!("데이터 손실 {rpa}이(가) 복구목표시점 {rpo}을(를) 넘었습니다"),
            format!("{rpa} of data were lost where the objective is {rpo}"),
        );
        let subject = Subject::Point { service: point.service.clone() };
        find(FindingKind::PointMissed, subject, Severity::Critical, what);
    }
    for unit in units {
        let subject = Subject::Unit { unit: unit.unit.clone() };
        match unit.verdict {
            Some(Verdict::Exceeded) => {
                let (elapsed, target) = (clock(unit.elapsed), clock(unit.target));
                let what = Text::new(
                    format!("{}: {elapsed} 걸렸습니다. 목표시간은 {target}입니다", unit.title.get(Lang::Ko)),
                    format!("{}: took {elapsed} where its target is {target}", unit.title.get(Lang::En)),
                );
                find(FindingKind::UnitExceeded, subject, Severity::Medium, what);
            }
            Some(Verdict::NotRecovered) if unit.elapsed.is_some() => {
                let what = Text::new(
                    format!("{}: 시작했으나 준비 완료에 이르지 못했습니다", unit.title.get(Lang::Ko)),
                    format!("{}: was begun and never ready", unit.title.get(Lang::En)),
                );
                find(FindingKind::UnitNotRecovered, subject, Severity::High, what);
            }
            Some(Verdict::NotRecovered | Verdict::Met | Verdict::NotMeasured | Verdict::Simulated) | None => {}
        }
    }
    for Mishap { unit, kind, why } in mishaps(report) {
        let name =
            units.iter().find(|known| known.unit == unit).map_or_else(Text::default, |known| known.title.clone());
        let grave = [FindingKind::Skipped, FindingKind::Failed].contains(&kind);
        let severity = if grave { Severity::High } else { Severity::Medium };
        let title = kind.title();
        let what = Text::new(
            format!("{} – {}: {}", name.get(Lang::Ko), title.get(Lang::Ko), why.get(Lang::Ko)),
            format!("{} – {}: {}", name.get(Lang::En), title.get(Lang::En), why.get(Lang::En)),
        );
        find(kind, Subject::Unit { unit }, severity, what);
    }
    if let Some(glass) = report.cover.break_glass.first() {
        let what = Text::new(
            format!("{}이(가) 비상 권한으로 혼자 선포하거나 승인했습니다", glass.by.name),
            format!("{} declared or approved alone under the emergency authority", glass.by.name),
        );
        find(FindingKind::GlassBroken, Subject::Plan, Severity::Critical, what);
    }
    all
}

/// A finding of which nothing is known yet but what was seen.
pub(super) fn new(facts: &RunFacts, kind: FindingKind, subject: Subject, severity: Severity, what: Text) -> Finding {
    Finding {
        id: finding_id(facts.run, kind, &subject),
        run: facts.run,
        runbook: facts.runbook.clone(),
        title: facts.title.clone(),
        organisation: facts.organisation.clone(),
        case: facts.case,
        mode: facts.mode,
        kind,
        subject,
        severity,
        what,
        raised_at: facts.ended_at,
        raised_by: None,
        repeats: None,
        category: None,
        cause: String::new(),
        action: String::new(),
        owner: None,
        due: None,
        status: Status::Open,
    }
}

fn missed(verdict: Option<Verdict>) -> Option<Verdict> {
    verdict.filter(|verdict| matches!(verdict, Verdict::Exceeded | Verdict::NotRecovered))
}

fn time_missed(verdict: Verdict, rta: Option<Millis>, rto: Option<Millis>) -> Text {
    let (rta, rto) = (clock(rta), clock(rto));
    if verdict == Verdict::Exceeded {
        Text::new(
            format!("복구시간 {rta}이(가) 복구목표시간 {rto}을(를) 넘었습니다"),
            format!("recovery took {rta} where the objective is {rto}"),
        )
    } else {
        Text::new(
            format!("복구하지 못했습니다. 복구목표시간은 {rto}입니다"),
            format!("was not recovered; the objective is {rto}"),
        )
    }
}

fn clock(time: Option<Millis>) -> String {
    time.map_or_else(|| "–".to_owned(), Millis::clock)
}
