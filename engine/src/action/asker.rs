//! Asks a question once, whatever its kind.

use std::sync::atomic::{AtomicU32, Ordering};

use tokio_util::sync::CancellationToken;

use super::check::{Answer, Reply};
use super::commands::Commands;
use super::guard::Guard;
use super::host::{self, Host};
use super::http::{self, Client};
use super::keeper::{Ending, How};
use super::process::{self, Last};
use super::transcript::Transcript;
use super::{Launch, dns, replication, sql, tcp, tls};
use crate::base::{Clock, Lang, Text};
use crate::plan::{Command, Look, Probe};
use crate::run::{Cause, CauseKind, Outcome};

/// Asks the questions of one attempt.
#[derive(Debug)]
pub(super) struct Asker<'a> {
    pub(super) commands: &'a Commands,
    pub(super) client: &'a Client,
    pub(super) guard: &'a Guard,
    pub(super) clock: &'a dyn Clock,
    /// Processes started so far: each is known to the keeper by the attempt and a number of its own.
    started: AtomicU32,
}

impl<'a> Asker<'a> {
    pub(super) const fn new(
        commands: &'a Commands,
        client: &'a Client,
        guard: &'a Guard,
        clock: &'a dyn Clock,
    ) -> Self {
        Self { commands, client, guard, clock, started: AtomicU32::new(0) }
    }

    /// Asks once. Stopped in the middle, the answer is unknown. Where the run may not ask at all there is none.
    pub(super) async fn ask(
        &self,
        launch: &Launch,
        probe: &Probe,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Result<Answer, Cause> {
        match probe {
            Probe::Command(command) => Ok(self.command(launch, command, transcript, stop).await),
            Probe::Http(request) => until(stop, http::ask(self, launch, request, transcript)).await,
            Probe::Tcp(endpoint) => until(stop, tcp::ask(launch, self.guard, endpoint)).await,
            Probe::Look(look) => self.look_at(launch, look, transcript, stop).await,
        }
    }

    /// The outcome of a step that is one look.
    pub(super) async fn outcome(
        &self,
        launch: &Launch,
        look: &Look,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Outcome {
        let answer = match self.look_at(launch, look, transcript, stop).await {
            Ok(answer) => answer,
            Err(cause) => return transcript.refused(&cause),
        };
        let place = match look.on().filter(|on| on.as_str() != look.subject()) {
            Some(on) => format!("{} {} on {on}", look.keyword(), look.subject()),
            None => format!("{} {}", look.keyword(), look.subject()),
        };
        let next = Text::new(
            "지적된 부분을 고치고 재시도하거나 런북을 바로잡으십시오",
            "mend what is named here and retry, or correct the runbook",
        );
        answer.into_step(CauseKind::Unexpected, &place, &next, transcript).await
    }

    async fn look_at(
        &self,
        launch: &Launch,
        look: &Look,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Result<Answer, Cause> {
        let host = Host { asker: self, launch, on: look.on(), stop };
        Ok(match look {
            Look::File(file) => host::ask_file(&host, file, transcript).await,
            Look::Process(process) => host::ask_process(&host, process, transcript).await,
            Look::Service(service) => host::ask_service(&host, service, transcript).await,
            Look::Disk(disk) => host::ask_disk(&host, disk, transcript).await,
            Look::Clock(clock) => host::ask_clock(&host, clock, transcript).await,
            Look::Sql(it) => return sql::ask(self, launch, it, transcript, stop).await,
            Look::Replication(it) => {
                let asked = replication::ask(self, launch, it, transcript, stop);
                return tokio::select! {
                    answer = asked => answer,
                    () = stop.cancelled() => Ok(Answer::new(Reply::Unknown, Answer::cut_short())),
                };
            }
            Look::Tls(it) => return until(stop, tls::ask(self, launch, it, transcript)).await,
            Look::Dns(it) => return until(stop, dns::ask(self, launch, it, transcript)).await,
        })
    }

    /// Asks a command once.
    pub(super) async fn command(
        &self,
        launch: &Launch,
        command: &Command,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Answer {
        let before = transcript.heard();
        match self.look(launch, command, transcript, stop).await {
            Last::Ended(ending) => {
                // What was written before is of an earlier asking.
                let line = transcript.last_line().filter(|_| transcript.heard() > before);
                command_answer(command, &ending).saying(line)
            }
            Last::NotStarted(cause) => Answer::new(Reply::Unknown, cause.message),
            Last::NeverSeen { .. } => {
                Answer::unknown("프로세스 관리자가 다시 시작됨", "the keeper of processes was restarted")
            }
            Last::Unknown(why) => Answer::new(Reply::Unknown, why),
        }
    }

    /// Has a command that changes nothing carried out where it belongs, and follows it to its end.
    pub(super) async fn look(
        &self,
        launch: &Launch,
        command: &Command,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        let asking = self.started.fetch_add(1, Ordering::Relaxed) + 1;
        self.commands.look(launch, command, asking, transcript, stop).await
    }
}

/// A request is just let go where it is not wanted any more; a process is ended in order instead.
pub(super) async fn until(
    stop: &CancellationToken,
    answer: impl Future<Output = Result<Answer, Cause>>,
) -> Result<Answer, Cause> {
    tokio::select! {
        answer = answer => answer,
        () = stop.cancelled() => Ok(Answer::new(Reply::Unknown, Answer::cut_short())),
    }
}

fn command_answer(command: &Command, ending: &Ending) -> Answer {
    let what = process::summary(ending);
    match ending.how {
        How::Code(code) if process::wanted(command, code) => match (&command.stdout, ending.found) {
            (Some(text), Some(false)) => {
                let (ko, en) = (what.get(Lang::Ko), what.get(Lang::En));
                Answer::down(format!("{ko}, 출력에 {text:?} 없음"), format!("{en} without {text:?}"))
            }
            (Some(_) | None, _) => Answer::new(Reply::Up, what),
        },
        How::Code(1) => Answer::new(Reply::Down, what),
        How::Code(_) | How::Signal(_) => Answer::new(Reply::Unknown, what),
    }
}
