//! `notify`: a message to people over a channel of the inventory.
//!
//! Whether it was accepted is known, or known not to be known: what was handed over and not answered is unknown and is
//! never sent again by itself. Every message carries the number of its attempt, so that a repetition can be recognised.

mod courier;
mod letter;
mod mail;
mod post;

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

pub use self::courier::{Courier, Handed, Parcel};
use self::letter::Letter;
use super::asker::Asker;
use super::environment::Secrets;
use super::guard::Guard;
use super::transcript::Transcript;
use super::{Launch, trust};
use crate::base::{ContactName, Lang, Mode, Secret, SecretName, TargetName, Text, Timestamp};
use crate::inventory::{Binding, Claim, Pem, Smtp};
use crate::plan::{EnvValue, Notify};
use crate::run::{Cause, CauseKind, Outcome};

/// Longest wait for all of it. A step's own `timeout` may end it earlier.
const PATIENCE: Duration = Duration::from_mins(1);

/// What came of a message.
#[derive(Debug)]
enum Sent {
    /// The other side has taken it.
    Accepted(Text),
    /// The other side has not taken it, or not for all.
    Failed {
        /// Of what kind.
        kind: CauseKind,
        /// What it said, or what stood in the way.
        what: Text,
        /// Whether the same may be taken another time.
        again: bool,
    },
    /// It was handed over, and nobody heard the answer.
    Lost(Text),
}

/// What the channel needs to let it in.
struct Keys {
    secrets: Secrets,
    ca: Option<Vec<u8>>,
}

/// Everything that is needed to send one message.
struct Errand<'a> {
    guard: &'a Guard,
    /// The addresses that the last look before the connection judges by.
    claims: &'a [Claim],
    mode: Mode,
    channel: &'a TargetName,
    /// For whom mail is; a webhook is told in its own words.
    to: BTreeSet<String>,
    letter: Letter,
    /// The instant that the message names as its own: the same however often it is sent.
    at: Timestamp,
    /// Headers of mail beside those that every message has.
    headers: Vec<(&'static str, String)>,
    keys: Keys,
    /// Whether the other side has been told what the message says.
    told: AtomicBool,
}

impl Errand<'_> {
    fn secret(&self, name: Option<&SecretName>) -> Option<&Secret> {
        name.and_then(|name| self.keys.secrets.get(name))
    }

    /// From here on nobody can say any more that it was not sent.
    fn hand_over(&self) {
        self.told.store(true, Ordering::Relaxed);
    }

    /// No answer came any more.
    fn silence(&self, why: Text) -> Sent {
        if self.told.load(Ordering::Relaxed) { Sent::Lost(why) } else { unreachable(why) }
    }
}

/// No way to the other side was found; another time there may be one.
const fn unreachable(what: Text) -> Sent {
    Sent::Failed { kind: CauseKind::Unreachable, what, again: true }
}

/// The outcome of a step that is one message.
pub(super) async fn outcome(
    asker: &Asker<'_>,
    launch: &Launch,
    notify: &Notify,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let sent = match send(asker, launch, notify, transcript, stop).await {
        Ok(sent) => sent,
        Err(cause) => return transcript.refused(&cause),
    };
    let heard = transcript.heard();
    let channel = &notify.channel;
    match sent {
        Sent::Accepted(what) => Outcome::Succeeded { seen: transcript.finish(&what, heard, None).await },
        Sent::Failed { kind, what, again: _ } => {
            let (ko, en) = (what.get(Lang::Ko), what.get(Lang::En));
            let message = transcript.mask(&Text::new(
                format!(
                    "notify {channel}: {ko}. 채널을 확인하고 재시도하거나, 다른 방법으로 알린 뒤 수동 확인하십시오"
                ),
                format!("notify {channel}: {en}; look at the channel and retry, or tell people otherwise and attest"),
            ));
            Outcome::Failed { cause: Cause { kind, message }, seen: transcript.finish(&what, heard, None).await }
        }
        Sent::Lost(why) => {
            let (ko, en) = (why.get(Lang::Ko), why.get(Lang::En));
            let why = transcript.mask(&Text::new(
                format!(
                    "메시지를 넘긴 뒤 답을 듣지 못했습니다 ({ko}). 전달되었을 수 있으니 받는 사람에게 확인하십시오"
                ),
                format!(
                    "the message was handed over and not answered ({en}): it may have arrived; ask those it is for"
                ),
            ));
            let silence = Text::new("응답 없음", "no answer");
            Outcome::Unknown { why, seen: transcript.finish(&silence, heard, None).await }
        }
    }
}

async fn send(
    asker: &Asker<'_>,
    launch: &Launch,
    notify: &Notify,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Sent, Cause> {
    let binding = launch.bound(&notify.channel)?;
    let keys = keys(asker, launch, binding, transcript).await?;
    let lang = binding.smtp.as_ref().map_or_else(|| binding.webhook.as_ref()?.lang, |smtp| smtp.lang);
    let letter = Letter::of(launch, notify, lang)?;
    let shown = format!("{}\n\n{}\n", letter.subject, letter.body);
    transcript.take(transcript.heard(), shown.as_bytes()).await;
    let to = binding.smtp.as_ref().map_or_else(|| Ok(BTreeSet::new()), |smtp| recipients(launch, notify, smtp))?;
    let unit = &launch.plan.unit(launch.unit).id;
    let errand = Errand {
        guard: asker.guard,
        claims: &launch.plan.body().bound.claims,
        mode: launch.mode,
        channel: &notify.channel,
        to,
        letter,
        at: launch.since,
        headers: vec![("X-Relight-Run", launch.run.to_string()), ("X-Relight-Step", format!("{unit} {}", launch.step))],
        keys,
        told: AtomicBool::new(false),
    };
    let sending = async {
        match (&binding.smtp, &binding.webhook) {
            (Some(smtp), _) => mail::send(&errand, smtp).await,
            (None, Some(webhook)) => post::send(&errand, webhook).await,
            (None, None) => Err(no_channel(&notify.channel)),
        }
    };
    tokio::select! {
        sent = sending => sent,
        () = stop.cancelled() => Ok(errand.silence(Text::new("답을 받기 전에 중단", "ended before there was an answer"))),
        () = tokio::time::sleep(PATIENCE) => {
            let seconds = PATIENCE.as_secs();
            Ok(errand.silence(Text::new(format!("{seconds}초 안에 응답 없음"), format!("no answer in {seconds} s"))))
        }
    }
}

/// Fetches what the channel needs; from now on it is hidden in all that is said.
async fn keys(
    asker: &Asker<'_>,
    launch: &Launch,
    binding: &Binding,
    transcript: &mut Transcript,
) -> Result<Keys, Cause> {
    let smtp = binding.smtp.iter().flat_map(Smtp::secrets);
    let webhook = binding.webhook.iter().flat_map(crate::inventory::Webhook::secrets);
    let named: Vec<EnvValue> = smtp.chain(webhook).cloned().map(EnvValue::Secret).collect();
    let secrets = asker.commands.revealed(launch, named.iter(), transcript).await?;
    let smtp = binding.smtp.as_ref().and_then(|smtp| smtp.ca.clone());
    let wanted: Option<Pem> = smtp.or_else(|| binding.webhook.as_ref()?.ca.clone());
    let ca = match wanted {
        None => None,
        Some(wanted) => {
            let (launch, values) = (launch.clone(), Arc::clone(asker.commands.secrets()));
            let read = tokio::task::spawn_blocking(move || trust::read(&launch, &wanted, values.as_ref())).await;
            let broken = |error: tokio::task::JoinError| {
                Err(Cause { kind: CauseKind::Refused, message: Text::plain(error.to_string()) })
            };
            Some(read.unwrap_or_else(broken)?)
        }
    };
    Ok(Keys { secrets, ca })
}

/// Who stands in the lists in this mode, each once.
fn recipients(launch: &Launch, notify: &Notify, smtp: &Smtp) -> Result<BTreeSet<String>, Cause> {
    let wanted: Vec<&ContactName> =
        if notify.to.is_empty() { smtp.to.keys().collect() } else { notify.to.iter().collect() };
    let mut to = BTreeSet::new();
    for list in wanted {
        let people = smtp.to.get(list).ok_or_else(|| {
            let (channel, mode) = (&notify.channel, launch.mode.keyword());
            Cause::new(
                CauseKind::Refused,
                format!("{channel} 채널에는 {mode} 모드에서 쓸 {list} 연락처 목록이 없어 보내지 않았습니다"),
                format!("channel {channel} has no contact list {list} in mode {mode}, so nothing was sent"),
            )
        })?;
        to.extend(people.iter().cloned());
    }
    Ok(to)
}

fn no_channel(channel: &TargetName) -> Cause {
    Cause::new(
        CauseKind::Refused,
        format!("대상 {channel}에는 이 모드에서 쓸 `smtp`도 `webhook`도 없습니다. 인벤토리에 추가하십시오"),
        format!("target {channel} has neither `smtp` nor `webhook` in this mode: add one to the inventory"),
    )
}
