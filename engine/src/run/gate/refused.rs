//! Why a vote is not taken.

use super::super::roles::{SITUATION_ROOM, known_words, role_word};
use crate::base::{Bilingual, Lang, RoleName, Text, Timestamp, UserName};

/// Why a vote is not taken.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VoteRefused {
    /// The voter holds none of the roles that may vote now.
    #[error("this gate asks for {}; {name} holds none of these roles", .wanted.get(Lang::En))]
    NoRole {
        /// The roles, in words.
        wanted: Text,
        /// The voter.
        name: UserName,
    },
    /// The role has given all approvals that it has to give.
    #[error("{} has given its approval already; still wanted: {}", role_word(.role).get(Lang::En), .open.get(Lang::En))]
    Full {
        /// The role.
        role: RoleName,
        /// Those that are wanted, in words.
        open: Text,
    },
    /// A person in it declared the run.
    #[error("{name} declared this run and may not approve it; ask another approver")]
    Requester {
        /// The person.
        name: UserName,
    },
    /// A person in it wrote the runbook.
    #[error("{name} wrote this runbook and may not approve it; ask another approver")]
    Author {
        /// The person.
        name: UserName,
    },
    /// The voter has voted, or somebody has in that name.
    #[error("{name} has voted already, in person or through somebody; votes are not changed and each counts once")]
    Again {
        /// The voter.
        name: UserName,
    },
    /// What was shown to the voter is not what is asked now.
    #[error("what this vote is about has changed since the page was opened: look at it again and vote again")]
    Lapsed,
    /// A rejection without a reason.
    #[error("a rejection needs a reason in the comment")]
    NoReason,
    /// An approval before a point of no return by somebody who has not shown lately who he is.
    #[error(
        "a point of no return stands behind this gate: confirm with your password or code, then approve within 5 minutes"
    )]
    Unconfirmed,
    /// A delegate of oneself.
    #[error("{name} can not stand in for {name}")]
    OwnDelegate {
        /// The person.
        name: UserName,
    },
    /// A delegation that is not in force.
    #[error("{name} does not stand in for {from} now: the delegation has not begun, is over, or was never given")]
    NotDelegated {
        /// The delegate.
        name: UserName,
        /// Who would be stood in for.
        from: UserName,
    },
    /// Who enters a call does not hold the role for that.
    #[error("what was told by phone is entered by {}; {name} does not hold that role", scribe(Lang::En))]
    NoScribe {
        /// The person.
        name: UserName,
    },
    /// A call without three persons.
    #[error("approver, witness and who enters the call must be three persons")]
    NoWitness,
    /// A call at an instant at which it can not have been.
    #[error("the call must have been while the gate asked, between {} and {}", .opened_at.in_seoul(), .now.in_seoul())]
    CallTime {
        /// When the gate opened.
        opened_at: Timestamp,
        /// Now.
        now: Timestamp,
    },
}

impl Bilingual for VoteRefused {
    fn ko(&self) -> String {
        match self {
            Self::NoRole { wanted, name } => {
                let wanted = wanted.get(Lang::Ko);
                format!("이 게이트는 {wanted} 역할의 승인을 기다립니다. {name} 님에게는 그 역할이 없습니다")
            }
            Self::Full { role, open } => {
                let (role, open) = (role_word(role), open.get(Lang::Ko));
                format!("{} 역할은 이미 승인했습니다. 아직 필요한 역할: {open}", role.get(Lang::Ko))
            }
            Self::Requester { name } => {
                format!("{name} 님은 이 실행을 선포한 사람이라 승인할 수 없습니다. 다른 승인자에게 요청하십시오")
            }
            Self::Author { name } => {
                format!("{name} 님은 이 런북의 작성자라 승인할 수 없습니다. 다른 승인자에게 요청하십시오")
            }
            Self::Again { name } => {
                format!("{name} 님은 직접 또는 대행으로 이미 투표했습니다. 표는 바꿀 수 없고 한 번만 셉니다")
            }
            Self::Lapsed => "화면을 연 뒤에 승인할 내용이 바뀌었습니다. 다시 확인하고 투표하십시오".to_owned(),
            Self::NoReason => "반려하려면 의견에 사유를 적어야 합니다".to_owned(),
            Self::Unconfirmed => {
                "이 게이트 뒤에 되돌릴 수 없는 지점이 있습니다. 비밀번호나 인증 코드로 본인임을 다시 확인하고 5분 안에 승인하십시오".to_owned()
            }
            Self::OwnDelegate { name } => format!("{name} 님은 자기 자신을 대행할 수 없습니다"),
            Self::NotDelegated { name, from } => format!(
                "{name} 님은 지금 {from} 님의 대행이 아닙니다. 대행 기간이 시작되지 않았거나 끝났거나, 위임된 적이 없습니다"
            ),
            Self::NoScribe { name } => {
                format!("전화 승인은 {} 역할이 입력합니다. {name} 님에게는 그 역할이 없습니다", scribe(Lang::Ko))
            }
            Self::NoWitness => "승인자, 입회자, 입력자는 서로 다른 세 사람이어야 합니다".to_owned(),
            Self::CallTime { opened_at, now } => format!(
                "통화 시각은 게이트가 열려 있던 동안({}부터 {}까지)이어야 합니다",
                opened_at.in_seoul(),
                now.in_seoul()
            ),
        }
    }
}

/// Who enters what was told by phone, in words.
fn scribe(lang: Lang) -> String {
    known_words(&[SITUATION_ROOM]).get(lang).to_owned()
}

impl VoteRefused {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NoRole { .. } => "not_an_approver",
            Self::Full { .. } => "role_has_approved",
            Self::Requester { .. } => "requester_excluded",
            Self::Author { .. } => "author_excluded",
            Self::Again { .. } => "already_voted",
            Self::Lapsed => "vote_lapsed",
            Self::NoReason => "reason_missing",
            Self::Unconfirmed => "confirmation_needed",
            Self::OwnDelegate { .. } => "own_delegate",
            Self::NotDelegated { .. } => "not_delegated",
            Self::NoScribe { .. } => "not_a_scribe",
            Self::NoWitness => "witness_missing",
            Self::CallTime { .. } => "call_outside_the_gate",
        }
    }
}
