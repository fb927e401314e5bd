//! Any bytes go through parser, compiler and both renderings: nothing panics, hangs or grows without bound, a plan comes
//! out exactly when there is no error, and a frozen plan thaws to itself.

#![no_main]
#![expect(dead_code, unused_imports, reason = "the layers also serve others, which are not built here")]

#[path = "../../engine/src/base/mod.rs"]
mod base;
#[path = "../../engine/src/inventory/mod.rs"]
mod inventory;
#[path = "../../engine/src/plan/mod.rs"]
mod plan;
#[path = "../../engine/src/runbook/mod.rs"]
mod runbook;

use base::Lang;
use plan::{Plan, compile};
use runbook::{Source, human, json};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let source = Source::from_bytes("fuzz.yaml", bytes.to_vec());
    let compiled = compile(&source);
    assert_eq!(compiled.plan.is_none(), compiled.diagnostics.has_errors());
    for diagnostic in &compiled.diagnostics {
        assert!(diagnostic.place.line >= 1 && diagnostic.place.column >= 1);
    }
    for lang in Lang::ALL {
        assert!(!human(&source, &compiled.diagnostics, lang, true).is_empty());
    }
    assert!(json(&source, &compiled.diagnostics).is_object());
    if let Some(plan) = compiled.plan {
        let frozen = plan.freeze().expect("a plan is JSON");
        let thawed = Plan::thaw(&frozen, plan.digest()).expect("a frozen plan thaws");
        assert_eq!(thawed.body(), plan.body());
    }
});
