//! From a database address to a store.

use std::path::Path;
use std::sync::Arc;

use super::postgres::PostgresStore;
use super::sqlite::SqliteStore;
use super::{Error, Remedy, Store, fault};
use crate::base::Text;

/// An open database, seen as what it keeps.
#[derive(Debug, Clone)]
pub struct Database {
    /// Runs, and the records beside them.
    pub store: Arc<dyn Store>,
}

/// Opens `sqlite://PATH` (made if it is not there; its folder must be) or `postgres://…`, and brings the tables up to date.
pub async fn open(url: &str) -> Result<Database, Error> {
    // No fault repeats the address: it may hold a password.
    match url.split_once("://") {
        Some(("sqlite", "" | ":memory:")) => {
            let cause =
                Text::new("메모리의 데이터베이스에는 아무것도 남지 않습니다", "a database in memory keeps nothing");
            let remedy = Remedy::new("파일을 지정하십시오: sqlite://경로", "name a file: sqlite://PATH");
            Err(fault::unavailable(cause, remedy))
        }
        Some(("sqlite", path)) => Ok(Database::of(SqliteStore::open(Path::new(path)).await?)),
        Some(("postgres" | "postgresql", _)) => Ok(Database::of(PostgresStore::open(url).await?)),
        _ => Err(fault::unavailable(
            Text::new(
                "데이터베이스 주소가 여기서 아는 데이터베이스가 아닙니다",
                "the database address names no database that is known here",
            ),
            Remedy::new(
                "sqlite://경로 또는 postgres://사용자@호스트/데이터베이스 형식으로 적으십시오",
                "write sqlite://PATH or postgres://USER@HOST/DATABASE",
            ),
        )),
    }
}

impl Database {
    /// Any store.
    pub fn of(database: impl Store + 'static) -> Self {
        Self { store: Arc::new(database) }
    }
}
