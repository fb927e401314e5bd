//! Whose a unit is: where a runbook writes the id of a team, the team.

use engine::base::{OrgId, reaches};

use crate::app::App;
use crate::error::Error;
use crate::i18n::Words;

/// The owner of a unit in words.
#[derive(Debug)]
pub(crate) struct Owner {
    /// What the runbook says, or the team is called.
    pub(crate) name: String,
    /// Who is in the team.
    pub(crate) members: Vec<String>,
}

/// The owner that a runbook of a place writes beside a unit. A team is meant where one of that id belongs to that place or to
/// one above it: what lies below or elsewhere is no affair of the runbook. It is the team of now, not of when the run began.
pub(crate) async fn owner(
    app: &App,
    w: Words,
    place: Option<&OrgId>,
    written: Option<&str>,
) -> Result<Option<Owner>, Error> {
    let Some(written) = written else { return Ok(None) };
    let plain = || Owner { name: written.to_owned(), members: Vec::new() };
    let Ok(id) = written.parse() else { return Ok(Some(plain())) };
    let found = app.sign_ins.team(&id).await?.filter(|found| reaches(found.value.org.as_ref(), place));
    Ok(Some(found.map_or_else(plain, |found| Owner {
        name: w.text(&found.value.title).to_owned(),
        members: found.value.members.iter().map(ToString::to_string).collect(),
    })))
}
