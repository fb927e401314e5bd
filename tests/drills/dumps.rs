//! Backups of a real PostgreSQL as they lie on disk: hourly and daily dumps, manifests, and copies in two other places.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use harness::postgres::Cluster;
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};
use tempfile::TempDir;

/// The newest hour that there is a dump of.
pub(crate) const NEWEST: &str = "2026-11-21T12:00:00+00:00";

/// A bank that goes on working between its dumps.
pub(crate) struct Bank {
    address: String,
    connection: PgConnection,
}

impl Bank {
    pub(crate) async fn open() -> Self {
        let address = Cluster::shared().database().await;
        let mut connection = PgConnection::connect(&address).await.unwrap();
        let tables = "
            CREATE TABLE accounts (id int PRIMARY KEY, owner text NOT NULL, balance numeric NOT NULL);
            INSERT INTO accounts SELECT n, md5(n::text), n * 100 FROM generate_series(1, 2000) n;
            CREATE TABLE entries (id serial PRIMARY KEY, account int NOT NULL REFERENCES accounts, note text NOT NULL);
            INSERT INTO entries (account, note) SELECT n, md5(random()::text) FROM generate_series(1, 500) n;";
        sqlx::raw_sql(tables).execute(&mut connection).await.unwrap();
        Self { address, connection }
    }

    /// An hour's business.
    async fn work(&mut self) {
        let entries = "INSERT INTO entries (account, note) SELECT n, md5(random()::text) FROM generate_series(1, 20) n";
        sqlx::raw_sql(entries).execute(&mut self.connection).await.unwrap();
    }

    /// How many rows each table has, as it stands beside a dump.
    pub(crate) async fn rows(&mut self) -> String {
        let mut rows = String::new();
        for table in ["accounts", "entries"] {
            let count = AssertSqlSafe(format!("SELECT count(*) FROM {table}"));
            let count: i64 = sqlx::query_scalar(count).fetch_one(&mut self.connection).await.unwrap();
            rows += &format!("{table} {count}\n");
        }
        rows
    }

    /// Ten of the last entries are lost.
    pub(crate) async fn lose_rows(&mut self) {
        let lost = "DELETE FROM entries WHERE id > (SELECT max(id) - 10 FROM entries)";
        assert_eq!(sqlx::query(lost).execute(&mut self.connection).await.unwrap().rows_affected(), 10);
    }

    /// Dumps all of it, or only what describes it.
    #[expect(clippy::disallowed_methods, reason = "the program that makes real dumps")]
    pub(crate) fn dump(&self, file: &Path, schema_only: bool) {
        let mut command = Command::new("pg_dump");
        command.args(schema_only.then_some("--schema-only")).args(["--compress=6", "--file"]).arg(file);
        let done = command.arg("--dbname").arg(&self.address).output().unwrap();
        assert!(done.status.success(), "pg_dump: {}", String::from_utf8_lossy(&done.stderr));
    }
}

/// A folder of backups, gone with the test.
pub(crate) struct Dumps(TempDir);

impl Dumps {
    fn empty() -> Self {
        let folder = tempfile::Builder::new().prefix("relight-dumps-").tempdir().unwrap();
        for name in ["hourly", "daily", "offsite", "dr-store"] {
            fs::create_dir(folder.path().join(name)).unwrap();
        }
        Self(folder)
    }

    /// A dump of each of 24 hours, of each of 7 days and of one half a year ago.
    pub(crate) async fn of(bank: &mut Bank) -> Self {
        let dumps = Self::empty();
        for stamp in ["20260520", "20261114", "20261115", "20261116", "20261117", "20261118", "20261119", "20261120"] {
            bank.work().await;
            dumps.take(bank, &daily(stamp)).await;
        }
        for hour in 13..37 {
            bank.work().await;
            dumps.take(bank, &hourly(&format!("202611{}-{:02}", 20 + hour / 24, hour % 24))).await;
        }
        dumps
    }

    async fn take(&self, bank: &mut Bank, name: &str) {
        let file = self.path(name);
        bank.dump(&file, false);
        fs::write(rows_of(&file), bank.rows().await).unwrap();
    }

    /// A second set that is the same.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::empty();
        for folder in ["hourly", "daily"] {
            copy_all(&self.path(folder), &copy.path(folder));
        }
        copy
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// What the backup does last: manifests, and copies at the second site and in the store for disasters.
    #[expect(clippy::disallowed_methods, reason = "the program that writes manifests")]
    pub(crate) fn seal(&self) {
        for folder in ["hourly", "daily"] {
            let mut command = Command::new("sh");
            command.args(["-c", "sha256sum -- *.sql.gz > SHA256SUMS"]).current_dir(self.path(folder));
            assert!(command.status().unwrap().success());
            for copies in ["offsite", "dr-store"] {
                copy_all(&self.path(folder), &self.path(copies));
            }
        }
    }
}

/// Name of an hourly dump in its folder.
pub(crate) fn hourly(stamp: &str) -> String {
    format!("hourly/pg-bank-hourly-{stamp}.sql.gz")
}

/// Name of a daily dump in its folder.
pub(crate) fn daily(stamp: &str) -> String {
    format!("daily/pg-bank-daily-{stamp}.sql.gz")
}

/// The file beside a dump that says how many rows its tables have.
pub(crate) fn rows_of(dump: &Path) -> PathBuf {
    PathBuf::from(dump.to_str().unwrap().replace(".sql.gz", ".rows"))
}

fn copy_all(from: &Path, to: &Path) {
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        fs::copy(entry.path(), to.join(entry.file_name())).unwrap();
    }
}
