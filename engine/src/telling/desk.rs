//! The desk: takes up what was raised, climbs ladders, and sends what is due. One in every `relight serve`.
//!
//! ```text
//!           ┌─ occasions ─ who is told? ──▶ calls, gatherings
//! records ──┼─ gatherings ─ time is up ───▶ one call for all
//!  (due)    ├─ calls ─ next rung ─────────▶ delivery (in-app: the message itself)
//!           └─ deliveries ─ claim ─▶ channel ─▶ delivered, put off, failed ─▶ call goes on
//! ```
//!
//! Every step is one compare-and-swap on what it takes up, so that of several nodes one does it and the others see that it
//! is done. What was claimed by a process that died is due again when its claim runs out.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::delivery::{Delivery, Progress};
use super::gate_link::{GateLink, gate_link_path};
use super::gathering::Gathering;
use super::kept::{directory, kept_settings, kept_templates, seed};
use super::note::Note;
use super::raised::{Outreach, Raised};
use super::routing::{of_class, reach};
use super::token::Signer;
use super::wording::values;
use super::{Call, Carrier, Directory, Occasion, Person, Settings, Template, Way, Who, recipients};
use crate::action::{Handed, Parcel};
use crate::base::{Text, Timestamp};
use crate::store::{Change, Changed, Error, Store, Versioned, add, due, find};

/// Between two looks.
const PACE: Duration = Duration::from_millis(500);
/// What is taken up in one look, of each kind.
const AT_ONCE: u32 = 200;
/// Messages on their way over one kind of channel at the same time. One that hangs so holds up no other.
const ON_THE_WAY: usize = 8;
/// Times that the end of an attempt is written down before its claim is left to run out.
const WRITES: usize = 20;

/// Tells who has an account, and which roles where an occasion is.
#[async_trait]
pub trait People: Send + Sync + std::fmt::Debug {
    /// Those who may sign in.
    async fn people(&self, occasion: &Occasion) -> Result<Vec<Person>, Error>;
}

/// What a desk works with.
#[derive(Debug, Clone)]
pub struct Means {
    /// Where everything is kept.
    pub store: Arc<dyn Store>,
    /// Who has an account.
    pub people: Arc<dyn People>,
    /// Over what messages leave.
    pub carrier: Arc<dyn Carrier>,
    /// The name of this process.
    pub node: String,
}

/// A desk at work.
#[derive(Debug)]
pub(super) struct Desk {
    means: Means,
    signer: Signer,
    lanes: BTreeMap<Way, Arc<Semaphore>>,
    tracker: TaskTracker,
}

/// What the words of a message are made of.
struct Wording {
    templates: BTreeMap<Way, Template>,
    settings: Settings,
}

/// Works until it is stopped; what is on its way then is finished.
pub async fn work(means: Means, stop: CancellationToken) {
    let mut trouble = false;
    let desk = loop {
        match Desk::open(means.clone()).await {
            Ok(desk) => break Arc::new(desk),
            Err(error) => note(&mut trouble, Some(&error)),
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(PACE) => {}
        }
    };
    loop {
        note(&mut trouble, desk.look().await.err().as_ref());
        tokio::select! {
            () = stop.cancelled() => break,
            () = tokio::time::sleep(PACE) => {}
        }
    }
    desk.tracker.close();
    desk.tracker.wait().await;
}

/// Said once when it begins and once when it is over, not with every look.
fn note(trouble: &mut bool, error: Option<&Error>) {
    match (*trouble, error) {
        (false, Some(error)) => tracing::warn!(%error, "nobody can be told anything until the store answers"),
        (true, None) => tracing::info!("the store answers again; people are told"),
        (false, None) | (true, Some(_)) => {}
    }
    *trouble = error.is_some();
}

impl Desk {
    async fn open(means: Means) -> Result<Self, Error> {
        let now = means.store.now().await?;
        seed(&*means.store, now).await?;
        let signer = Signer::open(&*means.store, now).await?;
        let lanes = Way::ALL.map(|way| (way, Arc::new(Semaphore::new(ON_THE_WAY)))).into();
        Ok(Self { means, signer, lanes, tracker: TaskTracker::new() })
    }

    fn store(&self) -> &dyn Store {
        &*self.means.store
    }

    /// Takes up all that is due. Times are those of the store, so that nodes with clocks apart agree on what is.
    async fn look(self: &Arc<Self>) -> Result<(), Error> {
        let now = self.store().now().await?;
        for raised in due::<Raised>(self.store(), now, AT_ONCE).await? {
            self.reach_out(&raised, now).await?;
        }
        for gathering in due::<Gathering>(self.store(), now, AT_ONCE).await? {
            self.tell_gathered(&gathering, now).await?;
        }
        for call in due::<Call>(self.store(), now, AT_ONCE).await? {
            self.go_on(&call, now).await?;
        }
        for delivery in due::<Delivery>(self.store(), now, AT_ONCE).await? {
            let lane = self.lanes.get(&delivery.value.rung.way).cloned().unwrap_or_else(|| Arc::new(Semaphore::new(1)));
            let Ok(place) = lane.try_acquire_owned() else { continue };
            if let Some(claimed) = self.claim(&delivery, now).await? {
                let desk = Arc::clone(self);
                self.tracker.spawn(async move {
                    desk.send(claimed).await;
                    drop(place);
                });
            }
        }
        Ok(())
    }

    async fn directory(&self, occasion: &Occasion) -> Result<Directory, Error> {
        directory(self.store(), self.means.people.people(occasion).await?).await
    }

    async fn wording(&self) -> Result<Wording, Error> {
        Ok(Wording { templates: kept_templates(self.store()).await?, settings: kept_settings(self.store()).await? })
    }

    /// Makes changes. Where another node was quicker there is nothing left to do.
    async fn change(&self, now: Timestamp, changes: Vec<Change>) -> Result<bool, Error> {
        Ok(self.store().change(now, changes, Vec::new()).await? == Changed::Done)
    }

    /// Begins the calls of an occasion, and puts aside what is not urgent.
    async fn reach_out(&self, raised: &Versioned<Raised>, now: Timestamp) -> Result<(), Error> {
        let occasion = &raised.value.occasion;
        let directory = self.directory(occasion).await?;
        let reached = match &raised.value.class {
            Some(class) => of_class(&directory, class, occasion),
            None => recipients(&directory, occasion),
        };
        let wording = self.wording().await?;
        let mut outreach = Outreach { unreached: reached.unreached, ..Outreach::default() };
        let mut changes = Vec::new();
        for recipient in reached.recipients {
            match recipient.urgency.wait() {
                None => {
                    let mut call = Call::begin(occasion, recipient, now);
                    changes.extend(self.climb(&mut call, occasion, &wording, now)?);
                    changes.push(add(&call)?);
                    outreach.calls += 1;
                }
                Some(wait) => {
                    let id = Gathering::id_of(&recipient.who, occasion.mode);
                    changes.push(match find::<Gathering>(self.store(), &id).await? {
                        None => add(&Gathering::begin(recipient.who, occasion, now, wait))?,
                        Some(found) => {
                            let mut gathering = found.value.clone();
                            gathering.add(occasion, now, wait);
                            found.put(&gathering)?
                        }
                    });
                    outreach.gathered += 1;
                }
            }
        }
        changes.push(raised.put(&Raised { told: Some(outreach), ..raised.value.clone() })?);
        self.change(now, changes).await.map(drop)
    }

    /// Tells what was gathered as one occasion of its own.
    async fn tell_gathered(&self, gathering: &Versioned<Gathering>, now: Timestamp) -> Result<(), Error> {
        let occasion = gathering.value.told();
        let directory = self.directory(&occasion).await?;
        let mut outreach = Outreach::default();
        let mut changes = vec![gathering.remove()];
        match reach(&directory, occasion.mode, gathering.value.who.clone(), super::Urgency::Now) {
            Some(recipient) => {
                let mut call = Call::begin(&occasion, recipient, now);
                changes.extend(self.climb(&mut call, &occasion, &self.wording().await?, now)?);
                changes.push(add(&call)?);
                outreach.calls = 1;
            }
            None => outreach.unreached.push(match &gathering.value.who {
                Who::Contact(id) => Text::plain(id.as_str()),
                Who::User(name) => Text::plain(name.as_str()),
            }),
        }
        changes.push(add(&Raised { occasion, class: None, told: Some(outreach), settled: None })?);
        self.change(now, changes).await.map(drop)
    }

    /// The next rung of a call on which nobody has answered, or whose last message did not arrive.
    async fn go_on(&self, found: &Versioned<Call>, now: Timestamp) -> Result<(), Error> {
        let key = found.value.occasion.as_str();
        let Some(raised) = find::<Raised>(self.store(), key).await? else {
            return Err(Error::Inconsistent { table: "record", column: "occasion", row: found.value.id() });
        };
        let mut call = found.value.clone();
        let mut changes = self.climb(&mut call, &raised.value.occasion, &self.wording().await?, now)?;
        changes.push(found.put(&call)?);
        self.change(now, changes).await.map(drop)
    }

    /// Takes a call to its next rung: what is to be made for that. A message on the console is delivered by being there.
    fn climb(
        &self,
        call: &mut Call,
        occasion: &Occasion,
        wording: &Wording,
        now: Timestamp,
    ) -> Result<Vec<Change>, Error> {
        let Some((place, rung)) = call.go_on(now).and_then(|place| Some((place, call.rungs.get(place)?.clone())))
        else {
            return Ok(Vec::new());
        };
        let Some(template) = wording.templates.get(&rung.way) else { return Ok(Vec::new()) };
        let token = self.signer.sign(&call.id());
        // Only who has an account can vote, and each gets a link of the own.
        let vote = rung.user.as_ref().and_then(|user| GateLink::of(occasion, user, now));
        let vote = vote.map(|link| gate_link_path(&link.seal(&self.signer)));
        let empty = super::Message { subject: String::new(), body: String::new(), json: None };
        let mut delivery = Delivery::new(call, place, rung, empty, now);
        let rung = &delivery.rung;
        let values = values(&wording.settings, occasion, call, rung, (&token, vote.as_deref()), &delivery.message_id());
        delivery.message = template.fill(call.mode, &values, &rung.to, rung.lang);
        let mut changes = Vec::new();
        if let (Way::InApp, Some(user)) = (rung.way, rung.user.clone()) {
            let note = Note {
                user,
                delivery: crate::store::Kept::id(&delivery),
                call: call.id(),
                mode: call.mode,
                at: now,
                message: delivery.message.clone(),
                path: occasion.path.clone(),
                wants_acknowledgement: call.wants_acknowledgement,
                read: None,
            };
            changes.push(add(&note)?);
            let answer = Text::new("메시지 화면에 있음", "on the page of messages");
            delivery.progress = Progress::Delivered { at: now, answer };
        }
        changes.push(add(&delivery)?);
        Ok(changes)
    }

    /// Takes a delivery up, or lets it be where somebody has acknowledged meanwhile. `None` when it is another's.
    async fn claim(&self, found: &Versioned<Delivery>, now: Timestamp) -> Result<Option<Versioned<Delivery>>, Error> {
        let call = find::<Call>(self.store(), &found.value.call).await?;
        let mut delivery = found.value.clone();
        if !delivery.claim(&self.means.node, now) {
            return Ok(None);
        }
        let answered = call.is_some_and(|call| call.value.acknowledged.is_some() || call.value.settled.is_some());
        if answered {
            delivery.progress = Progress::Dropped { at: now };
        }
        let claimed = self.change(now, vec![found.put(&delivery)?]).await? && !answered;
        Ok(claimed.then(|| Versioned { value: delivery, version: found.version + 1 }))
    }

    /// Hands a claimed delivery over and writes down what came of it.
    async fn send(&self, claimed: Versioned<Delivery>) {
        let delivery = &claimed.value;
        let parcel = Parcel {
            id: delivery.message_id(),
            to: delivery.rung.to.clone(),
            at: delivery.made_at,
            mode: delivery.mode,
            subject: delivery.message.subject.clone(),
            body: delivery.message.body.clone(),
            json: delivery.message.json.clone(),
        };
        let handed = match kept_settings(self.store()).await {
            Ok(settings) => match settings.carriers.get(&delivery.rung.way) {
                Some(channel) => self.means.carrier.carry(channel, &parcel).await,
                None => Handed::Refused(Text::new(
                    "이 종류의 채널이 알림 설정에 없습니다. 채널을 정한 뒤 다시 보내십시오",
                    "no channel of this kind is named in the settings of telling: name one, then send it again",
                )),
            },
            Err(error) => Handed::Failed(crate::base::Bilingual::text(&error)),
        };
        for _ in 0..WRITES {
            match self.settle(&claimed, &handed).await {
                Ok(()) => return,
                Err(error) => {
                    tracing::warn!(delivery = %crate::store::Kept::id(delivery), %error, "the end of a delivery is not recorded yet");
                }
            }
            tokio::time::sleep(PACE).await;
        }
    }

    /// Writes down what came of an attempt; a call whose message did not arrive goes on at once.
    async fn settle(&self, claimed: &Versioned<Delivery>, handed: &Handed) -> Result<(), Error> {
        let now = self.store().now().await?;
        let mut delivery = claimed.value.clone();
        match handed {
            Handed::Accepted(answer) => delivery.progress = Progress::Delivered { at: now, answer: answer.clone() },
            Handed::Refused(why) => delivery.progress = Progress::Failed { at: now, why: why.clone() },
            Handed::Failed(why) | Handed::Lost(why) => delivery.put_off(why.clone(), now),
        }
        let failed = matches!(delivery.progress, Progress::Failed { .. });
        if failed {
            tracing::warn!(delivery = %crate::store::Kept::id(&delivery), "a message could not be delivered; see /messages/failed");
        }
        loop {
            let mut changes = vec![claimed.put(&delivery)?];
            if failed && let Some(found) = find::<Call>(self.store(), &delivery.call).await? {
                let mut call = found.value.clone();
                call.failed(delivery.place, now);
                if call != found.value {
                    changes.push(found.put(&call)?);
                }
            }
            match self.store().change(now, changes, Vec::new()).await? {
                Changed::Done => return Ok(()),
                // The call moved on; look at it again. A delivery that is another's now is left to it.
                Changed::Stale { kind, .. } if kind == <Call as crate::store::Kept>::KIND => {}
                Changed::Stale { .. } => return Ok(()),
            }
        }
    }
}
