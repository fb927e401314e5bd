//! Korean and English side by side.

use serde::{Deserialize, Serialize};

/// A language of the screens and reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// 한국어
    #[default]
    Ko,
    /// English
    En,
}

impl Lang {
    /// The BCP 47 tag, also the value of the `lang` attribute.
    pub const fn tag(self) -> &'static str {
        match self {
            Self::Ko => "ko",
            Self::En => "en",
        }
    }

    /// Both languages, in the order in which they are offered.
    pub const ALL: [Self; 2] = [Self::Ko, Self::En];
}

/// A text for people in both languages. A plain string in YAML stands for both.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Text {
    ko: String,
    en: String,
}

impl Text {
    /// A text with a form for each language.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into(), en: en.into() }
    }

    /// One form for both languages, as for names and commands.
    pub fn plain(text: impl Into<String>) -> Self {
        let text = text.into();
        Self { ko: text.clone(), en: text }
    }

    /// The form for one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }
}
