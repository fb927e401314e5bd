//! The script that reckons reports again without the engine.

#![expect(clippy::disallowed_methods, reason = "the second opinion is a process")]

use std::fs;
use std::path::Path;
use std::process::Command;

use engine::report::{RunReport, json};
use engine::run::Row;

/// The script.
const SCRIPT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../engine/src/evidence/recompute.py");

/// Lays report, journal, plan and runbook into a folder, as they lie in a pack.
pub fn lay(folder: &Path, report: &RunReport, plan: &str, source: &str, rows: &[Row]) {
    fs::create_dir_all(folder).unwrap();
    fs::write(folder.join("report.json"), json(report).unwrap()).unwrap();
    fs::write(folder.join("plan.json"), plan).unwrap();
    fs::write(folder.join("runbook.yaml"), source).unwrap();
    let rows: String = rows.iter().map(|row| serde_json::to_string(row).unwrap() + "\n").collect();
    fs::write(folder.join("journal.jsonl"), rows).unwrap();
}

/// What the script says of packs and folders, line by line, and its exit status.
pub fn recompute(given: &[&Path]) -> (i32, Vec<String>) {
    let done = Command::new("python3").args(["-I", "-B", SCRIPT]).args(given).output();
    let done = done.unwrap_or_else(|why| panic!("python3: {why}; scripts/setup test installs it"));
    let said = [done.stdout, done.stderr].concat();
    let lines = String::from_utf8(said).unwrap().lines().map(str::to_owned).collect();
    (done.status.code().unwrap(), lines)
}
