//! What remains of a run as proof: packs, keys and anchors, through the binary, and held against other programs.

#![cfg(test)]

mod anchors;
mod flipping;
mod hostile;
mod issues;
mod keys;
mod packs;
mod recomputing;

#[test]
fn no_test_file_is_forgotten() {
    let main = include_str!("main.rs");
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("evidence");
    for entry in std::fs::read_dir(folder).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let Some(module) = name.strip_suffix(".rs") else { continue };
        assert!(main.contains(&format!("mod {module};")) || module == "main", "{name} is in no test binary");
    }
}
