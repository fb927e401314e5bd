//! Time series.

use async_trait::async_trait;
use sqlx::PgConnection;

use super::PostgresStore;
use crate::base::{Millis, Timestamp};
use crate::store::samples::statements::series;
use crate::store::{Bucket, Error, Sample, Samples};

series!(sqlx::Postgres, PgConnection);

#[async_trait]
impl Samples for PostgresStore {
    async fn observe(&self, samples: Vec<Sample>, forget_before: Timestamp) -> Result<(), Error> {
        self.call(async move |store| {
            let mut unit = store.begin().await?;
            observe(&mut unit.connection, &samples, forget_before).await?;
            unit.commit().await
        })
        .await
    }

    async fn samples(&self, series: &str, from: Timestamp, limit: u32) -> Result<Vec<Sample>, Error> {
        let series = series.to_owned();
        self.call(async move |store| samples(&mut *store.connection().await?, &series, from, limit).await).await
    }

    async fn buckets(&self, from: Timestamp, width: Millis) -> Result<Vec<Bucket>, Error> {
        self.call(async move |store| buckets(&mut *store.connection().await?, from, width).await).await
    }
}
