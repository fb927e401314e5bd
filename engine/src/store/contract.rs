//! What a store promises.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{Deed, Records, Remedy, Samples};
use crate::base::{Bilingual, Lang, LockName, Millis, RequestId, RunId, RunbookId, Text, Timestamp};
use crate::plan::Mode;
use crate::run::{Answer, AttemptId, Claim, OutputChunk, Row, Submission, Summary};

/// The name of an engine process that may own runs. Unique to each start of a process.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Owner(pub String);

/// The right to append to a run's journal, until it expires or is taken over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// The run.
    pub run: RunId,
    /// Who holds it.
    pub owner: Owner,
    /// Fencing token: greater with every change of hands. An append with an older one is refused.
    pub token: u64,
}

/// What is frozen with a run, beside the journal's first row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frozen {
    /// The frozen plan.
    pub plan: String,
    /// The YAML text it was compiled from.
    pub source: String,
}

/// A run that is to exist.
#[derive(Debug, Clone)]
pub struct Created {
    /// The run.
    pub run: RunId,
    /// What is frozen with it.
    pub frozen: Frozen,
    /// The first rows, from place 1.
    pub rows: Vec<Row>,
    /// How it shows in lists.
    pub summary: Summary,
    /// What the log of deeds says of it, in the same transaction.
    pub deeds: Vec<Deed>,
}

/// Everything that belongs together in one commit of one run.
#[derive(Debug, Clone)]
pub struct Append {
    /// By what right.
    pub lease: Lease,
    /// Place of the last row that the writer knows. Refused when the journal has grown beyond it, unless by these very rows:
    /// after an [`Error::Unavailable`] nobody may know whether the commit took place, so the same append, with or without
    /// further rows behind it, may be tried again until it is told yes or no.
    pub expected: u64,
    /// The rows that follow it.
    pub rows: Vec<Row>,
    /// Output that came since the last commit.
    pub output: Vec<OutputChunk>,
    /// Answers to requests that these rows carry out or refuse.
    pub answers: Vec<(RequestId, Answer)>,
    /// How the run shows in lists after these rows. A cache: the journal is the truth. Runbook and mode are those that the
    /// run was created with.
    pub summary: Summary,
}

/// A run in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunSummary {
    /// The run.
    pub run: RunId,
    /// Its cached summary.
    pub summary: Summary,
    /// Place of the last row.
    pub seq: u64,
    /// Who holds the lease, while it is not expired.
    pub owner: Option<String>,
}

/// Which runs to list, newest first.
#[derive(Debug, Clone, Default)]
pub struct RunFilter {
    /// Only of this runbook.
    pub runbook: Option<RunbookId>,
    /// Only in this mode.
    pub mode: Option<Mode>,
    /// Only those that are not over: [`crate::run::RunStatus::is_open`].
    pub open_only: bool,
    /// Only runs declared before this one (exclusive), for paging.
    pub before: Option<RunId>,
    /// Only runs declared after this id was drawn (exclusive), such as that of a case.
    pub after: Option<uuid::Uuid>,
    /// At most so many; 0 means no bound.
    pub limit: u32,
}

impl RunFilter {
    /// The one run, or none.
    pub fn only(run: RunId) -> Self {
        let before = run.0.as_u128().checked_add(1).map(|next| RunId(uuid::Uuid::from_u128(next)));
        Self { before, limit: 1, ..Self::default() }
    }
}

/// Stored values that a caller asked for, with what the store itself knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// What is frozen with the run.
    pub frozen: Frozen,
    /// Its rows in order.
    pub rows: Vec<Row>,
}

/// What can go wrong in a store.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// No such run.
    #[error("there is no run {0}")]
    NoSuchRun(RunId),
    /// A run with this id exists already.
    #[error("run {0} exists already")]
    RunExists(RunId),
    /// The lease was taken over or has been released: this writer must stop at once and forget what it wanted to write.
    #[error("run {run} is owned by another engine now (token {held}, ours was {ours})")]
    Fenced {
        /// The run.
        run: RunId,
        /// The token in force.
        held: u64,
        /// The stale one.
        ours: u64,
    },
    /// The journal is longer than the writer believes.
    #[error("the journal of run {run} ends at row {found}, not at {expected} as its writer believes")]
    Conflict {
        /// The run.
        run: RunId,
        /// Its last row.
        found: u64,
        /// What the writer believed.
        expected: u64,
    },
    /// The medium refuses: disk full, file read-only, database away. The call had its whole effect or, nearly always, none
    /// (the way to a database can be lost just after it committed); it may be tried again on the same store, which heals by
    /// itself. A repeated [`Store::create`] is then told [`Error::RunExists`] if the first one took place.
    #[error("the store can not be used: {}; {next_step}", cause.get(Lang::En))]
    Unavailable {
        /// What the medium said.
        cause: Text,
        /// What a person can do.
        next_step: Remedy,
    },
    /// The store holds something that it can not have written.
    #[error("table {table} holds an impossible {column} for {row}")]
    Inconsistent {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row.
        row: String,
    },
}

impl Bilingual for Error {
    fn ko(&self) -> String {
        match self {
            Self::NoSuchRun(run) => format!("실행 {run}이(가) 없습니다"),
            Self::RunExists(run) => format!("실행 {run}이(가) 이미 있습니다"),
            Self::Fenced { run, held, ours } => {
                format!("실행 {run}은(는) 이제 다른 엔진이 맡고 있습니다 (토큰 {held}, 이 엔진은 {ours})")
            }
            Self::Conflict { run, found, expected } => {
                format!("실행 {run}의 저널은 쓰는 쪽이 아는 {expected}행이 아니라 {found}행에서 끝납니다")
            }
            Self::Unavailable { cause, next_step } => {
                format!("저장소를 쓸 수 없습니다: {}. {}", cause.get(Lang::Ko), next_step.get(Lang::Ko))
            }
            Self::Inconsistent { table, column, row } => {
                format!("테이블 {table}의 {row} 행에 있을 수 없는 {column} 값이 있습니다")
            }
        }
    }
}

/// The one place where anything is kept.
///
/// Every method either has its whole effect, durably, or none. Times that leases are judged by come from the store's own
/// clock (the database's), so that nodes with clocks apart still agree on who owns a run; all other times are the callers'.
#[async_trait]
pub trait Store: Records + Samples {
    /// Makes a run exist. The same run a second time is [`Error::RunExists`] and changes nothing.
    async fn create(&self, created: Created) -> Result<(), Error>;

    /// Commits several runs' appends in one transaction. Each is judged by itself: a stale one is refused without
    /// harming the others. `Err` as a whole means that nothing was kept.
    async fn append(&self, batch: Vec<Append>) -> Result<Vec<Result<(), Error>>, Error>;

    /// The frozen parts and all rows of a run.
    async fn load(&self, run: RunId) -> Result<Stored, Error>;

    /// The frozen parts of a run alone, for readers of a few rows.
    async fn frozen(&self, run: RunId) -> Result<Frozen, Error>;

    /// Rows after `seq`, in order, at most `limit`.
    async fn rows_after(&self, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error>;

    /// Kept output of one attempt, as one text; at most 1 MiB is kept.
    async fn output(&self, run: RunId, attempt: AttemptId) -> Result<String, Error>;

    /// Runs, newest first.
    async fn runs(&self, filter: RunFilter) -> Result<Vec<RunSummary>, Error>;

    /// Takes the lease of a run if it is free, expired or already ours; a new token each time. `None` when another
    /// owner holds it.
    async fn acquire(&self, run: RunId, owner: &Owner, ttl: Millis) -> Result<Option<Lease>, Error>;

    /// Prolongs all leases of an owner that are still its own, expired ones included, and tells which those are.
    async fn renew(&self, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error>;

    /// Gives a lease back; a lease that is no longer ours is left alone.
    async fn release(&self, lease: &Lease) -> Result<(), Error>;

    /// Takes locks for a run, all of them or none. A lock is free when nobody took it or whose it was is over; one that is the
    /// run's already stays so. Refused as [`Error::Fenced`] when the lease is not the one in force: so locks go over to the
    /// next owner with their run, and come free with the commit of its end.
    async fn claim(&self, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error>;

    /// Runs that want an engine ([`crate::run::RunStatus::wants_engine`]) or have an unanswered request, and whose lease is
    /// free or expired: a living engine can adopt them.
    async fn orphans(&self) -> Result<Vec<RunId>, Error>;

    /// Puts a request before the owner of a run, and records the deeds that tell of it in the same transaction. The same
    /// request id a second time changes nothing.
    async fn submit(&self, submission: Submission, deeds: Vec<Deed>) -> Result<(), Error>;

    /// Requests that have no answer yet, oldest first, of these runs.
    async fn pending(&self, runs: &[RunId]) -> Result<Vec<Submission>, Error>;

    /// The answer to a request, once there is one.
    async fn answer(&self, request: RequestId) -> Result<Option<Answer>, Error>;

    /// Something that changes whenever another connection has committed: cheap enough to ask ten times a second.
    async fn change_counter(&self) -> Result<u64, Error>;

    /// The store's own clock, by which leases are judged.
    async fn now(&self) -> Result<Timestamp, Error>;
}
