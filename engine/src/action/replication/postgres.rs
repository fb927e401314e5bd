//! Streaming replication of PostgreSQL.

use super::super::sql;
use super::super::transcript::Transcript;
use super::gather::{Gathered, SourceClock};
use super::{Gauging, lsn};
use crate::base::{Text, Timestamp};
use crate::inventory::Heartbeat;
use crate::run::Flow;

/// What the source has, and its clock before that. The names of slots whose log is gone tell a standby that can not go on.
const SOURCE: &str = "\
select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms, \
 (case when pg_is_in_recovery() then pg_last_wal_replay_lsn() else pg_current_wal_flush_lsn() end)::text as position, \
 coalesce((select string_agg(slot_name, ',') from pg_replication_slots where wal_status = 'lost'), '') as lost";

/// What the standby has. How long nothing was heard is shown only to a member of `pg_monitor`; to others it is null.
const STANDBY: &str = "\
select floor(extract(epoch from clock_timestamp()) * 1000)::bigint as now_ms, \
 pg_is_in_recovery() as standby, \
 case when pg_is_in_recovery() then pg_is_wal_replay_paused() else false end as paused, \
 floor(extract(epoch from pg_last_xact_replay_timestamp()) * 1000)::bigint as committed_ms, \
 pg_last_wal_replay_lsn()::text as position, \
 pg_last_wal_receive_lsn()::text as received, \
 (pg_snapshot_xmax(pg_current_snapshot())::text::bigint - 1)::text as transaction, \
 coalesce(current_setting('primary_slot_name', true), '') as slot, \
 (select count(*) from pg_stat_wal_receiver) as receivers, \
 (select floor(extract(epoch from clock_timestamp() - max(last_msg_receipt_time)) * 1000)::bigint from pg_stat_wal_receiver) as silent_ms";

/// A source that is there says something every half minute.
const SILENT: i64 = 45_000;
/// What is received and not yet applied, in bytes, of a standby that keeps up: one segment of the log.
const UNAPPLIED: u64 = 16 << 20;

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
    let row = sql::row(of.asker, of.launch, of.standby, STANDBY, transcript, of.stop).await?;
    of.told_time(Some(of.standby), asked, row.number("now_ms"), transcript);
    let is_standby = row.truth("standby").unwrap_or(false);
    let (position, received) = (row.text("position"), row.text("received"));
    let source_position = source.as_ref().and_then(|source| source.text("position"));
    let [applied, heard, wanted] =
        [&position, &received, &source_position].map(|at| at.as_deref().and_then(lsn::bytes));
    let slot = row.text("slot").unwrap_or_default();
    let lost = source.as_ref().and_then(|source| source.text("lost")).unwrap_or_default();
    let state = if !is_standby {
        (Flow::Stopped, Text::new("더 이상 대기 서버가 아님(승격됨)", "it is no standby any more: it was promoted"))
    } else if row.truth("paused") == Some(true) {
        (Flow::Stopped, Text::new("적용이 일시정지됨", "applying is paused"))
    } else if row.number("receivers") == Some(0) {
        if !slot.is_empty() && lost.split(',').any(|lost| lost == slot) {
            (
                Flow::Broken,
                Text::new(
                    format!("원본이 슬롯 {slot}의 로그를 이미 지움"),
                    format!("the source has dropped the log of the slot {slot}"),
                ),
            )
        } else {
            (Flow::Stopped, Text::new("원본에서 받고 있지 않음", "it receives nothing from its source"))
        }
    } else if row.number("silent_ms").is_some_and(|silent| silent > SILENT) {
        (Flow::Stopped, Text::new("원본에서 45초 넘게 아무것도 오지 않음", "nothing was heard of the source for 45 s"))
    } else if heard.zip(applied).is_some_and(|(heard, applied)| heard.saturating_sub(applied) > UNAPPLIED) {
        (Flow::CatchingUp, Text::new("받은 로그의 적용이 밀림", "what was received is applied late"))
    } else {
        (Flow::Streaming, Text::new("받아서 적용하는 중", "receives and applies"))
    };
    let mut gathered = Gathered {
        state: Some(state),
        lag_bytes: wanted.zip(applied).map(|(wanted, applied)| wanted.saturating_sub(applied)),
        drained: wanted.zip(applied).map(|(wanted, applied)| applied >= wanted).filter(|_| is_standby),
        transaction: row.text("transaction"),
        committed_at: row.number("committed_ms").map(Timestamp),
        source_clock: told.map(|told| SourceClock::between(before, after, told)),
        position,
        source_position,
        ..Gathered::default()
    };
    // On a server that takes writes the row may be written anew: it says nothing of what had arrived.
    if let Some(heartbeat) = heartbeat.filter(|_| is_standby) {
        let Heartbeat { table, column, .. } = heartbeat;
        let statement =
            format!("select floor(extract(epoch from max({column})) * 1000)::bigint as beat_ms from {table}");
        let mut aside = transcript.aside(0);
        match sql::row(of.asker, of.launch, of.standby, &statement, &mut aside, of.stop).await {
            Ok(row) => gathered.heartbeat_at = row.number("beat_ms").map(Timestamp),
            Err(why) => gathered.missing = Some(why),
        }
    }
    Ok(gathered)
}
