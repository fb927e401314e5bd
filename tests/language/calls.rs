//! Runbooks that call runbooks: found, compiled with their caller, and what is wrong with a call.

use std::path::Path;

use engine::base::{Lang, Millis, Mode};
use engine::plan::{Compiled, Library, Plan, compile_in};
use engine::runbook::{Code, Source, Surroundings, human};

/// Runbooks in a folder of their own, by their ids.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(runbooks: &[(&str, &str)]) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        for (id, text) in runbooks {
            folder.write(id, text);
        }
        folder
    }

    fn write(&self, id: &str, text: &str) {
        std::fs::write(self.0.path().join(format!("{id}.yaml")), format!("runbook: {id}\n{text}")).unwrap();
    }

    fn compiled(&self, id: &str) -> (Source, Compiled) {
        let text = std::fs::read_to_string(self.0.path().join(format!("{id}.yaml"))).unwrap();
        let source = Source::new(format!("{id}.yaml"), text);
        let compiled = compile_in(&source, &Surroundings::around(self.0.path(), self.0.path()));
        (source, compiled)
    }

    fn plan(&self, id: &str) -> Plan {
        let (source, compiled) = self.compiled(id);
        compiled.plan.unwrap_or_else(|| panic!("{}", human(&source, &compiled.diagnostics, Lang::En, false)))
    }

    /// Codes with their lines.
    fn errors(&self, id: &str) -> Vec<(Code, u32, String)> {
        let (_, compiled) = self.compiled(id);
        assert!(compiled.plan.is_none(), "{id} compiled");
        let found = compiled.diagnostics.iter();
        found.map(|found| (found.code, found.place.line, found.message.get(Lang::En).to_owned())).collect()
    }
}

const RESTORE: &str = "
objectives: {rto: 1h}
inputs: {site: {type: enum, options: [seoul, busan], required: true}, key: {type: secret}, note: {type: text}}
units:
  before: {target: 2m, rto: exclude, manual: prepare}
  one: {needs: [before], target: 20m, run: [{command: [x], timeout: 1m}], post: [{command: [y], timeout: 1m}], rollback: []}
  two: {target: 10m, needs: [one], run: [{mark: verified}]}
  three: {target: 5m, needs: [two], run: [{manual: look}]}
";

#[test]
fn a_unit_without_a_target_takes_as_long_as_what_it_waits_for() {
    let folder = Folder::with(&[
        ("restore", RESTORE),
        (
            "drill",
            "
objectives: {rto: 30m}
units:
  whole: {run: [{call: {runbook: restore, inputs: {site: busan}}}]}
  checked: {needs: [whole], run: [{call: {runbook: restore, inputs: {site: busan}, wait: verified}}, {wait: 1m}]}
  beside: {needs: [checked], run: [{call: {runbook: restore, inputs: {site: busan}, wait: none}}]}
  short: {needs: [beside], target: 2m, run: [{call: {runbook: restore, inputs: {site: busan}}}]}
",
        ),
    ]);
    let plan = folder.plan("drill");
    let targets: Vec<_> = plan.units().iter().map(|unit| unit.target).collect();
    assert_eq!(targets, [Some(Millis::minutes(37)), Some(Millis::minutes(23)), None, Some(Millis::minutes(2))]);
    assert_eq!(plan.schedule().length(), Millis::minutes(62));
    let (_, compiled) = folder.compiled("drill");
    assert!(
        compiled.diagnostics.iter().any(|found| found.code == Code::PathOverRto),
        "the objective is held against it"
    );
}

#[test]
fn what_is_called_is_frozen_with_its_caller_and_is_the_plan_that_it_is_by_itself() {
    let folder = Folder::with(&[
        ("top", "units: {a: {run: [{call: {runbook: middle}}]}, b: {run: [{call: {runbook: bottom, mode: mock}}]}}\n"),
        ("middle", "units: {a: {run: [{call: {runbook: bottom}}]}}\n"),
        ("bottom", "units: {a: {target: 1m, run: [{wait: 1s}]}}\n"),
    ]);
    let top = folder.plan("top");
    let alone = folder.plan("middle");
    folder.write("bottom", "units: {a: {target: 9m, run: [{wait: 1s}]}}\n");
    let thawed = Plan::thaw(&top.freeze().unwrap(), top.digest()).unwrap();
    let (middle, source) = thawed.callee(&"middle".parse().unwrap()).unwrap();
    assert_eq!(middle.digest(), alone.digest());
    assert!(source.starts_with("runbook: middle"));
    assert_eq!(middle.callee(&"bottom".parse().unwrap()).unwrap().0.schedule().length(), Millis::minutes(1));
    assert!(thawed.callee(&"other".parse().unwrap()).is_none());
    assert_ne!(folder.plan("top").digest(), top.digest(), "what is called is a part of what is approved");
    let led: Vec<String> =
        top.led_to(Mode::Drill).into_iter().map(|(id, mode)| format!("{id} {}", mode.keyword())).collect();
    assert_eq!(led, ["bottom mock", "bottom drill", "middle drill"]);
}

#[test]
fn runbooks_that_call_each_other_in_a_circle_are_refused_with_the_circle() {
    let call = |id: &str| format!("units: {{a: {{run: [{{call: {{runbook: {id}}}}}]}}}}\n");
    let folder = Folder::with(&[
        ("alone", &call("alone")),
        ("a", &call("b")),
        ("b", &call("c")),
        ("c", &call("a")),
        ("outside", &call("a")),
    ]);
    for (id, circle) in
        [("alone", "alone → alone"), ("a", "a → b → c → a"), ("b", "b → c → a → b"), ("outside", "a → b → c → a")]
    {
        let errors = folder.errors(id);
        let [(Code::CallCircle, 2, message)] = &errors[..] else { panic!("{id}: {errors:?}") };
        assert!(message.ends_with(circle), "{id}: {message}");
    }
}

#[test]
fn calls_are_neither_too_deep_nor_too_many() {
    let deep: Vec<(String, String)> = (0..12)
        .map(|at| {
            let text = format!("units: {{a: {{run: [{{call: {{runbook: r{}}}}}]}}}}\n", at + 1);
            (format!("r{at}"), if at == 11 { "units: {a: {run: [{wait: 1s}]}}\n".to_owned() } else { text })
        })
        .collect();
    let folder = Folder::with(&[]);
    for (id, text) in &deep {
        folder.write(id, text);
    }
    assert_eq!(folder.errors("r0").len(), 1);
    assert!(folder.compiled("r4").1.plan.is_some());
    let many: Vec<String> = (0..70).map(|at| format!("  u{at}: {{run: [{{call: {{runbook: s{at}}}}}]}}")).collect();
    (0..70).for_each(|at| folder.write(&format!("s{at}"), "units: {a: {run: [{wait: 1s}]}}\n"));
    folder.write("many", &format!("units:\n{}\n", many.join("\n")));
    assert!(folder.errors("many").iter().all(|(code, ..)| *code == Code::CallCircle));
}

#[test]
fn what_is_wrong_with_a_call_is_said_where_it_stands() {
    let folder = Folder::with(&[
        ("restore", RESTORE),
        ("broken", "units: {a: {nedds: [b], run: [{wait: 1s}]}}\n"),
        (
            "drill",
            "inputs: {own: {type: secret}, text: {type: text}}
modes: [drill]
units:
  a: {run: [{call: {runbook: restor, inputs: {site: busan}}}]}
  b: {run: [{call: {runbook: broken}}]}
  c: {run: [{call: {runbook: restore}}]}
  d:
    run:
      - call:
          runbook: restore
          inputs:
            site: daegu
            nots: x
            key: readable
            note: {input: own}
",
        ),
        ("isolated-only", "modes: [isolated]\nunits: {a: {run: [{wait: 1s}]}}\n"),
        ("elsewhere", "modes: [drill]\nunits: {a: {run: [{call: {runbook: isolated-only}}]}}\n"),
    ]);
    std::fs::write(folder.0.path().join("named.yaml"), "runbook: otherwise\nunits: {a: {run: [{wait: 1s}]}}\n")
        .unwrap();
    folder.write("misnaming", "units: {a: {run: [{call: {runbook: named}}]}}\n");
    let said: Vec<_> = folder.errors("drill").into_iter().map(|(code, line, _)| (code.id(), line)).collect();
    assert_eq!(said, [("E70", 5), ("E70", 6), ("E72", 7), ("E72", 13), ("E72", 14), ("E72", 15), ("E72", 16)]);
    assert_eq!(folder.errors("elsewhere").first().map(|(code, ..)| *code), Some(Code::CallInput));
    let misnamed = folder.errors("misnaming");
    assert!(misnamed[0].2.contains("`otherwise`"), "{misnamed:?}");
    let (_, compiled) = folder.compiled("drill");
    let near = compiled.diagnostics.iter().find_map(|found| found.suggestion.as_ref()).unwrap();
    assert_eq!(near.replacement, "restore");
}

#[test]
fn a_library_compiles_a_caller_again_when_what_it_calls_has_changed() {
    let folder = Folder::with(&[("top", "units: {a: {run: [{call: {runbook: deep}}]}}\n")]);
    let inner = folder.0.path().join("inner");
    std::fs::create_dir(&inner).unwrap();
    let library = Library::new(folder.0.path());
    let length = || {
        let entry = library.find(&"top".parse().unwrap()).unwrap()?;
        entry.plan.as_ref().map(|plan| plan.schedule().length())
    };
    let write = |text: &str| std::fs::write(Path::new(&inner).join("deep.yaml"), text).unwrap();
    assert_eq!(length(), None);
    write("runbook: deep\nunits: {a: {target: 1m, run: [{wait: 1s}]}}\n");
    assert_eq!(length(), Some(Millis::minutes(1)), "it is found anywhere in the library");
    write("runbook: deep\nunits: {a: {target: 12m, run: [{wait: 1s}]}}\n");
    assert_eq!(length(), Some(Millis::minutes(12)));
}

#[test]
fn what_a_unit_waits_for_elsewhere_is_looked_up_and_two_runbooks_may_wait_for_each_other() {
    let folder = Folder::with(&[
        ("one", "units: {a: {wait: 1s}, b: {starts_on: {run_of: other, unit: c, state: started}, wait: 1s}}\n"),
        ("other", "units: {c: {wait: 1s}, d: {starts_on: {run_of: one, unit: a}, wait: 1s}}\n"),
        (
            "wrong",
            "units:
  a: {starts_on: {run_of: nobody, unit: c}, wait: 1s}
  b: {starts_on: {run_of: other, unit: cc}, wait: 1s}
  c: {starts_on: {run_of: other, unit: c, mark: verified}, wait: 1s}
  d: {starts_on: {run_of: other}, wait: 1s}
  e: {starts_on: {run_of: other, mark: verified, state: ready}, wait: 1s}
",
        ),
    ]);
    assert!(folder.plan("one").units()[1].starts_on.is_some());
    assert!(folder.plan("other").units()[1].starts_on.is_some());
    let said: Vec<_> = folder.errors("wrong").into_iter().map(|(code, line, _)| (code.id(), line)).collect();
    assert_eq!(said, [("E70", 3), ("E73", 4), ("E73", 5), ("E73", 6), ("E73", 7)]);
}
