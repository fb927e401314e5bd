//! Who may do what. The one function that console, API, command line, resume, retry, skip and force all ask.

use super::{Actor, Door, Request};
use crate::plan::Mode;

/// An act that needs permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// See runbooks, runs and reports.
    View,
    /// Declare a run in a mode.
    Declare(Mode),
    /// Ask something of a run. Votes and manual work are judged further by their own rules.
    Ask(&'a Request),
    /// Manage accounts.
    Administer,
}

/// Why an act is not permitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Denial {
    /// A stable word for programs.
    pub code: &'static str,
    /// For people, with what is needed.
    pub message: String,
}

/// Roles that operate a run.
const OPERATING: [&str; 2] = ["operator", "commander"];

/// Whether `actor` may do `act` on a run in `mode`.
///
/// `simulated_people` tells whether the run is a mock run whose people are played.
pub fn permit(actor: &Actor, act: Act<'_>, simulated_people: bool) -> Result<(), Denial> {
    match actor.via {
        // Whoever may open the state folder may do everything in it; the journal says that it was the command line.
        Door::CommandLine => Ok(()),
        Door::Simulation => match act {
            Act::Ask(Request::Vote { .. } | Request::CompleteManual { .. }) if simulated_people => Ok(()),
            Act::View | Act::Declare(_) | Act::Ask(_) | Act::Administer => {
                Err(denied("simulated_people", "only a mock run with simulated people takes their answers"))
            }
        },
        Door::Console => console(actor, act),
    }
}

fn console(actor: &Actor, act: Act<'_>) -> Result<(), Denial> {
    let has = |wanted: &[&str]| actor.roles.iter().any(|role| wanted.contains(&role.as_str()));
    match act {
        Act::View => Ok(()),
        Act::Administer if has(&["admin"]) => Ok(()),
        Act::Administer => Err(denied("needs_admin", "this needs the role admin")),
        Act::Declare(_) if has(&OPERATING) => Ok(()),
        Act::Declare(_) => Err(denied("needs_operator", "declaring a run needs the role operator or commander")),
        Act::Ask(request) => match request {
            // The gate's own approver roles decide; an admin who holds no such role has no vote.
            Request::Vote { .. } => Ok(()),
            // The step's own roles decide where it names some; otherwise any operator.
            Request::CompleteManual { .. } => Ok(()),
            Request::Pause { .. }
            | Request::Resume
            | Request::Abort { .. }
            | Request::RetryStep { .. }
            | Request::RetryUnit { .. }
            | Request::Rerun { .. }
            | Request::Stop { .. }
            | Request::Skip { .. }
            | Request::Attest { .. }
            | Request::SetMark { .. } => {
                if has(&OPERATING) {
                    Ok(())
                } else {
                    Err(denied("needs_operator", "operating a run needs the role operator or commander"))
                }
            }
        },
    }
}

fn denied(code: &'static str, message: &str) -> Denial {
    Denial { code, message: message.to_owned() }
}
