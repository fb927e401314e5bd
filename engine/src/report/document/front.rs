//! Cover, summary, basis, scope.

use super::super::format::{NOTHING, compliance, instant, span};
use super::super::phrases::person;
use super::super::words::{Word, pick};
use super::super::{Issued, OutReason, RunReport, SignBox, Tally};
use super::cell::{Cell, number, text};
use super::clocks;
use super::model::{Block, Section, Table};
use crate::base::{Lang, Millis};
use crate::run::{Account, Verdict, role_word};

/// A verdict as a cell; colour is never the only sign.
pub(super) fn verdict(verdict: Option<Verdict>, lang: Lang) -> Cell {
    Cell::toned(verdict.word(lang), verdict.map_or("open", Verdict::keyword))
}

pub(super) fn cover(report: &RunReport, issue: Option<&Issued>, lang: Lang) -> Section {
    let cover = &report.cover;
    let of = |ko, en| pick(lang, ko, en);
    let absent = || NOTHING.to_owned();
    let mut facts = vec![
        (of("문서 번호", "Document no."), cover.document_no.clone().into()),
        (of("보안 등급", "Classification"), of("대외비", "Confidential").into()),
        (of("런북", "Runbook"), format!("{} ({})", cover.title.get(lang), cover.runbook).into()),
        (of("런북 버전", "Runbook version"), cover.version.clone().unwrap_or_else(absent).into()),
        (of("런북 관리자", "Runbook owner"), cover.owner.clone().unwrap_or_else(absent).into()),
        (of("계획 해시(SHA-256)", "Plan digest (SHA-256)"), cover.plan_digest.to_string().into()),
        (of("실행 모드", "Mode"), Cell::toned(cover.mode.word(lang), cover.mode.keyword())),
        (of("실행 번호", "Run"), cover.run.to_string().into()),
        (of("상태", "Status"), Cell::toned(cover.status.word(lang), cover.status.keyword())),
        (of("선포자", "Declared by"), person(Some(&cover.requester), lang).into()),
        (of("선포 사유", "Reason"), cover.reason.clone().into()),
        (of("선포 시각", "Declared at"), Cell::instant(Some(cover.declared_at))),
        (of("종료 시각", "Ended at"), Cell::instant(cover.ended_at)),
        (of("수치 기준 시각", "Numbers as of"), Cell::instant(Some(cover.as_of_at))),
        (of("엔진 버전", "Engine version"), cover.engine.clone().into()),
    ];
    if let Some(parent) = &cover.called_by {
        facts.push((of("호출한 실행", "Called by"), format!("{} / {}", parent.run, parent.unit).into()));
    }
    let mut blocks = vec![Block::Facts(facts)];
    for line in cover.break_glass.iter().rev() {
        let (who, at) = (person(Some(&line.by), lang), instant(Some(line.at)));
        let words = match &line.unit {
            None => pick(lang, "비상 권한으로 혼자 선포했다", "declared alone, by the emergency authority").to_owned(),
            Some(unit) => match lang {
                Lang::Ko => format!("비상 권한으로 게이트 {unit}을(를) 혼자 결정했다"),
                Lang::En => format!("decided the gate {unit} alone, by the emergency authority"),
            },
        };
        blocks.insert(0, Block::Paragraph(format!("{at} {who}: {words}")));
    }
    if cover.interim {
        let words = of(
            "중간 보고서: 실행이 끝나지 않았으며 판정은 바뀔 수 있다.",
            "Interim report: the run is not over and verdicts may change.",
        );
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    if let Some(issue) = issue {
        blocks.push(Block::Facts(version(issue, lang)));
    }
    blocks.push(sign_off(issue.filter(|issue| issue.current), lang));
    Section { id: "cover", title: of("표지", "Cover"), blocks }
}

/// Which issued version this is, or that it is none.
fn version(issue: &Issued, lang: Lang) -> Vec<(&'static str, Cell)> {
    let number = match (lang, issue.current) {
        (Lang::Ko, true) => format!("제{}판", issue.number),
        (Lang::En, true) => format!("version {}", issue.number),
        (Lang::Ko, false) => format!("발행본 아님: 제{}판 발행 뒤에 저널이 늘었다", issue.number),
        (Lang::En, false) => {
            format!("not an issued version: the journal has grown since version {} was issued", issue.number)
        }
    };
    let mut facts = vec![
        (pick(lang, "보고서 버전", "Version of the report"), number.into()),
        (pick(lang, "발행", "Issued"), format!("{} {}", instant(Some(issue.at)), person(Some(&issue.by), lang)).into()),
        (pick(lang, "발행본 해시(SHA-256)", "Digest of the issued version (SHA-256)"), issue.digest.to_string().into()),
    ];
    if !issue.reason.is_empty() {
        facts.insert(2, (pick(lang, "재발행 사유", "Why it was issued anew"), issue.reason.clone().into()));
    }
    facts
}

/// The boxes, signed as far as this very version was.
fn sign_off(issue: Option<&Issued>, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("구분", "Part")),
        text(of("성명", "Name")),
        text(of("직책", "Role")),
        text(of("일시", "Date and time")),
        text(of("서명", "Signature")),
    ];
    let rows = SignBox::ALL.into_iter().map(|part| {
        let signed = issue.and_then(|issue| issue.signatures.iter().find(|signature| signature.part == part));
        let mut row: Vec<Cell> = vec![part.word(lang).into()];
        if let Some(signature) = signed {
            let shown = instant(Some(signature.confirmed_at));
            let how = match lang {
                Lang::Ko => format!("본인 확인 {shown}, {}", signature.digest.short()),
                Lang::En => format!("identity shown {shown}, {}", signature.digest.short()),
            };
            row.push(signature.by.name.to_string().into());
            row.push(role_word(&signature.role).get(lang).to_owned().into());
            row.push(Cell::instant(Some(signature.at)));
            row.push(how.into());
        }
        row.resize_with(5, || String::new().into());
        row
    });
    Table::new(lang, of("결재", "Sign-off"), columns, rows)
}

pub(super) fn summary(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let (summary, recovery) = (&report.summary, &report.plan.recovery);
    let mut facts = vec![
        (of("종합 판정", "Overall verdict"), verdict(summary.verdict, lang)),
        (of("전체 판정", "Plan verdict"), verdict(summary.plan_verdict, lang)),
        (of("초과·미복구 업무", "Services late or not recovered"), names(summary.late_services.iter()).into()),
        (of("복구목표시간(RTO)", "RTO"), Cell::span(recovery.rto)),
        (of("실제 복구시간(RTA)", "RTA"), Cell::span(recovery.rta)),
        (of("차이", "Variance"), Cell::difference(recovery.variance_ms)),
        (of("RTO 대비", "Share of RTO"), Cell::share(recovery.utilisation)),
        (of("의사결정 시간", "Decision time"), Cell::span(Some(recovery.decision))),
        (of("순 복구시간(판정 외)", "RTA without decisions (no verdict)"), Cell::span(recovery.rta_net)),
        (of("복구목표시점(RPO)", "RPO"), of("미측정", "not measured").into()),
        (of("단위 목표 준수율", "Units within target"), compliance(summary.units, lang).into()),
        (of("업무 RTO 준수율", "Services within RTO"), compliance(summary.services, lang).into()),
        (of("편차", "Deviations"), Cell::count(summary.deviations)),
        (of("장애", "Faults"), Cell::count(summary.faults)),
    ];
    if recovery.excluded > Millis::ZERO {
        facts.push((of("제외 시간(훈련 정지)", "Excluded (exercise held)"), Cell::span(Some(recovery.excluded))));
        facts.push((of("제외 전 RTA", "RTA with what was excluded"), Cell::span(recovery.rta_gross)));
    }
    if let Some(forecast) = recovery.forecast_at {
        facts.push((of("예상 완료", "Forecast"), Cell::instant(Some(forecast))));
    }
    let mut blocks = vec![Block::Facts(facts)];
    if recovery.diverges || report.services.iter().any(|service| service.recovery.diverges) {
        let words = of(
            "기준에 따라 판정 상이: 발생·인지·선포 기준의 판정이 서로 다르다. 복구시간 표를 볼 것.",
            "Verdicts differ by origin: event, detection and declaration do not give the same. See the tables of recovery times.",
        );
        blocks.push(Block::Paragraph(words.to_owned()));
    }
    let columns = vec![
        text(of("대상", "What")),
        number(Some(Verdict::Met).word(lang)),
        number(Some(Verdict::Exceeded).word(lang)),
        number(Some(Verdict::NotRecovered).word(lang)),
        number(Some(Verdict::NotMeasured).word(lang)),
        number(Some(Verdict::Simulated).word(lang)),
        number(None::<Verdict>.word(lang)),
    ];
    let row = |what: &'static str, tally: Tally| -> Vec<Cell> {
        let Tally { met, exceeded, not_recovered, not_measured, simulated, open } = tally;
        let counts = [met, exceeded, not_recovered, not_measured, simulated, open];
        std::iter::once(what.into()).chain(counts.map(Cell::count)).collect()
    };
    let rows = [row(of("단위", "Units"), summary.units), row(of("업무", "Services"), summary.services)];
    blocks.push(Table::new(lang, of("판정 집계", "Verdicts counted"), columns, rows.into_iter()));
    let columns = vec![text(of("단위", "Unit")), number(of("초과분", "Over target"))];
    let rows = summary
        .overruns
        .iter()
        .map(|overrun| vec![overrun.unit.to_string().into(), Cell::difference(i64::try_from(overrun.over.0).ok())]);
    let caption = of("목표를 가장 많이 넘긴 단위", "Units furthest beyond their targets");
    blocks.push(Table::new(lang, caption, columns, rows));
    Section { id: "summary", title: of("요약", "Summary"), blocks }
}

pub(super) fn basis(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let basis = &report.basis;
    let clock = of(
        "엔진 시계 하나로 측정, UTC로 기록, 한국 시각으로 표시",
        "the engine's clock alone; kept in UTC, shown in Korean time",
    );
    let facts = vec![
        (of("측정 기준", "Origin"), basis.origin.word(lang).into()),
        (of("기준 시각", "Its instant"), Cell::instant(basis.origin_at)),
        (of("시계", "Clock"), clock.into()),
        (of("제외 구간", "Excluded intervals"), excluded(report, lang).into()),
        (of("총 경과", "Wall time"), Cell::span(Some(basis.wall))),
    ];
    let mut blocks = vec![Block::Facts(facts)];
    if !basis.out_of_order.is_empty() {
        let marks = basis.out_of_order.iter().map(|mark| mark.word(lang)).collect::<Vec<_>>().join(", ");
        blocks.push(Block::Paragraph(match lang {
            Lang::Ko => format!("시점 순서가 맞지 않음(발생 ≤ 인지 ≤ 선포): {marks}"),
            Lang::En => format!("Marks out of order (event ≤ detection ≤ declaration): {marks}"),
        }));
    }
    let columns = vec![
        text(of("시점", "Mark")),
        text(of("값", "Value")),
        text(of("이전 값", "Replaces")),
        text(of("기록 시각", "Recorded at")),
        text(of("기록자", "By")),
        text(of("사유", "Reason")),
    ];
    let rows = basis.marks.iter().map(|mark| {
        vec![
            mark.mark.word(lang).into(),
            Cell::instant(Some(mark.value)),
            Cell::instant(mark.replaces),
            Cell::instant(Some(mark.recorded_at)),
            person(mark.by.as_ref(), lang).into(),
            mark.reason.clone().into(),
        ]
    });
    blocks.push(Table::new(lang, of("시점과 정정", "Marks and corrections"), columns, rows));
    if !basis.exclusions.is_empty() {
        blocks.push(exclusions(report, lang));
    }
    blocks.extend(clocks::blocks(report, lang));
    let columns = vec![text(of("계정", "Account")), number(of("시간", "Time"))];
    let rows = Account::ALL
        .into_iter()
        .map(|account| vec![account.word(lang).into(), Cell::booked(basis.accounts.get(account))]);
    let total: Vec<Cell> = vec![of("합계", "Total").into(), Cell::span(Some(basis.accounts.total()))];
    let caption = of("실행 시간의 구분", "Where the run's time went");
    blocks.push(Table::new(lang, caption, columns, rows.chain(std::iter::once(total))));
    Section { id: "basis", title: of("측정 기준", "Basis of measurement"), blocks }
}

fn excluded(report: &RunReport, lang: Lang) -> String {
    let exclusions = &report.basis.exclusions;
    let total = span(exclusions.iter().map(|exclusion| exclusion.lasted).sum());
    match (exclusions.len(), lang) {
        (0, _) => {
            pick(lang, "없음 (일시 정지와 승인 대기도 복구시간에 포함)", "none (pauses and approvals count)").to_owned()
        }
        (many, Lang::Ko) => format!("훈련 정지 {many}건, 모두 {total} (복구시간에서 제외)"),
        (1, Lang::En) => format!("1 exercise hold, {total} (not in the recovery times)"),
        (many, Lang::En) => format!("{many} exercise holds, {total} in all (not in the recovery times)"),
    }
}

/// What counts for no clock, by whom and why.
fn exclusions(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let columns = vec![
        text(of("시작", "From")),
        text(of("끝", "To")),
        number(of("시간", "Time")).summed(),
        text(of("승인자", "Approved by")),
        text(of("사유", "Reason")),
    ];
    let rows = report.basis.exclusions.iter().map(|exclusion| {
        vec![
            Cell::instant(Some(exclusion.from_at)),
            Cell::instant(exclusion.until_at),
            Cell::span(Some(exclusion.lasted)),
            person(Some(&exclusion.by), lang).into(),
            exclusion.reason.get(lang).into(),
        ]
    });
    Table::new(lang, of("복구시간에서 제외한 구간", "Intervals excluded from the recovery times"), columns, rows)
}

pub(super) fn scope(report: &RunReport, lang: Lang) -> Section {
    let of = |ko, en| pick(lang, ko, en);
    let scope = &report.scope;
    let facts = vec![
        (of("업무", "Services"), Cell::count(scope.services)),
        (of("복구시간 대상 단위", "Units that count"), Cell::count(scope.units_in)),
        (of("대상 외 단위", "Units that do not"), Cell::count(scope.units_out.len() as u64)),
    ];
    let columns = vec![text(of("단계", "Stage")), text(of("이름", "Name")), number(of("단위 수", "Units"))];
    let rows = scope
        .stages
        .iter()
        .map(|stage| vec![stage.stage.to_string().into(), stage.title.get(lang).into(), Cell::count(stage.units)]);
    let stages = Table::new(lang, of("단계", "Stages"), columns, rows);
    let columns = vec![text(of("단위", "Unit")), text(of("사유", "Why"))];
    let rows = scope.units_out.iter().map(|out| {
        let why = match &out.why {
            OutReason::Housekeeping => {
                of("부대 작업 (복구시간 제외)", "housekeeping (outside the recovery time)").to_owned()
            }
            OutReason::NotSelected { why } => format!("{}: {}", of("대상 아님", "not selected"), why.get(lang)),
        };
        vec![out.unit.to_string().into(), why.into()]
    });
    let outside = Table::new(lang, of("대상 외 단위", "Units out of scope"), columns, rows);
    Section { id: "scope", title: of("범위", "Scope"), blocks: vec![Block::Facts(facts), stages, outside] }
}

/// Names in a row, or nothing.
pub(super) fn names<T: ToString>(names: impl Iterator<Item = T>) -> String {
    let names: Vec<String> = names.map(|name| name.to_string()).collect();
    if names.is_empty() { NOTHING.to_owned() } else { names.join(", ") }
}
