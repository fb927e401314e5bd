//! Connections to the file, its tables, and the unit of work of the one writer.

use std::path::{Path, PathBuf};
use std::time::Duration;

use sqlx::pool::PoolConnection;
use sqlx::query::Query;
use sqlx::sqlite::{
    SqliteArguments, SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqlitePool, SqlitePoolOptions,
    SqliteRow, SqliteSynchronous,
};
use sqlx::{ConnectOptions as _, Connection as _, Sqlite};
use tokio::sync::{Mutex, MutexGuard};

use super::belief::Belief;
use super::watch::Watch;
use crate::store::{Error, fault};

static MIGRATIONS: sqlx::migrate::Migrator = sqlx::migrate!("../migrations/sqlite");

/// How long SQLite itself waits for another process's transaction before it says "busy".
const BUSY_TIMEOUT: Duration = Duration::from_secs(5);

/// How often a transaction is begun anew after that. Ordinary transactions last milliseconds, so whoever holds the lock for
/// longer than all of this together will not let go by itself.
const BUSY_TRIES: u32 = 4;

/// A checkpoint writes each changed page once, however often it stands in the write-ahead log, and a run changes the same few
/// pages again and again. So few and larger checkpoints cost a run less in all than many small ones; this is a log of 16 MiB.
const CHECKPOINT_PAGES: u32 = 4_000;

/// Readers at the same time, at most; they are opened when first needed.
const READERS: u32 = 4;

/// A store in a SQLite file.
#[derive(Debug)]
pub struct SqliteStore {
    path: PathBuf,
    /// Empty while a unit of work has it, before the first one, and after one that failed.
    writer: Mutex<Option<SqliteConnection>>,
    readers: SqlitePool,
    pub(super) watch: Mutex<Watch>,
    pub(super) belief: Belief,
}

/// A transaction of the writer. Unless it is committed, its connection is closed, which undoes all of it; the next unit opens
/// a new one. So nothing of a failure, be it a full disk or a file that had become read-only, outlives the failed unit.
#[derive(Debug)]
pub(super) struct Unit<'a> {
    home: MutexGuard<'a, Option<SqliteConnection>>,
    pub(super) connection: SqliteConnection,
}

impl SqliteStore {
    /// Opens the file, makes it if it is not there, and brings its tables up to date. The folder must exist.
    pub async fn open(path: &Path) -> Result<Self, Error> {
        let readers = SqlitePoolOptions::new()
            .max_connections(READERS)
            .idle_timeout(None)
            .max_lifetime(None)
            .test_before_acquire(false)
            .connect_lazy_with(options(path).read_only(true));
        let store = Self {
            path: path.to_owned(),
            writer: Mutex::default(),
            readers,
            watch: Mutex::default(),
            belief: Belief::default(),
        };
        let mut connection = store.connect().await?;
        migrate(&mut connection).await?;
        *store.writer.lock().await = Some(connection);
        Ok(store)
    }

    /// Begins a unit of work: waits for this process's other units, then for other processes'.
    pub(super) async fn begin(&self) -> Result<Unit<'_>, Error> {
        Ok(self.begin_by("BEGIN IMMEDIATE", "").await?.0)
    }

    /// Begins a unit of work by statements of which the first is the `BEGIN`, and gives what they find for `$1`. IMMEDIATE,
    /// because a transaction that begins by reading is refused at once when it comes to write and another process has
    /// written meanwhile.
    pub(super) async fn begin_by(&self, sql: &'static str, given: &str) -> Result<(Unit<'_>, Vec<SqliteRow>), Error> {
        let mut unit = self.unit().await?;
        let mut tries = Tries::default();
        loop {
            match sqlx::query(sql).bind(given).fetch_all(&mut unit.connection).await {
                Ok(rows) => return Ok((unit, rows)),
                Err(error) => tries.again_after(error)?,
            }
        }
    }

    /// The writer's connection, once this process's other units are done, for statements that begin by themselves.
    pub(super) async fn unit(&self) -> Result<Unit<'_>, Error> {
        let mut home = self.writer.lock().await;
        let connection = match home.take() {
            Some(connection) => connection,
            None => self.connect().await?,
        };
        Ok(Unit { home, connection })
    }

    /// A connection that can only read.
    pub(super) async fn reader(&self) -> Result<PoolConnection<Sqlite>, Error> {
        self.readers.acquire().await.map_err(fault::of)
    }

    /// A connection that can only read, and belongs to no pool.
    pub(super) async fn own_reader(&self) -> Result<SqliteConnection, Error> {
        options(&self.path).read_only(true).connect().await.map_err(fault::of)
    }

    async fn connect(&self) -> Result<SqliteConnection, Error> {
        let options = options(&self.path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            // FULL syncs the log at every commit: what is acknowledged is on the disk.
            .synchronous(SqliteSynchronous::Full)
            .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string());
        // Two processes that make the same file at once meet while it becomes a WAL file, where SQLite does not wait by itself.
        let mut tries = Tries::default();
        loop {
            match options.connect().await {
                Ok(connection) => return Ok(connection),
                Err(error) => tries.again_after(error)?,
            }
        }
    }
}

impl Unit<'_> {
    pub(super) async fn commit(self) -> Result<(), Error> {
        self.commit_by(sqlx::query("COMMIT")).await
    }

    /// Undoes the unit and keeps its connection: nothing went wrong, what was wanted is only not to be.
    pub(super) async fn undo(self) -> Result<(), Error> {
        self.commit_by(sqlx::query("ROLLBACK")).await
    }

    /// Ends the unit by statements of which the last is the `COMMIT`.
    pub(super) async fn commit_by(mut self, query: Query<'_, Sqlite, SqliteArguments>) -> Result<(), Error> {
        query.execute(&mut self.connection).await.map_err(fault::of)?;
        *self.home = Some(self.connection);
        Ok(())
    }
}

/// Attempts at something that other processes' transactions can keep from us.
#[derive(Debug, Default)]
struct Tries(u32);

impl Tries {
    /// Lets a busy file be tried again, for a while. SQLite has waited already, so there is no pause here.
    fn again_after(&mut self, error: sqlx::Error) -> Result<(), Error> {
        self.0 += 1;
        if !fault::is_busy(&error) || self.0 >= BUSY_TRIES {
            return Err(fault::of(error));
        }
        if self.0 == 1 {
            let seconds = BUSY_TIMEOUT.as_secs();
            tracing::warn!("another program has kept the state's file locked for {seconds} s; work waits for it");
        }
        Ok(())
    }
}

/// The driver says nothing of its own: what stands in the way is told by whoever met it, in words.
fn options(path: &Path) -> SqliteConnectOptions {
    let options = SqliteConnectOptions::new().filename(path).busy_timeout(BUSY_TIMEOUT).foreign_keys(true);
    options.disable_statement_logging()
}

/// Brings the tables up to date, all migrations in one transaction, so that a fresh file costs one commit and two processes
/// that meet here do it once.
async fn migrate(connection: &mut SqliteConnection) -> Result<(), Error> {
    if is_current(connection).await {
        return Ok(());
    }
    let mut transaction = connection.begin_with("BEGIN IMMEDIATE").await.map_err(fault::of)?;
    // `run` takes the same way, but with a bound that keeps the caller's future from being sent to another thread.
    MIGRATIONS.run_direct(None, &mut *transaction, false).await.map_err(fault::of_migration)?;
    transaction.commit().await.map_err(fault::of)
}

/// Whether the last migration we know is the last one applied. The migrator compares every checksum, but at several times
/// the cost of opening the file; it is asked when there is something to do or something is odd.
async fn is_current(connection: &mut SqliteConnection) -> bool {
    let applied = sqlx::query_scalar::<_, Option<i64>>("SELECT max(version) FROM _sqlx_migrations WHERE success")
        .fetch_one(connection)
        .await;
    applied.is_ok_and(|applied| applied == MIGRATIONS.iter().map(|migration| migration.version).max())
}
