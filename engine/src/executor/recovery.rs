//! Leases are prolonged, and runs that nobody carries on are adopted.

use std::sync::Arc;
use std::time::Duration;

use super::dispatcher::Message;
use super::engine::Inner;
use super::health::Access;
use super::loading::LoadError;
use super::refusals::AdoptError;

/// Prolongs the leases of all runs that this engine owns; a run whose lease is gone is left at once.
pub(super) async fn heartbeat(inner: Arc<Inner>) {
    let pause = (inner.lease_ttl.to_std() / 3).max(Duration::from_millis(10));
    loop {
        tokio::select! {
            () = inner.means.hard.cancelled() => return,
            () = tokio::time::sleep(pause) => {}
        }
        let owned = inner.owned();
        if owned.is_empty() {
            continue;
        }
        match inner.means.store.renew(&inner.owner, inner.lease_ttl).await {
            Ok(held) => {
                inner.health.note(Access::Look, None);
                for run in owned {
                    if held.iter().all(|lease| lease.run != run) && inner.owns(run) {
                        inner.tell(run, Message::Lost).await;
                    }
                }
            }
            // Appends are fenced by the token, so a lease that runs out meanwhile does no harm.
            Err(error) => inner.health.note(Access::Look, Some(&error)),
        }
    }
}

/// Adopts unfinished runs, at start-up and whenever another engine has died.
pub(super) async fn adopt_orphans(inner: Arc<Inner>) {
    let pause = inner.lease_ttl.to_std() / 2;
    loop {
        match inner.means.store.orphans().await {
            Ok(runs) => {
                inner.health.note(Access::Look, None);
                for run in runs.into_iter().filter(|run| !inner.refuses(*run)) {
                    match inner.take(run, std::collections::BTreeMap::new()).await {
                        Ok(_) => {}
                        Err(AdoptError::Load(error @ LoadError::Corrupt { .. })) => {
                            tracing::error!(%run, %error, "the run is not adopted");
                            inner.refuse(run);
                        }
                        Err(error) => tracing::warn!(%run, %error, "the run is not adopted now; tried again later"),
                    }
                }
            }
            Err(error) => inner.health.note(Access::Look, Some(&error)),
        }
        tokio::select! {
            () = inner.means.soft.cancelled() => return,
            () = inner.orphaned.notified() => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
}
