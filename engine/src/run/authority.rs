//! Who may do what. The one function that console, API, command line, resume, retry, skip and force all ask.
//!
//! An actor's roles are those held at the place and in the mode of the act ([`crate::identity::roles`]), so organisations
//! and modes need no word here.

use super::roles::{
    ADMIN, APPROVER, AUDITOR, BUSINESS_OWNER, COMMANDER, DEPUTY, GLASS, OBSERVER, OPERATOR, SITUATION_ROOM, TIER_LEAD,
    known_words,
};
use super::{Actor, Door, Hand, Request, Scope};
use crate::base::{Bilingual, Lang, RoleName, Text};
use crate::plan::Mode;

/// An act that needs permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Act<'a> {
    /// See what is at a place: runbooks, runs, reports, cases.
    View,
    /// Declare a run in a mode.
    Declare(Mode),
    /// Confirm what another person has declared for real.
    Second,
    /// Ask something of a run. Votes and manual work are judged further by their own rules.
    Ask(&'a Request),
    /// Do something with a case that is real or an exercise.
    Case(CaseRight, Mode),
    /// Do something about how people are told.
    Tell(TellRight),
    /// Do something about what drills have shown, and about which are owed.
    Review(ReviewRight),
    /// Do something with a document of the repository.
    Document(DocumentRight),
    /// Issue or sign the report of a run in a mode.
    Report(ReportRight, Mode),
    /// Read the audit log, and review what was done without the usual approvals.
    Audit,
    /// Manage people.
    Administer,
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

/// What somebody must be allowed to do about telling people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TellRight {
    /// See addresses and telephone numbers.
    See,
    /// Keep the contact tree, call it, enter what people answered, send again.
    Tend,
    /// Change classes, rules, words and channels.
    Rule,
}

/// What somebody must be allowed to do after a drill.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReviewRight {
    /// Raise findings, say who answers for them, write causes down.
    Tend,
    /// Bear a risk for a time.
    Waive,
    /// Adopt a regulation profile, plan drills, name the baseline of a trend.
    Plan,
}

/// What somebody must be allowed to do with documents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentRight {
    /// Write drafts and hand them in for review.
    Keep,
    /// Publish them, change what is published, and retire it.
    Publish,
}

/// What somebody must be allowed to do with the report of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ReportRight {
    /// Issue a version, and sign it as its author.
    Write,
    /// Sign it as its reviewer.
    Review,
    /// Sign it as its approver.
    Approve,
}

impl ReportRight {
    /// The roles that give it.
    pub const fn roles(self) -> &'static [&'static str] {
        match self {
            Self::Write => OPENING,
            Self::Review => REVIEWING,
            Self::Approve => APPROVING,
        }
    }
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

/// Decide for the whole of a run or a case.
const COMMANDING: &[&str] = &[COMMANDER, DEPUTY];
/// Confirm a declaration.
const SECONDING: &[&str] = &[COMMANDER, DEPUTY, GLASS];
/// Operate a run.
const OPERATING: &[&str] = &[OPERATOR, COMMANDER, DEPUTY];
/// Bring a unit to its end that got stuck.
pub(super) const REPAIRING: &[&str] = &[TIER_LEAD, OPERATOR, COMMANDER, DEPUTY];
/// Say when something happened.
const MARKING: &[&str] = &[SITUATION_ROOM, OPERATOR, COMMANDER, DEPUTY];
/// Say that something happened.
const OPENING: &[&str] = &[OPERATOR, SITUATION_ROOM, TIER_LEAD, COMMANDER, DEPUTY];
/// Keep the log of a case.
const KEEPING: &[&str] = &[SITUATION_ROOM, TIER_LEAD, COMMANDER, DEPUTY];
/// Look after what drills have shown.
const TENDING: &[&str] = &[OPERATOR, SITUATION_ROOM, TIER_LEAD, COMMANDER, DEPUTY];
/// Bear a risk.
const WAIVING: &[&str] = &[APPROVER, COMMANDER, DEPUTY];
/// Look through a report before it is approved.
const REVIEWING: &[&str] = &[TIER_LEAD, SITUATION_ROOM, BUSINESS_OWNER, APPROVER, COMMANDER, DEPUTY];
/// Approve a report.
const APPROVING: &[&str] = &[APPROVER, COMMANDER, DEPUTY];
/// Look on, and have no vote.
const WATCHING: &[&str] = &[OBSERVER, AUDITOR, ADMIN];
/// See how people are reached.
const REACHING: &[&str] = &[ADMIN, AUDITOR, COMMANDER, DEPUTY, SITUATION_ROOM, TIER_LEAD, OPERATOR, APPROVER];
/// Keep the contact tree and speak to people over it.
const TELLING: &[&str] = &[ADMIN, SITUATION_ROOM, COMMANDER, DEPUTY];
/// Look at what everybody did.
const AUDITING: &[&str] = &[AUDITOR, ADMIN];

/// Whether `actor` may do `act` on a run in `mode`.
///
/// `simulated_people` tells whether the run is a mock run whose people are played.
pub fn permit(actor: &Actor, act: Act<'_>, simulated_people: bool) -> Result<(), Denial> {
    match actor.via {
        // Whoever may open the state folder may do everything in it; the journal says that it was the command line.
        Door::CommandLine => Ok(()),
        Door::Simulation => match act {
            Act::Ask(Request::Vote { .. } | Request::Manual { .. }) if simulated_people => Ok(()),
            Act::View
            | Act::Declare(_)
            | Act::Second
            | Act::Ask(_)
            | Act::Case(..)
            | Act::Tell(_)
            | Act::Review(_)
            | Act::Report(..)
            | Act::Document(_)
            | Act::Audit
            | Act::Administer => Err(denied(
                "simulated_people",
                "모의 인원의 답은 모의 인원이 있는 모의 실행에서만 받습니다",
                "only a mock run with simulated people takes their answers",
            )),
        },
        Door::Console | Door::Api => person(actor, act),
    }
}

/// Whether `actor` may confirm what `requester` has declared for real. Who broke the glass answers for it alone.
pub fn second(actor: &Actor, requester: &Actor) -> Result<(), Denial> {
    permit(actor, Act::Second, false)?;
    if actor.name == requester.name && !actor.roles.iter().any(|role| role.as_str() == GLASS) {
        return Err(denied(
            "second_person",
            "선포한 사람은 스스로 확인할 수 없습니다. 다른 총괄 지휘나 지휘 대행이 확인해야 합니다",
            "who declared it can not confirm it: another commander or deputy must",
        ));
    }
    Ok(())
}

fn person(actor: &Actor, act: Act<'_>) -> Result<(), Denial> {
    match act {
        Act::View => any_but(
            &actor.roles,
            &[],
            "no_grant",
            "이 조직에서 받은 역할이 없습니다",
            "you hold no role in this organisation",
        ),
        Act::Declare(_) => needs(actor, OPERATING, "needs_operator", "선포하려면", "declaring a run"),
        Act::Second => needs(actor, SECONDING, "needs_commander", "선포를 확인하려면", "confirming a declaration"),
        Act::Ask(request) => asks(actor, request),
        Act::Case(CaseRight::Open, _) => needs(actor, OPENING, "needs_opener", "상황을 열려면", "opening a case"),
        Act::Case(CaseRight::Keep, _) => {
            needs(actor, KEEPING, "needs_situation_room", "상황 기록을 관리하려면", "keeping the log of a case")
        }
        Act::Case(CaseRight::Command, _) => {
            needs(actor, COMMANDING, "needs_commander", "상황을 지휘하려면", "commanding a case")
        }
        Act::Tell(TellRight::See) => {
            needs(actor, REACHING, "needs_part", "연락처를 보려면", "seeing how people are reached")
        }
        Act::Tell(TellRight::Tend) => {
            needs(actor, TELLING, "needs_situation_room", "비상연락망을 관리하려면", "keeping the contact tree")
        }
        Act::Tell(TellRight::Rule) => {
            needs(actor, &[ADMIN], "needs_admin", "연락 규칙을 바꾸려면", "changing how people are told")
        }
        Act::Review(ReviewRight::Tend) => {
            needs(actor, TENDING, "needs_operator", "조치 과제를 관리하려면", "looking after findings")
        }
        Act::Review(ReviewRight::Waive) => {
            needs(actor, WAIVING, "needs_approver", "위험을 수용하려면", "waiving a finding")
        }
        Act::Review(ReviewRight::Plan) => {
            needs(actor, COMMANDING, "needs_commander", "훈련을 계획하려면", "planning drills")
        }
        Act::Document(DocumentRight::Keep) => {
            needs(actor, OPENING, "needs_author", "자료를 등록하려면", "keeping documents")
        }
        Act::Document(DocumentRight::Publish) => needs(
            actor,
            APPROVING,
            "needs_approver",
            "자료를 게시하거나 폐기하려면",
            "publishing or retiring a document",
        ),
        Act::Report(right, _) => {
            let (code, ko, en) = match right {
                ReportRight::Write => (
                    "needs_author",
                    "보고서를 발행하고 작성자로 결재하려면",
                    "issuing a report and signing as its author",
                ),
                ReportRight::Review => {
                    ("needs_reviewer", "보고서를 검토자로 결재하려면", "signing a report as its reviewer")
                }
                ReportRight::Approve => {
                    ("needs_approver", "보고서를 승인자로 결재하려면", "signing a report as its approver")
                }
            };
            needs(actor, right.roles(), code, ko, en)
        }
        Act::Audit => needs(actor, AUDITING, "needs_auditor", "감사 기록을 보려면", "reading the audit log"),
        Act::Administer => needs(actor, &[ADMIN], "needs_admin", "사람을 관리하려면", "managing people"),
    }
}

fn asks(actor: &Actor, request: &Request) -> Result<(), Denial> {
    match request {
        // The gate's own approver roles decide; who only looks on has no vote, whatever they are.
        Request::Vote { ballot, .. } => may_vote(actor, &ballot.hand),
        // The manual step's own roles decide where it names some, an observer's sheet among them; otherwise any operator.
        Request::Manual { .. } => any_but(
            &actor.roles,
            &[AUDITOR, ADMIN],
            "needs_hand",
            "감사와 관리자 역할만으로는 수작업을 하지 않습니다",
            "the roles auditor and admin do no manual work",
        ),
        // To take back all that was done is the decision of who commands.
        Request::Rollback { scope: Scope::Run, .. } => {
            needs(actor, COMMANDING, "needs_commander", "실행 전체를 되돌리려면", "rolling back the whole run")
        }
        // What no clock counts is answered for by who commands.
        Request::ExerciseHold { .. } => {
            needs(actor, COMMANDING, "needs_commander", "훈련을 정지하려면", "holding the exercise")
        }
        Request::RetryStep { .. }
        | Request::RetryUnit { .. }
        | Request::Rerun { .. }
        | Request::Stop { .. }
        | Request::Attest { .. } => needs(actor, REPAIRING, "needs_operator", "단위를 조작하려면", "operating a unit"),
        Request::SetMark { .. } => needs(actor, MARKING, "needs_operator", "시점을 기록하려면", "setting a milestone"),
        Request::Rollback { scope: Scope::Unit { .. } | Scope::Stage { .. }, .. }
        | Request::Pause { .. }
        | Request::Resume
        | Request::Abort { .. }
        | Request::Skip { .. }
        | Request::Choose { .. } => needs(actor, OPERATING, "needs_operator", "실행을 조작하려면", "operating a run"),
    }
}

/// A deputy votes with what was handed on, which the door has found in the records; but nothing that is handed on makes an
/// approver of somebody who is there to look on, to audit or to manage accounts.
fn may_vote(actor: &Actor, hand: &Hand) -> Result<(), Denial> {
    let roles = match hand {
        // Who enters a call is judged by the gate; whose vote it is must be able to have one.
        Hand::Phone(call) if !call.roles.is_empty() => &call.roles,
        Hand::Own | Hand::Phone(_) => &actor.roles,
        Hand::For(_) if !actor.roles.is_empty() && only_watches(actor) => &actor.roles,
        Hand::For(delegation) => &delegation.roles,
    };
    any_but(
        roles,
        WATCHING,
        "needs_approver",
        "참관, 감사, 관리자 역할만으로는 승인하지 않습니다",
        "the roles observer, auditor and admin approve nothing",
    )
}

/// One of some roles; `ko` and `en` name what for.
fn needs(actor: &Actor, roles: &[&str], code: &'static str, ko: &str, en: &str) -> Result<(), Denial> {
    if actor.roles.iter().any(|role| roles.contains(&role.as_str())) {
        return Ok(());
    }
    let named = known_words(roles);
    let (named_ko, named_en) = (named.get(Lang::Ko), named.get(Lang::En));
    Err(denied(
        code,
        &format!("{ko} 이 조직과 모드에서 다음 역할 가운데 하나가 필요합니다: {named_ko}"),
        &format!("{en} needs one of these roles, for this organisation and mode: {named_en}"),
    ))
}

/// Any role beside some.
fn any_but(roles: &[RoleName], others: &[&str], code: &'static str, ko: &str, en: &str) -> Result<(), Denial> {
    if roles.iter().any(|role| !others.contains(&role.as_str())) { Ok(()) } else { Err(denied(code, ko, en)) }
}

/// Whether a person holds nothing that could give a vote.
pub(super) fn only_watches(actor: &Actor) -> bool {
    actor.roles.iter().all(|role| WATCHING.contains(&role.as_str()))
}

fn denied(code: &'static str, ko: &str, en: &str) -> Denial {
    Denial { code, message: Text::new(ko, en) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Digest, Timestamp, UnitId};
    use crate::plan::MarkKind;
    use crate::run::{Ballot, Call, ManualResult, ROLES};

    fn actor(via: Door, roles: &[&str]) -> Actor {
        let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
        Actor { name: "kim".parse().unwrap(), roles, via }
    }

    /// Every verb once, by the letter of its column.
    fn requests() -> Vec<(char, Request)> {
        let unit: UnitId = "db".parse().unwrap();
        let reason = "because".to_owned();
        vec![
            (
                'v',
                Request::Vote { unit: unit.clone(), ballot: Box::new(Ballot::new(true, String::new(), Digest::ZERO)) },
            ),
            ('m', Request::complete_manual(unit.clone(), ManualResult::Done, reason.clone())),
            ('k', Request::SetMark { mark: MarkKind::Event, at: Timestamp(0), reason: reason.clone() }),
            ('u', Request::RetryStep { unit: unit.clone() }),
            ('u', Request::RetryUnit { unit: unit.clone() }),
            ('u', Request::Rerun { unit: unit.clone(), downstream: true, reason: reason.clone() }),
            ('u', Request::Stop { unit: unit.clone(), reason: reason.clone() }),
            ('u', Request::Attest { unit: unit.clone(), evidence: reason.clone() }),
            ('o', Request::Pause { reason: reason.clone() }),
            ('o', Request::Resume),
            ('o', Request::Abort { reason: reason.clone() }),
            ('o', Request::Skip { unit: unit.clone(), reason: reason.clone() }),
            ('o', Request::Choose { unit: unit.clone(), branch: "full".parse().unwrap(), reason: reason.clone() }),
            ('o', rollback(Scope::Unit { unit })),
            ('o', rollback(Scope::Stage { stage: "main".parse().unwrap() })),
            ('R', rollback(Scope::Run)),
            ('R', Request::ExerciseHold { reason }),
        ]
    }

    fn rollback(scope: Scope) -> Request {
        Request::Rollback { scope, downstream: true, reason: "because".to_owned() }
    }

    /// What is permitted, a letter each: `V`iew, `D`eclare, `v`ote, `m`anual work, mar`k`, repair a `u`nit, `o`perate,
    /// `R`oll back the run or hold the exercise, `O`pen, `K`eep and `C`ommand a case, `S`ee addresses, keep the `T`ree, rules of
    /// telling (`A`), `L`og of the audit, `P`eople, tend `F`indings, `W`aive them, plan drills and `B`aselines,
    /// issue a report and sign as its author (`N`), r`E`view it and `G`ive approval, keep `d`ocuments and
    /// `p`ublish them.
    fn row(actor: &Actor, simulated: bool) -> String {
        let mut row: Vec<(char, bool)> = Vec::new();
        let mut put = |letter: char, act: Act<'_>| {
            let given = permit(actor, act, simulated).is_ok();
            match row.last() {
                Some((last, before)) if *last == letter => assert_eq!(*before, given, "one answer for {letter}"),
                _ => row.push((letter, given)),
            }
        };
        put('V', Act::View);
        for mode in Mode::ALL {
            put('D', Act::Declare(mode));
        }
        for (letter, request) in &requests() {
            put(*letter, Act::Ask(request));
        }
        for (letter, right) in [('O', CaseRight::Open), ('K', CaseRight::Keep), ('C', CaseRight::Command)] {
            for mode in Mode::ALL {
                put(letter, Act::Case(right, mode));
            }
        }
        for (letter, right) in [('S', TellRight::See), ('T', TellRight::Tend), ('A', TellRight::Rule)] {
            put(letter, Act::Tell(right));
        }
        for (letter, act) in [('L', Act::Audit), ('P', Act::Administer)] {
            put(letter, act);
        }
        for (letter, right) in [('F', ReviewRight::Tend), ('W', ReviewRight::Waive), ('B', ReviewRight::Plan)] {
            put(letter, Act::Review(right));
        }
        let rights = [('N', ReportRight::Write), ('E', ReportRight::Review), ('G', ReportRight::Approve)];
        for (letter, right) in rights {
            for mode in Mode::ALL {
                put(letter, Act::Report(right, mode));
            }
        }
        for (letter, right) in [('d', DocumentRight::Keep), ('p', DocumentRight::Publish)] {
            put(letter, Act::Document(right));
        }
        row.into_iter().map(|(letter, given)| if given { letter } else { '-' }).collect()
    }

    #[test]
    fn door_by_role_by_act() {
        let by_role: [(&[&str], &str); 14] = [
            (&[], "------------------------"),
            (&["commander"], "VDvmkuoROKCST---FWBNEGdp"),
            (&["deputy"], "VDvmkuoROKCST---FWBNEGdp"),
            (&["situation-room"], "V-vmk---OK-ST---F--NE-d-"),
            (&["tier-lead"], "V-vm-u--OK-S----F--NE-d-"),
            (&["operator"], "VDvmkuo-O--S----F--N--d-"),
            (&["approver"], "V-vm-------S-----W--EG-p"),
            (&["business-owner"], "V-vm----------------E---"),
            (&["observer"], "V--m--------------------"),
            (&["auditor"], "V----------S--L---------"),
            (&["admin"], "V----------STALP--------"),
            // A role that only runbooks know votes and works where they name it.
            (&["dba-lead"], "V-vm--------------------"),
            (&["admin", "auditor", "observer"], "V--m-------STALP--------"),
            (&["admin", "operator"], "VDvmkuo-O--STALPF--N--d-"),
        ];
        for (roles, wanted) in by_role {
            for via in [Door::Console, Door::Api] {
                // That people are simulated gives real ones nothing.
                for simulated in [false, true] {
                    assert_eq!(row(&actor(via, roles), simulated), wanted, "{via:?} with {roles:?}, {simulated}");
                }
            }
            assert_eq!(row(&actor(Door::CommandLine, roles), false), "VDvmkuoROKCSTALPFWBNEGdp", "{roles:?}");
            assert_eq!(row(&actor(Door::Simulation, roles), false), "------------------------", "{roles:?}");
            assert_eq!(row(&actor(Door::Simulation, roles), true), "--vm--------------------", "{roles:?}");
        }
        for role in ROLES {
            assert!(by_role.iter().any(|(roles, _)| *roles == [role]), "{role} has no row");
        }
    }

    #[test]
    fn what_an_admin_holds_counts_at_no_gate() {
        let admin = "admin".parse().unwrap();
        assert!(!actor(Door::Console, &["admin"]).holds(&admin));
        assert!(!actor(Door::Api, &["admin"]).holds(&admin));
    }

    #[test]
    fn who_only_looks_on_has_no_vote_to_tell_by_phone() {
        let told = |roles: &[&str]| {
            let roles = roles.iter().map(|role| role.parse().unwrap()).collect();
            let (approver, witness) = ("lee".parse().unwrap(), "park".parse().unwrap());
            let hand = Hand::Phone(Call { approver, roles, witness, called_at: Timestamp(0) });
            let ballot = Box::new(Ballot { hand, ..Ballot::new(true, String::new(), Digest::ZERO) });
            let vote = Request::Vote { unit: "db".parse().unwrap(), ballot };
            permit(&actor(Door::Console, &["situation-room"]), Act::Ask(&vote), false).is_ok()
        };
        assert!(told(&["auditor", "approver"]) && !told(&["auditor"]) && !told(&["admin", "observer"]));
    }

    #[test]
    fn a_denial_says_what_is_needed() {
        let denied = permit(&actor(Door::Console, &["auditor"]), Act::Ask(&Request::Resume), false).unwrap_err();
        assert_eq!(denied.code, "needs_operator");
        assert!(denied.to_string().contains("operator, commander"));
    }
}
