//! Korean and English side by side.

use std::sync::Arc;

use serde::de::{self, MapAccess, Visitor};
use serde::ser::SerializeStruct as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

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

/// A text for people in both languages. Where both forms are the same, a plain string stands for them: in YAML as in the
/// journal and in reports. Clones share their letters: what a step is called stands beside each of its attempts.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default)]
pub struct Text {
    ko: Arc<str>,
    en: Arc<str>,
}

impl Text {
    /// A text with a form for each language.
    pub fn new(ko: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ko: ko.into().into(), en: en.into().into() }
    }

    /// One form for both languages, as for names, commands and the words of a person.
    pub fn plain(text: impl Into<String>) -> Self {
        let text: Arc<str> = text.into().into();
        Self { ko: Arc::clone(&text), en: text }
    }

    /// The form for one language.
    pub fn get(&self, lang: Lang) -> &str {
        match lang {
            Lang::Ko => &self.ko,
            Lang::En => &self.en,
        }
    }

    /// Both forms, each changed in the same way.
    #[must_use]
    pub fn map(&self, change: impl Fn(&str) -> String) -> Self {
        Self::new(change(&self.ko), change(&self.en))
    }

    /// Whether neither form says anything.
    pub fn is_blank(&self) -> bool {
        self.ko.trim().is_empty() && self.en.trim().is_empty()
    }
}

/// What can be said to people in both languages. The English form is that of [`Display`](std::fmt::Display), which logs use.
pub trait Bilingual: std::fmt::Display {
    /// The Korean form.
    fn ko(&self) -> String;

    /// Both.
    fn text(&self) -> Text {
        Text::new(self.ko(), self.to_string())
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.ko == self.en {
            return serializer.serialize_str(&self.en);
        }
        let mut forms = serializer.serialize_struct("Text", 2)?;
        forms.serialize_field("ko", &*self.ko)?;
        forms.serialize_field("en", &*self.en)?;
        forms.end()
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Forms)
    }
}

struct Forms;

impl<'de> Visitor<'de> for Forms {
    type Value = Text;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a text, or its forms `ko` and `en`")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<Text, E> {
        Ok(Text::plain(text))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Text, A::Error> {
        let (mut ko, mut en) = (None::<String>, None);
        while let Some(key) = map.next_key::<String>()? {
            let form = match key.as_str() {
                "ko" => &mut ko,
                "en" => &mut en,
                _ => return Err(de::Error::unknown_field(&key, &["ko", "en"])),
            };
            if form.replace(map.next_value()?).is_some() {
                return Err(de::Error::custom(format_args!("the form `{key}` is there twice")));
            }
        }
        Ok(Text::new(
            ko.ok_or_else(|| de::Error::missing_field("ko"))?,
            en.ok_or_else(|| de::Error::missing_field("en"))?,
        ))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_written_as_a_string_where_both_forms_are_the_same() {
        for (text, written) in [
            (Text::plain("exit 0"), r#""exit 0""#),
            (Text::new("거부됨", "refused"), r#"{"ko":"거부됨","en":"refused"}"#),
        ] {
            assert_eq!(serde_json::to_string(&text).unwrap(), written);
            assert_eq!(serde_json::from_str::<Text>(written).unwrap(), text);
        }
    }

    #[test]
    fn a_text_with_a_form_missing_unknown_or_twice_is_refused() {
        for wrong in [
            r#"{"ko":"가"}"#,
            r#"{"en":"a"}"#,
            r#"{"ko":"가","en":"a","fr":"à"}"#,
            r#"{"ko":"가","ko":"나","en":"a"}"#,
            "1",
        ] {
            assert!(serde_json::from_str::<Text>(wrong).is_err(), "{wrong}");
        }
    }
}
