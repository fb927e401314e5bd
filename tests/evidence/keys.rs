//! Keys: where they lie, who may read them, and what becomes of them.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;

use harness::state::State;

use super::packs::{pack, sealed};

#[test]
fn the_private_half_lies_closed_in_the_state_folder_and_nowhere_in_the_database() {
    let (state, _) = sealed(&["--data-only"]);
    let shelf = state.folder().join("secrets/signing");
    let files: Vec<_> = fs::read_dir(&shelf).unwrap().flatten().collect();
    assert_eq!(files.len(), 1);
    assert_eq!(files[0].metadata().unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(fs::metadata(&shelf).unwrap().permissions().mode() & 0o077, 0);
    let listed = state.done(&["key", "list", "--format", "json"]).json();
    assert_eq!((listed.as_array().unwrap().len(), &listed[0]["here"]), (1, &true.into()));
    assert!(state.done(&["key", "show"]).out().starts_with("-----BEGIN PUBLIC KEY-----\n"));
    // Whoever has the folder without the key that seals has nothing.
    fs::rename(state.folder().join("secrets/key"), state.path("elsewhere")).unwrap();
    let refused = state.done(&["seal", "latest", "-o", "other.zip"]);
    assert_eq!(refused.code(), 4, "{}", refused.err());
    assert_eq!(state.done(&["key", "new"]).code(), 4, "another sealing key would close the first for good");
    let mut with = state.relight(&["seal", "latest", "-o", "other.zip"]);
    let done = with.env("RELIGHT_SECRET_KEY", state.path("elsewhere")).output().unwrap();
    assert!(done.status.success(), "{done:?}");
}

#[test]
fn a_new_key_signs_from_then_on_and_what_a_retired_one_signed_stays_proven() {
    let (state, old) = sealed(&["--data-only"]);
    assert_eq!(state.done(&["key", "new"]).code(), 0);
    let new = pack(&state, "new.zip", &["--data-only"]);
    let listed = state.done(&["key", "list", "--format", "json"]).json();
    let fingerprint = |at: usize| listed[at]["fingerprint"].as_str().unwrap().to_owned();
    let proves = |file: &std::path::Path, key: String| {
        state.done(&["verify", &file.display().to_string(), "--key", &key]).code()
    };
    assert_eq!((proves(&old, fingerprint(0)), proves(&new, fingerprint(1))), (0, 0));
    assert_eq!((proves(&old, fingerprint(1)), proves(&new, fingerprint(0))), (1, 1));
    let id = listed[1]["key"].as_str().unwrap();
    assert_eq!(state.done(&["key", "retire", id]).code(), 2, "a reason is asked for");
    assert_eq!(state.done(&["key", "retire", id, "--reason", "담당자 교체"]).code(), 0);
    assert_eq!(state.done(&["key", "retire", "0000000000000000", "--reason", "x"]).code(), 2);
    assert_eq!(proves(&new, fingerprint(1)), 0);
    assert_eq!(state.done(&["key", "show", id]).code(), 0, "its public half stays");
    let again = pack(&state, "again.zip", &["--data-only"]);
    assert_eq!(proves(&again, fingerprint(0)), 0, "the older key is the newest in use");
    assert!(!state.folder().join(format!("secrets/signing/{id}.sealed")).exists());
    let deeds = state.done(&["audit", "list", "--act", "key."]).out();
    assert!(deeds.contains("key.new") && deeds.contains("key.retire") && deeds.contains("담당자 교체"), "{deeds}");
}

#[test]
fn there_is_no_key_until_one_is_made() {
    let state = State::new();
    assert!(state.done(&["key", "list"]).err().contains("relight key new"));
    assert_eq!(state.done(&["key", "show"]).code(), 4);
}
