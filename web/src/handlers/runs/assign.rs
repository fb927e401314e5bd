//! Whether work can be assigned to a person: to somebody who can sign in here and may do it. A run knows no accounts, and a name
//! that nobody has would take the work from everybody's list.

use engine::base::{Bilingual as _, Text, UserName};
use engine::executor::View;
use engine::identity::{self, MandateFault};
use engine::plan::Action;
use engine::run::{Actor, Door, ManualAct, Request, is_for};

use crate::accounts::in_use;
use crate::app::App;
use crate::error::Error;

/// Why a request assigns work to nobody who could do it: the code and the words. `None` for every other request.
pub(super) async fn fault(app: &App, view: &View, request: &Request) -> Result<Option<(&'static str, Text)>, Error> {
    let Request::Manual { unit, work: ManualAct::Assign { to }, .. } = request else { return Ok(None) };
    let Some(actor) = person(app, view, to).await? else {
        return Ok(Some((MandateFault::Nobody.code(), MandateFault::Nobody.text())));
    };
    let step = view.plan.find(unit).and_then(|ix| view.plan.unit(ix).step(view.state.unit(ix).step));
    // Where no work waits, the run itself says so.
    let Some(Action::Manual(manual)) = step.map(|step| &step.action) else { return Ok(None) };
    Ok(is_for(manual, &actor).err().map(|refused| (refused.code(), refused.text())))
}

/// A person with the roles held where the run is.
async fn person(app: &App, view: &View, name: &UserName) -> Result<Option<Actor>, Error> {
    let found = in_use(app.engine.store().as_ref(), name).await?;
    let org = view.plan.body().organisation.as_ref();
    Ok(found.map(|user| {
        let roles = identity::roles(&user, org, Some(view.state.header().mode));
        Actor { name: user.name, roles, via: Door::Console }
    }))
}
