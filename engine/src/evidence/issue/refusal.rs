//! Why a version is not issued, or a box not signed.

use crate::base::Lang;
use crate::base::{Bilingual, UserName};
use crate::report::SignBox;
use crate::report::Word as _;

/// Why a version is not issued, or a box not signed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotIssued {
    /// The run goes on, and the report with it.
    #[error("the run is not over: its report is issued when it is")]
    NotOver,
    /// Somebody else has issued a version since the page was shown.
    #[error("version {0} has been issued in the meantime: look at it first")]
    MovedOn(u32),
    /// Another version without a word why.
    #[error("say why the report is issued anew")]
    NoReason,
    /// There is a newer version.
    #[error("version {0} has taken its place: sign that one")]
    Superseded(u32),
    /// What the page showed is not this version.
    #[error("what you were shown is not what is kept as this version: load the page again")]
    OtherDigest,
    /// What is kept is no longer what was issued.
    #[error(
        "what is kept as this version, or the journal that it rests on, was changed: it can not be signed. Issue it anew"
    )]
    Changed,
    /// The box is signed.
    #[error("{} is signed already, by {by}", part.word(Lang::En))]
    Signed {
        /// The box.
        part: SignBox,
        /// Who signed it.
        by: UserName,
    },
    /// One before it is not.
    #[error("the box before it is to be signed first: {}", .0.word(Lang::En))]
    Order(SignBox),
    /// One person, two boxes.
    #[error("you have signed this version as {} already: each box is another person's", .0.word(Lang::En))]
    SamePerson(SignBox),
}

impl NotIssued {
    /// A stable word for programs.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotOver => "not_over",
            Self::MovedOn(_) => "moved_on",
            Self::NoReason => "no_reason",
            Self::Superseded(_) => "superseded",
            Self::OtherDigest => "other_digest",
            Self::Changed => "content_changed",
            Self::Signed { .. } => "signed_already",
            Self::Order(_) => "out_of_order",
            Self::SamePerson(_) => "same_person",
        }
    }
}

impl Bilingual for NotIssued {
    fn ko(&self) -> String {
        match self {
            Self::NotOver => "실행이 끝나지 않았습니다. 보고서는 실행이 끝난 뒤에 발행합니다".to_owned(),
            Self::MovedOn(number) => format!("그 사이에 제{number}판이 발행되었습니다. 먼저 확인하십시오"),
            Self::NoReason => "다시 발행하는 사유를 쓰십시오".to_owned(),
            Self::Superseded(number) => format!("제{number}판이 이 판을 대신합니다. 그 판에 결재하십시오"),
            Self::OtherDigest => "화면에 보인 것이 이 판으로 보관된 내용이 아닙니다. 화면을 다시 여십시오".to_owned(),
            Self::Changed => {
                "이 판으로 보관된 내용이나 그 바탕이 된 저널이 바뀌어 결재할 수 없습니다. 다시 발행하십시오".to_owned()
            }
            Self::Signed { part, by } => format!("{by} 님이 이미 {} 결재를 했습니다", part.word(Lang::Ko)),
            Self::Order(part) => format!("{} 결재가 먼저입니다", part.word(Lang::Ko)),
            Self::SamePerson(part) => {
                format!("이 판에 이미 {}(으)로 결재했습니다. 칸마다 다른 사람이 결재합니다", part.word(Lang::Ko))
            }
        }
    }
}
