//! A folder with a keeper in it, and plans of one step to be carried out there.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::action::keeper::{Config, Keeper};
use engine::action::{Actions, Environment, Launch, Runner as _};
use engine::base::{Digest, Millis, RunId, Secret, Text};
use engine::plan::{
    Action, Body, Command, CommandLine, Kind, Limits, Objectives, OnFail, Phase, Plan, Rehearsal, Retry, Review, Stage,
    StageFlow, StageIx, Step, Unit, UnitIx,
};
use engine::run::{AttemptId, Purpose};
use harness::attempt::{Done, collect};
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
        capacity: None,
        needs: vec![],
        when: None,
        modes: vec![],
        needs_stages: vec![],
        steps: vec![step],
        on_fail: OnFail::Hold,
        point_of_no_return: false,
        usable: None,
        rollback: Vec::new(),
        nothing_to_undo: false,
        starts_on: None,
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
        organisation: None,
        answers: engine::plan::Answers::default(),
        authors: Vec::new(),
        description: None,
        kind: Kind::Recovery,
        review: Review::default(),
        schedule: Vec::new(),
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

/// Shell text that waits for a file, or for its folder to be gone: what a failed test leaves behind ends by itself.
pub(crate) fn waiting(go: &Path) -> String {
    format!("until [ -e {} ] || [ ! -d {} ]; do sleep 0.02; done", go.display(), go.parent().unwrap().display())
}

pub(crate) const fn millis(millis: u64) -> Millis {
    Millis(millis)
}
