//! Looks at hosts: `file`, `process`, `service`, `disk`, `clock_offset`.

use super::kind::{Call, CallKeys};
use crate::base::{Bytes, Millis, TargetName};
use crate::runbook::Spanned;
use crate::runbook::read::{Count, FreeRoom, HostPath, OrShort, ServiceName, Sha256, Short, shape, words};

shape! {
    /// How many there must be.
    pub struct Range ["a range", "범위"] {
        /// The least.
        "min" => min: Count<0, 1_000_000_000>,
        /// The most.
        "max" => max: Count<0, 1_000_000_000>,
    }
}

impl Short for Range {
    type Written = Count<0, 1_000_000_000>;

    fn from_short(exactly: Self::Written) -> Self {
        Self { min: Some(exactly), max: Some(exactly) }
    }
}

shape! {
    /// Files under a path.
    pub struct File ["`file`", "`file`"] {
        /// Files: an absolute path, in which *, ? and […] match names. Of several files the newest one is looked at.
        (required) "file" => path: HostPath,
        /// The target that is looked at.
        "on" => on: Spanned<TargetName>,
        /// Beside file: false where nothing may be there.
        "exists" => exists: Spanned<bool>,
        /// Beside file: its least size, such as 1MiB.
        "min_size" => min_size: Bytes,
        /// Beside file: the longest time since it was last written.
        "max_age" => max_age: Millis,
        /// Beside file: the SHA-256 digest of its content.
        "sha256" => sha256: Sha256,
        /// Beside file: true where it must be a gzip archive that can be read to its end.
        "gzip" => gzip: bool,
        /// How many there must be: a number, or {min, max}; at least one where absent.
        "count" => count: Spanned<OrShort<Range>>,
    }
}

shape! {
    /// Processes of a name.
    pub struct Process ["`process`", "`process`"] {
        /// Processes whose program has this name.
        (required) "process" => name: String,
        /// The target that is looked at.
        "on" => on: Spanned<TargetName>,
        /// Beside process: text that the command line must contain.
        "args" => args: String,
        /// How many there must be: a number, or {min, max}; at least one where absent.
        "count" => count: Spanned<OrShort<Range>>,
    }
}

shape! {
    /// A unit of systemd.
    pub struct Service ["`service`", "`service`"] {
        /// A unit of systemd.
        (required) "service" => name: ServiceName,
        /// The target that is looked at.
        "on" => on: Spanned<TargetName>,
        /// Beside service: the state it must be in, active (default), inactive or failed.
        "state" => state: ServiceWord,
    }
}

words! {
    /// The wanted state of a service.
    pub enum ServiceWord {
        /// It runs.
        Active = "active",
        /// It does not run.
        Inactive = "inactive",
        /// It broke down.
        Failed = "failed",
    }
}

shape! {
    /// Room in a file system.
    pub struct Disk ["`disk`", "`disk`"] {
        /// The file system that holds this absolute path.
        (required) "disk" => path: HostPath,
        /// The target that is looked at.
        "on" => on: Spanned<TargetName>,
        /// Beside disk: what must be free, a size such as 10GiB or a share such as 20%.
        (required) "free" => free: FreeRoom,
    }
}

/// The clock of a host against that of the engine.
#[derive(Debug, Clone)]
pub struct Clock {
    /// The host.
    pub on: Spanned<TargetName>,
    /// The greatest difference, either way.
    pub max: Millis,
}

shape! {
    /// The clock of a host against that of the engine.
    pub(super) struct ClockKeys ["`clock_offset`", "`clock_offset`"] {
        /// The target whose clock is compared with the engine's.
        (required) "clock_offset" => on: Spanned<TargetName>,
        /// Beside clock_offset: the greatest difference, either way.
        (required) "max" => max: Millis,
    }
}

impl CallKeys for File {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        self.path.is_some().then(|| Call::File(Box::new(self)))
    }
}

impl CallKeys for Process {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        self.name.is_some().then(|| Call::Process(Box::new(self)))
    }
}

impl CallKeys for Service {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        self.name.is_some().then(|| Call::Service(Box::new(self)))
    }
}

impl CallKeys for Disk {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        (self.path.is_some() && self.free.is_some()).then(|| Call::Disk(Box::new(self)))
    }
}

impl CallKeys for ClockKeys {
    const ASKS: bool = true;

    fn call(self) -> Option<Call> {
        Some(Call::Clock(Clock { on: self.on?, max: self.max? }))
    }
}
