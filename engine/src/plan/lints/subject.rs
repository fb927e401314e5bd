//! What the warning lints look at, and the list of them.

use super::super::compile::{Part, Places};
use super::super::{Body, Command, Graph, Schedule, Service, Step, Unit, UnitIx};
use super::{
    Warnings, braces, changing_inspection, clock_origin, dangerous, early_switch, lossy_source, never_holds,
    never_selected, no_post_check, no_return_without_gate, no_rollback, no_target, no_timeout, nobody_waits, one_way,
    own_approval, path_over_rto, promote_without_fence, recover_by, retry_without_probe, schedule_overlap,
    secret_in_arguments, shared_audience, single_vantage, slow_approval, stale_review, two_tiers,
};
use crate::base::Day;
use crate::inventory::Inventory;
use crate::runbook::{Code, Span};

/// A body without faults, and where its parts were written.
pub(in super::super) struct Subject<'a> {
    pub(in super::super) body: &'a Body,
    pub(in super::super) graph: &'a Graph,
    pub(in super::super) schedule: &'a Schedule,
    pub(in super::super) places: &'a Places,
    /// The inventory that it is compiled against.
    pub(in super::super) inventory: Option<&'a Inventory>,
    /// The day on which it is compiled, where anybody said it.
    pub(in super::super) today: Option<Day>,
}

/// A lint, and the codes that it may report.
struct Lint {
    codes: &'static [Code],
    check: fn(&Subject<'_>, &mut Warnings<'_, '_>),
    /// Whether it looks at single steps and at what follows upon them: a component has no other units, no objectives, and
    /// nobody to ask.
    of_components: bool,
}

const fn lint(codes: &'static [Code], check: fn(&Subject<'_>, &mut Warnings<'_, '_>)) -> Lint {
    Lint { codes, check, of_components: false }
}

impl Lint {
    const fn of_components(mut self) -> Self {
        self.of_components = true;
        self
    }
}

const LINTS: [Lint; 27] = [
    lint(&[Code::PathOverRto, Code::PathAccepted], path_over_rto::check),
    lint(&[Code::ClockOrigin], clock_origin::check),
    lint(&[Code::NoReturnWithoutGate], no_return_without_gate::check),
    lint(&[Code::Dangerous], dangerous::check).of_components(),
    lint(&[Code::NoPostCheck], no_post_check::check).of_components(),
    lint(&[Code::RetryWithoutProbe], retry_without_probe::check).of_components(),
    lint(&[Code::NoTimeout], no_timeout::check).of_components(),
    lint(&[Code::SecretInArguments], secret_in_arguments::check).of_components(),
    lint(&[Code::Braces], braces::check).of_components(),
    lint(&[Code::RecoverByTooEarly], recover_by::check),
    lint(&[Code::NoTarget], no_target::check),
    lint(&[Code::NeverHolds], never_holds::check),
    lint(&[Code::NeverSelected], never_selected::check),
    lint(&[Code::NoRollback], no_rollback::check).of_components(),
    lint(&[Code::OneWay], one_way::check),
    lint(&[Code::PromoteWithoutFence], promote_without_fence::check),
    lint(&[Code::SlowApproval], slow_approval::check),
    lint(&[Code::RareBackup, Code::LossySource], lossy_source::check),
    lint(&[Code::NobodyWaits], nobody_waits::check).of_components(),
    lint(&[Code::EarlySwitch], early_switch::check),
    lint(&[Code::OwnApproval], own_approval::check),
    lint(&[Code::StaleReview], stale_review::check),
    lint(&[Code::ScheduleOverlap], schedule_overlap::check),
    lint(&[Code::TwoTiers], two_tiers::check),
    lint(&[Code::ChangingInspection], changing_inspection::check),
    lint(&[Code::SharedAudience], shared_audience::check),
    lint(&[Code::SingleVantage], single_vantage::check),
];

/// Runs every lint; of a component checked by itself those that can look at one.
pub(in super::super) fn check(subject: &Subject<'_>, warnings: &mut Warnings<'_, '_>, is_component: bool) {
    for lint in LINTS.iter().filter(|lint| lint.of_components || !is_component) {
        // Without the day, or an inventory, nobody can say that what depends on it is idle.
        let can_look = |code: &Code| match code {
            code if code.depends_on_the_day() => subject.today.is_some(),
            code => *code != Code::SharedAudience || subject.inventory.is_some(),
        };
        warnings.look_for(lint.codes.iter().copied().filter(can_look));
        (lint.check)(subject, warnings);
    }
}

impl<'a> Subject<'a> {
    /// All units with their places in the plan and in the text.
    pub(super) fn units(&self) -> impl Iterator<Item = (UnitIx, &'a Unit, Span)> + '_ {
        let spans = self.places.units.iter().copied();
        self.body.units.iter().zip(spans).zip(0..).map(|((unit, span), ix)| (UnitIx(ix), unit, span))
    }

    /// All services with their places in the plan and in the text.
    pub(super) fn services(&self) -> impl Iterator<Item = (Part, &'a Service, Span)> + '_ {
        let spans = self.places.services.iter().copied();
        self.body.services.iter().zip(spans).zip(0..).map(|((service, span), at)| (Part::Service(at), service, span))
    }

    /// All steps, of the way back too, with their places in the plan and in the text.
    pub(super) fn steps(&self) -> impl Iterator<Item = (Part, &'a Step, Span)> + '_ {
        self.units().flat_map(move |(ix, unit, _)| {
            let all = unit.steps.iter().chain(unit.rollback.iter().map(|undo| &undo.step));
            all.enumerate().map(move |(at, step)| (Part::Step(ix, at), step, self.places.step_of(ix, at)))
        })
    }

    /// All commands that steps run or ask, with their step and its place.
    pub(super) fn commands(&self) -> impl Iterator<Item = (Part, &'a Command, Span)> + '_ {
        self.steps().filter_map(|(part, step, span)| step.action.command().map(|command| (part, command, span)))
    }
}
