//! What a report shows beside its run: what was open before, and what regulation profiles ask.

use super::calendar::adoptions;
use super::findings::{Finding, Status, closed, of_runbook};
use crate::base::{OrgId, RunId, RunbookId, Timestamp};
use crate::plan::Plan;
use crate::report::{OpenBefore, Profile, Regulation};
use crate::run::{Event, Head};
use crate::store::{Error, Store, Stored};

/// Closed findings looked through for those that were still open at a declaration.
const CLOSED: u32 = 1_000;

/// What has to be known of a run to gather that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct About {
    runbook: RunbookId,
    organisation: Option<OrgId>,
    declared_at: Timestamp,
}

/// Of a stored run; `None` where its first row or its plan is not what was written: its report says so itself.
pub fn about(run: RunId, stored: &Stored) -> Option<About> {
    let first = stored.rows.first()?;
    let mut head = Head::START;
    let Event::Declared(header) = head.accept(run, first).ok()? else { return None };
    let plan = Plan::thaw(&stored.frozen.plan, header.plan).ok()?;
    let organisation = plan.body().organisation.clone();
    Some(About { runbook: header.runbook, organisation, declared_at: first.at })
}

/// Findings of the same runbook that were not closed when the run was declared, the gravest first.
pub async fn open_before(store: &dyn Store, about: &About) -> Result<Vec<OpenBefore>, Error> {
    let mut found: Vec<Finding> =
        of_runbook(store, &about.runbook).await?.into_iter().map(|known| known.value).collect();
    found.extend(closed(store, None, CLOSED).await?.into_iter().filter(|one| one.runbook == about.runbook));
    found.retain(|one| {
        let still = match &one.status {
            Status::Closed { at, .. } => *at > about.declared_at,
            Status::Open
            | Status::InProgress
            | Status::AwaitingRetest
            | Status::Waived { .. }
            | Status::Reopened { .. } => true,
        };
        one.raised_at <= about.declared_at && still
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

/// Profiles that hold where the runbook belongs.
pub async fn regulations(store: &dyn Store, about: &About) -> Result<Vec<Profile>, Error> {
    let adopted = adoptions(store).await?.into_iter().filter(|one| one.covers(about.organisation.as_ref()));
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
