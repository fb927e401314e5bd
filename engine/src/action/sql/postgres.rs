//! PostgreSQL.

use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode, PgValueFormat, PgValueRef};
use sqlx::{Connection as _, Decode, Postgres, TypeInfo as _, ValueRef as _};

use super::Came;
use super::bridge::Bridge;
use super::door::{self, CONNECT, Door, Statement, in_turn, no_answer};
use crate::base::Text;
use crate::inventory::SqlTls;
use crate::plan::look::Value;

pub(super) async fn tell(door: &Door, statement: &Statement<'_>) -> Came {
    let options = options(door, statement);
    let mut connection = match connect(door, &options).await {
        Ok(connection) => connection,
        Err(came) => return came,
    };
    let asked = sqlx::query_scalar("select pg_backend_pid()").persistent(false).fetch_one(&mut connection).await;
    let session: i32 = match asked {
        Ok(session) => session,
        Err(error) => return Came::before(&error),
    };
    let end = async {
        if let Ok(mut other) = connect(door, &options).await {
            let cancel = sqlx::query("select pg_cancel_backend($1)").bind(session).persistent(false);
            // Whether it reached the server shows in what comes of the statement itself.
            cancel.execute(&mut other).await.map(drop).unwrap_or_default();
        }
    };
    door::tell::<Postgres>(connection, statement, |row| in_turn(row, cell), end).await
}

fn options(door: &Door, statement: &Statement<'_>) -> PgConnectOptions {
    let limit = statement.limit.map_or(0, |limit| limit.as_millis());
    let read_only = if statement.read_only { "on" } else { "off" };
    let options = PgConnectOptions::new_without_pgpass()
        .host(&door.host)
        .port(door.port)
        .username(&door.user)
        .password(door.password())
        .database(door.database.as_deref().unwrap_or(&door.user))
        .application_name("relight")
        .statement_cache_capacity(0)
        .ssl_mode(match door.tls {
            SqlTls::Disable => PgSslMode::Disable,
            SqlTls::Prefer => PgSslMode::Prefer,
            SqlTls::Require => PgSslMode::Require,
            SqlTls::Verify => PgSslMode::VerifyFull,
        })
        .options([("statement_timeout", limit.to_string().as_str()), ("default_transaction_read_only", read_only)]);
    match &door.ca {
        Some(ca) => options.ssl_root_cert_from_pem(ca.clone()),
        None => options,
    }
}

async fn connect(door: &Door, options: &PgConnectOptions) -> Result<PgConnection, Came> {
    let connecting = async {
        let end = format!("/.s.PGSQL.{}", door.port);
        let bridge = Bridge::open(&door.addresses, &end).await.map_err(|error| Came::unopened(&error))?;
        let options = options.clone().socket(bridge.folder());
        PgConnection::connect_with(&options).await.map_err(|error| Came::before(&error))
    };
    let late = |_| Err(Came::Unreached(no_answer()));
    tokio::time::timeout(CONNECT, connecting).await.unwrap_or_else(late)
}

/// Without arguments everything comes as text; with them, as the server's own bytes.
fn cell(value: PgValueRef<'_>) -> Result<Value, Text> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let kind = value.type_info().name().to_owned();
    let bad = |error: sqlx::error::BoxDynError| Text::plain(error.to_string());
    let number = |text: String| text.parse().map_or(Value::Text(text), Value::Number);
    match (value.format(), kind.as_str()) {
        (PgValueFormat::Text, "BOOL") => Ok(Value::Bool(value.as_str().map_err(bad)? == "t")),
        (PgValueFormat::Text, "INT2" | "INT4" | "INT8" | "OID" | "FLOAT4" | "FLOAT8" | "NUMERIC") => {
            Ok(number(value.as_str().map_err(bad)?.to_owned()))
        }
        (PgValueFormat::Text, _) => Ok(Value::Text(value.as_str().map_err(bad)?.to_owned())),
        (PgValueFormat::Binary, "BOOL") => <bool as Decode<'_, Postgres>>::decode(value).map(Value::Bool).map_err(bad),
        (PgValueFormat::Binary, "INT2") => decoded::<i16>(value),
        (PgValueFormat::Binary, "INT4") => decoded::<i32>(value),
        (PgValueFormat::Binary, "INT8") => decoded::<i64>(value),
        (PgValueFormat::Binary, "FLOAT4") => decoded::<f32>(value),
        (PgValueFormat::Binary, "FLOAT8") => decoded::<f64>(value),
        (PgValueFormat::Binary, "TEXT" | "VARCHAR" | "CHAR" | "NAME" | "UNKNOWN") => {
            Ok(Value::Text(value.as_str().map_err(bad)?.to_owned()))
        }
        (PgValueFormat::Binary, other) => Err(Text::new(
            format!("`args`가 있는 문장에서는 {other} 형식을 읽을 수 없습니다. `::text`로 바꾸십시오"),
            format!("values of type {other} can not be read beside `args`: write `::text` behind it"),
        )),
    }
}

fn decoded<'r, T: Decode<'r, Postgres> + ToString>(value: PgValueRef<'r>) -> Result<Value, Text> {
    let text = T::decode(value).map_err(|error| Text::plain(error.to_string()))?.to_string();
    Ok(text.parse().map_or(Value::Text(text), Value::Number))
}
