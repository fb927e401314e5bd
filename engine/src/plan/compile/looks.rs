//! Looks at hosts, with their defaults filled in.

use super::super::look::{Disk, File, Free, Process, Range, Service, ServiceState};
use super::steps::Lower;
use crate::base::Bytes;
use crate::runbook::look as written;
use crate::runbook::{Code, Finding, FreeRoom, OrShort, Spanned};

/// At least one, where nothing is written.
const SOME: Range = Range { min: 1, max: None };

impl Lower<'_, '_> {
    pub(super) fn file(&mut self, file: written::File) -> File {
        let exists = file.exists.as_ref().is_none_or(|exists| exists.value);
        let details = file.min_size.is_some()
            || file.max_age.is_some()
            || file.sha256.is_some()
            || file.gzip == Some(true)
            || file.count.is_some();
        if let Some(written) = file.exists.as_ref().filter(|_| !exists && details) {
            self.findings.report(Code::BadValue, written.span, || {
                Finding::new(
                    "what may not be there has neither size nor age nor content",
                    "없어야 하는 파일에는 크기, 시각, 내용, 개수 조건을 쓸 수 없습니다",
                )
                .help("remove `exists: false`, or all beside it", "`exists: false`를 지우거나 다른 조건을 지우십시오")
            });
        }
        File {
            on: self.on(file.on),
            path: file.path.map(|path| path.0).unwrap_or_default(),
            exists,
            min_size: file.min_size,
            max_age: file.max_age,
            sha256: file.sha256.and_then(|digest| digest.0.to_ascii_lowercase().parse().ok()),
            gzip: file.gzip.unwrap_or(false),
            count: self.range(file.count),
        }
    }

    pub(super) fn process(&mut self, process: written::Process) -> Process {
        Process {
            on: self.on(process.on),
            name: process.name.unwrap_or_default(),
            args: process.args,
            count: self.range(process.count),
        }
    }

    pub(super) fn service(&mut self, service: written::Service) -> Service {
        Service {
            on: self.on(service.on),
            name: service.name.map(|name| name.0).unwrap_or_default(),
            state: match service.state {
                None | Some(written::ServiceWord::Active) => ServiceState::Active,
                Some(written::ServiceWord::Inactive) => ServiceState::Inactive,
                Some(written::ServiceWord::Failed) => ServiceState::Failed,
            },
        }
    }

    pub(super) fn disk(&mut self, disk: written::Disk) -> Disk {
        Disk {
            on: self.on(disk.on),
            path: disk.path.map(|path| path.0).unwrap_or_default(),
            free: match disk.free {
                Some(FreeRoom::Bytes(bytes)) => Free::Bytes(bytes),
                Some(FreeRoom::Percent(share)) => Free::Percent(share),
                // Absent only where its absence was reported.
                None => Free::Bytes(Bytes(0)),
            },
        }
    }

    pub(super) fn range(&mut self, written: Option<Spanned<OrShort<written::Range>>>) -> Range {
        let Some(written) = written else { return SOME };
        let written::Range { min, max } = written.value.0;
        let range = Range { min: min.map_or(0, |min| u64::from(min.0)), max: max.map(|max| u64::from(max.0)) };
        if range.max.is_some_and(|max| max < range.min) {
            self.findings.report(Code::BadValue, written.span, || {
                Finding::new("nothing lies in this range", "이 범위에 드는 수가 없습니다")
                    .help("`min` is at most `max`", "`min`은 `max` 이하여야 합니다")
            });
        }
        range
    }
}
