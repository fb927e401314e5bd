//! What a pack says of itself: the manifest lists every entry, the statement binds the manifest to the chain and is signed.

use serde::{Deserialize, Serialize};

use super::key::PublicKey;
use crate::base::{Digest, RunId, Text, Timestamp};
use crate::report::Limit;

/// The version of this shape.
pub(super) const FORMAT: u32 = 1;

/// Everything that a pack holds, by digest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The version of this shape.
    pub format: u32,
    /// The program that made it.
    pub made_by: String,
    /// The run.
    pub run: RunId,
    /// The report's document number.
    pub document_no: String,
    /// The instant of every number of the report.
    pub as_of_at: Timestamp,
    /// Whether the run was not over then.
    pub interim: bool,
    /// Rows of the journal.
    pub rows: u64,
    /// The last row's digest.
    pub head: Digest,
    /// Digest of the plan.
    pub plan: Digest,
    /// Fingerprint of the key that signs.
    pub key: Digest,
    /// Every other entry, in the order of the file.
    pub entries: Vec<Listed>,
    /// What the journal names and the store no longer had.
    pub missing: Vec<String>,
    /// What the report does not prove.
    pub limits: Vec<Word>,
    /// What the pack does not prove.
    pub unproven: Vec<Unproven>,
}

/// A keyword of the report, as text: a later version may know more of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Word(pub String);

impl Word {
    pub(super) fn of(limit: Limit) -> Option<Self> {
        serde_json::to_value(limit).ok()?.as_str().map(|word| Self(word.to_owned()))
    }
}

/// An entry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Listed {
    /// Its name.
    pub name: String,
    /// Its length in bytes.
    pub size: u64,
    /// SHA-256 of its bytes.
    pub sha256: Digest,
}

/// What no pack proves by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unproven {
    /// That no rows were cut off the journal's end before it was sealed.
    Tail,
    /// That who holds database and key did not make all of it anew.
    WholeChain,
    /// When it was sealed.
    SealedWhen,
    /// Whose key it is.
    KeyOwner,
}

impl Unproven {
    /// All.
    pub const ALL: [Self; 4] = [Self::Tail, Self::WholeChain, Self::SealedWhen, Self::KeyOwner];

    /// In a sentence.
    pub fn text(self) -> Text {
        match self {
            Self::Tail => Text::new(
                "봉인하기 전에 저널 끝의 행이 잘려 나가지 않았다는 것은 밖에 보관한 앵커와 비교해야만 알 수 있습니다",
                "that no rows were cut off the journal's end before it was sealed: only an anchor kept outside shows that",
            ),
            Self::WholeChain => Text::new(
                "데이터베이스와 서명 키를 모두 가진 사람이 전체를 새로 만들지 않았다는 것",
                "that nobody who holds both the database and the signing key made all of it anew",
            ),
            Self::SealedWhen => Text::new(
                "언제 봉인했는지. 시각은 엔진의 시계입니다",
                "when it was sealed: times are those of the engine's clock",
            ),
            Self::KeyOwner => Text::new(
                "키가 누구의 것인지. 지문을 다른 경로로 확인해야 합니다",
                "whose key it is: compare its fingerprint over another way",
            ),
        }
    }
}

/// The text that is signed. It names nothing that the manifest does not, so it can be made again from it.
pub(super) fn statement(manifest: &Manifest, digest: Digest, key: &PublicKey) -> String {
    let Manifest { run, document_no, as_of_at, rows, head, .. } = manifest;
    let (as_of, key) = (as_of_at.to_iso(), key.fingerprint());
    format!(
        "relight evidence pack {FORMAT}\nrun {run}\ndocument {document_no}\nas-of {as_of}\nrows {rows}\nhead {head}\n\
         manifest {digest}\nkey {key}\n"
    )
}
