//! Whether a value is of the type of its parameter.

use super::super::diagnostic::Finding;
use super::super::document::{Param, ParamType};
use super::super::tree::{Kind, NodeId};
use super::super::{Code, Spanned, nearest};
use super::expander::Expander;
use crate::base::{Millis, ParamName, TargetName};

impl ParamType {
    /// The word in YAML.
    pub(super) const fn keyword(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "number",
            Self::Bool => "bool",
            Self::Duration => "duration",
            Self::Target => "target",
            Self::Enum => "enum",
            Self::List => "list",
        }
    }

    /// What a value must be, in English and Korean.
    const fn wanted(self) -> [&'static str; 2] {
        match self {
            Self::Text => ["a text", "글"],
            Self::Number => ["a number in decimal digits, without quotes", "따옴표 없는 십진수"],
            Self::Bool => ["`true` or `false`, without quotes", "따옴표 없는 `true` 또는 `false`"],
            Self::Duration => ["a duration such as `90s`", "`90s` 같은 시간"],
            Self::Target => ["the name of a target", "타깃 이름"],
            Self::Enum => ["one of its options", "options 중 하나"],
            Self::List => ["a list", "목록"],
        }
    }
}

impl Expander<'_, '_> {
    /// Reports a value that does not fit its parameter; `of` is the component, where the value was given by a use of it.
    pub(super) fn fits(&mut self, name: &Spanned<ParamName>, param: &Param, value: NodeId, of: Option<&str>) -> bool {
        let Some(kind) = param.kind else { return true };
        let fits = match self.tree.kind(value) {
            Kind::Broken => return false,
            Kind::List(_) => kind == ParamType::List,
            Kind::Map(_) | Kind::Alias(_) => false,
            Kind::Scalar { text, plain } => match kind {
                ParamType::Text => !self.tree.is_null(value) && !text.contains('\0'),
                ParamType::Number => *plain && is_number(text),
                ParamType::Bool => {
                    *plain && matches!(text.as_ref(), "true" | "True" | "TRUE" | "false" | "False" | "FALSE")
                }
                ParamType::Duration => text.parse::<Millis>().is_ok(),
                ParamType::Target => text.parse::<TargetName>().is_ok(),
                ParamType::Enum => param.options.iter().flatten().any(|option| option.value == *text),
                ParamType::List => false,
            },
        };
        if !fits {
            self.misfit(name, param, kind, value, of);
        }
        fits
    }

    fn misfit(&mut self, name: &Spanned<ParamName>, param: &Param, kind: ParamType, value: NodeId, of: Option<&str>) {
        let span = self.tree.span(value);
        let written = self.tree.text(value).filter(|_| !self.tree.is_null(value)).map(str::to_owned);
        let [en, ko] = kind.wanted();
        self.findings.report(Code::Argument, span, || {
            let (found, found_ko) = match &written {
                Some(text) => (format!("`{text}`"), format!("`{text}`")),
                None => ("something else".to_owned(), "다른 것".to_owned()),
            };
            let finding = Finding::new(
                format!("`{}` is {en}, and this is {found}", name.value),
                format!("`{}`에는 {ko}이(가) 와야 하는데 {found_ko}이(가) 있습니다", name.value),
            );
            let finding = if of.is_some() { finding.also(name.span, "the parameter", "매개변수") } else { finding };
            let options: Vec<&str> = param.options.iter().flatten().map(|option| option.value.as_str()).collect();
            if options.is_empty() {
                return finding.help(format!("write {en}"), format!("{ko}을(를) 쓰십시오"));
            }
            let all = options.iter().map(|option| format!("`{option}`")).collect::<Vec<_>>().join(", ");
            let near = written.as_deref().and_then(|text| nearest(text, options.iter().copied()));
            finding.help(format!("write one of {all}"), format!("다음 중 하나를 쓰십시오: {all}")).suggest(span, near)
        });
    }
}

fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "0"));
    let all = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    all(whole) && all(part) && (whole == "0" || !whole.starts_with('0')) && text.len() <= 32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_decimal() {
        for text in ["0", "5", "-3", "1.5", "0.25"] {
            assert!(is_number(text), "{text}");
        }
        for text in ["", "-", "0755", "1e3", "0x10", "1.", ".5", "1_000", "+5"] {
            assert!(!is_number(text), "{text}");
        }
    }
}
