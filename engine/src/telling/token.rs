//! Links by which somebody acknowledges without signing in: good for one call, and made by nobody but this installation.

use aws_lc_rs::{constant_time, hmac, rand};
use serde::{Deserialize, Serialize};

use crate::base::{Text, Timestamp};
use crate::store::{Change, Changed, Error, Kept, Records, Remedy, add, find};

/// The key that links are signed with.
#[derive(Clone, Serialize, Deserialize)]
struct Kernel {
    /// 32 bytes in hexadecimal digits.
    key: String,
}

impl Kept for Kernel {
    const KIND: &'static str = "telling-key";

    fn id(&self) -> String {
        "links".to_owned()
    }
}

/// Signs links and tells whether one is genuine.
pub struct Signer(hmac::Key);

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Signer(…)")
    }
}

impl Signer {
    /// With the key of the store, made where there is none.
    pub async fn open(records: &(impl Records + ?Sized), now: Timestamp) -> Result<Self, Error> {
        if let Some(found) = find::<Kernel>(records, "links").await? {
            return Ok(Self::of(&found.value));
        }
        let mut bytes = [0; 32];
        rand::fill(&mut bytes).map_err(|_| Error::Unavailable {
            cause: Text::new("난수를 얻을 수 없습니다", "the system gives no random numbers"),
            next_step: Remedy::new(
                "운영체제의 난수 장치를 확인하십시오",
                "look at the system's source of random numbers",
            ),
        })?;
        let made = Kernel { key: hex::encode(bytes) };
        let change: Change = add(&made)?;
        match records.change(now, vec![change], Vec::new()).await? {
            Changed::Done => Ok(Self::of(&made)),
            // Another node was first; its key counts.
            Changed::Stale { .. } => {
                let found = find::<Kernel>(records, "links").await?;
                Ok(Self::of(&found.map_or(made, |found| found.value)))
            }
        }
    }

    fn of(kernel: &Kernel) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, kernel.key.as_bytes()))
    }

    /// What proves that these bytes, made for a purpose, came from here.
    pub(super) fn tag(&self, purpose: &[u8], body: &[u8]) -> [u8; 32] {
        let signed = hmac::sign(&self.0, &[purpose, body].concat());
        let mut tag = [0; 32];
        tag.iter_mut().zip(signed.as_ref()).for_each(|(place, byte)| *place = *byte);
        tag
    }

    /// Whether a tag, which may have been cut, proves that. Takes the same time however much of it is right.
    pub(super) fn is_tag(&self, purpose: &[u8], body: &[u8], tag: &[u8]) -> bool {
        let whole = self.tag(purpose, body);
        whole.get(..tag.len()).is_some_and(|wanted| constant_time::verify_slices_are_equal(wanted, tag).is_ok())
    }

    #[cfg(test)]
    pub(super) fn for_tests(key: &str) -> Self {
        Self::of(&Kernel { key: key.to_owned() })
    }

    /// What proves that a link to a call came from here.
    pub fn sign(&self, call: &str) -> String {
        hex::encode(hmac::sign(&self.0, call.as_bytes()).as_ref())
    }

    /// Whether it does. Takes the same time however much of it is right.
    pub fn is_genuine(&self, call: &str, token: &str) -> bool {
        hex::decode(token).is_ok_and(|tag| hmac::verify(&self.0, call.as_bytes(), &tag).is_ok())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_link_is_good_for_its_call_and_its_installation_alone() {
        let signer = |key: &str| Signer::of(&Kernel { key: key.to_owned() });
        let token = signer("a").sign("call/1");
        assert!(signer("a").is_genuine("call/1", &token));
        assert!(!signer("a").is_genuine("call/2", &token));
        assert!(!signer("b").is_genuine("call/1", &token));
        for wrong in ["", "00", "not hex", &token[..62], &token.replace(|c: char| c.is_ascii_digit(), "f")] {
            assert!(!signer("a").is_genuine("call/1", wrong), "{wrong}");
        }
    }
}
