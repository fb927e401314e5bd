//! Columns read back.

use super::{DeedChain, Entry, RecordedDeed};
use crate::store::Error;
use crate::store::record::{Columns, Record};

pub(in super::super) fn entry<R: Columns>(row: &R) -> Result<Entry, Error> {
    let record = Record::of("record", row);
    Ok(Entry {
        id: record.text("id")?,
        version: record.count("version")?,
        group: record.text("grp")?,
        due: record.optional_instant("due")?,
        body: record.text("body")?,
        at: record.instant("at")?,
    })
}

pub(in super::super) fn deed<R: Columns>(row: &R) -> Result<RecordedDeed, Error> {
    let record = Record::of("deed", row);
    Ok(RecordedDeed { seq: record.count("seq")?, entry: record.text("entry")?, hash: record.digest("hash")? })
}

pub(in super::super) fn content<R: Columns>(row: &R) -> Result<Vec<u8>, Error> {
    Record::of("content", row).bytes("bytes")
}

/// Where the chain ends.
pub(in super::super) fn chain(last: Option<RecordedDeed>) -> DeedChain {
    last.map_or(DeedChain::START, |last| DeedChain { seq: last.seq, hash: last.hash })
}
