//! A runner that is never asked: the runs of these tests are played by the engine itself, or ask nothing but people.

use std::collections::BTreeMap;

use async_trait::async_trait;
use engine::action::{Claimed, Ended, Launch, OutputSink, Runner};
use engine::base::{InputName, RunId, Secret};
use engine::run::AttemptId;
use tokio_util::sync::CancellationToken;

#[derive(Debug)]
pub(crate) struct Idle;

#[async_trait]
impl Runner for Idle {
    fn keeper(&self) -> Option<String> {
        None
    }

    async fn run(&self, launch: Launch, _: OutputSink, _: CancellationToken) -> Ended {
        panic!("nothing is to be started, but {} was", launch.run)
    }

    async fn reattach(&self, _: Launch, _: Option<&str>, _: OutputSink, _: CancellationToken) -> Ended {
        Ended::NeverStarted
    }

    async fn claim(&self, _: RunId, _: u64) -> Claimed {
        Claimed::default()
    }

    async fn entrust(&self, _: RunId, _: u64, _: &BTreeMap<InputName, Secret>) {}

    fn settled(&self, _: RunId, _: u64, _: &[AttemptId]) {}

    fn over(&self, _: RunId, _: u64) {}
}
