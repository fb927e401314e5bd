//! Time series in memory.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::Memory;
use crate::base::{Millis, Timestamp};
use crate::store::{Bucket, Error, Sample, Samples};

#[async_trait]
impl Samples for Memory {
    async fn observe(&self, samples: Vec<Sample>, forget_before: Timestamp) -> Result<(), Error> {
        let mut kept = self.kept();
        for sample in samples {
            kept.samples.entry((sample.series.clone(), sample.at)).or_insert(sample);
        }
        kept.samples.retain(|(_, at), _| *at >= forget_before);
        Ok(())
    }

    async fn samples(&self, series: &str, from: Timestamp, limit: u32) -> Result<Vec<Sample>, Error> {
        let kept = self.kept();
        let own = kept.samples.values().filter(|sample| sample.series == series && sample.at >= from);
        Ok(own.take(limit as usize).cloned().collect())
    }

    async fn buckets(&self, from: Timestamp, width: Millis) -> Result<Vec<Bucket>, Error> {
        let kept = self.kept();
        let width = i64::try_from(width.0).unwrap_or(i64::MAX).max(1);
        let mut found: BTreeMap<(String, i64), Bucket> = BTreeMap::new();
        for sample in kept.samples.values().filter(|sample| sample.at >= from) {
            let stretch = sample.at.0 / width;
            let bucket = found.entry((sample.series.clone(), stretch)).or_insert_with(|| Bucket {
                series: sample.series.clone(),
                from: Timestamp(stretch.saturating_mul(width)),
                worst: None,
                samples: 0,
            });
            bucket.worst = bucket.worst.max(sample.loss);
            bucket.samples += 1;
        }
        Ok(found.into_values().collect())
    }
}
