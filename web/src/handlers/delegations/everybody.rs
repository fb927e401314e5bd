//! Who stands in for whom, for auditors and admins.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use engine::base::{OrgId, UserName};
use engine::identity::{Mandate, User};
use engine::run::{Act, Door, permit};

use super::list::{reach, stands};
use crate::app::App;
use crate::deeds::Comer;
use crate::error::Error;
use crate::extract::{SignedIn, Visitor};
use crate::i18n::Words;
use crate::pages::{Html, Shell};

/// Those that are over that are shown.
const OVER: usize = 200;

#[derive(Debug)]
struct Row {
    from: String,
    to: String,
    period: String,
    reach: String,
    reason: String,
    stands: String,
}

/// The page.
#[derive(Debug, Template)]
#[template(path = "delegations/everybody.html")]
pub struct Page {
    shell: Shell,
    /// Id, title and rows: what is in force or to come, and what is over.
    tables: [(&'static str, String, Vec<Row>); 2],
}

/// Shows them.
pub async fn everybody(State(app): State<App>, visitor: Visitor, person: SignedIn) -> Result<Html<Page>, Error> {
    let (w, now) = (visitor.words, app.clock.now());
    let mut found = overseen(&app, w, &Comer { person, door: Door::Console }).await?;
    found.sort_by_key(|mandate| std::cmp::Reverse(mandate.since));
    let row = |mandate: &Mandate| Row {
        from: mandate.from.to_string(),
        to: mandate.to.to_string(),
        period: format!("{} – {}", w.moment(mandate.since), w.moment(mandate.until)),
        reach: reach(w, mandate),
        reason: mandate.reason.clone(),
        stands: stands(w, mandate, now),
    };
    let lasting = found.iter().filter(|mandate| mandate.lasts(now)).map(row).collect();
    let over = found.iter().filter(|mandate| !mandate.lasts(now)).take(OVER).map(row).collect();
    Ok(Html(Page {
        shell: Shell::new(&visitor, &w.t("deputies-title")),
        tables: [("lasting", w.t("deputies-lasting"), lasting), ("over", w.t("deputies-over"), over)],
    }))
}

/// The delegations that somebody looks over, by who gave them: those that hand on anything at a place where the person reads as an
/// auditor or an admin, and at the top of the tree all.
pub(crate) async fn overseen(app: &App, w: Words, comer: &Comer) -> Result<Vec<Mandate>, Error> {
    comer.person.must_oversee(app, w, comer.door).await?;
    let reads = |org: Option<&OrgId>| permit(&comer.person.actor_at(org, None), Act::Audit, false).is_ok();
    let mut found = app.sign_ins.mandates().await?;
    if !reads(None) {
        let people = app.sign_ins.people().await?;
        let people: BTreeMap<&UserName, &User> = people.iter().map(|user| (&user.name, user)).collect();
        found.retain(|mandate| people.get(&mandate.from).is_some_and(|giver| mandate.places(giver).any(reads)));
    }
    Ok(found)
}
