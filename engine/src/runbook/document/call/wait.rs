//! `wait`: for a time, until an instant, or until a question is answered well.

use serde_json::{Value, json};

use super::form::Chosen;
use super::keys::PROBE;
use super::kind::Call;
use crate::base::{InputName, Millis, Timestamp};
use crate::runbook::Spanned;
use crate::runbook::diagnostic::Finding;
use crate::runbook::read::{Definitions, Read, Reader, shape};
use crate::runbook::tree::{Kind, NodeId};

/// What is waited for.
#[derive(Debug, Clone)]
pub enum Wait {
    /// A time passes.
    For(Millis),
    /// An instant comes.
    Until(WrittenMoment),
    /// A question is answered well.
    Asked {
        /// The question.
        call: Call,
        /// Pause between two askings.
        every: Option<Millis>,
        /// The longest time.
        timeout: Millis,
    },
}

/// An instant as written.
#[derive(Debug, Clone)]
pub enum WrittenMoment {
    /// With its offset.
    At(Timestamp),
    /// The value of an input.
    Input(Spanned<InputName>),
}

shape! {
    /// What is waited for.
    pub(super) struct WaitKeys ["`wait`", "`wait`"] {
        /// An instant with its offset, {input: name} of a datetime, or a question, as in check.
        (required) "until" => until: Until,
        /// Beside a question: pause between two askings; 1s where absent.
        "every" => every: Spanned<Millis>,
        /// Beside a question, and needed there: the longest time.
        "timeout" => timeout: Spanned<Millis>,
    }
}

shape! {
    /// An instant that is given with the declaration.
    pub(super) struct MomentKeys ["an instant", "시각"] {
        /// An input of type datetime.
        (required) "input" => input: Spanned<InputName>,
    }
}

/// `until` as written.
#[derive(Debug, Clone)]
pub(super) enum Until {
    Moment(WrittenMoment),
    Asked(Call),
}

impl Read for Until {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        match reader.tree.kind(at) {
            Kind::Map(_) if reader.has_key(at, "input") => {
                MomentKeys::read(reader, at)?.input.map(|input| Self::Moment(WrittenMoment::Input(input)))
            }
            Kind::Map(_) => {
                let entries = reader.map(at, PROBE.what)?;
                let Chosen::Call(kind) = reader.choose(at, &entries, &PROBE)? else { return None };
                (kind.read)(reader, at, &entries).map(Self::Asked)
            }
            Kind::Scalar { .. } | Kind::List(_) | Kind::Alias(_) | Kind::Broken => {
                let text = String::read(reader, at)?;
                match Timestamp::parse_iso(&text) {
                    Some(moment) => Some(Self::Moment(WrittenMoment::At(moment))),
                    None => reader.bad(at, || {
                        Finding::new(format!("`{text}` is no instant"), format!("`{text}`은(는) 시각이 아닙니다")).help(
                            "write it with its offset, such as 2026-11-21T03:00:00+09:00",
                            "시간대까지 쓰십시오. 예: 2026-11-21T03:00:00+09:00",
                        )
                    }),
                }
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let moment = json!({ "type": "string", "format": "date-time" });
        let probe = crate::runbook::document::AlreadyDone::schema(definitions);
        json!({ "anyOf": [moment, MomentKeys::schema(definitions), probe] })
    }
}

impl Read for Wait {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let Kind::Map(_) = reader.tree.kind(at) else { return Millis::read(reader, at).map(Self::For) };
        let WaitKeys { until, every, timeout } = WaitKeys::read(reader, at)?;
        match until? {
            Until::Moment(moment) => {
                if let Some(beside) = every.or(timeout) {
                    reader.findings.report(crate::runbook::Code::Step, beside.span, || {
                        Finding::new(
                            "this stands beside a question, and an instant comes by itself",
                            "질의를 기다릴 때 쓰는 키입니다. 시각은 저절로 옵니다",
                        )
                        .help("remove it", "지우십시오")
                    });
                    return None;
                }
                Some(Self::Until(moment))
            }
            Until::Asked(call) => {
                let Some(timeout) = timeout else {
                    let span = reader.span(at);
                    reader.findings.report(crate::runbook::Code::MissingKey, span, || {
                        Finding::new(
                            "a wait for an answer says how long at most",
                            "응답을 기다리는 `wait`에는 `timeout`이 있어야 합니다",
                        )
                        .help("add for example `timeout: 5m`", "예: `timeout: 5m`")
                    });
                    return None;
                };
                Some(Self::Asked { call, every: every.map(|every| every.value), timeout: timeout.value })
            }
        }
    }

    fn schema(definitions: &mut Definitions) -> Value {
        json!({ "anyOf": [Millis::schema(definitions), WaitKeys::schema(definitions)] })
    }
}
