//! What can be wrong with YAML itself, in words for people who do not know its grammar.

use granit_parser::ErrorKind;

use super::super::diagnostic::Finding;
use super::super::{Code, Span};

/// A fault that the parser met at a byte.
pub(super) fn of(text: &str, at: usize, kind: &ErrorKind) -> (Code, Span, Finding) {
    let at = (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
    let length = text[at..].chars().next().filter(|c| *c != '\n').map_or(0, char::len_utf8);
    let here = Span::new(at, at + length);
    match kind {
        ErrorKind::TabNotAllowed
        | ErrorKind::TabInBlockIndentation
        | ErrorKind::TabInIndentation
        | ErrorKind::TabAtBlockScalarStart
        | ErrorKind::TabInPlainScalar => (Code::Tab, tab_near(text, at).unwrap_or(here), tab()),
        // The parser complains about what the tab led to; the author must be told of the tab.
        _ if tab_in_indentation(text, at).is_some() => (Code::Tab, tab_in_indentation(text, at).unwrap_or(here), tab()),
        ErrorKind::RecursionLimitExceeded => (Code::Limit, here, too_deep(super::build::DEPTH_LIMIT)),
        kind => {
            let (en, ko) = sentence(kind);
            (Code::Syntax, here, Finding::new(en, ko).help(help(kind).0, help(kind).1))
        }
    }
}

fn sentence(kind: &ErrorKind) -> (String, String) {
    let (en, ko) = match kind {
        ErrorKind::UnclosedQuotedScalar => ("this quotation mark is never closed", "따옴표가 닫히지 않았습니다"),
        ErrorKind::InvalidIndentation
        | ErrorKind::ExpectedBlockMappingKey
        | ErrorKind::ExpectedBlockSequenceEntry
        | ErrorKind::SimpleKeyExpected
        | ErrorKind::InvalidSimpleKey => {
            ("this line does not fit the lines above it", "이 줄은 위의 줄들과 맞지 않습니다")
        }
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => {
            ("a `key: value` can not stand here", "여기에는 `키: 값`이 올 수 없습니다")
        }
        ErrorKind::BlockSequenceEntryNotAllowed => {
            ("a list item `-` can not stand here", "여기에는 목록 항목 `-`가 올 수 없습니다")
        }
        ErrorKind::UnknownQuotedScalarEscape => {
            ("YAML does not know this escape after a backslash", "YAML에 없는 역슬래시(\\) 이스케이프입니다")
        }
        kind => {
            let kind = kind.to_string();
            return (format!("this is not well-formed YAML: {kind}"), format!("YAML 문법에 맞지 않습니다: {kind}"));
        }
    };
    (en.to_owned(), ko.to_owned())
}

const fn help(kind: &ErrorKind) -> (&'static str, &'static str) {
    match kind {
        ErrorKind::UnclosedQuotedScalar => (
            "close it with the same mark, or leave both marks out",
            "같은 따옴표로 닫거나 양쪽 따옴표를 모두 지우십시오",
        ),
        ErrorKind::UnknownQuotedScalarEscape => (
            "in double quotes write `\\\\` for a backslash, or use single quotes, where nothing is escaped",
            "큰따옴표 안에서는 역슬래시를 `\\\\`로 쓰거나, 작은따옴표를 쓰십시오",
        ),
        ErrorKind::MappingValueNotAllowed | ErrorKind::InvalidColonPlacement => (
            "put a text that holds `: ` in quotes; begin each key on a line of its own",
            "`: `가 들어간 글은 따옴표로 묶고, 키는 줄마다 하나씩 쓰십시오",
        ),
        _ => (
            "check the indentation here and in the line above, and that every bracket and quotation mark is closed",
            "이 줄과 윗줄의 들여쓰기, 그리고 괄호와 따옴표가 모두 닫혔는지 확인하십시오",
        ),
    }
}

/// The first tab in the line of a byte or in the line before it.
fn tab_near(text: &str, at: usize) -> Option<Span> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let end = text[at..].find('\n').map_or(text.len(), |newline| at + newline);
    text[start..end].find('\t').map(|tab| Span::new(start + tab, start + tab + 1))
}

/// A tab before the first character of the line of a byte.
fn tab_in_indentation(text: &str, at: usize) -> Option<Span> {
    let start = text[..at].rfind('\n').map_or(0, |newline| newline + 1);
    let indentation = text[start..].find(|c| c != ' ' && c != '\t').map_or(text.len(), |length| start + length);
    text[start..indentation].find('\t').map(|tab| Span::new(start + tab, start + tab + 1))
}

fn tab() -> Finding {
    Finding::new("YAML is indented with spaces; this is a tab", "YAML 들여쓰기는 공백으로 합니다. 여기에 탭이 있습니다")
        .help("replace the tab by spaces, two a level", "탭을 단계마다 공백 두 칸으로 바꾸십시오")
}

pub(super) fn unknown_anchor(name: &str) -> Finding {
    Finding::new(
        format!("`*{name}` stands for an anchor that was not set before this line"),
        format!("`*{name}`에 해당하는 앵커가 이 줄보다 앞에 없습니다"),
    )
    .help(
        format!("set it with `&{name}` further up; quote the text if it should begin with an asterisk"),
        format!("앞쪽에 `&{name}` 앵커를 두십시오. 별표로 시작하는 글이라면 따옴표로 묶으십시오"),
    )
}

pub(super) fn recursive_anchor(around: Span) -> Finding {
    Finding::new(
        "this alias stands inside its own anchor: it would contain itself",
        "별칭이 자기 자신의 앵커 안에 있습니다",
    )
    .also(around, "the anchor begins here", "앵커가 여기서 시작합니다")
    .help("set the anchor on a part that does not hold the alias", "별칭을 포함하지 않는 부분에 앵커를 두십시오")
}

pub(super) fn merge_of_no_map(key: Span) -> Finding {
    Finding::new("only maps can be merged with `<<`", "`<<`로는 맵만 병합할 수 있습니다")
        .also(key, "merged here", "여기서 병합합니다")
        .help("write `<<: *an-anchor-of-a-map`", "`<<: *맵에-둔-앵커`와 같이 쓰십시오")
}

pub(super) fn duplicate_key(key: &str, first: Span) -> Finding {
    Finding::new(format!("the key `{key}` stands twice in this map"), format!("이 맵에 `{key}` 키가 두 번 있습니다"))
        .here("the second", "두 번째")
        .also(first, "the first", "첫 번째")
        .help(
            "remove one; for two values write a list where the key takes one",
            "하나를 지우십시오. 값이 둘이라면 목록을 받는 키에 목록으로 쓰십시오",
        )
}

pub(super) fn key_is_no_word() -> Finding {
    Finding::new("a key must be a word, not a list or a map", "키는 낱말이어야 하며 목록이나 맵일 수 없습니다").help(
        "texts with braces or brackets need quotes: `\"{{ x }}\"`",
        "중괄호나 대괄호가 든 글은 따옴표로 묶으십시오: `\"{{ x }}\"`",
    )
}

pub(super) fn tag(written: &str) -> Finding {
    Finding::new(
        format!("YAML tags such as `{written}` have no meaning in a runbook"),
        format!("런북에서는 `{written}` 같은 YAML 태그를 쓰지 않습니다"),
    )
    .help(
        "remove the tag; quote the text if it should begin with `!`",
        "태그를 지우십시오. `!`로 시작하는 글이라면 따옴표로 묶으십시오",
    )
}

pub(super) fn scalar_too_long(length: usize, limit: usize) -> Finding {
    Finding::new(
        format!("this text has {length} bytes, at most {limit} are read"),
        format!("이 글은 {length}바이트입니다. 최대 {limit}바이트까지 읽습니다"),
    )
    .help(
        "keep a long script in a file of its own and call it",
        "긴 스크립트는 따로 파일로 두고 그 파일을 실행하십시오",
    )
}

pub(super) fn too_deep(limit: usize) -> Finding {
    Finding::new(
        format!("lists and maps are nested more than {limit} deep here"),
        format!("목록과 맵이 {limit}단계보다 깊게 중첩되었습니다"),
    )
    .help("a runbook needs nine levels at most", "런북은 아홉 단계면 충분합니다")
}

pub(in super::super) fn too_many_nodes(limit: u64) -> Finding {
    Finding::new(
        format!("with its aliases expanded the runbook has more than {limit} values"),
        format!("별칭을 모두 펼치면 런북의 값이 {limit}개를 넘습니다"),
    )
    .help("use fewer aliases of aliases, or divide the runbook", "별칭의 별칭을 줄이거나 런북을 나누십시오")
}
