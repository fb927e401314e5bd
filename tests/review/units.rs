//! The digest of a unit tells whether the unit itself was changed.

use std::collections::BTreeMap;
use std::path::Path;

use engine::base::{Digest, UnitId};
use engine::plan::{Plan, compile};
use engine::review::unit_digests;
use engine::runbook::Source;

use crate::play::RUNBOOK;

fn digests(text: &str) -> BTreeMap<UnitId, Digest> {
    let compiled = compile(&Source::new("units.yaml", text));
    of(&compiled.plan.unwrap_or_else(|| panic!("{:#?}", compiled.diagnostics)))
}

fn of(plan: &Plan) -> BTreeMap<UnitId, Digest> {
    unit_digests(plan).into_iter().collect()
}

fn changed(before: &str, after: &str) -> Vec<String> {
    let (before, after) = (digests(before), digests(after));
    before.iter().filter(|(unit, digest)| after.get(*unit) != Some(digest)).map(|(unit, _)| unit.to_string()).collect()
}

#[test]
fn a_step_a_target_and_a_need_are_changes_and_words_are_not() {
    assert_eq!(changed(RUNBOOK, &RUNBOOK.replace("start db", "start db --fast")), ["db"]);
    assert_eq!(changed(RUNBOOK, &RUNBOOK.replace("target: 5m", "target: 6m")), ["ap"]);
    assert_eq!(changed(RUNBOOK, &RUNBOOK.replace("    needs: [db]\n", "")), ["ap"]);
    let words = RUNBOOK.replace("    needs: [db]\n", "    needs: [db]\n    title: 응용\n    owner: AP팀\n");
    assert_eq!(changed(RUNBOOK, &words), [""; 0]);
}

/// Everything that a unit can say about others, in a runbook that has more and more units in front of it.
#[test]
fn a_unit_that_is_put_in_somewhere_else_changes_no_other_one() {
    let books = ["conditions-and-decisions", "outputs", "gates-of-every-kind", "the-agreed-language", "waiting"];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("language/good");
    let mut pushed = 0;
    for book in books {
        let text = std::fs::read_to_string(folder.join(format!("{book}.yaml"))).unwrap();
        let Some(plan) = compile(&Source::new("book.yaml", &text)).plan else { continue };
        let place = if text.contains("\nunits:\n") { "\nunits:\n" } else { "\nstages:\n" };
        let new = if place == "\nunits:\n" {
            "\nunits:\n  zz-first: {target: 1m, run: [{command: \"true\", timeout: 5s}]}\n"
        } else {
            "\nstages:\n  - stage: zz-stage\n    units: {zz-first: {target: 1m, run: [{command: \"true\", timeout: 5s}]}}\n"
        };
        let Some(other) = compile(&Source::new("book.yaml", text.replacen(place, new, 1))).plan else { continue };
        let (before, after) = (of(&plan), of(&other));
        assert_eq!(after.len(), before.len() + 1, "{book}");
        // What was in the first stage now waits for the stage before it, if it waits by stages at all.
        let moved: Vec<_> = before.iter().filter(|(unit, digest)| after.get(*unit) != Some(digest)).collect();
        assert!(moved.is_empty(), "{book}: {moved:?}");
        pushed += 1;
    }
    assert!(pushed >= 3, "{pushed} of them compile by themselves");
}
