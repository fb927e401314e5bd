//! SQLite: a file on the engine's host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteRow, SqliteValueRef};
use sqlx::{AssertSqlSafe, Connection as _, Decode, Executor as _, Row as _, Sqlite, TypeInfo as _, ValueRef as _};

use super::Came;
use super::door::{CONNECT, Door, Statement, gather};
use crate::base::Text;
use crate::plan::look::Value;

/// Steps of SQLite's machine between two looks whether it must stop.
const STEPS: i32 = 10_000;

pub(super) async fn tell(door: &Door, statement: &Statement<'_>) -> Came {
    let options = SqliteConnectOptions::new()
        .filename(door.database.as_deref().unwrap_or_default())
        .create_if_missing(false)
        .read_only(statement.read_only)
        .statement_cache_capacity(1)
        .busy_timeout(statement.limit.map_or(CONNECT, |limit| limit.min(CONNECT)));
    let over = Arc::new(AtomicBool::new(false));
    let mut connection = match prepare(&options, &over).await {
        Ok(connection) => connection,
        Err(error) => return Came::before(&error),
    };
    let end = async { over.store(true, Ordering::Relaxed) };
    let text = AssertSqlSafe(statement.text.to_owned());
    let came = if statement.args.is_empty() {
        statement.within(gather(sqlx::raw_sql(text).fetch_many(&mut connection), cells), end).await
    } else {
        let query = statement.args.iter().fold(sqlx::query(text).persistent(false), |query, arg| query.bind(arg));
        statement.within(gather((&mut connection).fetch_many(query), cells), end).await
    };
    // All has been said; a failed goodbye changes nothing.
    connection.close().await.unwrap_or_default();
    came
}

async fn prepare(options: &SqliteConnectOptions, over: &Arc<AtomicBool>) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let over = Arc::clone(over);
    connection.lock_handle().await?.set_progress_handler(STEPS, move || !over.load(Ordering::Relaxed));
    Ok(connection)
}

fn cells(row: &SqliteRow) -> Result<Vec<Value>, Text> {
    let cell = |at| row.try_get_raw(at).map_err(|error| Text::plain(error.to_string())).and_then(cell);
    (0..row.len()).map(cell).collect()
}

/// A value has a type of its own, whatever its column was declared as.
fn cell(value: SqliteValueRef<'_>) -> Result<Value, Text> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let kind = value.type_info().name().to_owned();
    let bad = |error: sqlx::error::BoxDynError| Text::plain(error.to_string());
    match kind.as_str() {
        "INTEGER" | "BOOLEAN" => {
            <i64 as Decode<'_, Sqlite>>::decode(value).map(|whole| Value::Number(whole.into())).map_err(bad)
        }
        "REAL" => {
            let text = <f64 as Decode<'_, Sqlite>>::decode(value).map_err(bad)?.to_string();
            Ok(text.parse().map_or(Value::Text(text), Value::Number))
        }
        "BLOB" => {
            let bytes = <&[u8] as Decode<'_, Sqlite>>::decode(value).map_err(bad)?;
            Ok(Value::Text(format!("0x{}", hex::encode(bytes))))
        }
        _ => <String as Decode<'_, Sqlite>>::decode(value).map(Value::Text).map_err(bad),
    }
}
