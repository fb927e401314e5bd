//! Why a document is not kept.

use crate::base::Bilingual;

/// Why a document is not kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unfit {
    /// It has no title.
    #[error("a document needs a title")]
    NoTitle,
    /// Nobody looks after it.
    #[error("a document needs at least one owner")]
    NoOwner,
    /// A text is too long.
    #[error("a title has at most 200 characters, a summary 4,000, a name 80; there are at most 20 owners")]
    TooLong,
    /// Too many files.
    #[error("a document has at most {0} files")]
    TooManyFiles(usize),
    /// It ends before it begins.
    #[error("the period ends before it begins")]
    Period,
    /// Somebody else has saved it meanwhile.
    #[error("version {0} has been saved in the meantime: look at it first")]
    MovedOn(u32),
}

impl Unfit {
    /// A stable word for programs.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoTitle => "no_title",
            Self::NoOwner => "no_owner",
            Self::TooLong => "too_long",
            Self::TooManyFiles(_) => "too_many_files",
            Self::Period => "period",
            Self::MovedOn(_) => "moved_on",
        }
    }
}

impl Bilingual for Unfit {
    fn ko(&self) -> String {
        match self {
            Self::NoTitle => "자료에는 제목이 있어야 합니다".to_owned(),
            Self::NoOwner => "자료에는 담당자가 한 명 이상 있어야 합니다".to_owned(),
            Self::TooLong => "제목은 200자, 설명은 4,000자, 이름은 80자까지이며 담당자는 20명까지입니다".to_owned(),
            Self::TooManyFiles(most) => format!("자료에는 파일이 {most}개까지 붙습니다"),
            Self::Period => "기간의 끝이 시작보다 앞섭니다".to_owned(),
            Self::MovedOn(number) => format!("그 사이에 {number}판이 저장되었습니다. 먼저 확인하십시오"),
        }
    }
}
