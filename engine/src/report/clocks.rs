//! Clocks beside the engine's: how far off each of them was, as the journal has it, and what that leaves of a verdict.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::registers::{Attempt, EngineChange};
use crate::base::{Millis, TargetName, Timestamp};
use crate::inventory::LOCAL;
use crate::plan::{Action, Change, Mode, Plan, Probe};
use crate::run::{ClockBy, ClockOffset, HostClock, Purpose, Reading};

/// What is known of the clocks of a run.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Clocks {
    /// Hosts whose clock was read, by name.
    pub hosts: Vec<ClockLine>,
    /// Hosts that the run went to, or whose data it measured, and whose clock was never read, by name.
    pub unmeasured: Vec<TargetName>,
    /// How far the clocks of two engines that held the run can be apart, by what each of them read of the store's clock; `None`
    /// where only one held it.
    #[serde(rename = "engines_apart_ms")]
    pub engines_apart: Option<Millis>,
}

/// The clock of one host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClockLine {
    /// Whose.
    pub host: TargetName,
    /// How far it was ahead of the engine's: what all readings allow; where they contradict each other, what any of them does.
    #[serde(flatten)]
    pub offset: ClockOffset,
    /// How often it was read.
    pub readings: u32,
    /// When first, by the engine's clock.
    pub first_at: Timestamp,
    /// When last.
    pub last_at: Timestamp,
    /// What was asked.
    pub by: BTreeSet<ClockBy>,
    /// Its readings contradict each other: it was set during the run, or ran away.
    pub drifted: bool,
    /// Instants of this clock are to be taken with care.
    pub matters: bool,
}

/// How far a measured time may be wrong because clocks differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ClockError {
    /// The most by which it may be.
    #[serde(rename = "error_ms")]
    pub error: Millis,
    /// The objective is closer than that: the verdict may be another one.
    pub within: bool,
}

impl ClockError {
    /// Of a time that was measured against an objective.
    pub(super) fn of(error: Millis, measured: Option<Millis>, objective: Option<Millis>) -> Self {
        let close = measured.zip(objective).map(|(measured, objective)| measured.0.abs_diff(objective.0));
        Self { error, within: close.is_some_and(|close| close < error.0) }
    }
}

/// The readings of one clock, on the way to its line.
#[derive(Debug)]
struct Gathered {
    all: Option<ClockOffset>,
    any: ClockOffset,
    readings: u32,
    first_at: Timestamp,
    last_at: Timestamp,
    by: BTreeSet<ClockBy>,
}

/// All readings, gathered while the journal is read.
#[derive(Debug, Default)]
pub(super) struct Readings(BTreeMap<TargetName, Gathered>);

impl Readings {
    pub(super) fn take(&mut self, read: &HostClock) {
        let (at, offset) = (read.at, read.offset);
        let fresh =
            || Gathered { all: Some(offset), any: offset, readings: 0, first_at: at, last_at: at, by: BTreeSet::new() };
        let known = self.0.entry(read.host.clone()).or_insert_with(fresh);
        known.all = known.all.and_then(|all| all.and(offset));
        known.any = known.any.or(offset);
        known.readings += 1;
        (known.first_at, known.last_at) = (known.first_at.min(at), known.last_at.max(at));
        known.by.insert(read.by);
    }

    fn line((host, known): (TargetName, Gathered)) -> ClockLine {
        let offset = known.all.unwrap_or(known.any);
        ClockLine {
            host,
            offset,
            readings: known.readings,
            first_at: known.first_at,
            last_at: known.last_at,
            by: known.by,
            drifted: known.all.is_none(),
            matters: offset.matters(),
        }
    }
}

impl Clocks {
    /// `None` where nobody's clock could have been off: of a run that went nowhere, or that was played.
    pub(super) fn of(
        plan: &Plan,
        mode: Mode,
        readings: Readings,
        attempts: &[Attempt],
        engines: &[EngineChange],
    ) -> Option<Self> {
        let hosts: Vec<ClockLine> = readings.0.into_iter().map(Readings::line).collect();
        let known: BTreeSet<&TargetName> = hosts.iter().map(|line| &line.host).collect();
        let unmeasured = if mode == Mode::Mock { BTreeSet::new() } else { gone_to(plan, attempts) };
        let unmeasured: Vec<TargetName> =
            unmeasured.into_iter().filter(|host| !known.contains(host)).cloned().collect();
        let clocks = Self { hosts, unmeasured, engines_apart: engines_apart(engines) };
        (clocks != Self::default()).then_some(clocks)
    }

    /// The line of a host.
    pub fn host(&self, host: &TargetName) -> Option<&ClockLine> {
        self.hosts.iter().find(|line| line.host == *host)
    }

    /// The most by which an instant of a link's source can be wrong against one of the engine's; `None` where nobody asked.
    pub(super) fn of_reading(&self, reading: &Reading) -> Option<Millis> {
        let own = reading.clock().or_else(|| Some(self.host(reading.source.as_ref()?)?.offset));
        Some(own?.worst() + self.engines_apart.unwrap_or_default())
    }
}

/// The hosts whose clocks may stand behind an instant: those that attempts ran commands on or asked a database of, and
/// both ends of the links that were measured.
fn gone_to<'p>(plan: &'p Plan, attempts: &[Attempt]) -> BTreeSet<&'p TargetName> {
    let mut hosts = BTreeSet::new();
    let mut seen = BTreeSet::new();
    for made in attempts {
        if !seen.insert((&made.unit, made.step, made.purpose == Purpose::Act)) {
            continue;
        }
        let Some(step) = plan.find(&made.unit).and_then(|ix| plan.unit(ix).step(made.step)) else { continue };
        match (made.purpose, &step.action) {
            (Purpose::Probe, _) => hosts.extend(step.already_done.as_ref().and_then(of_probe)),
            (Purpose::Act, Action::Command(command)) => hosts.extend(&command.on),
            (Purpose::Act, Action::Look(look)) => hosts.extend(look.on()),
            (Purpose::Act, Action::Change(Change::Sql(sql))) => hosts.extend(&sql.on),
            (Purpose::Act, Action::Check(check)) => {
                hosts.extend(of_probe(&check.probe));
                hosts.extend(check.from.iter().flat_map(|from| &from.points));
            }
            (Purpose::Act, _) => {}
        }
        let measured = step.action.replication().filter(|_| made.purpose == Purpose::Act);
        if let Some((it, link)) = measured.and_then(|it| Some((it, plan.body().bound.links.get(&it.link)?))) {
            hosts.extend(&link.source);
            hosts.extend(it.standby.as_ref().or(link.standbys.first()));
        }
    }
    hosts.retain(|host| host.as_str() != LOCAL);
    hosts
}

fn of_probe(probe: &Probe) -> Option<&TargetName> {
    match probe {
        Probe::Command(command) => command.on.as_ref(),
        Probe::Look(look) => look.on(),
        Probe::Http(_) | Probe::Tcp(_) => None,
    }
}

/// Whether engines on different machines held a run of which one did not say how far its clock is from the store's.
pub(super) fn cannot_be_compared(engines: &[EngineChange]) -> bool {
    let machines: BTreeSet<&str> = engines.iter().map(machine).collect();
    machines.len() > 1 && engines.iter().any(|engine| engine.clock.is_none())
}

/// An engine is named after its machine and its process; processes of one machine share its clock.
fn machine(engine: &EngineChange) -> &str {
    engine.engine.rsplit_once('/').map_or(&engine.engine, |(machine, _)| machine)
}

/// Of each two engines, how far their clocks can be apart: the most of all.
fn engines_apart(engines: &[EngineChange]) -> Option<Millis> {
    let mut own: BTreeMap<&str, ClockOffset> = BTreeMap::new();
    for (machine, clock) in engines.iter().filter_map(|engine| Some((machine(engine), engine.clock?))) {
        own.entry(machine).and_modify(|known| *known = known.or(clock)).or_insert(clock);
    }
    let own: Vec<ClockOffset> = own.into_values().collect();
    let pairs = own.iter().enumerate().flat_map(|(at, one)| own.iter().skip(at + 1).map(|other| one.apart(*other)));
    pairs.max()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(at: i64, offset: i64, doubt: u64) -> HostClock {
        let offset = ClockOffset { offset, doubt: Millis(doubt) };
        HostClock { host: "db".parse().unwrap(), at: Timestamp(at), by: ClockBy::Ssh, offset }
    }

    fn line(readings: &[HostClock]) -> ClockLine {
        let mut gathered = Readings::default();
        for reading in readings {
            gathered.take(reading);
        }
        gathered.0.into_iter().map(Readings::line).next().unwrap()
    }

    #[test]
    fn readings_that_agree_narrow_each_other_and_those_that_do_not_show_a_clock_that_was_set() {
        let agreed = line(&[read(1, 100, 40), read(3, 130, 30), read(2, 90, 60)]);
        assert_eq!((agreed.offset.least(), agreed.offset.most(), agreed.drifted), (100, 140, false));
        assert_eq!((agreed.readings, agreed.first_at, agreed.last_at), (3, Timestamp(1), Timestamp(3)));
        let set = line(&[read(1, 5_000, 40), read(2, 10, 40), read(3, 0, 9_000)]);
        assert_eq!((set.offset.least(), set.offset.most(), set.drifted, set.matters), (-9_000, 9_000, true, true));
    }

    #[test]
    fn a_verdict_is_within_the_error_only_where_the_objective_is_closer_than_that() {
        let within = |measured| ClockError::of(Millis(100), Some(Millis(measured)), Some(Millis(1_000))).within;
        assert!(within(901) && within(1_000) && within(1_099));
        assert!(!within(900) && !within(1_100));
        assert!(!ClockError::of(Millis(100), None, Some(Millis(1_000))).within);
    }

    #[test]
    fn engines_are_apart_by_what_each_of_them_read_of_the_stores_clock() {
        let held = |engine: &str, clock: Option<(i64, u64)>| EngineChange {
            seq: 1,
            at: Timestamp(0),
            engine: engine.to_owned(),
            token: 1,
            clock: clock.map(|(offset, doubt)| ClockOffset { offset, doubt: Millis(doubt) }),
            silence: Millis::ZERO,
        };
        assert_eq!(engines_apart(&[held("a/1", Some((3, 2))), held("a/2", Some((900, 2)))]), None);
        let silent = [held("a", Some((3, 2))), held("b", None)];
        assert_eq!(engines_apart(&silent), None);
        assert!(cannot_be_compared(&silent) && !cannot_be_compared(&silent[..1]));
        let three = [held("a", Some((3, 2))), held("b", Some((-40, 5))), held("c", Some((10, 1)))];
        assert_eq!(engines_apart(&three), Some(Millis(56)));
    }
}
