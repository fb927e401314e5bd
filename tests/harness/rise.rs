//! A drill in which the capacity of a tier comes back in steps, on hosts of whose clocks one is off and one was never read.

use engine::base::{Lang, Millis, Timestamp};
use engine::plan::Mode;
use engine::report::{Aside, Document, RunReport};
use engine::run::{ClockBy, ClockOffset, HostClock};

use crate::play::{Play, at};

const RUNBOOK: &str = "
runbook: web-tier
title: {ko: 웹 계층 복구, en: Web tier recovery}
objectives:
  rto: 20m
  clock: event
  min_capacity: 80%
  capacity: [{reach: 25%, within: 8m}, {reach: 50%, within: 15m}, {reach: 100%, within: 40m}]
units:
  web1: {target: 5m, capacity: 25%, on: web1, run: [{command: start}]}
  web2: {target: 5m, capacity: 25%, on: web2, run: [{command: start}]}
  web3: {target: 9m, capacity: 30%, on: web3, run: [{command: start}]}
  web4: {target: 20m, capacity: 20%, rto: exclude, on: web4, run: [{command: start}]}
";

fn read(host: &str, when: Timestamp, offset: i64, doubt: u64) -> Vec<HostClock> {
    let offset = ClockOffset { offset, doubt: Millis(doubt) };
    vec![HostClock { host: host.parse().unwrap(), at: when, by: ClockBy::Ssh, offset }]
}

/// The drill, to its end.
pub fn play() -> Play {
    let mut play = Play::declare(RUNBOOK, Mode::Drill, "정기 훈련");
    let ends = [("10:09:00", "web1", 12, 9), ("10:12:30", "web2", 4_211, 30), ("10:18:30", "web3", -640, 380)];
    for (when, unit, offset, doubt) in ends {
        play.ends_on(at(when), unit, read(unit, at(when), offset, doubt));
    }
    play.ends(at("10:36:00"), "web4", None);
    play
}

/// Its report.
pub fn report() -> RunReport {
    play().report()
}

/// The document of that in one language.
pub fn document(lang: Lang) -> Document {
    Document::of(&report(), &Aside::default(), lang)
}
