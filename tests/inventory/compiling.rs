//! Runbooks against an inventory.

use engine::base::{Lang, Mode};
use engine::plan::{Context, Host, Url, compile};
use engine::runbook::human;

use crate::files::{WHOLE, corpus, inventory, planned};

#[test]
fn every_runbook_that_does_not_fit_the_inventory_is_refused_with_a_picture() {
    let bank = inventory(WHOLE);
    for (name, source) in corpus("refused") {
        let compiled = Context { inventory: Some(&bank) }.compile(&source);
        assert!(compiled.plan.is_none(), "{name} compiled");
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        let korean = human(&source, &compiled.diagnostics, Lang::Ko, false);
        insta::with_settings!({ snapshot_path => "snapshots/refused", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, format!("{text}\n{korean}"));
        });
    }
}

#[test]
fn what_the_inventory_makes_doubtful_is_warned_about_and_compiles() {
    let bank = inventory(WHOLE);
    for (name, source) in corpus("warned") {
        let compiled = Context { inventory: Some(&bank) }.compile(&source);
        assert!(compiled.plan.is_some(), "{name} was refused: {:?}", compiled.diagnostics);
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        let korean = human(&source, &compiled.diagnostics, Lang::Ko, false);
        insta::with_settings!({ snapshot_path => "snapshots/warned", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, format!("{text}\n{korean}"));
        });
    }
}

#[test]
fn a_port_or_path_alone_is_that_of_the_target_and_without_one_of_the_engines_own_host() {
    let bank = inventory(WHOLE);
    let text = "runbook: r\nunits:\n  a:\n    on: portal\n    timeout: 5s\n    run:\n      - {tcp: \":8443\"}\n      \
                - {http: /health}\n      - {http: \":9090/metrics\", on: db-standby}\n      - {tcp: \":53\", on: local}\n      \
                - {http: /own, on: local}\n";
    let plan = planned(&bank, text);
    let mut hosts = Vec::new();
    for step in &plan.units()[0].steps {
        match &step.action {
            engine::plan::Action::Tcp(tcp) => hosts.push(match &tcp.host {
                Host::Written(host) => format!("written {host}:{}", tcp.port),
                Host::Of(target) => format!("of {target}:{}", tcp.port),
            }),
            engine::plan::Action::Http(http) => hosts.push(match &http.url {
                Url::Written(url) => format!("written {url}"),
                Url::Of { target, rest } => format!("of {target}{rest}"),
            }),
            other => panic!("{other:?}"),
        }
    }
    let expected = [
        "of portal:8443",
        "of portal/health",
        "of db-standby:9090/metrics",
        "written 127.0.0.1:53",
        "written http://127.0.0.1/own",
    ];
    assert_eq!(hosts, expected);
}

#[test]
fn the_frozen_plan_knows_its_targets_and_its_digest_changes_with_them() {
    let text = "runbook: r\nunits:\n  a: {on: db-standby, timeout: 5s, run: [{tcp: \":6432\"}]}\n";
    let bank = inventory(WHOLE);
    let plan = planned(&bank, text);
    let standby = "db-standby".parse().unwrap();
    assert_eq!(plan.body().bound.binding(&standby, Mode::Isolated).unwrap().address.as_deref(), Some("127.0.0.1"));
    let thawed = engine::plan::Plan::thaw(&plan.freeze().unwrap(), plan.digest()).unwrap();
    assert_eq!(thawed.body(), plan.body());
    let moved = inventory(&WHOLE.replace("10.0.1.12", "10.0.1.13"));
    assert_ne!(planned(&moved, text).digest(), plan.digest(), "another address is another plan");
    let alone = compile(&engine::runbook::Source::new("r.yaml", text)).plan.unwrap();
    assert!(alone.body().bound.is_empty());
}
