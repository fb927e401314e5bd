//! A vote told by phone, as the situation room enters it.

use engine::base::{RunId, UserName};
use engine::identity::{self, User};
use engine::run::{Ballot, Call, Hand, Request, SITUATION_ROOM};

use crate::accounts::in_use;
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{Fields, Named};

/// Reads the form. The roles of who called are those of the account, at the place and in the mode of the run; the rules of the
/// gate judge the rest.
pub(super) async fn vote(app: &App, run: RunId, comer: &Comer, fields: &Fields) -> Result<Request, Error> {
    let place = app.place_of(run).await?;
    let actor = comer.at(place.org.as_ref(), Some(place.mode)).actor;
    let approve = match fields.get("approve") {
        "yes" => true,
        "no" => false,
        _ => return Err(Error::Field(Named::Malformed("verb".to_owned()))),
    };
    let comment = if approve { fields.text("comment")? } else { fields.required("comment")? };
    let (approver, witness): (UserName, UserName) = (fields.parsed("approver")?, fields.parsed("witness")?);
    let called_at = fields.instant("called_at")?.ok_or_else(|| Error::Field(Named::Missing("called_at".to_owned())))?;
    let mut call = Call { approver, roles: Vec::new(), witness, called_at };
    // Who may not enter calls is refused for that, and learns nothing of who has an account.
    if SITUATION_ROOM.parse().is_ok_and(|role| actor.holds(&role)) {
        let caller = account(app, &call.approver, "approver").await?;
        call.roles = identity::roles(&caller, place.org.as_ref(), Some(place.mode));
        account(app, &call.witness, "witness").await?;
    }
    let ballot = Ballot { hand: Hand::Phone(call), ..Ballot::new(approve, comment, fields.parsed("digest")?) };
    Ok(Request::Vote { unit: fields.parsed("unit")?, ballot: Box::new(ballot) })
}

/// An account that is in use.
async fn account(app: &App, name: &UserName, field: &str) -> Result<User, Error> {
    let found = in_use(app.engine.store().as_ref(), name).await?;
    found.ok_or_else(|| Error::Field(Named::Malformed(field.to_owned())))
}
