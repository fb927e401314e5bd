//! A folder with a keeper in it, and plans of one step to be carried out there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use engine::action::keeper::{Config, Keeper};
use engine::action::{Actions, Ended, Environment, Launch, Runner as _};
use engine::base::{Digest, Lang, Millis, RunId, Secret, Text};
use engine::plan::{
    Action, Body, Command, CommandLine, Limits, Objectives, OnFail, Phase, Plan, Rehearsal, Retry, Stage, StageFlow,
    StageIx, Step, Unit, UnitIx,
};
use engine::run::{AttemptId, Cause, Outcome, Purpose};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

pub(crate) const PROGRAM: &str = env!("CARGO_BIN_EXE_keeper-for-tests");

/// A state folder of its own. Its keeper is ended with it.
pub(crate) struct Site {
    folder: tempfile::TempDir,
    pub(crate) keeper: Keeper,
    pub(crate) actions: Arc<Actions>,
    pub(crate) run: RunId,
    pub(crate) environment: Arc<Environment>,
    attempts: AtomicU32,
}

impl Site {
    pub(crate) async fn new() -> Self {
        Self::with(|folder| Config {
            folder: folder.to_path_buf(),
            program: PROGRAM.into(),
            arguments: vec!["keeper".into(), folder.into()],
        })
        .await
    }

    /// With a keeper started in another way.
    pub(crate) async fn with(config: impl FnOnce(&Path) -> Config) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let keeper = Keeper::open(config(&folder.path().join("keeper"))).await.unwrap();
        let actions = Arc::new(Actions::new(keeper.clone(), folder.path().to_path_buf()));
        let environment = Arc::new(Environment { base: base(), ..Environment::default() });
        Self { folder, keeper, actions, run: RunId(fresh_uuid()), environment, attempts: AtomicU32::new(0) }
    }

    pub(crate) fn with_secrets(mut self, secrets: &[(&str, &str)]) -> Self {
        let secrets = secrets.iter().map(|(name, value)| (name.parse().unwrap(), Secret::new(*value))).collect();
        self.environment = Arc::new(Environment { base: base(), secrets, ..Environment::default() });
        self
    }

    pub(crate) fn with_inputs(mut self, inputs: &[(&str, &str)]) -> Self {
        let inputs = inputs.iter().map(|(name, value)| (name.parse().unwrap(), (*value).to_owned())).collect();
        self.environment = Arc::new(Environment { base: base(), inputs, ..Environment::default() });
        self
    }

    /// A second engine on the same state folder.
    pub(crate) async fn another_engine(&self) -> (Keeper, Actions) {
        let folder = self.keeper_folder();
        let arguments = vec!["keeper".into(), folder.clone().into()];
        let keeper = Keeper::open(Config { folder, program: PROGRAM.into(), arguments }).await.unwrap();
        (keeper.clone(), Actions::new(keeper, self.path("")))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn keeper_folder(&self) -> PathBuf {
        self.path("keeper")
    }

    pub(crate) fn keeper_pid(&self) -> Pid {
        Pid::from_raw(self.keeper.process().unwrap().cast_signed())
    }

    /// The next attempt, at this step.
    pub(crate) fn launch(&self, step: Step) -> Launch {
        Launch {
            run: self.run,
            token: 1,
            mode: engine::plan::Mode::Real,
            plan: Arc::new(plan(step)),
            unit: UnitIx(0),
            step: 0,
            attempt: AttemptId(self.attempts.fetch_add(1, Ordering::Relaxed) + 1),
            number: 1,
            purpose: Purpose::Act,
            since: engine::base::Clock::now(&engine::base::SystemClock),
            environment: Arc::clone(&self.environment),
            outputs: Arc::default(),
        }
    }

    /// Carries a step out to its end.
    pub(crate) async fn run(&self, action: Action) -> Done {
        self.run_until(self.launch(step(action)), CancellationToken::new()).await
    }

    pub(crate) async fn run_until(&self, launch: Launch, stop: CancellationToken) -> Done {
        let actions = Arc::clone(&self.actions);
        collect(|output| async move { actions.run(launch, output, stop).await }).await
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(process) = self.keeper.process() {
            // Steps outlive their keeper by design; what a failed test has left at work goes with it.
            let children =
                std::fs::read_to_string(format!("/proc/{process}/task/{process}/children")).unwrap_or_default();
            for group in children.split_whitespace().filter_map(|pid| pid.parse().ok()) {
                nix::sys::signal::killpg(Pid::from_raw(group), Signal::SIGKILL).unwrap_or_default();
            }
            kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap_or_default();
        }
    }
}

/// How an attempt ended, with the output that was handed on.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) ended: Ended,
    pub(crate) output: String,
}

impl Done {
    pub(crate) fn outcome(&self) -> &Outcome {
        match &self.ended {
            Ended::With(outcome) => outcome,
            Ended::NeverStarted => panic!("never started"),
        }
    }

    pub(crate) fn cause(&self) -> &Cause {
        match self.outcome() {
            Outcome::Failed { cause, .. } => cause,
            other => panic!("did not fail: {other:?}"),
        }
    }

    /// The cause in English.
    pub(crate) fn message(&self) -> &str {
        self.cause().message.get(Lang::En)
    }

    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.outcome(), Outcome::Succeeded { .. })
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self.outcome(), Outcome::Unknown { .. })
    }
}

/// Runs something with an output sink and gathers what comes, checking that no place is left out.
pub(crate) async fn collect<F: Future<Output = Ended>>(attempt: impl FnOnce(engine::action::OutputSink) -> F) -> Done {
    let (sink, mut chunks) = tokio::sync::mpsc::channel(4);
    let gather = async {
        let mut output = String::new();
        while let Some(chunk) = chunks.recv().await {
            let chunk: engine::run::OutputChunk = chunk;
            assert_eq!(chunk.offset, output.len() as u64);
            output += &chunk.text;
        }
        output
    };
    let (ended, output) = tokio::join!(attempt(sink), gather);
    Done { ended, output }
}

pub(crate) fn shell(script: &str) -> Command {
    command(CommandLine::Shell(script.to_owned()))
}

pub(crate) fn argv(words: &[&str]) -> Command {
    command(CommandLine::Argv(words.iter().map(|&word| word.to_owned()).collect()))
}

fn command(line: CommandLine) -> Command {
    Command { line, on: None, env: BTreeMap::new(), dir: None, exit: vec![0], stdout: None }
}

pub(crate) fn step(action: Action) -> Step {
    Step {
        title: Text::plain("step"),
        phase: Phase::Run,
        action,
        timeout: None,
        retry: Retry::NONE,
        idempotent: false,
        already_done: None,
        probe_covers_unit: false,
        outputs: vec![],
    }
}

fn plan(step: Step) -> Plan {
    let unit = Unit {
        id: "unit".parse().unwrap(),
        title: Text::plain("unit"),
        owner: None,
        stage: StageIx(0),
        tier: None,
        on: None,
        target: None,
        recover_by: None,
        needs: vec![],
        when: None,
        modes: vec![],
        needs_stages: vec![],
        steps: vec![step],
        on_fail: OnFail::Hold,
        point_of_no_return: false,
        rollback: Vec::new(),
        nothing_to_undo: false,
        locks: std::collections::BTreeSet::new(),
        rto_exclude: false,
        mock: Rehearsal::default(),
    };
    let stage = Stage {
        id: "stage".parse().unwrap(),
        title: Text::plain("stage"),
        flow: StageFlow::Parallel,
        max_parallel: None,
        needs: vec![],
        units: 0..1,
    };
    let body = Body {
        format: 1,
        runbook: "steps".parse().unwrap(),
        title: Text::plain("steps"),
        version: None,
        owner: None,
        description: None,
        objectives: Objectives::default(),
        inputs: vec![],
        services: vec![],
        stages: vec![stage],
        units: vec![unit],
        limits: Limits::default(),
        source: Digest::ZERO,
        modes: vec![],
        bound: engine::plan::Bound::default(),
        silences: Vec::new(),
        callees: BTreeMap::new(),
        components: Vec::new(),
    };
    let frozen = serde_json::to_string(&body).unwrap();
    Plan::thaw(&frozen, Digest::of(frozen.as_bytes())).unwrap()
}

fn base() -> BTreeMap<String, String> {
    BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())])
}

pub(crate) fn fresh_uuid() -> Uuid {
    engine::base::IdSource::fresh(&engine::base::SystemIds)
}

/// Whether a process is there and not merely uncollected.
pub(crate) fn lives(pid: i32) -> bool {
    std::fs::read_to_string(format!("/proc/{pid}/stat"))
        .is_ok_and(|stat| stat.rsplit(')').next().is_some_and(|rest| !rest.trim_start().starts_with('Z')))
}

/// Waits until something is so; panics after half a minute, which no sound machine needs.
pub(crate) async fn until(what: &str, mut so: impl FnMut() -> bool) {
    let wait = async {
        while !so() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    assert!(tokio::time::timeout(Duration::from_mins(2), wait).await.is_ok(), "waited in vain until {what}");
}

/// Shell text that waits for a file, or for its folder to be gone: what a failed test leaves behind ends by itself.
pub(crate) fn waiting(go: &Path) -> String {
    format!("until [ -e {} ] || [ ! -d {} ]; do sleep 0.02; done", go.display(), go.parent().unwrap().display())
}

/// The number that a script wrote into a file.
pub(crate) async fn number_in(path: &Path) -> i32 {
    let read = || std::fs::read_to_string(path).ok().filter(|text| text.ends_with('\n'));
    until("the script wrote its number", || read().is_some()).await;
    read().unwrap().trim().parse().unwrap()
}

pub(crate) const fn millis(millis: u64) -> Millis {
    Millis(millis)
}
