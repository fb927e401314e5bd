//! What each of them is known for.

use engine::base::{Lang, Millis, Text};
use engine::plan::{Action, Plan};
use engine::runbook::human;

use crate::shipped::{compiled, files, sample};

/// Length of the critical path in minutes, and the codes that are meant to be found.
const PROMISES: [(&str, u64, &[&str]); 26] = [
    ("aws-region-failover", 62, &[]),
    ("backup-verification", 100, &[]),
    ("bank-center-switch", 147, &[]),
    ("batch-deploy-branch", 15, &[]),
    ("component-failure", 24, &[]),
    ("config-restore", 50, &[]),
    ("contact-tree-test", 61, &[]),
    ("daily-inspection", 60, &[]),
    ("drill-annual", 930, &[]),
    ("drill-monthly", 155, &[]),
    ("drill-quarterly", 170, &[]),
    ("drill-semiannual", 155, &[]),
    ("failback-to-primary", 105, &[]),
    ("freshservice-fast-lane", 15, &[]),
    ("freshservice-site-failover", 40, &["L31", "L31"]),
    ("full-site-loss-72h", 48 * 60, &[]),
    ("full-system-rebuild", 19 * 60 + 45, &[]),
    ("gantt-region-switch", 155, &[]),
    ("incident-response", 55, &[]),
    ("ipl-restart", 185, &[]),
    ("mysql-failover-vip", 14, &[]),
    ("pg-3tier-standby-promotion", 20, &[]),
    ("ransomware-recovery", 40 * 60 + 30, &[]),
    ("sqlserver-pitr", 210, &[]),
    ("vm-snapshot-restore", 54, &[]),
    ("web-cluster-failure", 9, &[]),
];

fn plan(path: &std::path::Path) -> Plan {
    let (source, compiled) = compiled(path);
    compiled.plan.unwrap_or_else(|| panic!("{}", human(&source, &compiled.diagnostics, Lang::En, false)))
}

#[test]
fn the_bank_has_sixty_units_in_eight_functions_and_five_stages() {
    let plan = plan(&sample("bank-center-switch"));
    assert_eq!((plan.units().len(), plan.body().services.len(), plan.body().stages.len()), (60, 8, 5));
}

#[test]
fn samples_have_the_intended_findings_and_no_others() {
    let files = files("samples");
    assert_eq!(files.len(), PROMISES.len());
    for (path, (name, _, codes)) in files.iter().zip(PROMISES) {
        let (source, compiled) = compiled(path);
        let found: Vec<_> = compiled.diagnostics.iter().map(|found| found.code.id()).collect();
        assert_eq!(found, codes, "{name}\n{}", human(&source, &compiled.diagnostics, Lang::En, false));
        assert_eq!(compiled.plan.unwrap().body().runbook.as_str(), name, "{}", path.display());
    }
}

#[test]
fn samples_have_the_critical_paths_they_are_known_for() {
    for (path, (name, minutes, _)) in files("samples").iter().zip(PROMISES) {
        assert_eq!(plan(path).schedule().length(), Millis::minutes(minutes), "{name}");
    }
}

#[test]
fn the_site_failover_has_the_slack_that_its_phases_leave() {
    let plan = plan(&sample("freshservice-site-failover"));
    let slack = |unit: &str| plan.schedule().span(plan.find(&unit.parse().unwrap()).unwrap()).slack();
    assert_eq!(slack("files"), Millis::minutes(1));
    assert_eq!(slack("dr-net"), Millis::minutes(3));
    assert_eq!(slack("db-restore"), Millis::ZERO);
}

#[test]
fn the_demonstration_compiles_without_a_word_and_lasts_less_than_half_a_minute_besides_its_gate() {
    let [path] = &files("demo")[..] else { panic!("one runbook is the demonstration") };
    let (source, compiled) = compiled(path);
    assert!(compiled.diagnostics.is_empty(), "{}", human(&source, &compiled.diagnostics, Lang::En, false));
    let plan = compiled.plan.unwrap();
    let gate = plan.units().iter().find(|unit| matches!(unit.steps[0].action, Action::Gate(_))).unwrap();
    let besides = plan.schedule().length().saturating_sub(gate.target.unwrap());
    assert!(besides < Millis(30_000), "{besides}");
}

#[test]
fn everything_that_people_read_is_in_both_languages() {
    for path in files("samples").iter().chain(&files("demo")) {
        let plan = plan(path);
        let body = plan.body();
        let mut texts: Vec<(&str, &Text)> =
            vec![("runbook", &body.title), ("runbook", body.description.as_ref().unwrap())];
        texts.extend(body.inputs.iter().map(|input| (input.name.as_str(), &input.title)));
        texts.extend(body.services.iter().map(|service| (service.id.as_str(), &service.title)));
        texts.extend(body.units.iter().map(|unit| (unit.id.as_str(), &unit.title)));
        for unit in &body.units {
            for step in &unit.steps {
                match &step.action {
                    Action::Gate(gate) => texts.push((unit.id.as_str(), &gate.question)),
                    Action::Manual(manual) => texts.push((unit.id.as_str(), &manual.instruction)),
                    Action::Decision(decision) => {
                        texts.extend(decision.branches.iter().map(|branch| (unit.id.as_str(), &branch.title)));
                    }
                    Action::Command(_)
                    | Action::Http(_)
                    | Action::Tcp(_)
                    | Action::Look(_)
                    | Action::Change(_)
                    | Action::Check(_)
                    | Action::Wait(_)
                    | Action::Until(_)
                    | Action::Mark(_)
                    | Action::Link(_) => {}
                }
            }
        }
        for (of, text) in texts {
            let (ko, en) = (text.get(Lang::Ko), text.get(Lang::En));
            assert!(ko != en, "{}: {of}: {ko:?} in both languages", path.display());
            assert!(en.is_ascii(), "{}: {of}: {en:?}", path.display());
        }
    }
}
