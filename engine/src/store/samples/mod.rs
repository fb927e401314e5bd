//! Time series: what was measured over and over, for lines and for looking back. Bounded: whoever writes says how far back.

mod contract;
pub(super) mod statements;

pub use contract::{Bucket, Sample, Samples};
