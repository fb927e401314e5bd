//! `relight serve` as a process of its own, with a state folder of its own.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// The binary's own main, built with these tests.
const BINARY: &str = env!("CARGO_BIN_EXE_relight-for-tests");

/// A folder with runbooks, and with files by which steps tell that they ran and are told to end.
pub(crate) struct Site(tempfile::TempDir);

impl Site {
    /// A site with one runbook.
    pub(crate) fn new(runbook: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("books")).unwrap();
        let text = runbook.replace("SITE", &folder.path().display().to_string());
        std::fs::write(folder.path().join("books/book.yaml"), text).unwrap();
        Self(folder)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Lets steps end that wait for this file.
    pub(crate) fn make(&self, name: &str) {
        std::fs::write(self.path(name), "").unwrap();
    }

    /// The lines of a file, in order of the alphabet.
    pub(crate) fn lines(&self, name: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.path(name)).unwrap_or_default();
        let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
        lines.sort();
        lines
    }

    /// Starts a node on a database; its state lies in the folder of that name.
    pub(crate) fn serve(&self, state: &str, database: &str) -> Node {
        Node::start(&self.path(state), &self.path("books"), database)
    }
}

/// A node that serves. Killed when the test forgets it.
pub(crate) struct Node {
    process: Child,
    pub(crate) url: String,
    talk: Receiver<String>,
}

impl Node {
    #[expect(clippy::disallowed_methods, reason = "the binary under test")]
    fn start(state: &Path, books: &Path, database: &str) -> Self {
        let mut process = Command::new(BINARY)
            .args(["serve", "--listen", "127.0.0.1:0", "--runbooks"])
            .arg(books)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("RELIGHT_STATE", state)
            .env("RELIGHT_DATABASE", database)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let (sender, talk) = channel();
        let errors = BufReader::new(process.stderr.take().unwrap());
        std::thread::spawn(move || {
            for line in errors.lines().map_while(Result::ok) {
                // Read on when nobody listens any more: a full pipe would stop the node.
                let _ = sender.send(line);
            }
        });
        let url = BufReader::new(process.stdout.take().unwrap()).lines().find_map(|line| {
            let line = line.unwrap();
            let (_, url) = line.split_once("open at ")?;
            Some(url.trim_end_matches('/').to_owned())
        });
        let url = url.unwrap_or_else(|| panic!("it did not serve: {:?}", talk.iter().collect::<Vec<_>>()));
        Self { process, url, talk }
    }

    /// The password that the first start on a database prints.
    pub(crate) fn first_password(&self) -> String {
        let line = self.talk.iter().find(|line| line.starts_with("first start:")).expect("no password was printed");
        let (_, rest) = line.split_once("the password ").unwrap();
        rest.split_whitespace().next().unwrap().to_owned()
    }

    /// Ends it as a power cut would. What it started goes on.
    pub(crate) fn kill(mut self) {
        self.end();
    }

    fn end(&mut self) {
        // It may be gone already.
        let _ = kill(Pid::from_raw(i32::try_from(self.process.id()).unwrap()), Signal::SIGKILL);
        self.process.wait().unwrap();
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        self.end();
    }
}

/// Waits until something is so; the patience of the test runner's caller ends what never is.
pub(crate) async fn until(so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !so().await {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    };
    // Far beyond what anything here takes on a busy machine.
    tokio::time::timeout(std::time::Duration::from_mins(2), waiting).await.expect("waited in vain");
}
