//! The pool, its guards, and the unit of work.

use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{Postgres, Row as _};

use crate::base::Text;
use crate::store::{Error, fault};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/postgres");

/// Connections of one engine, at most: the committer, the lease keeper and a few readers.
const CONNECTIONS: u32 = 8;

/// How long to wait for a connection, the making of a new one included.
const ACQUIRE_TIMEOUT: Duration = Duration::from_secs(3);

/// How long a call may take in all. A server whose host is gone never answers and never hangs up; this makes it a fault that
/// the screens can show.
const CALL_TIMEOUT: Duration = Duration::from_secs(15);

/// How the server treats our sessions. Durability is our promise, so `off` is not taken over from its settings, while every
/// stronger setting is. A transaction whose engine has vanished is ended by the server, so that its locks do not keep the
/// engine that takes over waiting.
const SESSION: &str = "
    SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off';
    SET idle_in_transaction_session_timeout = '10s';
    SET lock_timeout = '5s'";

/// Whether no transaction is open: otherwise it began before this statement.
const AT_REST: &str = "SELECT now() = statement_timestamp()";

/// A store in a PostgreSQL database.
#[derive(Debug, Clone)]
pub struct PostgresStore {
    pool: PgPool,
}

/// A transaction. Unless it is ended, its connection is closed instead of going back to the pool, which undoes all of it.
///
/// The driver's own transactions are not used: one whose beginning is cancelled goes back to the pool open.
#[derive(Debug)]
pub(super) struct Unit {
    pub(super) connection: PoolConnection<Postgres>,
    ended: bool,
}

impl PostgresStore {
    /// Connects, and brings the tables up to date. Several engines may do so at once.
    pub async fn open(url: &str) -> Result<Self, Error> {
        let options: PgConnectOptions = url.parse().map_err(|error| match error {
            sqlx::Error::Configuration(cause) => fault::unavailable(Text::plain(cause.to_string()), fault::ADDRESS),
            other => fault::of(other),
        })?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(ACQUIRE_TIMEOUT)
            .test_before_acquire(false) // the guard below asks the server anyway
            .after_connect(|connection, _| {
                Box::pin(async move { sqlx::raw_sql(SESSION).execute(connection).await.map(|_| ()) })
            })
            .before_acquire(|connection, _| Box::pin(is_at_rest(connection)))
            .connect_lazy_with(options.application_name("relight"));
        let store = Self { pool };
        MIGRATIONS.run(&store.pool).await.map_err(fault::of_migration)?;
        Ok(store)
    }

    /// Begins a unit of work.
    pub(super) async fn begin(&self) -> Result<Unit, Error> {
        let mut unit = Unit { connection: self.connection().await?, ended: false };
        sqlx::raw_sql("BEGIN").execute(&mut *unit.connection).await.map_err(fault::of)?;
        Ok(unit)
    }

    /// A connection for single statements.
    pub(super) async fn connection(&self) -> Result<PoolConnection<Postgres>, Error> {
        self.pool.acquire().await.map_err(fault::of)
    }

    /// Runs a call to its end even when its caller goes away in the middle: a browser that hangs up cancels the handler that
    /// waits for us.
    pub(super) async fn call<T, F>(&self, call: impl FnOnce(Self) -> F) -> Result<T, Error>
    where
        T: Send + 'static,
        F: Future<Output = Result<T, Error>> + Send + 'static,
    {
        let call = tokio::time::timeout(CALL_TIMEOUT, call(self.clone()));
        match tokio::spawn(call).await {
            Ok(Ok(result)) => result,
            Ok(Err(_)) => {
                let cause = Text::new("데이터베이스가 제때 응답하지 않았습니다", "the database did not answer in time");
                Err(fault::unavailable(cause, fault::REACH))
            }
            Err(broken) => Err(fault::unavailable(Text::plain(broken.to_string()), fault::DEFECT)),
        }
    }
}

impl Unit {
    /// An error means that nobody can say whether it was committed: the way to the server may have been lost on the way
    /// back. The caller tries the same append again, and the judgement recognises rows that are there already.
    pub(super) async fn commit(self) -> Result<(), Error> {
        self.end("COMMIT").await
    }

    /// Undoes it and keeps the connection: nothing went wrong, what was wanted is only not to be.
    pub(super) async fn undo(self) -> Result<(), Error> {
        self.end("ROLLBACK").await
    }

    async fn end(mut self, statement: &'static str) -> Result<(), Error> {
        sqlx::raw_sql(statement).execute(&mut *self.connection).await.map_err(fault::of)?;
        self.ended = true;
        Ok(())
    }
}

impl Drop for Unit {
    fn drop(&mut self) {
        if !self.ended {
            self.connection.close_on_drop();
        }
    }
}

/// Asked before a pooled connection is used again. A `ROLLBACK` would do as well, but the server logs a warning for each one
/// that finds nothing to roll back. An error, such as that the server has been restarted, makes the pool open a new one.
async fn is_at_rest(connection: &mut PgConnection) -> Result<bool, sqlx::Error> {
    sqlx::raw_sql(AT_REST).fetch_one(connection).await?.try_get(0)
}
