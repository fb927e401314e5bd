//! Where a case stands, and the one table of how it gets from there to elsewhere.

use crate::base::keywords;

keywords! {
    /// Where a case stands.
    Phase {
        /// 상황 판단 중: something happened, nothing is declared.
        Assessing = "assessing",
        /// 선포됨: declared, nothing is moved yet or everything tried was ended.
        Declared = "declared",
        /// 전환 중: a failover run is under way.
        FailingOver = "failing_over",
        /// DR 운영 중: services run on the DR site.
        RunningOnDr = "running_on_dr",
        /// 환원 중: a failback run is under way.
        FailingBack = "failing_back",
        /// 정상: services run where they belong. Before the case, after its failback and after its close.
        Normal = "normal",
    }
    /// What takes a case from one phase to another.
    Move {
        /// Somebody opened the case.
        Open = "open",
        /// The commander declared.
        Declare = "declare",
        /// A failover run was declared in the case.
        FailoverBegan = "failover_began",
        /// All failover runs are over, and at least one completed.
        FailoverDone = "failover_done",
        /// All failover runs are over, and none completed.
        FailoverLost = "failover_lost",
        /// A failback run was declared in the case.
        FailbackBegan = "failback_began",
        /// All failback runs are over, and at least one completed.
        FailbackDone = "failback_done",
        /// All failback runs are over, and none completed.
        FailbackLost = "failback_lost",
        /// The commander stood down without moving anything, or with nothing on the DR site.
        StandDown = "stand_down",
        /// The commander closed the case.
        Close = "close",
    }
}

/// The phase that follows; `None` where the move is impossible.
pub const fn next(from: Phase, by: Move) -> Option<Phase> {
    match from {
        Phase::Assessing => match by {
            Move::Declare => Some(Phase::Declared),
            Move::StandDown => Some(Phase::Normal),
            Move::Open
            | Move::FailoverBegan
            | Move::FailoverDone
            | Move::FailoverLost
            | Move::FailbackBegan
            | Move::FailbackDone
            | Move::FailbackLost
            | Move::Close => None,
        },
        Phase::Declared => match by {
            Move::FailoverBegan => Some(Phase::FailingOver),
            Move::StandDown => Some(Phase::Normal),
            Move::Open
            | Move::Declare
            | Move::FailoverDone
            | Move::FailoverLost
            | Move::FailbackBegan
            | Move::FailbackDone
            | Move::FailbackLost
            | Move::Close => None,
        },
        Phase::FailingOver => match by {
            Move::FailoverBegan => Some(Phase::FailingOver),
            Move::FailoverDone => Some(Phase::RunningOnDr),
            Move::FailoverLost => Some(Phase::Declared),
            Move::Open
            | Move::Declare
            | Move::FailbackBegan
            | Move::FailbackDone
            | Move::FailbackLost
            | Move::StandDown
            | Move::Close => None,
        },
        Phase::RunningOnDr => match by {
            // A further failover, of other services, changes nothing for those that run on the DR site already.
            Move::FailoverBegan | Move::FailoverDone => Some(Phase::RunningOnDr),
            Move::FailbackBegan => Some(Phase::FailingBack),
            Move::Close => Some(Phase::Normal),
            Move::Open
            | Move::Declare
            | Move::FailoverLost
            | Move::FailbackDone
            | Move::FailbackLost
            | Move::StandDown => None,
        },
        Phase::FailingBack => match by {
            // What was still on its way over ends while the first services are on their way back.
            Move::FailbackBegan | Move::FailoverDone => Some(Phase::FailingBack),
            Move::FailbackDone => Some(Phase::Normal),
            Move::FailbackLost => Some(Phase::RunningOnDr),
            Move::Open | Move::Declare | Move::FailoverBegan | Move::FailoverLost | Move::StandDown | Move::Close => {
                None
            }
        },
        Phase::Normal => match by {
            Move::Open => Some(Phase::Assessing),
            Move::FailoverDone | Move::Close => Some(Phase::Normal),
            Move::Declare
            | Move::FailoverBegan
            | Move::FailoverLost
            | Move::FailbackBegan
            | Move::FailbackDone
            | Move::FailbackLost
            | Move::StandDown => None,
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_the_one_that_the_architecture_prints() {
        let short = |phase: Option<Phase>| match phase {
            None => "..",
            Some(Phase::Assessing) => "as",
            Some(Phase::Declared) => "de",
            Some(Phase::FailingOver) => "fo",
            Some(Phase::RunningOnDr) => "dr",
            Some(Phase::FailingBack) => "fb",
            Some(Phase::Normal) => "no",
        };
        let row = |phase: &Phase| {
            let cells: Vec<_> = Move::ALL.iter().map(|by| short(next(*phase, *by))).collect();
            format!("{:<14}{}", phase.keyword(), cells.join(" "))
        };
        let table: Vec<String> = Phase::ALL.iter().map(row).collect();
        let printed = include_str!("../../../docs/ARCHITECTURE.md");
        for row in table {
            assert!(printed.contains(&row), "docs/ARCHITECTURE.md lacks the row {row:?}");
        }
    }
}
