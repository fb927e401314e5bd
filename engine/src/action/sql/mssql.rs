//! SQL Server.

use futures::TryStreamExt as _;
use jiff::civil::{Date, Time, date};
use jiff::{SignedDuration, ToSpan as _};
use tiberius::{AuthMethod, Client, ColumnData, Config, EncryptionLevel, Query, QueryItem};
use tokio::net::TcpStream;
use tokio_util::compat::{Compat, TokioAsyncWriteCompatExt as _};

use super::Came;
use super::door::{CONNECT, Door, Statement, no_answer};
use super::table::Table;
use crate::base::Text;
use crate::inventory::SqlTls;
use crate::plan::look::Value;

pub(super) async fn tell(door: &Door, statement: &Statement<'_>) -> Came {
    let mut client = match tokio::time::timeout(CONNECT, connect(door, statement)).await {
        Ok(Ok(client)) => client,
        Ok(Err(came)) => return came,
        Err(_) => return Came::Unreached(no_answer()),
    };
    // The server ends what a client that went away had begun.
    statement.within(carry_out(&mut client, statement), std::future::ready(())).await
}

async fn connect(door: &Door, statement: &Statement<'_>) -> Result<Client<Compat<TcpStream>>, Came> {
    let mut config = Config::new();
    config.host(&door.host);
    config.port(door.port);
    config.application_name("relight");
    config.authentication(AuthMethod::sql_server(&door.user, door.password()));
    config.command_timeout(statement.limit);
    config.readonly(statement.read_only);
    if let Some(database) = &door.database {
        config.database(database);
    }
    config.encryption(match door.tls {
        SqlTls::Disable => EncryptionLevel::NotSupported,
        SqlTls::Prefer => EncryptionLevel::On,
        SqlTls::Require | SqlTls::Verify => EncryptionLevel::Required,
    });
    match (door.tls, &door.ca) {
        (SqlTls::Verify, Some(ca)) => config.trust_cert_ca_bundle(ca.clone()),
        (SqlTls::Verify, None) => {}
        (SqlTls::Disable | SqlTls::Prefer | SqlTls::Require, _) => config.trust_cert(),
    }
    let stream = TcpStream::connect(&door.addresses[..]).await.map_err(|error| Came::unopened(&error))?;
    Client::connect(config, stream.compat_write()).await.map_err(|error| {
        let said = said(&error);
        Came::Unreached(Text::new(
            format!("데이터베이스에 접속하지 못함: {said}"),
            format!("the database lets nobody in: {said}"),
        ))
    })
}

/// A question is asked in a transaction that is taken back: this server has no session that refuses changes.
async fn carry_out(client: &mut Client<Compat<TcpStream>>, statement: &Statement<'_>) -> Came {
    if statement.read_only
        && let Err(error) = client.begin_transaction().await
    {
        return Came::Unreached(Text::plain(said(&error)));
    }
    let answered = gather(client, statement).await;
    if statement.read_only
        && let Err(error) = client.rollback_transaction().await
        && answered.is_ok()
    {
        return came_of(&error);
    }
    answered.map_or_else(|error| came_of(&error), Came::Answered)
}

async fn gather(
    client: &mut Client<Compat<TcpStream>>,
    statement: &Statement<'_>,
) -> Result<Table, tiberius::error::Error> {
    let mut answer = if statement.args.is_empty() {
        client.simple_query(statement.text).await?
    } else {
        let mut query = Query::new(statement.text);
        statement.args.iter().for_each(|arg| query.bind(arg.as_str()));
        query.query(client).await?
    };
    let mut table = Table::default();
    while let Some(item) = answer.try_next().await? {
        match item {
            QueryItem::Metadata(_) => table.statement_over(),
            QueryItem::Row(row) => {
                table.named(row.columns().iter().map(|column| column.name().to_owned()));
                table.add(row.cells().map(|(_, cell)| value(cell)).collect());
            }
        }
    }
    Ok(table)
}

fn came_of(error: &tiberius::error::Error) -> Came {
    match error.code() {
        Some(code) => {
            let said = said(error);
            Came::Refused(Text::new(
                format!("데이터베이스가 거절함: {code} {said}"),
                format!("the database refused it: {code} {said}"),
            ))
        }
        None => Came::Lost(Text::plain(said(error))),
    }
}

fn said(error: &tiberius::error::Error) -> String {
    match error {
        tiberius::error::Error::Server(token) => token.message().to_owned(),
        error => error.to_string(),
    }
}

fn value(cell: &ColumnData<'_>) -> Value {
    let number = |text: String| text.parse().map_or(Value::Text(text), Value::Number);
    let found = match cell {
        ColumnData::U8(it) => it.map(|it| Value::Number(i64::from(it).into())),
        ColumnData::I16(it) => it.map(|it| Value::Number(i64::from(it).into())),
        ColumnData::I32(it) => it.map(|it| Value::Number(i64::from(it).into())),
        ColumnData::I64(it) => it.map(|it| Value::Number(it.into())),
        ColumnData::F32(it) => it.map(|it| number(it.to_string())),
        ColumnData::F64(it) => it.map(|it| number(it.to_string())),
        ColumnData::Bit(it) => it.map(Value::Bool),
        ColumnData::String(it) => it.as_ref().map(|it| Value::Text(it.clone().into_owned())),
        ColumnData::Guid(it) => it.map(|it| Value::Text(it.to_string())),
        ColumnData::Binary(it) => it.as_ref().map(|it| Value::Text(format!("0x{}", hex::encode(it)))),
        ColumnData::Numeric(it) => it.map(|it| number(decimal(it.value(), it.scale()))),
        ColumnData::Xml(it) => it.as_ref().map(|it| Value::Text(it.to_string())),
        ColumnData::DateTime(it) => it.map(|it| {
            let millis = i64::from(it.seconds_fragments()) * 1_000 / 300;
            instant(date(1900, 1, 1), i64::from(it.days()), SignedDuration::from_millis(millis))
        }),
        ColumnData::SmallDateTime(it) => it.map(|it| {
            let minutes = SignedDuration::from_mins(i64::from(it.seconds_fragments()));
            instant(date(1900, 1, 1), i64::from(it.days()), minutes)
        }),
        ColumnData::Time(it) => it.map(|it| {
            let time = Time::midnight().checked_add(since_midnight(it));
            time.map_or(Value::Null, |time| Value::Text(time.to_string()))
        }),
        ColumnData::Date(it) => it.map(|it| {
            let day = date(1, 1, 1).checked_add(i64::from(it.days()).days());
            day.map_or(Value::Null, |day: Date| Value::Text(day.to_string()))
        }),
        ColumnData::DateTime2(it) => {
            it.map(|it| instant(date(1, 1, 1), i64::from(it.date().days()), since_midnight(it.time())))
        }
        // The server sends it in UTC, with the offset beside it.
        ColumnData::DateTimeOffset(it) => it.map(|it| {
            let utc = it.datetime2();
            match instant(date(1, 1, 1), i64::from(utc.date().days()), since_midnight(utc.time())) {
                Value::Text(text) => Value::Text(format!("{text}Z")),
                other => other,
            }
        }),
    };
    found.unwrap_or(Value::Null)
}

/// A scaled number, exactly.
fn decimal(value: i128, scale: u8) -> String {
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = usize::from(scale) + 1);
    let (whole, fraction) = digits.split_at(digits.len() - usize::from(scale));
    let sign = if value < 0 { "-" } else { "" };
    if fraction.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{fraction}") }
}

fn since_midnight(time: tiberius::time::Time) -> SignedDuration {
    let nanos = u128::from(time.increments()) * 10_u128.pow(9 - u32::from(time.scale().min(9)));
    SignedDuration::from_nanos(i64::try_from(nanos).unwrap_or(i64::MAX))
}

/// `2026-11-21T03:00:00`, or null where it lies beyond what a calendar has.
fn instant(first: Date, days: i64, after: SignedDuration) -> Value {
    let at = first.checked_add(days.days()).and_then(|day| day.to_datetime(Time::midnight()).checked_add(after));
    at.map_or(Value::Null, |at| Value::Text(at.to_string()))
}

#[cfg(test)]
mod tests {
    use std::borrow::Cow;

    use tiberius::numeric::Numeric;
    use tiberius::time::{Date, DateTime, DateTime2, DateTimeOffset, SmallDateTime, Time};

    use super::*;

    fn number(text: &str) -> Value {
        Value::Number(text.parse().unwrap())
    }

    fn text(text: &str) -> Value {
        Value::Text(text.to_owned())
    }

    #[test]
    fn values_keep_their_type_and_every_digit() {
        assert_eq!(value(&ColumnData::I64(Some(i64::MIN))), number("-9223372036854775808"));
        assert_eq!(value(&ColumnData::Bit(Some(true))), Value::Bool(true));
        assert_eq!(value(&ColumnData::I32(None)), Value::Null);
        assert_eq!(value(&ColumnData::F64(Some(0.5))), number("0.5"));
        assert_eq!(value(&ColumnData::Numeric(Some(Numeric::new_with_scale(-5, 2)))), number("-0.05"));
        assert_eq!(value(&ColumnData::Numeric(Some(Numeric::new_with_scale(1_230, 0)))), number("1230"));
        assert_eq!(value(&ColumnData::String(Some(Cow::Borrowed("복구")))), text("복구"));
        assert_eq!(value(&ColumnData::Binary(Some(Cow::Borrowed(&[0, 255])))), text("0x00ff"));
    }

    #[test]
    fn times_are_written_as_others_write_them() {
        let day = date(1900, 1, 1).until(date(2026, 11, 21)).unwrap().get_days();
        assert_eq!(value(&ColumnData::DateTime(Some(DateTime::new(day, 300 * 3_661)))), text("2026-11-21T01:01:01"));
        let small = SmallDateTime::new(u16::try_from(day).unwrap(), 90);
        assert_eq!(value(&ColumnData::SmallDateTime(Some(small))), text("2026-11-21T01:30:00"));
        let day = u32::try_from(date(1, 1, 1).until(date(2026, 11, 21)).unwrap().get_days()).unwrap();
        assert_eq!(value(&ColumnData::Date(Some(Date::new(day)))), text("2026-11-21"));
        let time = Time::new(36_615_000, 4);
        assert_eq!(value(&ColumnData::Time(Some(time))), text("01:01:01.5"));
        let both = DateTime2::new(Date::new(day), time);
        assert_eq!(value(&ColumnData::DateTime2(Some(both))), text("2026-11-21T01:01:01.5"));
        let offset = DateTimeOffset::new(both, 540);
        assert_eq!(value(&ColumnData::DateTimeOffset(Some(offset))), text("2026-11-21T01:01:01.5Z"));
    }
}
