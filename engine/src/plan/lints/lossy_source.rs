//! L06 and L07: what lost data would come back from can lose more than the objective allows.

use super::super::RecoverySource;
use super::super::compile::Part;
use super::{Subject, Warnings};
use crate::base::{Lang, Millis};
use crate::runbook::{Code, Finding, Span};

pub(super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>) {
    let objectives = &subject.body.objectives;
    let whole = Aim { part: Part::Runbook, en: "the runbook".to_owned(), ko: "런북".to_owned() };
    if let Some(rpo) = objectives.rpo {
        whole.check(rpo, &objectives.recovers_from, &subject.places.sources, warnings);
    }
    for ((part, service, _), places) in subject.services().zip(&subject.places.service_sources) {
        let (en, ko) = (format!("the service `{}`", service.id), format!("`{}` 업무", service.id));
        let aim = Aim { part, en, ko };
        let Some(rpo) = service.rpo else { continue };
        aim.check(rpo, &service.recovers_from, places, warnings);
    }
}

/// What an objective is about.
struct Aim {
    part: Part,
    en: String,
    ko: String,
}

impl Aim {
    fn check(&self, rpo: Millis, sources: &[RecoverySource], places: &[Span], warnings: &mut Warnings<'_, '_>) {
        for (source, span) in sources.iter().zip(places).filter(|(source, _)| !source.last_resort) {
            if let Some(interval) = source.interval {
                self.backup(rpo, interval, source, *span, warnings);
            }
            if let Some(own) = source.rpo.filter(|own| *own > rpo) {
                self.lossy(rpo, own, source, *span, warnings);
            }
        }
    }

    /// Just before the next backup has arrived, everything since the last one is lost.
    fn backup(
        &self,
        rpo: Millis,
        interval: Millis,
        source: &RecoverySource,
        span: Span,
        warnings: &mut Warnings<'_, '_>,
    ) {
        let transfer = source.transfer.unwrap_or_default();
        let loses = interval + transfer;
        if loses < rpo {
            return;
        }
        let (ko, en) = (source.source.get(Lang::Ko), source.source.get(Lang::En));
        warnings.report(self.part, Code::RareBackup, span, || {
            Finding::new(
                format!(
                    "{en} can lose {loses}, every {interval} and {transfer} on its way: {} must not lose {rpo}",
                    self.en
                ),
                format!("{ko}: {interval}마다 백업하고 전송에 {transfer}이(가) 걸려 최대 {loses}을(를) 잃습니다. {}의 RPO는 {rpo}입니다", self.ko),
            )
            .help(
                "back up more often or bring it away faster, recover from a replication, or mark it `last_resort: true`",
                "백업 주기나 전송 시간을 줄이거나 복제에서 복구하십시오. 최후의 수단이면 `last_resort: true`로 표시하십시오",
            )
        });
    }

    fn lossy(&self, rpo: Millis, own: Millis, source: &RecoverySource, span: Span, warnings: &mut Warnings<'_, '_>) {
        let (ko, en) = (source.source.get(Lang::Ko), source.source.get(Lang::En));
        warnings.report(self.part, Code::LossySource, span, || {
            Finding::new(
                format!("{en} may lose {own}: more than the RPO {rpo} of {}", self.en),
                format!("{ko}은(는) 최대 {own}을(를) 잃을 수 있어 {}의 RPO {rpo}보다 깁니다", self.ko),
            )
            .help(
                "recover from a source that loses less, or mark this one `last_resort: true`",
                "손실이 더 적은 원천에서 복구하거나, 최후의 수단이면 `last_resort: true`로 표시하십시오",
            )
        });
    }
}
