//! What the warning lints look at, and the list of them.

use super::super::compile::Places;
use super::super::{Body, Command, Graph, Schedule, Step, Unit, UnitIx};
use super::{
    braces, dangerous, never_holds, never_selected, no_post_check, no_return_without_gate, no_rollback, no_target,
    no_timeout, one_way, path_over_rto, promote_without_fence, recover_by, retry_without_probe, secret_in_arguments,
};
use crate::runbook::{Findings, Span};

/// A body without faults, and where its parts were written.
pub(in super::super) struct Subject<'a> {
    pub(in super::super) body: &'a Body,
    pub(in super::super) graph: &'a Graph,
    pub(in super::super) schedule: &'a Schedule,
    pub(in super::super) places: &'a Places,
}

/// Runs the lints that look at single steps and at what follows upon them: a component has no other units, no
/// objectives, and nobody to ask.
pub(in super::super) fn check_component(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    const LINTS: [fn(&Subject<'_>, &mut Findings<'_>); 7] = [
        dangerous::check,
        no_post_check::check,
        retry_without_probe::check,
        no_timeout::check,
        secret_in_arguments::check,
        braces::check,
        no_rollback::check,
    ];
    for lint in LINTS {
        lint(subject, findings);
    }
}

/// Runs every lint.
pub(in super::super) fn check(subject: &Subject<'_>, findings: &mut Findings<'_>) {
    const LINTS: [fn(&Subject<'_>, &mut Findings<'_>); 15] = [
        path_over_rto::check,
        no_return_without_gate::check,
        dangerous::check,
        no_post_check::check,
        retry_without_probe::check,
        no_timeout::check,
        secret_in_arguments::check,
        braces::check,
        recover_by::check,
        no_target::check,
        never_holds::check,
        never_selected::check,
        no_rollback::check,
        one_way::check,
        promote_without_fence::check,
    ];
    for lint in LINTS {
        lint(subject, findings);
    }
}

impl<'a> Subject<'a> {
    /// All units with their places in the plan and in the text.
    pub(super) fn units(&self) -> impl Iterator<Item = (UnitIx, &'a Unit, Span)> + '_ {
        let spans = self.places.units.iter().copied();
        self.body.units.iter().zip(spans).zip(0..).map(|((unit, span), ix)| (UnitIx(ix), unit, span))
    }

    /// All steps, of the way back too, with their places in the text.
    pub(super) fn steps(&self) -> impl Iterator<Item = (&'a Step, Span)> + '_ {
        self.units().flat_map(move |(ix, unit, _)| {
            let all = unit.steps.iter().chain(unit.rollback.iter().map(|undo| &undo.step));
            all.enumerate().map(move |(at, step)| (step, self.places.step_of(ix, at)))
        })
    }

    /// All commands that steps run or ask, with the place of their step.
    pub(super) fn commands(&self) -> impl Iterator<Item = (&'a Command, Span)> + '_ {
        self.steps().filter_map(|(step, span)| step.action.command().map(|command| (command, span)))
    }
}
