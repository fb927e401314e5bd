//! E25 and E55: questions that can not be asked from several places, or not by so many of them.

use crate::runbook::{Code, Finding, Findings, Span};

/// Two quorums could contradict each other, or there can be none.
pub(in super::super) fn no_quorum(quorum: u32, points: usize, span: Span, findings: &mut Findings<'_>) {
    let least = points / 2 + 1;
    let (range, range_ko) = if least == points {
        (format!("a quorum of {points}"), points.to_string())
    } else {
        (format!("a quorum from {least} to {points}"), format!("{least}~{points} 사이의 수"))
    };
    findings.report(Code::Quorum, span, || {
        if points == 0 {
            return Finding::new("nobody is asked", "물어볼 관측 지점이 없습니다")
                .help("name at least one vantage point", "관측 지점을 하나 이상 쓰십시오");
        }
        Finding::new(
            format!("a quorum of {quorum} among {points} vantage points decides nothing"),
            format!("관측 지점이 {points}곳인데 정족수 {quorum}(으)로는 판정할 수 없습니다"),
        )
        .help(
            format!("write {range}: more than half of them, so that two answers can not both have one"),
            format!("두 답이 함께 정족수를 채우지 않도록 절반을 넘게 쓰십시오: {range_ko}"),
        )
    });
}

/// A quorum of nobody.
pub(in super::super) fn quorum_alone(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Step, span, || {
        Finding::new("`quorum` stands beside `from`", "`quorum`은 `from`과 함께 써야 합니다").help(
            "say with `from` which vantage points are asked, or remove `quorum`",
            "`from`으로 물어볼 관측 지점을 쓰거나 `quorum`을 지우십시오",
        )
    });
}

/// A vantage point that is named twice.
pub(in super::super) fn twice(point: &str, span: Span, first: Span, findings: &mut Findings<'_>) {
    findings.report(Code::DuplicateId, span, || {
        Finding::new(format!("`{point}` is asked twice"), format!("`{point}`에 두 번 묻습니다"))
            .also(first, "the first time", "처음 쓴 곳")
            .help("each vantage point has one voice: remove one", "관측 지점은 한 번씩만 셉니다. 하나를 지우십시오")
    });
}

/// A question that only the engine itself can ask.
pub(in super::super) fn not_from_afar(word: &str, span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Vantage, span, || {
        let finding = Finding::new(
            format!("`{word}` can not be asked from several vantage points"),
            format!("`{word}` 질의는 여러 관측 지점에서 물을 수 없습니다"),
        );
        match word {
            "http" => finding.help(
                "ask with `tcp`, or with a command that is there on each of them: command: [curl, -fsS, …]",
                "`tcp`로 묻거나 각 지점에 있는 명령으로 물으십시오: command: [curl, -fsS, …]",
            ),
            "dns" => finding.help(
                "several name servers are asked with `resolvers`, and `dns` has a `quorum` of its own",
                "네임서버 여럿은 `resolvers`로 묻습니다. `dns`의 `quorum`은 그 네임서버들의 정족수입니다",
            ),
            "sql" => finding.help(
                "ask with a command that is there on each of them: command: [psql, -Atqc, …]",
                "각 지점에 있는 명령으로 물으십시오: command: [psql, -Atqc, …]",
            ),
            _ => finding.help(
                "it is told by one place alone; remove `from`, or ask with `tcp` or `command`",
                "한 곳에서만 알 수 있는 것입니다. `from`을 지우거나 `tcp` 또는 `command`로 물으십시오",
            ),
        }
    });
}

/// A command that would have to be in two places.
pub(in super::super) fn on_beside_from(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Vantage, span, || {
        Finding::new(
            "a command that is asked `from` several places runs on each of them",
            "`from`을 쓴 명령은 그 지점마다 실행됩니다",
        )
        .help("remove `on`, or write the target into `from`", "`on`을 지우거나 그 대상을 `from`에 쓰십시오")
    });
}

/// An address that means another host to each who uses it.
pub(in super::super) fn own_address(span: Span, findings: &mut Findings<'_>) {
    findings.report(Code::Vantage, span, || {
        Finding::new(
            "this address is another host's on each vantage point: its own",
            "이 주소는 관측 지점마다 자기 자신을 가리킵니다",
        )
        .help(
            "name the target that is asked for: `on: target` beside a port, or its address",
            "물어볼 대상을 쓰십시오: 포트와 `on: 대상`, 또는 그 대상의 주소",
        )
    });
}
