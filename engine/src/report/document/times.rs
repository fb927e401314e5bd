//! Recovery times, unit ledger, critical paths, recovery points.

use super::super::format::{NOTHING, span};
use super::super::words::{Word, pick};
use super::super::{RecoveryLine, RunReport, Tier, UnitLine};
use super::cell::{Cell, number, text};
use super::front::{names, verdict};
use super::model::{Block, Section, Table};
use super::{capacity, clocks, replication, together, usable};
use crate::base::Lang;
use crate::run::{Account, ORIGINS};

pub(super) fn objectives(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = || {
        let mut columns = vec![text(of("대상", "What")), number(of("순위", "Tier")), number("RTO"), number("RTA")];
        columns.extend([number(of("차이", "Variance")), number(of("RTO 대비", "Share")), text(of("판정", "Verdict"))]);
        columns.extend([
            number(of("의사결정", "Decisions")),
            number(of("순 RTA", "RTA net")),
            text(of("복구 시각", "There at")),
        ]);
        columns
    };
    let whole = recovery_row(of("전체", "Plan").to_owned(), None, &report.plan.recovery, lang);
    let services = report.services.iter().map(|service| {
        let name = format!("{} ({})", service.title.get(lang), service.service);
        recovery_row(name, service.tier, &service.recovery, lang)
    });
    let caption = of("전체와 업무의 복구시간", "Recovery times of plan and services");
    let table = Table::new(lang, caption, columns(), std::iter::once(whole).chain(services));

    let mut columns = vec![text(of("대상", "What"))];
    for origin in ORIGINS {
        columns.push(number(origin_rta(origin, lang)));
        columns.push(text(of("판정", "Verdict")));
    }
    columns.push(text(of("비고", "Note")));
    let whole = std::iter::once((of("전체", "Plan").to_owned(), &report.plan.recovery));
    let services = report.services.iter().map(|service| (service.service.to_string(), &service.recovery));
    let rows = whole.chain(services).map(|(name, line)| {
        let mut row: Vec<Cell> = vec![name.into()];
        for measure in &line.measures {
            row.push(Cell::span(measure.rta));
            row.push(verdict(measure.verdict, lang));
        }
        let note = if line.diverges { of("기준에 따라 판정 상이", "verdicts differ by origin") } else { "" };
        row.push(note.into());
        row
    });
    let by_origin = Table::new(lang, of("기준별 복구시간", "Recovery times by origin"), columns, rows);
    let mut blocks =
        vec![table, by_origin, tiers(report, lang), together::ledgers(report, lang), exceptions(report, lang)];
    blocks.extend(capacity::blocks(report, lang));
    Section { id: "objectives", title: of("복구시간(RTO)", "Recovery times (RTO)"), blocks }
}

const fn origin_rta(origin: crate::plan::Origin, lang: Lang) -> &'static str {
    match origin {
        crate::plan::Origin::Event => pick(lang, "발생 기준 RTA", "RTA from event"),
        crate::plan::Origin::Detect => pick(lang, "인지 기준 RTA", "RTA from detection"),
        crate::plan::Origin::Declare => pick(lang, "선포 기준 RTA", "RTA from declaration"),
    }
}

fn recovery_row(name: String, tier: Option<u8>, line: &RecoveryLine, lang: Lang) -> Vec<Cell> {
    let judged = match (line.verdict, line.live) {
        (None, Some(live)) => Cell::toned(live.word(lang), live.keyword()),
        (judged, _) => verdict(judged, lang),
    };
    vec![
        name.into(),
        tier.map_or_else(|| NOTHING.into(), Cell::count),
        Cell::span(line.rto),
        Cell::span(line.rta),
        Cell::difference(line.variance_ms),
        Cell::share(line.utilisation),
        judged,
        Cell::booked(line.decision),
        Cell::span(line.rta_net),
        Cell::instant(line.end_at),
    ]
}

fn tiers(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("계층", "Tier")),
        number(of("구성", "Members")),
        number(of("복구", "There")),
        number("RTA"),
        text(of("판정", "Verdict")),
        text(of("복구 시각", "There at")),
    ];
    let rows = report.tiers.iter().map(|line| {
        let judged = match &line.tier {
            Tier::Services(_) => verdict(line.verdict, lang),
            Tier::Units(_) => NOTHING.into(),
        };
        let name = together::tier(&line.tier, lang);
        let (members, there) = (Cell::count(line.members), Cell::count(line.there));
        vec![name.into(), members, there, Cell::span(line.rta), judged, Cell::instant(line.end_at)]
    });
    Table::new(lang, of("계층별", "By tier"), columns, rows)
}

fn exceptions(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("업무", "Service")),
        number(of("업무 RTO(BIA)", "Business RTO")),
        text(of("BIA 기준 판정", "Verdict on it")),
        number(of("시나리오 RTO", "Scenario RTO")),
        text(of("승인자", "Accepted by")),
        text(of("기한", "Until")),
        text(of("사유", "Why")),
    ];
    let rows = report.services.iter().filter_map(|service| {
        let exception = service.exception.as_ref()?;
        Some(vec![
            service.service.to_string().into(),
            Cell::span(exception.bia_rto),
            verdict(exception.bia_verdict, lang),
            Cell::span(service.recovery.rto),
            exception.accepted_by.clone().into(),
            Cell::day(Some(&exception.expires)),
            exception.reason.get(lang).into(),
        ])
    });
    Table::new(lang, of("수용한 위험 (업무 RTO와의 차이)", "Accepted risks (gaps to the business RTO)"), columns, rows)
}

pub(super) fn units(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let mut columns = vec![
        text(of("단위", "Unit")),
        text(of("상태", "State")),
        number(of("목표", "Target")),
        number(of("실제", "Actual")).summed(),
        number(of("차이", "Variance")),
        text(of("판정", "Verdict")),
    ];
    columns.extend(Account::ALL.map(|account| number(account.word(lang)).summed()));
    columns.push(number(of("시도", "Tries")).summed());
    let ledger = Table::new(
        lang,
        of("단위별 목표와 실제 (계정 합계 = 실제)", "Units: target and actual (the accounts add up to the actual)"),
        columns,
        report.units.iter().map(|unit| ledger_row(unit, lang)),
    );
    let columns = vec![
        text(of("단위", "Unit")),
        text(of("이름", "Name")),
        text(of("단계", "Stage")),
        text(of("계층", "Tier")),
        text(of("대상 서버", "Target")),
        text(of("조건 충족", "Eligible")),
        text(of("착수", "Started")),
        text(of("준비 완료", "Ready")),
        number(of("복구 기한", "Recover by")),
        text(of("승인·담당", "People")),
    ];
    let people = Table::new(
        lang,
        of("단위별 시각과 담당", "Units: instants and people"),
        columns,
        report.units.iter().map(|unit| instants_row(unit, lang)),
    );
    let blocks = [Block::Chart, ledger, people].into_iter().chain(usable::block(report, lang)).collect();
    Section { id: "units", title: of("단위별 복구시간", "Units"), blocks }
}

fn ledger_row(unit: &UnitLine, lang: Lang) -> Vec<Cell> {
    let judged = match (unit.verdict, unit.live) {
        (None, Some(live)) => Cell::toned(live.word(lang), live.keyword()),
        (None, None) => NOTHING.into(),
        (judged, _) => verdict(judged, lang),
    };
    let mut row: Vec<Cell> = vec![
        unit.unit.to_string().into(),
        Cell::toned(unit.state.word(lang), unit.state.keyword()),
        Cell::span(unit.target),
        Cell::span(unit.elapsed),
        Cell::difference(unit.variance_ms),
        judged,
    ];
    row.extend(Account::ALL.map(|account| Cell::booked(unit.accounts.get(account))));
    row.push(Cell::count(unit.attempts));
    row
}

fn instants_row(unit: &UnitLine, lang: Lang) -> Vec<Cell> {
    let approvers = unit.approvers.iter().map(|approver| format!("{} ({})", approver.who.get(lang), approver.role));
    let person = unit.person.iter().map(|person| {
        let name = person.name.as_ref().map_or_else(|| pick(lang, "런북", "runbook").to_owned(), ToString::to_string);
        format!("{name}: {}", person.said.get(lang))
    });
    let by = unit.recover_by.map_or_else(
        || NOTHING.into(),
        |by| {
            Cell::toned(
                format!("{} {}", span(by.by), by.verdict.word(lang)),
                by.verdict.map_or("open", |v| v.keyword()),
            )
        },
    );
    vec![
        unit.unit.to_string().into(),
        unit.title.get(lang).into(),
        unit.stage.to_string().into(),
        unit.tier.as_ref().map_or_else(|| NOTHING.to_owned(), ToString::to_string).into(),
        unit.on.as_ref().map_or_else(|| NOTHING.to_owned(), ToString::to_string).into(),
        Cell::instant(unit.eligible_at),
        Cell::instant(unit.started_at),
        Cell::instant(unit.ready_at),
        by,
        names(approvers.chain(person)).into(),
    ]
}

pub(super) fn paths(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let facts = vec![
        (of("계획된 길이", "Planned length"), Cell::span(Some(report.planned_path.length))),
        (of("계획 경로", "Planned path"), arrows(report.planned_path.units.iter())),
        (of("실제 경로", "Actual path"), arrows(report.actual_path.hops.iter().map(|hop| &hop.unit))),
        (of("경로 위 승인 대기", "Decision time on it"), Cell::span(Some(report.actual_path.decision))),
    ];
    let columns = vec![
        text(of("단위", "Unit")),
        number(of("앞 단위 뒤 공백", "Gap before")),
        text(of("조건 충족", "Eligible")),
        text(of("준비 완료", "Ready")),
        number(of("소요", "Took")),
        number(of("착수 대기", "Queue")),
        number(of("승인 대기", "Gate")),
    ];
    let rows = report.actual_path.hops.iter().map(|hop| {
        vec![
            hop.unit.to_string().into(),
            Cell::booked(hop.gap),
            Cell::instant(hop.eligible_at),
            Cell::instant(hop.ready_at),
            Cell::span(hop.elapsed),
            Cell::booked(hop.queue),
            Cell::booked(hop.gate),
        ]
    });
    let actual = Table::new(lang, of("실제 임계 경로", "Actual critical path"), columns, rows);
    let columns = vec![
        text(of("단위", "Unit")),
        number(of("계획 시작", "Planned start")),
        number(of("계획 종료", "Planned end")),
        number(of("계획 여유", "Planned slack")),
        number(of("실제 여유", "Actual slack")),
        text(of("임계", "Critical")),
    ];
    let rows = report.units.iter().map(|unit| {
        let critical = match (unit.critical, unit.decisive) {
            (true, true) => of("계획·실제", "planned, actual"),
            (true, false) => of("계획", "planned"),
            (false, true) => of("실제", "actual"),
            (false, false) => NOTHING,
        };
        vec![
            unit.unit.to_string().into(),
            Cell::span(Some(unit.planned_start)),
            Cell::span(Some(unit.planned_end)),
            Cell::span(Some(unit.planned_slack)),
            Cell::span(unit.actual_slack),
            critical.into(),
        ]
    });
    let slack = Table::new(lang, of("단위별 여유", "Slack"), columns, rows);
    Section {
        id: "paths",
        title: of("임계 경로와 여유", "Critical path and slack"),
        blocks: vec![Block::Facts(facts), actual, slack],
    }
}

fn arrows<T: ToString>(units: impl Iterator<Item = T>) -> Cell {
    let units: Vec<String> = units.map(|unit| unit.to_string()).collect();
    if units.is_empty() { NOTHING.into() } else { units.join(" → ").into() }
}

pub(super) fn points(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("대상", "What")),
        number("RPO"),
        text(of("마지막 복구 거래", "Last recovered transaction")),
        number("RPA"),
        number(of("데이터 간 차이", "Skew")),
        text(of("판정", "Verdict")),
        text(of("사유", "Why")),
    ];
    let rows = report.recovery_points.iter().map(|point| {
        let name = point.service.as_ref().map_or_else(|| of("전체", "Plan").to_owned(), ToString::to_string);
        vec![
            name.into(),
            Cell::span(point.rpo),
            Cell::instant(point.point_at),
            Cell::span(point.rpa),
            Cell::span(point.skew),
            verdict(Some(point.verdict), lang),
            clocks::why(point, lang).into(),
        ]
    });
    let table = Table::new(lang, of("복구시점", "Recovery points"), columns, rows);
    let blocks = std::iter::once(table).chain(replication::blocks(report, lang)).collect();
    Section { id: "points", title: of("복구시점(RPO)", "Recovery points (RPO)"), blocks }
}
