//! Data sets and replication links below the recovery points.

use super::super::format::{NOTHING, instant, maybe_span};
use super::super::words::pick;
use super::super::{DataSetLine, RunReport};
use super::cell::{Cell, number, text};
use super::clocks;
use super::model::{Block, Table};
use crate::base::Lang;
use crate::run::ReferenceKind;

/// Nothing for a report without data sets; where links were measured, what was read of them as well.
pub(super) fn blocks(report: &RunReport, lang: Lang) -> Vec<Block> {
    let mut sets: Vec<&DataSetLine> = Vec::new();
    for set in report.recovery_points.iter().flat_map(|point| &point.data_sets) {
        if !sets.contains(&set) {
            sets.push(set);
        }
    }
    let mut blocks = Vec::new();
    if !sets.is_empty() {
        blocks.push(data_sets(&sets, lang));
    }
    if sets.iter().any(|set| set.link.is_some()) {
        blocks.push(links(&sets, lang));
    }
    if !report.replication.is_empty() {
        blocks.push(readings(report, lang));
    }
    blocks
}

fn data_sets(sets: &[&DataSetLine], lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("데이터", "Data set")),
        text(of("복제 링크", "Replication link")),
        text(of("마지막 복구 거래", "Last recovered transaction")),
        text(of("기준 시점", "Reckoned to")),
        text(of("기준", "Which is")),
        number("RPA"),
        text(of("측정 방법", "Method")),
        text(of("신뢰도", "Confidence")),
    ];
    let rows = sets.iter().map(|set| {
        let how = set.link.as_ref().and_then(super::super::replication::LinkLine::how);
        let (method, confidence) = how.map_or_else(
            || (of("작업이 읽음", "read by a step").to_owned(), NOTHING.to_owned()),
            |(method, confidence)| (method.get(lang).to_owned(), confidence.get(lang).to_owned()),
        );
        vec![
            format!("{}.{}", set.unit, set.output).into(),
            set.link.as_ref().map_or_else(|| NOTHING.to_owned(), |it| format!("{} → {}", it.link, it.standby)).into(),
            instant(set.point_at).into(),
            instant(set.reference.map(|reference| reference.at)).into(),
            set.reference
                .map_or(NOTHING, |reference| match reference.what {
                    ReferenceKind::Event => of("발생 시점", "event"),
                    ReferenceKind::Cut => of("차단 시점", "link or writes cut"),
                })
                .into(),
            maybe_span(set.rpa).into(),
            method.into(),
            confidence.into(),
        ]
    });
    Table::new(lang, of("데이터별 복구시점", "Recovery points by data set"), columns, rows)
}

fn links(sets: &[&DataSetLine], lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("복제 링크", "Replication link")),
        text(of("상태", "State")),
        text(of("최종 복제 트랜잭션", "Last replicated transaction")),
        text(of("원본 커밋 시각", "Committed at the source")),
        text(of("적용 위치", "Applied position")),
        text(of("중단 확인", "Seen stopped")),
        text(of("재개 확인", "Seen resumed")),
        text(of("손실량", "Lost")),
    ];
    let rows = sets.iter().filter_map(|set| set.link.as_ref()).map(|it| {
        let lost = match (it.lost_transactions, it.lost_bytes) {
            (Some(count), _) => format!("{count} {}", of("건", "transactions")),
            (None, Some(bytes)) => format!("{bytes} {}", of("바이트", "bytes")),
            (None, None) => NOTHING.to_owned(),
        };
        let said = |text: &Option<String>| -> Cell { text.clone().unwrap_or_else(|| NOTHING.to_owned()).into() };
        vec![
            format!("{} → {}", it.link, it.standby).into(),
            it.state.title().get(lang).to_owned().into(),
            said(&it.transaction),
            instant(it.committed_at).into(),
            said(&it.position),
            instant(it.stopped_at).into(),
            instant(it.resumed_at).into(),
            lost.into(),
        ]
    });
    Table::new(lang, of("복제 링크", "Replication links"), columns, rows)
}

fn readings(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("측정 시각", "Read at")),
        text(of("복제 링크", "Replication link")),
        text(of("상태", "State")),
        number(of("지연", "Lag")),
        number(of("그때의 예상 손실", "Loss had it been then")),
        text(of("원본 시계 차이", "Source's clock")),
        text(of("근거", "Told from")),
    ];
    let rows = report.replication.iter().map(|line| {
        let it = &line.reading;
        vec![
            instant(Some(it.at)).into(),
            format!("{} → {}", it.link, it.standby).into(),
            it.state.title().get(lang).to_owned().into(),
            maybe_span(it.lag).into(),
            maybe_span(line.loss).into(),
            clocks::cell(it.clock(), lang),
            it.why.get(lang).to_owned().into(),
        ]
    });
    Table::new(lang, of("복제 측정 기록", "Measurements of replication"), columns, rows)
}
