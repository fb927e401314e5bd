//! The command line, through the binary: exit codes, JSON and messages are a contract.

#![cfg(test)]

mod auditing;
mod calling;
mod checking;
mod comparing;
mod components;
mod deciding;
mod findings;
mod forecasting;
mod importing;
mod outputs;
mod points;
mod recovering;
mod reporting;
mod running;
mod sealing;
mod secrets;
mod serving;
mod standing_in;
mod terminal;
mod verbs;

#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("cli");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(module) = name.strip_suffix(".rs") else { continue };
        let listed = main.contains(&format!("mod {module};"));
        assert!(listed || ["main", "relight_bin"].contains(&module), "{name} is in no test binary");
    }
}
