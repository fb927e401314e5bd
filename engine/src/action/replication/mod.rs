//! `replication`: how a link stands, and up to when all that its source committed has arrived at a standby.
//!
//! The source is asked first and the standby after it. A standby that has applied what the source had before it was asked
//! itself has everything that was committed up to that instant, whatever else is known: so an idle system loses nothing, and
//! a source that was told to write no more and whose position is reached leaves nothing behind.
//!
//! A source that does not answer is as good as gone: it is given little time, and what the standby says decides.

mod gather;
mod gtid;
mod host;
mod lsn;
mod mysql;
mod postgres;
mod query;
mod redis;

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use self::gather::Gathered;
use super::Launch;
use super::asker::Asker;
use super::capture::Said;
use super::check::{Answer, Reply};
use super::transcript::Transcript;
use crate::base::{Lang, Millis, TargetName, Text, Timestamp};
use crate::inventory::{Gauge, LOCAL, Link};
use crate::plan::look::{Replication, WantedFlow};
use crate::run::{Cause, CauseKind, ClockBy, ClockOffset, Flow, HostClock, Reading};

/// How long the source may take: in a disaster it is gone, and the standby is waiting to be asked.
const SOURCE: Duration = Duration::from_secs(3);

/// Where a link is measured, and by whom.
struct Gauging<'g> {
    asker: &'g Asker<'g>,
    launch: &'g Launch,
    link: &'g Link,
    standby: &'g TargetName,
    stop: &'g CancellationToken,
}

impl Gauging<'_> {
    fn now(&self) -> Timestamp {
        self.asker.clock.now()
    }

    /// The source, where it may be asked in the mode of this run.
    fn source(&self) -> Option<&TargetName> {
        self.link.source.as_ref().filter(|source| self.launch.binding(source).is_some())
    }

    /// A database has told what time it is there, in whole milliseconds, after it was asked at an instant.
    fn told_time(&self, host: Option<&TargetName>, asked: Timestamp, told: Option<i64>, transcript: &Transcript) {
        let Some((host, told)) = host.filter(|host| host.as_str() != LOCAL).zip(told) else { return };
        let (at, host) = (self.now(), host.clone());
        let offset = ClockOffset::between(asked, at, Timestamp(told), Millis(1));
        transcript.told_time(HostClock { host, at, by: ClockBy::Replication, offset });
    }

    /// Gives the source its time; `None` where it did not answer in it.
    async fn in_time<T>(&self, asked: impl Future<Output = Result<T, Text>>) -> Option<T> {
        tokio::time::timeout(SOURCE, asked).await.ok().and_then(Result::ok)
    }
}

/// Measures a link and weighs what was found. Who may not be asked in this mode is refused.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    look: &Replication,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Answer, Cause> {
    let link = launch.plan.body().bound.links.get(&look.link).ok_or_else(|| not_frozen(look))?;
    let standby = look.standby.as_ref().or(link.standbys.first()).ok_or_else(|| not_frozen(look))?;
    if standby.as_str() != LOCAL {
        launch.bound(standby)?;
    }
    let gauging = Gauging { asker, launch, link, standby, stop };
    let gathered = match &link.gauge {
        Gauge::Postgres { heartbeat } => postgres::gather(&gauging, heartbeat.as_ref(), transcript).await,
        Gauge::Mysql { heartbeat } => mysql::gather(&gauging, heartbeat.as_ref(), transcript).await,
        Gauge::Query { statement } => query::gather(&gauging, statement, transcript).await,
        Gauge::Redis { port, password, key, .. } => {
            redis::gather(&gauging, *port, password.as_ref(), key.as_deref(), transcript).await
        }
        Gauge::Files { path } => host::of_file(&gauging, path, transcript).await,
        Gauge::Backup { path } => host::of_backups(&gauging, path, transcript).await,
        Gauge::Command { argv } => host::of_command(&gauging, argv, transcript).await,
    };
    let reading = gathered.unwrap_or_else(Gathered::unknown).into_reading(&gauging);
    let said = reading.said();
    transcript.take(transcript.heard(), format!("{said}\n").as_bytes()).await;
    let answer = weigh(look, &reading);
    // What was read counts whatever was wanted of it: a link that is stopped is a finding, and no fault of the measurement.
    if answer.reply() == Reply::Up {
        transcript.capture(&Said { text: &said, whole: true, code: 0 });
    }
    transcript.read(reading);
    Ok(answer)
}

fn weigh(look: &Replication, reading: &Reading) -> Answer {
    let summary = reading.summary();
    if reading.state == Flow::Unknown && reading.point.is_none() {
        return Answer::new(Reply::Unknown, reading.why.clone());
    }
    let stands = match look.state {
        None => Some(true),
        Some(WantedFlow::Streaming) => (reading.state != Flow::Unknown).then_some(reading.state == Flow::Streaming),
        Some(WantedFlow::Stopped) => reading.state.flows().map(|flows| !flows),
        Some(WantedFlow::Drained) => reading.drained,
    };
    let loses_little = match look.within {
        None => Some(true),
        Some(within) => reading.loss_at(reading.at).map(|loss| loss <= within),
    };
    let wanted = |lang: Lang| {
        let state = look.state.map(|state| match (state, lang) {
            (WantedFlow::Streaming, Lang::Ko) => "복제 중".to_owned(),
            (WantedFlow::Streaming, Lang::En) => "streaming".to_owned(),
            (WantedFlow::Stopped, Lang::Ko) => "중단".to_owned(),
            (WantedFlow::Stopped, Lang::En) => "stopped".to_owned(),
            (WantedFlow::Drained, Lang::Ko) => "원본과 위치 일치".to_owned(),
            (WantedFlow::Drained, Lang::En) => "everything of the source".to_owned(),
        });
        let within = look.within.map(|within| match lang {
            Lang::Ko => format!("손실 {within} 이내"),
            Lang::En => format!("a loss of at most {within}"),
        });
        state.into_iter().chain(within).collect::<Vec<_>>().join(", ")
    };
    let told = |ko: &str, en: &str| {
        Text::new(
            format!("{}, {ko} {}", summary.get(Lang::Ko), wanted(Lang::Ko)),
            format!("{}, {en} {}", summary.get(Lang::En), wanted(Lang::En)),
        )
    };
    match (stands, loses_little) {
        (Some(true), Some(true)) => Answer::new(Reply::Up, summary),
        (Some(false), _) | (_, Some(false)) => Answer::new(Reply::Down, told("기대", "wanted")),
        (None, _) | (_, None) => Answer::new(Reply::Unknown, told("확인 못 함", "nobody can say whether")),
    }
}

/// The plan was made by an engine that did not know links.
fn not_frozen(look: &Replication) -> Cause {
    let link = &look.link;
    Cause::new(
        CauseKind::Refused,
        format!("복제 링크 {link} 이(가) 계획에 없습니다. 인벤토리의 `replication`을 확인하고 다시 선포하십시오"),
        format!(
            "the replication link {link} is not in the plan: see `replication` in the inventory, then declare again"
        ),
    )
}
