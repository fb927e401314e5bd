//! The reference: the contract in the plainest code, for tests and for comparison. Keeps nothing beyond the process.

mod records;
mod runs;
mod samples;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::base::{Clock, Digest, LockName, RequestId, RunId, Timestamp};
use crate::store::{Deed, Entry, RecordedDeed, Sample};

/// A store in memory. Leases are judged by the clock it is given.
#[derive(Debug)]
pub struct Memory {
    clock: Arc<dyn Clock>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    runs: BTreeMap<RunId, runs::Run>,
    requests: Vec<runs::Asked>,
    requests_by_id: BTreeMap<RequestId, usize>,
    locks: BTreeMap<LockName, RunId>,
    entries: BTreeMap<(&'static str, String), Entry>,
    contents: BTreeMap<Digest, Vec<u8>>,
    deeds: Vec<(Deed, RecordedDeed)>,
    samples: BTreeMap<(String, Timestamp), Sample>,
    changes: u64,
}

impl Memory {
    /// An empty store.
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, kept: Mutex::default() }
    }

    /// Every method below changes `Kept` only after its last check, so what a panic elsewhere leaves behind is whole.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
