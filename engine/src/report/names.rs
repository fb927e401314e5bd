//! What units, steps, services and instants are called in a sentence, by who tells it.

use std::collections::HashMap;

use super::RunReport;
use super::words::pick;
use crate::base::{Lang, ServiceId, Text, Timestamp, UnitId};
use crate::plan::Plan;
use crate::run::StepIx;

/// Names for people. What has none is called by its id or its place.
pub trait Names {
    /// A unit.
    fn unit(&self, unit: &UnitId, lang: Lang) -> String;
    /// A step of a unit.
    fn step(&self, unit: &UnitId, step: StepIx, lang: Lang) -> String;
    /// A service.
    fn service(&self, service: &ServiceId, lang: Lang) -> String;
    /// An instant.
    fn instant(&self, at: Timestamp) -> String;
}

/// On a screen: to the second.
impl Names for Plan {
    fn unit(&self, unit: &UnitId, lang: Lang) -> String {
        let title = self.find(unit).map(|ix| self.unit(ix).title.get(lang));
        title.map_or_else(|| unit.to_string(), str::to_owned)
    }

    fn step(&self, unit: &UnitId, step: StepIx, lang: Lang) -> String {
        let found = self.find(unit).and_then(|ix| self.unit(ix).step(step));
        found.map_or_else(|| place(step, lang), |step| step.title.get(lang).to_owned())
    }

    fn service(&self, service: &ServiceId, lang: Lang) -> String {
        let known = self.body().services.iter().find(|known| known.id == *service);
        known.map_or_else(|| service.to_string(), |known| known.title.get(lang).to_owned())
    }

    fn instant(&self, at: Timestamp) -> String {
        at.in_seoul().get(..19).unwrap_or_default().to_owned()
    }
}

/// The names that a report holds. On paper: instants to the millisecond and with their offset.
#[derive(Debug)]
pub(super) struct Named<'a> {
    units: HashMap<&'a UnitId, &'a Text>,
    steps: HashMap<(&'a UnitId, StepIx), &'a Text>,
    services: HashMap<&'a ServiceId, &'a Text>,
}

impl<'a> Named<'a> {
    pub(super) fn of(report: &'a RunReport) -> Self {
        Self {
            units: report.units.iter().map(|line| (&line.unit, &line.title)).collect(),
            steps: report.attempts.iter().map(|attempt| ((&attempt.unit, attempt.step), &attempt.title)).collect(),
            services: report.services.iter().map(|line| (&line.service, &line.title)).collect(),
        }
    }
}

impl Names for Named<'_> {
    fn unit(&self, unit: &UnitId, lang: Lang) -> String {
        self.units.get(unit).map_or_else(|| unit.to_string(), |title| title.get(lang).to_owned())
    }

    fn step(&self, unit: &UnitId, step: StepIx, lang: Lang) -> String {
        self.steps.get(&(unit, step)).map_or_else(|| place(step, lang), |title| title.get(lang).to_owned())
    }

    fn service(&self, service: &ServiceId, lang: Lang) -> String {
        self.services.get(service).map_or_else(|| service.to_string(), |title| title.get(lang).to_owned())
    }

    fn instant(&self, at: Timestamp) -> String {
        at.in_seoul()
    }
}

/// A step without a name. Steps are counted from 1 for people.
fn place(step: StepIx, lang: Lang) -> String {
    format!("{}{}", pick(lang, "단계 ", "step "), u32::from(step) + 1)
}
