//! The statement that writes the source's time into its heartbeat row.

use crate::inventory::{Gauge, Link};

/// As a step of a runbook; `None` where nobody asked for it, or there is no source.
pub(super) fn step(link: &Link) -> Option<String> {
    let source = link.source.as_ref()?;
    let statement = match &link.gauge {
        Gauge::Postgres { heartbeat } => {
            let row = heartbeat.as_ref()?;
            let (table, column) = (&row.table, &row.column);
            format!(
                "insert into {table} (id, {column}) values (1, clock_timestamp()) \
                 on conflict (id) do update set {column} = excluded.{column}"
            )
        }
        Gauge::Mysql { heartbeat } => {
            let row = heartbeat.as_ref()?;
            let (table, column) = (&row.table, &row.column);
            format!(
                "insert into {table} (id, {column}) values (1, current_timestamp(6)) \
                 on duplicate key update {column} = values({column})"
            )
        }
        Gauge::Redis { .. }
        | Gauge::Query { .. }
        | Gauge::Files { .. }
        | Gauge::Backup { .. }
        | Gauge::Command { .. } => return None,
    };
    Some(format!("{{sql: \"{statement}\", on: {source}}}"))
}
