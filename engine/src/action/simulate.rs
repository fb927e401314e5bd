//! How a mock run is played: durations and outcomes as a pure function of plan and declaration, in simulated time.
//!
//! Nothing here starts anything, sleeps or asks a clock: the dispatcher of a mock run keeps what was played in a queue
//! and lets its own simulated time pass. A mock run adopted after a crash plays its open attempts from their start.

use crate::base::{Millis, Text};
use crate::plan::{Action, Plan, Step, UnitIx};
use crate::run::{Cause, CauseKind, Fault, Outcome, Purpose, Seen, Simulation, StepIx};

/// Duration of a unit that has neither a target nor a duration of its own.
const DEFAULT: Millis = Millis::seconds(1);

/// What an attempt will come to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Played {
    /// After how long; `None` when it never ends by itself.
    pub takes: Option<Millis>,
    /// How.
    pub outcome: Outcome,
}

/// Plays one attempt. `number` is its number among all attempts of its step in the run.
pub fn play(plan: &Plan, simulation: &Simulation, unit: UnitIx, step: StepIx, number: u32, purpose: Purpose) -> Played {
    let share = share(plan, simulation, unit, step);
    if purpose == Purpose::Probe {
        // The world of a mock run holds nothing, so nothing is ever done already.
        let cause = Cause::new(CauseKind::Check, "모의: 아직 되어 있지 않습니다", "simulated: not done yet");
        let seen = seen("아직 되어 있지 않음", "not done yet");
        return Played { takes: Some(Millis::ZERO), outcome: Outcome::Failed { cause, seen } };
    }
    let faulty = first_worker(plan, unit) == Some(step);
    let fault = simulation.faults.get(&plan.unit(unit).id).filter(|_| faulty);
    match fault {
        Some(Fault::Fail(times)) if number <= *times => {
            let (ko, en) = if *times == u32::MAX {
                ("주입한 실패".to_owned(), "injected failure".to_owned())
            } else {
                (format!("주입한 실패 {number}/{times}"), format!("injected failure {number} of {times}"))
            };
            let cause = Cause::new(CauseKind::Injected, ko, en);
            let seen = seen("주입한 실패", "injected failure");
            Played { takes: Some(share), outcome: Outcome::Failed { cause, seen } }
        }
        Some(Fault::Hang) if number == 1 => {
            let cause =
                Cause::new(CauseKind::Injected, "주입: 스스로 끝나지 않습니다", "injected: it never ends by itself");
            Played { takes: None, outcome: Outcome::Failed { cause, seen: seen("종료됨", "ended") } }
        }
        Some(Fault::Unknown) if number == 1 => {
            let why = Text::new("주입: 어떻게 끝났는지 알 수 없습니다", "injected: nobody can say how it ended");
            Played { takes: Some(share), outcome: Outcome::Unknown { why, seen: seen("결과 불명", "unknown") } }
        }
        Some(Fault::Fail(_) | Fault::Hang | Fault::Unknown) | None => {
            Played { takes: Some(share), outcome: Outcome::Succeeded { seen: said(plan, unit, step) } }
        }
    }
}

/// Whether a mock run declares the run that a step calls, and waits for it, instead of playing its time: unless the unit has a
/// script, or the attempt a fault to play.
pub fn calls_out(plan: &Plan, simulation: &Simulation, unit: UnitIx, step: StepIx, number: u32) -> bool {
    let it = plan.unit(unit);
    let calls = it.step(step).is_some_and(|step| matches!(step.action, Action::Link(_)));
    let faulty = first_worker(plan, unit) == Some(step);
    let fault = simulation.faults.get(&it.id).filter(|_| faulty).is_some_and(|fault| match fault {
        Fault::Fail(times) => number <= *times,
        Fault::Hang | Fault::Unknown => number == 1,
    });
    calls && !is_scripted(plan, simulation, unit) && !fault
}

fn is_scripted(plan: &Plan, simulation: &Simulation, unit: UnitIx) -> bool {
    let it = plan.unit(unit);
    simulation.takes.contains_key(&it.id) || it.mock.takes.is_some()
}

/// The part of a unit's duration that falls to one of its steps. A `wait` takes its own time out of it; the others share
/// the rest evenly, each within its time-out as long as another one has room. What fits into no time-out is the last
/// one's: in a mock run only steps of units with a script or a fault run out of time. The way back is played like the way
/// forward, but nothing plans its time, so it never takes longer than its time-outs.
pub fn share(plan: &Plan, simulation: &Simulation, unit: UnitIx, step: StepIx) -> Millis {
    let it = plan.unit(unit);
    let scripted = simulation.takes.get(&it.id).copied().map(Millis);
    let whole = scripted.or(it.mock.takes).or(it.target).unwrap_or(DEFAULT);
    let turn = it.turning_point();
    let places = if step < turn { 0..turn } else { turn..u16::MAX };
    let way: Vec<(StepIx, &Step)> = places.map_while(|at| Some((at, it.step(at)?))).collect();
    // What is called takes its own time, which is known; without it there is nothing but the script.
    let calls_out = !is_scripted(plan, simulation, unit);
    let waits = way.iter().map(|(_, step)| match &step.action {
        Action::Wait(time) => *time,
        Action::Link(link) if calls_out => link.planned,
        _ => Millis::ZERO,
    });
    let rest = whole.saturating_sub(waits.sum());
    let shares = |action: &Action| takes_time(action) && !(calls_out && matches!(action, Action::Link(_)));
    let sharing: Vec<(StepIx, &Step)> = way.into_iter().filter(|(_, step)| shares(&step.action)).collect();
    let Some(place) = sharing.iter().position(|(at, _)| *at == step) else {
        return Millis::ZERO;
    };
    let room: Vec<u64> = sharing.iter().map(|(_, step)| room(step)).collect();
    let mut shares = spread(rest.0, &room);
    let played: u64 = shares.iter().sum();
    let planned = step < turn && !simulation.faults.contains_key(&it.id);
    if let Some(last) = shares.last_mut().filter(|_| planned) {
        *last += rest.0 - played;
    }
    Millis(shares[place])
}

/// The longest that a step may take without anything being raised for it.
fn room(step: &Step) -> u64 {
    let limit = match &step.action {
        Action::Gate(gate) => gate.timeout,
        _ => step.timeout,
    };
    limit.map_or(u64::MAX, |limit| limit.0)
}

/// Shares `whole` out evenly, to none more than it has room for.
fn spread(whole: u64, room: &[u64]) -> Vec<u64> {
    let mut shares = vec![0; room.len()];
    let mut open: Vec<usize> = (0..room.len()).collect();
    let mut left = whole;
    while !open.is_empty() {
        let each = left / open.len() as u64;
        let (full, wide): (Vec<usize>, Vec<usize>) = open.iter().partition(|at| room[**at] <= each);
        if full.is_empty() {
            // Milliseconds that can not be divided go to the last ones, each of which has room for one more.
            let odd = usize::try_from(left % wide.len() as u64).unwrap_or_default();
            for (place, at) in wide.iter().enumerate() {
                shares[*at] = each + u64::from(place >= wide.len() - odd);
            }
            break;
        }
        for at in full {
            shares[at] = room[at];
            left -= room[at];
        }
        open = wide;
    }
    shares
}

const fn takes_time(action: &Action) -> bool {
    match action {
        Action::Command(_)
        | Action::Http(_)
        | Action::Tcp(_)
        | Action::Look(_)
        | Action::Change(_)
        | Action::Check(_)
        | Action::Manual(_)
        | Action::Gate(_)
        | Action::Link(_) => true,
        Action::Wait(_) | Action::Until(_) | Action::Mark(_) | Action::Decision(_) => false,
    }
}

/// Faults are played at the first `run` step that needs a worker, or at the first of any phase.
fn first_worker(plan: &Plan, unit: UnitIx) -> Option<StepIx> {
    let steps = &plan.unit(unit).steps;
    let worker = |phase| {
        steps.iter().position(|step| step.action.needs_worker() && (phase || step.phase == crate::plan::Phase::Run))
    };
    worker(false).or_else(|| worker(true)).and_then(|at| StepIx::try_from(at).ok())
}

/// What a step says that succeeds.
fn said(plan: &Plan, unit: UnitIx, step: StepIx) -> Seen {
    let it = plan.unit(unit);
    let names = it.step(step).into_iter().flat_map(|step| &step.outputs).map(|output| &output.name);
    let outputs = names.filter_map(|name| Some((name.clone(), it.mock.outputs.get(name)?.clone()))).collect();
    Seen { outputs, ..seen("모의 실행", "simulated") }
}

fn seen(ko: &str, en: &str) -> Seen {
    Seen { summary: Text::new(ko, en), ..Seen::default() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_one_step_has_no_room_for_goes_to_the_others() {
        for (whole, room, shares) in [
            (90, vec![u64::MAX, u64::MAX, u64::MAX], vec![30, 30, 30]),
            (92, vec![u64::MAX, u64::MAX, u64::MAX], vec![30, 31, 31]),
            (90, vec![10, u64::MAX, u64::MAX], vec![10, 40, 40]),
            (90, vec![10, 35, u64::MAX], vec![10, 35, 45]),
            (90, vec![u64::MAX, 0], vec![90, 0]),
            (100, vec![34, 34, 34], vec![33, 33, 34]),
            (90, vec![10, 20], vec![10, 20]),
            (0, vec![10, 20], vec![0, 0]),
            (7, vec![], vec![]),
        ] {
            assert_eq!(spread(whole, &room), shares, "{whole} over {room:?}");
        }
    }
}
