//! The keys of an installation: private halves sealed in the state folder of the host, public halves as records.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::key::{KeyId, PublicKey, SecretKey};
use crate::base::{Timestamp, UserName};
use crate::secrets::{Fault, Sealed};
use crate::store::{Change, Error, Kept, Query, Records, Versioned, add, find, list};

/// The part of the sealed store that no inventory reaches.
const SHELF: &str = "signing";

/// A key as everybody may know it. It is never removed: what was signed with it stays provable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct KeyEntry {
    /// Which.
    pub id: KeyId,
    /// The public half.
    pub public: PublicKey,
    /// When it was made.
    pub made_at: Timestamp,
    /// By whom.
    pub made_by: UserName,
    /// The host whose state folder holds the other half.
    pub host: String,
    /// When it was taken out of use, and why.
    pub retired: Option<Retired>,
}

/// The end of a key's use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Retired {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: UserName,
    /// Why.
    pub reason: String,
}

impl Kept for KeyEntry {
    const KIND: &'static str = "evidence-key";

    fn id(&self) -> String {
        self.id.to_string()
    }
}

/// All keys, the oldest first.
pub async fn keys(records: &(impl Records + ?Sized)) -> Result<Vec<Versioned<KeyEntry>>, Error> {
    let mut keys = list::<KeyEntry>(records, Query::default()).await?;
    keys.sort_by(|one, other| (one.value.made_at, &one.value.id).cmp(&(other.value.made_at, &other.value.id)));
    Ok(keys)
}

/// The key with an id.
pub async fn key(records: &(impl Records + ?Sized), id: &KeyId) -> Result<Option<Versioned<KeyEntry>>, Error> {
    find(records, id.as_str()).await
}

/// Private halves, in the state folder of this host.
#[derive(Debug, Clone)]
pub struct Keyring(Sealed);

impl Keyring {
    /// In a sealed store.
    pub const fn new(sealed: Sealed) -> Self {
        Self(sealed)
    }

    /// Makes a key of random bytes and keeps its private half. What it gives is to be made a record: until then nobody signs
    /// with it.
    pub fn make(&self, at: Timestamp, by: UserName, host: String) -> Result<(KeyEntry, Change), KeyFault> {
        let seed = Zeroizing::new(crate::secrets::random().map_err(KeyFault::Sealed)?);
        let public = SecretKey::of(&seed).public();
        let id = public.id();
        self.0.shelve(SHELF, id.as_str(), seed.as_slice()).map_err(KeyFault::Sealed)?;
        let entry = KeyEntry { id, public, made_at: at, made_by: by, host, retired: None };
        let change = add(&entry).map_err(KeyFault::Store)?;
        Ok((entry, change))
    }

    /// Whether the private half of a key lies on this host.
    pub fn holds(&self, id: &KeyId) -> bool {
        self.0.is_shelved(SHELF, id.as_str())
    }

    /// Whether there is a key to sign with.
    pub async fn signs(&self, records: &(impl Records + ?Sized)) -> Result<bool, Error> {
        Ok(keys(records).await?.iter().any(|key| key.value.retired.is_none() && self.holds(&key.value.id)))
    }

    /// The key to sign with: the newest that is in use and whose private half lies here.
    pub async fn current(&self, records: &(impl Records + ?Sized)) -> Result<SecretKey, KeyFault> {
        let known = keys(records).await.map_err(KeyFault::Store)?;
        let usable = known.iter().rev().map(|key| &key.value).find(|key| key.retired.is_none() && self.holds(&key.id));
        let key = usable.ok_or(KeyFault::None)?;
        let bytes = self.0.unshelve(SHELF, key.id.as_str()).map_err(KeyFault::Sealed)?;
        let seed: [u8; 32] = bytes.as_slice().try_into().map_err(|_| KeyFault::Foreign(key.id.clone()))?;
        let secret = SecretKey::of(&Zeroizing::new(seed));
        if secret.public() == key.public { Ok(secret) } else { Err(KeyFault::Foreign(key.id.clone())) }
    }

    /// Destroys the private half. Whether there was one here.
    pub fn destroy(&self, id: &KeyId) -> Result<bool, KeyFault> {
        self.0.unshelve_for_good(SHELF, id.as_str()).map_err(KeyFault::Sealed)
    }
}

/// Why there is no key to sign with.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// None was made on this host, or all were retired.
    #[error("this host holds no key to sign with: `relight key new` makes one")]
    None,
    /// The private half is another key's.
    #[error("the private half of key {0} in the state folder is another key's: retire it and make a new one")]
    Foreign(KeyId),
    /// The sealed store.
    #[error(transparent)]
    Sealed(Fault),
    /// The records.
    #[error(transparent)]
    Store(Error),
}

impl crate::base::Bilingual for KeyFault {
    fn ko(&self) -> String {
        match self {
            Self::None => "이 호스트에 서명할 키가 없습니다. `relight key new`로 만드십시오".to_owned(),
            Self::Foreign(id) => {
                format!("상태 폴더에 있는 키 {id}의 비밀 부분이 다른 키의 것입니다. 폐기하고 새로 만드십시오")
            }
            Self::Sealed(fault) => fault.ko(),
            Self::Store(error) => error.ko(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::secrets::Sealed;
    use crate::store::{Changed, Memory};

    #[tokio::test]
    async fn the_newest_key_in_use_signs_and_a_retired_one_is_never_used_again() {
        let home = tempfile::tempdir().unwrap();
        let ring = Keyring::new(Sealed::new(home.path().join("secrets"), None));
        let store = Memory::new(std::sync::Arc::new(crate::base::SystemClock));
        assert!(matches!(ring.current(&store).await, Err(KeyFault::None)));
        let by: UserName = "kim".parse().unwrap();
        let mut made = Vec::new();
        for at in [1, 2] {
            let (entry, change) = ring.make(Timestamp(at), by.clone(), "host".to_owned()).unwrap();
            assert_eq!(store.change(Timestamp(at), vec![change], Vec::new()).await.unwrap(), Changed::Done);
            made.push(entry);
        }
        assert_eq!(ring.current(&store).await.unwrap().public(), made[1].public);
        let newest = key(&store, &made[1].id).await.unwrap().unwrap();
        let retired = Retired { at: Timestamp(3), by, reason: "lost".to_owned() };
        let put = newest.put(&KeyEntry { retired: Some(retired), ..newest.value.clone() }).unwrap();
        assert_eq!(store.change(Timestamp(3), vec![put], Vec::new()).await.unwrap(), Changed::Done);
        assert!(ring.destroy(&made[1].id).unwrap() && !ring.destroy(&made[1].id).unwrap());
        assert_eq!(ring.current(&store).await.unwrap().public(), made[0].public);
        assert_eq!(keys(&store).await.unwrap().len(), 2, "its public half stays");
    }
}
