//! Where the value of a secret is found.

use serde_json::{Value, json};

use super::super::super::diagnostic::Finding;
use super::super::super::read::{Definitions, EnvName, Read, Reader, shape};
use super::super::super::tree::{Kind, NodeId};
use super::super::super::{Code, Spanned};
use crate::base::SecretName;

shape! {
    /// Where the value of a secret is found: exactly one of env, file, sealed.
    struct SecretKeys ["a secret", "비밀"] {
        /// An environment variable of the engine.
        "env" => env: EnvName,
        /// A file on the engine's host that only its user may read.
        "file" => file: String,
        /// An entry of the engine's own sealed store.
        "sealed" => sealed: SecretName,
    }
}

/// Where the value of a secret is found.
#[derive(Debug, Clone)]
pub enum SecretPlace {
    /// An environment variable of the engine.
    Env(EnvName),
    /// A file.
    File(String),
    /// An entry of the sealed store.
    Sealed(SecretName),
}

const PLACES: [&str; 3] = ["env", "file", "sealed"];

impl Read for SecretPlace {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        if let Kind::Scalar { .. } = reader.tree.kind(at) {
            return written_out(reader, at);
        }
        let before = reader.findings.errors();
        let keys = SecretKeys::read(reader, at)?;
        let written: Vec<&str> = PLACES.into_iter().filter(|place| reader.has_key(at, place)).collect();
        if written.len() == 1 {
            let SecretKeys { env, file, sealed } = keys;
            return env.map(Self::Env).or(file.map(Self::File)).or(sealed.map(Self::Sealed));
        }
        // A misspelt key is not reported a second time as a missing one.
        if written.len() > 1 || reader.findings.errors() == before {
            let span = reader.first_key(at);
            reader.findings.report(Code::MissingKey, span, || {
                Finding::new(
                    "a secret is found in exactly one of `env`, `file`, `sealed`",
                    "비밀을 찾는 곳은 `env`, `file`, `sealed` 중 하나입니다",
                )
                .help(
                    "write for example `{env: RELIGHT_PG_ADMIN}`, `{file: /etc/relight/pg-admin}` or `{sealed: pg-admin}`",
                    "예: `{env: RELIGHT_PG_ADMIN}`, `{file: /etc/relight/pg-admin}`, `{sealed: pg-admin}`",
                )
            });
        }
        None
    }

    fn schema(definitions: &mut Definitions) -> Value {
        let schema = SecretKeys::schema(definitions);
        if let Some(keys) = definitions.0.get_mut("SecretKeys").filter(|keys| keys.is_object()) {
            keys["oneOf"] = PLACES.iter().map(|place| json!({ "required": [place] })).collect();
        }
        schema
    }
}

/// The value itself, as people write it who expect it here. It is not quoted in the finding.
fn written_out(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<SecretPlace> {
    let span = reader.span(at);
    reader.findings.report(Code::WrongType, span, || {
        Finding::new(
            "an inventory says where a secret is found, never what it is",
            "인벤토리에는 비밀 값이 아니라 비밀을 찾는 곳을 씁니다",
        )
        .help(
            "remove the value, put it in place with `relight secret set NAME`, and write `{sealed: NAME}`; \
             if it is a real one, change it: it has stood in a readable file",
            "값을 지우고 `relight secret set 이름`으로 보관한 뒤 `{sealed: 이름}`으로 쓰십시오. \
             실제 값이었다면 바꾸십시오. 읽을 수 있는 파일에 드러났습니다",
        )
    });
    None
}

shape! {
    /// The value of a secret of the inventory.
    pub struct SecretRef ["a value from a secret", "비밀에서 가져올 값"] {
        /// The name of the secret.
        (required) "secret" => secret: Spanned<SecretName>,
    }
}
