//! The desk of an operator: the binary, with a state folder of a test's own.

use std::path::PathBuf;
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use serde_json::Value;
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_relight-for-tests");
/// Far beyond what anything here takes on a busy machine; reached only by something that hangs.
const PATIENCE: Duration = Duration::from_secs(240);
/// What commands of runbooks see: the programs of the system, and one zone wherever the tests run.
const ENVIRONMENT: [&str; 3] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TZ=UTC", "LANG=C.UTF-8"];

/// Gone with the test, keeper and all.
pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::Builder::new().prefix("relight-desk-").tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn words(&self, arguments: &[&str]) -> Vec<String> {
        let mut words = ["env", "-i"].map(str::to_owned).to_vec();
        words.extend(ENVIRONMENT.map(str::to_owned));
        words.push(format!("RELIGHT_STATE={}", self.path("state").display()));
        words.push("RELIGHT_AS=requester".to_owned());
        words.push(BINARY.to_owned());
        words.extend(arguments.iter().map(|&word| word.to_owned()));
        words
    }

    /// `relight …` to its end.
    pub(crate) fn asked(&self, arguments: &[&str]) -> Done {
        let words = self.words(arguments);
        let mut command = Command::new(&words[0]);
        Done(command.args(&words[1..]).current_dir(self.folder.path()).timeout(PATIENCE).output().unwrap())
    }

    /// The report on the newest run, when there is one.
    pub(crate) fn report(&self) -> Option<Report> {
        let done = self.asked(&["report", "latest", "--format", "json"]);
        (done.code() == 0).then(|| Report(serde_json::from_str(&done.out()).unwrap()))
    }
}

/// A command that has ended.
#[derive(Debug)]
pub(crate) struct Done(Output);

impl Done {
    pub(crate) fn code(&self) -> i32 {
        self.0.status.code().unwrap()
    }

    pub(crate) fn out(&self) -> String {
        String::from_utf8(self.0.stdout.clone()).unwrap()
    }

    pub(crate) fn err(&self) -> String {
        String::from_utf8(self.0.stderr.clone()).unwrap()
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
