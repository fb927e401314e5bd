//! `foreach` and `group`: which units come out, and which of them wait for which.

use engine::base::Lang;
use engine::plan::{CommandLine, Context, Plan, StageFlow, compile};
use engine::runbook::{Code, Source, human};

fn plan(text: &str) -> Plan {
    let source = Source::new("runbook.yaml", text);
    let compiled = compile(&source);
    compiled.plan.unwrap_or_else(|| panic!("{}", human(&source, &compiled.diagnostics, Lang::En, false)))
}

/// Every unit with those that it names in its `needs`.
fn waits(plan: &Plan) -> Vec<String> {
    let name = |unit: &engine::plan::Unit| unit.id.to_string();
    plan.units()
        .iter()
        .map(|unit| {
            let needs: Vec<String> = unit.needs.iter().map(|need| name(&plan.units()[need.at()])).collect();
            if needs.is_empty() { name(unit) } else { format!("{} < {}", name(unit), needs.join(" ")) }
        })
        .collect()
}

fn first_words(plan: &Plan) -> Vec<String> {
    let words = |unit: &engine::plan::Unit| match &unit.steps[0].action.command().unwrap().line {
        CommandLine::Argv(words) => words.join(" "),
        CommandLine::Shell(line) => line.clone(),
    };
    plan.units().iter().map(words).collect()
}

#[test]
fn a_unit_is_repeated_for_each_item_and_its_name_stands_for_all_of_them() {
    let plan = plan(
        "runbook: r
services: {portal: {needs: [web], rto: 1h}}
units:
  web:
    foreach: [web1, {id: two, host: web-2.example, port: 8443}]
    title: {ko: 기동, en: Start}
    run: [{command: [echo, start], timeout: 1s}]
  after: {needs: [web], wait: 1s}
",
    );
    assert_eq!(waits(&plan), ["web-web1", "web-two", "after < web-web1 web-two"]);
    assert_eq!(plan.body().services[0].needs.len(), 2);
}

#[test]
fn an_item_comes_in_whole_or_by_its_keys_and_never_as_a_part_of_a_program() {
    let of_keys = plan(
        "runbook: r
units:
  web:
    foreach: [{id: a, words: [x, y], host: h}, {id: b, words: [z], host: '-rf'}]
    run: [{command: [echo, '{{ item.words }}', 'to {{ item.host }}'], timeout: 1s}]
",
    );
    assert_eq!(first_words(&of_keys), ["echo x y to h", "echo z to -rf"]);
    let source = Source::new(
        "r.yaml",
        "runbook: r\nunits: {w: {foreach: [{id: a, host: '; id'}], run: [{command: 'ping {{ item.host }}'}]}}\n",
    );
    let codes: Vec<Code> = compile(&source).diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::UnsafeValue]);
}

#[test]
fn so_many_items_are_at_work_at_the_same_time_as_was_written() {
    let units = |order: &str| {
        let units = format!("u: {{foreach: [a, b, c, d], {order} wait: 1m, target: 1m}}");
        plan(&format!("runbook: r\nunits: {{{units}}}\n"))
    };
    assert_eq!(waits(&units("")), ["u-a", "u-b", "u-c", "u-d"]);
    assert_eq!(waits(&units("sequential: true,")), ["u-a", "u-b < u-a", "u-c < u-b", "u-d < u-c"]);
    assert_eq!(waits(&units("max_parallel: 2,")), ["u-a", "u-b", "u-c < u-a", "u-d < u-b"]);
    assert_eq!(units("max_parallel: 2,").schedule().length(), engine::base::Millis::minutes(2));
}

#[test]
fn what_stands_beside_a_group_holds_for_its_units_and_all_wait_for_what_it_needs() {
    let plan = plan(
        "runbook: r
units:
  first: {wait: 1s}
  web:
    needs: [first]
    tier: web
    group:
      mode: sequential
      units:
        stop: {wait: 1s}
        start: {wait: 1s, tier: edge}
  last: {needs: [web], wait: 1s}
",
    );
    assert_eq!(waits(&plan), ["first", "stop < first", "start < first stop", "last < stop start"]);
    let tiers: Vec<_> = plan.units().iter().map(|unit| unit.tier.as_ref().map(ToString::to_string)).collect();
    assert_eq!(tiers, [None, Some("web".to_owned()), Some("edge".to_owned()), None]);
}

#[test]
fn a_group_that_is_repeated_keeps_each_item_to_itself() {
    let plan = plan(
        "runbook: r
units:
  rolling:
    foreach: [web1, web2]
    sequential: true
    group:
      units:
        drain: {run: [{command: [drain, '{{ item }}'], timeout: 1s}]}
        restart: {needs: [drain], run: [{command: [restart, '{{ item }}'], timeout: 1s}]}
  look: {needs: [restart], run: [{command: [look], timeout: 1s}]}
",
    );
    assert_eq!(
        waits(&plan),
        [
            "drain-web1",
            "restart-web1 < drain-web1",
            "drain-web2 < drain-web1 restart-web1",
            "restart-web2 < drain-web1 restart-web1 drain-web2",
            "look < restart-web1 restart-web2",
        ]
    );
    assert_eq!(first_words(&plan), ["drain web1", "restart web1", "drain web2", "restart web2", "look"]);
}

#[test]
fn in_a_sequential_stage_the_items_of_one_unit_do_not_wait_for_each_other() {
    let plan = plan(
        "runbook: r
stages:
  - stage: s
    mode: sequential
    units:
      a: {wait: 1s}
      b: {foreach: [x, y], wait: 1s}
      c: {wait: 1s}
",
    );
    assert_eq!(waits(&plan), ["a", "b-x < a", "b-y < a", "c < b-x b-y"]);
    assert_eq!(plan.body().stages[0].flow, StageFlow::Parallel);
}

#[test]
fn units_are_repeated_for_the_targets_that_have_all_the_labels() {
    let inventory = Source::new(
        "inventory.yaml",
        "inventory: i
sites: {busan: {title: Busan}}
targets:
  ap1: {tier: ap, site: busan, address: 10.0.0.1, labels: {cluster: a}}
  ap2: {tier: ap, address: 10.0.0.2, labels: {cluster: a}}
  ap3: {tier: ap, site: busan, address: 10.0.0.3, labels: {cluster: b}}
  db1: {tier: db, site: busan, address: 10.0.0.4, labels: {cluster: a}}
",
    );
    let inventory = engine::inventory::check(&inventory).inventory.unwrap();
    let context = Context { inventory: Some(&inventory) };
    let with = |labels: &str| {
        let text = format!("runbook: r\nunits: {{u: {{foreach: {{labels: {labels}}}, wait: 1s}}}}\n");
        context.compile(&Source::new("r.yaml", text))
    };
    let ids = |labels: &str| waits(&with(labels).plan.unwrap());
    assert_eq!(ids("{tier: ap}"), ["u-ap1", "u-ap2", "u-ap3"]);
    assert_eq!(ids("{tier: ap, cluster: a}"), ["u-ap1", "u-ap2"]);
    assert_eq!(ids("{site: busan, cluster: a}"), ["u-ap1", "u-db1"]);
    let codes: Vec<Code> = with("{tier: web}").diagnostics.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::Repetition]);
}

#[test]
fn components_are_used_in_repeated_units_with_the_values_of_the_item() {
    let plan = plan(
        "runbook: r
units:
  start:
    foreach: [ap1, ap2]
    run: [{uses: service.start, with: {host: '{{ item }}', service: app}}]
",
    );
    let on: Vec<_> =
        plan.units().iter().map(|unit| unit.steps[0].action.command().unwrap().on.clone().unwrap()).collect();
    assert_eq!(on.iter().map(ToString::to_string).collect::<Vec<_>>(), ["ap1", "ap2"]);
}

#[test]
fn a_decision_selects_all_units_of_a_group_by_its_name() {
    let plan = plan(
        "runbook: r
inputs: {all: {type: bool, default: true}}
units:
  choose:
    decision:
      cases: [{name: everywhere, when: inputs.all == true, select: [deploy, canary]}]
      otherwise: [canary]
  canary: {needs: [choose], wait: 1s}
  deploy: {needs: [choose], foreach: [ap1, ap2], wait: 1s}
",
    );
    assert_eq!(waits(&plan), ["choose", "canary < choose", "deploy-ap1 < choose", "deploy-ap2 < choose"]);
    let selected: Vec<usize> =
        plan.units()[0].decision().unwrap().branches.iter().map(|branch| branch.select.len()).collect();
    assert_eq!(selected, [3, 1]);
}
