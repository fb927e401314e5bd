//! Single values: texts, names, durations, numbers, addresses.

use serde_json::{Value, json};

use super::super::Code;
use super::super::diagnostic::Finding;
use super::super::tree::{Kind, NodeId};
use super::{Definitions, Read, Reader};
use crate::base::{
    Bilingual as _, BranchName, CaseClass, CasePart, ComponentId, ContactName, FacilityScope, InputName, InvalidName,
    InventoryId, LabelName, LinkName, LockName, Millis, Mode, OrgId, OutputName, ParamName, ParseMillisError,
    RegionName, RoleName, RunbookId, SecretName, ServiceId, SiteName, StageId, TargetName, Text, TierName, UnitId,
    UserName,
};

/// A text exactly as written: `0755` stays `0755` and `yes` stays `yes`, quoted or not.
impl Read for String {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let text = reader.scalar(at, ["a text", "글"])?;
        if text.contains('\0') {
            return reader.bad(at, || {
                Finding::new("a text can not hold the character NUL", "글에 NUL 문자를 넣을 수 없습니다")
                    .help("remove the escape `\\0`", "`\\0` 이스케이프를 지우십시오")
            });
        }
        Some(text)
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": ["string", "number", "boolean"] })
    }
}

impl Read for Box<str> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        String::read(reader, at).map(String::into_boxed_str)
    }

    fn schema(definitions: &mut Definitions) -> Value {
        String::schema(definitions)
    }
}

/// One text for both languages, or `{ko, en}`, of which one may be missing.
impl Read for Text {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let Kind::Map(_) = reader.tree.kind(at) else {
            return String::read(reader, at).map(Self::plain);
        };
        let both = Languages::read(reader, at)?;
        match (both.ko, both.en) {
            (Some(ko), Some(en)) => Some(Self::new(ko, en)),
            (Some(one), None) | (None, Some(one)) => Some(Self::plain(one)),
            (None, None) => reader.wrong(at, ["a text or `{ko: …, en: …}`", "글 또는 `{ko: …, en: …}`"]),
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("Text", |definitions| {
            let mut languages = Languages::schema(definitions);
            languages["minProperties"] = 1.into();
            json!({
                "description": "A text for people: one for both languages, or one for each.",
                "anyOf": [String::schema(definitions), languages],
            })
        })
    }
}

super::shape! {
    /// A text in two languages.
    pub(super) struct Languages ["a text in two languages", "두 언어로 쓴 글"] {
        /// The Korean text.
        "ko" => ko: String,
        /// The English text.
        "en" => en: String,
    }
}

impl Read for bool {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match (reader.tree.kind(at), reader.scalar(at, ["`true` or `false`", "`true` 또는 `false`"])?.as_str()) {
            (Kind::Scalar { plain: true, .. }, "true" | "True" | "TRUE") => Some(true),
            (Kind::Scalar { plain: true, .. }, "false" | "False" | "FALSE") => Some(false),
            (_, written) => {
                let meant = match written.to_ascii_lowercase().as_str() {
                    "yes" | "on" | "y" | "true" | "1" => Some("true"),
                    "no" | "off" | "n" | "false" | "0" => Some("false"),
                    _ => None,
                };
                let (span, written) = (reader.span(at), written.to_owned());
                reader.bad(at, || {
                    Finding::new(
                        format!("`true` or `false` is wanted here, this is the text `{written}`"),
                        format!("`true` 또는 `false`가 와야 하는데 `{written}`(이)라는 글이 있습니다"),
                    )
                    .help(
                        "write `true` or `false` without quotes; YAML 1.2 reads `yes`, `no`, `on`, `off` as texts",
                        "따옴표 없이 `true` 또는 `false`를 쓰십시오. YAML 1.2에서 `yes`, `no`, `on`, `off`는 글입니다",
                    )
                    .suggest(span, meant)
                })
            }
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "boolean" })
    }
}

/// A whole number between two bounds, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Count<const MIN: u32, const MAX: u32>(
    /// The number.
    pub u32,
);

impl<const MIN: u32, const MAX: u32> Read for Count<MIN, MAX> {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a whole number", "정수"])?;
        let plain = matches!(reader.tree.kind(at), Kind::Scalar { plain: true, .. });
        let digits = written.strip_prefix('+').unwrap_or(&written);
        let decimal = digits == "0" || (!digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit()));
        let number = if plain && decimal { digits.parse().ok() } else { None };
        match number {
            Some(number) if (MIN..=MAX).contains(&number) => Some(Self(number)),
            _ => reader.bad(at, || {
                Finding::new(
                    format!("`{written}` is not a whole number from {MIN} to {MAX}"),
                    format!("`{written}`은(는) {MIN}부터 {MAX}까지의 정수가 아닙니다"),
                )
                .help("write it in decimal digits, without quotes", "따옴표 없이 십진수로 쓰십시오")
            }),
        }
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "integer", "minimum": MIN, "maximum": MAX })
    }
}

impl Read for Millis {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a duration such as `90s`", "`90s` 같은 시간"])?;
        let span = reader.span(at);
        written.parse().map_or_else(
            |fault: ParseMillisError| {
                reader.bad(at, || {
                    let finding = Finding::new(
                        format!("`{written}` is not a duration"),
                        format!("`{written}`은(는) 시간으로 읽을 수 없습니다"),
                    )
                    .help(
                        fault.to_string(),
                        "숫자 뒤에 단위를 붙이십시오: `250ms`, `90s`, `5m`, `1h 30m`, `2d` (최대 365일)",
                    );
                    match &fault {
                        ParseMillisError::NoUnit(number) if *number == written => {
                            finding.suggest(span, Some(&format!("{number}s")))
                        }
                        ParseMillisError::NoUnit(_) | ParseMillisError::Malformed | ParseMillisError::TooLong => {
                            finding
                        }
                    }
                })
            },
            Some,
        )
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("Duration", |_| {
            json!({
                "description": "A duration with its unit: 250ms, 90s, 5m, 1h 30m, 2d.",
                "type": "string",
                "pattern": r"^\s*([0-9]+(\.[0-9]{1,6})?(ms|s|m|h|d)\s*)+$",
            })
        })
    }
}

macro_rules! names {
    ($($name:ident)*) => {$(
        impl Read for $name {
            fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
                let written = reader.scalar(at, ["a name", "이름"])?;
                match written.parse() {
                    Ok(name) => Some(name),
                    Err(fault) => {
                        bad_name(reader, at, &written, &fault);
                        None
                    }
                }
            }

            fn schema(definitions: &mut Definitions) -> Value {
                name_schema(definitions)
            }
        }
    )*};
}

names!(RunbookId StageId UnitId ServiceId TierName TargetName InputName RoleName BranchName OutputName);
names!(ComponentId ParamName InventoryId SiteName RegionName SecretName LabelName LinkName ContactName LockName UserName);

impl Read for OrgId {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a path of names such as `bank/it`", "`은행/it` 같은 이름의 경로"])?;
        written.parse().map_or_else(
            |fault: InvalidName| {
                bad_path(reader, at, &written, &fault);
                None
            },
            Some,
        )
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("Organisation", |_| {
            json!({
                "description": "An organisation: the names from the top of the tree down to it, with '/' between them.",
                "type": ["string", "integer"],
                "pattern": r"^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*(/[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*){0,7}$",
                "maxLength": 519,
            })
        })
    }
}

fn bad_path(reader: &mut Reader<'_, '_>, at: NodeId, written: &str, fault: &InvalidName) {
    let span = reader.span(at);
    reader.findings.report(Code::BadName, span, || {
        let meant = written.trim().trim_matches('/');
        Finding::new(
            format!("`{written}` can not be an organisation"),
            format!("`{written}`은(는) 조직으로 쓸 수 없습니다"),
        )
        .help(
            format!("{fault}; an organisation is at most 8 such names with '/' between them"),
            format!("{}. 조직은 이런 이름을 '/'로 이어 8단계까지 씁니다", fault.ko()),
        )
        .suggest(span, (meant != written && meant.parse::<OrgId>().is_ok()).then_some(meant))
    });
}

/// One of the words that runbooks and cases share.
macro_rules! read_keyword {
    ($($name:ident [$en:literal, $ko:literal],)+) => {$(
        impl Read for $name {
            fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
                let written = reader.scalar(at, [$en, $ko])?;
                let words: Vec<&str> = Self::ALL.iter().map(|word| word.keyword()).collect();
                Self::from_keyword(&written).or_else(|| reader.not_a_word(at, &written, &words))
            }

            fn schema(_: &mut Definitions) -> Value {
                json!({ "enum": Self::ALL.iter().map(|word| word.keyword()).collect::<Vec<_>>() })
            }
        }
    )+};
}

read_keyword! {
    CaseClass ["a class of events", "사건 구분"],
    CasePart ["a part in a case", "상황에서의 구실"],
    FacilityScope ["a scope of the facility", "시설 범위"],
}

impl Read for Mode {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a mode", "모드"])?;
        let words = Self::ALL.map(Self::keyword);
        Self::from_keyword(&written).or_else(|| reader.not_a_word(at, &written, &words))
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "enum": Self::ALL.map(Self::keyword) })
    }
}

fn bad_name(reader: &mut Reader<'_, '_>, at: NodeId, written: &str, fault: &InvalidName) {
    let span = reader.span(at);
    reader.findings.report(Code::BadName, span, || {
        let ko = match fault {
            InvalidName::Empty => "이름은 비어 있을 수 없습니다".to_owned(),
            InvalidName::TooLong => "이름은 최대 64자입니다".to_owned(),
            InvalidName::Character(character) => {
                format!("이름에는 글자, 숫자, `-`, `_`, `.`만 쓸 수 있습니다. {character:?} 문자는 쓸 수 없습니다")
            }
        };
        let mended: String = written
            .trim()
            .chars()
            .map(|c| if c.is_alphanumeric() || matches!(c, '-' | '_' | '.') { c } else { '-' })
            .collect();
        let mended = mended.trim_matches('-');
        let near = (mended != written && !mended.is_empty() && mended.chars().count() <= 64).then_some(mended);
        Finding::new(format!("`{written}` can not be a name"), format!("`{written}`은(는) 이름으로 쓸 수 없습니다"))
            .help(fault.to_string(), ko)
            .suggest(span, near)
    });
}

fn name_schema(definitions: &mut Definitions) -> Value {
    definitions.refer("Name", |_| {
        json!({
            "description": "Letters of any script, digits, '-', '_' and '.', beginning with a letter or digit.",
            "type": ["string", "integer"],
            "pattern": r"^[\p{L}\p{N}][\p{L}\p{M}\p{N}_.-]*$",
            "maxLength": 64,
        })
    })
}

/// Declares a text of a certain form.
macro_rules! forms {
    ($($(#[doc = $doc:literal])+ $name:ident $check:ident [$en:literal, $ko:literal] $help:literal, $help_ko:literal, $pattern:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq)]
        pub struct $name(
            /// The text.
            pub String,
        );

        impl Read for $name {
            fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
                let written = reader.scalar(at, [$en, $ko])?;
                if $check(&written) {
                    return Some(Self(written));
                }
                reader.bad(at, || {
                    Finding::new(
                        format!("`{written}` is not {}", $en),
                        format!("`{written}`은(는) {}이(가) 아닙니다", $ko),
                    )
                    .help($help, $help_ko)
                })
            }

            fn schema(_: &mut Definitions) -> Value {
                json!({ "type": "string", "pattern": $pattern })
            }
        }
    )+};
}

pub(super) use forms;

forms! {
    /// An absolute address.
    Url is_url ["an `http://` or `https://` address", "`http://` 또는 `https://` 주소"]
        "write for example `http://127.0.0.1:8080/health`", "예: `http://127.0.0.1:8080/health`",
        r"^https?://[^\s/?#]+\S*$";
    /// An absolute address, or what follows that of a target.
    HttpPlace is_http_place ["an `http://` or `https://` address, a `/path` or a `:port/path`", "`http://`·`https://` 주소, `/경로` 또는 `:포트/경로`"]
        "write for example `http://10.0.1.12:8080/health`, or `/health` with the target in `on`",
        "예: `http://10.0.1.12:8080/health`, 또는 `on`에 대상을 쓰고 `/health`",
        r"^(https?://[^\s/?#]+\S*|:[0-9]{1,5}(/\S*)?|/\S*)$";
    /// Host and port, or the port alone.
    Endpoint is_endpoint ["a `host:port`", "`호스트:포트`"]
        "write for example `db-standby:5432` or `[::1]:5432`, or `:5432` with the target in `on`",
        "예: `db-standby:5432`, `[::1]:5432`, 또는 `on`에 대상을 쓰고 `:5432`",
        r"^(\[[0-9A-Fa-f:.]+\]|[^\s:/\[\]]*):[0-9]{1,5}$";
    /// The name of an environment variable.
    EnvName is_env_name ["a name of an environment variable", "환경 변수 이름"]
        "use letters, digits and `_`, not beginning with a digit", "영문자, 숫자, `_`만 쓰고 숫자로 시작하지 마십시오",
        r"^[A-Za-z_][A-Za-z0-9_]*$";
    /// An HTTP method in capitals.
    Method is_method ["an HTTP method in capitals", "대문자로 쓴 HTTP 메서드"]
        "write for example `GET`, `POST` or `PUT`", "예: `GET`, `POST`, `PUT`",
        r"^[A-Z]{1,16}$";
    /// A host by name or IP address.
    Address is_address ["a host name or an IP address", "호스트 이름 또는 IP 주소"]
        "write for example `10.0.1.12`, `fd00::12` or `db1.bank.example`; ports stand beside `ssh`, `sql` and the like",
        "예: `10.0.1.12`, `fd00::12`, `db1.bank.example`. 포트는 `ssh`, `sql` 등의 안에 씁니다",
        r"^([A-Za-z0-9]([A-Za-z0-9_.-]*[A-Za-z0-9])?\.?|[0-9A-Fa-f]*:[0-9A-Fa-f.]*:[0-9A-Fa-f:.]*)$";
    /// The public key of a host, as `ssh-keyscan` prints it without the host.
    HostKey is_host_key ["the public key of a host", "호스트의 공개 키"]
        "write for example `ssh-ed25519 AAAAC3…`; `ssh-keyscan HOST` prints it behind the host's name",
        "예: `ssh-ed25519 AAAAC3…`. `ssh-keyscan 호스트`가 호스트 이름 뒤에 출력합니다",
        r"^(ssh|ecdsa|sk-ssh|sk-ecdsa)-[A-Za-z0-9@.-]+ [A-Za-z0-9+/]+=*( .*)?$";
    /// A day, `YYYY-MM-DD`.
    Date is_date ["a day `YYYY-MM-DD`", "`YYYY-MM-DD` 날짜"]
        "write for example `2027-06-30`", "예: `2027-06-30`",
        r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$";
}

fn is_url(text: &str) -> bool {
    let rest = text.strip_prefix("http://").or_else(|| text.strip_prefix("https://"));
    let host = rest.map(|rest| rest.split(['/', '?', '#']).next().unwrap_or_default());
    host.is_some_and(|host| !host.is_empty()) && !text.contains(char::is_whitespace) && !text.contains(char::is_control)
}

fn is_http_place(text: &str) -> bool {
    let rest = match text.strip_prefix(':') {
        Some(rest) => {
            let digits = rest.find('/').map_or(rest, |at| &rest[..at]);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            if !plain || !digits.parse::<u16>().is_ok_and(|port| port > 0) {
                return false;
            }
            &rest[digits.len()..]
        }
        None if text.starts_with('/') => text,
        None => return is_url(text),
    };
    !rest.contains(|c: char| c.is_whitespace() || c.is_control())
}

fn is_endpoint(text: &str) -> bool {
    Endpoint(text.to_owned()).parts().is_some()
}

impl Endpoint {
    /// Host, without the brackets of an IPv6 address, and port. The host is empty where only the port is written.
    pub fn parts(&self) -> Option<(&str, u16)> {
        let (host, port) = self.0.rsplit_once(':')?;
        let bare = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let bracketed = bare.is_some_and(|host| host.parse::<std::net::Ipv6Addr>().is_ok());
        let named = !host.contains(['[', ']', ':', '/']) && !host.contains(char::is_whitespace);
        let digits = port.bytes().all(|byte| byte.is_ascii_digit());
        let port = port.parse().ok().filter(|port| *port > 0 && digits)?;
        (bracketed || named).then_some((bare.unwrap_or(host), port))
    }
}

fn is_address(text: &str) -> bool {
    if text.parse::<std::net::IpAddr>().is_ok() {
        return true;
    }
    let named = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let edge = |c: Option<char>| c.is_some_and(|c| c.is_ascii_alphanumeric());
    let bare = text.strip_suffix('.').unwrap_or(text);
    // All digits and dots is a number that is no address, and no resolver would take it for a name.
    let numeric = bare.chars().all(|c| c.is_ascii_digit() || c == '.');
    bare.len() <= 253 && bare.chars().all(named) && edge(bare.chars().next()) && edge(bare.chars().last()) && !numeric
}

fn is_host_key(text: &str) -> bool {
    use base64::Engine as _;
    let mut words = text.split_whitespace();
    let (Some(algorithm), Some(key)) = (words.next(), words.next()) else { return false };
    let known = ["ssh-", "ecdsa-", "sk-ssh-", "sk-ecdsa-"].iter().any(|prefix| algorithm.starts_with(prefix));
    // The blob begins with the length and the name of its algorithm: a truncated copy does not get past this.
    let blob = base64::engine::general_purpose::STANDARD.decode(key).unwrap_or_default();
    let named = blob.get(4..4 + algorithm.len()).is_some_and(|name| name == algorithm.as_bytes());
    known && named && blob.len() > algorithm.len() + 4
}

fn is_env_name(text: &str) -> bool {
    let letter = |c: char| c.is_ascii_alphabetic() || c == '_';
    text.starts_with(letter) && text.chars().all(|c| letter(c) || c.is_ascii_digit())
}

fn is_method(text: &str) -> bool {
    (1..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_uppercase())
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}
