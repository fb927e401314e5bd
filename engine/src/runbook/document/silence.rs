//! Lints that are kept silent.

use serde_json::{Value, json};

use super::super::diagnostic::Finding;
use super::super::read::{Definitions, Read, Reader, shape};
use super::super::tree::NodeId;
use super::super::{Code, Spanned, nearest};
use crate::base::{Lang, Text};

shape! {
    /// A lint that is kept silent, and why.
    pub struct Silence ["an item of `silence`", "`silence`의 항목"] {
        /// The lint, by its code or its name: L12 or no-post-check.
        (required) "lint" => lint: Spanned<Lint>,
        /// Why it may be silent here.
        (required) "reason" => reason: Reason,
    }
}

/// A lint that may be kept silent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lint(
    /// Never an error.
    pub Code,
);

/// Everything that may stand there.
fn words() -> Vec<String> {
    let codes = Code::ALL.iter().filter(|code| code.can_be_silenced());
    codes.flat_map(|code| [code.id().to_owned(), code.name()]).collect()
}

impl Read for Lint {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["the code or the name of a lint", "진단의 코드 또는 이름"])?;
        let span = reader.span(at);
        let called = Code::called(&written);
        if let Some(code) = called.filter(|code| code.can_be_silenced()) {
            return Some(Self(code));
        }
        reader.findings.report(Code::Silence, span, || match called {
            Some(Code::IdleSilence) => Finding::new(
                "what is said of silences can not be silenced",
                "`silence` 자체에 대한 경고는 숨길 수 없습니다",
            )
            .help("remove the silence that silences nothing", "아무것도 숨기지 않는 항목을 지우십시오"),
            Some(code) => Finding::new(
                format!("{code} is an error: it can not be silenced"),
                format!("{code}은(는) 오류이므로 숨길 수 없습니다"),
            )
            .help(
                "only warnings and notes can; correct the error",
                "경고와 알림만 숨길 수 있습니다. 오류는 고치십시오",
            ),
            None => {
                let known = words();
                let near = nearest(&written, known.iter().map(String::as_str));
                let finding = Finding::new(
                    format!("there is no lint `{written}`"),
                    format!("`{written}`(이)라는 진단이 없습니다"),
                );
                match near {
                    Some(near) => finding
                        .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                        .suggest(span, Some(near)),
                    None => finding.help(
                        "write the code or the name that `relight check` shows, such as `L12` or `no-post-check`",
                        "`relight check`가 보여 주는 코드나 이름을 쓰십시오. 예: `L12`, `no-post-check`",
                    ),
                }
            }
        });
        None
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "enum": words() })
    }
}

/// A reason in words.
#[derive(Debug, Clone)]
pub struct Reason(
    /// Not blank in either language.
    pub Text,
);

impl Read for Reason {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let text = Text::read(reader, at)?;
        if [Lang::Ko, Lang::En].iter().all(|lang| !text.get(*lang).trim().is_empty()) {
            return Some(Self(text));
        }
        reader.bad(at, || {
            Finding::new("a reason is wanted here, this is blank", "사유가 비어 있습니다")
                .help("say why the lint may be silent here", "이 진단을 숨겨도 되는 사유를 쓰십시오")
        })
    }

    fn schema(definitions: &mut Definitions) -> Value {
        Text::schema(definitions)
    }
}
