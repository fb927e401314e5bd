//! What is wrong with an expression.

use std::ops::Range;

use crate::base::Text;

/// A fault and its place, in bytes of the expression's text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct Fault {
    /// Where.
    pub(in super::super) place: Range<usize>,
    /// What is wrong.
    pub(in super::super) message: Text,
    /// What to do.
    pub(in super::super) help: Option<Text>,
    /// What was most likely meant in this place.
    pub(in super::super) instead: Option<String>,
    /// The expression is sound, but a name in it stands for nothing here.
    pub(in super::super) of_name: bool,
}

impl Fault {
    /// A fault with its sentence in English and in Korean.
    pub(in super::super) fn new(place: Range<usize>, en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { place, message: Text::new(ko, en), help: None, instead: None, of_name: false }
    }

    /// A name that stands for nothing here; its place comes later.
    pub(in super::super) fn name(en: impl Into<String>, ko: impl Into<String>) -> Self {
        Self { of_name: true, ..Self::new(0..0, en, ko) }
    }

    /// What to do.
    pub(in super::super) fn help(mut self, en: impl Into<String>, ko: impl Into<String>) -> Self {
        self.help = Some(Text::new(ko, en));
        self
    }

    /// A near miss of a part of the name in this place.
    pub(in super::super) fn near(self, near: &str) -> Self {
        self.help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
    }

    /// A near miss, if there is one; otherwise what is there.
    pub(in super::super) fn meant(mut self, near: Option<String>, known: &[String]) -> Self {
        self.help = match &near {
            Some(near) => {
                Some(Text::new(format!("`{near}`을(를) 쓰려고 하셨습니까?"), format!("did you mean `{near}`?")))
            }
            None if known.is_empty() => None,
            None => {
                let all = known.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
                Some(Text::new(format!("쓸 수 있는 것: {all}"), format!("there are: {all}")))
            }
        };
        self.instead = near;
        self
    }
}
