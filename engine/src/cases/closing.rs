//! What must be done before a case can be closed.

use std::collections::BTreeMap;

use super::{Phase, State};
use crate::base::{Bilingual, CaseId, RunId, Timestamp};
use crate::review::{self, KeepError};
use crate::store::{self, Store};

/// Something that is still missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Missing {
    /// The services run on the DR site and nothing says that they are protected there.
    #[error(
        "protection is missing: complete a failback run, or attest with evidence that the services are protected where they run"
    )]
    Reprotect,
    /// A run of the case is open.
    #[error("run {0} is open: let it end or abort it")]
    Run(RunId),
    /// A finding has no owner.
    #[error("finding {0} has no owner: name who answers for it")]
    Finding(u32),
    /// Findings that a run of the case left have no owner.
    #[error("{unowned} findings of run {run} have no owner: name who answers for them")]
    RunFindings {
        /// The run.
        run: RunId,
        /// How many.
        unowned: usize,
    },
    /// A window of alternate operation has no end.
    #[error("alternate operation {0} has not ended: write down since when the services run as usual")]
    Alternate(u32),
    /// A hand-over waits.
    #[error("a hand-over of the command waits to be acknowledged: let the successor acknowledge it, or take it back")]
    Offer,
}

impl Bilingual for Missing {
    fn ko(&self) -> String {
        match self {
            Self::Reprotect => {
                "재보호가 되지 않았습니다. 환원 실행을 완료하거나, 지금 운영 중인 곳에서 보호되고 있음을 증적과 함께 확인하십시오"
                    .to_owned()
            }
            Self::Run(run) => format!("실행 {run}이(가) 끝나지 않았습니다. 끝나기를 기다리거나 중단하십시오"),
            Self::Finding(number) => format!("조치 과제 {number}번의 담당자가 없습니다. 담당자를 정하십시오"),
            Self::RunFindings { run, unowned } => {
                format!("실행 {run}의 조치 과제 {unowned}건에 담당자가 없습니다. 담당자를 정하십시오")
            }
            Self::Alternate(number) => {
                format!("대체 운영 {number}번이 끝나지 않았습니다. 정상 운영으로 돌아온 시각을 적으십시오")
            }
            Self::Offer => "지휘권 인계가 인수 확인을 기다립니다. 인수자가 확인하거나 인계를 거두십시오".to_owned(),
        }
    }
}

/// Findings without an owner that the runs of a case left, as far as they are written down.
pub async fn unowned(store: &dyn Store, case: CaseId) -> Result<Vec<Missing>, store::Error> {
    let mut runs: BTreeMap<RunId, usize> = BTreeMap::new();
    for known in review::unsettled(store).await? {
        let finding = known.value;
        if finding.case == Some(case) && finding.owner.is_none() && !finding.status.rests() {
            *runs.entry(finding.run).or_default() += 1;
        }
    }
    Ok(runs.into_iter().map(|(run, unowned)| Missing::RunFindings { run, unowned }).collect())
}

/// The same, after what is not written down yet: a case is not closed in the moment between the end of its run and what
/// was found.
pub(super) async fn unowned_now(store: &dyn Store, state: &State, now: Timestamp) -> Result<Vec<Missing>, KeepError> {
    for linked in state.runs().iter().filter(|linked| !linked.status.is_open()) {
        match review::keep(store, linked.run, now).await {
            // Of a journal that is broken nobody can say what was found; that keeps no case open for ever.
            Ok(_) | Err(KeepError::Corrupt(_)) => {}
            Err(why) => return Err(why),
        }
    }
    Ok(unowned(store, state.case()).await?)
}

/// Everything of its own log that is missing; empty when the case can be closed, or stood down where nothing was moved.
pub fn missing(state: &State) -> Vec<Missing> {
    let mut all = Vec::new();
    let on_dr = match state.phase() {
        Phase::FailingOver | Phase::RunningOnDr | Phase::FailingBack => true,
        Phase::Assessing | Phase::Declared | Phase::Normal => false,
    };
    if on_dr && state.reprotected().is_none() {
        all.push(Missing::Reprotect);
    }
    all.extend(state.runs().iter().filter(|linked| linked.status.is_open()).map(|linked| Missing::Run(linked.run)));
    let unowned = state.findings().iter().filter(|finding| finding.owner.is_none());
    all.extend(unowned.map(|finding| Missing::Finding(finding.number)));
    let running = state.alternates().iter().filter(|window| window.to.is_none());
    all.extend(running.map(|window| Missing::Alternate(window.number)));
    all.extend(state.offered().map(|_| Missing::Offer));
    all
}
