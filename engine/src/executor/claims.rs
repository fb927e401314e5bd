//! Asking the store for the locks that units wait for, until the run has them or nobody wants them any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use crate::base::{LockName, RunId};
use crate::plan::{Plan, UnitIx};
use crate::run::{Claim, State};
use crate::store::{Error, Lease, Store};

/// Between two questions for a lock that another run has.
const PAUSE: Duration = Duration::from_secs(1);
/// Between two tries to have for itself what a run was lent.
const HEIR_PAUSE: Duration = Duration::from_secs(5);

/// What the store said to the wish of one unit.
#[derive(Debug)]
pub(super) struct Judged {
    pub(super) unit: UnitIx,
    pub(super) claim: Claim,
}

/// One question for each unit that waits for a lock.
#[derive(Debug)]
pub(super) struct Claims {
    store: Arc<dyn Store>,
    lease: Lease,
    /// Runs that wait for this one: what they have locked it may use.
    lenders: Arc<[RunId]>,
    asking: JoinSet<()>,
    by_unit: BTreeMap<UnitIx, AbortHandle>,
    sender: mpsc::Sender<Judged>,
    judged: mpsc::Receiver<Judged>,
}

impl Claims {
    pub(super) fn new(store: Arc<dyn Store>, lease: Lease, state: &State) -> Self {
        let (sender, judged) = mpsc::channel(64);
        let lenders: Arc<[RunId]> = state.header().parent.iter().flat_map(|parent| parent.lenders.clone()).collect();
        let mut asking = JoinSet::new();
        if !lenders.is_empty() && !state.locks().is_empty() {
            // What an earlier engine was lent for this run may have come free meanwhile.
            asking.spawn(inherit(Arc::clone(&store), lease.clone(), state.locks().clone()));
        }
        Self { store, lease, lenders, asking, by_unit: BTreeMap::new(), sender, judged }
    }

    /// Begins to ask for units that came to wait, and stops for those that do not wait any more.
    pub(super) fn follow(&mut self, plan: &Plan, state: &State) {
        if self.by_unit.is_empty() && state.barred().next().is_none() {
            return;
        }
        let waiting: BTreeSet<UnitIx> = state.barred().collect();
        self.by_unit.retain(|unit, asking| {
            let waits = waiting.contains(unit);
            if !waits {
                asking.abort();
            }
            waits
        });
        for unit in waiting {
            let (store, lease, lenders, sender) = (&self.store, &self.lease, &self.lenders, &self.sender);
            let asking = &mut self.asking;
            self.by_unit.entry(unit).or_insert_with(|| {
                let locks = plan.unit(unit).locks.clone();
                asking.spawn(ask(Arc::clone(store), lease.clone(), Arc::clone(lenders), unit, locks, sender.clone()))
            });
        }
        while self.asking.try_join_next().is_some() {}
    }

    /// The next judgement.
    pub(super) async fn next(&mut self) -> Option<Judged> {
        self.judged.recv().await
    }
}

/// Asks until the locks are the run's; tells each other holder once.
async fn ask(
    store: Arc<dyn Store>,
    lease: Lease,
    lenders: Arc<[RunId]>,
    unit: UnitIx,
    locks: BTreeSet<LockName>,
    sender: mpsc::Sender<Judged>,
) {
    let mut told = None;
    loop {
        match judged(&*store, &lease, &lenders, &locks).await {
            Ok((claim, lent)) => {
                let taken = claim == Claim::Taken;
                if told.as_ref() != Some(&claim) {
                    told = Some(claim.clone());
                    if sender.send(Judged { unit, claim }).await.is_err() {
                        return;
                    }
                }
                if taken {
                    if !lent.is_empty() {
                        // Ends with the lease: not with the wish of the unit, which is fulfilled.
                        tokio::spawn(inherit(store, lease, lent));
                    }
                    return;
                }
            }
            Err(error) => {
                tracing::warn!(run = %lease.run, %error, "locks could not be asked for; asked again in a moment");
            }
        }
        tokio::time::sleep(PAUSE).await;
    }
}

/// What comes of a wish, where locks of those who wait for this run count as its own; those are named.
async fn judged(
    store: &dyn Store,
    lease: &Lease,
    lenders: &[RunId],
    locks: &BTreeSet<LockName>,
) -> Result<(Claim, BTreeSet<LockName>), Error> {
    let (mut wanted, mut lent) = (locks.clone(), BTreeSet::new());
    while !wanted.is_empty() {
        match store.claim(lease, &wanted).await? {
            Claim::Held { lock, by } if lenders.contains(&by.run) && wanted.remove(&lock) => drop(lent.insert(lock)),
            claim @ (Claim::Taken | Claim::Held { .. }) => return Ok((claim, lent)),
        }
    }
    Ok((Claim::Taken, lent))
}

/// Takes for the run itself what it was lent, as soon as the lender is over: nobody else shall have it before this run is over
/// too.
async fn inherit(store: Arc<dyn Store>, lease: Lease, mut lent: BTreeSet<LockName>) {
    while !lent.is_empty() {
        let mut left = BTreeSet::new();
        for lock in lent {
            match store.claim(&lease, &BTreeSet::from([lock.clone()])).await {
                Ok(Claim::Taken) => {}
                Ok(Claim::Held { .. }) | Err(Error::Unavailable { .. }) => drop(left.insert(lock)),
                // Over, or another engine's: that one looks after it.
                Err(_) => return,
            }
        }
        lent = left;
        if !lent.is_empty() {
            tokio::time::sleep(HEIR_PAUSE).await;
        }
    }
}
