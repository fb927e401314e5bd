//! Breaking the glass, and looking at it afterwards.

use engine::identity::{Glass, Review, User};
use engine::run::{ADMIN, AUDITOR, OBSERVER};
use engine::store::{self, Changed, Kept as _, Query};
use uuid::Uuid;

use super::guard::ATTEMPTS;
use super::second::done;
use super::{By, Came, Refusal, SignIns};

/// Reviewed ones that are listed.
const LISTED: u32 = 200;

impl SignIns {
    /// Gives a person, alone and for some hours, what commander, operator and approver have in `real`. Not to those whose roles
    /// only look on: breaking the glass saves waiting for others, it makes nobody an operator.
    pub async fn break_glass(&self, user: &User, id: Uuid, reason: String, came: &Came) -> Result<(), Refusal> {
        let onlooks = |role: &str| [OBSERVER, AUDITOR, ADMIN].contains(&role);
        if user.grants.iter().all(|grant| onlooks(grant.role.as_str())) {
            return Err(Refusal::Nothing);
        }
        let now = self.clock.now();
        let until = now.plus(Glass::LASTS);
        let glass = Glass { id, by: user.name.clone(), reason, at: now, until, review: None };
        for _ in 0..ATTEMPTS {
            let found = store::find::<User>(&*self.store, user.name.as_str()).await?.ok_or(Refusal::Nothing)?;
            let broken = User { glass_until: Some(until), ..found.value.clone() };
            let mut deed = By::oneself(user, came.peer).deed(now, "glass.break", format!("glass/{}", glass.id));
            deed.reason.clone_from(&glass.reason);
            deed.after = Some(serde_json::json!({ "until": until }));
            let changes = vec![found.put(&broken)?, store::add(&glass)?];
            match self.store.change(now, changes, vec![deed]).await? {
                Changed::Done => return Ok(()),
                // The same form, sent twice.
                Changed::Stale { kind, .. } if kind == Glass::KIND => return Ok(()),
                Changed::Stale { .. } => {}
            }
        }
        Err(Refusal::Busy)
    }

    /// Those that nobody has reviewed yet, the newest first.
    pub async fn broken_glass(&self) -> Result<Vec<Glass>, store::Error> {
        let found = store::list::<Glass>(&*self.store, Glass::open()).await?;
        Ok(found.into_iter().map(|found| found.value).collect())
    }

    /// All of them, the newest first.
    pub async fn all_glass(&self) -> Result<Vec<Glass>, store::Error> {
        let query = Query { newest_first: true, limit: LISTED, ..Query::default() };
        let found = store::list::<Glass>(&*self.store, query).await?;
        Ok(found.into_iter().map(|found| found.value).collect())
    }

    /// Writes down what another person found. What the glass gave ends with it.
    pub async fn review_glass(&self, id: Uuid, finding: String, by: &By) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<Glass>(&*self.store, &id.to_string()).await?.ok_or(Refusal::Nothing)?;
            if found.value.by == by.actor.name {
                return Err(Refusal::Own);
            }
            if found.value.review.is_some() {
                return Err(Refusal::Taken);
            }
            let review = Review { by: by.actor.name.clone(), at: now, finding: finding.clone() };
            let reviewed = Glass { review: Some(review), ..found.value.clone() };
            let mut deed = by.deed(now, "glass.review", format!("glass/{id}"));
            deed.reason.clone_from(&finding);
            let mut changes = vec![found.put(&reviewed)?];
            // Broken anew since, that one lasts on.
            if let Some(user) = store::find::<User>(&*self.store, found.value.by.as_str()).await?
                && user.value.glass_until == Some(found.value.until)
            {
                changes.push(user.put(&User { glass_until: None, ..user.value.clone() })?);
            }
            if done(self.store.change(now, changes, vec![deed]).await?).is_ok() {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }
}
