//! From a database address to a store.

use std::path::Path;
use std::sync::Arc;

use super::postgres::PostgresStore;
use super::sqlite::SqliteStore;
use super::{Error, Store, fault};
use crate::identity::Accounts;

/// An open database, seen as what it keeps.
#[derive(Debug, Clone)]
pub struct Database {
    /// Runs.
    pub store: Arc<dyn Store>,
    /// Who may sign in.
    pub accounts: Arc<dyn Accounts>,
}

/// Opens `sqlite://PATH` (made if it is not there; its folder must be) or `postgres://…`, and brings the tables up to date.
pub async fn open(url: &str) -> Result<Database, Error> {
    // No fault repeats the address: it may hold a password.
    match url.split_once("://") {
        Some(("sqlite", "" | ":memory:")) => {
            Err(fault::unavailable("a database in memory keeps nothing", "name a file: sqlite://PATH"))
        }
        Some(("sqlite", path)) => Ok(Database::of(SqliteStore::open(Path::new(path)).await?)),
        Some(("postgres" | "postgresql", _)) => Ok(Database::of(PostgresStore::open(url).await?)),
        _ => Err(fault::unavailable(
            "the database address names no database that is known here",
            "write sqlite://PATH or postgres://USER@HOST/DATABASE",
        )),
    }
}

impl Database {
    /// One object as both.
    pub fn of(database: impl Store + Accounts + 'static) -> Self {
        let database = Arc::new(database);
        Self { store: Arc::clone(&database) as Arc<dyn Store>, accounts: database }
    }
}
