//! Which runbook of the library a case is offered.

use engine::base::CasePart;
use engine::cases::{Answers, Candidate, Proposal, State, propose};
use engine::plan::Library;

use crate::app::App;
use crate::error::Error;
use crate::extract::SignedIn;

/// The runbook to be proposed now, if one fits.
pub(super) async fn proposed(
    app: &App,
    person: &SignedIn,
    state: &State,
    part: CasePart,
) -> Result<Option<Proposal>, Error> {
    let entries = app.runbooks(Library::entries).await?;
    let own = entries.iter().filter(|entry| entry.hidden_by(&entries).is_none());
    let candidates: Vec<_> = own
        .filter_map(|entry| entry.plan.as_deref())
        .filter(|plan| person.may_view(plan.body().organisation.as_ref()))
        .map(|plan| Candidate::of(plan, Answers::of(plan)))
        .collect();
    Ok(propose(state, part, &candidates))
}
