//! Shipped components at work on this host.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, UNIX_EPOCH};

use harness::state::State;

/// Runs a unit whose steps are these on the engine's own host.
fn run(state: &State, steps: &str, rest: &str) -> i32 {
    let file = state.runbook(&format!("runbook: r\nunits:\n  a:\n    run: [{steps}]\n    {rest}\n"));
    let done = state.done(&["run", &file, "--mode", "isolated"]);
    assert!(!done.err().contains("error["), "{}", done.err());
    done.code()
}

#[expect(clippy::disallowed_methods, reason = "what was there before the component")]
fn shell(program: &str, folder: &Path) -> String {
    let output = std::process::Command::new("sh").args(["-euc", program]).current_dir(folder).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap().trim().to_owned()
}

/// An archive with one file `new`, a folder `data` with one file `old`, and the step that restores the one to the other.
fn restore(state: &State) -> String {
    let home = state.path("");
    let sha256 = shell(
        "mkdir data from; echo 1 > data/old; echo 2 > from/new; tar -cf a.tar -C from .; sha256sum a.tar | cut -d ' ' -f 1",
        &home,
    );
    let (archive, folder) = (state.path("a.tar"), state.path("data"));
    let with = format!("host: local, archive: {}, sha256: {sha256}, folder: {}", archive.display(), folder.display());
    format!("{{uses: file.restore, with: {{{with}}}}}")
}

#[test]
fn restored_files_stand_in_their_place_and_the_former_ones_beside() {
    let state = State::new();
    let restore = restore(&state);
    assert_eq!(run(&state, &restore, "timeout: 1m"), 0);
    assert!(state.path("data/new").exists() && !state.path("data/old").exists());
    assert!(state.path("data.before-restore/old").exists());
}

#[test]
fn an_archive_that_is_not_the_one_that_was_meant_is_not_restored() {
    let state = State::new();
    let restore = restore(&state);
    fs::write(state.path("a.tar"), "another").unwrap();
    assert_eq!(run(&state, &restore, "timeout: 1m"), 1);
    assert!(state.path("data/old").exists() && !state.path("data.before-restore").exists());
}

#[test]
fn what_a_component_did_is_undone_when_its_unit_fails() {
    let state = State::new();
    let restore = restore(&state);
    let steps = format!("{restore}, {{command: ['false'], timeout: 5s}}");
    assert_ne!(run(&state, &steps, "on_fail: rollback"), 0);
    assert!(state.path("data/old").exists() && !state.path("data/new").exists());
    assert!(state.path("data.restored/new").exists());
}

/// A new backup and an old one, and the step that deletes what is old.
fn backups(state: &State) -> String {
    let home = state.path("");
    shell(
        "mkdir b; head -c 9000 /dev/urandom | gzip > b/x-new.gz; cp b/x-new.gz b/x-old.gz; cp b/x-new.gz b/y-old.gz",
        &home,
    );
    for old in ["b/x-old.gz", "b/y-old.gz"] {
        let file = File::options().append(true).open(state.path(old)).unwrap();
        file.set_modified(UNIX_EPOCH + Duration::from_secs(1_000_000_000)).unwrap();
    }
    let folder = state.path("b");
    format!(
        "{{uses: backup.prune, with: {{host: local, folder: {}, pattern: 'x-*.gz', keep_days: 30}}}}",
        folder.display()
    )
}

#[test]
fn old_backups_are_deleted_and_no_others() {
    let state = State::new();
    let prune = backups(&state);
    assert_eq!(run(&state, &prune, "timeout: 1m"), 0);
    let left = ["b/x-new.gz", "b/x-old.gz", "b/y-old.gz"].map(|name| state.path(name).exists());
    assert_eq!(left, [true, false, true]);
}

#[test]
fn no_backup_is_deleted_while_the_newest_one_is_broken() {
    let state = State::new();
    let prune = backups(&state);
    File::options().write(true).open(state.path("b/x-new.gz")).unwrap().set_len(5_000).unwrap();
    assert_eq!(run(&state, &prune, "timeout: 1m"), 1);
    assert!(state.path("b/x-old.gz").exists());
}

#[test]
fn a_backup_is_held_against_the_digest_beside_it() {
    let state = State::new();
    backups(&state);
    let verify = format!(
        "{{uses: backup.verify, with: {{host: local, folder: {}, pattern: 'x-*.gz'}}}}",
        state.path("b").display()
    );
    shell("sha256sum x-new.gz > x-new.gz.sha256", &state.path("b"));
    assert_eq!(run(&state, &verify, "timeout: 1m"), 0);
    fs::write(state.path("b/x-new.gz.sha256"), format!("{}  x-new.gz\n", "0".repeat(64))).unwrap();
    assert_eq!(run(&state, &verify, "timeout: 1m"), 1);
}

#[test]
fn a_changed_configuration_is_found() {
    let state = State::new();
    let home = state.path("");
    shell("echo 1 > conf; sha256sum \"$PWD/conf\" > manifest", &home);
    let manifest = state.path("manifest");
    let drift = format!("{{uses: host.config_drift, with: {{host: local, manifest: {}}}}}", manifest.display());
    assert_eq!(run(&state, &drift, "timeout: 1m"), 0);
    fs::write(state.path("conf"), "2").unwrap();
    assert_eq!(run(&state, &drift, "timeout: 1m"), 1);
}
