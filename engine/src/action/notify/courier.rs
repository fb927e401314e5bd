//! Messages that belong to no step: over the same channels, past the same guard, by the same senders.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use serde_json::json;

use super::super::addressing::SecretValues;
use super::super::environment::Secrets;
use super::super::guard::Guard;
use super::super::trust;
use super::letter::Letter;
use super::{Errand, Keys, Sent, mail, no_channel, post};
use crate::base::{Mode, SecretName, TargetName, Text, Timestamp};
use crate::inventory::{Binding, Inventory, Pem, Smtp, Webhook};
use crate::run::{Cause, CauseKind};

/// Longest wait for one message to be handed over.
const PATIENCE: Duration = Duration::from_secs(20);

/// A message for one recipient.
#[derive(Debug, Clone)]
pub struct Parcel {
    /// The same for every attempt: `Message-ID` of mail, `Idempotency-Key` of a webhook.
    pub id: String,
    /// The mailbox, the number or the handle.
    pub to: String,
    /// When it was written.
    pub at: Timestamp,
    /// Which address of the channel is used.
    pub mode: Mode,
    /// One line.
    pub subject: String,
    /// The message.
    pub body: String,
    /// What is posted to a webhook.
    pub json: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Handed {
    /// The other side has taken it.
    Accepted(Text),
    /// It was not taken, and will not be however often it is tried.
    Refused(Text),
    /// It was not taken; another time it may be.
    Failed(Text),
    /// It was handed over and nobody heard the answer. Sent again, it carries the same id.
    Lost(Text),
}

/// Hands messages over.
#[derive(Debug, Clone)]
pub struct Courier {
    guard: Guard,
    values: Arc<dyn SecretValues>,
}

impl Courier {
    /// With a way to the values of the inventory's secrets.
    pub fn new(values: Arc<dyn SecretValues>) -> Self {
        Self { guard: Guard::default(), values }
    }

    /// Hands a message to a channel of the inventory.
    pub async fn hand(&self, inventory: &Inventory, channel: &TargetName, parcel: &Parcel) -> Handed {
        match self.send(inventory, channel, parcel).await {
            Ok(Sent::Accepted(what)) => Handed::Accepted(what),
            Ok(Sent::Failed { what, again: true, .. }) => Handed::Failed(what),
            Ok(Sent::Failed { what, again: false, .. }) => Handed::Refused(what),
            Ok(Sent::Lost(why)) => Handed::Lost(why),
            Err(cause) => Handed::Refused(cause.message),
        }
    }

    async fn send(&self, inventory: &Inventory, channel: &TargetName, parcel: &Parcel) -> Result<Sent, Cause> {
        let target = inventory.targets().get(channel).ok_or_else(|| {
            refused(Text::new(
                format!("인벤토리에 대상 {channel}이(가) 없습니다. 알림 설정의 채널을 고치십시오"),
                format!(
                    "there is no target {channel} in the inventory: correct the channel in the settings of telling"
                ),
            ))
        })?;
        let binding = target.bindings.get(&parcel.mode).ok_or_else(|| {
            let mode = parcel.mode.keyword();
            refused(Text::new(
                format!("대상 {channel}은(는) {mode} 모드에서 쓸 수 없습니다. 인벤토리의 `modes`를 확인하십시오"),
                format!("target {channel} may not be addressed in mode {mode}: see its `modes` in the inventory"),
            ))
        })?;
        let keys = self.keys(inventory, binding).await?;
        let values = [("mode", parcel.mode.keyword()), ("run", ""), ("runbook", ""), ("unit", "")];
        let letter = Letter {
            subject: parcel.subject.clone(),
            body: parcel.body.clone(),
            id: parcel.id.clone(),
            json: parcel.json.clone().or_else(|| binding.webhook.is_some().then(|| posted(parcel))),
            values: values.map(|(name, value)| (name.to_owned(), value.to_owned())).into(),
        };
        let errand = Errand {
            guard: &self.guard,
            claims: inventory.claims(),
            mode: parcel.mode,
            channel,
            to: [parcel.to.clone()].into(),
            letter,
            at: parcel.at,
            headers: Vec::new(),
            keys,
            told: AtomicBool::new(false),
        };
        let sending = async {
            match (&binding.smtp, &binding.webhook) {
                (Some(smtp), _) => mail::send(&errand, smtp).await,
                (None, Some(webhook)) => post::send(&errand, webhook).await,
                (None, None) => Err(no_channel(channel)),
            }
        };
        match tokio::time::timeout(PATIENCE, sending).await {
            Ok(sent) => sent,
            Err(_) => {
                let seconds = PATIENCE.as_secs();
                Ok(errand
                    .silence(Text::new(format!("{seconds}초 안에 응답 없음"), format!("no answer in {seconds} s"))))
            }
        }
    }

    /// Fetches what the channel needs to let it in.
    async fn keys(&self, inventory: &Inventory, binding: &Binding) -> Result<Keys, Cause> {
        let smtp = binding.smtp.iter().flat_map(Smtp::secrets);
        let named: Vec<SecretName> = smtp.chain(binding.webhook.iter().flat_map(Webhook::secrets)).cloned().collect();
        let sources = inventory.secrets();
        let mut wanted = BTreeMap::new();
        for name in named {
            let source = sources.get(&name).ok_or_else(|| {
                refused(Text::new(
                    format!("비밀 {name}이(가) 인벤토리에 없습니다. `secrets`를 확인하십시오"),
                    format!("the secret {name} is not in the inventory: see `secrets`"),
                ))
            })?;
            wanted.insert(name, source.clone());
        }
        let pem = binding.smtp.as_ref().and_then(|smtp| smtp.ca.clone());
        let pem = pem.or_else(|| binding.webhook.as_ref()?.ca.clone());
        let values = Arc::clone(&self.values);
        let fetched = tokio::task::spawn_blocking(move || {
            let value = |(name, source)| match values.value(&name, &source) {
                Ok(value) => Ok((name, value)),
                Err(why) => Err(refused(why)),
            };
            let secrets: Secrets = wanted.into_iter().map(value).collect::<Result<_, Cause>>()?;
            let ca = match pem {
                None => None,
                Some(Pem::File(path)) => Some(trust::read_file(&path)?),
                Some(Pem::Secret(name)) => secrets.get(&name).map(|secret| secret.expose().as_bytes().to_vec()),
            };
            Ok(Keys { secrets, ca })
        });
        fetched.await.unwrap_or_else(|error| Err(refused(Text::plain(error.to_string()))))
    }
}

/// What is posted where nobody has said in which form.
fn posted(parcel: &Parcel) -> String {
    let mode = parcel.mode.keyword();
    json!({"id": parcel.id, "to": parcel.to, "mode": mode, "subject": parcel.subject, "body": parcel.body}).to_string()
}

fn refused(message: Text) -> Cause {
    Cause { kind: CauseKind::Refused, message }
}
