//! Where the time of stages, tiers and services went.

use super::super::words::{Word as _, pick};
use super::super::{GroupLedger, RunReport, Tier};
use super::cell::{Cell, number, text};
use super::model::{Block, Table};
use crate::base::Lang;
use crate::run::Account;

/// A row a stage, tier and service; the accounts and what was waited for elsewhere add up to its time.
pub(super) fn ledgers(report: &RunReport, lang: Lang) -> Block {
    let of = |ko, en| pick(lang, ko, en);
    let mut columns = vec![
        text(of("구분", "Kind")),
        text(of("대상", "What")),
        text(of("시작", "From")),
        text(of("끝", "Until")),
        number(of("소요", "Took")),
    ];
    columns.extend(Account::ALL.map(|account| number(account.word(lang))));
    columns.push(number(of("다른 단위 대기", "Elsewhere")));
    let stages = report.stages.iter().map(|line| {
        let name = format!("{} ({})", line.title.get(lang), line.stage);
        row(of("단계", "stage"), name, &line.ledger)
    });
    let tiers = report.tiers.iter().map(|line| row(of("계층", "tier"), tier(&line.tier, lang), &line.ledger));
    let services = report.services.iter().map(|line| {
        let name = format!("{} ({})", line.title.get(lang), line.service);
        row(of("업무", "service"), name, &line.ledger)
    });
    Table::new(
        lang,
        of(
            "단계·계층·업무별 시간 (계정과 다른 단위 대기의 합 = 소요)",
            "Time of stages, tiers and services (the accounts and elsewhere add up to what it took)",
        ),
        columns,
        stages.chain(tiers).chain(services),
    )
}

fn row(kind: &'static str, name: String, ledger: &GroupLedger) -> Vec<Cell> {
    let took = ledger.from_at.map(|_| ledger.wall);
    let mut row: Vec<Cell> =
        vec![kind.into(), name.into(), Cell::instant(ledger.from_at), Cell::instant(ledger.until_at), Cell::span(took)];
    row.extend(Account::ALL.map(|account| Cell::booked(ledger.accounts.get(account))));
    row.push(Cell::booked(ledger.elsewhere));
    row
}

/// What a tier is called.
pub(super) fn tier(tier: &Tier, lang: Lang) -> String {
    match (tier, lang) {
        (Tier::Services(tier), Lang::Ko) => format!("업무 {tier}순위"),
        (Tier::Services(tier), Lang::En) => format!("services of tier {tier}"),
        (Tier::Units(label), Lang::Ko) => format!("단위 {label}"),
        (Tier::Units(label), Lang::En) => format!("units {label}"),
    }
}
