//! Every number of a small drill, reckoned by hand.

use super::scene::{Play, at, drill, three_tiers};
use crate::base::{Millis, Text};
use crate::plan::{MarkKind, Mode};
use crate::report::{DeviationKind, GateOutcome, Tier};
use crate::run::{Accounts, Live, Verdict};

fn minutes(minutes: f64) -> Millis {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "small, whole half minutes")]
    Millis((minutes * 60_000.0) as u64)
}

#[test]
fn the_plan_is_late_from_the_event_in_time_from_the_declaration_and_equality_is_met() {
    let report = drill().report(at("12:00:00"));
    let plan = report.plan.recovery;
    assert_eq!((plan.rto, plan.rta), (Some(minutes(30.0)), Some(minutes(33.0))));
    assert_eq!((plan.variance_ms, plan.utilisation), (Some(180_000), Some(1_100)));
    assert_eq!(plan.verdict, Some(Verdict::Exceeded));
    let by_origin: Vec<_> = plan.measures.iter().map(|measure| (measure.rta, measure.verdict)).collect();
    assert_eq!(
        by_origin,
        [
            (Some(minutes(33.0)), Some(Verdict::Exceeded)),
            (Some(minutes(30.0)), Some(Verdict::Met)),
            (Some(minutes(28.0)), Some(Verdict::Met)),
        ]
    );
    assert!(plan.diverges);
    assert_eq!((plan.decision, plan.rta_net), (minutes(6.0), Some(minutes(27.0))));
    assert_eq!(report.plan.planned, minutes(25.0));
    assert_eq!(report.summary.verdict, Some(Verdict::Exceeded));
}

#[test]
fn services_are_judged_by_the_scenario_and_their_business_objective_stands_beside_it() {
    let report = drill().report(at("12:00:00"));
    let [ticket, board] = report.services.as_slice() else { panic!("two services") };
    assert_eq!(ticket.recovery.rta, Some(minutes(33.0)));
    assert_eq!((ticket.recovery.verdict, ticket.recovery.utilisation), (Some(Verdict::Exceeded), Some(1_650)));
    assert!(!ticket.recovery.diverges);
    assert_eq!((board.recovery.rto, board.recovery.rta), (Some(minutes(40.0)), Some(minutes(21.0))));
    assert_eq!((board.recovery.verdict, board.recovery.utilisation), (Some(Verdict::Met), Some(525)));
    assert_eq!(board.recovery.decision, Millis::ZERO);
    let gap = board.exception.as_ref().unwrap();
    assert_eq!((gap.bia_rto, gap.bia_verdict), (Some(minutes(15.0)), Some(Verdict::Exceeded)));
    assert_eq!(report.summary.late_services, ["ticket".parse().unwrap()]);
    let tiers: Vec<_> = report.tiers.iter().map(|line| (&line.tier, line.rta, line.verdict)).collect();
    assert_eq!(tiers[0], (&Tier::Services(1), Some(minutes(33.0)), Some(Verdict::Exceeded)));
    assert_eq!(tiers[1], (&Tier::Services(2), Some(minutes(21.0)), Some(Verdict::Met)));
    assert_eq!(tiers[2], (&Tier::Units("ap".parse().unwrap()), Some(minutes(23.0)), None));
}

#[test]
fn every_unit_s_time_is_booked_without_remainder() {
    let report = drill().report(at("12:00:00"));
    let zero = Accounts::default();
    let expected = [
        ("db", 8.5, Some(Verdict::Met), -90_000, Accounts { exec: minutes(8.0), check: minutes(0.5), ..zero }),
        (
            "ap1",
            9.0,
            Some(Verdict::Exceeded),
            240_000,
            Accounts { exec: minutes(6.0), retry_wait: minutes(1.0), queue: minutes(2.0), ..zero },
        ),
        ("ap2", 7.0, Some(Verdict::Exceeded), 120_000, Accounts { queue: minutes(4.0), exec: minutes(3.0), ..zero }),
        ("go-live", 6.0, Some(Verdict::Exceeded), 60_000, Accounts { gate: minutes(6.0), ..zero }),
        ("web", 4.0, Some(Verdict::Met), -60_000, Accounts { exec: minutes(4.0), ..zero }),
        ("note", 7.0, Some(Verdict::Exceeded), 120_000, Accounts { manual: minutes(7.0), ..zero }),
    ];
    for (unit, (id, took, verdict, variance, accounts)) in report.units.iter().zip(expected) {
        assert_eq!(unit.unit.as_str(), id);
        assert_eq!(unit.elapsed, Some(minutes(took)), "{id}");
        assert_eq!(unit.accounts, accounts, "{id}");
        assert_eq!(unit.accounts.total(), minutes(took), "{id}");
        assert_eq!((unit.verdict, unit.variance_ms), (verdict, Some(variance)), "{id}");
    }
    assert_eq!(report.units[1].attempts, 2);
    let by = report.units[0].recover_by.unwrap();
    assert_eq!((by.after, by.verdict), (Some(minutes(14.0)), Some(Verdict::Met)));
    let run = Accounts {
        queue: minutes(0.5),
        gate: minutes(6.0),
        exec: minutes(20.0),
        manual: minutes(7.0),
        check: minutes(0.5),
        pause: minutes(1.0),
        ..zero
    };
    assert_eq!((report.basis.accounts, report.basis.wall), (run, minutes(35.0)));
    assert_eq!(run.total(), minutes(35.0));
}

#[test]
fn the_actual_path_runs_through_the_slower_application_and_the_gate() {
    let report = drill().report(at("12:00:00"));
    let path: Vec<&str> = report.actual_path.hops.iter().map(|hop| hop.unit.as_str()).collect();
    assert_eq!(path, ["db", "ap1", "go-live", "web"]);
    assert_eq!(report.actual_path.hops[0].gap, minutes(0.5));
    assert!(report.actual_path.hops[1..].iter().all(|hop| hop.gap == Millis::ZERO));
    let slack: Vec<_> = report.units.iter().map(|unit| unit.actual_slack.unwrap()).collect();
    assert_eq!(slack[..5], [Millis::ZERO, Millis::ZERO, minutes(2.0), Millis::ZERO, Millis::ZERO]);
    let planned: Vec<&str> = report.planned_path.units.iter().map(|unit| unit.as_str()).collect();
    assert_eq!(planned, ["db", "ap1", "go-live", "web"]);
}

#[test]
fn compliance_counts_units_and_never_without_coverage() {
    let report = drill().report(at("12:00:00"));
    let units = report.summary.units;
    assert_eq!((units.met, units.exceeded, units.measured(), units.in_scope()), (2, 3, 5, 5));
    assert_eq!((units.compliance(), units.coverage()), (Some(400), Some(1_000)));
    let worst: Vec<_> = report.summary.overruns.iter().map(|over| (over.unit.as_str(), over.over)).collect();
    assert_eq!(worst, [("ap1", minutes(4.0)), ("ap2", minutes(2.0)), ("go-live", minutes(1.0))]);
}

#[test]
fn the_registers_say_who_when_and_why() {
    let report = drill().report(at("12:00:00"));
    let [gate] = report.gates.as_slice() else { panic!("one gate") };
    assert_eq!((gate.opened_at, gate.closed_at), (at("10:23:00"), Some(at("10:29:00"))));
    assert_eq!((gate.wait, gate.outcome), (minutes(6.0), GateOutcome::Approved));
    assert_eq!(gate.overdue_at, Some(at("10:28:00")));
    let voters: Vec<&str> = gate.votes.iter().map(|vote| vote.by.name.as_str()).collect();
    assert_eq!(voters, ["lee", "park"]);
    let [manual] = report.manual.as_slice() else { panic!("one manual step") };
    assert_eq!((manual.wait, manual.evidence.as_str()), (minutes(7.0), "통화 10:39"));
    let kinds: Vec<_> = report.deviations.iter().map(|deviation| deviation.kind.clone()).collect();
    assert_eq!(
        kinds,
        [
            DeviationKind::Pause { lasted: minutes(1.0) },
            DeviationKind::Retry { number: 2 },
            DeviationKind::MarkCorrection { mark: MarkKind::Detect, from: at("10:02:00"), to: at("10:03:00") },
        ]
    );
    assert_eq!(report.deviations[1].reason, Text::plain("ap1: exit code 1; look at its output"));
    assert_eq!(report.faults.len(), 1);
    let engines: Vec<_> = report.engines.iter().map(|engine| (engine.engine.as_str(), engine.silence)).collect();
    assert_eq!(engines, [("engine-a", minutes(0.5)), ("engine-b", minutes(2.0))]);
}

#[test]
fn a_finished_run_gives_the_same_report_whenever_it_is_asked_for() {
    let play = drill();
    assert_eq!(play.report(at("10:40:00")), play.report(at("23:00:00")));
}

#[test]
fn a_changed_row_gives_no_report() {
    let mut play = drill();
    let row = &mut play.rows[20];
    row.event = row.event.replace("ap", "aq");
    let frozen = play.plan.freeze().unwrap();
    let refused =
        crate::report::RunReport::of(super::scene::RUN, &frozen, super::scene::SOURCE, &play.rows, at("12:00:00"));
    assert!(refused.is_err());
}

#[test]
fn a_mock_run_is_simulated_however_fast_it_was() {
    let marks = [(MarkKind::Event, at("10:00:00"))];
    let mut play = Play::declare(three_tiers(), Mode::Mock, "연습", at("10:00:00"), &marks);
    play.adopt(at("10:00:00"), "engine-a", 1);
    play.ends(at("10:01:00"), "db", super::scene::done("played"));
    play.ends(at("10:01:00"), "db", super::scene::done("played"));
    let lee = super::scene::person("lee", &["commander"]);
    play.asks(at("10:02:00"), &lee, crate::run::Request::Abort { reason: "그만".to_owned() });
    play.ends(at("10:02:01"), "ap1", super::scene::failed("ended"));
    let report = play.report(at("12:00:00"));
    assert_eq!(report.summary.verdict, Some(Verdict::Simulated));
    assert_eq!(report.units[0].verdict, Some(Verdict::Simulated));
    assert_eq!((report.summary.units.compliance(), report.summary.units.measured()), (None, 0));
}

#[test]
fn an_open_run_is_forecast_and_its_units_are_watched() {
    let marks = [(MarkKind::Event, at("10:00:00"))];
    let mut play = Play::declare(three_tiers(), Mode::Drill, "훈련", at("10:00:00"), &marks);
    play.adopt(at("10:00:00"), "engine-a", 1);
    let live = |minute: &str| {
        let report = play.report(at(minute));
        (report.units[0].live, report.plan.recovery.live, report.plan.recovery.forecast_at)
    };
    // 25 minutes of targets are left, then 20 of them, 16, and never less than a tenth of the target that runs.
    assert_eq!(live("10:00:00"), (Some(Live::OnTrack), Some(Live::OnTrack), Some(at("10:25:00"))));
    assert_eq!(live("10:08:00"), (Some(Live::AtRisk), Some(Live::OnTrack), Some(at("10:25:00"))));
    assert_eq!(live("10:10:00"), (Some(Live::AtRisk), Some(Live::OnTrack), Some(at("10:26:00"))));
    assert_eq!(live("10:14:00"), (Some(Live::Breached), Some(Live::OnTrack), Some(at("10:30:00"))));
    assert_eq!(live("10:14:01"), (Some(Live::Breached), Some(Live::AtRisk), Some(at("10:30:01"))));
    assert_eq!(live("10:30:01"), (Some(Live::Breached), Some(Live::Breached), Some(at("10:46:01"))));
    assert!(play.report(at("10:14:00")).cover.interim);
}

#[test]
fn a_service_whose_unit_was_skipped_is_not_measured_and_one_vouched_for_is() {
    let lee = super::scene::person("lee", &["commander"]);
    let marks = [(MarkKind::Event, at("10:00:00"))];
    let mut play = Play::declare(three_tiers(), Mode::Real, "재해", at("10:00:00"), &marks);
    play.adopt(at("10:00:00"), "engine-a", 1);
    play.ends(at("10:01:00"), "db", super::scene::done("exit 0"));
    play.ends(at("10:02:00"), "db", super::scene::done("open"));
    play.ends(at("10:03:00"), "ap1", super::scene::failed("one"));
    play.ends(at("10:03:30"), "ap2", super::scene::failed("down"));
    play.input(at("10:04:00"), crate::run::Input::Tick);
    play.ends(at("10:05:00"), "ap1", super::scene::failed("two"));
    let failed = play.report(at("10:05:00"));
    assert_eq!(failed.summary.verdict, Some(Verdict::NotRecovered));
    let attest = crate::run::Request::Attest { unit: "ap1".parse().unwrap(), evidence: "수동 기동".to_owned() };
    play.asks(at("10:06:00"), &lee, attest);
    let skip = crate::run::Request::Skip { unit: "ap2".parse().unwrap(), reason: "후순위".to_owned() };
    play.asks(at("10:07:00"), &lee, skip);
    let report = play.report(at("10:07:00"));
    assert_eq!(report.units[1].verdict, Some(Verdict::Met));
    assert_eq!(report.units[1].elapsed, Some(minutes(4.0)));
    assert_eq!(report.units[2].verdict, Some(Verdict::NotMeasured));
    assert_eq!(report.services[1].recovery.verdict, Some(Verdict::NotMeasured));
    assert_eq!(report.services[0].recovery.verdict, None);
}
