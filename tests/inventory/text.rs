//! What an inventory may say, and what is said of one that may not.

use engine::base::{Lang, Mode};
use engine::inventory::{SqlTls, check};
use engine::runbook::{Source, human};

use crate::files::{WHOLE, corpus, inventory};

#[test]
fn every_broken_inventory_is_refused_with_a_line_and_a_picture() {
    let corpus = corpus("broken");
    assert!(corpus.len() >= 16, "{} broken inventories", corpus.len());
    for (name, source) in corpus {
        let checked = check(&source);
        assert!(checked.inventory.is_none(), "{name} was taken");
        assert!(checked.diagnostics.has_errors(), "{name} was refused without an error");
        for lang in Lang::ALL {
            let said = |text: &engine::base::Text| !text.get(lang).is_empty();
            assert!(checked.diagnostics.iter().all(|found| said(&found.message) && found.place.line > 0), "{name}");
            assert!(checked.diagnostics.iter().all(|found| found.help.as_ref().is_some_and(said)), "{name}");
        }
        let text = human(&source, &checked.diagnostics, Lang::En, false);
        insta::with_settings!({ snapshot_path => "snapshots/broken", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn faults_are_also_told_in_korean() {
    let text =
        "inventory: x\ntargets:\n  local: {address: a}\n  a: {site: nowhere, ssh: {port: 22}, peer: bb}\n  b: {}\n";
    let source = Source::new("inventory.yaml", text);
    let told = human(&source, &check(&source).diagnostics, Lang::Ko, false);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("korean", told);
    });
}

#[test]
fn the_example_in_the_document_is_an_inventory() {
    let document = include_str!("../../docs/inventory.md");
    let example = document.split("```yaml\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    assert_eq!(inventory(example).targets().len(), 5);
}

#[test]
fn a_target_is_bound_for_the_modes_it_names_and_otherwise_for_real_alone() {
    let bank = inventory(WHOLE);
    let modes = |name: &str| bank.targets()[name].bindings.keys().copied().collect::<Vec<_>>();
    assert_eq!(modes("db-primary"), [Mode::Real]);
    assert_eq!(modes("db-standby"), [Mode::Isolated, Mode::Drill, Mode::Real]);
    assert_eq!(modes("bastion"), [Mode::Drill, Mode::Real]);
    assert_eq!(modes("lab-bastion"), [Mode::Isolated]);
}

#[test]
fn what_a_mode_says_replaces_key_by_key_what_the_target_says() {
    let bank = inventory(WHOLE);
    let standby = &bank.targets()["db-standby"].bindings;
    let (isolated, drill, real) = (&standby[&Mode::Isolated], &standby[&Mode::Drill], &standby[&Mode::Real]);
    let ssh = isolated.ssh.as_ref().unwrap();
    assert_eq!((ssh.host.as_str(), ssh.port, ssh.user.as_str()), ("127.0.0.1", 2201, "relight"));
    assert_eq!(ssh.jump.as_ref().unwrap().as_str(), "lab-bastion");
    assert_eq!(ssh.run_as.as_deref(), Some("postgres"));
    assert_eq!(ssh.host_keys.len(), 1);
    let sql = |binding: &engine::inventory::Binding| {
        let sql = binding.sql.as_ref().unwrap();
        (sql.host.clone(), sql.port, sql.database.clone().unwrap())
    };
    assert_eq!(sql(isolated), ("127.0.0.1".to_owned(), 15432, "bank".to_owned()));
    assert_eq!(sql(drill), ("10.0.1.12".to_owned(), 6432, "bank_drill".to_owned()));
    assert_eq!(sql(real), ("10.0.1.12".to_owned(), 6432, "bank".to_owned()));
    assert_eq!(real.ssh.as_ref().unwrap().port, 22);
    assert_eq!(bank.targets()["db-primary"].bindings[&Mode::Real].sql.as_ref().unwrap().tls, SqlTls::Verify);
    assert_eq!(
        bank.targets()["portal"].bindings[&Mode::Real].http.as_ref().unwrap().base,
        "https://portal.bank.example:8443"
    );
}

#[test]
fn a_plan_freezes_the_targets_it_uses_the_way_to_them_and_where_their_secrets_are() {
    let bank = inventory(WHOLE);
    let used = "db-standby".parse().unwrap();
    let bound = bank.bound([&used], [], &std::collections::BTreeMap::new());
    let targets: Vec<_> = bound.targets.keys().map(|name| name.as_str()).collect();
    assert_eq!(targets, ["bastion", "db-standby", "lab-bastion"]);
    let secrets: Vec<_> = bound.secrets.keys().map(|name| name.as_str()).collect();
    assert_eq!(secrets, ["deploy-key", "pg-admin"]);
    let sites: Vec<_> = bound.sites.keys().map(|name| name.as_str()).collect();
    assert_eq!(sites, ["busan"]);
    assert!(
        bound.claims.iter().any(|claim| claim.target.as_str() == "db-primary"),
        "the rest is kept as forbidden ground"
    );
    let frozen = serde_json::to_string(&bound).unwrap();
    assert_eq!(serde_json::from_str::<engine::inventory::Bound>(&frozen).unwrap(), bound);
}
