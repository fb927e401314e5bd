//! One look at a run, and the parts that are made of it.

use askama::Template;
use engine::base::{Millis, RunId, Timestamp};
use engine::executor::Trouble;
use engine::forecast::Prospects;
use engine::plan::{Plan, UnitIx};
use engine::run::{Event, Forecast, Live, State, UnitTiming};

use super::{Output, marks, pictures, stages, timeline, units, wall};
use crate::i18n::Words;

/// Everything that the parts are made of.
#[derive(Debug)]
pub struct Scene<'a> {
    /// The language.
    pub w: Words,
    /// The run.
    pub run: RunId,
    /// Its plan.
    pub plan: &'a Plan,
    /// Where it stands.
    pub state: &'a State,
    /// The instant of the look.
    pub now: Timestamp,
    /// Since when nothing newer is known, if so.
    pub stale_since: Option<Timestamp>,
    /// What keeps this process from recording anything, if something does.
    pub trouble: Option<&'a Trouble>,
    /// What past runs tell of this one.
    pub prospects: Option<&'a Prospects>,
    /// The last events, oldest first.
    pub events: &'a [(Timestamp, Event)],
    /// Output of attempts that are at work or went wrong.
    pub outputs: &'a [Output],
}

/// A part of the page: the id of the element that holds it, and what is in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The id of the element.
    pub id: &'static str,
    /// HTML.
    pub html: String,
}

impl Scene<'_> {
    /// All parts, in the order of the page.
    pub fn parts(&self) -> Result<Vec<Part>, askama::Error> {
        let forecast = Forecast::of(self.plan, self.state, self.now);
        let timings: Vec<UnitTiming> =
            self.plan.unit_ixs().map(|ix| UnitTiming::of(self.plan, self.state, ix, self.now)).collect();
        let part = |id, html: Result<String, askama::Error>| html.map(|html| Part { id, html });
        Ok(vec![
            part("wall", wall::Wall::of(self, &forecast, &timings).render())?,
            part("marks", marks::Marks::of(self).render())?,
            part("stages", stages::Stages::of(self).render())?,
            part("dag", pictures::dag(self, &timings).render())?,
            part("gantt", pictures::gantt(self, &timings).render())?,
            part("units", units::Units::of(self, &timings).render())?,
            part("output", super::output::Outputs::of(self).render())?,
            part("timeline", timeline::Timeline::of(self).render())?,
        ])
    }

    /// What the run asks of people, in a word: when it changes, everybody fetches the acting forms anew.
    pub fn asks_key(&self) -> String {
        use std::fmt::Write as _;
        let settings: usize = self.state.marks().iter().map(|(_, settings)| settings.len()).sum();
        let mut key = format!("{} {settings}", self.state.status().keyword());
        for ix in self.plan.unit_ixs() {
            let unit = self.state.unit(ix);
            if unit.state.awaits_person() || unit.state.is_stuck() {
                let votes = unit.gate.as_ref().map_or(0, |gate| gate.votes.len());
                let overdue = unit.gate.as_ref().is_some_and(|gate| gate.overdue);
                let _ = write!(key, " {}:{}:{}:{votes}:{overdue}", ix.0, unit.state.keyword(), unit.step);
            }
        }
        key
    }

    /// From the run's declaration, the zero of its pictures.
    pub(super) fn offset(&self, at: Timestamp) -> Millis {
        at.since(self.state.declared_at())
    }

    /// Whether time passes by itself between two looks. Simulated time jumps, and that of an exercise that is held stands.
    pub(super) fn ticks(&self) -> bool {
        self.state.header().simulation.is_none() && !self.state.exclusions().is_open()
    }

    /// The name of a unit.
    pub(super) fn name(&self, ix: UnitIx) -> &str {
        self.w.text(&self.plan.unit(ix).title)
    }
}

/// Whether a time that still runs gives cause for worry.
pub(super) fn is_risky(live: Option<Live>) -> bool {
    matches!(live, Some(Live::AtRisk | Live::Breached))
}
