//! Questions with three answers, asked until they are answered well or often enough.

use tokio_util::sync::CancellationToken;

use super::http::{self, Client};
use super::process::{Last, Processes};
use super::transcript::Transcript;
use super::{Launch, keeper, process, tcp};
use crate::plan::{Check, Command, Probe};
use crate::run::{Cause, CauseKind, Outcome};

/// One of three answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reply {
    /// Yes.
    Up,
    /// No.
    Down,
    /// Nobody can say.
    Unknown,
}

impl Reply {
    const fn word(self) -> &'static str {
        match self {
            Self::Up => "up",
            Self::Down => "down",
            Self::Unknown => "unknown",
        }
    }
}

/// An answer and what it was read from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    reply: Reply,
    what: String,
}

impl Answer {
    pub(super) fn new(reply: Reply, what: impl Into<String>) -> Self {
        Self { reply, what: what.into() }
    }

    /// As the answer to `already_done`.
    pub(super) async fn into_done(self, transcript: &mut Transcript) -> Outcome {
        let heard = transcript.heard();
        let seen = transcript.finish(&format!("{}: {}", self.reply.word(), self.what), heard, None).await;
        match self.reply {
            Reply::Up => Outcome::Succeeded { seen },
            Reply::Down => {
                let message = transcript.mask(&format!("not done: {}", self.what));
                Outcome::Failed { cause: Cause { kind: CauseKind::Check, message }, seen }
            }
            Reply::Unknown => Outcome::Unknown { why: transcript.mask(&self.what), seen },
        }
    }

    /// As the outcome of a step that asks once and wants `up`.
    pub(super) async fn into_step(
        self,
        kind: CauseKind,
        place: &str,
        next: &str,
        transcript: &mut Transcript,
    ) -> Outcome {
        let heard = transcript.heard();
        let seen = transcript.finish(&self.what, heard, None).await;
        match self.reply {
            Reply::Up => Outcome::Succeeded { seen },
            Reply::Down | Reply::Unknown => {
                let message = transcript.mask(&format!("{place}: {}; {next}", self.what));
                Outcome::Failed { cause: Cause { kind, message }, seen }
            }
        }
    }
}

/// Asks probes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Asker<'a> {
    pub(super) processes: &'a Processes,
    pub(super) client: &'a Client,
}

impl Asker<'_> {
    /// Asks once. Stopped in the middle, the answer is unknown.
    pub(super) async fn ask(
        &self,
        launch: &Launch,
        probe: &Probe,
        asking: u32,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Answer {
        let answer = async {
            match probe {
                Probe::Command(command) => return self.command(launch, command, asking, transcript, stop).await,
                Probe::Http(request) => http::ask(self.client, request, transcript).await,
                Probe::Tcp(endpoint) => tcp::ask(endpoint).await,
            }
        };
        match probe {
            // A process is ended in order and its real end awaited; a request is just let go.
            Probe::Command(_) => answer.await,
            Probe::Http(_) | Probe::Tcp(_) => tokio::select! {
                answer = answer => answer,
                () = stop.cancelled() => Answer::new(Reply::Unknown, "ended before there was an answer"),
            },
        }
    }

    async fn command(
        &self,
        launch: &Launch,
        command: &Command,
        asking: u32,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Answer {
        let order = match self.processes.order(launch, command) {
            Ok(order) => order,
            Err(cause) => return Answer::new(Reply::Unknown, cause.message),
        };
        match self.processes.look(launch, order, asking, transcript, stop).await {
            Last::Ended(ending) => command_answer(command, &ending),
            Last::NotStarted(cause) => Answer::new(Reply::Unknown, cause.message),
            Last::NeverSeen { .. } => Answer::new(Reply::Unknown, "the keeper of processes was restarted"),
            Last::Unknown(why) => Answer::new(Reply::Unknown, why),
        }
    }
}

fn command_answer(command: &Command, ending: &keeper::Ending) -> Answer {
    match ending.how {
        keeper::How::Code(code) if process::wanted(command, code) => match (&command.stdout, ending.found) {
            (Some(text), Some(false)) => Answer::new(Reply::Down, format!("exit {code} without {text:?}")),
            (Some(_) | None, _) => Answer::new(Reply::Up, format!("exit {code}")),
        },
        keeper::How::Code(1) => Answer::new(Reply::Down, "exit 1"),
        keeper::How::Code(code) => Answer::new(Reply::Unknown, format!("exit {code}")),
        keeper::How::Signal(_) => Answer::new(Reply::Unknown, process::summary(ending)),
    }
}

/// The outcome of a check: succeeded with the wanted answers, failed when they stayed away.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    check: &Check,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let wanted = if check.expect_down { Reply::Down } else { Reply::Up };
    let (attempts, successes) = (check.attempts.max(1), check.successes.max(1));
    let mut in_a_row = 0;
    let mut last = Answer::new(Reply::Unknown, "never asked");
    let mut count = 0;
    while count < attempts && !stop.is_cancelled() {
        count += 1;
        last = asker.ask(launch, &check.probe, count, transcript, stop).await;
        in_a_row = if last.reply == wanted { in_a_row + 1 } else { 0 };
        let line = format!("{count} of {attempts}: {}, {}\n", last.reply.word(), last.what);
        transcript.take(transcript.heard(), line.as_bytes()).await;
        if in_a_row >= successes {
            let summary = format!("{} after {count} of {attempts}", last.reply.word());
            let heard = transcript.heard();
            return Outcome::Succeeded { seen: transcript.finish(&summary, heard, None).await };
        }
        if count < attempts {
            tokio::select! {
                () = tokio::time::sleep(check.every.to_std()) => {}
                () = stop.cancelled() => {}
            }
        }
    }
    let summary = format!("{} {count} of {attempts}: {}", last.reply.word(), last.what);
    let message = transcript.mask(&format!(
        "wanted {} {} in a row, last answer {} ({}), after asking {count} of {attempts} times",
        wanted.word(),
        times(successes),
        last.reply.word(),
        last.what
    ));
    let heard = transcript.heard();
    let seen = transcript.finish(&summary, heard, None).await;
    Outcome::Failed { cause: Cause { kind: CauseKind::Check, message }, seen }
}

fn times(count: u32) -> String {
    if count == 1 { "once".to_owned() } else { format!("{count} times") }
}
