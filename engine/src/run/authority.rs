//! Who may do what. The one function that console, API, command line, resume, retry, skip and force all ask.

use super::{Actor, Door, Request, Scope};
use crate::base::{Bilingual, Lang, Text};
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
    /// Do something with a case that is real or an exercise.
    Case(CaseRight, Mode),
}

/// What somebody must be allowed to do with cases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum CaseRight {
    /// Open one: say that something happened.
    Open,
    /// Keep its log, members, reports and requests.
    Keep,
    /// Declare, stand down, hand over, close.
    Command,
}

/// Why an act is not permitted.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.get(Lang::En))]
pub struct Denial {
    /// A stable word for programs.
    pub code: &'static str,
    /// For people, with what is needed.
    pub message: Text,
}

impl Bilingual for Denial {
    fn ko(&self) -> String {
        self.message.get(Lang::Ko).to_owned()
    }
}

/// Roles that operate a run.
const OPERATING: [&str; 2] = ["operator", "commander"];
/// Roles that command a case.
const COMMANDING: [&str; 2] = ["commander", "deputy"];
/// Roles that keep the log of a case.
const KEEPING: [&str; 4] = ["situation-room", "tier-lead", "deputy", "commander"];
/// Roles that may say that something happened.
const OPENING: [&str; 5] = ["operator", "situation-room", "tier-lead", "deputy", "commander"];

/// Whether `actor` may do `act` on a run in `mode`.
///
/// `simulated_people` tells whether the run is a mock run whose people are played.
pub fn permit(actor: &Actor, act: Act<'_>, simulated_people: bool) -> Result<(), Denial> {
    match actor.via {
        // Whoever may open the state folder may do everything in it; the journal says that it was the command line.
        Door::CommandLine => Ok(()),
        Door::Simulation => match act {
            Act::Ask(Request::Vote { .. } | Request::CompleteManual { .. }) if simulated_people => Ok(()),
            Act::View | Act::Declare(_) | Act::Ask(_) | Act::Administer | Act::Case(..) => Err(denied(
                "simulated_people",
                "모의 인원의 답은 모의 인원이 있는 모의 실행에서만 받습니다",
                "only a mock run with simulated people takes their answers",
            )),
        },
        Door::Console => console(actor, act),
    }
}

fn console(actor: &Actor, act: Act<'_>) -> Result<(), Denial> {
    let has = |wanted: &[&str]| actor.roles.iter().any(|role| wanted.contains(&role.as_str()));
    match act {
        Act::View => Ok(()),
        Act::Administer if has(&["admin"]) => Ok(()),
        Act::Administer => Err(denied("needs_admin", "admin 역할이 필요합니다", "this needs the role admin")),
        Act::Case(right, _) => match right {
            CaseRight::Open if has(&OPENING) => Ok(()),
            CaseRight::Keep if has(&KEEPING) => Ok(()),
            CaseRight::Command if has(&COMMANDING) => Ok(()),
            CaseRight::Open => Err(denied(
                "needs_opener",
                "상황을 열려면 operator, situation-room, tier-lead, deputy, commander 가운데 한 역할이 필요합니다",
                "opening a case needs the role operator, situation-room, tier-lead, deputy or commander",
            )),
            CaseRight::Keep => Err(denied(
                "needs_situation_room",
                "상황 기록을 관리하려면 situation-room, tier-lead, deputy, commander 가운데 한 역할이 필요합니다",
                "keeping the log of a case needs the role situation-room, tier-lead, deputy or commander",
            )),
            CaseRight::Command => Err(denied(
                "needs_commander",
                "상황을 지휘하려면 commander 또는 deputy 역할이 필요합니다",
                "commanding a case needs the role commander or deputy",
            )),
        },
        Act::Declare(_) if has(&OPERATING) => Ok(()),
        Act::Declare(_) => Err(denied(
            "needs_operator",
            "선포하려면 operator 또는 commander 역할이 필요합니다",
            "declaring a run needs the role operator or commander",
        )),
        Act::Ask(request) => match request {
            // The gate's own approver roles decide; an admin who holds no such role has no vote. The manual step's own roles
            // decide where it names some; otherwise any operator.
            Request::Vote { .. } | Request::CompleteManual { .. } => Ok(()),
            // To take back all that was done is the decision of who commands.
            Request::Rollback { scope: Scope::Run, .. } => {
                if has(&["commander"]) {
                    Ok(())
                } else {
                    Err(denied(
                        "needs_commander",
                        "실행 전체를 되돌리려면 commander 역할이 필요합니다",
                        "rolling back the whole run needs the role commander",
                    ))
                }
            }
            Request::Rollback { scope: Scope::Unit { .. } | Scope::Stage { .. }, .. }
            | Request::Pause { .. }
            | Request::Resume
            | Request::Abort { .. }
            | Request::RetryStep { .. }
            | Request::RetryUnit { .. }
            | Request::Rerun { .. }
            | Request::Stop { .. }
            | Request::Skip { .. }
            | Request::Attest { .. }
            | Request::Choose { .. }
            | Request::SetMark { .. } => {
                if has(&OPERATING) {
                    Ok(())
                } else {
                    Err(denied(
                        "needs_operator",
                        "실행을 조작하려면 operator 또는 commander 역할이 필요합니다",
                        "operating a run needs the role operator or commander",
                    ))
                }
            }
        },
    }
}

fn denied(code: &'static str, ko: &str, en: &str) -> Denial {
    Denial { code, message: Text::new(ko, en) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Digest, Timestamp, UnitId};
    use crate::plan::MarkKind;
    use crate::run::ManualResult;

    fn actor(via: Door, role: &str) -> Actor {
        let roles = if role.is_empty() { Vec::new() } else { vec![role.parse().unwrap()] };
        Actor { name: "kim".parse().unwrap(), roles, via }
    }

    fn requests() -> Vec<Request> {
        let unit: UnitId = "db".parse().unwrap();
        let reason = "because".to_owned();
        vec![
            Request::Vote { unit: unit.clone(), approve: true, comment: String::new(), digest: Digest::ZERO },
            Request::CompleteManual { unit: unit.clone(), result: ManualResult::Done, evidence: reason.clone() },
            Request::Pause { reason: reason.clone() },
            Request::Resume,
            Request::Abort { reason: reason.clone() },
            Request::RetryStep { unit: unit.clone() },
            Request::RetryUnit { unit: unit.clone() },
            Request::Rerun { unit: unit.clone(), downstream: true, reason: reason.clone() },
            Request::Stop { unit: unit.clone(), reason: reason.clone() },
            rollback(Scope::Unit { unit: unit.clone() }),
            rollback(Scope::Stage { stage: "main".parse().unwrap() }),
            Request::Skip { unit: unit.clone(), reason: reason.clone() },
            Request::Attest { unit: unit.clone(), evidence: reason.clone() },
            Request::Choose { unit, branch: "full".parse().unwrap(), reason: reason.clone() },
            Request::SetMark { mark: MarkKind::Event, at: Timestamp(0), reason },
        ]
    }

    fn rollback(scope: Scope) -> Request {
        Request::Rollback { scope, downstream: true, reason: "because".to_owned() }
    }

    /// Acts in columns: view, declare, vote, manual work, every other request, rolling back the whole run, administer.
    fn row(actor: &Actor, simulated: bool) -> String {
        let mut row = String::new();
        let mut put = |given: bool| row.push(if given { 'y' } else { '-' });
        put(permit(actor, Act::View, simulated).is_ok());
        let declares: Vec<bool> =
            Mode::ALL.iter().map(|mode| permit(actor, Act::Declare(*mode), simulated).is_ok()).collect();
        assert!(declares.iter().all(|given| *given == declares[0]), "one answer for every mode");
        put(declares[0]);
        let asks: Vec<bool> =
            requests().iter().map(|request| permit(actor, Act::Ask(request), simulated).is_ok()).collect();
        put(asks[0]);
        put(asks[1]);
        assert!(asks[2..].iter().all(|given| *given == asks[2]), "one answer for every verb of an operator");
        put(asks[2]);
        put(permit(actor, Act::Ask(&rollback(Scope::Run)), simulated).is_ok());
        put(permit(actor, Act::Administer, simulated).is_ok());
        row
    }

    #[test]
    fn door_by_role_by_act() {
        let rows = [
            // Votes and manual work are judged further by the gate's and the step's own roles.
            (Door::Console, "", false, "y-yy---"),
            (Door::Console, "auditor", false, "y-yy---"),
            (Door::Console, "business-owner", false, "y-yy---"),
            (Door::Console, "operator", false, "yyyyy--"),
            (Door::Console, "commander", false, "yyyyyy-"),
            (Door::Console, "admin", false, "y-yy--y"),
            (Door::CommandLine, "", false, "yyyyyyy"),
            (Door::Simulation, "", false, "-------"),
            (Door::Simulation, "operator", false, "-------"),
            (Door::Simulation, "", true, "--yy---"),
            (Door::Simulation, "operator", true, "--yy---"),
            // That people are simulated gives real ones nothing.
            (Door::Console, "", true, "y-yy---"),
            (Door::Console, "operator", true, "yyyyy--"),
        ];
        for (door, role, simulated, wanted) in rows {
            assert_eq!(row(&actor(door, role), simulated), wanted, "{door:?} with {role:?}, simulated: {simulated}");
        }
    }

    #[test]
    fn a_denial_says_what_is_needed() {
        let denied = permit(&actor(Door::Console, "auditor"), Act::Ask(&Request::Resume), false).unwrap_err();
        assert_eq!(denied.code, "needs_operator");
        assert!(denied.to_string().contains("operator or commander"));
    }
}
