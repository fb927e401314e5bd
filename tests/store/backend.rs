//! The three stores, each fresh for a test.

use std::sync::Arc;

use engine::base::{Clock, Timestamp};
use engine::store::{self, Database, Memory};
use harness::postgres::Cluster;
use tempfile::TempDir;

/// A store under test.
#[derive(Debug)]
pub(crate) struct Backend {
    pub(crate) database: Database,
    /// Its address, for another process's view of it; memory has none.
    pub(crate) url: Option<String>,
    _folder: Option<TempDir>,
}

/// A clock that stands still. Leases of zero length are over at once and those of an hour are not, on every clock.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp(1_795_000_000_000)
    }
}

#[expect(clippy::unused_async, reason = "the three are made alike")]
pub(crate) async fn memory() -> Backend {
    Backend { database: Database::of(Memory::new(Arc::new(Still))), url: None, _folder: None }
}

pub(crate) async fn sqlite() -> Backend {
    let folder = tempfile::tempdir().unwrap();
    let url = format!("sqlite://{}", folder.path().join("relight.db").display());
    let database = store::open(&url).await.unwrap();
    Backend { database, url: Some(url), _folder: Some(folder) }
}

pub(crate) async fn postgres() -> Backend {
    let url = Cluster::shared().database().await;
    let database = store::open(&url).await.unwrap();
    Backend { database, url: Some(url), _folder: None }
}

impl Backend {
    /// The same database through another object, as another process would open it. Memory is shared as it is.
    pub(crate) async fn again(&self) -> Database {
        match &self.url {
            Some(url) => store::open(url).await.unwrap(),
            None => self.database.clone(),
        }
    }
}

/// Makes a test of each function for each backend.
macro_rules! on_every_backend {
    ($($test:ident,)*) => {
        mod memory {
            $(#[tokio::test] async fn $test() { super::$test(crate::backend::memory().await).await; })*
        }
        mod sqlite {
            $(#[tokio::test] async fn $test() { super::$test(crate::backend::sqlite().await).await; })*
        }
        mod postgres {
            $(#[tokio::test] async fn $test() { super::$test(crate::backend::postgres().await).await; })*
        }
    };
}
pub(crate) use on_every_backend;
