//! Entries as the types that they are written from.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::{Change, Entry, Query, Records};
use crate::base::Timestamp;
use crate::store::Error;
use crate::store::record::to_json;

/// A type that is kept as entries of one kind.
pub trait Kept: Serialize + DeserializeOwned + Send + Sync {
    /// The kind; it stands in the database.
    const KIND: &'static str;

    /// Unique among the kind. Ids that sort make lists ordered.
    fn id(&self) -> String;

    /// What it is looked up by beside its id.
    fn group(&self) -> String {
        String::new()
    }

    /// When somebody is to look at it.
    fn due(&self) -> Option<Timestamp> {
        None
    }
}

/// A value and the version of its entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Versioned<T> {
    /// The value.
    pub value: T,
    /// The version.
    pub version: u64,
}

impl<T: Kept> Versioned<T> {
    /// The change that puts another value in its place; id and kind stay.
    pub fn put(&self, changed: &T) -> Result<Change, Error> {
        put(changed, self.value.id(), self.version)
    }

    /// The change that removes it.
    pub fn remove(&self) -> Change {
        Change::Remove { kind: T::KIND, id: self.value.id(), expected: self.version }
    }
}

/// The change that adds a value; it is refused when one with its id is there.
pub fn add<T: Kept>(value: &T) -> Result<Change, Error> {
    put(value, value.id(), 0)
}

fn put<T: Kept>(value: &T, id: String, expected: u64) -> Result<Change, Error> {
    Ok(Change::Put { kind: T::KIND, id, expected, group: value.group(), due: value.due(), body: to_json(value)? })
}

/// The value with this id.
pub async fn find<T: Kept>(records: &(impl Records + ?Sized), id: &str) -> Result<Option<Versioned<T>>, Error> {
    records.entry(T::KIND, id).await?.as_ref().map(read).transpose()
}

/// Values in order of their ids.
pub async fn list<T: Kept>(records: &(impl Records + ?Sized), query: Query) -> Result<Vec<Versioned<T>>, Error> {
    records.entries(T::KIND, query).await?.iter().map(read).collect()
}

/// Values that are due, earliest first.
pub async fn due<T: Kept>(
    records: &(impl Records + ?Sized),
    now: Timestamp,
    limit: u32,
) -> Result<Vec<Versioned<T>>, Error> {
    records.due(T::KIND, now, limit).await?.iter().map(read).collect()
}

fn read<T: Kept>(entry: &Entry) -> Result<Versioned<T>, Error> {
    let impossible =
        |_| Error::Inconsistent { table: "record", column: "body", row: format!("{} {}", T::KIND, entry.id) };
    let value = serde_json::from_str(&entry.body).map_err(impossible)?;
    Ok(Versioned { value, version: entry.version })
}
