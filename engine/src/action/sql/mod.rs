//! `sql`: a statement for a database, over a connection of its own.
//!
//! A question is asked where nothing can be changed: the database is told to refuse changes, or what was changed is taken
//! back. What takes too long or is stopped is ended at the server, so that nothing goes on there unseen.

mod bridge;
mod door;
mod mssql;
mod mysql;
mod named;
mod postgres;
mod sqlite;
mod table;
mod weigh;

pub(super) use named::{NamedRow, row, rows};
use tokio_util::sync::CancellationToken;

use self::door::{Door, Statement};
use self::table::Table;
use super::Launch;
use super::asker::Asker;
use super::capture::Said;
use super::check::{Answer, Reply};
use super::guard::Kept;
use super::transcript::Transcript;
use crate::base::{Lang, Text};
use crate::inventory::SqlEngine;
use crate::plan::look::{Sql, Value};
use crate::run::{Cause, CauseKind, Outcome};

/// What came of a statement.
#[derive(Debug)]
enum Came {
    /// It was carried out.
    Answered(Table),
    /// It was carried out; what it gave can not be read.
    Unread(Text),
    /// Nobody listens there.
    Closed,
    /// Nothing was told to the database, because of this.
    Unreached(Text),
    /// The database did not carry it out, because of this.
    Refused(Text),
    /// It was told, and not answered.
    Lost(Text),
}

impl Came {
    /// A fault of a statement under way.
    fn of(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(said) => {
                let code = said.code().map(|code| format!("{code} ")).unwrap_or_default();
                let message = said.message();
                Self::Refused(Text::new(
                    format!("데이터베이스가 거절함: {code}{message}"),
                    format!("the database refused it: {code}{message}"),
                ))
            }
            error => Self::Lost(Text::plain(error.to_string())),
        }
    }

    /// No connection could be opened.
    fn unopened(error: &std::io::Error) -> Self {
        if error.kind() == std::io::ErrorKind::ConnectionRefused {
            Self::Closed
        } else {
            Self::Unreached(Text::new(format!("접속하지 못함: {error}"), format!("no connection: {error}")))
        }
    }

    /// A fault before anything was told.
    fn before(error: &sqlx::Error) -> Self {
        match error {
            sqlx::Error::Database(said) => {
                let message = said.message();
                Self::Unreached(Text::new(
                    format!("데이터베이스에 접속하지 못함: {message}"),
                    format!("the database lets nobody in: {message}"),
                ))
            }
            error => Self::Unreached(Text::new(format!("접속하지 못함: {error}"), format!("no connection: {error}"))),
        }
    }
}

async fn tell(
    asker: &Asker<'_>,
    launch: &Launch,
    sql: &Sql,
    acts: bool,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Came, Cause> {
    let secrets = asker.commands.revealed(launch, sql.args.iter(), transcript).await?;
    let statement = Statement::of(launch, sql, &secrets, acts, stop)?;
    let door = match Door::of(asker, launch, sql.on.as_ref()).await {
        Ok(door) => door,
        Err(Kept::Forbidden(cause)) => return Err(cause),
        Err(Kept::Unresolved(why)) => return Ok(Came::Unreached(why)),
    };
    if let Some(password) = &door.password {
        transcript.hide(password);
    }
    let came = match door.engine {
        SqlEngine::Postgres => postgres::tell(&door, &statement).await,
        SqlEngine::Mysql => mysql::tell(&door, &statement).await,
        SqlEngine::Mssql => mssql::tell(&door, &statement).await,
        SqlEngine::Sqlite => sqlite::tell(&door, &statement).await,
    };
    if let Came::Answered(table) = &came {
        transcript.take(transcript.heard(), table.shown().as_bytes()).await;
    }
    Ok(came)
}

/// The answer, with what later steps want of it where it is as wanted.
fn weighed(sql: &Sql, table: &Table, transcript: &mut Transcript) -> Answer {
    let answer = weigh::weigh(&sql.wanted, table);
    if answer.reply() == Reply::Up {
        // Of nothing there is nothing to take, not an empty text.
        let first = table.rows().first().and_then(|row| row.first()).and_then(Value::said);
        let text = first.as_deref().unwrap_or_default();
        transcript.capture(&Said { text, whole: first.is_some(), code: 0 });
    }
    answer
}

/// Asks whether what comes of a statement is as wanted.
pub(super) async fn ask(
    asker: &Asker<'_>,
    launch: &Launch,
    sql: &Sql,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Answer, Cause> {
    Ok(match tell(asker, launch, sql, false, transcript, stop).await? {
        Came::Answered(table) => weighed(sql, &table, transcript),
        Came::Closed => Answer::down("연결 거부", "connection refused"),
        Came::Unread(why) | Came::Unreached(why) | Came::Refused(why) | Came::Lost(why) => {
            Answer::new(Reply::Unknown, why)
        }
    })
}

/// The outcome of a step that is one statement. One that was told and not answered may have been carried out.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    sql: &Sql,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let (kind, what) = match tell(asker, launch, sql, true, transcript, stop).await {
        Ok(Came::Answered(table)) => match weighed(sql, &table, transcript) {
            answer if answer.reply() == Reply::Up => {
                let heard = transcript.heard();
                return Outcome::Succeeded { seen: transcript.finish(answer.what(), heard, None).await };
            }
            answer => (CauseKind::Unexpected, answer.what().clone()),
        },
        Ok(Came::Lost(why)) => {
            let (ko, en) = (why.get(Lang::Ko), why.get(Lang::En));
            let why = transcript.mask(&Text::new(
                format!("문장을 보냈으나 결과를 듣지 못했습니다 ({ko}). 실행되었을 수 있습니다"),
                format!("the statement was sent and not answered ({en}): it may have been carried out"),
            ));
            let heard = transcript.heard();
            let silence = Text::new("응답 없음", "no answer");
            return Outcome::Unknown { why, seen: transcript.finish(&silence, heard, None).await };
        }
        Ok(Came::Unread(why)) => (CauseKind::Unexpected, why),
        Ok(Came::Closed) => (CauseKind::Unreachable, Text::new("연결 거부", "connection refused")),
        Ok(Came::Unreached(why)) => (CauseKind::Unreachable, why),
        Ok(Came::Refused(why)) => (CauseKind::Unexpected, why),
        Err(cause) => return transcript.refused(&cause),
    };
    let on = sql.on.as_ref().map_or_else(String::new, |on| format!(" {on}"));
    let (ko, en) = (what.get(Lang::Ko), what.get(Lang::En));
    let message = transcript.mask(&Text::new(
        format!("sql{on}: {ko}. 문장과 데이터베이스를 확인하고 재시도하십시오"),
        format!("sql{on}: {en}; look at the statement and the database, then retry"),
    ));
    let heard = transcript.heard();
    Outcome::Failed { cause: Cause { kind, message }, seen: transcript.finish(&what, heard, None).await }
}
