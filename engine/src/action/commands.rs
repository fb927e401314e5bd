//! Commands, wherever they run: on the engine's own host through the keeper, on others over SSH.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::addressing::{self, NoSecrets, SecretValues};
use super::guard::Guard;
use super::keeper::{Keeper, Order};
use super::process::{self, Last, Processes};
use super::ssh::{Found, Host, Remote, Settings, Work};
use super::transcript::Transcript;
use super::{Ended, Launch, environment};
use crate::base::{Millis, RunId, SystemClock, TargetName};
use crate::plan::{Command, EnvValue};
use crate::run::{AttemptId, Cause, Outcome};

/// Carries commands out.
#[derive(Debug)]
pub(super) struct Commands {
    processes: Processes,
    remote: Remote,
    values: Arc<dyn SecretValues>,
    guard: Guard,
    grace: Millis,
}

impl Commands {
    /// With the keeper at hand; `work` is the folder in which commands run on this host unless they say otherwise. A
    /// process that is to end gets `grace` after SIGTERM.
    pub(super) fn new(keeper: Keeper, work: PathBuf, grace: Millis, guard: Guard) -> Self {
        let settings = Settings { agent: None, known_hosts: Vec::new(), clock: Arc::new(SystemClock) };
        Self {
            processes: Processes::new(keeper, work, grace),
            remote: Remote::new(settings, grace),
            values: Arc::new(NoSecrets),
            guard,
            grace,
        }
    }

    /// Reaches other hosts like this.
    pub(super) fn reaching(self, settings: Settings, values: Arc<dyn SecretValues>) -> Self {
        Self { remote: Remote::new(settings, self.grace), values, ..self }
    }

    /// What gives the values of secrets.
    pub(super) const fn secrets(&self) -> &Arc<dyn SecretValues> {
        &self.values
    }

    /// The keeper that commands of this host are handed to.
    pub(super) const fn keeper(&self) -> &Keeper {
        self.processes.keeper()
    }

    /// Runs a command to its end, whatever becomes of this engine.
    pub(super) async fn run(
        &self,
        launch: &Launch,
        command: &Command,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Outcome {
        let last = match environment::target(launch, command) {
            None => match self.order(launch, command, transcript).await {
                Ok(order) => self.processes.run(launch, order, transcript, stop).await,
                Err(cause) => Last::NotStarted(cause),
            },
            Some(target) => match self.there(launch, command, target, transcript).await {
                Ok((host, work)) => self.remote.run(&host, launch, command, &work, transcript, stop).await,
                Err(cause) => Last::NotStarted(cause),
            },
        };
        process::outcome(command, last, transcript).await
    }

    /// Finds a command again that an earlier engine started, under the keeper that was recorded if it ran on this host.
    pub(super) async fn find(
        &self,
        launch: &Launch,
        command: &Command,
        recorded: Option<&str>,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Ended {
        // What is heard again must be masked as it was before. Where a value is not to be had, nothing is shown.
        if let Err(cause) = self.revealed(launch, command.env.values(), transcript).await {
            return Ended::With(process::outcome(command, Last::Unknown(cause.message), transcript).await);
        }
        let Some(target) = environment::target(launch, command) else {
            let last = self.processes.find(launch, transcript, stop).await;
            return process::found_again(command, last, recorded, transcript).await;
        };
        let found = match self.host(launch, target, transcript).await {
            Ok(host) => self.remote.find(&host, launch, command, transcript, stop).await,
            // It may be at work there; only nobody can ask.
            Err(cause) => Found::Last(Last::Unknown(cause.message)),
        };
        match found {
            Found::NeverSeen => Ended::NeverStarted,
            Found::Last(last) => Ended::With(process::outcome(command, last, transcript).await),
        }
    }

    /// Runs a command that only looks. It does not outlive this engine, nor, on another host, the link.
    pub(super) async fn look(
        &self,
        launch: &Launch,
        command: &Command,
        asking: u32,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        match environment::target(launch, command) {
            None => match self.order(launch, command, transcript).await {
                Ok(order) => self.processes.look(launch, order, asking, transcript, stop).await,
                Err(cause) => Last::NotStarted(cause),
            },
            Some(target) => match self.there(launch, command, target, transcript).await {
                Ok((host, work)) => self.remote.look(&host, &work, transcript, stop).await,
                Err(cause) => Last::NotStarted(cause),
            },
        }
    }

    /// Refuses older owners of a run on this host from now on; tells the secrets held for it. Other hosts are told when
    /// they are asked for an attempt.
    pub(super) async fn claim(&self, run: RunId, token: u64) -> Option<BTreeMap<String, String>> {
        self.processes.claim(run, token).await
    }

    /// The outcomes of these attempts are durable.
    pub(super) fn settled(&self, run: RunId, token: u64, attempts: &[AttemptId]) {
        self.processes.keeper().forget(run, token, attempts);
        self.remote.settled(run, token, attempts);
    }

    /// The run is over.
    pub(super) fn over(&self, run: RunId, token: u64) {
        self.processes.keeper().over(run, token);
        self.remote.over(run);
    }

    /// The host that a command is for, and what it gets to see there.
    async fn there(
        &self,
        launch: &Launch,
        command: &Command,
        target: &TargetName,
        transcript: &mut Transcript,
    ) -> Result<(Arc<Host>, Work), Cause> {
        let host = self.host(launch, target, transcript).await?;
        let secrets = self.revealed(launch, command.env.values(), transcript).await?;
        Ok((host, environment::work(launch, command, &secrets)?))
    }

    /// What a command gets to see on this host.
    async fn order(&self, launch: &Launch, command: &Command, transcript: &mut Transcript) -> Result<Order, Cause> {
        let secrets = self.revealed(launch, command.env.values(), transcript).await?;
        self.processes.order(launch, command, &secrets)
    }

    /// The values of the secrets that a step names, from now on hidden in what is said of it.
    pub(super) async fn revealed(
        &self,
        launch: &Launch,
        named: impl Iterator<Item = &EnvValue>,
        transcript: &mut Transcript,
    ) -> Result<environment::Secrets, Cause> {
        let secrets = addressing::secrets(launch, named, &self.values).await?;
        for value in secrets.values() {
            transcript.hide(value);
        }
        Ok(secrets)
    }

    async fn host(
        &self,
        launch: &Launch,
        target: &TargetName,
        transcript: &mut Transcript,
    ) -> Result<Arc<Host>, Cause> {
        let host = addressing::host(launch, target, &self.values, &self.guard).await?;
        // A link that is open already leads where its name led once.
        host.allowed().await?;
        if let Some(password) = &host.password {
            transcript.hide(password);
        }
        Ok(host)
    }
}
