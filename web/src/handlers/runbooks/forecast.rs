//! What is to be expected of the next run of a runbook, beside its plan.

use std::sync::Arc;

use engine::base::Millis;
use engine::forecast::{Outlook, WhatIf, outlook};
use engine::plan::Plan;
use engine::review::{Hindsight, Past};
use serde::{Deserialize, Serialize};

use super::kept::Key;
use crate::app::App;
use crate::error::Error;
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

impl Tried {
    /// As the engine knows it.
    pub(super) fn what_if(&self) -> WhatIf {
        let concurrency = self.concurrency.trim().parse().ok().filter(|at_once: &u32| *at_once > 0);
        WhatIf { concurrency, before: self.before.trim().parse().unwrap_or_default(), ..WhatIf::default() }
    }
}

/// What is to be expected of the next run of a plan, and what such forecasts were worth.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Foreseen {
    /// Past runs that were looked at.
    pub(crate) past_runs: usize,
    /// What is to be expected.
    #[serde(flatten)]
    pub(crate) outlook: Outlook,
    /// Past runs against what would have been forecast for them.
    pub(crate) hindsight: Vec<Hindsight>,
}

/// Plays a plan many times, away from the threads that serve pages; what was played before is not played again.
pub(crate) async fn foreseen(app: &App, plan: &Arc<Plan>, what_if: WhatIf) -> Result<Foreseen, Error> {
    let (store, runbook) = (&**app.engine.store(), &plan.body().runbook);
    let key = Key { plan: plan.digest(), past: Past::mark(store, runbook).await?, what_if };
    if let Some(foreseen) = app.foresight.known(&key) {
        return Ok(foreseen);
    }
    let (past, plan) = (Past::of(store, runbook).await?, Arc::clone(plan));
    let what_if = key.what_if.clone();
    let work = tokio::task::spawn_blocking(move || Foreseen {
        past_runs: past.runs(),
        outlook: outlook(&plan, &past.history(), &what_if),
        hindsight: past.hindsight(&plan, LOOKED_AT),
    });
    let foreseen = work.await.map_err(|why| Error::Internal(why.to_string()))?;
    app.foresight.keep(key, foreseen.clone());
    Ok(foreseen)
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
    /// In words.
    pub(super) fn of(w: Words, plan: &Plan, foreseen: &Foreseen, what_if: &WhatIf) -> Self {
        let seen = &foreseen.outlook;
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
        let hindsight = foreseen.hindsight.iter().map(|it| Seen {
            at: w.moment(it.declared_at),
            p50: it.p50.clock(),
            p90: it.p90.clock(),
            rta: it.rta.clock(),
            error: format!("{}{}", if it.error_ms < 0 { "-" } else { "+" }, Millis(it.error_ms.unsigned_abs()).clock()),
            changed: !it.same_plan,
        });
        Self {
            basis: w.with2("forecast-basis", ("known", seen.units_known), ("units", seen.units)),
            concurrency: what_if.concurrency.unwrap_or(plan.body().limits.run).to_string(),
            before: what_if.before.to_string(),
            rows: std::iter::once(whole).chain(services).collect(),
            hindsight: hindsight.collect(),
        }
    }
}
