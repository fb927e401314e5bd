//! What follows from what is heard of other runs.

use super::super::apply::Illegal;
use super::super::{Event, News};
use super::turn::Turn;
use crate::plan::UnitIx;

impl Turn<'_> {
    /// News that come too late, for a unit that does not wait any more, change nothing.
    pub(super) fn heard(&mut self, unit: UnitIx, news: News) -> Result<(), Illegal> {
        if !self.state.waiting.contains(&unit) {
            return Ok(());
        }
        let id = self.id(unit);
        match news {
            News::Awaits(run) if self.state.unit(unit).elsewhere.awaits == Some(run) => Ok(()),
            News::Awaits(run) => self.emit(Event::StartAwaited { unit: id, run }),
            News::Reached(run) => self.emit(Event::StartReached { unit: id, run }),
            News::Missed(cause) => self.fail(unit, cause),
        }
    }
}
