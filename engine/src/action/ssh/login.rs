//! Getting in: by key, by agent, by password, by answers to questions; by several of them where a host wants that.

use std::collections::HashMap;
use std::sync::Arc;

use russh::MethodKind;
use russh::client::{AuthResult, Handle, KeyboardInteractiveAuthResponse};
use russh::keys::agent::AgentIdentity;
use russh::keys::agent::client::AgentClient;
use russh::keys::{Algorithm, HashAlg, PrivateKey, PrivateKeyWithHashAlg, PublicKey};
use tokio::net::UnixStream;
use tokio::sync::Mutex;

use super::fault::Fault;
use super::host::{Host, Settings};
use super::link::Guard;
use crate::base::{Digest, Hasher, Secret, Text};

/// Keys of an agent that are shown to one host. A host closes the door after a few wrong ones (`MaxAuthTries`).
const AGENT_KEYS: usize = 4;
/// Rounds of questions that are answered.
const ROUNDS: usize = 8;
/// Decoded keys remembered at most.
const KEYS: usize = 64;

/// Decoded private keys. The passphrase of a key is made costly to try, so it is not gone through for every connection.
#[derive(Debug, Default)]
pub(super) struct Keyring(Mutex<HashMap<Digest, Arc<PrivateKey>>>);

impl Keyring {
    /// Reads a private key; held while one is being decoded, so that a hundred hosts with one key cost one decoding.
    async fn decode(&self, pem: &Secret, passphrase: Option<&Secret>) -> Result<Arc<PrivateKey>, Text> {
        let mut known = self.0.lock().await;
        let digest = Hasher::default()
            .part(pem.expose().as_bytes())
            .part(passphrase.map(Secret::expose).unwrap_or_default().as_bytes())
            .finish();
        if let Some(key) = known.get(&digest) {
            return Ok(Arc::clone(key));
        }
        let (pem, passphrase) = (pem.clone(), passphrase.cloned());
        let decoded = tokio::task::spawn_blocking(move || decode(&pem, passphrase.as_ref())).await;
        let key = Arc::new(decoded.unwrap_or_else(|error| Err(Text::plain(error.to_string())))?);
        if known.len() >= KEYS {
            known.clear();
        }
        known.insert(digest, Arc::clone(&key));
        Ok(key)
    }
}

fn decode(pem: &Secret, passphrase: Option<&Secret>) -> Result<PrivateKey, Text> {
    use russh::keys::{Error, decode_secret_key};
    // A password that goes with a key that is not encrypted is the user's.
    let key = match (decode_secret_key(pem.expose(), None), passphrase) {
        (Ok(key), _) => key,
        (Err(Error::UnsupportedKeyType { key_type_string, .. }), _) => {
            return Err(unsupported(&key_type_string));
        }
        (Err(Error::KeyIsEncrypted), None) => {
            return Err(Text::new(
                "개인 키가 암호화되어 있습니다. 암호문을 담은 비밀의 이름을 password 에 적으십시오",
                "the private key is encrypted: name the secret with its passphrase under password",
            ));
        }
        (Err(error), None) => return Err(unreadable(&error)),
        (Err(_), Some(passphrase)) => {
            decode_secret_key(pem.expose(), Some(passphrase.expose())).map_err(|error| match error {
                Error::UnsupportedKeyType { key_type_string, .. } => unsupported(&key_type_string),
                Error::SshKey(_) | Error::Pad(_) | Error::Unpad(_) | Error::Pkcs8(_) => Text::new(
                    "개인 키를 열 수 없습니다. password 의 암호문이 이 키의 것이 아닙니다",
                    "the private key does not open: the passphrase under password is not that of this key",
                ),
                error => unreadable(&error),
            })?
        }
    };
    if matches!(key.algorithm(), Algorithm::Rsa { .. }) { Err(unsupported("RSA")) } else { Ok(key) }
}

fn unsupported(kind: &str) -> Text {
    Text::new(
        format!("{kind} 개인 키는 읽지 않습니다. ed25519 키를 쓰거나 키를 SSH 에이전트에 넣고 agent: true 로 두십시오"),
        format!(
            "{kind} private keys are not read: use an ed25519 key, or put the key into an SSH agent and say agent: true"
        ),
    )
}

fn unreadable(error: &russh::keys::Error) -> Text {
    Text::new(
        format!("개인 키를 읽을 수 없습니다 ({error}). 비밀에 OpenSSH 나 PEM 형식의 키 전체가 있어야 합니다"),
        format!(
            "the private key can not be read ({error}): the secret must hold the whole key, in OpenSSH's form or PEM"
        ),
    )
}

/// Logs in over a fresh connection.
pub(super) async fn log_in(
    handle: &mut Handle<Guard>,
    host: &Host,
    settings: &Settings,
    keyring: &Keyring,
) -> Result<(), Fault> {
    let mut door = Door { handle, host, tried: Vec::new(), offers: None };
    if let Some(pem) = &host.key {
        let key = keyring.decode(pem, host.password.as_ref()).await.map_err(|why| door.credentials(why))?;
        if door.key(key).await? {
            return Ok(());
        }
    }
    if host.agent && door.wants(MethodKind::PublicKey) && door.agent(settings).await? {
        return Ok(());
    }
    if let Some(password) = &host.password {
        if door.wants(MethodKind::Password) && door.password(password).await? {
            return Ok(());
        }
        if door.wants(MethodKind::KeyboardInteractive) && door.interactive(password).await? {
            return Ok(());
        }
    }
    Err(door.denied())
}

/// A connection before which somebody stands.
struct Door<'a> {
    handle: &'a mut Handle<Guard>,
    host: &'a Host,
    tried: Vec<String>,
    /// Ways that the host said it would take.
    offers: Option<Vec<MethodKind>>,
}

impl Door<'_> {
    /// Whether it makes sense to try this; before the first refusal nobody knows.
    fn wants(&self, method: MethodKind) -> bool {
        self.offers.as_ref().is_none_or(|offers| offers.contains(&method))
    }

    fn denied(&self) -> Fault {
        let offers = self.offers.iter().flatten().map(|method| <&str>::from(method).to_owned()).collect();
        Fault::Denied { place: self.host.place(), user: self.host.user.clone(), tried: self.tried.clone(), offers }
    }

    fn credentials(&self, why: Text) -> Fault {
        Fault::Credentials { place: self.host.place(), why }
    }

    /// Whether it is open now. A host that has heard enough closes the connection: that is a refusal too.
    fn answered(&mut self, answer: Result<AuthResult, russh::Error>) -> Result<bool, Fault> {
        match answer {
            Ok(AuthResult::Success) => Ok(true),
            Ok(AuthResult::Failure { remaining_methods, partial_success: _ }) => {
                // An empty answer is that of a connection which has ended.
                if !remaining_methods.is_empty() {
                    self.offers = Some(remaining_methods.to_vec());
                }
                if self.handle.is_closed() { Err(self.denied()) } else { Ok(false) }
            }
            Err(_) => Err(self.denied()),
        }
    }

    async fn key(&mut self, key: Arc<PrivateKey>) -> Result<bool, Fault> {
        self.tried.push(format!("publickey {}", shown(key.public_key())));
        let key = PrivateKeyWithHashAlg::new(key, None);
        let answer = self.handle.authenticate_publickey(self.host.user.clone(), key).await;
        self.answered(answer)
    }

    async fn agent(&mut self, settings: &Settings) -> Result<bool, Fault> {
        let Some(socket) = &settings.agent else {
            return Err(self.credentials(Text::new(
                "agent: true 인데 엔진에 SSH 에이전트가 없습니다. SSH_AUTH_SOCK 을 설정하고 엔진을 시작하십시오",
                "agent: true, but the engine has no SSH agent: start it with SSH_AUTH_SOCK set",
            )));
        };
        let mut agent = AgentClient::<UnixStream>::connect_uds(socket).await.map_err(|error| {
            self.credentials(Text::new(
                format!("SSH 에이전트에 연결할 수 없습니다 ({}: {error})", socket.display()),
                format!("the SSH agent can not be reached ({}: {error})", socket.display()),
            ))
        })?;
        if let Some(binding) = self.handle.agent_session_binding() {
            // Agents that know nothing of it refuse, and have no keys that need it.
            let _ = agent.bind_session(binding, false).await;
        }
        let identities = agent.request_identities().await.map_err(|error| {
            self.credentials(Text::new(
                format!("SSH 에이전트가 키를 알려 주지 않습니다 ({error})"),
                format!("the SSH agent does not tell its keys ({error})"),
            ))
        })?;
        if identities.is_empty() {
            self.tried.push("agent without keys".to_owned());
        }
        let rsa = identities.iter().any(|identity| matches!(identity.public_key().algorithm(), Algorithm::Rsa { .. }));
        // Asking costs up to a second with hosts that do not tell.
        let hash = if rsa { self.handle.best_supported_rsa_hash().await.ok().flatten().flatten() } else { None };
        for identity in identities.into_iter().take(AGENT_KEYS) {
            if !self.wants(MethodKind::PublicKey) {
                break;
            }
            let key = identity.public_key().into_owned();
            self.tried.push(format!("agent {}", shown(&key)));
            let hash = hash.filter(|_| matches!(key.algorithm(), Algorithm::Rsa { .. }));
            let user = self.host.user.clone();
            let answer = match identity {
                AgentIdentity::PublicKey { key, .. } => {
                    self.handle.authenticate_publickey_with(user, key, hash, &mut agent).await
                }
                AgentIdentity::Certificate { certificate, .. } => {
                    self.handle.authenticate_certificate_with(user, certificate, hash, &mut agent).await
                }
            };
            match answer {
                Ok(answer) => {
                    if self.answered(Ok(answer))? {
                        return Ok(true);
                    }
                }
                // The agent would not sign with it, as when its owner was asked and said no.
                Err(error) => self.tried.push(format!("not signed: {error}")),
            }
        }
        Ok(false)
    }

    async fn password(&mut self, password: &Secret) -> Result<bool, Fault> {
        self.tried.push("password".to_owned());
        let answer = self.handle.authenticate_password(self.host.user.clone(), password.expose()).await;
        self.answered(answer)
    }

    /// Answers the one question whose answer is not shown with the password, and any that asks for nothing.
    async fn interactive(&mut self, password: &Secret) -> Result<bool, Fault> {
        self.tried.push("keyboard-interactive".to_owned());
        let user = self.host.user.clone();
        let mut answer = self.handle.authenticate_keyboard_interactive_start(user, None).await;
        for _ in 0..ROUNDS {
            match answer {
                Ok(KeyboardInteractiveAuthResponse::Success) => return Ok(true),
                Ok(KeyboardInteractiveAuthResponse::Failure { remaining_methods, partial_success }) => {
                    return self.answered(Ok(AuthResult::Failure { remaining_methods, partial_success }));
                }
                Ok(KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. }) => {
                    let hidden = prompts.iter().filter(|prompt| !prompt.echo).count();
                    if hidden > 1 || hidden < prompts.len() {
                        let asked = prompts.iter().map(|prompt| prompt.prompt.trim()).collect::<Vec<_>>().join(" / ");
                        self.tried.push(format!("not answered: {}", asked.chars().take(200).collect::<String>()));
                        return Ok(false);
                    }
                    let responses = prompts.iter().map(|_| password.expose().to_owned()).collect();
                    answer = self.handle.authenticate_keyboard_interactive_respond(responses).await;
                }
                Err(_) => return Err(self.denied()),
            }
        }
        Ok(false)
    }
}

fn shown(key: &PublicKey) -> String {
    key.fingerprint(HashAlg::Sha256).to_string()
}
