//! The ground of the campaign: a folder, a database, engines that die and engines that take over.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use engine::base::RunId;
use engine::executor::{Loaded, load};
use engine::run::UnitState;
use engine::store::Database;
use tempfile::TempDir;

/// Layers of the runbook, and units in each.
const LAYERS: usize = 5;
const WIDTH: usize = 8;
/// Units of the runbook.
pub(crate) const UNITS: usize = LAYERS * WIDTH;

/// Five layers of eight units; each needs two of the layer before and leaves its mark when it begins and when it ends.
pub(crate) fn runbook() -> String {
    let mut text = String::from("runbook: campaign\nconcurrency: 8\nunits:\n");
    for layer in 0..LAYERS {
        for place in 0..WIDTH {
            let needs = match layer {
                0 => String::new(),
                _ => format!("u{}-{place}, u{}-{}", layer - 1, layer - 1, (place + 3) % WIDTH),
            };
            let line = "printf 'b %s\\n' $RELIGHT_UNIT >> $LOG; sleep 0.01; printf 'e %s\\n' $RELIGHT_UNIT >> $LOG";
            writeln!(
                text,
                "  u{layer}-{place}:\n    needs: [{needs}]\n    target: 5s\n    run: [{{command: \"{}\", timeout: 60s}}]",
                line.replace('\\', "\\\\")
            )
            .unwrap();
        }
    }
    text
}

/// A database to run the campaign on, and a folder for keeper and marks.
pub(crate) struct Field {
    pub(crate) folder: TempDir,
    pub(crate) url: String,
}

/// What a mortal engine said before it ended.
pub(crate) struct Said {
    pub(crate) run: RunId,
    /// Whether it died at its boundary.
    pub(crate) died: bool,
    pub(crate) status: String,
    /// How often it passed each boundary.
    pub(crate) passed: Vec<u64>,
}

impl Field {
    pub(crate) fn new(url: impl Fn(&Path) -> String) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-campaign-").tempdir().unwrap();
        let url = url(folder.path());
        Self { folder, url }
    }

    /// Writes a runbook and runs it in an engine that dies at a boundary; `("never", 0)` lets it live.
    pub(crate) fn run(&self, runbook: &str, point: &str, count: u64) -> Said {
        let path = self.folder.path().join("runbook.yaml");
        std::fs::write(&path, runbook).unwrap();
        let _ = std::fs::remove_file(self.log());
        let folder = self.folder.path().to_str().unwrap();
        let count = count.to_string();
        read(&mortal(&["run", &self.url, folder, path.to_str().unwrap(), point, &count]))
    }

    /// The same, and gives it back as soon as it has said which run it is.
    pub(crate) fn start(&self, runbook: &str, point: &str, count: u64) -> Begun {
        let path = self.folder.path().join("runbook.yaml");
        std::fs::write(&path, runbook).unwrap();
        let _ = std::fs::remove_file(self.log());
        let (folder, count) = (self.folder.path().to_str().unwrap(), count.to_string());
        let mut process = Command::new(env!("CARGO_BIN_EXE_mortal"))
            .args(["run", &self.url, folder, path.to_str().unwrap(), point, &count])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        said.read_line(&mut line).unwrap();
        Begun { run: line.trim().parse().unwrap_or_else(|_| panic!("no run in {line:?}")), process, said, line }
    }

    /// Another engine takes the run over.
    pub(crate) fn resume(&self, run: RunId) -> Said {
        let folder = self.folder.path().to_str().unwrap();
        read(&mortal(&["resume", &self.url, folder, &run.to_string()]))
    }

    pub(crate) fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// How often each mark was left.
    pub(crate) fn marks(&self) -> BTreeMap<String, u32> {
        let mut marks = BTreeMap::new();
        for line in std::fs::read_to_string(self.log()).unwrap_or_default().lines() {
            *marks.entry(line.to_owned()).or_default() += 1;
        }
        marks
    }

    pub(crate) async fn database(&self) -> Database {
        engine::store::open(&self.url).await.unwrap()
    }

    /// Loads the run, which checks its chain and every transition.
    pub(crate) async fn load(&self, database: &Database, run: RunId) -> Loaded {
        load(database.store.as_ref(), run).await.unwrap()
    }

    /// Processes of steps that are still there.
    pub(crate) fn left_over(run: RunId) -> Vec<String> {
        let wanted = format!("RELIGHT_RUN={run}");
        processes()
            .filter(|process| {
                let environment = std::fs::read(process.join("environ")).unwrap_or_default();
                environment.split(|byte| *byte == 0).any(|variable| variable == wanted.as_bytes())
            })
            .map(|process| process.display().to_string())
            .collect()
    }

    /// Pid of the keeper of this folder.
    pub(crate) fn keeper(&self) -> Option<i32> {
        let folder = self.folder.path().join("keeper");
        processes().find_map(|process| {
            let line = std::fs::read(process.join("cmdline")).ok()?;
            let mut words = line.split(|byte| *byte == 0);
            let is_keeper =
                words.any(|word| word == b"keeper") && words.any(|word| word == folder.as_os_str().as_encoded_bytes());
            is_keeper.then(|| process.file_name()?.to_str()?.parse().ok()).flatten()
        })
    }
}

/// A mortal engine at work.
pub(crate) struct Begun {
    pub(crate) run: RunId,
    process: Child,
    said: BufReader<ChildStdout>,
    line: String,
}

impl Begun {
    /// Waits for its end.
    pub(crate) fn end(mut self) -> Said {
        let mut text = std::mem::take(&mut self.line);
        self.said.read_to_string(&mut text).unwrap();
        let status = self.process.wait().unwrap();
        read(&Output { status, stdout: text.into_bytes(), stderr: Vec::new() })
    }
}

impl Drop for Begun {
    fn drop(&mut self) {
        // A test that fails leaves no engine behind. One that has ended can not be killed.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

impl Drop for Field {
    fn drop(&mut self) {
        if let Some(pid) = self.keeper() {
            let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(pid), nix::sys::signal::Signal::SIGKILL);
        }
    }
}

fn processes() -> impl Iterator<Item = PathBuf> {
    let numeric = |path: &PathBuf| path.file_name().is_some_and(|name| name.as_encoded_bytes()[0].is_ascii_digit());
    std::fs::read_dir("/proc").unwrap().filter_map(Result::ok).map(|entry| entry.path()).filter(numeric)
}

fn read(output: &Output) -> Said {
    use std::os::unix::process::ExitStatusExt as _;
    let died = output.status.signal() == Some(9);
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(died || output.status.success(), "{text}\n{}", String::from_utf8_lossy(&output.stderr));
    let words: Vec<&str> = text.lines().last().unwrap_or_default().split(' ').collect();
    let run = words[0].parse().unwrap_or_else(|_| panic!("no run in {text:?}"));
    let status = words.get(1).copied().unwrap_or_default().to_owned();
    let passed = words.iter().skip(2).map(|count| count.parse().unwrap()).collect();
    Said { run, died, status, passed }
}

/// The units' states by id.
pub(crate) fn states(loaded: &Loaded) -> BTreeMap<String, UnitState> {
    let replayed = &loaded.replayed;
    let plan = &replayed.plan;
    plan.unit_ixs().map(|unit| (plan.unit(unit).id.to_string(), replayed.state.unit(unit).state)).collect()
}

fn mortal(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mortal")).args(arguments).stdin(Stdio::null()).output().unwrap()
}
