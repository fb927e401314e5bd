//! The worked example, number by number, and in the words of its renderings.

use engine::base::{Lang, Millis};
use engine::report::{Aside, json, markdown};
use engine::run::Verdict;

use harness::r1::r1;

#[test]
fn it_is_eight_minutes_late_of_which_six_were_spent_deciding() {
    let report = r1();
    let plan = report.plan.recovery;
    assert_eq!((plan.rto, plan.rta), (Some(Millis::minutes(40)), Some(Millis::minutes(48))));
    assert_eq!((plan.variance_ms, plan.utilisation), (Some(480_000), Some(1_200)));
    assert_eq!((plan.decision, plan.rta_net), (Millis::minutes(6), Some(Millis::minutes(42))));
    assert_eq!((plan.verdict, report.summary.verdict), (Some(Verdict::Exceeded), Some(Verdict::Exceeded)));
    assert_eq!(report.plan.planned, Millis::minutes(40));
    let late: Vec<&str> = report.summary.late_services.iter().map(|service| service.as_str()).collect();
    assert_eq!(late, ["auth", "ticket"]);
    for service in &report.services[..2] {
        let gap = service.exception.as_ref().unwrap();
        assert_eq!((service.recovery.rto, gap.bia_rto), (Some(Millis::minutes(40)), Some(Millis::minutes(15))));
        assert_eq!((service.recovery.verdict, gap.bia_verdict), (Some(Verdict::Exceeded), Some(Verdict::Exceeded)));
    }
    assert_eq!((report.summary.services.coverage(), report.summary.units.coverage()), (Some(1_000), Some(1_000)));
}

#[test]
fn the_units_that_made_it_late_are_named_with_what_they_took() {
    let report = r1();
    let over: Vec<_> = report.summary.overruns.iter().map(|over| (over.unit.as_str(), over.over)).collect();
    assert_eq!(over, [("dns", Millis::minutes(6)), ("db-restore", Millis::minutes(2))]);
    for unit in &report.units {
        assert_eq!(unit.elapsed, Some(unit.accounts.total()), "{}", unit.unit);
    }
}

#[test]
fn the_golden_report_in_text() {
    let report = r1();
    insta::assert_snapshot!("r1.ko.md", markdown(&report, &Aside::default(), Lang::Ko));
    insta::assert_snapshot!("r1.en.md", markdown(&report, &Aside::default(), Lang::En));
    insta::assert_snapshot!("r1.json", json(&report).unwrap());
}

#[test]
fn the_golden_report_as_a_page_says_the_same() {
    let report = r1();
    for (lang, words) in [
        (Lang::Ko, ["+8:00", "120%", "초과", "42:00", "수용한 위험"]),
        (Lang::En, ["+8:00", "120%", "exceeded", "42:00", "Accepted risks"]),
    ] {
        let page = relight::report::html(&report, &Aside::default(), lang).unwrap();
        for word in words {
            assert!(page.contains(word), "{word}");
        }
    }
}
