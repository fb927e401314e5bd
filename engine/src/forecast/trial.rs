//! One trial: the plan played with given times, by the rule of the executor: of those that may start, the one with the
//! longest planned path before it first, as many at work as run and stage allow.

use std::cmp::Reverse;
use std::collections::{BTreeSet, BinaryHeap};

use crate::base::Millis;
use crate::plan::{Action, Node, NodeIx, Plan, UnitIx};

/// A plan arranged for being played many times.
pub(super) struct Course<'a> {
    plan: &'a Plan,
    concurrency: u32,
    /// By unit: whether it takes a place among those at work, rather than waiting for people or for time.
    works: Vec<bool>,
    needs: Vec<u32>,
}

impl<'a> Course<'a> {
    /// With so many at work at the same time, at most.
    pub(super) fn of(plan: &'a Plan, concurrency: u32) -> Self {
        let graph = plan.graph();
        let works = |unit: UnitIx| plan.unit(unit).steps.iter().any(|step| takes_a_place(&step.action));
        let count = |at: usize| {
            let at = NodeIx(u32::try_from(at).unwrap_or(u32::MAX));
            u32::try_from(graph.predecessors(at).len()).unwrap_or(u32::MAX)
        };
        Self {
            plan,
            concurrency: concurrency.max(1),
            works: plan.unit_ixs().map(works).collect(),
            needs: (0..graph.len()).map(count).collect(),
        }
    }

    /// When each unit is ready, from the start of the run, where they take `takes`. Units outside the recovery time weigh
    /// nothing and take no place, as in the plan's own schedule.
    pub(super) fn play(&self, takes: &[Millis]) -> Vec<Millis> {
        let mut play = Play {
            course: self,
            takes,
            unmet: self.needs.clone(),
            waiting: BTreeSet::new(),
            going: BinaryHeap::new(),
            at_work: 0,
            at_work_in: vec![0; self.plan.body().stages.len()],
            ready: vec![Millis::ZERO; takes.len()],
        };
        let graph = self.plan.graph();
        let free: Vec<NodeIx> = graph.order().iter().copied().filter(|at| self.needs[at.at()] == 0).collect();
        for at in free {
            play.reach(at, Millis::ZERO);
        }
        play.start(Millis::ZERO);
        while let Some(Reverse((now, unit, moment))) = play.going.pop() {
            play.pass(unit, moment, now);
            // All that ends at one instant makes room before anything starts at it.
            let again = |play: &Play<'_, '_>| play.going.peek().copied().filter(|Reverse((at, ..))| *at == now);
            while let Some(Reverse((at, unit, moment))) = again(&play) {
                play.going.pop();
                play.pass(unit, moment, at);
            }
            play.start(now);
        }
        play.ready
    }

    fn takes_place(&self, unit: UnitIx) -> bool {
        self.works[unit.at()] && !self.plan.unit(unit).rto_exclude
    }
}

const fn takes_a_place(action: &Action) -> bool {
    match action {
        Action::Command(_)
        | Action::Http(_)
        | Action::Tcp(_)
        | Action::Look(_)
        | Action::Change(_)
        | Action::Check(_)
        | Action::Until(_)
        | Action::Link(_) => true,
        Action::Wait(_) | Action::Mark(_) | Action::Manual(_) | Action::Gate(_) | Action::Decision(_) => false,
    }
}

/// What comes of a unit at an instant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Moment {
    /// What needs it may begin, and it goes on.
    Usable,
    /// It is done.
    Ready,
}

struct Play<'a, 'c> {
    course: &'a Course<'c>,
    takes: &'a [Millis],
    unmet: Vec<u32>,
    waiting: BTreeSet<(Reverse<Millis>, UnitIx)>,
    going: BinaryHeap<Reverse<(Millis, UnitIx, Moment)>>,
    at_work: u32,
    at_work_in: Vec<u32>,
    ready: Vec<Millis>,
}

impl Play<'_, '_> {
    /// All that a node needs is there.
    fn reach(&mut self, at: NodeIx, now: Millis) {
        match self.course.plan.graph().node(at) {
            Node::Barrier(_) => self.leave(at, now),
            Node::Unit(unit) if self.course.takes_place(unit) => {
                let tail = self.course.plan.schedule().span(unit).tail;
                self.waiting.insert((Reverse(tail), unit));
            }
            Node::Unit(unit) => self.begin(unit, now),
        }
    }

    fn begin(&mut self, unit: UnitIx, now: Millis) {
        let counts = !self.course.plan.unit(unit).rto_exclude;
        let takes = if counts { self.takes[unit.at()] } else { Millis::ZERO };
        let it = self.course.plan.unit(unit);
        if it.usable.is_some() {
            self.going.push(Reverse((now + it.holds_up(takes), unit, Moment::Usable)));
        }
        self.going.push(Reverse((now + takes, unit, Moment::Ready)));
    }

    /// Starts whatever may start, the most urgent first.
    fn start(&mut self, now: Millis) {
        let plan = self.course.plan;
        let mut full = Vec::new();
        while self.at_work < self.course.concurrency {
            let Some(next) = self.waiting.pop_first() else { break };
            let stage = plan.unit(next.1).stage;
            if plan.stage(stage).max_parallel.is_some_and(|most| self.at_work_in[stage.at()] >= most) {
                full.push(next);
                continue;
            }
            self.at_work += 1;
            self.at_work_in[stage.at()] += 1;
            self.begin(next.1, now);
        }
        self.waiting.extend(full);
    }

    fn pass(&mut self, unit: UnitIx, moment: Moment, now: Millis) {
        match moment {
            Moment::Usable => self.leave(self.course.plan.graph().unit(unit), now),
            Moment::Ready => self.finish(unit, now),
        }
    }

    fn finish(&mut self, unit: UnitIx, now: Millis) {
        self.ready[unit.at()] = now;
        if self.course.takes_place(unit) {
            self.at_work -= 1;
            self.at_work_in[self.course.plan.unit(unit).stage.at()] -= 1;
        }
        if self.course.plan.unit(unit).usable.is_none() {
            self.leave(self.course.plan.graph().unit(unit), now);
        }
    }

    fn leave(&mut self, at: NodeIx, now: Millis) {
        let plan = self.course.plan;
        for &next in plan.graph().successors(at) {
            let unmet = &mut self.unmet[next.at()];
            *unmet -= 1;
            if *unmet == 0 {
                self.reach(next, now);
            }
        }
    }
}
