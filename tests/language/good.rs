//! Runbooks that are right.

use engine::base::Lang;
use engine::plan::{Action, CommandLine, EnvValue, compile};
use engine::runbook::human;

use crate::harness_files::corpus;

#[test]
fn good_runbooks_compile_without_a_word() {
    for (name, source) in corpus("good") {
        let compiled = compile(&source);
        let findings: Vec<_> =
            compiled.diagnostics.iter().filter(|found| found.severity() != engine::runbook::Severity::Note).collect();
        assert!(findings.is_empty(), "{name}:\n{}", human(&source, &compiled.diagnostics, Lang::En, false));
        assert!(compiled.plan.is_some(), "{name}");
    }
}

#[test]
fn texts_arrive_exactly_as_written() {
    let (_, source) = corpus("good").into_iter().find(|(name, _)| name == "yaml-traps").unwrap();
    let plan = compile(&source).plan.unwrap();
    let unit = &plan.units()[0];
    assert_eq!((unit.id.as_str(), unit.title.get(Lang::Ko)), ("on", "2026-11-21"));
    let Action::Command(command) = &unit.steps[0].action else { panic!("{:?}", unit.steps[0].action) };
    let words = ["chmod", "0755", "file", "1e3", "true", "12:30:45"].map(str::to_owned).to_vec();
    assert_eq!(command.line, CommandLine::Argv(words));
    let env = |name: &str| command.env[name].clone();
    assert_eq!(env("MODE"), EnvValue::Literal("0755".into()));
    assert_eq!(env("YES"), EnvValue::Literal("yes".into()));
    assert_eq!(env("VERSION"), EnvValue::Literal("1.10".into()));
}

#[test]
fn merge_keys_fill_in_what_a_map_does_not_say_itself() {
    let (_, source) = corpus("good").into_iter().find(|(name, _)| name == "anchors-and-merge-keys").unwrap();
    let plan = compile(&source).plan.unwrap();
    let tier = |at: usize| plan.units()[at].tier.as_ref().unwrap().as_str().to_owned();
    assert_eq!((tier(0), tier(1)), ("web".to_owned(), "edge".to_owned()));
    assert_eq!(plan.units()[0].steps.len(), 2);
    assert_eq!(plan.units()[0].on_fail, engine::plan::OnFail::Skip);
}
