//! SQLite: a file on the engine's host.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection, SqliteValueRef};
use sqlx::{Connection as _, Decode, Sqlite, TypeInfo as _, ValueRef as _};

use super::Came;
use super::door::{self, CONNECT, Door, Statement, in_turn};
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
    let connection = match prepare(&options, &over).await {
        Ok(connection) => connection,
        Err(error) => return Came::before(&error),
    };
    let end = async { over.store(true, Ordering::Relaxed) };
    door::tell::<Sqlite>(connection, statement, |row| in_turn(row, cell), end).await
}

async fn prepare(options: &SqliteConnectOptions, over: &Arc<AtomicBool>) -> Result<SqliteConnection, sqlx::Error> {
    let mut connection = SqliteConnection::connect_with(options).await?;
    let over = Arc::clone(over);
    connection.lock_handle().await?.set_progress_handler(STEPS, move || !over.load(Ordering::Relaxed));
    Ok(connection)
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
