//! Compiles a file, or a made layered graph of N units, and says what came of it. For measuring with `/usr/bin/time -v`:
//! `cargo run --release -p relight-engine --example compile -- 100000`.

use engine::plan::compile;
use engine::runbook::{Severity, Source};

fn main() -> std::io::Result<()> {
    let argument = std::env::args().nth(1).unwrap_or_else(|| "1000".to_owned());
    let source = match argument.parse() {
        Ok(units) => Source::new("layers.yaml", layers(units)),
        Err(_) => Source::read(argument.as_ref())?,
    };
    let compiled = compile(&source);
    let (errors, warnings) =
        (compiled.diagnostics.count(Severity::Error), compiled.diagnostics.count(Severity::Warning));
    let units = compiled.plan.as_ref().map_or(0, |plan| plan.units().len());
    let line = format!("{} bytes, {units} units, {errors} errors, {warnings} warnings\n", source.text().len());
    std::io::Write::write_all(&mut std::io::stdout(), line.as_bytes())
}

/// Layers of a hundred units; each unit needs two of the layer before.
fn layers(units: usize) -> String {
    use std::fmt::Write as _;
    let mut text = String::from("runbook: layers\nunits:\n");
    for unit in 0..units {
        let needs = match unit.checked_sub(100) {
            Some(before) => format!("needs: [u{before}, u{}], ", (before + 1).min(unit - 1)),
            None => String::new(),
        };
        let _ = writeln!(text, "  u{unit}: {{{needs}run: [{{command: [/bin/true]}}]}}");
    }
    text
}
