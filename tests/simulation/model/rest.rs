//! What must hold between two decisions.

use engine::base::{Millis, Timestamp};
use engine::plan::OnTimeout;

use super::rule::{Verdict, rule};
use super::told::{Model, satisfied};

impl Model<'_> {
    /// What must hold between two decisions: nothing that should have happened by now is missing.
    pub(crate) fn at_rest(&self, now: Timestamp, draining: bool) -> Verdict {
        if self.ended.is_some() || !self.adopted {
            return Ok(());
        }
        let now = now.max(self.last);
        let scopes = self.plan.body().services.iter().map(|service| Some(service.id.as_str())).chain([None]);
        for scope in scopes {
            let (rto, open) = self.scope(scope);
            let late = self.origin().zip(rto).is_some_and(|(origin, rto)| self.holds.counted(origin, now) > rto);
            let said = self.late.contains(&scope.map(str::to_owned));
            rule!(!(late && open) || said || self.holds.is_open(), "nobody said that {scope:?} is late");
        }
        for (at, told) in self.units.iter().enumerate() {
            let unit = &self.plan.units()[at];
            self.back_at_rest(at)?;
            // Nobody counts on a unit that is undone.
            let counts = told.eligible.filter(|_| told.settled.is_none() && !told.back.going).zip(unit.target);
            let late = counts.is_some_and(|(since, target)| self.holds.counted(since, now) > target);
            rule!(!late || told.exceeded || self.holds.is_open(), "nobody said that unit {at} exceeds its target");
            let waits = told.asked.as_ref().filter(|_| told.state == "awaiting_gate");
            let overdue = waits.is_some_and(|asked| asked.deadline.is_some_and(|deadline| now >= deadline));
            rule!(!overdue || waits.is_some_and(|asked| asked.overdue), "nobody said that gate {at} is overdue");
            self.gate_at_rest(now, at)?;
            let out_of_time = told.at_work.as_ref().is_some_and(|work| {
                let timeout = unit.step(u16::try_from(work.step).unwrap()).and_then(|step| step.timeout);
                !work.timed_out && timeout.is_some_and(|limit| now >= work.since.plus(limit))
            });
            rule!(!out_of_time, "nobody said that unit {at} ran out of time");
            if self.aborting {
                let moves =
                    ["pending", "queued", "retry_wait", "awaiting_gate", "awaiting_manual", "awaiting_rollback"];
                rule!(!moves.contains(&told.state), "unit {at} is still {} during an abort", told.state);
                continue;
            }
            let on_sand =
                |at: usize| (0..self.units.len()).any(|it| self.units[it].back.is_on() && self.after(it).contains(&at));
            rule!(told.state != "pending" || !self.needs_met(at) || on_sand(at), "unit {at} waits for nothing");
            let out = self.left_out(at).is_some();
            let waits = told.state == "pending" && out && !on_sand(at);
            rule!(!waits, "unit {at} still waits although it is no part of the run");
            if !self.held && !draining && told.state == "queued" && self.has_locks(at) {
                rule!(self.waits_for_worker(at), "unit {at} is queued although it needs no worker");
                rule!(!self.room(at), "unit {at} is queued although there is room");
            }
        }
        let all = self.units.iter().all(|unit| satisfied(unit.state));
        rule!(!all && !self.units.is_empty(), "everything is done and the run does not end");
        Ok(())
    }

    /// An open gate has said all that time brought about, and none goes on asking whose time has decided.
    fn gate_at_rest(&self, now: Timestamp, at: usize) -> Verdict {
        let Some((gate, asked)) = self.open_gate(at) else { return Ok(()) };
        let half = gate.timeout.map(|timeout| asked.opened.plus(Millis(timeout.0 / 2)));
        let due = half.is_some_and(|half| now >= half && half > asked.opened);
        rule!(!due || asked.reminded || asked.overdue, "nobody was reminded of gate {at}");
        let next = gate.escalate.get(asked.level).map(|level| asked.opened.plus(level.after));
        rule!(next.is_none_or(|next| now < next), "gate {at} was not escalated");
        rule!(!asked.overdue || gate.on_timeout == OnTimeout::Wait, "gate {at} still asks although its time decided");
        Ok(())
    }
}
