//! Commands: handed to the keeper, followed to their end, found again by the next engine.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use nix::sys::signal::Signal;
use tokio_util::sync::CancellationToken;

use super::capture::Said;
use super::keeper::{Beginning, Ending, How, Keeper, Key, News, Order, Stopped, TooLong, Watch};
use super::transcript::Transcript;
use super::{Ended, Launch, environment};
use crate::base::{Lang, Millis, RunId, Text};
use crate::plan::Command;
use crate::run::{Cause, CauseKind, Outcome, Seen};

/// How long a command waits for a keeper that is being started again.
const KEEPER_PATIENCE: Duration = Duration::from_secs(30);
/// How long after SIGKILL a process may take to be gone before nobody waits for it any more: it hangs in the kernel.
const LAST_PATIENCE: Duration = Duration::from_secs(30);

/// Carries commands out on this host.
#[derive(Debug, Clone)]
pub(super) struct Processes {
    keeper: Keeper,
    work: PathBuf,
    grace: Millis,
}

/// The last word about a process.
#[derive(Debug)]
pub(super) enum Last {
    /// It ended.
    Ended(Ending),
    /// It could not be started.
    NotStarted(Cause),
    /// The keeper named here never saw it.
    NeverSeen {
        /// The keeper.
        keeper: String,
    },
    /// Nobody can say.
    Unknown(Text),
}

/// How a process is asked for.
enum Begin {
    Spawn(Order),
    Attach,
}

/// A process that is being followed.
struct Following {
    key: Key,
    token: u64,
    /// The keeper that was asked.
    keeper: String,
    watch: Watch,
    /// Bytes in the transcript that others wrote before this process.
    before: u64,
}

impl Processes {
    /// Commands run in `work` unless they say otherwise; a process that is to end gets `grace` after SIGTERM.
    pub(super) const fn new(keeper: Keeper, work: PathBuf, grace: Millis) -> Self {
        Self { keeper, work, grace }
    }

    /// The keeper they are handed to.
    pub(super) const fn keeper(&self) -> &Keeper {
        &self.keeper
    }

    /// Makes the order for a command.
    pub(super) fn order(
        &self,
        launch: &Launch,
        command: &Command,
        secrets: &environment::Secrets,
    ) -> Result<Order, Cause> {
        environment::order(launch, command, secrets, &self.work)
    }

    /// Starts a process and follows it to its end.
    pub(super) async fn run(
        &self,
        launch: &Launch,
        order: Order,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        let keeper = match self.found(stop).await {
            Ok(keeper) => keeper,
            Err(why) => return Last::NotStarted(spawn_cause(why)),
        };
        let mut begin = Begin::Spawn(order.clone());
        loop {
            match self.follow(launch, begin, transcript, stop).await {
                Ok(Last::NeverSeen { keeper: now }) if now == keeper => {
                    // The connection broke before the order was read, and the same keeper swears that it was not.
                    begin = Begin::Spawn(order.clone());
                }
                Ok(Last::NeverSeen { .. }) => return Last::Unknown(keeper_gone()),
                Ok(last) => return last,
                Err(Lost) => begin = Begin::Attach,
            }
        }
    }

    /// Finds a process again and follows it to its end.
    pub(super) async fn find(&self, launch: &Launch, transcript: &mut Transcript, stop: &CancellationToken) -> Last {
        loop {
            if let Ok(last) = self.follow(launch, Begin::Attach, transcript, stop).await {
                return last;
            }
        }
    }

    /// Starts a process that only looks, and follows it to its end. It does not outlive this engine.
    pub(super) async fn look(
        &self,
        launch: &Launch,
        order: Order,
        asking: u32,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        let keeper = match self.found(stop).await {
            Ok(keeper) => keeper,
            Err(why) => return Last::NotStarted(spawn_cause(why)),
        };
        let key = Key { asking, ..Key::of(launch.run, launch.attempt) };
        match self.keeper.spawn_tied(key, launch.token, order) {
            Err(TooLong) => Last::NotStarted(spawn_cause(too_long())),
            Ok(watch) => {
                let following = Following { key, token: launch.token, keeper, watch, before: transcript.heard() };
                match self.listen(following, transcript, stop).await {
                    Ok(last) => last,
                    Err(Lost) => Last::Unknown(Text::new(
                        "그동안 프로세스 관리자가 종료되었습니다",
                        "the keeper of processes ended meanwhile",
                    )),
                }
            }
        }
    }

    /// Refuses older owners of a run from now on; tells the secrets held for it.
    pub(super) async fn claim(&self, run: RunId, token: u64) -> Option<BTreeMap<String, String>> {
        loop {
            // Without any keeper there is nobody who could start anything for an older owner.
            self.keeper.ready(KEEPER_PATIENCE).await.ok()?;
            if let Some(secrets) = self.keeper.claim(run, token).await {
                return secrets;
            }
        }
    }

    async fn found(&self, stop: &CancellationToken) -> Result<String, Text> {
        tokio::select! {
            found = self.keeper.ready(KEEPER_PATIENCE) => found,
            () = stop.cancelled() => Err(Text::new(
                "프로세스 관리자에 연결하기 전에 취소되었습니다",
                "it was called off before the keeper of processes could be reached",
            )),
        }
    }

    async fn follow(
        &self,
        launch: &Launch,
        begin: Begin,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Result<Last, Lost> {
        let key = Key::of(launch.run, launch.attempt);
        let keeper = match self.keeper.ready(KEEPER_PATIENCE).await {
            Ok(keeper) => keeper,
            Err(why) => {
                return Ok(Last::Unknown(Text::new(
                    format!("프로세스 관리자에 연결할 수 없습니다: {}", why.get(Lang::Ko)),
                    format!("the keeper of processes can not be reached: {}", why.get(Lang::En)),
                )));
            }
        };
        let watch = match begin {
            Begin::Spawn(order) => self.keeper.spawn(key, launch.token, order),
            Begin::Attach => self.keeper.attach(key, launch.token, transcript.heard()),
        };
        let watch = match watch {
            Ok(watch) => watch,
            Err(TooLong) => return Ok(Last::NotStarted(spawn_cause(too_long()))),
        };
        self.listen(Following { key, token: launch.token, keeper, watch, before: 0 }, transcript, stop).await
    }

    async fn listen(
        &self,
        following: Following,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Result<Last, Lost> {
        let Following { key, token, keeper, mut watch, before } = following;
        let given_up = self.give_up(key, token, stop);
        tokio::pin!(given_up);
        loop {
            let news = tokio::select! {
                news = watch.next() => news,
                () = &mut given_up => {
                    return Ok(Last::Unknown(Text::new(
                        "프로세스가 SIGKILL 뒤에도 끝나지 않습니다. 대개 응답하지 않는 디스크나 네트워크 파일 시스템 \
                         때문에 커널 안에서 멈춰 있는 것입니다",
                        "the process does not end even after SIGKILL: it hangs in the kernel, usually on a disk or \
                         network file system that does not answer",
                    )));
                }
            };
            match news {
                News::Output { offset, bytes } => transcript.take(before + offset, &bytes).await,
                News::Ended(ending) => return Ok(Last::Ended(ending)),
                News::NotStarted(why) => return Ok(Last::NotStarted(spawn_cause(why))),
                News::NeverSeen => return Ok(Last::NeverSeen { keeper }),
                News::Stale(held) => {
                    return Ok(Last::Unknown(Text::new(
                        format!("다른 엔진이 실행을 넘겨받았습니다 (토큰 {held})"),
                        format!("another engine has taken the run over (token {held})"),
                    )));
                }
                News::Lost => return Err(Lost),
            }
        }
    }

    /// Once asked to stop, has the process ended; returns when even that was in vain.
    async fn give_up(&self, key: Key, token: u64, stop: &CancellationToken) {
        stop.cancelled().await;
        self.keeper.kill(key, token, self.grace);
        tokio::time::sleep(self.grace.to_std() + LAST_PATIENCE).await;
    }
}

/// The connection broke; what happened meanwhile must be asked for.
struct Lost;

fn keeper_gone() -> Text {
    Text::new(
        "실행 중에 프로세스 관리자가 종료되어 어떻게 끝났는지 아무도 보지 못했습니다. 프로세스는 계속 돌고 있을 수 \
         있습니다",
        "the keeper of processes ended while this was at work, so nobody saw how it ended; its process may run on",
    )
}

fn too_long() -> Text {
    Text::new("명령과 환경 변수를 합해 4 MiB를 넘습니다", TooLong.to_string())
}

fn spawn_cause(message: Text) -> Cause {
    Cause { kind: CauseKind::Spawn, message }
}

/// The outcome of a command.
pub(super) async fn outcome(command: &Command, last: Last, transcript: &mut Transcript) -> Outcome {
    match last {
        Last::Ended(ending) => {
            let fault = fault(command, &ending, transcript.last_line());
            let summary = summary(&ending);
            if let (None, How::Code(code)) = (&fault, ending.how) {
                let (text, whole) = ending.said.as_ref().map_or((String::new(), false), Beginning::text);
                transcript.capture(&Said { text: &text, whole, code: code.into() });
            }
            let seen = transcript.finish(&summary, ending.output_bytes, Some(ending.ended_at)).await;
            match fault {
                None => Outcome::Succeeded { seen },
                Some(cause) => {
                    let message = transcript.mask(&cause.message);
                    Outcome::Failed { cause: Cause { message, ..cause }, seen }
                }
            }
        }
        Last::NotStarted(cause) => {
            let cause = Cause { message: transcript.mask(&cause.message), ..cause };
            Outcome::Failed {
                cause, seen: Seen { summary: Text::new("시작 못함", "not started"), ..Seen::default() }
            }
        }
        Last::NeverSeen { .. } => unknown(keeper_gone(), transcript).await,
        Last::Unknown(why) => unknown(why, transcript).await,
    }
}

async fn unknown(why: Text, transcript: &mut Transcript) -> Outcome {
    let heard = transcript.heard();
    let unknown = Text::new("결과 불명", "unknown");
    Outcome::Unknown { why, seen: transcript.finish(&unknown, heard, None).await }
}

/// What the recorded keeper's silence means to an engine that asked for an attempt of an earlier one.
pub(super) async fn found_again(
    command: &Command,
    last: Last,
    recorded: Option<&str>,
    transcript: &mut Transcript,
) -> Ended {
    match last {
        Last::NeverSeen { keeper } if recorded == Some(keeper.as_str()) => Ended::NeverStarted,
        last => Ended::With(outcome(command, last, transcript).await),
    }
}

fn fault(command: &Command, ending: &Ending, last_line: Option<&str>) -> Option<Cause> {
    let (ko, en) = match last_line {
        Some(line) => (format!("마지막 출력: {line}"), format!("its last line: {line}")),
        None => ("출력이 없습니다".to_owned(), "it wrote nothing".to_owned()),
    };
    match ending.how {
        How::Signal(signal) => {
            let name = signal_name(signal);
            let (how_ko, how_en) = match ending.stopped {
                Some(Stopped::Terminated) => (format!("요청대로 {name}으로 종료"), format!("ended by {name} as asked")),
                Some(Stopped::Killed) => (
                    "SIGTERM 뒤 유예 시간 안에 끝나지 않아 강제 종료".to_owned(),
                    "did not end in its grace after SIGTERM and was killed".to_owned(),
                ),
                None => (
                    format!("Relight가 보내지 않은 {name}으로 종료"),
                    format!("ended by {name}, which Relight did not send"),
                ),
            };
            Some(Cause::new(CauseKind::Signal, format!("{how_ko}. {ko}"), format!("{how_en}; {en}")))
        }
        How::Code(code) if !wanted(command, code) => {
            let (wanted_ko, wanted_en) = (wanted_codes(command, " 또는 "), wanted_codes(command, " or "));
            Some(Cause::new(
                CauseKind::Exit,
                format!("종료 코드 {code} (기대값 {wanted_ko}). {ko}"),
                format!("exit {code}, wanted {wanted_en}; {en}"),
            ))
        }
        How::Code(_) => {
            let text = command.stdout.as_deref().filter(|_| ending.found == Some(false))?;
            Some(Cause::new(
                CauseKind::Unexpected,
                format!("표준 출력에 {text:?}이(가) 없습니다. {ko}"),
                format!("standard output does not contain {text:?}; {en}"),
            ))
        }
    }
}

/// Whether an exit code means success. Without a list, 0 does.
pub(super) fn wanted(command: &Command, code: i32) -> bool {
    if command.exit.is_empty() { code == 0 } else { command.exit.contains(&code) }
}

fn wanted_codes(command: &Command, or: &str) -> String {
    match command.exit.as_slice() {
        [] => "0".to_owned(),
        codes => codes.iter().map(ToString::to_string).collect::<Vec<_>>().join(or),
    }
}

pub(super) fn summary(ending: &Ending) -> Text {
    match ending.how {
        How::Code(code) => Text::new(format!("종료 코드 {code}"), format!("exit {code}")),
        How::Signal(signal) => {
            let name = signal_name(signal);
            Text::new(format!("{name}으로 종료"), name)
        }
    }
}

fn signal_name(signal: i32) -> String {
    Signal::try_from(signal).map_or_else(|_| format!("signal {signal}"), |signal| signal.as_str().to_owned())
}
