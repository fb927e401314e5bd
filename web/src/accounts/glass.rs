//! Breaking the glass, and looking at it afterwards.

use std::collections::BTreeSet;

use engine::base::Text;
use engine::identity::{Glass, Review, User, acts};
use engine::plan::Mode;
use engine::store::{self, Changed, Kept as _, Query};
use engine::telling::{self, About, Key, Occasion, OccasionKind};
use uuid::Uuid;

use super::guard::ATTEMPTS;
use super::second::done;
use super::{By, Refusal, SignIns};
use crate::urls;

/// What everybody of the first class is told at once.
fn occasion(glass: &Glass) -> Occasion {
    let by = &glass.by;
    Occasion {
        key: Key::of(OccasionKind::BreakGlass, glass.id),
        kind: OccasionKind::BreakGlass,
        mode: Mode::Real,
        at: glass.at,
        about: About::default(),
        phase: None,
        asks: BTreeSet::new(),
        people: BTreeSet::new(),
        headline: Text::new(
            format!("{by}이(가) 비상 권한을 사용합니다"),
            format!("{by} has taken the emergency authority"),
        ),
        detail: Text::new(
            format!(
                "사유: {}\n{}까지 real 모드에서 혼자 지휘, 조작, 승인할 수 있습니다. 감사 역할의 다른 사람이 검토해야 합니다.",
                glass.reason,
                glass.until.in_seoul()
            ),
            format!(
                "Reason: {}\nUntil {} this person commands, operates and approves alone in the mode real. Another person, an \
                 auditor, has to review it.",
                glass.reason,
                glass.until.in_seoul()
            ),
        ),
        path: urls::glass().to_owned(),
    }
}

impl SignIns {
    /// Gives a person, alone and for some hours, what commander, operator and approver have in `real`. Not to those whose roles
    /// only look on: breaking the glass saves waiting for others, it makes nobody an operator.
    pub async fn break_glass(&self, user: &User, id: Uuid, reason: String, by: &By) -> Result<(), Refusal> {
        if !acts(user) {
            return Err(Refusal::Nothing);
        }
        let now = self.clock.now();
        let until = now.plus(Glass::LASTS);
        let glass = Glass { id, by: user.name.clone(), reason, at: now, until, review: None };
        for _ in 0..ATTEMPTS {
            let found = store::find::<User>(&*self.store, user.name.as_str()).await?.ok_or(Refusal::Nothing)?;
            let broken = User { glass_until: Some(until), ..found.value.clone() };
            let mut deed = by.deed(now, "glass.break", format!("glass/{}", glass.id));
            deed.reason.clone_from(&glass.reason);
            deed.after = Some(serde_json::json!({ "until": until }));
            let mut changes = vec![found.put(&broken)?, store::add(&glass)?];
            changes.extend(telling::raise(occasion(&glass))?);
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

    /// All of them, the newest first: those before one of them, at most so many.
    pub async fn all_glass(&self, before: Option<Uuid>, limit: u32) -> Result<Vec<Glass>, store::Error> {
        let after = before.map(|id| id.to_string());
        let query = Query { after, newest_first: true, limit, ..Query::default() };
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
            // Nobody needs to be called any more about what another person has looked at.
            let key = Key::of(OccasionKind::BreakGlass, id);
            changes.extend(telling::settled(&*self.store, "", now, |told| told.key == key).await?);
            // Broken anew since, that one lasts on.
            if let Some(user) = store::find::<User>(&*self.store, found.value.by.as_str()).await?
                && user.value.glass_until == Some(found.value.until)
            {
                changes.push(user.put(&User { glass_until: None, ..user.value.clone() })?);
            }
            if done(&self.store.change(now, changes, vec![deed]).await?).is_ok() {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }
}
