//! What is to be expected of the next run of a runbook, beside its plan.

use engine::base::Millis;
use engine::forecast::{WhatIf, outlook};
use engine::plan::Plan;
use engine::review::Past;
use serde::Deserialize;

use crate::i18n::Words;

/// Past runs that forecasts are held against.
const LOOKED_AT: usize = 5;

/// What is tried in the form. What can not be read counts as not given: the page shows what was reckoned with.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Tried {
    #[serde(default)]
    concurrency: String,
    #[serde(default)]
    before: String,
}

#[cfg(test)]
impl Tried {
    /// Of what was written.
    pub(super) fn of(concurrency: &str, before: &str) -> Self {
        Self { concurrency: concurrency.to_owned(), before: before.to_owned() }
    }
}

/// The panel.
#[derive(Debug, Clone)]
pub(super) struct Panel {
    pub(super) basis: String,
    pub(super) concurrency: String,
    pub(super) before: String,
    pub(super) rows: Vec<Row>,
    pub(super) hindsight: Vec<Seen>,
}

/// The plan or a service.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) name: String,
    pub(super) p50: String,
    pub(super) p90: String,
    pub(super) rto: String,
    pub(super) chance: String,
}

/// A past run against what would have been forecast.
#[derive(Debug, Clone)]
pub(super) struct Seen {
    pub(super) at: String,
    pub(super) p50: String,
    pub(super) p90: String,
    pub(super) rta: String,
    pub(super) error: String,
    pub(super) changed: bool,
}

impl Panel {
    /// Plays the plan many times: not for the threads that serve pages.
    pub(super) fn of(w: Words, plan: &Plan, past: &Past, tried: &Tried) -> Self {
        let concurrency = tried.concurrency.trim().parse().ok().filter(|at_once: &u32| *at_once > 0);
        let before: Millis = tried.before.trim().parse().unwrap_or_default();
        let what_if = WhatIf { concurrency, before, ..WhatIf::default() };
        let seen = outlook(plan, &past.history(), &what_if);
        let row = |name: &str, p50: Millis, p90: Millis, rto: Option<Millis>, chance: Option<u32>| Row {
            name: name.to_owned(),
            p50: p50.clock(),
            p90: p90.clock(),
            rto: w.clock(rto),
            chance: chance.map_or_else(|| "–".to_owned(), |tenths| format!("{}.{} %", tenths / 10, tenths % 10)),
        };
        let whole = row(&w.t("forecast-plan"), seen.p50, seen.p90, seen.rto, seen.chance);
        let services = plan.body().services.iter().zip(&seen.services);
        let services = services.map(|(service, it)| row(w.text(&service.title), it.p50, it.p90, it.rto, it.chance));
        let hindsight = past.hindsight(plan, LOOKED_AT).into_iter().map(|it| Seen {
            at: w.moment(it.declared_at),
            p50: it.p50.clock(),
            p90: it.p90.clock(),
            rta: it.rta.clock(),
            error: format!("{}{}", if it.error_ms < 0 { "-" } else { "+" }, Millis(it.error_ms.unsigned_abs()).clock()),
            changed: !it.same_plan,
        });
        Self {
            basis: w.with2("forecast-basis", ("known", seen.units_known), ("units", seen.units)),
            concurrency: concurrency.unwrap_or(plan.body().limits.run).to_string(),
            before: before.to_string(),
            rows: std::iter::once(whole).chain(services).collect(),
            hindsight: hindsight.collect(),
        }
    }
}
