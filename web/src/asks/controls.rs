//! Pause, resume, abort, and stopping an attempt that hangs.

use engine::base::Mode;
use engine::run::{Request, RunStatus};

use super::panel::{Form, Look};

/// A unit at work that can be stopped.
#[derive(Debug)]
pub(super) struct AtWork {
    pub(super) key: String,
    pub(super) unit: String,
    pub(super) title: String,
}

/// The controls of a run, for who may operate it.
#[derive(Debug)]
pub(super) struct Controls {
    pub(super) form: Form,
    pub(super) pause_key: String,
    pub(super) abort_key: String,
    pub(super) paused: bool,
    /// The key of holding the exercise, for who may in a mode that can be held and is not.
    pub(super) hold_key: Option<String>,
    /// Another person must confirm the declaration; whether this one may.
    pub(super) second: Option<bool>,
    pub(super) aborting: bool,
    pub(super) at_work: Vec<AtWork>,
}

impl Controls {
    pub(super) fn of(look: &Look<'_>) -> Option<Self> {
        let state = &look.view.state;
        let status = state.status();
        if !look.may(&Request::Resume) || !status.is_open() {
            return None;
        }
        let at_work = state.flights().map(|(ix, _)| AtWork {
            key: look.key(),
            unit: look.view.plan.unit(ix).id.to_string(),
            title: look.name(ix),
        });
        Some(Self {
            form: look.form.clone(),
            pause_key: look.key(),
            abort_key: look.key(),
            paused: status == RunStatus::Paused,
            hold_key: may_hold(look).then(|| look.key()),
            second: state.awaits_second().then(|| look.may_second()),
            aborting: status == RunStatus::Aborting,
            at_work: at_work.collect(),
        })
    }
}

fn may_hold(look: &Look<'_>) -> bool {
    let state = &look.view.state;
    state.header().mode != Mode::Real
        && !state.exclusions().is_open()
        && look.may(&Request::ExerciseHold { reason: String::new() })
}
