//! One turn: inputs are decided upon, what came of them becomes durable, and only then something is done.

use std::sync::Arc;

use super::super::followers::Note;
use super::{Broken, Dispatcher, Exit, Settled};
use crate::base::{Millis, RequestId};
use crate::run::{
    Answer, AttemptId, Decision, Effect, Illegal, Input, OutputChunk, Row, RunStatus, Surroundings, decide,
};
use crate::store::{Append, Error};

/// A commit that takes longer may have taken from the attempts that it lets start a part of their time.
const PROMPT: Millis = Millis(100);

/// What was decided and is not durable yet.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) rows: Vec<Row>,
    pub(super) output: Vec<OutputChunk>,
    pub(super) answers: Vec<(RequestId, Answer)>,
    pub(super) effects: Vec<Effect>,
    pub(super) finished: Vec<AttemptId>,
}

impl Dispatcher {
    /// Decides upon one input and binds what came of it to the chain.
    pub(super) fn take_in(&mut self, input: Input) -> Result<(), Broken> {
        // A request can come twice: found waiting in the store when the run was taken over, and routed by the inbox.
        if let Input::Submission(submission) = &input
            && !self.heard.insert(submission.id)
        {
            return Ok(());
        }
        let keeper = self.means.runner.keeper();
        let around = Surroundings { now: self.now(), keeper, draining: self.draining };
        let decision = match decide(&self.plan, &mut self.state, input, &around) {
            Ok(decision) => decision,
            Err(illegal) => return Err(self.corrupt(&illegal)),
        };
        let Decision { events, effects, answer } = decision;
        for (at, event) in events {
            if let Some(rehearsal) = &mut self.rehearsal {
                rehearsal.watch(&self.plan, at, &event);
            }
            match self.head.seal(self.lease.run, at, &event) {
                Ok(row) => self.turn.rows.push(row),
                Err(error) => {
                    tracing::error!(run = %self.lease.run, %error, "an event can not be written down; the run is left as it is");
                    return Err(Broken(Exit::Corrupt));
                }
            }
        }
        self.turn.effects.extend(effects);
        self.turn.answers.extend(answer);
        Ok(())
    }

    fn corrupt(&self, illegal: &Illegal) -> Broken {
        tracing::error!(run = %self.lease.run, %illegal, "the tables refuse what was decided; the run is left as it is");
        Broken(Exit::Corrupt)
    }

    /// Makes everything decided so far durable and acts on it, until nothing new comes of that.
    pub(super) async fn commit(&mut self) -> Result<(), Broken> {
        loop {
            self.commit_once().await?;
            if self.turn.effects.is_empty() && self.turn.rows.is_empty() {
                return Ok(());
            }
        }
    }

    async fn commit_once(&mut self) -> Result<(), Broken> {
        let pending = std::mem::take(&mut self.turn);
        let has_rows = !pending.rows.is_empty();
        let decided = self.now();
        if has_rows || !pending.output.is_empty() || !pending.answers.is_empty() {
            let expected = pending.rows.first().map_or(self.head.seq, |row| row.seq - 1);
            let append = Append {
                lease: self.lease.clone(),
                expected,
                rows: pending.rows,
                output: pending.output,
                answers: pending.answers,
                summary: self.state.summary(&self.plan),
            };
            match self.means.committer.append(append).await {
                Ok(()) => {}
                Err(error @ (Error::Fenced { .. } | Error::Conflict { .. } | Error::NoSuchRun(_))) => {
                    tracing::warn!(run = %self.lease.run, %error, "this engine lost the run; what it wanted to record is forgotten");
                    return Err(Broken(Exit::Lost));
                }
                Err(error) => {
                    tracing::error!(run = %self.lease.run, %error, "the run is left where the journal stands");
                    return Err(Broken(Exit::ShutDown));
                }
            }
        }
        if has_rows {
            self.say_whether_settled();
            self.wiring.committed.send_replace(self.head.seq);
            self.tell_followers();
        }
        let acts = !pending.effects.is_empty();
        let late = self.now().since(decided) > PROMPT;
        for effect in pending.effects {
            match effect {
                // Its time has run since it was decided: whether enough is left to begin with is decided anew.
                Effect::Start { unit, attempt, .. } if late => self.take_in(Input::NeverStarted { unit, attempt })?,
                effect @ (Effect::Start { .. } | Effect::Reattach { .. } | Effect::Kill { .. }) => self.perform(effect),
            }
        }
        if !pending.finished.is_empty() {
            if acts {
                // What starts now goes to the keeper first; what it may forget can wait for a moment.
                tokio::task::yield_now().await;
            }
            self.means.runner.settled(self.lease.run, self.lease.token, &pending.finished);
        }
        Ok(())
    }

    /// A run that failed and was repaired is at work again: whoever asks then waits for its next rest.
    fn say_whether_settled(&self) {
        let rests = matches!(self.state.status(), RunStatus::Completed | RunStatus::Aborted | RunStatus::Failed);
        if rests {
            let settled = Settled { plan: Arc::clone(&self.plan), state: Arc::new(self.state.clone()) };
            self.wiring.settled.send_replace(Some(settled));
        } else {
            self.wiring.settled.send_if_modified(|settled| settled.take().is_some());
        }
    }

    /// Tells the runs that wait for this one.
    fn tell_followers(&self) {
        let Some(inner) = self.inner.upgrade() else { return };
        inner.followers.tell(self.lease.run, || Note {
            plan: Arc::clone(&self.plan),
            state: Arc::new(self.state.clone()),
            letter: self.rehearsal.as_ref().map(|rehearsal| rehearsal.seat().tempo().letter()),
        });
    }
}
