//! Where each unit's time went, account by account, from the origin of the clock on; and what pictures of bars consist of.

use engine::base::{Lang, Millis};
use engine::report::{RunReport, UnitLine, Word as _};
use engine::run::Account;
use serde::Serialize;

use super::scale::{Scale, Tick, clip, pick};

/// Units that a picture shows at most; tables show more, and the JSON all.
const ROWS: usize = 60;
/// Rows of one picture; what is longer goes on in another, for a page can not be stretched.
const PART: usize = 30;

/// A picture of bars, a unit a row.
#[derive(Debug, Serialize)]
pub(super) struct Bars {
    pub(super) kind: &'static str,
    pub(super) alt: &'static str,
    pub(super) parts: Vec<Part>,
    pub(super) ticks: Vec<Tick>,
    pub(super) deadline: Option<u64>,
    pub(super) deadline_label: &'static str,
    pub(super) legend: Vec<Key>,
    pub(super) note: Option<String>,
}

#[derive(Debug, Serialize)]
pub(super) struct Part {
    caption: String,
    rows: Vec<Row>,
}

#[derive(Debug, Serialize)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) words: String,
    pub(super) planned: Option<[u64; 2]>,
    pub(super) bars: Vec<Bar>,
}

#[derive(Debug, Serialize)]
pub(super) struct Bar {
    pub(super) span: [u64; 2],
    pub(super) fill: &'static str,
    pub(super) beyond: bool,
}

#[derive(Debug, Serialize)]
pub(super) struct Key {
    pub(super) fill: Option<&'static str>,
    pub(super) label: &'static str,
}

/// The picture.
pub(super) fn waterfall(report: &RunReport, lang: Lang) -> Bars {
    let zero = report.basis.origin_at.unwrap_or(report.cover.declared_at);
    // What does not count for the recovery time may lie before its origin.
    let shown = |unit: &&UnitLine| unit.counted && unit.eligible_at.is_some();
    let units: Vec<&UnitLine> = chosen(&report.units).into_iter().filter(shown).collect();
    let from = |unit: &UnitLine| unit.eligible_at.map_or(Millis::ZERO, |at| at.since(zero));
    let deadline = report.basis.origin_at.and(report.plan.recovery.rto);
    let ends = units.iter().map(|unit| from(unit) + unit.accounts.total());
    let scale = Scale::up_to(ends.chain(deadline).max().unwrap_or_default());
    let rows = units.iter().map(|unit| {
        let mut at = from(unit);
        let mut bars = Vec::new();
        for account in Account::ALL {
            let time = unit.accounts.get(account);
            if time > Millis::ZERO {
                bars.push(Bar { span: scale.bar(at, at + time), fill: colour(account), beyond: false });
                at = at + time;
            }
        }
        let longest = Account::ALL.into_iter().max_by_key(|account| unit.accounts.get(*account));
        let most = longest.filter(|account| unit.accounts.get(*account) > Millis::ZERO);
        let words =
            most.map_or_else(String::new, |most| format!("{} {}", most.word(lang), unit.accounts.get(most).clock()));
        Row { name: clip(unit.title.get(lang), 18), words, planned: None, bars }
    });
    let caption = pick(lang, "단위별 소요 시간의 구성", "Where each unit's time went");
    let parts = parts(caption, rows.collect(), lang);
    let used = |account: &Account| units.iter().any(|unit| unit.accounts.get(*account) > Millis::ZERO);
    let key = |account: Account| Key { fill: Some(colour(account)), label: account.word(lang) };
    Bars {
        kind: "bars",
        alt: pick(
            lang,
            "단위마다 조건이 충족된 때부터 걸린 시간을 계정별 막대로 이어 그린 그림. 오른쪽은 가장 길었던 계정이다. 수치는 단위별 표에 있다.",
            "Each unit's time from when it was eligible, account after account; to the right its longest one. The numbers stand in the tables of units.",
        ),
        parts,
        ticks: scale.ticks(),
        deadline: deadline.map(|rto| scale.at(rto)),
        deadline_label: "RTO",
        legend: Account::ALL.into_iter().filter(used).map(key).collect(),
        note: left_out(units.len(), report.units.iter().filter(shown).count(), lang),
    }
}

const fn colour(account: Account) -> &'static str {
    match account {
        Account::Queue => "#c9ced4",
        Account::Gate => "#e0a63c",
        Account::Exec => "#3f7fb5",
        Account::RetryWait => "#c76a5a",
        Account::Manual => "#8a63b0",
        Account::Check => "#5aa37a",
        Account::Unknown => "#3a3f45",
        Account::Pause => "#8d959e",
        Account::Rollback => "#a03d6b",
        Account::Excluded => "#e3e6ea",
    }
}

/// Units in the order written; of too many, those that decided the recovery time or went furthest beyond their targets.
pub(super) fn chosen(units: &[UnitLine]) -> Vec<&UnitLine> {
    let mut places: Vec<usize> = (0..units.len()).collect();
    if places.len() > ROWS {
        places.sort_by_key(|at| (!units[*at].decisive, std::cmp::Reverse(units[*at].variance_ms), *at));
        places.truncate(ROWS);
        places.sort_unstable();
    }
    places.into_iter().map(|at| &units[at]).collect()
}

/// Says what a picture leaves out.
pub(super) fn left_out(shown: usize, all: usize, lang: Lang) -> Option<String> {
    (shown < all).then(|| match lang {
        Lang::Ko => format!("전체 {all}개 단위 가운데 실제 임계 경로와 목표를 크게 넘긴 {shown}개만 그렸다."),
        Lang::En => {
            format!("Of {all} units, the {shown} on the actual critical path or furthest beyond their targets.")
        }
    })
}

/// Rows as pictures that fit a page.
pub(super) fn parts(caption: &str, mut rows: Vec<Row>, lang: Lang) -> Vec<Part> {
    let many = rows.len().div_ceil(PART);
    let mut parts = Vec::with_capacity(many);
    while !rows.is_empty() {
        let rest = rows.split_off(rows.len().min(PART));
        let caption = match (many, lang) {
            (0 | 1, _) => caption.to_owned(),
            (many, Lang::Ko) => format!("{caption} ({}/{many})", parts.len() + 1),
            (many, Lang::En) => format!("{caption} ({} of {many})", parts.len() + 1),
        };
        parts.push(Part { caption, rows });
        rows = rest;
    }
    parts
}
