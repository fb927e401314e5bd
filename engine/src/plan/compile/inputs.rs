//! What is asked at declaration.

use super::super::{Input, InputKind};
use crate::base::{InputName, Text, Timestamp};
use crate::runbook::{self, Code, Finding, Findings, InputType, Named};

/// Lowers one input. Reports options and defaults that make no sense.
pub(super) fn lower(input: Named<InputName, runbook::Input>, findings: &mut Findings<'_>) -> Option<Input> {
    let runbook::Input { kind, title, required, default, options } = input.value;
    let (name, span) = (input.key.value, input.key.span);
    let options_at = options.as_ref().and_then(|options| options.first().map(|first| first.span));
    let kind = match kind? {
        InputType::Enum => match options {
            Some(options) if !options.is_empty() => {
                InputKind::Enum(options.into_iter().map(|option| option.value).collect())
            }
            _ => {
                if input.whole {
                    findings.report(Code::InputDefault, span, || {
                        Finding::new("an enum needs `options`", "enum 항목에는 `options`가 있어야 합니다")
                            .help("add `options: [one, another]`", "`options: [하나, 다른하나]`와 같이 추가하십시오")
                    });
                }
                return None;
            }
        },
        other => {
            if let Some(at) = options_at {
                findings.report(Code::InputDefault, at, || {
                    Finding::new("only an enum has `options`", "`options`는 enum 항목에만 씁니다")
                        .help("write `type: enum`", "`type: enum`으로 바꾸십시오")
                });
            }
            match other {
                InputType::Secret => InputKind::Secret,
                InputType::Datetime => InputKind::Datetime,
                InputType::Bool => InputKind::Bool,
                InputType::Text | InputType::Enum => InputKind::Text,
            }
        }
    };
    if let Some(default) = &default
        && let Some((en, ko)) = misfit(&kind, &default.value)
    {
        findings.report(Code::InputDefault, default.span, || {
            Finding::new(en, ko).help("change or remove `default`", "`default`를 고치거나 지우십시오")
        });
    }
    Some(Input {
        title: title.unwrap_or_else(|| Text::plain(name.as_str())),
        name,
        kind,
        required: required.unwrap_or(false),
        default: default.map(|default| default.value),
    })
}

/// Why a default does not fit its input.
fn misfit(kind: &InputKind, default: &str) -> Option<(&'static str, &'static str)> {
    match kind {
        InputKind::Secret => Some((
            "a secret has no default: it would stand readable in the runbook",
            "비밀 항목에는 기본값을 둘 수 없습니다. 런북에 그대로 드러납니다",
        )),
        InputKind::Enum(options) if !options.iter().any(|option| option == default) => {
            Some(("this default is none of the options", "이 기본값은 options에 없습니다"))
        }
        InputKind::Datetime if Timestamp::parse_iso(default).is_none() => Some((
            "this default is no instant with its offset, such as `2026-11-21T09:00:00+09:00`",
            "기본값은 `2026-11-21T09:00:00+09:00`처럼 시간대가 있는 시각이어야 합니다",
        )),
        InputKind::Bool if !matches!(default, "true" | "false") => {
            Some(("the default of a bool is `true` or `false`", "bool의 기본값은 `true` 또는 `false`입니다"))
        }
        InputKind::Enum(_) | InputKind::Datetime | InputKind::Bool | InputKind::Text => None,
    }
}
