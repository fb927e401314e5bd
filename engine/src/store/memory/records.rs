//! Records and deeds in memory.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;

use async_trait::async_trait;

use super::{Kept, Memory};
use crate::base::{Digest, Timestamp};
use crate::store::records::limit;
use crate::store::{Change, Changed, Deed, DeedChain, DeedQuery, Entry, Error, Query, RecordedDeed, Records, record};

type Entries = BTreeMap<(&'static str, String), Entry>;

/// Makes changes in order; gives the first that can not be made.
fn put(entries: &mut Entries, at: Timestamp, changes: Vec<Change>) -> Changed {
    for change in changes {
        match change {
            Change::Put { kind, id, expected, group, due, body } => {
                let entry = Entry { id: id.clone(), version: expected + 1, group, due, body, at };
                match entries.entry((kind, id.clone())) {
                    Place::Vacant(place) if expected == 0 => drop(place.insert(entry)),
                    Place::Occupied(mut place) if place.get().version == expected => drop(place.insert(entry)),
                    Place::Vacant(_) | Place::Occupied(_) => return Changed::Stale { kind, id },
                }
            }
            Change::Remove { kind, id, expected } => match entries.entry((kind, id.clone())) {
                Place::Occupied(place) if place.get().version == expected => drop(place.remove()),
                Place::Vacant(_) | Place::Occupied(_) => return Changed::Stale { kind, id },
            },
        }
    }
    Changed::Done
}

impl Kept {
    /// The rows that these deeds become.
    pub(super) fn seal(&self, deeds: &[Deed]) -> Result<Vec<(Deed, RecordedDeed)>, Error> {
        let last = self.deeds.last().map(|(_, row)| DeedChain { seq: row.seq, hash: row.hash });
        let mut chain = last.unwrap_or(DeedChain::START);
        let seal = |deed: &Deed| Ok((deed.clone(), chain.seal(deed).map_err(|error| record::unwritable(&error))?));
        deeds.iter().map(seal).collect()
    }
}

#[async_trait]
impl Records for Memory {
    async fn change(&self, at: Timestamp, changes: Vec<Change>, deeds: Vec<Deed>) -> Result<Changed, Error> {
        let mut kept = self.kept();
        let mut entries = kept.entries.clone();
        let changed = put(&mut entries, at, changes);
        if changed == Changed::Done {
            let sealed = kept.seal(&deeds)?;
            kept.entries = entries;
            kept.deeds.extend(sealed);
            kept.changes += 1;
        }
        Ok(changed)
    }

    async fn entry(&self, kind: &'static str, id: &str) -> Result<Option<Entry>, Error> {
        Ok(self.kept().entries.get(&(kind, id.to_owned())).cloned())
    }

    async fn entries(&self, kind: &'static str, query: Query) -> Result<Vec<Entry>, Error> {
        let kept = self.kept();
        let mut found: Vec<Entry> =
            kept.entries.iter().filter(|(key, _)| key.0 == kind).map(|(_, e)| e.clone()).collect();
        if query.newest_first {
            found.reverse();
        }
        if let Some(after) = &query.after {
            found.retain(|entry| if query.newest_first { entry.id < *after } else { entry.id > *after });
        }
        if let Some(group) = &query.group {
            found.retain(|entry| entry.group == *group);
        }
        found.truncate(most(query.limit));
        Ok(found)
    }

    async fn due(&self, kind: &'static str, now: Timestamp, limit: u32) -> Result<Vec<Entry>, Error> {
        let kept = self.kept();
        let due = |entry: &&Entry| entry.due.is_some_and(|due| due <= now);
        let mut found: Vec<Entry> =
            kept.entries.iter().filter(|(key, _)| key.0 == kind).map(|(_, entry)| entry).filter(due).cloned().collect();
        found.sort_by(|left, right| (left.due, &left.id).cmp(&(right.due, &right.id)));
        found.truncate(most(limit));
        Ok(found)
    }

    async fn keep(&self, bytes: Vec<u8>) -> Result<Digest, Error> {
        let digest = Digest::of(&bytes);
        self.kept().contents.insert(digest, bytes);
        Ok(digest)
    }

    async fn kept(&self, digest: Digest) -> Result<Option<Vec<u8>>, Error> {
        Ok(Self::kept(self).contents.get(&digest).cloned())
    }

    async fn deeds(&self, query: DeedQuery) -> Result<Vec<RecordedDeed>, Error> {
        let kept = self.kept();
        let fits = |(deed, row): &&(Deed, RecordedDeed)| {
            query.by.as_ref().is_none_or(|by| deed.by.name == *by)
                && query.act.as_ref().is_none_or(|act| deed.act.starts_with(act.as_str()))
                && query.object.as_ref().is_none_or(|object| deed.object == *object)
                && query.outcome.as_ref().is_none_or(|outcome| deed.outcome.keyword() == outcome)
                && query.from.is_none_or(|from| deed.at >= from)
                && query.until.is_none_or(|until| deed.at < until)
                && query.after.is_none_or(|after| if query.newest_first { row.seq < after } else { row.seq > after })
        };
        let mut found: Vec<RecordedDeed> = kept.deeds.iter().filter(fits).map(|(_, row)| row.clone()).collect();
        if query.newest_first {
            found.reverse();
        }
        found.truncate(most(query.limit));
        Ok(found)
    }
}

fn most(asked: u32) -> usize {
    usize::try_from(limit(asked)).unwrap_or(usize::MAX)
}
