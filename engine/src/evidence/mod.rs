//! L4: what remains of a run as proof: sealed packs, the keys that sign them, and heads of chains kept outside.
//!
//! | module | what |
//! |---|---|
//! | `container` | the ZIP file that a pack is, byte by byte |
//! | `manifest` | what a pack says of itself, and the text that is signed |
//! | `pack` | making one |
//! | `check` | proving one, offline |
//! | `key`, `keyring` | Ed25519 keys, and where their halves lie |
//! | `anchor` | heads of chains as lines of text |
//! | [`issue`] | issued versions of a report and their signatures |

mod anchor;
mod check;
mod container;
pub mod issue;
mod key;
mod keyring;
mod manifest;
mod pack;
mod readme;

pub use anchor::{Anchor, Chain, NoAnchor};
pub use check::{Flaw, Given, Note, Proof, anchored, check};
pub use key::{KeyId, NoKey, PublicKey, SecretKey};
pub use keyring::{KeyEntry, KeyFault, Keyring, Retired, key, keys};
pub use manifest::{Listed, Manifest, Unproven, Word};
pub use pack::{Contents, Paper, SealError, Shelf, seal};
