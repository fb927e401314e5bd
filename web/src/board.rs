//! What nearly every page needs and that changes seldom: read once a change of the store, not once a page.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;

use engine::base::UserName;
use engine::identity::{Mandate, User};
use engine::store::{self, Error, RunFilter, RunSummary, Store};
use tokio::sync::Mutex;

/// Runs read at once.
const PAGE: u32 = 500;

/// Those whom somebody stands in for, or did: each mandate with the account of who gave it.
pub type Mandates = Arc<Vec<(Mandate, User)>>;

/// The caches of one process. What they hold is as new as the last commit of any node: they ask the store's change counter first.
#[derive(Debug, Default)]
pub struct Board {
    asking: Known<(), Arc<Vec<RunSummary>>>,
    mandates: Known<UserName, Mandates>,
}

impl Board {
    /// All runs that ask people for a vote or for work, newest first.
    pub async fn asking(&self, store: &dyn Store) -> Result<Arc<Vec<RunSummary>>, Error> {
        let read = async || {
            let (mut found, mut before) = (Vec::new(), None);
            loop {
                let page =
                    store.runs(RunFilter { open_only: true, before, limit: PAGE, ..RunFilter::default() }).await?;
                let last = page.len() < PAGE as usize;
                before = page.last().map(|entry| entry.run);
                found.extend(page.into_iter().filter(|entry| entry.summary.asks_people()));
                if last {
                    return Ok(Arc::new(found));
                }
            }
        };
        self.asking.get(store, &(), read).await
    }

    /// What others have given to a person, whether or not it is in force.
    pub async fn mandates(&self, store: &dyn Store, deputy: &UserName) -> Result<Mandates, Error> {
        let read = async || {
            let mut all = Vec::new();
            for found in store::list::<Mandate>(store, Mandate::given_to(deputy)).await? {
                if let Some(giver) = store::find::<User>(store, found.value.from.as_str()).await? {
                    all.push((found.value, giver.value));
                }
            }
            Ok(Arc::new(all))
        };
        self.mandates.get(store, deputy, read).await
    }
}

/// Values as they were at a state of the store's change counter.
#[derive(Debug)]
struct Known<K, V>(Mutex<(Option<u64>, HashMap<K, V>)>);

impl<K, V> Default for Known<K, V> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

impl<K: Eq + Hash + Clone, V: Clone> Known<K, V> {
    /// The value of a key. It is read where the store has changed since the last time; who comes meanwhile waits for that one.
    /// The counter is asked before anything is read: a value may be newer than it says, never older.
    async fn get(&self, store: &dyn Store, key: &K, read: impl AsyncFnOnce() -> Result<V, Error>) -> Result<V, Error> {
        let mut known = self.0.lock().await;
        let counter = store.change_counter().await?;
        if known.0 != Some(counter) {
            known.1.clear();
            known.0 = Some(counter);
        }
        if let Some(value) = known.1.get(key) {
            return Ok(value.clone());
        }
        let value = read().await?;
        known.1.insert(key.clone(), value.clone());
        Ok(value)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use engine::base::{SystemClock, Timestamp};
    use engine::store::Memory;

    use super::*;

    #[tokio::test]
    async fn a_value_is_read_once_a_change_of_the_store() {
        let store = Memory::new(Arc::new(SystemClock));
        let (known, reads) = (Known::<u8, usize>::default(), AtomicUsize::new(0));
        let look =
            async |key: u8| known.get(&store, &key, async || Ok(reads.fetch_add(1, Ordering::Relaxed))).await.unwrap();
        assert_eq!((look(1).await, look(1).await, look(2).await, look(1).await), (0, 0, 1, 0));
        let user = User::new("kim".parse().unwrap(), String::new(), engine::base::Lang::Ko, Timestamp(0));
        let added = vec![store::add(&user).unwrap()];
        let changed = store::Records::change(&store, Timestamp(0), added, Vec::new()).await.unwrap();
        assert_eq!(changed, store::Changed::Done);
        assert_eq!((look(1).await, look(1).await), (2, 2));
    }
}
