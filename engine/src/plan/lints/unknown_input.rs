//! E24: an environment variable takes an input that is not declared.

use super::super::Input;
use crate::base::InputName;
use crate::runbook::{Code, Finding, Findings, Spanned, nearest};

pub(in super::super) fn check(
    name: &Spanned<InputName>,
    inputs: &[Input],
    misread: &[String],
    findings: &mut Findings<'_>,
) {
    if inputs.iter().any(|input| input.name == name.value) || misread.iter().any(|known| known == name.as_str()) {
        return;
    }
    findings.report(Code::UnknownInput, name.span, || {
        let finding = Finding::new(
            format!("there is no input `{}`", name.value),
            format!("`{}`(이)라는 입력 항목이 없습니다", name.value),
        );
        match nearest(name.as_str(), inputs.iter().map(|input| input.name.as_str())) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(name.span, Some(near)),
            None => finding.help("declare it under `inputs:`", "`inputs:` 아래에 선언하십시오"),
        }
    });
}
