//! Steps written in YAML, compiled, and carried out by the engine's own runner.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::action::keeper::{Config, Keeper};
use engine::action::ssh::Settings;
use engine::action::{Actions, Ended, Environment, Launch, Runner as _, SecretValues};
use engine::base::{Clock, IdSource as _, Lang, Mode, RunId, Secret, SecretName, SystemClock, SystemIds, Text};
use engine::inventory::{Inventory, SecretSource, check};
use engine::plan::{Context, Plan, UnitIx};
use engine::run::{AttemptId, Cause, Outcome, Purpose};
use engine::runbook::{Source, human};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_util::sync::CancellationToken;

/// A state folder with a keeper of its own; it is ended with it.
pub(crate) struct Bench {
    folder: tempfile::TempDir,
    keeper: Keeper,
    actions: Arc<Actions>,
    path: String,
    inventory: Option<Inventory>,
    clock: Arc<dyn Clock>,
    attempts: AtomicU32,
}

/// How an attempt ended, with the output that was handed on.
#[derive(Debug)]
pub(crate) struct Done {
    pub(crate) outcome: Outcome,
    pub(crate) output: String,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let state = folder.path().join("keeper");
        let config = Config {
            folder: state.clone(),
            program: env!("CARGO_BIN_EXE_keeper-for-tests").into(),
            arguments: vec!["keeper".into(), state.into()],
        };
        let keeper = Keeper::open(config).await.unwrap();
        let actions = Arc::new(Actions::new(keeper.clone(), folder.path().to_path_buf()));
        let path = "/usr/local/bin:/usr/bin:/bin".to_owned();
        Self {
            folder,
            keeper,
            actions,
            path,
            inventory: None,
            clock: Arc::new(SystemClock),
            attempts: AtomicU32::new(0),
        }
    }

    /// With an engine whose clock shows something else.
    pub(crate) fn with_clock(mut self, clock: Arc<dyn Clock>) -> Self {
        self.actions = Arc::new(Actions::new(self.keeper.clone(), self.path("")).with_clock(Arc::clone(&clock)));
        self.clock = clock;
        self
    }

    /// With programs of another folder alone.
    pub(crate) fn with_programs_of(mut self, folder: &Path) -> Self {
        self.path = folder.display().to_string();
        self
    }

    /// With targets, written as in an inventory, that may be addressed in drills, and the values of its secrets.
    pub(crate) fn with_targets(mut self, targets: &str, secrets: &[(&str, &str)]) -> Self {
        let mut text = "inventory: bench\n".to_owned();
        let named = |(name, _): &(&str, &str)| format!("{name}: {{env: NOT_ASKED}}");
        text += &format!("secrets: {{{}}}\n", secrets.iter().map(named).collect::<Vec<_>>().join(", "));
        text += &format!("targets:\n{targets}");
        let source = Source::new("inventory.yaml", text.as_str());
        let checked = check(&source);
        let said = || human(&source, &checked.diagnostics, Lang::En, false);
        self.inventory = Some(checked.inventory.clone().unwrap_or_else(|| panic!("{}", said())));
        let values = secrets.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
        let settings = Settings { agent: None, known_hosts: Vec::new(), clock: Arc::new(SystemClock) };
        let actions = Actions::new(self.keeper.clone(), self.path("")).with_clock(Arc::clone(&self.clock));
        self.actions = Arc::new(actions.reaching(settings, Arc::new(Values(values))));
        self
    }

    /// What carries steps out.
    pub(crate) fn runner(&self) -> Arc<dyn engine::action::Runner> {
        Arc::clone(&self.actions) as Arc<dyn engine::action::Runner>
    }

    /// The plan of a runbook to these targets.
    pub(crate) fn plan(&self, text: &str) -> Plan {
        let source = Source::new("bench.yaml", text);
        let compiled = Context { inventory: self.inventory.as_ref() }.compile(&source);
        let said = || human(&source, &compiled.diagnostics, Lang::En, false);
        compiled.plan.clone().unwrap_or_else(|| panic!("{}", said()))
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Carries one `run` step out to its end.
    pub(crate) async fn run(&self, step: &str) -> Done {
        self.run_until(step, CancellationToken::new()).await
    }

    /// The same, ended when `stop` is cancelled.
    pub(crate) async fn run_until(&self, step: &str, stop: CancellationToken) -> Done {
        let plan = plan(step, self.inventory.as_ref());
        let environment =
            Environment { base: [("PATH".to_owned(), self.path.clone())].into(), ..Environment::default() };
        let launch = Launch {
            run: RunId(SystemIds.fresh()),
            token: 1,
            mode: Mode::Drill,
            plan: Arc::new(plan),
            unit: UnitIx(0),
            step: 0,
            attempt: AttemptId(self.attempts.fetch_add(1, Ordering::Relaxed) + 1),
            number: 1,
            purpose: Purpose::Act,
            since: SystemClock.now(),
            environment: Arc::new(environment),
            outputs: Arc::default(),
        };
        let (sink, mut chunks) = tokio::sync::mpsc::channel(4);
        let gather = async {
            let mut output = String::new();
            while let Some(chunk) = chunks.recv().await {
                let chunk: engine::run::OutputChunk = chunk;
                output += &chunk.text;
            }
            output
        };
        let (ended, output) = tokio::join!(self.actions.run(launch, sink, stop), gather);
        match ended {
            Ended::With(outcome) => Done { outcome, output },
            Ended::NeverStarted => panic!("never started"),
        }
    }

    /// Asks once, as a check; gives the answer with what was seen, such as `up: exit 0`.
    pub(crate) async fn ask(&self, call: &str) -> String {
        let done = self.run(&format!("{{check: {call}}}")).await;
        let line = done.output.trim_end().lines().last().unwrap_or_default();
        // One transcript serves the readers of both languages, the English first.
        let english = line.strip_prefix("1/1 ").and_then(|line| line.split_once(" | "));
        english.map_or_else(|| format!("{done:?}"), |(answer, _)| answer.to_owned())
    }
}

/// Values of secrets by name.
#[derive(Debug)]
struct Values(BTreeMap<String, String>);

impl SecretValues for Values {
    fn value(&self, name: &SecretName, _source: &SecretSource) -> Result<Secret, Text> {
        self.0.get(name.as_str()).map(|value| Secret::new(value.clone())).ok_or_else(|| Text::plain("no such secret"))
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if let Some(process) = self.keeper.process() {
            kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap_or_default();
        }
    }
}

impl Done {
    pub(crate) fn cause(&self) -> &Cause {
        match &self.outcome {
            Outcome::Failed { cause, .. } => cause,
            Outcome::Succeeded { .. } | Outcome::Unknown { .. } => panic!("did not fail: {self:?}"),
        }
    }

    /// Why it failed, in English.
    pub(crate) fn message(&self) -> &str {
        self.cause().message.get(Lang::En)
    }

    pub(crate) fn succeeded(&self) -> bool {
        matches!(self.outcome, Outcome::Succeeded { .. })
    }

    pub(crate) fn summary(&self) -> &str {
        let (Outcome::Succeeded { seen } | Outcome::Failed { seen, .. } | Outcome::Unknown { seen, .. }) =
            &self.outcome;
        seen.summary.get(Lang::En)
    }
}

/// The plan of a runbook with this one step.
fn plan(step: &str, inventory: Option<&Inventory>) -> Plan {
    let text = format!("runbook: bench\nunits:\n  unit:\n    timeout: 1m\n    run:\n      - {step}\n");
    let source = Source::new("bench.yaml", text.as_str());
    let compiled = Context { inventory }.compile(&source);
    let said = || human(&source, &compiled.diagnostics, Lang::En, false);
    compiled.plan.clone().unwrap_or_else(|| panic!("{}", said()))
}
