//! The contract, method by method; each is in the file of its noun.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::{PostgresStore, append, lease, lock, read, request};
use crate::base::{LockName, Millis, RequestId, RunId, Timestamp};
use crate::run::{Answer, AttemptId, Claim, Row, Submission};
use crate::store::{Append, Created, Deed, Error, Frozen, Lease, Owner, RunFilter, RunSummary, Store, Stored};

#[async_trait]
impl Store for PostgresStore {
    async fn create(&self, created: Created) -> Result<(), Error> {
        self.call(async move |store| append::create(&store, created).await).await
    }

    async fn append(&self, batch: Vec<Append>) -> Result<Vec<Result<(), Error>>, Error> {
        self.call(async move |store| append::append(&store, &batch).await).await
    }

    async fn load(&self, run: RunId) -> Result<Stored, Error> {
        self.call(async move |store| read::load(&store, run).await).await
    }

    async fn frozen(&self, run: RunId) -> Result<Frozen, Error> {
        self.call(async move |store| read::frozen(&store, run).await).await
    }

    async fn rows_after(&self, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
        self.call(async move |store| read::rows(&store, run, seq, limit).await).await
    }

    async fn output(&self, run: RunId, attempt: AttemptId) -> Result<String, Error> {
        self.call(async move |store| read::output(&store, run, attempt).await).await
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
        self.call(async move |store| read::runs(&store, filter).await).await
    }

    async fn acquire(&self, run: RunId, owner: &Owner, ttl: Millis) -> Result<Option<Lease>, Error> {
        let owner = owner.clone();
        self.call(async move |store| lease::acquire(&store, run, &owner, ttl).await).await
    }

    async fn renew(&self, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
        let owner = owner.clone();
        self.call(async move |store| lease::renew(&store, &owner, ttl).await).await
    }

    async fn release(&self, given: &Lease) -> Result<(), Error> {
        let given = given.clone();
        self.call(async move |store| lease::release(&store, &given).await).await
    }

    async fn claim(&self, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
        let (lease, locks) = (lease.clone(), locks.clone());
        self.call(async move |store| lock::claim(&store, &lease, &locks).await).await
    }

    async fn orphans(&self) -> Result<Vec<RunId>, Error> {
        self.call(async move |store| lease::orphans(&store).await).await
    }

    async fn submit(&self, submission: Submission, deeds: Vec<Deed>) -> Result<(), Error> {
        self.call(async move |store| request::submit(&store, &submission, &deeds).await).await
    }

    async fn pending(&self, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
        let runs = runs.to_vec();
        self.call(async move |store| request::pending(&store, &runs).await).await
    }

    async fn answer(&self, id: RequestId) -> Result<Option<Answer>, Error> {
        self.call(async move |store| request::answer(&store, id).await).await
    }

    async fn change_counter(&self) -> Result<u64, Error> {
        self.call(async move |store| lease::change_counter(&store).await).await
    }

    async fn now(&self) -> Result<Timestamp, Error> {
        self.call(async move |store| lease::now(&store).await).await
    }
}
