//! The documents say what is so.

use engine::base::Lang;
use engine::plan::compile_in;
use engine::runbook::{Code, Source, Surroundings, human};

use crate::harness_files::repository;

#[test]
fn every_code_has_its_section() {
    let text = std::fs::read_to_string(repository("docs/diagnostics.md")).unwrap();
    let sections: Vec<&str> = text.split("\n## ").skip(1).collect();
    for code in Code::ALL {
        let section = sections.iter().find(|section| section.lines().next() == Some(code.id()));
        let section = section.unwrap_or_else(|| panic!("{code} has no section in docs/diagnostics.md"));
        assert!(section.contains(code.severity().keyword()), "{code} is not said to be {:?}", code.severity());
        assert!(section.contains("Example: "), "{code} has no example");
    }
}

#[test]
fn every_runbook_in_the_documents_compiles() {
    let text = std::fs::read_to_string(repository("docs/runbook-language.md")).unwrap();
    let blocks: Vec<&str> =
        text.split("```yaml\n").skip(1).map(|rest| rest.split("```").next().unwrap_or_default()).collect();
    assert!(blocks.len() >= 5, "{} examples", blocks.len());
    let samples = repository("runbooks/samples");
    let around = Surroundings::around(&samples, &samples);
    for block in blocks {
        let source = Source::new("docs/runbook-language.md", block);
        let compiled = compile_in(&source, &around);
        assert!(compiled.plan.is_some(), "{}", human(&source, &compiled.diagnostics, Lang::En, false));
    }
}
