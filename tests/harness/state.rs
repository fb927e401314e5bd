//! A state folder of a test's own, and the binary at work in it.

#![expect(clippy::disallowed_methods, reason = "the binary under test, and the clock that it is waited for by")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Output, Stdio};
use std::time::{Duration, Instant};

use assert_cmd::Command;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use paper::pdf::Press;
use serde_json::Value;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions as _, Connection as _};
use tempfile::TempDir;

/// Far beyond what anything here takes on a busy machine; reached only by something that hangs.
const PATIENCE: Duration = Duration::from_mins(2);

/// The shipped binary's own main, which lies beside the folder of the test that asks.
fn binary() -> PathBuf {
    let test = std::env::current_exe().unwrap();
    test.ancestors().nth(2).unwrap().join("relight-for-tests")
}

/// The press of that binary.
pub fn press() -> Press {
    Press::new(binary(), vec!["press".into()])
}

/// A folder that is gone with the test, keeper and all.
pub struct State(TempDir);

impl Default for State {
    fn default() -> Self {
        Self::new()
    }
}

impl State {
    /// With nothing in it yet.
    pub fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    /// A place beside the state.
    pub fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// The state itself.
    pub fn folder(&self) -> PathBuf {
        self.path("state")
    }

    /// Writes a runbook and gives its path.
    pub fn runbook(&self, text: &str) -> String {
        let path = self.path("runbook.yaml");
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// `relight …` in this state, without anything that the tester's own environment says.
    pub fn relight(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(binary());
        command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").timeout(PATIENCE);
        command.env("RELIGHT_STATE", self.folder()).env("RELIGHT_AS", "tester").current_dir(self.0.path());
        command
    }

    /// Runs it to its end.
    pub fn done(&self, arguments: &[&str]) -> Done {
        Done(self.relight(arguments).output().unwrap())
    }

    /// Starts it beside the test.
    pub fn beside(&self, arguments: &[&str]) -> Beside {
        let mut command = std::process::Command::new(binary());
        command.args(arguments).env_clear().env("PATH", "/usr/bin:/bin").current_dir(self.0.path());
        command.env("RELIGHT_STATE", self.folder()).env("RELIGHT_AS", "tester");
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Beside::of(child)
    }

    /// Starts it beside the test on a terminal of 120 columns; what is written to its standard input is typed there.
    pub fn on_terminal(&self, arguments: &[&str]) -> Beside {
        let line = format!("stty cols 120 rows 40; exec {} {}", binary().display(), arguments.join(" "));
        let mut command = std::process::Command::new("script");
        command.args(["--quiet", "--return", "--flush", "--command", &line, "/dev/null"]);
        command.env_clear().env("PATH", "/usr/bin:/bin").env("TERM", "xterm").current_dir(self.0.path());
        command.env("RELIGHT_STATE", self.folder()).env("RELIGHT_AS", "tester");
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        Beside::of(child)
    }

    /// Takes the database so that nobody else can write to it, until this is dropped.
    pub fn locked(&self) -> impl Drop + use<> {
        struct Lock(tokio::runtime::Runtime, Option<SqliteConnection>);
        impl Drop for Lock {
            fn drop(&mut self) {
                if let Some(connection) = self.1.take() {
                    self.0.block_on(connection.close()).unwrap();
                }
            }
        }
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        let options = SqliteConnectOptions::new().filename(self.folder().join("relight.db"));
        let connection = runtime.block_on(async {
            let mut connection = options.connect().await.unwrap();
            sqlx::raw_sql("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
            connection
        });
        Lock(runtime, Some(connection))
    }

    /// The newest run as `relight runs` lists it.
    pub fn latest(&self) -> Option<Value> {
        let listed = self.done(&["runs", "--format", "json"]);
        listed.json().as_array().and_then(|runs| runs.first().cloned())
    }

    /// Waits until the newest run has a status.
    pub fn until_status(&self, status: &str) -> Value {
        until(|| self.latest().filter(|run| run["status"] == status))
    }
}

/// Waits until there is something.
pub fn until<T>(mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited in vain");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Waits until a file is there.
pub fn until_file(path: &Path) {
    until(|| path.exists().then_some(()));
}

/// A command that has ended.
#[derive(Debug)]
pub struct Done(pub Output);

impl Done {
    /// Its exit code.
    pub fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    /// Its standard output.
    pub fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    /// Its standard error.
    pub fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
    }

    /// The last line of standard output.
    pub fn json(&self) -> Value {
        let out = self.out();
        let last = out.lines().last().unwrap_or_else(|| panic!("nothing was said; {}", self.err()));
        serde_json::from_str(last).unwrap()
    }

    /// The same, after the exit code was found to be this.
    pub fn json_with(&self, code: i32) -> Value {
        assert_eq!(self.code(), code, "{}\n{}", self.out(), self.err());
        self.json()
    }
}

/// A command that is at work. Killed when the test forgets it.
#[derive(Debug)]
pub struct Beside(Option<Child>);

impl Beside {
    /// Looks after a process.
    pub const fn of(child: Child) -> Self {
        Self(Some(child))
    }

    /// The id of its process.
    pub fn id(&self) -> u32 {
        self.0.as_ref().unwrap().id()
    }

    /// Sends it a signal.
    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(i32::try_from(self.id()).unwrap()), signal).unwrap();
    }

    /// The process.
    pub fn child(&mut self) -> &mut Child {
        self.0.as_mut().unwrap()
    }

    /// Waits for its end.
    pub fn wait(mut self) -> Done {
        Done(self.0.take().unwrap().wait_with_output().unwrap())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        if let Some(child) = &mut self.0 {
            child.kill().unwrap_or_default();
            child.wait().map(drop).unwrap_or_default();
        }
    }
}

/// What differs from run to run, replaced by what it is.
pub fn redacted(mut value: Value) -> Value {
    fn walk(key: &str, value: &mut Value) {
        match value {
            Value::Object(map) => map.iter_mut().for_each(|(key, value)| walk(key, value)),
            Value::Array(items) => items.iter_mut().for_each(|value| walk(key, value)),
            Value::String(text) if key == "run" || key == "request" || key.ends_with("_at") => {
                *text = format!("[{key}]");
            }
            Value::Number(_) if ["elapsed_ms", "rta_ms", "seq"].contains(&key) => *value = format!("[{key}]").into(),
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
        }
    }
    walk("", &mut value);
    value
}
