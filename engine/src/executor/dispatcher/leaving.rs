//! Going out softly.

use std::time::Duration;

use super::{Broken, Dispatcher, Exit, Wake};
use crate::plan::{Action, UnitIx};
use crate::run::{Purpose, StepIx};

impl Dispatcher {
    /// A soft shutdown lets requests that are under way inside the engine end, for a bounded time, and starts nothing.
    pub(super) async fn leave(&mut self, exit: Exit) -> Result<Exit, Broken> {
        const PATIENCE: Duration = Duration::from_secs(5);
        if exit != Exit::ShutDown || self.rehearsal.is_some() || self.means.hard.is_cancelled() {
            return Ok(exit);
        }
        self.draining = true;
        let deadline = tokio::time::sleep(PATIENCE);
        tokio::pin!(deadline);
        while self.state.flights().any(|(unit, flight)| self.dies_with_engine(unit, flight.step, flight.purpose)) {
            let wake = tokio::select! {
                biased;
                () = self.means.hard.cancelled() => break,
                () = &mut deadline => break,
                Some(ended) = self.ended.recv() => self.landed(ended),
            };
            if let Wake::Input(input) = wake {
                self.take_in(input)?;
            }
            self.drain()?;
            self.commit().await?;
        }
        Ok(exit)
    }

    fn dies_with_engine(&self, unit: UnitIx, step: StepIx, purpose: Purpose) -> bool {
        let Some(step) = self.plan.unit(unit).step(step) else { return false };
        match purpose {
            Purpose::Act => !matches!(step.action, Action::Command(_) | Action::Link(_)) && !step.action.is_read_only(),
            Purpose::Probe => false,
        }
    }
}
