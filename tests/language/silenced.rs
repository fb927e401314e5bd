//! Lints that a runbook keeps silent.

use engine::base::Lang;
use engine::plan::{About, Plan, compile, compile_in, text};
use engine::runbook::{Code, Severity, Source, Surroundings, human, json};

use crate::harness_files::{corpus, repository};

fn silenced() -> Source {
    corpus("good").into_iter().find(|(name, _)| name == "silenced").unwrap().1
}

#[test]
fn what_is_silenced_is_listed_with_its_place_and_reason() {
    let source = silenced();
    let compiled = compile(&source);
    assert_eq!(compiled.diagnostics.silenced_count(), 11);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("silenced-text", human(&source, &compiled.diagnostics, Lang::En, false));
        insta::assert_snapshot!("silenced-korean", human(&source, &compiled.diagnostics, Lang::Ko, false));
        insta::assert_json_snapshot!("silenced-json", json(&source, &compiled.diagnostics)["silenced"]);
    });
}

#[test]
fn the_frozen_plan_says_what_is_silent_where_and_why() {
    let plan = compile(&silenced()).plan.unwrap();
    let frozen = plan.freeze().unwrap();
    let thawed = Plan::thaw(&frozen, plan.digest()).unwrap();
    assert_eq!(thawed.body().silences, plan.body().silences);
    let of = |code: Code| plan.body().silences.iter().find(|silence| silence.lint == code).unwrap();
    assert_eq!(of(Code::NoPostCheck).about, About::Runbook);
    assert_eq!(of(Code::NoPostCheck).unsaid.len(), 4);
    assert_eq!(of(Code::PathOverRto).about, About::Service("ticket".parse().unwrap()));
    assert_eq!(of(Code::NoRollback).about, About::Stage("database".parse().unwrap()));
    assert!(matches!(&of(Code::NoTimeout).about, About::Step { unit, .. } if unit.as_str() == "start-db"));
    assert_eq!(of(Code::RetryWithoutProbe).reason.get(Lang::En), "May be repeated");
    assert!(text(&plan, Lang::En).contains("start-db"));
}

#[test]
fn a_silence_holds_for_its_part_alone() {
    let text = silenced()
        .text()
        .replace("lint: L14, reason: {ko: 되돌릴 것이 없습니다", "lint: L13, reason: {ko: 되돌릴 것이 없습니다");
    let source = Source::new("runbook.yaml", text);
    let found: Vec<_> = compile(&source).diagnostics.iter().map(|found| (found.code, found.place.line)).collect();
    let of = |code| found.iter().filter(|(found, _)| *found == code).count();
    assert_eq!((of(Code::NoRollback), of(Code::IdleSilence)), (2, 1), "{found:?}");
}

#[test]
fn a_step_of_a_component_is_silent_wherever_it_is_used() {
    let home = tempfile::tempdir().unwrap();
    let folder = home.path().join("components");
    std::fs::create_dir(&folder).unwrap();
    let component = "component: wipe\nversion: 1\nparams: {device: {type: text, required: true, example: /dev/sdz}}\nrun:\n  \
                     - command: [wipefs, -a, \"{{ device }}\"]\n    timeout: 1m\n    silence: [{lint: dangerous, reason: The \
                     device is checked before}]\n    rollback: []\npost:\n  - {command: [./is-empty.sh], timeout: 1m}\nrollback: []\n";
    std::fs::write(folder.join("wipe.yaml"), component).unwrap();
    let around = Surroundings::around(home.path(), home.path());
    let runbook = "runbook: r\nunits:\n  a: {run: [{uses: wipe, with: {device: /dev/sdb}}]}\n";
    let compiled = compile_in(&Source::new("runbook.yaml", runbook), &around);
    assert!(compiled.diagnostics.iter().next().is_none(), "{:?}", compiled.diagnostics);
    assert_eq!(compiled.diagnostics.silenced_count(), 1);
    let alone = compile_in(&Source::new("components/wipe.yaml", component), &around);
    assert!(alone.diagnostics.iter().next().is_none(), "{:?}", alone.diagnostics);
    assert_eq!(alone.diagnostics.silenced_count(), 1);
}

#[test]
fn names_of_codes_are_unique_and_in_the_documents() {
    let document = std::fs::read_to_string(repository("docs/diagnostics.md")).unwrap();
    for code in Code::ALL {
        assert_eq!((Code::called(code.id()), Code::called(&code.name())), (Some(*code), Some(*code)));
        let section = document.split("\n## ").find(|section| section.lines().next() == Some(code.id()));
        let section = section.unwrap_or_else(|| panic!("{code} has no section"));
        assert!(section.contains(&format!("`{}`", code.name())), "{code} is not called `{}`", code.name());
        assert_eq!(code.can_be_silenced(), code.severity() != Severity::Error && *code != Code::IdleSilence);
    }
}
