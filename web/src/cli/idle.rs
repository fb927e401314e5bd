//! The runner of a process that plays mock runs only: there is nothing to carry out, and no keeper is started.

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::action::{Claimed, Ended, Launch, OutputSink, Runner};
use engine::base::{InputName, RunId, Secret};
use engine::run::{AttemptId, Cause, CauseKind, Outcome, Seen};
use tokio_util::sync::CancellationToken;

/// Refuses every attempt. Mock runs make none.
#[derive(Debug)]
pub(super) struct Idle;

fn refused() -> Ended {
    let cause = Cause::new(
        CauseKind::Refused,
        "이 프로세스는 모의 실행만 합니다. `relight resume`으로 실행을 이어 가십시오",
        "this process plays mock runs only; carry the run on with `relight resume`",
    );
    Ended::With(Outcome::Failed { cause, seen: Seen::default() })
}

#[async_trait]
impl Runner for Idle {
    fn keeper(&self) -> Option<String> {
        None
    }

    async fn run(&self, _: Launch, _: OutputSink, _: CancellationToken) -> Ended {
        refused()
    }

    async fn reattach(&self, _: Launch, _: Option<&str>, _: OutputSink, _: CancellationToken) -> Ended {
        refused()
    }

    async fn claim(&self, _: RunId, _: u64) -> Claimed {
        Claimed::default()
    }

    async fn entrust(&self, _: RunId, _: u64, _: &BTreeMap<InputName, Secret>) {}

    fn settled(&self, _: RunId, _: u64, _: &[AttemptId]) {}

    fn over(&self, _: RunId, _: u64) {}
}
