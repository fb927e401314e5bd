//! Changes of records, with their defaults filled in and their values read.

use super::super::look::RecordKind;
use super::super::{DnsUpdate, RecordChange, RecordData, Records, Tsig, TsigAlgorithm};
use super::resolvers::record_kind;
use super::steps::Lower;
use crate::inventory::LOCAL;
use crate::runbook::look::{self as written, RecordChangeWord, TsigWord};
use crate::runbook::{Code, Finding, Spanned};

impl Lower<'_, '_> {
    pub(super) fn dns_update(&mut self, update: written::DnsUpdate) -> DnsUpdate {
        // Absent only where their absence was reported.
        let name = update.name.as_ref().map(|name| name.0.clone()).unwrap_or_default();
        let zone = update.zone.as_ref().map(|zone| zone.0.clone()).unwrap_or_default();
        let span = update.name.as_ref().map(|name| name.span).unwrap_or_default();
        if !is_within(&name, &zone) {
            let at = update.zone.as_ref().map_or(span, |zone| zone.span);
            self.findings.report(Code::BadValue, at, || {
                Finding::new(
                    format!("`{name}` is not in the zone `{zone}`"),
                    format!("`{name}`은(는) `{zone}` 영역에 속하지 않습니다"),
                )
                .help(
                    "write the zone that the name server serves, and the name whole",
                    "네임서버가 맡은 영역과 전체 이름을 쓰십시오",
                )
            });
        }
        let on = self.on(update.on).filter(|target| target.as_str() != LOCAL);
        if on.is_none() {
            self.findings.report(Code::MissingKey, span, || {
                Finding::new("an update needs a target that serves the zone", "변경을 보낼 네임서버 대상이 없습니다")
                    .help(
                        "write `on:` with a target that has `dns` or `address` in the inventory",
                        "인벤토리에 `dns`나 `address`가 있는 대상을 `on:`에 쓰십시오",
                    )
            });
        }
        let kind = record_kind(update.kind);
        let ttl = update.ttl.map(|ttl| Spanned { value: self.seconds(&ttl), span: ttl.span });
        let no_value = update.value.as_ref().filter(|values| values.value.0.is_empty()).map(|values| values.span);
        let values = update.value.map(|values| self.values(kind, values.value.0));
        let word = update.change.as_ref().map_or(RecordChangeWord::Replace, |change| change.value);
        let change = match word {
            RecordChangeWord::Remove => {
                if let Some(ttl) = &ttl {
                    self.findings.report(Code::BadValue, ttl.span, || {
                        Finding::new("what is removed is kept by nobody", "지우는 레코드에는 TTL이 없습니다")
                            .help("remove `ttl`", "`ttl`을 지우십시오")
                    });
                }
                RecordChange::Remove(values.unwrap_or_default())
            }
            RecordChangeWord::Replace | RecordChangeWord::Add => {
                let missing = [("value", values.is_none()), ("ttl", ttl.is_none())];
                for (key, _) in missing.into_iter().filter(|(_, missing)| *missing) {
                    self.findings.report(Code::MissingKey, span, || {
                        Finding::new(
                            format!("`dns_update` needs `{key}`"),
                            format!("`dns_update`에 `{key}` 키가 없습니다"),
                        )
                        .help(
                            "write `value` and `ttl`, or `change: remove`",
                            "`value`와 `ttl`을 쓰거나 `change: remove`로 지우십시오",
                        )
                    });
                }
                if let Some(span) = no_value {
                    self.findings.report(Code::BadValue, span, || {
                        Finding::new("there is no value here", "값이 없습니다").help(
                            "write at least one, or `change: remove`",
                            "하나 이상 쓰거나 `change: remove`로 지우십시오",
                        )
                    });
                }
                let records =
                    Records { values: values.unwrap_or_default(), ttl: ttl.map(|ttl| ttl.value).unwrap_or_default() };
                if word == RecordChangeWord::Add { RecordChange::Add(records) } else { RecordChange::Replace(records) }
            }
        };
        let was = update.was.map(|values| self.values(kind, values.0)).unwrap_or_default();
        let tsig = update.tsig.and_then(|tsig| self.tsig(tsig));
        DnsUpdate { name, kind, on, zone, change, was, tsig }
    }

    fn values(&mut self, kind: RecordKind, written: Vec<Spanned<String>>) -> Vec<RecordData> {
        let mut values: Vec<RecordData> = Vec::with_capacity(written.len());
        for text in written {
            match RecordData::read(kind, &text.value) {
                Some(value) if !values.contains(&value) => values.push(value),
                Some(_) => {}
                None => self.findings.report(Code::BadValue, text.span, || {
                    let (word, example) = (kind.word(), RecordData::example(kind));
                    Finding::new(
                        format!("`{}` is no value of a record of type {word}", text.value),
                        format!("`{}`은(는) {word} 레코드의 값이 아닙니다", text.value),
                    )
                    .help(format!("write for example `{example}`"), format!("예: `{example}`"))
                }),
            }
        }
        values
    }

    fn seconds(&mut self, ttl: &Spanned<crate::base::Millis>) -> u32 {
        let seconds = u32::try_from(ttl.value.0 / 1_000).ok().filter(|_| ttl.value.0.is_multiple_of(1_000));
        if seconds.is_none() {
            self.findings.report(Code::BadValue, ttl.span, || {
                Finding::new("a TTL is whole seconds", "TTL은 초 단위 정수입니다")
                    .help("write for example `60s`", "예: `60s`")
            });
        }
        seconds.unwrap_or_default()
    }

    fn tsig(&mut self, tsig: written::Tsig) -> Option<Tsig> {
        let (name, secret) = (tsig.name?, tsig.secret?);
        self.places.secrets.push(secret.clone());
        let algorithm = match tsig.algorithm {
            None | Some(TsigWord::HmacSha256) => TsigAlgorithm::HmacSha256,
            Some(TsigWord::HmacSha512) => TsigAlgorithm::HmacSha512,
        };
        Some(Tsig { name: name.0, secret: secret.value, algorithm })
    }
}

fn is_within(name: &str, zone: &str) -> bool {
    let plain = |name: &str| name.trim_end_matches('.').to_ascii_lowercase();
    let (name, zone) = (plain(name), plain(zone));
    name == zone || name.strip_suffix(&zone).is_some_and(|rest| rest.ends_with('.'))
}
