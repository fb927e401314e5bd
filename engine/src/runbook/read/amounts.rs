//! Sizes, shares, and texts that name something on a host.

use serde_json::{Value, json};

use super::super::diagnostic::Finding;
use super::super::tree::NodeId;
use super::scalars::forms;
use super::{Definitions, Read, Reader};
use crate::base::{Bytes, Percent};

const SIZE: &str = r"^\s*[0-9]+(\.[0-9]{1,6})?\s*([KkMmGgTtPpEe][Ii]?[Bb]|[Bb])?\s*$";
const SHARE: &str = r"^\s*(100(\.0{1,6})?|[0-9]{1,2}(\.[0-9]{1,6})?)\s*%\s*$";

impl Read for Bytes {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a size such as `10GiB`", "`10GiB` 같은 크기"])?;
        let span = reader.span(at);
        written.parse().map_or_else(
            |fault| {
                reader.bad(at, || {
                    Finding::new(
                        format!("`{written}` is not a size"),
                        format!("`{written}`은(는) 크기로 읽을 수 없습니다"),
                    )
                    .help(
                        format!("{fault}"),
                        "숫자 뒤에 단위를 붙이십시오: `10GiB`, `512MB`, `1.5TiB`. 단위가 없으면 바이트입니다",
                    )
                    .suggest(span, whole_unit(&written).as_deref())
                })
            },
            Some,
        )
    }

    fn schema(definitions: &mut Definitions) -> Value {
        definitions.refer("Size", |_| {
            json!({
                "description": "A size: 10GiB, 512MB, or a number of bytes.",
                "type": ["string", "number"],
                "pattern": SIZE,
            })
        })
    }
}

impl Read for Percent {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a share such as `20%`", "`20%` 같은 비율"])?;
        written.parse().map_or_else(
            |fault| {
                reader.bad(at, || {
                    Finding::new(
                        format!("`{written}` is not a share"),
                        format!("`{written}`은(는) 비율로 읽을 수 없습니다"),
                    )
                    .help(format!("{fault}"), "`20%`, `0.5%`처럼 쓰십시오. 최대 100%입니다")
                })
            },
            Some,
        )
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": SHARE })
    }
}

/// `10G` as it was most likely meant.
fn whole_unit(written: &str) -> Option<String> {
    let mended = format!("{}iB", written.trim());
    mended.parse::<Bytes>().is_ok().then_some(mended)
}

/// Free room: a size or a share.
#[derive(Debug, Clone, Copy)]
pub enum FreeRoom {
    /// A size.
    Bytes(Bytes),
    /// A share.
    Percent(Percent),
}

impl Read for FreeRoom {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(
            at,
            ["a size such as `10GiB` or a share such as `20%`", "`10GiB` 같은 크기 또는 `20%` 같은 비율"],
        )?;
        let read =
            if written.contains('%') { written.parse().map(Self::Percent) } else { written.parse().map(Self::Bytes) };
        read.map_or_else(
            |fault| {
                reader.bad(at, || {
                    Finding::new(
                        format!("`{written}` is neither a size nor a share"),
                        format!("`{written}`은(는) 크기나 비율로 읽을 수 없습니다"),
                    )
                    .help(format!("{fault}"), "`10GiB` 같은 크기나 `20%` 같은 비율(최대 100%)을 쓰십시오")
                })
            },
            Some,
        )
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let size = Bytes::schema(definitions);
        json!({ "anyOf": [size, { "type": "string", "pattern": SHARE }] })
    }
}

forms! {
    /// A path on a host.
    HostPath is_host_path ["an absolute path", "절대 경로"]
        "begin with `/`, for example `/var/backups/*.gz`", "`/`로 시작하십시오. 예: `/var/backups/*.gz`",
        r"^/[^\u0000-\u001f\u007f]*$";
    /// The name of a unit of systemd.
    ServiceName is_service_name ["the name of a service", "서비스 이름"]
        "write for example `nginx` or `postgresql@15-main`", "예: `nginx`, `postgresql@15-main`",
        r"^[A-Za-z0-9][A-Za-z0-9:_.\\@-]{0,254}$";
    /// A name that name servers know.
    DomainName is_domain_name ["a domain name", "도메인 이름"]
        "write it whole, for example `app.bank.example`", "전체 이름을 쓰십시오. 예: `app.bank.example`",
        r"^[A-Za-z0-9_*]([A-Za-z0-9_-]*)(\.[A-Za-z0-9_]([A-Za-z0-9_-]*))*\.?$";
    /// A SHA-256 digest.
    Sha256 is_sha256 ["a SHA-256 digest of 64 hexadecimal digits", "16진수 64자리의 SHA-256 값"]
        "`sha256sum FILE` prints it", "`sha256sum 파일`로 구할 수 있습니다",
        r"^[0-9A-Fa-f]{64}$";
}

/// Longest path that Linux takes.
const PATH_LIMIT: usize = 4_096;

fn is_host_path(text: &str) -> bool {
    text.starts_with('/') && text.len() < PATH_LIMIT && !text.contains(char::is_control)
}

fn is_service_name(text: &str) -> bool {
    let allowed = |c: char| c.is_ascii_alphanumeric() || ":_.\\@-".contains(c);
    text.len() <= 255 && text.starts_with(|c: char| c.is_ascii_alphanumeric()) && text.chars().all(allowed)
}

fn is_domain_name(text: &str) -> bool {
    let fits = |label: &str| {
        let letters = label.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'));
        label == "*" || (!label.is_empty() && label.len() <= 63 && letters && !label.starts_with('-'))
    };
    text.len() <= 253 && text.strip_suffix('.').unwrap_or(text).split('.').all(fits)
}

fn is_sha256(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
