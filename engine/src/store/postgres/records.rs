//! Records and deeds.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::PostgresStore;
use super::connect::Unit;
use crate::base::{Digest, Timestamp};
use crate::store::records::statements::statements;
use crate::store::{Change, Changed, Deed, DeedQuery, Entry, Error, Query, RecordedDeed, Records, fault};

statements!(PgConnection);

/// Under this lock the chain of deeds grows: whoever has it sees the last committed row. Given back with the transaction.
const CHAIN: &str = "SELECT pg_advisory_xact_lock(hashtext('relight deeds'))";

/// Records deeds as the last thing of a transaction, so that others wait for the lock as short as can be.
pub(super) async fn deeds_of(unit: &mut Unit, deeds: &[Deed]) -> Result<(), Error> {
    if deeds.is_empty() {
        return Ok(());
    }
    sqlx::raw_sql(CHAIN).execute(&mut *unit.connection).await.map_err(fault::of)?;
    record_deeds(&mut unit.connection, deeds).await
}

#[async_trait]
impl Records for PostgresStore {
    async fn change(&self, at: Timestamp, changes: Vec<Change>, deeds: Vec<Deed>) -> Result<Changed, Error> {
        self.call(async move |store| {
            let mut unit = store.begin().await?;
            let changed = put(&mut unit.connection, at, changes).await?;
            if changed == Changed::Done {
                deeds_of(&mut unit, &deeds).await?;
                unit.commit().await?;
            } else {
                unit.undo().await?;
            }
            Ok(changed)
        })
        .await
    }

    async fn entry(&self, kind: &'static str, id: &str) -> Result<Option<Entry>, Error> {
        let id = id.to_owned();
        self.call(async move |store| entry(&mut *store.connection().await?, kind, &id).await).await
    }

    async fn entries(&self, kind: &'static str, query: Query) -> Result<Vec<Entry>, Error> {
        self.call(async move |store| entries(&mut *store.connection().await?, kind, query).await).await
    }

    async fn due(&self, kind: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Entry>, Error> {
        self.call(async move |store| due(&mut *store.connection().await?, kind, now, limit).await).await
    }

    async fn keep(&self, bytes: Vec<u8>) -> Result<Digest, Error> {
        self.call(async move |store| {
            let digest = Digest::of(&bytes);
            keep(&mut *store.connection().await?, digest, bytes).await?;
            Ok(digest)
        })
        .await
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error> {
        self.call(async move |store| kept(&mut *store.connection().await?, digest).await).await
    }

    async fn deeds(&self, query: DeedQuery) -> Result<Vec<RecordedDeed>, Error> {
        self.call(async move |store| deeds(&mut *store.connection().await?, query).await).await
    }
}
