//! What people were told about is dealt with.

use super::raised::Raised;
use super::{Call, Occasion};
use crate::base::Timestamp;
use crate::store::{Change, Error, Query, Records, list};

/// Occasions of one run or case that are looked through, the newest ones.
const OPEN: u32 = 1_000;

/// The changes after which nobody is called any more about those occasions of a group (`run/UUID`, `case/UUID`) that are
/// meant. To be made together with what deals with them; stale where a call has moved on meanwhile: ask for them anew then.
pub async fn settled(
    records: &(impl Records + ?Sized),
    group: &str,
    now: Timestamp,
    meant: impl Fn(&Occasion) -> bool,
) -> Result<Vec<Change>, Error> {
    let query = Query { newest_first: true, limit: OPEN, ..Query::group(group) };
    let mut changes = Vec::new();
    for found in list::<Raised>(records, query).await? {
        let occasion = &found.value.occasion;
        if found.value.settled.is_some() || !occasion.kind.wants_acknowledgement() || !meant(occasion) {
            continue;
        }
        for found in list::<Call>(records, Query::group(occasion.key.as_str())).await? {
            let mut call = found.value.clone();
            if call.settle(now) {
                changes.push(found.put(&call)?);
            }
        }
        // What nobody was told yet is told to nobody.
        let told = Some(found.value.told.clone().unwrap_or_default());
        changes.push(found.put(&Raised { settled: Some(now), told, ..found.value.clone() })?);
    }
    Ok(changes)
}
