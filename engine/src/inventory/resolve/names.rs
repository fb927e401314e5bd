//! Names of one part of an inventory in another.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::{SecretName, SiteName, TargetName};
use crate::inventory::{LOCAL, Pem, SecretSource, Site};
use crate::runbook::{Code, Finding, Findings, Span, Spanned, nearest};

/// What may be named.
pub(super) struct Known<'a> {
    pub(super) sites: &'a BTreeMap<SiteName, Site>,
    pub(super) secrets: &'a BTreeMap<SecretName, SecretSource>,
    pub(super) targets: BTreeSet<TargetName>,
    /// Names that could not be read: whoever needs them is not told in addition that they do not exist.
    pub(super) misread: &'a [String],
}

impl Known<'_> {
    pub(super) fn site(&self, name: Spanned<SiteName>, findings: &mut Findings<'_>) -> Option<SiteName> {
        let known = self.sites.contains_key(&name.value);
        self.known(known, ["site", "사이트가"], name, self.sites.keys().map(SiteName::as_str), findings)
    }

    pub(super) fn secret(&self, name: Spanned<SecretName>, findings: &mut Findings<'_>) -> Option<SecretName> {
        let known = self.secrets.contains_key(&name.value);
        self.known(known, ["secret", "비밀이"], name, self.secrets.keys().map(SecretName::as_str), findings)
    }

    pub(super) fn target(&self, name: Spanned<TargetName>, findings: &mut Findings<'_>) -> Option<TargetName> {
        let known = self.targets.contains(&name.value);
        self.known(known, ["target", "대상이"], name, self.targets.iter().map(TargetName::as_str), findings)
    }

    /// A path has a `/` in it, the name of a secret has not.
    pub(super) fn pem(&self, written: Spanned<String>, findings: &mut Findings<'_>) -> Option<Pem> {
        if written.contains('/') {
            return Some(Pem::File(written.value));
        }
        let span = written.span;
        match written.value.parse() {
            Ok(name) => self.secret(Spanned { value: name, span }, findings).map(Pem::Secret),
            Err(_) => {
                findings.report(Code::BadValue, span, || {
                    Finding::new(
                        format!("`{}` is neither a path nor the name of a secret", written.value),
                        format!("`{}`은(는) 경로도 비밀의 이름도 아닙니다", written.value),
                    )
                    .help(
                        "write a path with a `/`, or a name of `secrets`",
                        "`/`가 있는 경로나 `secrets`의 이름을 쓰십시오",
                    )
                });
                None
            }
        }
    }

    fn known<'n, T: AsRef<str>>(
        &self,
        known: bool,
        [en, ko]: [&str; 2],
        name: Spanned<T>,
        candidates: impl Iterator<Item = &'n str>,
        findings: &mut Findings<'_>,
    ) -> Option<T> {
        if known {
            return Some(name.value);
        }
        let written = name.value.as_ref();
        if self.misread.iter().all(|misread| misread != written) {
            findings.report(Code::UnknownReference, name.span, || {
                let finding = Finding::new(
                    format!("the inventory has no {en} `{written}`"),
                    format!("인벤토리에 `{written}`(이)라는 {ko} 없습니다"),
                );
                match nearest(written, candidates) {
                    Some(near) => finding
                        .help(format!("did you mean `{near}`?"), format!("`{near}`을(를) 쓰려고 하셨습니까?"))
                        .suggest(name.span, Some(near)),
                    None => finding.help(format!("add it under `{en}s:`"), format!("`{en}s:` 아래에 추가하십시오")),
                }
            });
        }
        None
    }
}

/// Reports a target that is called like the engine's own host.
pub(super) fn not_local(name: &TargetName, span: Span, findings: &mut Findings<'_>) -> bool {
    if name.as_str() != LOCAL {
        return true;
    }
    findings.report(Code::DuplicateId, span, || {
        Finding::new(
            "`local` is the engine's own host, which is always there",
            "`local`은 엔진 자신의 호스트이며 항상 있습니다",
        )
        .help("remove the entry, or give it another name", "항목을 지우거나 다른 이름을 붙이십시오")
    });
    false
}
