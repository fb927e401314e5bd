//! The demonstration as a newcomer starts it, in a folder of its own.

use std::collections::BTreeMap;
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The binary's own main, built with these tests.
const BINARY: &str = env!("CARGO_BIN_EXE_relight-for-tests");

pub(crate) struct Demo {
    process: Child,
    pub(crate) url: String,
    passwords: BTreeMap<String, String>,
    state: tempfile::TempDir,
}

impl Demo {
    /// Starts it and reads what it prints until everybody's password is known.
    pub(crate) fn start() -> Self {
        let state = tempfile::tempdir().unwrap();
        let mut process = Command::new(BINARY)
            .args(["demo", "--listen", "127.0.0.1:0", "--state"])
            .arg(state.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let (mut url, mut passwords) = (None, BTreeMap::new());
        for line in BufReader::new(process.stdout.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some((_, address)) = line.split_once("open at ") {
                url = Some(address.trim_end_matches('/').to_owned());
            }
            if let (Some(rest), true) = (line.strip_prefix("  "), url.is_some()) {
                let mut words = rest.split_whitespace();
                passwords.insert(words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
            }
            if ["operator", "commander", "owner", "admin"].iter().all(|&name| passwords.contains_key(name)) {
                break;
            }
        }
        Self { process, url: url.expect("no address was printed"), passwords, state }
    }

    /// Puts a runbook beside those of the demonstration.
    pub(crate) fn add(&self, name: &str, text: &str) {
        std::fs::write(self.state.path().join("runbooks").join(name), text).unwrap();
    }

    /// Where files of the test may lie.
    pub(crate) fn folder(&self) -> &Path {
        self.state.path()
    }

    pub(crate) fn password(&self, name: &str) -> &str {
        &self.passwords[name]
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        let id = i32::try_from(self.process.id()).unwrap();
        // As Ctrl-C: it then ends the three tiers too.
        kill(Pid::from_raw(id), Signal::SIGINT).unwrap();
        self.process.wait().unwrap();
    }
}
