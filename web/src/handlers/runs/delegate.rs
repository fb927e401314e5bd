//! A vote cast in the place of somebody else.

use engine::base::{Bilingual as _, RequestId, RunId, UserName};
use engine::run::{Hand, Request, VoteRefused};

use crate::app::App;
use crate::deeds::{self, Comer};
use crate::error::Error;
use crate::extract::Fields;
use crate::i18n::Words;

/// The same vote, in the name of the person whom the form names. Whether who casts it stands in for that person is looked up
/// here; what the vote is worth, the rules of the gate judge.
pub(super) async fn vote(
    app: &App,
    w: Words,
    (run, id): (RunId, RequestId),
    comer: &Comer,
    fields: &Fields,
    mut request: Request,
) -> Result<Request, Error> {
    let from: UserName = fields.parsed("for")?;
    let place = app.place_of(run).await?;
    let brought = comer.person.stands_in.at(place.org.as_ref(), place.mode, &place.runbook);
    let Request::Vote { ballot, .. } = &mut request else { return Ok(request) };
    if let Some(delegation) = brought.into_iter().find(|delegation| delegation.from == from) {
        ballot.hand = Hand::For(delegation);
        return Ok(request);
    }
    let refused = VoteRefused::NotDelegated { name: comer.person.user.name.clone(), from: from.clone() };
    let doer = comer.at(place.org.as_ref(), Some(place.mode));
    let mut deed = deeds::of_request(&doer, run, id, &request, app.clock.now());
    deed.on_behalf_of = Some(from);
    app.record(deeds::refused(deed, refused.code())).await?;
    Err(Error::Refused { code: refused.code().to_owned(), message: w.text(&refused.text()).to_owned() })
}
