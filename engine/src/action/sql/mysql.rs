//! MySQL and MariaDB.

use sqlx::mysql::{MySqlConnectOptions, MySqlConnection, MySqlSslMode, MySqlValueRef};
use sqlx::{AssertSqlSafe, Connection as _, Decode, MySql, TypeInfo as _, ValueRef as _};

use super::Came;
use super::bridge::Bridge;
use super::door::{self, CONNECT, Door, Statement, in_turn, no_answer};
use crate::base::Text;
use crate::inventory::SqlTls;
use crate::plan::look::Value;

pub(super) async fn tell(door: &Door, statement: &Statement<'_>) -> Came {
    let options = options(door);
    let mut connection = match connect(door, &options).await {
        Ok(connection) => connection,
        Err(came) => return came,
    };
    let session = match prepare(&mut connection, statement).await {
        Ok(session) => session,
        Err(error) => return Came::before(&error),
    };
    let end = async {
        if let Ok(mut other) = connect(door, &options).await {
            let kill = sqlx::raw_sql(AssertSqlSafe(format!("KILL QUERY {session}")));
            // Whether it reached the server shows in what comes of the statement itself.
            kill.execute(&mut other).await.map(drop).unwrap_or_default();
        }
    };
    let as_text = statement.args.is_empty();
    door::tell::<MySql>(connection, statement, |row| in_turn(row, |value| cell(value, as_text)), end).await
}

/// The rules of the session: its number, by which it can be stopped, is told.
async fn prepare(connection: &mut MySqlConnection, statement: &Statement<'_>) -> Result<u64, sqlx::Error> {
    if statement.read_only {
        sqlx::raw_sql("SET SESSION TRANSACTION READ ONLY").execute(&mut *connection).await?;
    }
    if let Some(limit) = statement.limit {
        // Each of the two servers reads its own comment.
        let (seconds, millis) = (limit.as_secs_f64(), limit.as_millis());
        let limit = format!(
            "SET @relight = 1 /*M!100100 , SESSION max_statement_time = {seconds:.3} */ \
             /*!50708 , SESSION max_execution_time = {millis} */"
        );
        sqlx::raw_sql(AssertSqlSafe(limit)).execute(&mut *connection).await?;
    }
    sqlx::query_scalar("SELECT CAST(CONNECTION_ID() AS UNSIGNED)").persistent(false).fetch_one(connection).await
}

fn options(door: &Door) -> MySqlConnectOptions {
    let options = MySqlConnectOptions::new()
        .host(&door.host)
        .port(door.port)
        .username(&door.user)
        .password(door.password())
        .statement_cache_capacity(0)
        // The session is the server's own: what a statement means there it means here.
        .pipes_as_concat(false)
        .no_engine_substitution(false)
        .timezone(None)
        .ssl_mode(match door.tls {
            SqlTls::Disable => MySqlSslMode::Disabled,
            SqlTls::Prefer => MySqlSslMode::Preferred,
            SqlTls::Require => MySqlSslMode::Required,
            SqlTls::Verify => MySqlSslMode::VerifyIdentity,
        });
    let options = match &door.database {
        Some(database) => options.database(database),
        None => options,
    };
    match &door.ca {
        Some(ca) => options.ssl_ca_from_pem(ca.clone()),
        None => options,
    }
}

async fn connect(door: &Door, options: &MySqlConnectOptions) -> Result<MySqlConnection, Came> {
    let connecting = async {
        let bridge = Bridge::open(&door.addresses, "").await.map_err(|error| Came::unopened(&error))?;
        let options = options.clone().socket(bridge.folder());
        MySqlConnection::connect_with(&options).await.map_err(|error| Came::before(&error))
    };
    let late = |_| Err(Came::Unreached(no_answer()));
    tokio::time::timeout(CONNECT, connecting).await.unwrap_or_else(late)
}

fn cell(value: MySqlValueRef<'_>, as_text: bool) -> Result<Value, Text> {
    if value.is_null() {
        return Ok(Value::Null);
    }
    let kind = value.type_info().name().to_owned();
    let bad = |error: sqlx::error::BoxDynError| Text::plain(error.to_string());
    let number = |text: String| text.parse().map_or(Value::Text(text), Value::Number);
    match kind.as_str() {
        "BOOLEAN" | "TINYINT" | "SMALLINT" | "MEDIUMINT" | "INT" | "BIGINT" => {
            <i64 as Decode<'_, MySql>>::decode(value).map(|whole| Value::Number(whole.into())).map_err(bad)
        }
        kind if kind.ends_with(" UNSIGNED") => {
            <u64 as Decode<'_, MySql>>::decode(value).map(|whole| number(whole.to_string())).map_err(bad)
        }
        "FLOAT" if !as_text => {
            <f32 as Decode<'_, MySql>>::decode(value).map(|real| number(real.to_string())).map_err(bad)
        }
        "DOUBLE" if !as_text => {
            <f64 as Decode<'_, MySql>>::decode(value).map(|real| number(real.to_string())).map_err(bad)
        }
        "FLOAT" | "DOUBLE" | "DECIMAL" => {
            let bytes = <&[u8] as Decode<'_, MySql>>::decode(value).map_err(bad)?;
            Ok(number(String::from_utf8_lossy(bytes).into_owned()))
        }
        "DATE" | "TIME" | "DATETIME" | "TIMESTAMP" | "YEAR" if !as_text => Err(Text::new(
            format!("`args`가 있는 문장에서는 {kind} 형식을 읽을 수 없습니다. CAST(… AS CHAR)로 바꾸십시오"),
            format!("values of type {kind} can not be read beside `args`: write CAST(… AS CHAR)"),
        )),
        _ => {
            let bytes = <&[u8] as Decode<'_, MySql>>::decode(value).map_err(bad)?;
            Ok(Value::Text(
                std::str::from_utf8(bytes).map_or_else(|_| format!("0x{}", hex::encode(bytes)), str::to_owned),
            ))
        }
    }
}
