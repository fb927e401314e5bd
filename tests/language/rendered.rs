//! A plan as it is shown: to people in both languages, to programs, to graph drawers.

use engine::base::Lang;
use engine::plan::{compile, dot, json, text};

use crate::harness_files::corpus;

#[test]
fn a_plan_is_shown_to_people_programs_and_graph_drawers() {
    let (_, source) = corpus("good").into_iter().find(|(name, _)| name == "the-agreed-language").unwrap();
    let plan = compile(&source).plan.unwrap();
    insta::with_settings!({ snapshot_path => "snapshots", prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("plan-text", text(&plan, Lang::En));
        insta::assert_snapshot!("plan-korean", text(&plan, Lang::Ko));
        insta::assert_json_snapshot!("plan-json", json(&plan));
        insta::assert_snapshot!("plan-dot", dot(&plan));
    });
}
