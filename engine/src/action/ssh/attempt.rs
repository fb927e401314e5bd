//! One attempt on a host: started once, followed over as many links as it takes, found again by the next engine.
//!
//! ```text
//!  start ──▶ told its end ──────────────────────────────▶ Ended, NotStarted
//!    │ link lost                                     ▲
//!    ▼                                               │
//!  find  ──▶ running, from the byte that was heard last
//!    │ never seen: the order did not arrive ──▶ start
//!    │ no link: again and again, until its time is over ──▶ Unknown
//! ```

use std::time::Duration;

use tokio::time::{Instant, timeout};
use tokio_util::sync::CancellationToken;

use super::super::Launch;
use super::super::keeper::{Ending, How, Stopped};
use super::super::process::Last;
use super::super::transcript::Transcript;
use super::errand::{Errand, Which, Work};
use super::fault::Fault;
use super::frames::{End, Frame, Frames, Stop};
use super::funnel::Funnel;
use super::host::Host;
use super::pool::Need;
use super::remote::{Found, Remote};
use super::session::{Heard, Session};
use crate::base::{Lang, Text, Timestamp};
use crate::plan::{Command, CommandLine};
use crate::run::{Cause, CauseKind};

/// Pauses between attempts to find a host again.
const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);
/// A follower says a word every ten seconds. One that has been silent so long is not heard any more.
const SILENCE: Duration = Duration::from_secs(45);
/// How long a step without a time-out of its own is looked for behind a broken link.
const SEARCH: Duration = Duration::from_hours(1);
/// How long after its grace an attempt is waited for that was to be ended.
const LAST_PATIENCE: Duration = Duration::from_mins(1);

/// The last thing that a host tells of an attempt.
enum Told {
    End(End),
    Unstarted(String),
    Unseen { restarted: bool },
    Never(u64),
    Stale(u64),
}

/// What is asked of the host.
enum Ask<'a> {
    Start(&'a Work),
    Find,
}

/// An attempt that is being followed.
struct Following<'a> {
    remote: &'a Remote,
    host: &'a Host,
    which: Which,
    command: &'a Command,
    all: bool,
    funnel: Funnel<'a>,
    stop: &'a CancellationToken,
    /// When it was recorded as started.
    since: Timestamp,
    /// How long it is looked for behind a broken link; `None`: until its time-out ends it.
    bound: Option<Duration>,
}

impl Remote {
    /// Starts an attempt and follows it to its end.
    pub(super) async fn follow_new(
        &self,
        host: &Host,
        launch: &Launch,
        command: &Command,
        work: &Work,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Last {
        let following = self.following(host, launch, command, transcript, stop);
        match following.until_its_end(Ask::Start(work)).await {
            Found::Last(last) => last,
            Found::NeverSeen => Last::Unknown(gone(host, false)),
        }
    }

    /// Finds an attempt again and follows it to its end.
    pub(super) async fn follow_old(
        &self,
        host: &Host,
        launch: &Launch,
        command: &Command,
        transcript: &mut Transcript,
        stop: &CancellationToken,
    ) -> Found {
        self.following(host, launch, command, transcript, stop).until_its_end(Ask::Find).await
    }

    fn following<'a>(
        &'a self,
        host: &'a Host,
        launch: &Launch,
        command: &'a Command,
        transcript: &'a mut Transcript,
        stop: &'a CancellationToken,
    ) -> Following<'a> {
        Following {
            remote: self,
            host,
            which: Which { run: launch.run, attempt: launch.attempt, token: launch.token },
            command,
            all: command.stdout.is_some() || launch.keeps(),
            funnel: Funnel::new(transcript, command.stdout.as_deref(), launch.keeps()),
            stop,
            since: launch.since,
            bound: launch.step().timeout.is_none().then_some(SEARCH),
        }
    }

    /// Once asked to stop, has the attempt ended, over new links where the old one is broken; returns when even that was
    /// in vain.
    async fn give_up(&self, host: &Host, which: Which, stop: &CancellationToken) {
        stop.cancelled().await;
        let grace = self.grace.to_std();
        let end = async {
            while !self.end(host, which).await {
                tokio::time::sleep(FIRST_PAUSE).await;
            }
            // It has ended, and whoever follows it hears so.
            std::future::pending::<()>().await;
        };
        timeout(grace + LAST_PATIENCE, end).await.unwrap_or_default();
    }

    async fn end(&self, host: &Host, which: Which) -> bool {
        let grace = self.grace.to_std().as_secs();
        let errand = Errand::stop(host, which, grace.max(1));
        let Ok(mut session) = Session::begin(&self.pool, host, &errand, Need::End).await else { return false };
        let mut frames = Frames::default();
        while let Some(heard) = session.next().await {
            if let Heard::Out(bytes) = heard {
                frames.push(&bytes);
            }
            match frames.next() {
                // Another engine's attempt is that engine's to end.
                Ok(Some(Frame::Stopped(true) | Frame::Stale(_))) => return true,
                Ok(Some(_)) | Err(_) => return false,
                Ok(None) => {}
            }
        }
        false
    }
}

impl Following<'_> {
    async fn until_its_end(mut self, mut ask: Ask<'_>) -> Found {
        let (remote, host, which, stop) = (self.remote, self.host, self.which, self.stop);
        let given_up = remote.give_up(host, which, stop);
        tokio::pin!(given_up);
        let mut lost: Option<(Instant, Duration)> = None;
        let mut order = None;
        loop {
            let told = tokio::select! {
                told = self.visit(&ask) => told,
                () = &mut given_up => return Found::Last(Last::Unknown(out_of_sight(host, None))),
            };
            let fault = match told {
                Ok(Told::Never(up)) => match order.take() {
                    // The link broke before the order had arrived whole.
                    Some(work) => {
                        ask = Ask::Start(work);
                        continue;
                    }
                    // Started before the host was, it may have gone with what was on its disk then.
                    None if remote.now().since(self.since).0 > up.saturating_mul(1_000) => {
                        return Found::Last(Last::Unknown(gone(host, true)));
                    }
                    None => return Found::NeverSeen,
                },
                Ok(told) => return Found::Last(self.last(told).await),
                Err(fault) => fault,
            };
            match ask {
                Ask::Start(_) if !matches!(fault, Fault::Lost { .. }) => {
                    return Found::Last(Last::NotStarted(Cause { kind: fault.kind(), message: fault.text() }));
                }
                Ask::Start(work) => order = Some(work),
                Ask::Find => {}
            }
            ask = Ask::Find;
            let (since, pause) = lost.take().unwrap_or((Instant::now(), FIRST_PAUSE));
            if pause == FIRST_PAUSE {
                tracing::warn!(run = %which.run, attempt = which.attempt.0, %fault, "a step runs on out of sight");
            }
            if self.bound.is_some_and(|bound| since.elapsed() > bound) {
                return Found::Last(Last::Unknown(out_of_sight(host, Some(&fault))));
            }
            tokio::select! {
                () = tokio::time::sleep(pause) => {}
                () = &mut given_up => return Found::Last(Last::Unknown(out_of_sight(host, Some(&fault)))),
            }
            lost = Some((since, (pause * 2).min(LONGEST_PAUSE)));
        }
    }

    /// Goes to the host once and listens as long as the link holds.
    async fn visit(&mut self, ask: &Ask<'_>) -> Result<Told, Fault> {
        let pool = &self.remote.pool;
        let mut session = match ask {
            Ask::Start(work) => {
                // Until the order is on its way it can be called off without asking anybody.
                let (channel, place) = tokio::select! {
                    got = pool.session(self.host, Need::Command) => got?,
                    () = self.stop.cancelled() => return Ok(Told::Unstarted("off".to_owned())),
                };
                let errand = Errand::start(self.host, self.which, work);
                Session::send(channel, place, self.host, &errand, &*pool.settings().clock).await?
            }
            Ask::Find => {
                let errand = Errand::find(self.host, self.which, self.funnel.next(), self.all);
                Session::begin(pool, self.host, &errand, Need::End).await?
            }
        };
        self.funnel.told_time(session.clock_of(self.host));
        let mut frames = Frames::default();
        loop {
            match timeout(SILENCE, session.next()).await {
                Err(_) => return Err(session.lost(&format!("nothing heard for {} s", SILENCE.as_secs()))),
                Ok(None) => return Err(session.lost("the follower ended")),
                Ok(Some(Heard::Broken(why))) => return Err(session.lost(&why)),
                Ok(Some(Heard::Out(bytes))) => frames.push(&bytes),
                Ok(Some(Heard::Err(_) | Heard::Status(_) | Heard::Declined)) => {}
            }
            loop {
                match frames.next() {
                    Ok(None) => break,
                    Ok(Some(frame)) => {
                        if let Some(told) = self.hear(frame).await? {
                            return Ok(told);
                        }
                    }
                    Err(garbled) => return Err(session.lost(&garbled.0)),
                }
            }
        }
    }

    async fn hear(&mut self, frame: Frame) -> Result<Option<Told>, Fault> {
        let place = self.host.place();
        Ok(Some(match frame {
            Frame::Alive | Frame::Stopped(_) | Frame::Forgotten => return Ok(None),
            Frame::Output(offset, bytes) => {
                self.funnel.output(offset, &bytes).await;
                return Ok(None);
            }
            Frame::Rest(offset, bytes) => {
                self.funnel.rest(offset, &bytes).await;
                return Ok(None);
            }
            Frame::End(end) => Told::End(end),
            Frame::Unstarted(word) => Told::Unstarted(word),
            Frame::Unseen { restarted } => Told::Unseen { restarted },
            Frame::Never(up) => Told::Never(up),
            Frame::Stale(token) => Told::Stale(token),
            Frame::NoTool(tool) => return Err(Fault::Tool { place, tool }),
            Frame::NoFolder(folder) => return Err(Fault::Folder { place, folder }),
        }))
    }

    async fn last(self, told: Told) -> Last {
        let now = self.remote.now();
        match told {
            Told::End(end) => {
                let (found, said) = self.funnel.finish().await;
                Last::Ended(Ending { found, said, ..ending(&end, now) })
            }
            Told::Unstarted(word) => Last::NotStarted(unstarted(self.host, self.command, &word)),
            Told::Unseen { restarted } => {
                self.funnel.finish().await;
                Last::Unknown(gone(self.host, restarted))
            }
            Told::Never(_) => Last::Unknown(gone(self.host, false)),
            Told::Stale(token) => Last::Unknown(Text::new(
                format!("다른 엔진이 실행을 넘겨받았습니다 (토큰 {token})"),
                format!("another engine has taken the run over (token {token})"),
            )),
        }
    }
}

fn ending(end: &End, now: Timestamp) -> Ending {
    let stopped = match end.stop {
        Stop::No => None,
        Stop::Term => Some(Stopped::Terminated),
        Stop::Kill => Some(Stopped::Killed),
    };
    // A shell says 128 and the number of the signal. Only of our own signals is it certain that it was not an exit code.
    let how = match (stopped, end.code) {
        (Some(_), 137 | 143) => How::Signal(end.code - 128),
        (_, code) => How::Code(code),
    };
    let ago = i64::try_from(end.ago).unwrap_or(i64::MAX);
    let ended_at = Timestamp(now.0.saturating_sub(ago));
    Ending { how, ended_at, stopped, output_bytes: end.total, found: None, said: None }
}

/// Why a command that had arrived was not started.
fn unstarted(host: &Host, command: &Command, word: &str) -> Cause {
    let place = host.place();
    let dir = command.dir.as_deref().unwrap_or_default();
    let program = match &command.line {
        CommandLine::Shell(_) => "",
        CommandLine::Argv(words) => words.first().map_or("", String::as_str),
    };
    let (ko, en) = match word {
        "dir" => (
            format!("작업 폴더 {dir:?} 이(가) 없습니다. 폴더를 만들거나 `dir` 을 고치십시오"),
            format!("the working directory {dir:?} does not exist: make it, or correct `dir`"),
        ),
        "path" => (
            format!("{program:?} 을(를) PATH 에서 찾지 못했습니다. 설치하거나 전체 경로를 적으십시오"),
            format!("{program:?} was not found in PATH: install it, or write its full path"),
        ),
        "missing" => (
            format!("{program:?} 이(가) 없습니다. 설치하거나 경로를 고치십시오"),
            format!("{program:?} does not exist: install it, or correct the path"),
        ),
        "forbidden" => (
            format!("{program:?} 을(를) 실행할 권한이 없습니다. 권한을 확인하십시오 (chmod +x)"),
            format!("{program:?} may not be executed: check its permissions (chmod +x)"),
        ),
        "off" => ("시작하기 전에 취소되었습니다".to_owned(), "it was called off before it was started".to_owned()),
        other => (format!("시작되지 않았습니다 ({other})"), format!("it was not started ({other})")),
    };
    Cause::new(CauseKind::Spawn, format!("{place}: {ko}"), format!("{place}: {en}"))
}

fn gone(host: &Host, restarted: bool) -> Text {
    let place = host.place();
    if restarted {
        Text::new(
            format!("{place}: 실행 중에 호스트가 다시 시작되어 어떻게 끝났는지 아무도 보지 못했습니다"),
            format!("{place}: the host was restarted while this was at work, so nobody saw how it ended"),
        )
    } else {
        Text::new(
            format!(
                "{place}: 명령을 지켜보던 프로세스가 사라져 어떻게 끝났는지 알 수 없습니다. 명령은 계속 돌고 있을 수 있습니다"
            ),
            format!(
                "{place}: whoever looked after the command there is gone, so nobody saw how it ended; it may run on"
            ),
        )
    }
}

fn out_of_sight(host: &Host, fault: Option<&Fault>) -> Text {
    let place = host.place();
    match fault.map(Fault::text) {
        None => Text::new(
            format!(
                "{place}: 명령이 SIGKILL 뒤에도 끝나지 않거나, 끝내라는 말이 호스트에 닿지 않았습니다. 계속 돌고 있을 수 있습니다"
            ),
            format!(
                "{place}: the command did not end even after SIGKILL, or the host did not hear that it should; it may run on"
            ),
        ),
        Some(fault) => Text::new(
            format!(
                "명령이 도는 동안 호스트를 다시 찾지 못했습니다. 계속 돌고 있을 수 있습니다. 마지막 시도: {}",
                fault.get(Lang::Ko)
            ),
            format!(
                "the host was not found again while the command was at work; it may run on. Last attempt: {}",
                fault.get(Lang::En)
            ),
        ),
    }
}
