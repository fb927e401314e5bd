//! Asking the store for the locks that units wait for, until the run has them or nobody wants them any more.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio::task::{AbortHandle, JoinSet};

use crate::base::LockName;
use crate::plan::{Plan, UnitIx};
use crate::run::{Claim, State};
use crate::store::{Lease, Store};

/// Between two questions for a lock that another run has.
const PAUSE: Duration = Duration::from_secs(1);

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
    asking: JoinSet<()>,
    by_unit: BTreeMap<UnitIx, AbortHandle>,
    sender: mpsc::Sender<Judged>,
    judged: mpsc::Receiver<Judged>,
}

impl Claims {
    pub(super) fn new(store: Arc<dyn Store>, lease: Lease) -> Self {
        let (sender, judged) = mpsc::channel(64);
        Self { store, lease, asking: JoinSet::new(), by_unit: BTreeMap::new(), sender, judged }
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
            let (store, lease, sender) = (&self.store, &self.lease, &self.sender);
            let asking = &mut self.asking;
            self.by_unit.entry(unit).or_insert_with(|| {
                let locks = plan.unit(unit).locks.clone();
                asking.spawn(ask(Arc::clone(store), lease.clone(), unit, locks, sender.clone()))
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
    unit: UnitIx,
    locks: BTreeSet<LockName>,
    sender: mpsc::Sender<Judged>,
) {
    let mut told = None;
    loop {
        match store.claim(&lease, &locks).await {
            Ok(claim) => {
                let taken = claim == Claim::Taken;
                if told.as_ref() != Some(&claim) {
                    told = Some(claim.clone());
                    if sender.send(Judged { unit, claim }).await.is_err() {
                        return;
                    }
                }
                if taken {
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
