//! Records and deeds.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::SqliteStore;
use crate::base::{Digest, Timestamp};
use crate::store::records::statements::statements;
use crate::store::{Change, Changed, Deed, DeedQuery, Entry, Error, Query, RecordedDeed, Records};

statements!(SqliteConnection);

#[async_trait]
impl Records for SqliteStore {
    async fn change(&self, at: Timestamp, changes: Vec<Change>, deeds: Vec<Deed>) -> Result<Changed, Error> {
        let mut unit = self.begin().await?;
        let changed = put(&mut unit.connection, at, changes).await?;
        if changed == Changed::Done {
            record_deeds(&mut unit.connection, &deeds).await?;
            unit.commit().await?;
        } else {
            unit.undo().await?;
        }
        Ok(changed)
    }

    async fn entry(&self, kind: &'static str, id: &str) -> Result<Option<Entry>, Error> {
        entry(&mut *self.reader().await?, kind, id).await
    }

    async fn entries(&self, kind: &'static str, query: Query) -> Result<Vec<Entry>, Error> {
        entries(&mut *self.reader().await?, kind, query).await
    }

    async fn due(&self, kind: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Entry>, Error> {
        due(&mut *self.reader().await?, kind, now, limit).await
    }

    async fn keep(&self, bytes: Vec<u8>) -> Result<Digest, Error> {
        let digest = Digest::of(&bytes);
        let mut unit = self.begin().await?;
        keep(&mut unit.connection, digest, bytes).await?;
        unit.commit().await?;
        Ok(digest)
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error> {
        kept(&mut *self.reader().await?, digest).await
    }

    async fn deeds(&self, query: DeedQuery) -> Result<Vec<RecordedDeed>, Error> {
        deeds(&mut *self.reader().await?, query).await
    }
}
