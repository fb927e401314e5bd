//! What a keeper of time series promises.

use async_trait::async_trait;

use crate::base::{Millis, Timestamp};
use crate::store::Error;

/// One measurement of a series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    /// The series.
    pub series: String,
    /// When it was measured.
    pub at: Timestamp,
    /// How what is measured stood, in one word.
    pub state: String,
    /// How late it was.
    pub lag: Option<Millis>,
    /// What would have been lost; `None` where nobody could say.
    pub loss: Option<Millis>,
    /// Up to when all was there.
    pub point_at: Option<Timestamp>,
}

/// The measurements of a series in one stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// The series.
    pub series: String,
    /// Where the stretch begins.
    pub from: Timestamp,
    /// The greatest loss of any measurement in it; `None` where none of them could say.
    pub worst: Option<Millis>,
    /// Measurements in it.
    pub samples: u64,
}

/// Time series.
#[async_trait]
pub trait Samples: Send + Sync + std::fmt::Debug {
    /// Keeps measurements and forgets those before an instant, all or nothing. The same measurement twice is kept once.
    async fn observe(&self, samples: Vec<Sample>, forget_before: Timestamp) -> Result<(), Error>;

    /// The measurements of one series from an instant on, the earliest first, at most `limit`.
    async fn samples(&self, series: &str, from: Timestamp, limit: u32) -> Result<Vec<Sample>, Error>;

    /// All series from an instant on, gathered into stretches of the same width, by series and time. `width` is at least a
    /// millisecond; so many stretches that a page could not show them are the caller's fault.
    async fn buckets(&self, from: Timestamp, width: Millis) -> Result<Vec<Bucket>, Error>;
}
