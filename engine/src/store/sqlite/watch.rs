//! Notices commits of other connections without reading any table.

use sqlx::sqlite::SqliteConnection;

use super::SqliteStore;
use crate::store::{Error, fault};

/// A connection that never writes, so that SQLite counts every commit, ours included, as somebody else's.
#[derive(Debug, Default)]
pub(super) struct Watch {
    connection: Option<SqliteConnection>,
    /// SQLite's count of changes; only values of one connection can be compared.
    version: i64,
    /// What callers see.
    changes: u64,
}

pub(super) async fn change_counter(store: &SqliteStore) -> Result<u64, Error> {
    let mut watch = store.watch.lock().await;
    let (mut connection, known) = match watch.connection.take() {
        Some(connection) => (connection, Some(watch.version)),
        None => (store.own_reader().await?, None),
    };
    let version = sqlx::query_scalar("PRAGMA data_version").fetch_one(&mut connection).await.map_err(fault::of)?;
    if known != Some(version) {
        watch.changes += 1;
    }
    watch.version = version;
    watch.connection = Some(connection);
    Ok(watch.changes)
}
