//! Whatever happens to a run, its report's numbers follow from its events.

use proptest::prelude::*;

use super::naive::agrees;
use super::scene::{LANGS, Play, at, done, failed, person, three_tiers};
use crate::base::{Millis, Text, Timestamp};
use crate::plan::{MarkKind, Mode};
use crate::report::names::Named;
use crate::report::{Aside, markdown, phrase};
use crate::run::{Ballot, Input, ManualResult, Outcome, Request, Seen};

const UNITS: [&str; 6] = ["db", "ap1", "ap2", "go-live", "web", "note"];

/// One thing that happens: what, to which unit, after how many milliseconds.
type Happening = (u8, u8, u32);

fn happens(play: &mut Play, now: Timestamp, (what, which, _): Happening) {
    let lee = person("lee", &["commander"]);
    let park = person("park", &["business-owner"]);
    let unit = UNITS[usize::from(which) % UNITS.len()];
    let id = unit.parse::<crate::base::UnitId>().unwrap();
    let reason = || "because".to_owned();
    let flight = play.state.flights().next().map(|(ix, _)| play.plan.unit(ix).id.to_string());
    match what {
        0..=7 => match flight {
            Some(unit) => play.ends(now, &unit, done("exit 0")),
            None => drop(play.input(now, Input::Tick)),
        },
        8..=9 => match flight {
            Some(unit) => play.ends(now, &unit, failed("no")),
            None => drop(play.input(now, Input::Tick)),
        },
        10 => {
            let unknown = Outcome::Unknown { why: Text::plain("gone"), seen: Seen::default() };
            match flight {
                Some(unit) => play.ends(now, &unit, unknown),
                None => play.late(now, unit, 99, unknown),
            }
        }
        11 => drop(play.input(now, Input::Tick)),
        12 if which % 3 == 0 => play.tries(now, &lee, Request::ExerciseHold { reason: reason() }),
        12 => play.tries(now, &lee, Request::Pause { reason: reason() }),
        13..=14 => play.tries(now, &lee, Request::Resume),
        15 => play.adopt(now, "engine-b", 2),
        16 => play.tries(now, &lee, Request::Skip { unit: id, reason: reason() }),
        17 => play.tries(now, &lee, Request::Attest { unit: id, evidence: reason() }),
        18 => play.tries(now, &lee, Request::RetryStep { unit: id }),
        19 => play.tries(now, &lee, Request::RetryUnit { unit: id }),
        20 => play.tries(now, &lee, Request::Rerun { unit: id, downstream: which % 2 == 0, reason: reason() }),
        21 => play.tries(now, &lee, Request::Stop { unit: id, reason: reason() }),
        22..=25 => {
            let ix = play.plan.find(&"go-live".parse::<crate::base::UnitId>().unwrap()).unwrap();
            let Some(digest) = play.state.unit(ix).gate.as_ref().map(|gate| gate.digest) else { return };
            let unit = "go-live".parse().unwrap();
            let who = if what % 2 == 0 { &lee } else { &park };
            play.tries(
                now,
                who,
                Request::Vote { unit, ballot: Box::new(Ballot::new(which % 8 != 0, reason(), digest)) },
            );
        }
        26..=27 => {
            let unit = "note".parse().unwrap();
            let result = if which % 4 == 0 { ManualResult::Failed } else { ManualResult::Done };
            play.tries(now, &lee, Request::complete_manual(unit, result, reason()));
        }
        28 => {
            let back = Timestamp(now.0 - i64::from(which) * 1_000);
            play.tries(now, &lee, Request::SetMark { mark: MarkKind::Detect, at: back, reason: reason() });
        }
        _ if which % 8 == 0 => play.tries(now, &lee, Request::Abort { reason: reason() }),
        _ => drop(play.input(now, Input::Tick)),
    }
}

/// A run to which all that happens, and the instant of its report.
fn played(happenings: Vec<Happening>) -> (Play, Timestamp) {
    let marks = [(MarkKind::Event, at("10:00:00")), (MarkKind::Declare, at("10:05:00"))];
    let mut play = Play::declare(three_tiers(), Mode::Drill, "random", at("10:05:00"), &marks);
    let mut now = at("10:05:01");
    play.adopt(now, "engine-a", 1);
    for happening in happenings {
        now = now.plus(Millis(happening.2.into()));
        happens(&mut play, now, happening);
    }
    (play, now.plus(Millis(1_234)))
}

fn anything() -> impl Strategy<Value = Vec<Happening>> {
    prop::collection::vec((0_u8..30, any::<u8>(), 0_u32..90_000), 0..80)
}

proptest! {
    #[test]
    fn numbers_follow_from_events(happenings in anything()) {
        let (play, now) = played(happenings);
        let report = play.report(now);
        agrees(&report, &play.rows);
        for gate in &report.gates {
            prop_assert!(gate.closed_at.is_none_or(|closed| closed >= gate.opened_at));
        }
        let plan = report.plan.recovery;
        prop_assert_eq!(plan.rta_net, plan.rta.map(|rta| rta.saturating_sub(plan.decision)));
        let path = report.actual_path.hops;
        prop_assert!(path.windows(2).all(|pair| pair[0].ready_at <= pair[1].eligible_at));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]
    #[test]
    fn every_event_has_its_words_in_both_languages(happenings in anything()) {
        let (play, now) = played(happenings);
        let report = play.report(now);
        let names = Named::of(&report);
        for lang in LANGS {
            prop_assert!(report.timeline.iter().all(|entry| !phrase(&entry.event, &names, lang).is_empty()));
            let rows = format!("| {} | ", report.timeline.len());
            prop_assert!(report.timeline.len() > 2_000 || markdown(&report, &Aside::default(), lang).contains(&rows));
        }
    }
}
