//! All kinds of steps behind one door.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use async_trait::async_trait;
use tokio_util::sync::CancellationToken;

use super::addressing::SecretValues;
use super::asker::Asker;
use super::check::Answer;
use super::commands::Commands;
use super::guard::Guard;
use super::http::Client;
use super::keeper::Keeper;
use super::mask::Masker;
use super::ssh::Settings;
use super::transcript::Transcript;
use super::{Claimed, Ended, Environment, Launch, OutputSink, Runner, check, dns_update, http, notify, sql, tcp};
use crate::base::{Clock, InputName, Millis, RunId, Secret, SecretName, SystemClock, Text};
use crate::inventory::SecretSource;
use crate::plan::{Action, Change, Probe};
use crate::run::{AttemptId, Cause, CauseKind, Outcome, Purpose};

/// How long a process may take between SIGTERM and SIGKILL.
const GRACE: Millis = Millis::seconds(5);

/// Carries out every kind of step that needs a worker. Waits, marks and people's steps are the dispatcher's own, and
/// mock runs are played by [`super::simulate`]: neither comes here.
#[derive(Debug)]
pub struct Actions {
    commands: Commands,
    client: Client,
    guard: Guard,
    clock: Arc<dyn Clock>,
    /// Made once for each run's environment: encoding secrets for every attempt would be a waste.
    maskers: Mutex<BTreeMap<RunId, Masked>>,
}

impl Actions {
    /// With the keeper at hand; `work` is the folder in which commands run unless they say otherwise.
    pub fn new(keeper: Keeper, work: PathBuf) -> Self {
        let guard = Guard::default();
        Self {
            commands: Commands::new(keeper, work, GRACE, guard.clone()),
            client: Client::default(),
            guard,
            clock: Arc::new(SystemClock),
            maskers: Mutex::default(),
        }
    }

    /// Reaches other hosts like this, with the secrets that are given there.
    #[must_use]
    pub fn reaching(self, settings: Settings, values: Arc<dyn SecretValues>) -> Self {
        Self { commands: self.commands.reaching(settings, values), ..self }
    }

    /// With another clock to compare those of hosts and the dates of certificates with.
    #[must_use]
    pub fn with_clock(self, clock: Arc<dyn Clock>) -> Self {
        Self { clock, ..self }
    }

    fn asker(&self) -> Asker<'_> {
        Asker::new(&self.commands, &self.client, &self.guard, &*self.clock)
    }

    fn masker(&self, launch: &Launch) -> Arc<Masker> {
        let mut maskers = self.maskers.lock().unwrap_or_else(PoisonError::into_inner);
        match maskers.get(&launch.run) {
            Some((known, masker)) if Arc::ptr_eq(known, &launch.environment) => Arc::clone(masker),
            Some(_) | None => {
                let masker = Arc::new(Masker::new(launch.environment.secrets.values()));
                maskers.insert(launch.run, (Arc::clone(&launch.environment), Arc::clone(&masker)));
                masker
            }
        }
    }

    async fn ask(
        &self,
        launch: &Launch,
        probe: &Probe,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Result<Answer, Cause> {
        self.asker().ask(launch, probe, transcript, stop).await
    }

    async fn act(&self, launch: &Launch, transcript: &mut Transcript, stop: &CancellationToken) -> Outcome {
        match (launch.purpose, &launch.step().action) {
            (Purpose::Probe, _) => match &launch.step().already_done {
                None => transcript.refused(&no_runner("already_done")),
                Some(probe) => {
                    match self.ask(launch, probe, transcript, stop).await {
                        Ok(answer) => answer.into_done(transcript).await,
                        // Not having been allowed to look says nothing about what would have been seen.
                        Err(cause) => transcript.unsaid(&cause),
                    }
                }
            },
            (Purpose::Act, Action::Command(command)) => self.commands.run(launch, command, transcript, stop).await,
            (Purpose::Act, Action::Http(request)) => {
                http::outcome(&self.asker(), launch, request, transcript, stop).await
            }
            (Purpose::Act, Action::Tcp(endpoint)) => {
                tcp::outcome(launch, &self.guard, endpoint, transcript, stop).await
            }
            (Purpose::Act, Action::Look(look)) => self.asker().outcome(launch, look, transcript, stop).await,
            (Purpose::Act, Action::Change(Change::Sql(it))) => {
                sql::outcome(&self.asker(), launch, it, transcript, stop).await
            }
            (Purpose::Act, Action::Change(Change::DnsUpdate(it))) => {
                dns_update::outcome(&self.asker(), launch, it, transcript, stop).await
            }
            (Purpose::Act, Action::Change(Change::Notify(it))) => {
                notify::outcome(&self.asker(), launch, it, transcript, stop).await
            }
            (Purpose::Act, Action::Check(it)) => check::outcome(&self.asker(), launch, it, transcript, stop).await,
            (
                Purpose::Act,
                action @ (Action::Wait(_)
                | Action::Until(_)
                | Action::Mark(_)
                | Action::Manual(_)
                | Action::Gate(_)
                | Action::Decision(_)
                | Action::Link(_)),
            ) => transcript.refused(&no_runner(action.keyword())),
        }
    }
}

/// The environment of a run and what masks its secrets.
type Masked = (Arc<Environment>, Arc<Masker>);

#[async_trait]
impl Runner for Actions {
    fn keeper(&self) -> Option<String> {
        self.commands.keeper().instance()
    }

    async fn run(&self, launch: Launch, output: OutputSink, stop: CancellationToken) -> Ended {
        let mut transcript = Transcript::new(&launch, output, self.masker(&launch));
        Ended::With(self.act(&launch, &mut transcript, &stop).await)
    }

    async fn reattach(
        &self,
        launch: Launch,
        keeper: Option<&str>,
        output: OutputSink,
        stop: CancellationToken,
    ) -> Ended {
        let mut transcript = Transcript::new(&launch, output, self.masker(&launch));
        match (launch.purpose, &launch.step().action) {
            (Purpose::Act, Action::Command(command)) => {
                self.commands.find(&launch, command, keeper, &mut transcript, &stop).await
            }
            (Purpose::Act, action) if !action.is_read_only() => {
                let what = action.keyword();
                let why = Text::new(
                    format!("{what} 요청이 나가 있는 동안 엔진이 종료되어 아무도 응답을 받지 못했습니다"),
                    format!("the engine ended while the {what} request was under way: nobody heard the answer"),
                );
                let unknown = Text::new("결과 불명", "unknown");
                Ended::With(Outcome::Unknown { why, seen: transcript.finish(&unknown, 0, None).await })
            }
            // What only looks is asked again from the start.
            (Purpose::Act | Purpose::Probe, _) => Ended::With(self.act(&launch, &mut transcript, &stop).await),
        }
    }

    async fn claim(&self, run: RunId, token: u64) -> Claimed {
        let held = self.commands.claim(run, token).await;
        let named = |(name, value): (String, String)| Some((name.parse::<InputName>().ok()?, Secret::new(value)));
        Claimed { secrets: held.map(|held| held.into_iter().filter_map(named).collect()) }
    }

    async fn entrust(&self, run: RunId, token: u64, secrets: &BTreeMap<InputName, Secret>) {
        let named = secrets.iter().map(|(name, value)| (name.to_string(), value.expose().to_owned())).collect();
        self.commands.keeper().entrust(run, token, named);
    }

    async fn resolves(&self, name: &SecretName, source: &SecretSource) -> Option<Result<(), Text>> {
        let (values, name, source) = (Arc::clone(self.commands.secrets()), name.clone(), source.clone());
        let found = tokio::task::spawn_blocking(move || values.value(&name, &source).map(drop)).await;
        Some(found.unwrap_or_else(|why| Err(Text::plain(why.to_string()))))
    }

    fn settled(&self, run: RunId, token: u64, attempts: &[AttemptId]) {
        self.commands.settled(run, token, attempts);
    }

    fn over(&self, run: RunId, token: u64) {
        self.commands.over(run, token);
        self.maskers.lock().unwrap_or_else(PoisonError::into_inner).remove(&run);
    }
}

fn no_runner(what: &str) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("{what}은(는) 작업자가 실행하는 것이 아닙니다. 엔진의 결함이니 신고하십시오"),
        format!("{what} is not carried out by a worker: this is a fault of the engine, report it"),
    )
}
