//! The desk of an operator: the binary, with a state folder of a test's own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use assert_cmd::Command;
use harness::state::{Beside, Done};
use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_relight-for-tests");
/// Far beyond what anything here takes on a busy machine; reached only by something that hangs.
const PATIENCE: Duration = Duration::from_mins(4);
/// What commands of runbooks see: the programs of the system, and one zone wherever the tests run.
const ENVIRONMENT: [&str; 3] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "LANG=C.UTF-8"];

/// Gone with the test, keeper and all.
pub(crate) struct Desk {
    folder: PathBuf,
    _own: Option<TempDir>,
    /// A program and its first arguments, by which all others are started.
    through: Vec<String>,
}

impl Desk {
    /// On this machine, in a folder of its own.
    pub(crate) fn new() -> Self {
        let own = tempfile::Builder::new().prefix("relight-desk-").tempdir().unwrap();
        Self { folder: own.path().to_path_buf(), _own: Some(own), through: Vec::new() }
    }

    /// In a folder that somebody else removes, on the machine to which these words lead.
    pub(crate) fn in_folder(folder: &Path, through: Vec<String>) -> Self {
        Self { folder: folder.to_path_buf(), _own: None, through }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn words(&self, who: &str, arguments: &[&str]) -> Vec<String> {
        let mut words = self.through.clone();
        words.extend(["env", "-i"].map(str::to_owned));
        words.extend(ENVIRONMENT.map(str::to_owned));
        words.push(format!("RELIGHT_STATE={}", self.path("state").display()));
        words.push(format!("RELIGHT_AS={who}"));
        words.push(BINARY.to_owned());
        words.extend(arguments.iter().map(|&word| word.to_owned()));
        words
    }

    /// `relight …` to its end, as this person.
    pub(crate) fn asked_by(&self, who: &str, arguments: &[&str]) -> Done {
        let words = self.words(who, arguments);
        let mut command = Command::new(&words[0]);
        Done(command.args(&words[1..]).current_dir(&self.folder).timeout(PATIENCE).output().unwrap())
    }

    /// The same as who declares runs.
    pub(crate) fn asked(&self, arguments: &[&str]) -> Done {
        self.asked_by("requester", arguments)
    }

    /// `relight …` beside the test.
    #[expect(clippy::disallowed_methods, reason = "the binary under test")]
    pub(crate) fn beside(&self, arguments: &[&str]) -> Beside {
        let words = self.words("requester", arguments);
        let mut command = std::process::Command::new(&words[0]);
        command.args(&words[1..]).current_dir(&self.folder);
        Beside::of(command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    /// The report on the newest run, when there is one.
    pub(crate) fn report(&self) -> Option<Report> {
        let done = self.asked(&["report", "latest", "--format", "json"]);
        (done.code() == 0).then(|| Report(serde_json::from_str(&done.out()).unwrap()))
    }

    /// The report once this holds of it.
    pub(crate) fn report_once(&self, what: &str, holds: impl Fn(&Report) -> bool) -> Report {
        let mut last = None;
        let deadline = Instant::now() + PATIENCE;
        while Instant::now() < deadline {
            match self.report() {
                Some(report) if holds(&report) => return report,
                other => last = other,
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        panic!("waited in vain until {what}: {}", last.map_or_else(String::new, |report| report.told()));
    }
}

/// A report as JSON.
#[derive(Debug)]
pub(crate) struct Report(pub(crate) Value);

impl Report {
    pub(crate) fn status(&self) -> &str {
        self.0["cover"]["status"].as_str().unwrap()
    }

    pub(crate) fn unit(&self, id: &str) -> &Value {
        let units = self.0["units"].as_array().unwrap();
        units.iter().find(|unit| unit["unit"] == id).unwrap_or_else(|| panic!("no unit {id} in the report"))
    }

    pub(crate) fn state(&self, id: &str) -> &str {
        self.unit(id)["state"].as_str().unwrap()
    }

    /// Units in this state.
    pub(crate) fn in_state(&self, state: &str) -> Vec<&str> {
        let units = self.0["units"].as_array().unwrap();
        units.iter().filter(|unit| unit["state"] == state).map(|unit| unit["unit"].as_str().unwrap()).collect()
    }

    /// What failed, with its message in English.
    pub(crate) fn faults(&self) -> Vec<(&str, &str)> {
        let faults = self.0["faults"].as_array().unwrap().iter();
        faults.map(|fault| (fault["unit"].as_str().unwrap(), english(&fault["message"]))).collect()
    }

    /// What happened, in short.
    pub(crate) fn told(&self) -> String {
        let units = self.0["units"].as_array().unwrap().iter();
        let states: Vec<_> = units.map(|unit| format!("{}={}", unit["unit"], unit["state"])).collect();
        format!("{} {} {:?}", self.status(), states.join(" "), self.faults())
    }
}

fn english(text: &Value) -> &str {
    text.as_str().or_else(|| text["en"].as_str()).unwrap()
}
