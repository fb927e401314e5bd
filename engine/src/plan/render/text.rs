//! A plan as text: the levels with their planned times, the critical path, the services.

use std::fmt::Write as _;

use super::super::{Plan, UnitIx};
use crate::base::{Lang, Millis};

/// Units of one level that are listed; of the rest the number is said.
const LISTED: usize = 200;

/// The whole plan as text. Times are reckoned from the start of the run.
pub fn text(plan: &Plan, lang: Lang) -> String {
    let words = Words::of(lang);
    let body = plan.body();
    let mut out = String::new();
    let _ = writeln!(out, "{} — {}", body.runbook, body.title.get(lang));
    let _ = writeln!(
        out,
        "{}: {}   {}: {}   {}: {}   {}: {}",
        words.units,
        body.units.len(),
        words.stages,
        body.stages.len(),
        words.length,
        plan.schedule().length(),
        words.digest,
        plan.digest().short(),
    );
    levels(plan, lang, &words, &mut out);
    let _ = writeln!(out, "\n{}: {}", words.critical, path(plan, plan.schedule().critical_path()));
    if let Some(rto) = body.objectives.rto {
        let counted = plan.unit_ixs().filter(|ix| !plan.unit(*ix).rto_exclude);
        let (length, _) = plan.schedule().path_to(plan.graph(), counted);
        let _ = writeln!(out, "{}", against(&words, length, rto));
    }
    for (id, callee) in &body.callees {
        let _ = writeln!(out, "\n{} {id} — {}", words.calls, callee.body().title.get(lang));
    }
    for service in &body.services {
        let (length, units) = plan.schedule().service_path(plan.graph(), service);
        let rto = service.effective_rto();
        let verdict = rto.map_or_else(|| length.to_string(), |rto| against(&words, length, rto));
        let _ = writeln!(out, "\n{} {} — {}", words.service, service.id, service.title.get(lang));
        let _ = writeln!(out, "  {verdict}\n  {}", path(plan, &units));
    }
    out
}

fn levels(plan: &Plan, lang: Lang, words: &Words, out: &mut String) {
    let mut by_level: Vec<Vec<UnitIx>> = Vec::new();
    for unit in plan.unit_ixs() {
        let level = plan.schedule().level(unit) as usize;
        if by_level.len() <= level {
            by_level.resize_with(level + 1, Vec::new);
        }
        by_level[level].push(unit);
    }
    for (level, units) in by_level.iter().enumerate() {
        let _ = writeln!(out, "\n{} {}", words.level, level + 1);
        for unit in units.iter().take(LISTED) {
            let span = plan.schedule().span(*unit);
            let unit = plan.unit(*unit);
            let mut target = unit.target.map_or_else(|| "-".to_owned(), |target| target.to_string());
            if let Some(usable) = unit.usable {
                let _ = write!(target, " ({} {})", words.usable, usable.within);
            }
            let slack = if span.slack() == Millis::ZERO { words.none.to_owned() } else { span.slack().to_string() };
            let _ = writeln!(
                out,
                "  {}  {}: {target}   {}: {}..{}   {}: {slack}{}",
                unit.id,
                words.target,
                words.earliest,
                span.earliest_start,
                span.earliest_finish,
                words.slack,
                title(unit.title.get(lang), unit.id.as_str()),
            );
        }
        if units.len() > LISTED {
            let _ = writeln!(out, "  … {} {}", units.len() - LISTED, words.more);
        }
    }
}

/// The title behind the line, where it says more than the id.
fn title(title: &str, id: &str) -> String {
    if title == id { String::new() } else { format!("   {title}") }
}

fn path(plan: &Plan, units: &[UnitIx]) -> String {
    units.iter().map(|unit| plan.unit(*unit).id.as_str()).collect::<Vec<_>>().join(" → ")
}

fn against(words: &Words, length: Millis, rto: Millis) -> String {
    if length > rto {
        let over = length.saturating_sub(rto);
        format!("{}: {length}   RTO: {rto}   {}: {over}", words.planned, words.over)
    } else {
        let left = rto.saturating_sub(length);
        format!("{}: {length}   RTO: {rto}   {}: {left}", words.planned, words.left)
    }
}

struct Words {
    units: &'static str,
    stages: &'static str,
    length: &'static str,
    digest: &'static str,
    level: &'static str,
    target: &'static str,
    usable: &'static str,
    earliest: &'static str,
    slack: &'static str,
    none: &'static str,
    more: &'static str,
    critical: &'static str,
    service: &'static str,
    calls: &'static str,
    planned: &'static str,
    over: &'static str,
    left: &'static str,
}

impl Words {
    const fn of(lang: Lang) -> Self {
        match lang {
            Lang::En => Self {
                units: "units",
                stages: "stages",
                length: "length",
                digest: "digest",
                level: "level",
                target: "target",
                usable: "usable",
                earliest: "earliest",
                slack: "slack",
                none: "none (critical)",
                more: "more",
                critical: "critical path",
                service: "service",
                calls: "calls",
                planned: "planned",
                over: "over",
                left: "left",
            },
            Lang::Ko => Self {
                units: "기동 단위",
                stages: "단계",
                length: "계획 시간",
                digest: "다이제스트",
                level: "레벨",
                target: "목표",
                usable: "사용 가능",
                earliest: "가장 이른 시각",
                slack: "여유",
                none: "없음 (주 경로)",
                more: "개 더",
                critical: "주 경로",
                service: "업무",
                calls: "호출하는 런북",
                planned: "계획",
                over: "초과",
                left: "남음",
            },
        }
    }
}
