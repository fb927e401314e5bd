//! Giving and taking back mandates: that somebody else votes in one's place for a time.

use engine::base::Timestamp;
use engine::identity::{Mandate, MandateFault, User, acts};
use engine::store::{self, Changed, Query, Versioned};
use serde_json::json;
use uuid::Uuid;

use super::guard::ATTEMPTS;
use super::{By, Refusal, SignIns};

/// Mandates that one person gave, read at once.
const LISTED: u32 = 500;
/// Mandates of everybody, read at once.
const PAGE: u32 = 1_000;

/// Why no mandate was given.
#[derive(Debug)]
pub enum NotGiven {
    /// What was asked for can not be one.
    Fault(MandateFault),
    /// Something else.
    Refused(Refusal),
}

impl From<store::Error> for NotGiven {
    fn from(why: store::Error) -> Self {
        Self::Refused(why.into())
    }
}

impl SignIns {
    /// What a person gave, the newest last.
    pub async fn mandates_by(&self, user: &User) -> Result<Vec<Mandate>, store::Error> {
        let query = Query { limit: LISTED, ..Mandate::given_by(&user.name) };
        let found = store::list::<Mandate>(&*self.store, query).await?.into_iter();
        let given = found.take_while(|found| found.value.from == user.name);
        Ok(given.map(|found| found.value).collect())
    }

    /// What anybody gave to anybody, also what is over.
    pub async fn mandates(&self) -> Result<Vec<Mandate>, store::Error> {
        let (mut all, mut after) = (Vec::new(), None);
        loop {
            let query = Query { after, limit: PAGE, ..Query::default() };
            let page = store::list::<Mandate>(&*self.store, query).await?;
            after = page.last().map(|last| store::Kept::id(&last.value));
            let last = page.len() < PAGE as usize;
            all.extend(page.into_iter().map(|found| found.value));
            if last {
                return Ok(all);
            }
        }
    }

    /// The instant at which mandates are looked at.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Lets somebody else stand in for the person who gives it. The same id given again is the same mandate.
    pub async fn give(&self, mandate: Mandate, by: &By) -> Result<(), NotGiven> {
        let fault = |fault| Err(NotGiven::Fault(fault));
        if let Some(wrong) = mandate.fault() {
            return fault(wrong);
        }
        let now = self.clock.now();
        let deputy = store::find::<User>(&*self.store, mandate.to.as_str()).await?;
        if deputy.is_none_or(|found| found.value.disabled || !acts(&found.value)) {
            return fault(MandateFault::Nobody);
        }
        let giver = store::find::<User>(&*self.store, mandate.from.as_str()).await?;
        let giver = giver.ok_or(NotGiven::Refused(Refusal::Nothing))?;
        let others = self.mandates_by(&giver.value).await?;
        if others.iter().filter(|other| other.lasts(now) && other.id != mandate.id).count() >= Mandate::MOST {
            return fault(MandateFault::TooMany);
        }
        let mut deed = by.deed(now, "delegation.give", format!("user/{}", mandate.to));
        deed.reason.clone_from(&mandate.reason);
        deed.after = serde_json::to_value(&mandate).ok();
        match self.store.change(now, vec![store::add(&mandate)?], vec![deed]).await? {
            // The same form, sent twice.
            Changed::Done | Changed::Stale { .. } => Ok(()),
        }
    }

    /// Takes a mandate back; what was voted under it stays.
    pub async fn take_back(&self, user: &User, id: Uuid, by: &By) -> Result<(), Refusal> {
        for _ in 0..ATTEMPTS {
            let now = self.clock.now();
            let found = store::find::<Mandate>(&*self.store, &Mandate::id_of(&user.name, id)).await?;
            let found: Versioned<Mandate> = found.ok_or(Refusal::Nothing)?;
            if !found.value.lasts(now) {
                return Ok(());
            }
            let ended = Mandate { revoked_at: Some(now), ..found.value.clone() };
            let mut deed = by.deed(now, "delegation.take_back", format!("user/{}", ended.to));
            deed.before = Some(json!({ "id": id, "until": found.value.until }));
            if self.store.change(now, vec![found.put(&ended)?], vec![deed]).await? == Changed::Done {
                return Ok(());
            }
        }
        Err(Refusal::Busy)
    }
}
