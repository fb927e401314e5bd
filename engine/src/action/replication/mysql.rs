//! Replication of MySQL and MariaDB, told apart by comments that only one of them reads.
//!
//! MySQL keeps the commit time at the source of the last transaction that was applied. MariaDB does not: there the heartbeat
//! row says it, and without one, while both threads run, the delay that the standby reckons from the times of statements, in
//! whole seconds, as an estimate.

use super::super::sql::{self, NamedRow};
use super::super::transcript::Transcript;
use super::Gauging;
use super::gather::{Gathered, SourceClock};
use super::gtid::Gtids;
use crate::base::{Millis, Text, Timestamp};
use crate::inventory::Heartbeat;
use crate::run::{Confidence, Flow, Method, Point};

const SOURCE: &str = "\
select version() as version, floor(unix_timestamp(now(6)) * 1000) as now_ms \
 /*M!100000 , @@global.gtid_binlog_pos as position */ /*!80000 , @@global.gtid_executed as position */";

const STANDBY: &str = "\
select version() as version, @@global.read_only as read_only, floor(unix_timestamp(now(6)) * 1000) as now_ms \
 /*M!100000 , @@global.gtid_slave_pos as position */ \
 /*!80000 , @@global.gtid_executed as position, \
  (select floor(max(unix_timestamp(last_applied_transaction_original_commit_timestamp)) * 1000) \
   from performance_schema.replication_applier_status_by_worker) as committed_ms, \
  (select last_applied_transaction from performance_schema.replication_applier_status_by_worker \
   order by last_applied_transaction_end_apply_timestamp desc limit 1) as applied */";

const OF_MARIADB: &str = "show all slaves status";
const OF_MYSQL: &str = "show replica status";

pub(super) async fn gather(
    of: &Gauging<'_>,
    heartbeat: Option<&Heartbeat>,
    transcript: &mut Transcript,
) -> Result<Gathered, Text> {
    let before = of.now();
    let mut aside = transcript.aside(0);
    let source = match of.source() {
        None => None,
        Some(source) => of.in_time(sql::row(of.asker, of.launch, source, SOURCE, &mut aside, of.stop)).await,
    };
    let after = of.now();
    let told = source.as_ref().and_then(|source| source.number("now_ms"));
    of.told_time(of.source(), before, told, transcript);
    let asked = of.now();
    let own = sql::row(of.asker, of.launch, of.standby, STANDBY, transcript, of.stop).await?;
    of.told_time(Some(of.standby), asked, own.number("now_ms"), transcript);
    let maria = own.text("version").is_some_and(|version| version.contains("MariaDB"));
    let mut aside = transcript.aside(0);
    let status = if maria { OF_MARIADB } else { OF_MYSQL };
    let channels = sql::rows(of.asker, of.launch, of.standby, status, &mut aside, of.stop).await?;
    let (flow, why) = channels
        .iter()
        .map(channel)
        .max_by_key(|(flow, _)| *flow)
        .unwrap_or_else(|| (Flow::Stopped, Text::new("따르는 원본이 없음", "it follows no source")));
    let follows = !channels.is_empty();
    let (position, source_position) =
        (own.text("position"), source.as_ref().and_then(|source| source.text("position")));
    let [applied, wanted] = [&position, &source_position].map(|at| at.as_deref().and_then(Gtids::read));
    // A source that has committed nothing under a GTID can not be compared with.
    let missing =
        wanted.filter(|wanted| !wanted.is_empty()).zip(applied).map(|(wanted, applied)| wanted.missing_in(&applied));
    let behind = channels.iter().filter_map(|channel| {
        channel.number("Seconds_Behind_Master").or_else(|| channel.number("Seconds_Behind_Source"))
    });
    let behind = behind.max().and_then(|seconds| u64::try_from(seconds).ok()).map(Millis::seconds);
    let now = own.number("now_ms").map(Timestamp);
    let derived = behind.zip(now).filter(|_| flow == Flow::Streaming).map(|(behind, now)| Point {
        at: Timestamp(now.0.saturating_sub(i64::try_from(behind.0).unwrap_or(i64::MAX))),
        method: Method::Delay,
        confidence: Confidence::Estimated,
    });
    let mut gathered = Gathered {
        state: Some((flow, why)),
        lag: behind,
        lag_transactions: missing,
        drained: missing.map(|missing| missing == 0),
        transaction: own.text("applied").filter(|applied| !applied.is_empty()).or_else(|| position.clone()),
        committed_at: own.number("committed_ms").filter(|at| *at > 0).map(Timestamp),
        source_clock: told.map(|told| SourceClock::between(before, after, told)),
        position,
        source_position,
        told: derived,
        ..Gathered::default()
    };
    // On a server that takes writes the row may be written anew: it says nothing of what had arrived.
    let takes_writes = own.number("read_only") == Some(0);
    if let Some(Heartbeat { table, column, .. }) = heartbeat.filter(|_| follows || !takes_writes) {
        let statement = format!("select floor(max(unix_timestamp({column})) * 1000) as beat_ms from {table}");
        let mut aside = transcript.aside(0);
        match sql::row(of.asker, of.launch, of.standby, &statement, &mut aside, of.stop).await {
            Ok(row) => gathered.heartbeat_at = row.number("beat_ms").map(Timestamp),
            Err(why) => gathered.missing = Some(why),
        }
    }
    Ok(gathered)
}

/// How one channel stands. An error that is written down stops the thread until somebody removes its cause; a thread that
/// can not reach the source tries again by itself.
fn channel(row: &NamedRow) -> (Flow, Text) {
    let either = |names: [&str; 2]| names.into_iter().find_map(|name| row.text(name)).unwrap_or_default();
    let receives = either(["Slave_IO_Running", "Replica_IO_Running"]);
    let applies = either(["Slave_SQL_Running", "Replica_SQL_Running"]);
    let fault = |number: &str, text: &str| {
        row.number(number).filter(|number| *number != 0).map(|_| row.text(text).unwrap_or_default())
    };
    if applies != "Yes"
        && let Some(said) = fault("Last_SQL_Errno", "Last_SQL_Error")
    {
        return (Flow::Broken, Text::new(format!("적용 오류: {said}"), format!("it can not be applied: {said}")));
    }
    if receives == "No"
        && let Some(said) = fault("Last_IO_Errno", "Last_IO_Error")
    {
        return (Flow::Broken, Text::new(format!("수신 오류: {said}"), format!("it can not be received: {said}")));
    }
    match (receives.as_str(), applies.as_str()) {
        ("Yes", "Yes") => (Flow::Streaming, Text::new("받아서 적용하는 중", "receives and applies")),
        (_, "Yes") if receives == "No" => (Flow::Stopped, Text::new("수신이 멈춤", "receiving was stopped")),
        (_, "Yes") => {
            let said = row.text("Last_IO_Error").unwrap_or_default();
            (
                Flow::Stopped,
                Text::new(format!("원본에 접속하지 못함 {said}"), format!("it can not reach its source {said}")),
            )
        }
        _ => (Flow::Stopped, Text::new("적용이 멈춤", "applying was stopped")),
    }
}
