//! What people do, say and decide.

use serde::{Deserialize, Serialize};

/// A milestone on the clock of the case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MarkKind {
    /// 발생: the disaster, or the inject of a drill.
    Event,
    /// 인지: somebody or something noticed.
    Detect,
    /// 선포: the commander declared.
    Declare,
    /// The run started.
    Start,
    /// 업무 확인: the business confirmed that it works.
    Verified,
    /// 재개: the service was opened to its users.
    Resume,
    /// 환원 완료: the primary site serves again.
    FailbackDone,
    /// The case was closed.
    Close,
}
