//! Whom one can call while a gate asks: everybody whose vote it would take, with the numbers for those who may see them.

use engine::base::UserName;
use engine::executor::View;
use engine::identity::{self, User, acts};
use engine::plan::UnitIx;
use engine::run::{Actor, Door};
use engine::telling::{Address, Way, contacts};

use super::super::telling::Wish;
use crate::app::App;
use crate::error::Error;
use crate::extract::SignedIn;
use crate::i18n::Words;

/// Most persons that are named: nobody calls more.
const NAMED: usize = 20;

/// Somebody whose vote a gate would take.
#[derive(Debug)]
pub(super) struct Callee {
    pub(super) name: String,
    /// For which role.
    pub(super) role: String,
    /// Where mail, messages and calls reach the person: the kind, the address, and where a press on it leads, if anywhere.
    pub(super) ways: Vec<(String, String, Option<String>)>,
}

/// Those who could vote beside the person who looks. In simulated time, where people are played, nobody is called.
pub(super) async fn callees(
    app: &App,
    w: Words,
    person: &SignedIn,
    view: &View,
    ix: UnitIx,
) -> Result<Vec<Callee>, Error> {
    let unit = &view.plan.unit(ix).id;
    let Some(asking) = view.state.asking(&view.plan).into_iter().find(|asking| asking.unit == *unit) else {
        return Ok(Vec::new());
    };
    let (org, mode) = (view.plan.body().organisation.as_ref(), view.state.header().mode);
    // What is told of this gate, and to this person.
    let mut contacts =
        if Wish::See.is_granted_somewhere(person) { contacts(&**app.engine.store()).await? } else { Vec::new() };
    contacts.retain(|known| known.value.covers(org) && Wish::See.is_granted(person, known.value.org.as_ref()));
    let reached = |name: &UserName| {
        let mine = contacts.iter().filter(|known| known.value.reaches(mode) == Some(name));
        mine.flat_map(|known| &known.value.ways).filter_map(|address| way(w, address)).collect()
    };
    let users = app.sign_ins.people().await?;
    let mandates = app.sign_ins.mandates().await?;
    let runbook = &view.plan.body().runbook;
    let now = app.clock.now();
    let stands_for = |deputy: &User| {
        mandates.iter().filter(|mandate| mandate.to == deputy.name && acts(deputy)).find_map(|mandate| {
            let giver = users.iter().find(|user| user.name == mandate.from)?;
            let brought = mandate.brings(giver, (org, mode, runbook), now)?;
            let role = w.roles([asking.waits_for_deputy(&deputy.name, &brought)?]);
            Some(format!("{role} ({})", w.with("approval-deputy", "name", brought.from.as_str())))
        })
    };
    let others = users.iter().filter(|user| !user.disabled && user.name != person.user.name);
    let callees = others.filter_map(|user| {
        let roles = identity::roles(user, org, Some(mode));
        let actor = Actor { name: user.name.clone(), roles, via: Door::Console };
        let own = asking.waits_for(&actor).map(|role| w.roles([role]));
        let role = own.or_else(|| stands_for(user))?;
        Some(Callee { role, ways: reached(&user.name), name: user.name.to_string() })
    });
    Ok(callees.take(NAMED).collect())
}

fn way(w: Words, Address { way, to }: &Address) -> Option<(String, String, Option<String>)> {
    let href = match way {
        Way::InApp => return None,
        Way::Mail => Some(format!("mailto:{to}")),
        Way::Sms | Way::Voice => {
            Some(format!("tel:{}", to.chars().filter(|c| c.is_ascii_digit() || *c == '+').collect::<String>()))
        }
        Way::Messenger => None,
    };
    Some((w.text(&way.title()).to_owned(), to.clone(), href))
}
