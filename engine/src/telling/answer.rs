//! What people do about calls and deliveries.

use super::delivery::Delivery;
use super::{By, Call};
use crate::base::{Text, Timestamp};
use crate::store::{Changed, Deed, Error, Kept as _, Query, Records, find, list};

/// Times that a change is tried again because somebody else changed the same at the same time.
const TRIES: usize = 8;
/// Deliveries of one call, at most: a rung each.
const DELIVERIES: u32 = 64;

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answered {
    /// It is so now.
    Done,
    /// It was so before; nothing was changed.
    Already,
    /// There is no such thing.
    Missing,
}

/// Records that somebody knows, with the deed that tells of it.
pub async fn acknowledge(
    records: &(impl Records + ?Sized),
    call: &str,
    who: Text,
    by: By,
    at: Timestamp,
    deeds: Vec<Deed>,
) -> Result<Answered, Error> {
    for _ in 0..TRIES {
        let Some(found) = find::<Call>(records, call).await? else { return Ok(Answered::Missing) };
        let mut changed = found.value.clone();
        if !changed.acknowledge(who.clone(), by, at) {
            return Ok(Answered::Already);
        }
        if records.change(at, vec![found.put(&changed)?], deeds.clone()).await? == Changed::Done {
            return Ok(Answered::Done);
        }
    }
    Err(busy())
}

/// Has a delivery that has failed tried again.
pub async fn retry(
    records: &(impl Records + ?Sized),
    delivery: &str,
    at: Timestamp,
    deeds: Vec<Deed>,
) -> Result<Answered, Error> {
    for _ in 0..TRIES {
        let Some(found) = find::<Delivery>(records, delivery).await? else { return Ok(Answered::Missing) };
        let mut changed = found.value.clone();
        if !changed.retry(at) {
            return Ok(Answered::Already);
        }
        if records.change(at, vec![found.put(&changed)?], deeds.clone()).await? == Changed::Done {
            return Ok(Answered::Done);
        }
    }
    Err(busy())
}

/// The deliveries of a call, in the order of its rungs.
pub async fn deliveries_of(records: &(impl Records + ?Sized), call: &str) -> Result<Vec<Delivery>, Error> {
    let begin = format!("{call}/");
    let query = Query { after: Some(begin.clone()), limit: DELIVERIES, ..Query::default() };
    let found = list::<Delivery>(records, query).await?.into_iter().map(|found| found.value);
    Ok(found
        .take_while(|delivery| delivery.id().starts_with(&begin))
        .filter(|delivery| delivery.call == call)
        .collect())
}

fn busy() -> Error {
    Error::Unavailable {
        cause: Text::new("같은 항목이 계속 바뀌고 있습니다", "the same entry is being changed again and again"),
        next_step: crate::store::Remedy::new("잠시 뒤 다시 시도하십시오", "try again in a moment"),
    }
}
