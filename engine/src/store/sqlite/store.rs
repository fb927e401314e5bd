//! The contract, method by method; each is in the file of its noun.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{SqliteStore, append, lease, lock, read, request, watch};
use crate::base::{LockName, Millis, RequestId, RunId, Timestamp};
use crate::run::{Answer, AttemptId, Claim, Row, Submission};
use crate::store::{Append, Created, Deed, Error, Frozen, Lease, Owner, RunFilter, RunSummary, Store, Stored};

#[async_trait]
impl Store for SqliteStore {
    async fn create(&self, created: Created) -> Result<(), Error> {
        append::create(self, created).await
    }

    async fn append(&self, batch: Vec<Append>) -> Result<Vec<Result<(), Error>>, Error> {
        append::append(self, &batch).await
    }

    async fn load(&self, run: RunId) -> Result<Stored, Error> {
        read::load(self, run).await
    }

    async fn frozen(&self, run: RunId) -> Result<Frozen, Error> {
        read::frozen(self, run).await
    }

    async fn rows_after(&self, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
        read::rows(self, run, seq, limit).await
    }

    async fn output(&self, run: RunId, attempt: AttemptId) -> Result<String, Error> {
        read::output(self, run, attempt).await
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
        read::runs(self, filter).await
    }

    async fn acquire(&self, run: RunId, owner: &Owner, ttl: Millis) -> Result<Option<Lease>, Error> {
        lease::acquire(self, run, owner, ttl).await
    }

    async fn renew(&self, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
        lease::renew(self, owner, ttl).await
    }

    async fn release(&self, given: &Lease) -> Result<(), Error> {
        lease::release(self, given).await
    }

    async fn claim(&self, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
        lock::claim(self, lease, locks).await
    }

    async fn orphans(&self) -> Result<Vec<RunId>, Error> {
        lease::orphans(self).await
    }

    async fn submit(&self, submission: Submission, deeds: Vec<Deed>) -> Result<(), Error> {
        request::submit(self, &submission, &deeds).await
    }

    async fn pending(&self, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
        request::pending(self, runs).await
    }

    async fn answer(&self, id: RequestId) -> Result<Option<Answer>, Error> {
        request::answer(self, id).await
    }

    async fn change_counter(&self) -> Result<u64, Error> {
        watch::change_counter(self).await
    }

    async fn now(&self) -> Result<Timestamp, Error> {
        lease::now(self).await
    }
}
