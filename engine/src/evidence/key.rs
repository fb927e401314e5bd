//! Keys that sign packs: Ed25519.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::base::Digest;

/// What stands before the 32 bytes of an Ed25519 key in a SubjectPublicKeyInfo (RFC 8410).
const SPKI: [u8; 12] = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];
const BEGIN: &str = "-----BEGIN PUBLIC KEY-----\n";
const END: &str = "\n-----END PUBLIC KEY-----\n";

/// The half that everybody may know.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PublicKey([u8; 32]);

/// Which key, for people and lists: the first sixteen digits of its fingerprint. No proof rests on it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct KeyId(String);

/// A text that is no public key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("this is no public key: a PEM file as `relight key show` prints it, or its 32 bytes in base64")]
pub struct NoKey;

impl PublicKey {
    /// SHA-256 of the 32 bytes: what people compare.
    pub fn fingerprint(&self) -> Digest {
        Digest::of(&self.0)
    }

    /// The beginning of the fingerprint.
    pub fn id(&self) -> KeyId {
        KeyId(hex::encode(&self.fingerprint().0[..8]))
    }

    /// As PEM, which `openssl` reads.
    pub fn to_pem(&self) -> String {
        let bytes = [SPKI.as_slice(), &self.0].concat();
        format!("{BEGIN}{}{END}", STANDARD.encode(bytes))
    }

    /// The 32 bytes in base64.
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Whether this key's other half signed exactly these bytes.
    pub fn signed(&self, bytes: &[u8], signature: &[u8; 64]) -> bool {
        let key = VerifyingKey::from_bytes(&self.0);
        key.is_ok_and(|key| key.verify_strict(bytes, &Signature::from_bytes(signature)).is_ok())
    }
}

impl FromStr for PublicKey {
    type Err = NoKey;

    /// Reads PEM or base64.
    fn from_str(text: &str) -> Result<Self, NoKey> {
        let pem = text.trim().strip_prefix(BEGIN.trim_end()).and_then(|rest| rest.strip_suffix(END.trim()));
        let bytes = STANDARD.decode(pem.unwrap_or(text).trim()).map_err(|_| NoKey)?;
        let bytes = if pem.is_some() { bytes.strip_prefix(&SPKI).ok_or(NoKey)? } else { &bytes };
        bytes.try_into().map(Self).map_err(|_| NoKey)
    }
}

impl TryFrom<String> for PublicKey {
    type Error = NoKey;

    fn try_from(text: String) -> Result<Self, NoKey> {
        text.parse()
    }
}

impl From<PublicKey> for String {
    fn from(key: PublicKey) -> Self {
        key.to_base64()
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({})", self.id())
    }
}

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl KeyId {
    /// The sixteen digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for KeyId {
    type Err = NoKey;

    fn from_str(text: &str) -> Result<Self, NoKey> {
        let digits = |c: u8| c.is_ascii_digit() || (b'a'..=b'f').contains(&c);
        (text.len() == 16 && text.bytes().all(digits)).then(|| Self(text.to_owned())).ok_or(NoKey)
    }
}

/// The half that signs. Never shown, and gone from memory with the value.
pub struct SecretKey(SigningKey);

impl SecretKey {
    /// The key of 32 random bytes.
    pub fn of(seed: &Zeroizing<[u8; 32]>) -> Self {
        Self(SigningKey::from_bytes(seed))
    }

    /// The other half.
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().to_bytes())
    }

    /// Signs bytes; the same key and bytes always give the same signature.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.0.sign(bytes).to_bytes()
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SecretKey({}, not shown)", self.public().id())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_back_from_each_of_its_forms_and_from_nothing_else() {
        let secret = SecretKey::of(&Zeroizing::new([7; 32]));
        let public = secret.public();
        assert_eq!(public.to_pem().parse(), Ok(public));
        assert_eq!(public.to_base64().parse(), Ok(public));
        assert_eq!(public.id().as_str(), &public.fingerprint().to_string()[..16]);
        let private = "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIA==\n-----END PRIVATE KEY-----\n";
        for text in ["", "abc", "YWJj", private, &public.to_pem()[..40]] {
            assert_eq!(text.parse::<PublicKey>(), Err(NoKey), "{text:?}");
        }
        assert!(!format!("{secret:?}").contains("[7"), "{secret:?}");
    }

    #[test]
    fn a_signature_is_good_for_its_text_and_key_alone() {
        let (one, other) = (SecretKey::of(&Zeroizing::new([1; 32])), SecretKey::of(&Zeroizing::new([2; 32])));
        let signature = one.sign(b"text");
        assert_eq!(signature, one.sign(b"text"));
        assert!(one.public().signed(b"text", &signature));
        assert!(!one.public().signed(b"texT", &signature) && !other.public().signed(b"text", &signature));
        for at in 0..64 {
            let mut changed = signature;
            changed[at] ^= 1;
            assert!(!one.public().signed(b"text", &changed), "byte {at}");
        }
    }

    #[test]
    fn a_key_that_every_signature_fits_is_none() {
        // The neutral element of the curve: a key of small order, under which one signature fits every text.
        let mut neutral = [0; 32];
        neutral[0] = 1;
        let mut signature = [0; 64];
        signature[0] = 1;
        assert!(!PublicKey(neutral).signed(b"anything", &signature));
    }
}
