//! Every lint: a runbook about which it speaks, one about which it does not, and how it is kept silent.

use std::path::Path;

use engine::base::{Day, Lang};
use engine::inventory::{Inventory, check};
use engine::plan::{Compiled, Context};
use engine::runbook::{Code, Diagnostic, Severity, Source, Surroundings, human};

use crate::harness_files::repository;

/// The day on which they are compiled.
fn today() -> Day {
    "2026-11-21".parse().unwrap()
}

/// The examples of one lint.
struct Examples {
    fires: Source,
    silent: Source,
    inventory: Option<Inventory>,
}

impl Examples {
    fn of(code: Code) -> Self {
        let folder = repository("tests/language/lints").join(code.id());
        let read = |name: &str| {
            let path = folder.join(name);
            let text = std::fs::read_to_string(&path);
            Source::new(name, text.unwrap_or_else(|error| panic!("{code} has no {}: {error}", path.display())))
        };
        let inventory = folder.join("inventory.yaml").exists().then(|| inventory(&read("inventory.yaml")));
        Self { fires: read("fires.yaml"), silent: read("silent.yaml"), inventory }
    }

    fn compile(&self, source: &Source) -> Compiled {
        Context { inventory: self.inventory.as_ref() }.compile_on(source, &Surroundings::default(), today())
    }
}

fn inventory(source: &Source) -> Inventory {
    let checked = check(source);
    checked.inventory.unwrap_or_else(|| panic!("{}", human(source, &checked.diagnostics, Lang::En, false)))
}

fn lints() -> impl Iterator<Item = Code> {
    Code::ALL.iter().copied().filter(|code| code.id().starts_with('L'))
}

fn found(compiled: &Compiled, code: Code) -> Vec<&Diagnostic> {
    compiled.diagnostics.iter().filter(|found| found.code == code).collect()
}

#[test]
fn every_lint_speaks_about_one_example_and_not_about_the_other() {
    for code in lints() {
        let examples = Examples::of(code);
        let fires = examples.compile(&examples.fires);
        let picture = human(&examples.fires, &fires.diagnostics, Lang::En, false);
        let said = found(&fires, code);
        assert!(!said.is_empty(), "{code} says nothing:\n{picture}");
        assert_eq!(fires.plan.is_none(), code.severity() == Severity::Error, "{picture}");
        for diagnostic in said {
            let (ko, en) = (diagnostic.message.get(Lang::Ko), diagnostic.message.get(Lang::En));
            assert!(ko != en && diagnostic.place.line > 1 && diagnostic.help.is_some(), "{code}: {diagnostic:?}");
        }
        let silent = examples.compile(&examples.silent);
        let picture_of_silent = human(&examples.silent, &silent.diagnostics, Lang::En, false);
        assert!(silent.plan.is_some() && found(&silent, code).is_empty(), "{code}:\n{picture_of_silent}");
        insta::with_settings!({ snapshot_path => "snapshots/lints", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(code.id(), picture);
        });
    }
}

#[test]
fn every_warning_is_silenced_by_its_code_and_by_its_name() {
    for code in lints().filter(|code| code.can_be_silenced()) {
        let examples = Examples::of(code);
        for word in [code.id().to_owned(), code.name()] {
            let text = format!("{}silence: [{{lint: {word}, reason: It is an example}}]\n", examples.fires.text());
            let source = Source::new("fires.yaml", text);
            let compiled = examples.compile(&source);
            assert!(found(&compiled, code).is_empty() && found(&compiled, Code::IdleSilence).is_empty(), "{code}");
            assert!(compiled.diagnostics.silenced().iter().any(|silenced| silenced.diagnostic.code == code), "{code}");
            let plan = compiled.plan.unwrap();
            let silences = &plan.body().silences;
            assert_eq!(silences.len(), 1, "{code}");
            assert_eq!(silences[0].unsaid.is_empty(), code.depends_on_the_day(), "{code}");
        }
    }
}

#[test]
fn there_is_no_example_without_a_lint() {
    let folder = repository("tests/language/lints");
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap().to_owned();
        assert!(lints().any(|code| code.id() == name), "{}", path.display());
        assert!(Path::new(&path).join("fires.yaml").exists(), "{}", path.display());
    }
}

#[test]
fn a_plan_is_the_same_on_all_days_whatever_is_due() {
    let examples = Examples::of(Code::StaleReview);
    let text = format!("{}silence: [{{lint: stale-review, reason: It is an example}}]\n", examples.fires.text());
    for source in [examples.fires, Source::new("fires.yaml", text)] {
        let on = |day: &str| {
            let day = day.parse().unwrap();
            let compiled = Context::default().compile_on(&source, &Surroundings::default(), day);
            let codes: Vec<Code> = compiled.diagnostics.iter().map(|found| found.code).collect();
            (compiled.plan.unwrap().digest(), codes)
        };
        let (early, _) = on("2026-09-01");
        let (late, _) = on("2026-11-21");
        let without = Context::default().compile_in(&source, &Surroundings::default());
        assert_eq!((early, early), (late, without.plan.unwrap().digest()));
        assert!(without.diagnostics.is_empty());
    }
}

#[test]
fn a_review_is_due_on_the_day_and_late_on_the_next() {
    let source = Source::new(
        "runbook.yaml",
        "runbook: r\nreviewed: 2026-08-23\nreview_every: 90d\nunits:\n  a: {manual: Look}\n",
    );
    let late = |day: &str| {
        let compiled = Context::default().compile_on(&source, &Surroundings::default(), day.parse().unwrap());
        !found(&compiled, Code::StaleReview).is_empty()
    };
    assert_eq!(
        [late("2026-11-20"), late("2026-11-21"), late("2026-11-22"), late("2026-08-22")],
        [false, false, true, true]
    );
}

#[test]
fn the_inventory_has_a_say_in_the_clock_the_review_and_who_can_be_reached() {
    let bank = inventory(&Source::new(
        "inventory.yaml",
        "inventory: bank\npolicy: {clock: detect, review_every: 180d}\nroles:\n  cio: {reached_within: 30m, delegates: [deputy]}\n  \
         deputy: {reached_within: 10m}\n  dba-lead: {reached_within: 3m}\ntargets: {}\n",
    ));
    let codes = |clock: &str, rto: &str, approvers: &str, quorum: u32| {
        let text = format!(
            "runbook: r\nobjectives: {{rto: {rto}, clock: {clock}}}\nreviewed: 2026-11-01\nunits:\n  go: {{target: 5m, gate: \
             {{approvers: [{approvers}], quorum: {quorum}, exclude: [requester]}}}}\n  start: {{needs: [go], target: 9m, manual: Start}}\n"
        );
        let source = Source::new("runbook.yaml", text);
        let compiled = Context { inventory: Some(&bank) }.compile_on(&source, &Surroundings::default(), today());
        compiled.diagnostics.iter().map(|found| found.code.id()).collect::<Vec<_>>()
    };
    assert!(codes("detect", "15m", "dba-lead", 1).is_empty());
    assert_eq!(codes("event", "15m", "dba-lead", 1), ["L02"]);
    assert_eq!(codes("detect", "15m", "cio", 1), ["L05"], "its delegate is reached after ten minutes");
    assert_eq!(codes("detect", "20m", "cio", 1), [""; 0]);
    assert_eq!(codes("detect", "15m", "\"cio\", dba-lead", 2), ["L05"]);
    assert!(codes("detect", "15m", "cio, dba-lead", 1).is_empty());
    assert_eq!(codes("detect", "15m", "dba-leed", 1), ["L18"]);
}
