//! Timeline, attempts, the runbook as executed, what binds the report and what it does not prove.

use super::super::format::NOTHING;
use super::super::names::Named;
use super::super::phrases::phrase;
use super::super::timeline::{is_told, is_told_whole};
use super::super::words::{Word, limit, pick};
use super::super::{Attempt, RunReport, TimelineEntry};
use super::cell::{Cell, number, text};
use super::model::{Block, Extent, Section, Table};
use crate::base::Lang;

pub(super) fn timeline(report: &RunReport, lang: Lang, extent: Extent) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![number(of("행", "Row")), text(of("시각", "At")), text(of("사건", "Event"))];
    let all = report.integrity.rows;
    let shown = |entry: &&TimelineEntry| extent == Extent::Whole || is_told(all, &entry.event);
    let names = Named::of(report);
    let row = |entry: &TimelineEntry| {
        let words: Cell = phrase(&entry.event, &names, lang).into();
        vec![Cell::count(entry.seq), Cell::instant(Some(entry.at)), words]
    };
    let mut blocks = Vec::new();
    if extent == Extent::Reading && !is_told_whole(all) {
        blocks.push(Block::Paragraph(match lang {
            Lang::Ko => {
                format!("저널 {all}행 가운데 일상적인 진행 기록은 생략했다. 전체는 JSON 보고서에 수록되어 있다.")
            }
            Lang::En => format!("Of {all} rows, steps on the way are left out; the JSON report has all of them."),
        }));
    }
    let entries = report.timeline.iter().filter(shown);
    blocks.push(Table::within(extent, lang, of("사건 기록", "Events"), columns, entries, row));
    Section { id: "timeline", title: of("시간순 기록", "Timeline"), blocks }
}

pub(super) fn attempts(report: &RunReport, lang: Lang, extent: Extent) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        number("#"),
        text(of("단위", "Unit")),
        text(of("단계", "Step")),
        text(of("구분", "What")),
        text(of("시작", "Started")),
        number(of("소요", "Took")).summed(),
        text(of("결과", "Outcome")),
        text(of("요약", "Summary")),
        number(of("출력 바이트", "Output bytes")),
        text(of("출력 SHA-256", "Output SHA-256")),
    ];
    let row = |attempt: &Attempt| {
        let what = format!("{} · {} {}", attempt.phase.word(lang), attempt.purpose.word(lang), attempt.number);
        let outcome = if attempt.timed_out {
            format!("{} ({})", attempt.outcome.word(lang), of("시간 초과", "timed out"))
        } else {
            attempt.outcome.word(lang).to_owned()
        };
        vec![
            Cell::count(attempt.attempt.0),
            attempt.unit.to_string().into(),
            format!("{}. {}", u32::from(attempt.step) + 1, attempt.title.get(lang)).into(),
            what.into(),
            Cell::instant(Some(attempt.started_at)),
            Cell::span(attempt.elapsed),
            outcome.into(),
            attempt.summary.get(lang).into(),
            Cell::count(attempt.output_bytes),
            attempt.output_digest.map_or_else(|| NOTHING.to_owned(), |digest| digest.to_string()).into(),
        ]
    };
    let table = Table::within(extent, lang, of("시도", "Attempts"), columns, report.attempts.iter(), row);
    Section { id: "attempts", title: of("시도와 출력", "Attempts and outputs"), blocks: vec![table] }
}

pub(super) fn as_executed(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![text(of("변수", "Input")), text(of("이름", "Name")), text(of("값", "Value"))];
    let rows = report.inputs.iter().map(|input| {
        let value = match (&input.value, input.secret) {
            (_, true) => Cell::from(of("•••• (비밀값, 기록하지 않음)", "•••• (secret, not recorded)")),
            (Some(value), false) => value.clone().into(),
            (None, false) => NOTHING.into(),
        };
        vec![input.name.to_string().into(), input.title.get(lang).into(), value]
    });
    let inputs = Table::new(lang, of("입력 변수", "Inputs"), columns, rows);
    let intact = if report.source.intact { of("일치", "fits") } else { of("불일치", "does not fit") };
    let facts = vec![
        (of("원문 해시(SHA-256)", "Digest of the text (SHA-256)"), report.source.digest.to_string().into()),
        (of("선포 당시 해시와", "Against the digest at declaration"), intact.into()),
    ];
    let mut blocks = vec![inputs, Block::Facts(facts)];
    if !report.silences.is_empty() {
        blocks.push(silences(report, lang));
    }
    blocks.push(Block::Verbatim(report.source.text.clone()));
    Section { id: "as-executed", title: of("실행된 런북", "Runbook as executed"), blocks }
}

/// What the author of the runbook did not want to be warned about.
fn silences(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("진단", "Lint")),
        text(of("대상", "About")),
        text(of("사유", "Reason")),
        text(of("숨긴 내용", "What was not said")),
    ];
    let rows = report.silences.iter().map(|silence| {
        let unsaid = silence.unsaid.iter().map(|text| text.get(lang).to_owned());
        let more = (silence.more > 0).then(|| format!("+{}", silence.more));
        let unsaid: Vec<String> = unsaid.chain(more).collect();
        let unsaid = if unsaid.is_empty() { NOTHING.to_owned() } else { unsaid.join("; ") };
        vec![
            format!("{} {}", silence.lint, silence.lint.name()).into(),
            silence.about.name().unwrap_or_else(|| of("런북 전체", "the whole runbook").to_owned()).into(),
            silence.reason.get(lang).into(),
            unsaid.into(),
        ]
    });
    Table::new(lang, of("숨긴 진단", "Silenced lints"), columns, rows)
}

pub(super) fn integrity(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let facts = vec![
        (of("저널 행 수", "Rows of the journal"), Cell::count(report.integrity.rows)),
        (of("머리 해시(SHA-256)", "Head of the chain (SHA-256)"), report.integrity.head.to_string().into()),
        (of("사슬 검증", "Chain"), of("모든 행이 사슬에 맞음", "every row fits").into()),
    ];
    let words = of(
        "이 보고서의 모든 수치는 위 저널과 고정된 계획만으로 다시 계산할 수 있다. 이 보고서가 증명하지 않는 것:",
        "Every number in this report can be recomputed from that journal and the frozen plan alone. What it does not prove:",
    );
    let limits = report.limits.iter().map(|it| limit(*it, report, lang)).collect();
    let blocks = vec![Block::Facts(facts), Block::Paragraph(words.to_owned()), Block::List(limits)];
    Section { id: "integrity", title: of("무결성과 한계", "Integrity and limits"), blocks }
}
