//! The clocks beside the engine's, and what they leave of a verdict.

use super::super::format::{NOTHING, span};
use super::super::words::{Word as _, pick};
use super::super::{ClockError, PointLine, RunReport};
use super::cell::{Cell, number, text};
use super::model::{Block, Table};
use crate::base::{Lang, Millis};
use crate::run::{CLOCK_MATTERS, ClockOffset};

/// What was read of which clock, and what was not; nothing of a run that went nowhere.
pub(super) fn blocks(report: &RunReport, lang: Lang) -> Vec<Block> {
    let of = |ko, en| pick(lang, ko, en);
    let Some(clocks) = &report.clocks else { return Vec::new() };
    let columns = vec![
        text(of("서버", "Host")),
        number(of("엔진 시계와의 차이", "Ahead of the engine's clock")),
        number(of("불확실도(±)", "Uncertainty (±)")),
        number(of("측정 횟수", "Readings")),
        text(of("처음 측정", "First read")),
        text(of("마지막 측정", "Last read")),
        text(of("측정 방법", "Told by")),
        text(of("비고", "Note")),
    ];
    let read = clocks.hosts.iter().map(|line| {
        let by = line.by.iter().map(|by| by.word(lang)).collect::<Vec<_>>().join(", ");
        let notes = [(line.drifted, drifted(lang)), (line.matters, careful(lang))];
        let notes: Vec<&str> = notes.into_iter().filter(|(holds, _)| *holds).map(|(_, words)| words).collect();
        let note = match notes.as_slice() {
            [] => Cell::from(""),
            some => Cell::toned(some.join(", "), "unknown"),
        };
        vec![
            line.host.to_string().into(),
            Cell::difference(Some(line.offset.offset)),
            Cell::span(Some(line.offset.doubt)),
            Cell::count(line.readings),
            Cell::instant(Some(line.first_at)),
            Cell::instant(Some(line.last_at)),
            by.into(),
            note,
        ]
    });
    let unread = clocks.unmeasured.iter().map(|host| {
        let (none, note) = (|| Cell::from(NOTHING), Cell::toned(of("측정하지 못함", "not read"), "not_measured"));
        vec![host.to_string().into(), none(), none(), Cell::count(0_u64), none(), none(), none(), note]
    });
    let caption = of("서버 시계의 차이", "Clocks of hosts");
    let mut blocks = vec![Table::new(lang, caption, columns, read.chain(unread))];
    if clocks.hosts.iter().any(|line| line.matters) {
        blocks.push(Block::Paragraph(match lang {
            Lang::Ko => format!(
                "차이와 불확실도의 합이 {CLOCK_MATTERS}를 넘는 서버의 시계로 적힌 시각(마지막 커밋, 하트비트, 복구시점)은 그만큼 \
                 틀릴 수 있다. 이 보고서의 다른 모든 시각은 엔진 시계로 적혔으므로 영향을 받지 않는다."
            ),
            Lang::En => format!(
                "Instants told by a clock that may be off by more than {CLOCK_MATTERS} (last commits, heartbeats, recovery points) may \
                 be wrong by as much. All other instants of this report are those of the engine's clock."
            ),
        }));
    }
    blocks.extend(clocks.engines_apart.map(|apart| Block::Paragraph(engines(apart, lang))));
    blocks.extend(doubtful(report, lang).map(Block::Paragraph));
    blocks
}

/// How far a clock was ahead, in a cell of another table.
pub(super) fn cell(offset: Option<ClockOffset>, lang: Lang) -> Cell {
    let Some(offset) = offset else { return NOTHING.into() };
    let words = format!("{:+} ±{} ms", offset.offset, offset.doubt.0);
    if offset.matters() { Cell::toned(format!("{words}, {}", careful(lang)), "unknown") } else { words.into() }
}

/// Why a recovery point has no verdict, or what its verdict leaves open.
pub(super) fn why(point: &PointLine, lang: Lang) -> String {
    let why = point.why.map(|why| why.word(lang).to_owned());
    let error = point.clock.filter(|it| it.within).map(|it| within(it, lang));
    [why, error].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// The verdicts of recovery times that clocks leave open.
fn doubtful(report: &RunReport, lang: Lang) -> Option<String> {
    let services = report.services.iter().map(|service| (service.title.get(lang), service.recovery.clock));
    let all = [(pick(lang, "전체", "the plan"), report.plan.recovery.clock)].into_iter().chain(services);
    let open: Vec<(&str, ClockError)> = all.filter_map(|(name, it)| Some((name, it.filter(|it| it.within)?))).collect();
    let (_, error) = *open.first()?;
    let names = open.iter().map(|(name, _)| *name).collect::<Vec<_>>().join(", ");
    Some(format!("{} {names}", within(error, lang)))
}

fn engines(apart: Millis, lang: Lang) -> String {
    let apart = span(apart);
    match lang {
        Lang::Ko => format!(
            "실행을 서로 다른 서버의 엔진이 이어 맡았다. 각 엔진이 읽은 저장소 시계로 견주면 두 엔진의 시계는 최대 {apart} 다를 수 있고, \
             복구시간도 그만큼 틀릴 수 있다."
        ),
        Lang::En => format!(
            "Engines on different machines held the run. By what each of them read of the store's clock, theirs can be {apart} apart, \
             and recovery times can be wrong by as much."
        ),
    }
}

fn within(error: ClockError, lang: Lang) -> String {
    let error = span(error.error);
    match lang {
        Lang::Ko => format!("측정 오차 범위(±{error}): 목표와의 차이가 시계 오차보다 작아 판정이 달라질 수 있다."),
        Lang::En => {
            format!(
                "Within the measuring error (±{error}): the objective is closer than the clocks are known, so the verdict may differ."
            )
        }
    }
}

const fn careful(lang: Lang) -> &'static str {
    pick(lang, "시각에 주의", "instants with care")
}

const fn drifted(lang: Lang) -> &'static str {
    pick(lang, "실행 중에 바뀜", "changed during the run")
}
