//! Time series.

use async_trait::async_trait;
use sqlx::SqliteConnection;

use super::SqliteStore;
use crate::base::{Millis, Timestamp};
use crate::store::samples::statements::series;
use crate::store::{Bucket, Error, Sample, Samples};

series!(sqlx::Sqlite, SqliteConnection);

#[async_trait]
impl Samples for SqliteStore {
    async fn observe(&self, samples: Vec<Sample>, forget_before: Timestamp) -> Result<(), Error> {
        let mut unit = self.begin().await?;
        observe(&mut unit.connection, &samples, forget_before).await?;
        unit.commit().await
    }

    async fn samples(&self, series: &str, from: Timestamp, limit: u32) -> Result<Vec<Sample>, Error> {
        samples(&mut *self.reader().await?, series, from, limit).await
    }

    async fn buckets(&self, from: Timestamp, width: Millis) -> Result<Vec<Bucket>, Error> {
        buckets(&mut *self.reader().await?, from, width).await
    }
}
