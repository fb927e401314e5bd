//! Why something that was asked of a case does not happen, and what can be done instead.

use super::Phase;
use crate::base::{Bilingual, Lang, Text};
use crate::report::Word as _;
use crate::run::Denial;

/// A refusal. Nothing was recorded.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}", message.get(Lang::En))]
pub struct Refusal {
    /// A stable word for programs.
    pub code: &'static str,
    /// Why, and what can be done instead.
    pub message: Text,
}

impl Bilingual for Refusal {
    fn ko(&self) -> String {
        self.message.get(Lang::Ko).to_owned()
    }
}

impl From<Denial> for Refusal {
    fn from(denial: Denial) -> Self {
        Self { code: denial.code, message: denial.message }
    }
}

impl Refusal {
    pub(super) fn new(code: &'static str, ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, message: Text::new(ko, en) }
    }

    /// The phase does not allow it.
    pub(super) fn phase(phase: Phase, ko: &str, en: &str) -> Self {
        let (ko_phase, en_phase) = (phase.word(Lang::Ko), phase.word(Lang::En));
        Self::new(
            "case_phase",
            format!("지금 상황은 '{ko_phase}'입니다. {ko}"),
            format!("the case is in the phase \"{en_phase}\": {en}"),
        )
    }

    /// A text that must be there is not.
    pub(super) fn blank(ko: &str, en: &str) -> Self {
        Self::new("case_blank", format!("{ko}을(를) 적으십시오"), format!("write {en}"))
    }
}
