//! E53: a value of a step that can not be taken, or is taken where it is not there yet.

use crate::base::UnitId;
use crate::runbook::{Code, Finding, Findings, SaidWord, Span, Spanned, nearest};

/// One name for two values of a unit.
pub(in super::super) fn twice(name: &str, second: Span, first: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Output, second, || {
        Finding::new(
            format!("another step of this unit already says `{name}`"),
            format!("이 단위의 다른 작업이 이미 `{name}` 출력값을 냅니다"),
        )
        .here("the second", "두 번째")
        .also(first, "the first", "첫 번째")
        .help("give one of them another name", "하나에 다른 이름을 붙이십시오")
    });
}

/// More values than commands can be handed.
pub(in super::super) fn too_many(most: usize, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Output, span, || {
        Finding::new(format!("a runbook has at most {most} outputs"), format!("한 런북의 출력값은 최대 {most}개입니다"))
            .help(
                "keep what only people read in the output of the step, and hand larger things on as files",
                "사람만 보는 값은 작업 출력에 두고, 큰 값은 파일로 넘기십시오",
            )
    });
}

/// Outputs of what says nothing.
pub(in super::super) fn nothing_said(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Output, span, || {
        Finding::new("this step says nothing that could be taken", "이 작업에서는 출력값을 가져올 수 없습니다").help(
            "only a `command`, `http`, `sql` or `replication` in `run` that is no check has outputs: move it there",
            "출력값은 `run`에 있는 `command`, `http`, `sql`, `replication` 작업만 냅니다. 점검이 아닌 작업으로 옮기십시오",
        )
    });
}

/// `body` of a command, `stdout` of an answer, `exit` of a statement.
pub(in super::super) fn of_another_action(span: Span, all: SaidWord, findings: &mut Findings<'_>) {
    let words = match all {
        SaidWord::Stdout | SaidWord::Exit => "`stdout`, `exit`",
        SaidWord::Body | SaidWord::Status => "`body`, `status`",
        SaidWord::Value => "`value`",
        SaidWord::Point => "`point`",
    };
    findings.report(Code::Output, span, || {
        Finding::new("this step has no such thing to say", "이 작업에는 그런 출력이 없습니다").help(
            format!("write one of {words}, or `{{regex: …}}`, `{{json: …}}`"),
            format!("{words} 중 하나나 `{{regex: …}}`, `{{json: …}}`을 쓰십시오"),
        )
    });
}

/// A map that says two ways, or none.
pub(in super::super) fn one_way(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Output, span, || {
        Finding::new("an output is found in one way", "출력값을 찾는 방법은 하나여야 합니다")
            .help("write `{regex: …}` or `{json: …}`", "`{regex: …}` 또는 `{json: …}`을 쓰십시오")
    });
}

/// A text that is no regular expression.
pub(in super::super) fn no_pattern(span: Span, why: &str, findings: &mut Findings<'_>) {
    let why = why.lines().last().unwrap_or_default().trim_start_matches("error: ");
    findings.report(Code::Output, span, || {
        Finding::new(
            format!("this is no regular expression: {why}"),
            format!("정규 표현식으로 읽을 수 없습니다: {why}"),
        )
        .help(
            "escape what is meant literally with `\\`; there is no looking around and no back-reference",
            "글자 그대로 쓸 기호에는 `\\`를 붙이십시오. 앞뒤 살피기와 역참조는 없습니다",
        )
    });
}

/// A text that is no path.
pub(in super::super) fn no_path(span: Span, why: &str, findings: &mut Findings<'_>) {
    findings.report(Code::Output, span, || {
        Finding::new(format!("this is no JSON path: {why}"), format!("JSON 경로로 읽을 수 없습니다: {why}"))
            .help("write it as in RFC 9535: `$.status`, `$.nodes[0].lag`", "`$.status`, `$.nodes[0].lag`처럼 쓰십시오")
    });
}

/// A step takes what no step says.
pub(in super::super) fn unknown<'n>(
    written: &Spanned<Box<str>>,
    known: impl Iterator<Item = &'n str>,
    findings: &mut Findings<'_>,
) {
    findings.report(Code::Output, written.span, || {
        let finding = Finding::new(
            format!("no step says `{}`", written.value),
            format!("`{}` 출력값을 내는 작업이 없습니다", written.value),
        );
        match nearest(&written.value, known) {
            Some(near) => finding
                .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                .suggest(written.span, Some(near)),
            None => finding.help(
                "write it as `unit.name`, and give a step of that unit `outputs: {name: …}`",
                "`단위.이름`으로 쓰고, 그 단위의 작업에 `outputs: {이름: …}`을 추가하십시오",
            ),
        }
    });
}

/// A step takes what may not be said yet.
pub(in super::super) fn too_early(by: &UnitId, from: &UnitId, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Output, span, || {
        Finding::new(
            format!("`{by}` does not wait for `{from}`, which says this"),
            format!("`{by}`은(는) 이 값을 내는 `{from}`을(를) 기다리지 않습니다"),
        )
        .help(format!("add `needs: [{from}]` to `{by}`"), format!("`{by}`에 `needs: [{from}]`을(를) 추가하십시오"))
    });
}
