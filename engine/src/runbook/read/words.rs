//! Values that are one of a few words.

/// Declares an enum whose variants are words of the language.
macro_rules! words {
    (
        $(#[doc = $about:literal])+
        $vis:vis enum $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        $vis enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $crate::runbook::read::Read for $name {
            fn read(
                reader: &mut $crate::runbook::read::Reader<'_, '_>,
                at: $crate::runbook::tree::NodeId,
            ) -> Option<Self> {
                const WORDS: &[&str] = &[$($word),+];
                let written = reader.scalar(at, ["one word", "낱말 하나"])?;
                match written.as_str() {
                    $($word => Some(Self::$variant),)+
                    _ => reader.not_a_word(at, &written, WORDS),
                }
            }

            fn schema(_: &mut $crate::runbook::read::Definitions) -> serde_json::Value {
                serde_json::json!({ "enum": [$($word),+] })
            }
        }
    };
}

pub(in super::super) use words;

use super::super::diagnostic::Finding;
use super::super::nearest;
use super::super::tree::NodeId;
use super::Reader;

impl Reader<'_, '_> {
    /// Reports a word that is none of those wanted.
    pub(in super::super) fn not_a_word<T>(&mut self, at: NodeId, written: &str, words: &[&str]) -> Option<T> {
        let span = self.span(at);
        self.bad(at, || {
            let all = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            Finding::new(
                format!("`{written}` is not possible here"),
                format!("여기에는 `{written}` 값을 쓸 수 없습니다"),
            )
            .help(format!("write one of {all}"), format!("다음 중 하나를 쓰십시오: {all}"))
            .suggest(span, nearest(written, words.iter().copied()))
        })
    }
}
