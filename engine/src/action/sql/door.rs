//! How a database is reached in the mode of a run, and what it is told there.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use futures::TryStreamExt as _;
use futures::stream::BoxStream;
use sqlx::database::HasStatementCache;
use sqlx::{
    AssertSqlSafe, Column as _, ColumnIndex, Connection as _, Database, Encode, Executor, IntoArguments, Row, Type,
};
use tokio_util::sync::CancellationToken;

use super::super::addressing::{SecretValues, secret_of};
use super::super::asker::Asker;
use super::super::destination::Destination;
use super::super::guard::Kept;
use super::super::{Launch, environment, trust};
use super::Came;
use super::table::Table;
use crate::base::{Millis, Secret, TargetName, Text};
use crate::inventory::{self, SqlEngine, SqlTls};
use crate::plan::EnvValue;
use crate::plan::look::{Sql, Value};
use crate::run::{Cause, CauseKind};

/// Longest wait for a connection, the login included.
pub(super) const CONNECT: Duration = Duration::from_secs(10);
/// Longest wait for the answer to a question. A step's own `timeout` may end it earlier.
const ANSWER: Duration = Duration::from_secs(30);
/// How long a statement may take to end after it was told to.
const GRACE: Duration = Duration::from_secs(5);

/// A database as it is reached.
#[derive(Debug)]
pub(super) struct Door {
    pub(super) engine: SqlEngine,
    /// The name that its certificate must be good for. Nobody resolves it any more.
    pub(super) host: String,
    pub(super) port: u16,
    /// Where it is: judged, and empty only for a file.
    pub(super) addresses: Vec<SocketAddr>,
    pub(super) database: Option<String>,
    pub(super) user: String,
    pub(super) password: Option<Secret>,
    pub(super) tls: SqlTls,
    pub(super) ca: Option<Vec<u8>>,
}

/// What the database is told.
#[derive(Debug)]
pub(super) struct Statement<'a> {
    pub(super) text: &'a str,
    pub(super) args: Vec<String>,
    pub(super) read_only: bool,
    /// `None` where the step has no time limit and is no question.
    pub(super) limit: Option<Duration>,
    pub(super) stop: &'a CancellationToken,
}

impl Door {
    /// Looks up how the database of a target is reached, and whether the run may go there.
    pub(super) async fn of(asker: &Asker<'_>, launch: &Launch, on: Option<&TargetName>) -> Result<Self, Kept> {
        let target = on.ok_or_else(|| {
            Kept::Forbidden(refused(
                "`sql` 단계에 대상이 없습니다. `on`을 적으십시오",
                "this `sql` has no target: write `on`",
            ))
        })?;
        let sql = launch.bound(target).map_err(Kept::Forbidden)?.sql.clone().ok_or_else(|| {
            Kept::Forbidden(refused(
                &format!("대상 {target}에는 데이터베이스 정보가 없습니다. 인벤토리의 대상에 `sql`을 적으십시오"),
                &format!("target {target} has no `sql` in the inventory, so no database can be asked there"),
            ))
        })?;
        let (host, port) = (sql.host.clone(), sql.port);
        let (whose, values) = (launch.clone(), Arc::clone(asker.commands.secrets()));
        let found = tokio::task::spawn_blocking(move || Self::read(&whose, sql, values.as_ref())).await;
        let found = found.unwrap_or_else(|error| Err(refused(&error.to_string(), &error.to_string())));
        let mut door = found.map_err(Kept::Forbidden)?;
        if door.engine != SqlEngine::Sqlite {
            let to = Destination { host, port, named: Some(target.clone()) };
            door.addresses = asker.guard.admit(launch, &to).await?;
        }
        Ok(door)
    }

    /// Reads secrets and files.
    fn read(launch: &Launch, sql: inventory::Sql, values: &dyn SecretValues) -> Result<Self, Cause> {
        let password = sql.password.as_ref().map(|name| secret_of(launch, name, values)).transpose()?;
        let ca = sql.ca.as_ref().map(|pem| trust::read(launch, pem, values)).transpose()?;
        Ok(Self {
            engine: sql.engine,
            host: sql.host,
            port: sql.port,
            addresses: Vec::new(),
            database: sql.database,
            user: sql.user.unwrap_or_else(|| "relight".to_owned()),
            password,
            tls: sql.tls,
            ca,
        })
    }

    /// The password, empty where there is none: a driver must not look for one elsewhere.
    pub(super) fn password(&self) -> &str {
        self.password.as_ref().map_or("", Secret::expose)
    }
}

impl<'a> Statement<'a> {
    /// `acts` where it is the work of a step and no question.
    pub(super) fn of(
        launch: &Launch,
        sql: &'a Sql,
        secrets: &environment::Secrets,
        acts: bool,
        stop: &'a CancellationToken,
    ) -> Result<Self, Cause> {
        let value = |value: &EnvValue| environment::value(launch, value, secrets);
        let args = sql.args.iter().map(value).collect::<Result<_, Cause>>()?;
        let own = launch.step().timeout.map(Millis::to_std);
        let limit = if acts { own } else { Some(own.map_or(ANSWER, |own| own.min(ANSWER))) };
        Ok(Self { text: &sql.statement, args, read_only: sql.read_only, limit, stop })
    }

    /// Waits for what comes of the statement. When it takes too long or is not wanted any more, it is ended by `end`; what
    /// the server then says of it is what came of it.
    pub(super) async fn within(&self, answer: impl Future<Output = Came>, end: impl Future<Output = ()>) -> Came {
        tokio::pin!(answer);
        let late = async {
            match self.limit {
                Some(limit) => tokio::time::sleep(limit).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            came = &mut answer => return came,
            () = self.stop.cancelled() => {}
            () = late => {}
        }
        let ended = async {
            end.await;
            answer.await
        };
        tokio::time::timeout(GRACE, ended).await.unwrap_or_else(|_| Came::Lost(no_answer()))
    }
}

/// Tells an open connection a statement, which is ended by `end` where it must be, and says goodbye.
pub(super) async fn tell<DB>(
    mut connection: DB::Connection,
    statement: &Statement<'_>,
    cells: impl Fn(&DB::Row) -> Result<Vec<Value>, Text>,
    end: impl Future<Output = ()>,
) -> Came
where
    DB: Database + HasStatementCache,
    DB::Arguments: IntoArguments<DB>,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'t> &'t String: Encode<'t, DB> + Type<DB>,
{
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

/// The values of a row, one after another.
pub(super) fn in_turn<R: Row>(
    row: &R,
    cell: impl Fn(<R::Database as Database>::ValueRef<'_>) -> Result<Value, Text>,
) -> Result<Vec<Value>, Text>
where
    usize: ColumnIndex<R>,
{
    let value = |at| row.try_get_raw(at).map_err(|error| Text::plain(error.to_string())).and_then(&cell);
    (0..row.len()).map(value).collect()
}

/// The rows of all that a driver hands over.
async fn gather<R: Row, Q>(
    mut answer: BoxStream<'_, Result<sqlx::Either<Q, R>, sqlx::Error>>,
    cells: impl Fn(&R) -> Result<Vec<Value>, Text>,
) -> Came {
    let mut table = Table::default();
    let mut unread = None;
    loop {
        match answer.try_next().await {
            Ok(Some(sqlx::Either::Right(row))) => {
                table.named(row.columns().iter().map(|column| column.name().to_owned()));
                match cells(&row) {
                    Ok(row) => table.add(row),
                    // The statement must come to its end all the same.
                    Err(why) => unread = Some(why),
                }
            }
            Ok(Some(sqlx::Either::Left(_))) => table.statement_over(),
            Ok(None) => return unread.map_or(Came::Answered(table), Came::Unread),
            Err(error) => return Came::of(&error),
        }
    }
}

pub(super) fn no_answer() -> Text {
    Text::new("제때 응답 없음", "no answer in time")
}

fn refused(ko: &str, en: &str) -> Cause {
    Cause::new(CauseKind::Refused, ko, en)
}
