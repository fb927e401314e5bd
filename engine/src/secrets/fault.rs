//! Why there is no value.

use std::io;
use std::path::PathBuf;

use super::LIMIT;
use crate::base::{Bilingual, SecretName};

/// Why a secret can not be had, or not be kept. Never says anything of its value.
#[derive(Debug, thiserror::Error)]
pub enum Fault {
    /// The variable is not there, or empty.
    #[error("the engine's environment has no variable {0}: set it where the engine is started")]
    Unset(String),
    /// A file or folder can not be read or written.
    #[error("{path}: {cause}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        cause: io::Error,
    },
    /// Something else than a file.
    #[error("{0} is not a file")]
    NoFile(PathBuf),
    /// More than a secret may have.
    #[error("{0} has more than {limit} KiB, which is no secret", limit = LIMIT >> 10)]
    TooLong(PathBuf),
    /// Not a text.
    #[error("{0} is not UTF-8 text")]
    NoText(PathBuf),
    /// Nothing in it.
    #[error("{0} is empty: write the secret into it")]
    Empty(PathBuf),
    /// Nothing has been sealed under this name.
    #[error("nothing is sealed under {0}: `relight secret set {0}` on the engine's host")]
    NotSealed(SecretName),
    /// The file with the key is not one.
    #[error("{0} is no key of sealed secrets: it must have 32 bytes; bring it back from a backup")]
    NoKey(PathBuf),
    /// Values are there, and the key they were sealed with is not.
    #[error("the key {0} is gone: bring it back from a backup, or remove the sealed secrets and set them again")]
    KeyGone(PathBuf),
    /// The key can be read by others.
    #[error("the key {0} can be read by every user of this machine: `chmod 600` it, and change the secrets")]
    KeyOpen(PathBuf),
    /// Sealed with another key, under another name, or changed since.
    #[error("{0} was not sealed with this key under this name, or was changed since: `relight secret set` it again")]
    Broken(PathBuf),
    /// The cryptographic library refused.
    #[error("the value can not be sealed: the system gives no randomness")]
    Cipher,
}

impl Bilingual for Fault {
    fn ko(&self) -> String {
        match self {
            Self::Unset(name) => {
                format!("엔진의 환경에 변수 {name}이(가) 없습니다. 엔진을 기동하는 곳에서 설정하십시오")
            }
            Self::File { path, cause } => format!("{}: {cause}", path.display()),
            Self::NoFile(path) => format!("{}은(는) 파일이 아닙니다", path.display()),
            Self::TooLong(path) => {
                format!("{}이(가) {} KiB를 넘습니다. 비밀 값이 아닙니다", path.display(), LIMIT >> 10)
            }
            Self::NoText(path) => format!("{}은(는) UTF-8 텍스트가 아닙니다", path.display()),
            Self::Empty(path) => format!("{}이(가) 비어 있습니다. 비밀 값을 써 넣으십시오", path.display()),
            Self::NotSealed(name) => format!(
                "{name}(이)라는 이름으로 보관된 비밀이 없습니다. 엔진의 호스트에서 `relight secret set {name}`을 실행하십시오"
            ),
            Self::NoKey(path) => {
                format!(
                    "{}은(는) 비밀 보관용 키가 아닙니다. 32바이트여야 합니다. 백업에서 되돌리십시오",
                    path.display()
                )
            }
            Self::KeyGone(path) => format!(
                "키 {}이(가) 사라졌습니다. 백업에서 되돌리거나, 보관된 비밀을 지우고 다시 설정하십시오",
                path.display()
            ),
            Self::KeyOpen(path) => format!(
                "키 {}을(를) 이 기계의 모든 사용자가 읽을 수 있습니다. `chmod 600`으로 닫고 비밀을 바꾸십시오",
                path.display()
            ),
            Self::Broken(path) => format!(
                "{}은(는) 이 키와 이 이름으로 보관된 것이 아니거나 그 뒤에 바뀌었습니다. `relight secret set`으로 다시 설정하십시오",
                path.display()
            ),
            Self::Cipher => "값을 보관할 수 없습니다. 시스템이 난수를 주지 않습니다".to_owned(),
        }
    }
}
