//! Group commit: what all runs have to record since the last commit goes in one transaction.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

use super::health::{Access, Health};
use crate::base::Text;
use crate::store::{Append, Error, Remedy, Store};

/// Appends in one transaction, at most.
const GROUP: usize = 256;
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

struct Job {
    append: Append,
    reply: oneshot::Sender<Result<(), Error>>,
}

/// Hands appends to the one task that commits.
#[derive(Debug, Clone)]
pub(super) struct Committer {
    jobs: mpsc::Sender<Job>,
}

impl Committer {
    pub(super) fn start(store: Arc<dyn Store>, health: Health, hard: CancellationToken) -> Self {
        let (jobs, incoming) = mpsc::channel(GROUP);
        tokio::spawn(commit(store, health, hard, incoming));
        Self { jobs }
    }

    /// Returns when the append is durable or refused. A store that does not answer is waited for.
    pub(super) async fn append(&self, append: Append) -> Result<(), Error> {
        let (reply, answer) = oneshot::channel();
        let gone = || Error::Unavailable {
            cause: Text::new("엔진이 종료되는 중입니다", "the engine is being shut down"),
            next_step: Remedy::new(
                "다시 시작하십시오. 마지막으로 기록된 행부터 이어집니다",
                "start it again; it goes on from the last recorded row",
            ),
        };
        self.jobs.send(Job { append, reply }).await.map_err(|_| gone())?;
        answer.await.map_err(|_| gone())?
    }
}

async fn commit(store: Arc<dyn Store>, health: Health, hard: CancellationToken, mut incoming: mpsc::Receiver<Job>) {
    let mut group = Vec::new();
    loop {
        let count = tokio::select! {
            biased;
            () = hard.cancelled() => return,
            count = incoming.recv_many(&mut group, GROUP) => count,
        };
        if count == 0 {
            return;
        }
        let (appends, replies): (Vec<_>, Vec<_>) = group.drain(..).map(|job| (job.append, job.reply)).unzip();
        let mut pause = FIRST_PAUSE;
        let results = loop {
            // The same appends are offered again after trouble: the store takes rows it already has as done.
            match store.append(appends.clone()).await {
                Ok(results) => break results,
                Err(error) => {
                    health.note(Access::Commit, Some(&error));
                    tokio::select! {
                        () = hard.cancelled() => return,
                        () = tokio::time::sleep(pause) => {}
                    }
                    pause = (pause * 2).min(LONGEST_PAUSE);
                }
            }
        };
        health.note(Access::Commit, None);
        for (result, reply) in results.into_iter().zip(replies) {
            // A dispatcher that is gone does not want to know.
            let _ = reply.send(result);
        }
    }
}
