//! Mistakes that people make, and what they are told.

use engine::base::Lang;
use engine::plan::compile;
use engine::runbook::{human, json};

use crate::harness_files::corpus;

#[test]
fn every_broken_runbook_is_refused_with_a_line_and_a_picture() {
    let corpus = corpus("broken");
    assert!(corpus.len() >= 60, "{} broken runbooks", corpus.len());
    for (name, source) in corpus {
        let compiled = compile(&source);
        assert!(compiled.plan.is_none(), "{name} compiled");
        assert!(compiled.diagnostics.has_errors(), "{name} was refused without an error");
        for diagnostic in &compiled.diagnostics {
            assert!(diagnostic.place.line >= 1 && diagnostic.place.column >= 1, "{name}: {diagnostic:?}");
            assert!(!diagnostic.message.get(Lang::Ko).is_empty() && !diagnostic.message.get(Lang::En).is_empty());
        }
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        insta::with_settings!({ snapshot_path => "snapshots/broken", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn warnings_leave_a_plan_and_say_what_to_do() {
    for (name, source) in corpus("warned") {
        let compiled = compile(&source);
        assert!(compiled.plan.is_some(), "{name} was refused: {:?}", compiled.diagnostics);
        assert!(!compiled.diagnostics.is_empty(), "{name} was not warned about");
        assert!(compiled.diagnostics.iter().all(|diagnostic| diagnostic.help.is_some()), "{name}");
        let text = human(&source, &compiled.diagnostics, Lang::En, false);
        insta::with_settings!({ snapshot_path => "snapshots/warned", prepend_module_to_snapshot => false, omit_expression => true }, {
            insta::assert_snapshot!(name, text);
        });
    }
}

#[test]
fn faults_are_also_told_in_korean_and_to_editors() {
    let (_, source) = corpus("broken").into_iter().find(|(name, _)| name == "many-faults-at-once").unwrap();
    let compiled = compile(&source);
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("many-faults-korean", human(&source, &compiled.diagnostics, Lang::Ko, false));
        insta::assert_json_snapshot!("many-faults-json", json(&source, &compiled.diagnostics));
    });
}
