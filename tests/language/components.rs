//! Components: what comes into a runbook, what is said of those that are broken, and what no value can do.

use std::path::Path;

use engine::base::{Digest, Lang, Mode};
use engine::plan::{Action, CommandLine, Compiled, EnvValue, Phase, Plan, Probe, Step, compile, compile_in};
use engine::runbook::{Code, ComponentCard, Severity, Source, Surroundings, human, json};
use proptest::prelude::*;

use crate::harness_files::{corpus, repository};

/// The components of these tests. The path is that from the package, so that pictures are the same everywhere.
fn around() -> Surroundings {
    let folder = Path::new("language/composed");
    Surroundings::around(folder, folder)
}

fn compiled(text: &str) -> Compiled {
    compile_in(&Source::new("runbook.yaml", text), &around())
}

fn plan(text: &str) -> Plan {
    let source = Source::new("runbook.yaml", text);
    let compiled = compile_in(&source, &around());
    compiled.plan.unwrap_or_else(|| panic!("{}", human(&source, &compiled.diagnostics, Lang::En, false)))
}

#[test]
fn what_is_wrong_with_a_component_is_shown_in_it_and_where_it_is_used() {
    for (name, source) in corpus("composed/broken") {
        let compiled = compile_in(&source, &around());
        assert!(compiled.plan.is_none() && compiled.diagnostics.has_errors(), "{name} compiled");
        for diagnostic in &compiled.diagnostics {
            assert!(diagnostic.place_in_first().is_some(), "{name}: no line of the runbook leads to {diagnostic:?}");
            assert!(!diagnostic.message.get(Lang::Ko).is_empty(), "{name}");
        }
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        insta::with_settings!({ snapshot_path => "snapshots/composed", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn a_component_is_checked_by_itself() {
    for (name, source) in corpus("composed/alone") {
        let compiled = compile_in(&source, &around());
        assert!(compiled.component.is_none() && compiled.diagnostics.has_errors(), "{name} is well");
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        insta::with_settings!({ snapshot_path => "snapshots/alone", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn lints_look_into_components_once_for_all_uses() {
    let (_, source) = corpus("composed/warned").remove(0);
    let compiled = compile_in(&source, &around());
    assert!(compiled.plan.is_some());
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("component-that-is-rough", human(&source, &compiled.diagnostics, Lang::En, false));
        insta::assert_snapshot!("component-that-is-rough-korean", human(&source, &compiled.diagnostics, Lang::Ko, false));
        insta::assert_json_snapshot!("component-that-is-rough-json", json(&source, &compiled.diagnostics));
    });
}

fn words(step: &Step) -> String {
    let command = match &step.action {
        Action::Check(_) => step.action.command(),
        other => other.command(),
    };
    match command.map(|command| &command.line) {
        Some(CommandLine::Argv(words)) => words.join(" "),
        Some(CommandLine::Shell(line)) => line.clone(),
        None => step.action.keyword().to_owned(),
    }
}

#[test]
fn the_steps_of_components_stand_in_the_phases_of_the_unit_in_their_order() {
    let plan = plan(
        "runbook: r
units:
  a:
    pre: [{command: [echo, own-pre], timeout: 1s}]
    run:
      - {command: [echo, first], timeout: 1s}
      - {uses: outer, with: {name: web, where: local}}
      - {uses: shell, with: {path: /tmp}}
    post: [{command: [echo, own-post], timeout: 1s}]
",
    );
    let unit = &plan.units()[0];
    let of = |phase: Phase| unit.steps.iter().filter(|step| step.phase == phase).map(words).collect::<Vec<_>>();
    assert_eq!(of(Phase::Pre), ["echo own-pre", "echo outer-pre", "test -n web.service"]);
    assert_eq!(of(Phase::Run), ["echo first", "echo before", "systemctl start web.service", "cat /tmp/file"]);
    assert_eq!(of(Phase::Post), ["check", "echo outer-post", "test -f /tmp", "echo own-post"]);
    assert!(unit.point_of_no_return);
    let start = &unit.steps[5];
    assert!(start.idempotent && !unit.steps[4].idempotent);
    assert_eq!(start.title.get(Lang::Ko), "web.service 시작");
    // The probe of a component speaks for its own steps where the unit does more.
    assert!(unit.steps[4].already_done.is_some() && !unit.steps[4].probe_covers_unit);
    assert!(unit.steps[3].already_done.is_none() && unit.steps[6].already_done.is_none());
    let ids: Vec<(&str, u32)> = plan.body().components.iter().map(|used| (used.id.as_str(), used.version)).collect();
    assert_eq!(ids, [("outer", 1), ("start", 2), ("shell", 1)]);
    let text = std::fs::read("language/composed/components/shell.yaml").unwrap();
    assert_eq!(plan.body().components[2].digest, Digest::of(&text));
    let thawed = Plan::thaw(&plan.freeze().unwrap(), plan.digest()).unwrap();
    assert_eq!(thawed.body(), plan.body());
}

#[test]
fn the_probe_of_the_only_component_speaks_for_the_whole_unit() {
    let plan = plan("runbook: r\nunits: {a: {run: [{uses: outer, with: {name: web, where: local}}]}}\n");
    let run: Vec<&Step> = plan.units()[0].steps.iter().filter(|step| step.phase == Phase::Run).collect();
    assert!(run.iter().all(|step| step.already_done.is_some() && step.probe_covers_unit));
}

#[test]
fn values_keep_their_types_and_what_is_left_out_disappears() {
    let plan = plan(
        "runbook: r
units:
  a: {run: [{uses: start, with: {service: nginx, port: 8080, words: [x, y], strict: false, every: 7s}}]}
  b: {run: [{uses: asking}]}
",
    );
    let [a, b] = plan.units() else { panic!("{:?}", plan.units()) };
    assert_eq!(words(&a.steps[1]), "systemctl start nginx x y");
    let command = a.steps[1].action.command().unwrap();
    assert_eq!(command.env["STRICT"], EnvValue::Literal("false".into()));
    assert_eq!(command.on, None);
    let Action::Check(check) = &a.steps[2].action else { panic!("{:?}", a.steps[2]) };
    assert_eq!(check.every, engine::base::Millis::seconds(7));
    assert!(b.steps[0].action.command().unwrap().env.is_empty());
}

#[test]
fn a_value_that_looks_like_a_name_is_not_replaced_again() {
    let plan = plan("runbook: r\nunits: {a: {run: [{uses: start, with: {service: '{{ port }}'}}]}}\n");
    assert_eq!(words(&plan.units()[0].steps[1]), "systemctl start {{ port }} one two");
}

#[test]
fn units_that_share_their_steps_by_an_anchor_each_get_what_a_component_brings() {
    let plan = plan(
        "runbook: r
x-run: &run
  - {uses: outer, with: {name: web, where: local}}
units:
  a: {run: *run}
  b: {run: *run}
",
    );
    let [a, b] = plan.units() else { panic!("{:?}", plan.units()) };
    assert_eq!(a.steps, b.steps);
}

#[test]
fn a_component_among_checks_stands_there_with_all_it_does() {
    let plan = plan(
        "runbook: r\nunits: {a: {run: [{command: [echo], timeout: 1s}], post: [{uses: shell, with: {path: /tmp}}]}}\n",
    );
    let post: Vec<String> = plan.units()[0].steps[1..].iter().map(words).collect();
    assert_eq!(post, ["cat /tmp/file", "test -f /tmp"]);
    assert!(plan.units()[0].steps[1..].iter().all(|step| step.phase == Phase::Post));
}

#[test]
fn uses_beyond_all_measure_end_at_a_limit() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("components")).unwrap();
    let write = |name: &str, steps: &str| {
        let text = format!("component: {name}\nversion: 1\nrun: [{steps}]\n");
        std::fs::write(home.path().join(format!("components/{name}.yaml")), text).unwrap();
    };
    write("outer", &"{uses: inner}, ".repeat(100));
    write("inner", &"{uses: leaf}, ".repeat(100));
    write("leaf", &format!("{{command: [{}]}}", "x, ".repeat(1_000)));
    let around = Surroundings::around(home.path(), home.path());
    let source = Source::new("runbook.yaml", "runbook: r\nunits: {a: {run: [{uses: outer}]}}\n");
    let compiled = compile_in(&source, &around);
    let codes: Vec<Code> = compiled.diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::Limit]);
}

#[test]
fn a_runbook_uses_the_shipped_components_where_nothing_lies_around_it() {
    let compiled = compile(&Source::new("r.yaml", "runbook: r\nunits: {a: {run: [{uses: mark.declare}]}}\n"));
    assert!(matches!(compiled.plan.unwrap().units()[0].steps[0].action, Action::Mark(_)));
}

#[test]
fn every_shipped_component_is_well_by_itself_and_described_in_both_languages() {
    let folder = repository("runbooks/components");
    let mut files: Vec<String> = std::fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter_map(|name| name.strip_suffix(".yaml").map(str::to_owned))
        .collect();
    files.sort();
    let shipped: Vec<&str> = engine::runbook::shipped().iter().map(|(id, _)| *id).collect();
    assert_eq!(files, shipped, "engine/src/runbook/component/shipped.rs lists the folder in the order of its names");
    for id in shipped {
        let source = Source::read(&folder.join(format!("{id}.yaml"))).unwrap();
        let compiled = compile(&source);
        let said = human(&source, &compiled.diagnostics, Lang::En, false);
        assert!(compiled.diagnostics.is_empty(), "{said}");
        let card = compiled.component.unwrap_or_else(|| panic!("{id} is no component"));
        let hangul = |text: &engine::base::Text| text.get(Lang::Ko).chars().any(|c| ('가'..='힣').contains(&c));
        assert!(hangul(&card.title) && card.title.get(Lang::Ko) != card.title.get(Lang::En), "{id}: title");
        assert!(card.description.as_ref().is_some_and(hangul), "{id}: description");
        for param in &card.params {
            assert!(param.title.as_ref().is_some_and(hangul), "{id}: the title of {}", param.name);
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "the shell that components meet")]
fn sh(arguments: &[&str]) -> std::process::Output {
    std::process::Command::new("sh").args(arguments).output().unwrap()
}

/// A runbook that uses a component, with its examples for what every use must give.
fn user_of(card: &ComponentCard) -> Source {
    let values = card.params.iter().filter(|param| param.required).map(|param| {
        let value = param.example.clone().unwrap_or_else(|| "example".to_owned());
        let is_written_out = matches!(param.kind, "list" | "number" | "bool");
        let value = if is_written_out { value } else { serde_json::to_string(&value).unwrap() };
        format!("{}: {value}", param.name)
    });
    let with = values.collect::<Vec<_>>().join(", ");
    let inputs = "{db_admin: {type: secret}, stop_at: {type: datetime}}";
    let (id, version) = (&card.id, card.version);
    let steps = format!("[{{uses: {id}, version: {version}, with: {{{with}}}}}]");
    Source::new("user.yaml", format!("runbook: user\ninputs: {inputs}\nunits: {{a: {{run: {steps}}}}}\n"))
}

/// What is handed to `sh`.
fn program(line: &CommandLine) -> Option<&str> {
    match line {
        CommandLine::Shell(line) => Some(line),
        CommandLine::Argv(words) if words[0] == "sh" && words[1] == "-c" => Some(&words[2]),
        CommandLine::Argv(_) => None,
    }
}

/// The programs that a plan hands to `sh`.
fn programs(plan: &Plan) -> Vec<&str> {
    let steps = plan.units().iter().flat_map(|unit| {
        let back = unit.rollback.iter().map(|undo| &undo.step);
        unit.steps.iter().chain(back)
    });
    let commands = steps.flat_map(|step| {
        let probe = step.already_done.as_ref().and_then(Probe::command);
        step.action.command().into_iter().chain(probe)
    });
    commands.filter_map(|command| program(&command.line)).collect()
}

#[test]
fn every_shipped_component_can_be_used_and_a_shell_understands_its_programs() {
    let mut seen = 0;
    for (id, text) in engine::runbook::shipped() {
        let card = compile(&Source::new(format!("{id}.yaml"), *text)).component.unwrap();
        let source = user_of(&card);
        let compiled = compile(&source);
        let said = human(&source, &compiled.diagnostics, Lang::En, false);
        let plan = compiled.plan.unwrap_or_else(|| panic!("{id}\n{said}"));
        assert_eq!(plan.units()[0].point_of_no_return, card.point_of_no_return, "{id}");
        for program in programs(&plan) {
            let shell = sh(&["-n", "-c", program]);
            let said = String::from_utf8_lossy(&shell.stderr);
            assert!(shell.status.success() && said.is_empty(), "{id}: {said}\n{program}");
            seen += 1;
        }
    }
    assert!(seen > 40, "{seen}");
}

#[test]
fn what_a_component_did_is_undone_when_it_was_begun_and_only_then() {
    let plan = plan(
        "runbook: r
units:
  a:
    run:
      - {uses: undone, with: {name: one}}
      - {uses: undone, with: {name: two}}
    rollback: [{command: [echo, all], timeout: 1s}]
",
    );
    let back: Vec<(Option<u16>, String)> =
        plan.units()[0].rollback.iter().map(|undo| (undo.of, words(&undo.step))).collect();
    let back: Vec<(Option<u16>, &str)> = back.iter().map(|(of, words)| (*of, words.as_str())).collect();
    assert_eq!(
        back,
        [
            (Some(5), "echo step-two"),
            (Some(4), "echo first-two"),
            (Some(4), "echo back-two"),
            (Some(2), "echo step-one"),
            (Some(1), "echo first-one"),
            (Some(1), "echo back-one"),
            (None, "echo all"),
        ]
    );
}

#[test]
fn a_component_that_says_so_leaves_nothing_to_undo_in_a_unit_that_does_nothing_else() {
    let unit = |run: &str| plan(&format!("runbook: r\nunits: {{a: {{run: [{run}]}}}}\n")).units()[0].nothing_to_undo;
    assert!(unit("{uses: host.reboot, with: {host: local}}"));
    assert!(unit("{uses: host.reboot, with: {host: local}}, {uses: host.login, with: {host: local}}, {wait: 1s}"));
    assert!(!unit("{uses: host.reboot, with: {host: local}}, {command: [rm, x], timeout: 1s}"));
    assert!(!unit("{uses: host.reboot, with: {host: local}}, {uses: shell, with: {path: /tmp}}"));
}

#[test]
fn a_component_among_checks_has_nothing_to_undo() {
    let plan = plan("runbook: r\nunits: {a: {run: [{wait: 1s}], post: [{uses: undone, with: {name: x}}]}}\n");
    assert!(plan.units()[0].rollback.is_empty());
}

#[test]
fn a_component_for_some_modes_is_refused_in_others_and_played_in_every_mock_run() {
    let home = tempfile::tempdir().unwrap();
    std::fs::create_dir(home.path().join("components")).unwrap();
    let text = "component: probe\nversion: 1\nmodes: [isolated]\nrun: [{wait: 1s}]\n";
    std::fs::write(home.path().join("components/probe.yaml"), text).unwrap();
    let around = Surroundings::around(home.path(), home.path());
    let source = Source::new("r.yaml", "runbook: r\nunits: {a: {run: [{uses: probe}]}}\n");
    let plan = compile_in(&source, &around).plan.unwrap();
    let used = &plan.body().components[0];
    let allowed = Mode::ALL.map(|mode| used.allows(mode));
    assert_eq!(allowed, [true, true, false, false]);
}

/// Texts that a person could want to put in, and those that somebody else could.
fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![
        "[A-Za-z0-9._:/@%+=-]{0,12}",
        "[ -~]{0,12}",
        "\\PC{0,8}",
        Just("'; touch /tmp/x; '".to_owned()),
        Just("$(id)".to_owned()),
        Just("a\nb".to_owned()),
        Just("{{ path }}".to_owned()),
    ]
}

fn with_value(component: &str, name: &str, value: &str) -> Compiled {
    let value = serde_json::to_string(value).unwrap();
    compiled(&format!("runbook: r\nunits: {{a: {{run: [{{uses: {component}, with: {{{name}: {value}}}}}]}}}}\n"))
}

proptest! {
    #[test]
    fn no_value_becomes_a_part_of_a_shell_string(value in any_value()) {
        let compiled = with_value("shell", "path", &value);
        let codes: Vec<Code> = compiled.diagnostics.iter()
            .filter(|found| found.severity() == Severity::Error).map(|found| found.code).collect();
        let safe = value.chars().all(|c| c.is_ascii_alphanumeric() || "._:/@%+=-".contains(c));
        let safe = safe && !value.is_empty() && !value.starts_with('-');
        match compiled.plan {
            Some(plan) => {
                prop_assert!(safe, "{value:?} went into a shell string");
                let line = words(&plan.units()[0].steps[0]);
                prop_assert_eq!(line, format!("cat {value}/file"));
            }
            None if value.contains('\0') => {}
            None => prop_assert!(!safe && codes == [Code::UnsafeValue], "{value:?}: {codes:?}"),
        }
    }

    #[test]
    fn in_a_list_every_value_is_one_word_and_in_the_environment_one_text(value in any_value()) {
        if let Some(plan) = with_value("start", "service", &value).plan {
            let Action::Command(command) = &plan.units()[0].steps[1].action else { panic!() };
            let CommandLine::Argv(words) = &command.line else { panic!() };
            prop_assert_eq!(&words[2], &value);
            prop_assert_eq!(words.len(), 5);
        } else {
            prop_assert!(value.contains('\0'), "{value:?} was refused");
        }
    }

    #[test]
    fn a_real_shell_sees_what_was_put_in_and_nothing_else(value in "[A-Za-z0-9._:/@%+=-]{1,12}") {
        if let Some(plan) = with_value("shell", "path", &value).plan {
            let line = words(&plan.units()[0].steps[0]).replace("cat ", "printf %s ");
            let shell = sh(&["-c", &line]);
            prop_assert_eq!(String::from_utf8(shell.stdout).unwrap(), format!("{value}/file"));
        }
    }
}
