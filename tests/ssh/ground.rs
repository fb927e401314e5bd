//! An engine's hands, hosts that they reach, and plans of one step to be carried out there.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

use engine::action::keeper::{Config, Keeper};
use engine::action::ssh::Settings;
use engine::action::{Actions, Environment, Launch, Runner as _, SecretValues};
use engine::base::{
    Clock as _, Digest, IdSource as _, RunId, Secret, SecretName, SystemClock, SystemIds, TargetName, Text,
};
use engine::inventory::{Binding, Bound, SecretSource, Ssh, Target};
use engine::plan::{Mode, Plan, UnitIx, compile};
use engine::run::{AttemptId, Purpose};
use engine::runbook::Source;
use harness::attempt::{Done, collect};
use harness::sshd::Sshd;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio_util::sync::CancellationToken;

const PROGRAM: &str = env!("CARGO_BIN_EXE_keeper-for-tests");

/// A target that is a test's server, with the secrets that it needs.
#[derive(Debug, Clone)]
pub(crate) struct There {
    pub(crate) ssh: Ssh,
    pub(crate) secrets: BTreeMap<String, String>,
}

impl There {
    /// Reached with the key that the server lets in.
    pub(crate) fn of(server: &Sshd) -> Self {
        let ssh = Ssh {
            host: server.address().to_string(),
            port: server.port(),
            user: server.user(),
            host_keys: vec![server.host_key()],
            key: Some("key".parse().unwrap()),
            password: None,
            agent: false,
            jump: None,
            run_as: None,
        };
        Self { ssh, secrets: BTreeMap::from([("key".to_owned(), server.key())]) }
    }

    /// With this value of a secret.
    pub(crate) fn secret(mut self, name: &str, value: impl Into<String>) -> Self {
        self.secrets.insert(name.to_owned(), value.into());
        self
    }

    /// Changed in some way.
    pub(crate) fn but(mut self, change: impl FnOnce(&mut Ssh)) -> Self {
        change(&mut self.ssh);
        self
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

/// An engine's hands. Its keeper is ended with it.
pub(crate) struct Ground {
    folder: tempfile::TempDir,
    pub(crate) keeper: Keeper,
    pub(crate) actions: Arc<Actions>,
    pub(crate) run: RunId,
    pub(crate) token: u64,
    pub(crate) environment: Arc<Environment>,
    bound: Bound,
    values: Arc<Values>,
    settings: Settings,
    attempts: AtomicU32,
}

impl Ground {
    /// With targets by name.
    pub(crate) async fn with(targets: &[(&str, There)]) -> Self {
        Self::set(targets, |_| {}).await
    }

    /// With other settings.
    pub(crate) async fn set(targets: &[(&str, There)], change: impl FnOnce(&mut Settings)) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let config = Config {
            folder: folder.path().join("keeper"),
            program: PROGRAM.into(),
            arguments: vec!["keeper".into(), folder.path().join("keeper").into()],
        };
        let keeper = Keeper::open(config).await.unwrap();
        let mut settings = Settings { agent: None, known_hosts: Vec::new(), clock: Arc::new(SystemClock) };
        change(&mut settings);
        let values = Arc::new(Values(targets.iter().flat_map(|(_, there)| there.secrets.clone()).collect()));
        let actions = Actions::new(keeper.clone(), folder.path().to_path_buf());
        let base = BTreeMap::from([("PATH".to_owned(), "/nowhere".to_owned())]);
        Self {
            folder,
            keeper,
            actions: Arc::new(actions.reaching(settings.clone(), Arc::clone(&values) as Arc<dyn SecretValues>)),
            run: RunId(SystemIds.fresh()),
            token: 1,
            environment: Arc::new(Environment { base, ..Environment::default() }),
            bound: bound(targets),
            values,
            settings,
            attempts: AtomicU32::new(0),
        }
    }

    /// With these inputs, and these secret ones.
    pub(crate) fn given(mut self, inputs: &[(&str, &str)], secrets: &[(&str, &str)]) -> Self {
        let inputs = inputs.iter().map(|(name, value)| (name.parse().unwrap(), (*value).to_owned())).collect();
        let secrets = secrets.iter().map(|(name, value)| (name.parse().unwrap(), Secret::new(*value))).collect();
        self.environment = Arc::new(Environment { inputs, secrets, base: self.environment.base.clone() });
        self
    }

    /// The hands of another engine that has taken the run over: nothing of the first one's memory, and a greater token.
    pub(crate) fn next_engine(&self) -> Actions {
        Actions::new(self.keeper.clone(), self.path(""))
            .reaching(self.settings.clone(), Arc::clone(&self.values) as Arc<dyn SecretValues>)
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next attempt, at the one step of a runbook's one unit.
    pub(crate) fn launch(&self, steps: &str) -> Launch {
        self.launch_of(self.plan(&format!("runbook: there\nunits:\n  u:\n    run: [{steps}]\n")))
    }

    /// The next attempt, at the first step of a plan.
    pub(crate) fn launch_of(&self, plan: Plan) -> Launch {
        Launch {
            run: self.run,
            token: self.token,
            mode: Mode::Drill,
            plan: Arc::new(plan),
            unit: UnitIx(0),
            step: 0,
            attempt: AttemptId(self.attempts.fetch_add(1, Ordering::Relaxed) + 1),
            number: 1,
            purpose: Purpose::Act,
            since: SystemClock.now(),
            environment: Arc::clone(&self.environment),
            outputs: Arc::default(),
        }
    }

    /// Compiles a runbook and binds its targets.
    pub(crate) fn plan(&self, text: &str) -> Plan {
        let compiled = compile(&Source::new("there.yaml", text));
        let plan = compiled.plan.unwrap_or_else(|| panic!("{text}\n{:?}", compiled.diagnostics));
        rebound(&plan, &self.bound)
    }

    /// Carries a step out to its end.
    pub(crate) async fn run(&self, steps: &str) -> Done {
        self.run_until(self.launch(steps), CancellationToken::new()).await
    }

    pub(crate) async fn run_until(&self, launch: Launch, stop: CancellationToken) -> Done {
        let actions = Arc::clone(&self.actions);
        collect(|output| async move { actions.run(launch, output, stop).await }).await
    }

    /// Carries a step out in the background.
    pub(crate) fn begin(&self, launch: Launch, stop: CancellationToken) -> tokio::task::JoinHandle<Done> {
        let actions = Arc::clone(&self.actions);
        tokio::spawn(collect(|output| async move { actions.run(launch, output, stop).await }))
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        if let Some(process) = self.keeper.process() {
            kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap_or_default();
        }
    }
}

/// What an inventory with these targets gives a plan, in mode drill.
pub(crate) fn bound(targets: &[(&str, There)]) -> Bound {
    let mut bound = Bound { inventory: Some("test".parse().unwrap()), ..Bound::default() };
    for (name, there) in targets {
        let binding =
            Binding { address: Some(there.ssh.host.clone()), ssh: Some(there.ssh.clone()), ..Binding::default() };
        let target = Target {
            title: Text::plain(*name),
            site: None,
            tier: None,
            peer: None,
            labels: BTreeMap::new(),
            bindings: BTreeMap::from([(Mode::Drill, binding)]),
        };
        bound.targets.insert(name.parse::<TargetName>().unwrap(), target);
        let named: BTreeSet<SecretName> = there.secrets.keys().map(|name| name.parse().unwrap()).collect();
        bound.secrets.extend(named.into_iter().map(|name| (name.clone(), SecretSource::Sealed(name))));
    }
    bound
}

/// The same plan with these targets.
pub(crate) fn rebound(plan: &Plan, bound: &Bound) -> Plan {
    let mut body = plan.body().clone();
    body.bound = bound.clone();
    let frozen = serde_json::to_string(&body).unwrap();
    Plan::thaw(&frozen, Digest::of(frozen.as_bytes())).unwrap()
}
