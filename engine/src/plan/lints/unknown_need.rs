//! E20: `needs` names something that is not there.

use super::super::compile::{Known, Names};
use crate::runbook::{Code, Finding, Findings, Spanned, nearest};

/// What a name stands for; an unknown one is reported.
pub(in super::super) fn find(
    need: &Spanned<Box<str>>,
    names: &Names<'_>,
    findings: &mut Findings<'_>,
) -> Option<Known> {
    if let Some((known, _)) = names.get(&*need.value) {
        return Some(*known);
    }
    findings.report(Code::UnknownNeed, need.span, || {
        let name = &*need.value;
        let near =
            nearest(name, names.iter().filter(|(_, (known, _))| *known != Known::Misread).map(|(name, _)| *name));
        let finding = Finding::new(
            format!("there is no unit or stage `{name}`"),
            format!("`{name}`(이)라는 단위나 단계가 없습니다"),
        );
        match near {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(need.span, Some(near)),
            None => {
                finding.help("name a unit or a stage of this runbook", "이 런북에 있는 단위나 단계의 식별자를 쓰십시오")
            }
        }
    });
    None
}

/// A stage may only need stages.
pub(in super::super) fn unit_for_stage(need: &Spanned<Box<str>>, names: &Names<'_>, findings: &mut Findings<'_>) {
    let unit = names.get(&*need.value).map(|(_, span)| *span).unwrap_or_default();
    findings.report(Code::UnknownNeed, need.span, || {
        Finding::new(
            format!("a stage needs stages, and `{}` is a unit", need.value),
            format!("단계의 needs에는 단계만 쓸 수 있습니다. `{}`은(는) 단위입니다", need.value),
        )
        .also(unit, "the unit", "단위")
        .help(
            "name its stage, or put this need on the units that have it",
            "그 단위가 속한 단계를 쓰거나, 필요한 단위에 needs를 쓰십시오",
        )
    });
}
