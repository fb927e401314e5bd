//! The words of report and console in both languages, one exhaustive table a kind: a new variant does not compile without its words.

use super::model::Limit;
use super::registers::{AttemptOutcome, DeviationKind, GateOutcome};
use crate::base::{Lang, TargetName};
use crate::plan::{LinkWait, MarkKind, Mode, Origin, Phase};
use crate::run::{
    Account, Answered, CauseKind, ClockBy, Door, End, Live, ManualResult, Purpose, RunStatus, Topic, UnitState,
    Unmeasured, Verdict,
};

/// The form for a language.
pub(super) const fn pick(lang: Lang, ko: &'static str, en: &'static str) -> &'static str {
    match lang {
        Lang::Ko => ko,
        Lang::En => en,
    }
}

/// Something that has a word in each language.
pub trait Word {
    /// That word.
    fn word(&self, lang: Lang) -> &'static str;
}

macro_rules! words {
    ($($kind:ty { $($($pattern:pat_param)|+ => $ko:literal, $en:literal;)+ })+) => {$(
        impl Word for $kind {
            fn word(&self, lang: Lang) -> &'static str {
                let (ko, en) = match self {
                    $($($pattern)|+ => ($ko, $en),)+
                };
                pick(lang, ko, en)
            }
        }
    )+};
}

words! {
    LinkWait {
        Self::Ready => "복구까지", "its recovery";
        Self::Verified => "업무 확인까지", "its verification";
        Self::None => "선포만", "its declaration";
    }
    Verdict {
        Self::Met => "준수", "met";
        Self::Exceeded => "초과", "exceeded";
        Self::NotRecovered => "미복구", "not recovered";
        Self::NotMeasured => "미측정", "not measured";
        Self::Simulated => "모의", "simulated";
    }
    Option<Verdict> {
        Some(Verdict::Met) => "준수", "met";
        Some(Verdict::Exceeded) => "초과", "exceeded";
        Some(Verdict::NotRecovered) => "미복구", "not recovered";
        Some(Verdict::NotMeasured) => "미측정", "not measured";
        Some(Verdict::Simulated) => "모의", "simulated";
        None => "판정 전", "open";
    }
    Live {
        Self::OnTrack => "정상", "on track";
        Self::AtRisk => "위험", "at risk";
        Self::Breached => "초과", "breached";
    }
    UnitState {
        Self::Pending => "대기", "pending";
        Self::Queued => "착수 대기", "queued";
        Self::Running => "실행 중", "running";
        Self::Verifying => "점검 중", "checking";
        Self::RetryWait => "재시도 대기", "retry wait";
        Self::AwaitingGate => "승인 대기", "awaiting approval";
        Self::AwaitingManual => "수작업 대기", "awaiting manual work";
        Self::Ready => "준비 완료", "ready";
        Self::Attested => "수동 확인", "attested";
        Self::Failed => "실패", "failed";
        Self::Unknown => "결과 불명", "unknown";
        Self::Skipped => "건너뜀", "skipped";
        Self::NotSelected => "대상 아님", "not selected";
        Self::Cancelled => "취소", "cancelled";
        Self::AwaitingRollback => "되돌리기 대기", "awaiting rollback";
        Self::RollingBack => "되돌리는 중", "rolling back";
        Self::RolledBack => "되돌림", "rolled back";
    }
    RunStatus {
        Self::Declared => "선포됨", "declared";
        Self::Running => "진행 중", "running";
        Self::Waiting => "사람을 기다림", "waiting for people";
        Self::Paused => "일시 정지", "paused";
        Self::Failed => "조치 필요", "needs a decision";
        Self::Aborting => "중단하는 중", "aborting";
        Self::Completed => "완료", "completed";
        Self::Aborted => "중단됨", "aborted";
    }
    End {
        Self::Completed => "완료", "completed";
        Self::Aborted => "중단됨", "aborted";
    }
    Mode {
        Self::Mock => "모의", "Mock";
        Self::Isolated => "격리", "Isolated";
        Self::Drill => "실전환훈련", "Drill";
        Self::Real => "실제", "Real";
    }
    Origin {
        Self::Event => "발생", "event";
        Self::Detect => "인지", "detection";
        Self::Declare => "선포", "declaration";
    }
    MarkKind {
        Self::Event => "발생", "event";
        Self::Detect => "인지", "detection";
        Self::Declare => "선포", "declaration";
        Self::Start => "착수", "start";
        Self::Verified => "업무 확인", "business check";
        Self::Resume => "재개", "resumption";
        Self::FailbackDone => "환원 완료", "failback done";
        Self::Close => "상황 종료", "close";
    }
    Account {
        Self::Queue => "착수 대기", "queue";
        Self::Gate => "승인 대기", "gate";
        Self::Exec => "실행", "execution";
        Self::RetryWait => "재시도 대기", "retry wait";
        Self::Manual => "수작업", "manual";
        Self::Check => "점검", "checks";
        Self::Unknown => "결과 불명", "unknown";
        Self::Pause => "일시 정지", "pause";
        Self::Rollback => "되돌리기", "rollback";
        Self::Excluded => "제외(훈련 정지)", "excluded (exercise held)";
    }
    Phase {
        Self::Pre => "사전 점검", "pre-check";
        Self::Run => "실행", "run";
        Self::Post => "사후 점검", "post-check";
        Self::Rollback => "되돌리기", "rollback";
    }
    Purpose {
        Self::Act => "작업", "action";
        Self::Probe => "완료 여부 확인", "probe";
    }
    AttemptOutcome {
        Self::Open => "진행 중", "at work";
        Self::Succeeded => "성공", "succeeded";
        Self::Failed => "실패", "failed";
        Self::Unknown => "결과 불명", "unknown";
    }
    GateOutcome {
        Self::Open => "진행 중", "open";
        Self::Approved => "승인", "approved";
        Self::Rejected => "반려", "rejected";
        Self::TimedOut => "기한 내 미결정", "not decided in time";
        Self::Withdrawn => "철회", "withdrawn";
    }
    Answered {
        Self::Down => "비정상", "down";
        Self::Unknown => "알 수 없음", "unknown";
        Self::Up => "정상", "up";
    }
    Topic {
        Self::Login => "접속", "login";
        Self::Database => "데이터베이스", "database";
        Self::Reach => "연결", "reach";
        Self::Clock => "시각", "clock";
        Self::Disk => "디스크", "disk";
        Self::Replication => "복제", "replication";
        Self::Secret => "비밀", "secret";
        Self::Lock => "잠금", "lock";
        Self::Approvers => "승인자", "approvers";
        Self::Unit => "사전 점검", "pre-check";
        Self::Review => "검토", "review";
        Self::Changed => "변경", "changes";
    }
    ManualResult {
        Self::Done => "완료", "done";
        Self::Failed => "실패", "failed";
        Self::NotApplicable => "해당 없음", "not applicable";
    }
    Door {
        Self::Console => "콘솔", "console";
        Self::Api => "API", "API";
        Self::CommandLine => "명령행", "command line";
        Self::Simulation => "모의 참가자", "simulated person";
    }
    CauseKind {
        Self::Exit => "종료 코드", "exit code";
        Self::Signal => "시그널 종료", "signal";
        Self::Spawn => "시작 불가", "not started";
        Self::TimedOut => "시간 초과", "timed out";
        Self::Unexpected => "다른 응답", "unexpected answer";
        Self::Check => "점검 불합격", "check not passed";
        Self::Unreachable => "연결 불가", "unreachable";
        Self::Rejected => "반려", "rejected";
        Self::Overdue => "승인 기한 경과", "approval overdue";
        Self::Manual => "담당자 실패 보고", "reported by a person";
        Self::Aborted => "중단됨", "aborted";
        Self::Stopped => "운영자가 멈춤", "stopped";
        Self::Undecided => "판단 불가", "undecided";
        Self::Elsewhere => "다른 실행에서 이르지 못함", "not reached elsewhere";
        Self::Called => "호출한 실행에서 멈춤", "stopped in the called run";
        Self::Refused => "실행할 수 없음", "refused";
        Self::Injected => "모의 장애", "injected";
    }
    DeviationKind {
        Self::Retry { .. } => "재시도", "retry";
        Self::Restart => "재시작", "restart";
        Self::Rerun => "재실행", "rerun";
        Self::Rewind => "다시 대기", "rewound";
        Self::Rollback => "되돌리기", "rollback";
        Self::UndoneByHand => "되돌림 확인", "attested as undone";
        Self::Skip => "건너뜀", "skip";
        Self::Attest => "수동 확인", "attestation";
        Self::Choice { .. } => "사람의 선택", "choice by hand";
        Self::Stop => "강제 종료", "stop";
        Self::Pause { .. } => "일시 정지", "pause";
        Self::ExerciseHold { .. } => "훈련 정지", "exercise hold";
        Self::Abort => "중단", "abort";
        Self::MarkCorrection { .. } => "시점 정정", "mark corrected";
        Self::EscalatedVote => "상위 승인", "escalated vote";
    }
    Unmeasured {
        Self::NoObjective => "복구목표시점(RPO)이 정해져 있지 않다.", "There is no recovery point objective.";
        Self::NoSource => "복구된 데이터의 마지막 거래 시각을 읽는 작업이 런북에 지정되어 있지 않다(`recovery_points`).",
            "The runbook names no step that reads the commit time of the last recovered transaction (`recovery_points`).";
        Self::NotRead => "마지막 거래 시각을 읽어야 할 단위가 값을 남기지 않았다.",
            "The unit that was to read the commit time of the last recovered transaction did not do so.";
        Self::NoInstant => "읽은 값이 시차가 붙은 시각이 아니다.", "What was read is no instant with an offset.";
        Self::NoEvent => "발생 시점이 기록되지 않았다.", "The moment of the event is not known.";
    }
    ClockBy {
        Self::Ssh => "SSH 접속 시", "at an SSH session";
        Self::Preflight => "사전 점검", "preflight";
        Self::Replication => "복제 측정", "measurement of replication";
    }
    Limit {
        Self::Simulated => "모의 실행이므로 실제 시스템은 조작되지 않았고, 모든 시간은 시뮬레이션 값이다. 복구목표 준수의 근거가 되지 않는다.",
            "This was a mock run: no system was touched and all times are simulated. It is no evidence of compliance.";
        Self::Interim => "실행이 아직 끝나지 않았다. 모든 수치는 기준 시각 현재의 값이다.",
            "The run is not over: every number is as of the instant given on the cover.";
        Self::SourceChanged => "보관된 런북 원문이 선포 당시의 해시와 다르다. 실제로 실행된 것은 해시로 고정된 계획이다.",
            "The kept text of the runbook no longer has the digest it had at declaration. What was executed is the plan frozen by digest.";
        Self::EngineClock => "모든 시각은 엔진 시계 기준이며, 그 시계가 표준시와 맞는지는 확인하지 않았다.",
            "All instants are those of the engine's clock; nobody asked whether that shows the legal time.";
        Self::ClockOffset => "시계 차이를 측정하지 못한 서버가 있으므로, 그 서버의 시계로 적힌 시각이 얼마나 다른지는 이 보고서로 알 수 없다.",
            "For hosts whose clock was not read, this report does not tell how far instants of theirs are off.";
        Self::EnginesApart => "서로 다른 서버의 엔진이 실행을 이어 맡았으나 두 시계를 견주지 못했으므로, 승계를 사이에 둔 시간은 그 차이만큼 틀릴 수 있다.",
            "Engines on different machines held the run and their clocks were not compared: times across a takeover may be wrong by their difference.";
        Self::RecoveryPoint => "실제 복구시점(RPA)을 측정하지 못한 목표가 있으므로, 그 데이터 손실 범위는 이 보고서로 알 수 없다.",
            "For objectives without an actual recovery point (RPA), this report does not tell how much data was lost.";
        Self::Statements => "의견, 증빙, 수작업 결과는 사람이 적은 진술이며 엔진이 그 내용을 확인하지 않았다.",
            "Comments, evidence and results of manual work are statements of people; the engine did not verify them.";
        Self::Outputs => "명령 출력은 해시로만 실려 있다. 원문은 저널과 함께 저장소에 보관된다.",
            "Outputs of commands are given by digest only; their text is kept in the store beside the journal.";
        Self::ChainHead => "해시 사슬은 이 머리 해시를 저장소 밖에 따로 보관할 때 위·변조를 증명한다. 저장소 전체를 다시 쓸 수 있는 사람은 새 사슬도 만들 수 있다.",
            "The chain proves tampering only if its head is kept outside the store: whoever can rewrite the whole store can make a new chain.";
        Self::BeyondChecks => "복구된 업무의 처리 용량과 정확성은 런북의 점검 항목을 넘어서 확인하지 않았다.",
            "Capacity and correctness of the recovered services were not examined beyond the runbook's own checks.";
    }
}

/// The word of a limit, with the names that it is about.
pub(super) fn limit(limit: Limit, report: &super::RunReport, lang: Lang) -> String {
    let word = limit.word(lang).to_owned();
    let (Limit::ClockOffset, Some(clocks)) = (limit, &report.clocks) else { return word };
    let names = |all: &mut dyn Iterator<Item = &TargetName>| all.map(TargetName::as_str).collect::<Vec<_>>().join(", ");
    let unread = names(&mut clocks.unmeasured.iter());
    let read = names(&mut clocks.hosts.iter().map(|line| &line.host));
    match (lang, read.is_empty()) {
        (Lang::Ko, true) => format!("{word} 측정하지 못함: {unread}. 측정한 서버 없음."),
        (Lang::Ko, false) => format!("{word} 측정하지 못함: {unread}. 측정함: {read}."),
        (Lang::En, true) => format!("{word} Not read: {unread}. None was read."),
        (Lang::En, false) => format!("{word} Not read: {unread}. Read: {read}."),
    }
}

/// What a mode means, for the banner.
pub(super) const fn banner(mode: Mode, lang: Lang) -> &'static str {
    match mode {
        Mode::Mock => pick(lang, "모의 실행 — 실제 시스템은 조작되지 않음", "MOCK RUN — no system was touched"),
        Mode::Isolated => {
            pick(lang, "격리 실행 — 시험 구역 안에서만 실행됨", "ISOLATED RUN — inside the test bubble only")
        }
        Mode::Drill => pick(lang, "실전환훈련 — 훈련으로 실제 전환함", "DRILL — a real switchover as an exercise"),
        Mode::Real => pick(lang, "실제 재해 — 운영 시스템을 복구함", "REAL DISASTER — production was recovered"),
    }
}
