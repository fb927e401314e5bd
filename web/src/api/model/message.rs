//! Messages, and what was told to whom.

use engine::base::{OrgId, Timestamp};
use engine::store::Kept as _;
use engine::telling::{Answered, By, Call, Delivery, Note, Progress, Raised, Stands};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Channel, Mode, iso};

/// One page of the caller's own messages.
#[derive(Debug, Serialize, ToSchema)]
pub struct Messages {
    /// The newest first.
    pub messages: Vec<MessageLine>,
    /// What to give as `before` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A message.
#[derive(Debug, Serialize, ToSchema)]
pub struct MessageLine {
    /// Its id.
    pub message: String,
    /// When it was told.
    #[schema(format = DateTime)]
    pub at: String,
    /// Its mode.
    pub mode: Mode,
    /// In short.
    pub subject: String,
    /// What it says.
    pub body: String,
    /// The page of the console where it is dealt with.
    pub path: String,
    /// Whether reading it is asked for as an acknowledgement.
    pub wants_acknowledgement: bool,
    /// When it was read or acknowledged.
    #[schema(format = DateTime)]
    pub read_at: Option<String>,
}

impl MessageLine {
    /// As it is told.
    pub fn of(note: &Note) -> Self {
        Self {
            message: note.id(),
            at: iso(note.at),
            mode: note.mode.into(),
            subject: note.message.subject.clone(),
            body: note.message.body.clone(),
            path: note.path.clone(),
            wants_acknowledgement: note.wants_acknowledgement,
            read_at: note.read.map(iso),
        }
    }
}

/// A message that was read.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReadMessage {
    /// Its id.
    #[schema(max_length = 200)]
    pub message: String,
}

/// Occasions that people were told about.
#[derive(Debug, Serialize, ToSchema)]
pub struct Occasions {
    /// The latest of each sort, newest first.
    pub occasions: Vec<OccasionLine>,
}

/// Something that people were told about.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccasionLine {
    /// Its key.
    pub key: String,
    /// Its kind, such as `gate_opened`.
    pub kind: String,
    /// Its mode.
    pub mode: Mode,
    /// When it was.
    #[schema(format = DateTime)]
    pub at: String,
    /// In short.
    pub headline: Both,
    /// What there is to know.
    pub detail: Both,
    /// Recipients who are called, one by one; `null` before anybody was looked for.
    pub calls: Option<u32>,
    /// Recipients for whom it is gathered with others.
    pub gathered: Option<u32>,
    /// Those whom a rule names and no channel reaches.
    pub unreached: Vec<Both>,
    /// When it was dealt with.
    #[schema(format = DateTime)]
    pub settled_at: Option<String>,
}

impl OccasionLine {
    /// As it is told.
    pub fn of(raised: &Raised) -> Self {
        let (occasion, told) = (&raised.occasion, raised.told.as_ref());
        Self {
            key: occasion.key.to_string(),
            kind: occasion.kind.keyword().to_owned(),
            mode: occasion.mode.into(),
            at: iso(occasion.at),
            headline: Both::of(&occasion.headline),
            detail: Both::of(&occasion.detail),
            calls: told.map(|told| told.calls),
            gathered: told.map(|told| told.gathered),
            unreached: told.iter().flat_map(|told| &told.unreached).map(Both::of).collect(),
            settled_at: raised.settled.map(iso),
        }
    }
}

/// An occasion with everybody who is told.
#[derive(Debug, Serialize, ToSchema)]
pub struct OccasionShown {
    /// The occasion.
    pub occasion: OccasionLine,
    /// Its calls.
    pub calls: Vec<CallLine>,
}

/// Where a call stands.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallStanding {
    /// Somebody has acknowledged it.
    Acknowledged,
    /// It was told; nobody has to say anything.
    Told,
    /// Somebody is waited for, or is tried next.
    Waiting,
    /// What it is about was dealt with before anybody answered.
    Settled,
    /// Everybody was tried and nobody has answered.
    Unanswered,
}

/// One recipient being told.
#[derive(Debug, Serialize, ToSchema)]
pub struct CallLine {
    /// Its id.
    pub call: String,
    /// Who is to be told.
    pub name: Both,
    /// Where it stands.
    pub standing: CallStanding,
    /// Whether an acknowledgement was expected by now.
    pub late: bool,
    /// Who has acknowledged.
    pub acknowledged_by: Option<Both>,
    /// When.
    #[schema(format = DateTime)]
    pub acknowledged_at: Option<String>,
    /// How: `console`, `link`, or `report`, entered by somebody else.
    pub acknowledged_how: Option<&'static str>,
    /// What was sent, in order.
    pub deliveries: Vec<DeliveryLine>,
    /// When the next channel is tried.
    #[schema(format = DateTime)]
    pub next_at: Option<String>,
}

impl CallLine {
    /// A call with what was sent for it; `sees` says where how people are reached may be seen.
    pub fn of(call: &Call, deliveries: &[Delivery], now: Timestamp, sees: impl Fn(Option<&OrgId>) -> bool) -> Self {
        let known = call.acknowledged.as_ref();
        Self {
            call: call.id(),
            name: Both::of(&call.name),
            standing: match call.stands() {
                Stands::Acknowledged => CallStanding::Acknowledged,
                Stands::Told => CallStanding::Told,
                Stands::Waiting => CallStanding::Waiting,
                Stands::Settled => CallStanding::Settled,
                Stands::Unanswered => CallStanding::Unanswered,
            },
            late: call.is_late(now),
            acknowledged_by: known.map(|known| Both::of(&known.who)),
            acknowledged_at: known.map(|known| iso(known.at)),
            acknowledged_how: known.map(|known| match known.by {
                By::Console => "console",
                By::Link => "link",
                By::Report => "report",
            }),
            deliveries: deliveries.iter().map(|it| DeliveryLine::of(it, sees(it.rung.org.as_ref()))).collect(),
            next_at: call.next().and(call.due).map(iso),
        }
    }
}

/// One message on its way over one channel.
#[derive(Debug, Serialize, ToSchema)]
pub struct DeliveryLine {
    /// Its id.
    pub delivery: String,
    /// Who is tried.
    pub name: Both,
    /// Over which kind of channel.
    pub way: Channel,
    /// `waiting`, `sending`, `delivered`, `failed` or `dropped`.
    pub state: &'static str,
    /// Since when, or when it is tried again.
    #[schema(format = DateTime)]
    pub at: String,
    /// What the other side said, or what went wrong; `null` too where the caller may not see how the contact is reached.
    pub said: Option<Both>,
    /// Attempts so far.
    pub tries: u32,
}

impl DeliveryLine {
    /// As it is told; what the other side said may repeat the address.
    pub fn of(delivery: &Delivery, sees: bool) -> Self {
        let (state, at, said) = match &delivery.progress {
            Progress::Waiting { at, why } => ("waiting", *at, why.as_ref()),
            Progress::Sending { .. } => ("sending", delivery.made_at, None),
            Progress::Delivered { at, answer } => ("delivered", *at, Some(answer)),
            Progress::Failed { at, why } => ("failed", *at, Some(why)),
            Progress::Dropped { at } => ("dropped", *at, None),
        };
        Self {
            delivery: delivery.id(),
            name: Both::of(&delivery.rung.name),
            way: delivery.rung.way.into(),
            state,
            at: iso(at),
            said: said.filter(|_| sees).map(Both::of),
            tries: delivery.tries,
        }
    }
}

/// Messages that could not be delivered.
#[derive(Debug, Serialize, ToSchema)]
pub struct FailedDeliveries {
    /// The messages.
    pub deliveries: Vec<DeliveryLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A delivery that is to be tried again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeliverAgain {
    /// Its id.
    #[schema(max_length = 1024)]
    pub delivery: String,
}

/// That somebody has said on the telephone that they know.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AcknowledgeCall {
    /// The call.
    #[schema(max_length = 1024)]
    pub call: String,
    /// How one knows.
    #[schema(min_length = 1, max_length = 4096)]
    pub reason: String,
}

/// What came of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Answering {
    /// `done`, or `already` where it was so before.
    pub outcome: &'static str,
}

impl Answering {
    /// In a word; `None` where there is no such thing.
    pub const fn of(answered: Answered) -> Option<Self> {
        match answered {
            Answered::Done => Some(Self { outcome: "done" }),
            Answered::Already => Some(Self { outcome: "already" }),
            Answered::Missing => None,
        }
    }
}
