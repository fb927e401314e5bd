//! What a report shows beside its run: what was open before, and what regulation profiles ask.

use super::calendar::adoptions;
use super::findings::{Finding, Status, closed, of_runbook};
use crate::base::RunId;
use crate::report::{Cover, OpenBefore, Profile, Regulation};
use crate::store::{Error, RunFilter, Store};

/// Closed findings looked through for those that were still open at a declaration.
const CLOSED: u32 = 1_000;

/// Findings of the same runbook that were not closed when the run was declared, the gravest first.
pub async fn open_before(store: &dyn Store, run: &Cover) -> Result<Vec<OpenBefore>, Error> {
    let mut found: Vec<Finding> = of_runbook(store, &run.runbook).await?.into_iter().map(|known| known.value).collect();
    found.extend(closed(store, None, CLOSED).await?.into_iter().filter(|one| one.runbook == run.runbook));
    found.retain(|one| {
        let still = match &one.status {
            Status::Closed { at, .. } => *at > run.declared_at,
            Status::Open
            | Status::InProgress
            | Status::AwaitingRetest
            | Status::Waived { .. }
            | Status::Reopened { .. } => true,
        };
        one.raised_at <= run.declared_at && still
    });
    found.sort_by_key(|one| (one.severity, one.id));
    let line = |one: Finding| OpenBefore {
        what: one.what,
        subject: one.subject.name().to_owned(),
        severity: one.severity.title(),
        owner: one.owner.map(|owner| owner.to_string()),
        due: one.due.map(|due| due.to_string()),
        raised_at: one.raised_at,
        stands: one.status.title(),
    };
    Ok(found.into_iter().map(line).collect())
}

/// Profiles that hold where the run's runbook belongs.
pub async fn regulations(store: &dyn Store, run: RunId) -> Result<Vec<Profile>, Error> {
    let listed = store.runs(RunFilter::only(run)).await?.into_iter().find(|found| found.run == run);
    let organisation = listed.and_then(|found| found.summary.organisation);
    let adopted = adoptions(store).await?.into_iter().filter(|one| one.covers(organisation.as_ref()));
    let clause = |clause: super::calendar::Clause| Regulation {
        clause: clause.clause,
        asks: clause.asks,
        shown_in: clause.shown_in,
    };
    let profile = |profile: super::calendar::Profile| Profile {
        title: profile.title,
        source: profile.source,
        rto: profile.rto,
        advised: profile.advised,
        clauses: profile.clauses.into_iter().map(clause).collect(),
    };
    Ok(adopted.map(|one| profile(one.profile)).collect())
}
