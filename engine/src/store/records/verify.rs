//! Walking the log of deeds.

use std::collections::BTreeMap;

use super::{BrokenDeeds, Deed, DeedChain, DeedQuery, RecordedDeed, Records};
use crate::store::Error;

/// Rows read at once.
const ROWS: u32 = 1_000;

/// What a walk along the whole log found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeedsWalked {
    /// The last row that is in order, from the first one on.
    pub end: DeedChain,
    /// What is wrong with the row behind it; `None` where there is none, so that the whole log is in order.
    pub broken: Option<BrokenDeeds>,
    /// Whether every row that was asked for stands where it was, with the hash that it had; `None` where none was asked for.
    pub holds: Option<bool>,
}

/// Walks the whole log from its first row. `known` are ends of the log as somebody wrote them down elsewhere, at any time
/// before: only they show that no rows were cut off the end, and that the chain was not made anew as a whole.
pub async fn walk_deeds(records: &(impl Records + ?Sized), known: &[DeedChain]) -> Result<DeedsWalked, Error> {
    let mut sought: BTreeMap<u64, Vec<DeedChain>> = BTreeMap::new();
    for head in known.iter().filter(|head| **head != DeedChain::START) {
        sought.entry(head.seq).or_default().push(*head);
    }
    let holds = |sought: &BTreeMap<u64, Vec<DeedChain>>| (!known.is_empty()).then_some(sought.is_empty());
    let mut walked = DeedsWalked { end: DeedChain::START, broken: None, holds: holds(&sought) };
    loop {
        let query = DeedQuery { after: Some(walked.end.seq), limit: ROWS, ..DeedQuery::default() };
        let rows = records.deeds(query).await?;
        if rows.is_empty() {
            return Ok(walked);
        }
        for row in &rows {
            let before = walked.end;
            let found = match walked.end.accept(row) {
                Ok(deed) => {
                    let found = is_found(records, row, deed).await?;
                    found.then_some(()).ok_or(BrokenDeeds::Columns { seq: row.seq })
                }
                Err(broken) => Err(broken),
            };
            if let Err(broken) = found {
                return Ok(DeedsWalked { end: before, broken: Some(broken), ..walked });
            }
            if sought.get(&row.seq).is_some_and(|heads| heads.iter().all(|head| *head == walked.end)) {
                sought.remove(&row.seq);
                walked.holds = holds(&sought);
            }
        }
    }
}

/// Whether a search for what a deed says finds its row: lists are filtered by columns that stand beside the entry.
async fn is_found(records: &(impl Records + ?Sized), row: &RecordedDeed, deed: Deed) -> Result<bool, Error> {
    let query = DeedQuery {
        outcome: Some(deed.outcome.keyword().to_owned()),
        by: Some(deed.by.name),
        act: Some(deed.act),
        object: Some(deed.object),
        from: Some(deed.at),
        until: Some(deed.at.plus(crate::base::Millis(1))),
        after: Some(row.seq.saturating_sub(1)),
        limit: 1,
        newest_first: false,
    };
    Ok(records.deeds(query).await?.first().is_some_and(|found| found.seq == row.seq))
}
