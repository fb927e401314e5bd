//! The contact tree.

use engine::base::{Lang, OrgId, Text};
use engine::telling::{Address, Class, Contact, ContactKind, Way};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Both, Mode};
use crate::error::{Error, Unreadable};

/// Classes of the contact tree.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactClasses {
    /// In their order.
    pub classes: Vec<ContactClass>,
}

/// A class.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactClass {
    /// Its name.
    pub name: String,
    /// Its version: what a change of it must name.
    pub version: u64,
    /// Its name for people.
    pub title: Both,
    /// Where it stands among the classes.
    pub order: u32,
    /// The time in which everybody of it is to have acknowledged.
    pub deadline_ms: u64,
    /// How long one channel is waited on before the next one is tried.
    pub patience_ms: u64,
}

impl ContactClass {
    /// As it is told.
    pub fn of(class: &Class, version: u64) -> Self {
        Self {
            name: class.name.to_string(),
            version,
            title: Both::of(&class.title),
            order: class.order,
            deadline_ms: class.deadline.0,
            patience_ms: class.patience.0,
        }
    }
}

/// One page of contacts.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactList {
    /// The contacts, by id.
    pub contacts: Vec<ContactLine>,
    /// What to give as `after` for the next page; `null` where this is the last one.
    pub next: Option<String>,
}

/// A contact.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactLine {
    /// Its id.
    pub contact: String,
    /// Its version: what a change of it must name.
    pub version: u64,
    /// Its name.
    pub name: Both,
    /// The organisation whose contact it is; `null` is the top of the tree.
    #[schema(value_type = Option<String>)]
    pub organisation: Option<OrgId>,
    /// The account of a person of ours.
    pub account: Option<String>,
    /// Of an outside party: which.
    pub party: Option<Both>,
    /// The class.
    pub class: String,
    /// Roles in a recovery, beside those of the account.
    pub roles: Vec<String>,
    /// How it is reached, in the order in which the channels are tried.
    pub ways: Vec<ContactWay>,
    /// The contact that is told in its place.
    pub deputy: Option<String>,
    /// The modes in which it is told anything.
    pub modes: Vec<Mode>,
    /// The language of its messages, `ko` or `en`; `null`: both.
    pub lang: Option<String>,
    /// A remark.
    pub note: String,
    /// What keeps it from being told, where something does.
    pub lack: Option<Both>,
}

/// A kind of channel.
#[derive(Debug, Clone, Copy, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A message on the console's own page.
    InApp,
    /// Mail.
    Mail,
    /// A short message to a telephone.
    Sms,
    /// A messenger.
    Messenger,
    /// A voice call.
    Voice,
}

impl From<Way> for Channel {
    fn from(way: Way) -> Self {
        match way {
            Way::InApp => Self::InApp,
            Way::Mail => Self::Mail,
            Way::Sms => Self::Sms,
            Way::Messenger => Self::Messenger,
            Way::Voice => Self::Voice,
        }
    }
}

impl From<Channel> for Way {
    fn from(channel: Channel) -> Self {
        match channel {
            Channel::InApp => Self::InApp,
            Channel::Mail => Self::Mail,
            Channel::Sms => Self::Sms,
            Channel::Messenger => Self::Messenger,
            Channel::Voice => Self::Voice,
        }
    }
}

/// One way to reach a contact.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactWay {
    /// The kind of channel.
    pub way: Channel,
    /// The mailbox, the number, the handle; nothing for messages on the console. `null` in answers to who may not see it.
    #[schema(max_length = 254)]
    pub to: Option<String>,
}

/// A name in both languages.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BothNames {
    /// Korean.
    #[schema(min_length = 1, max_length = 100)]
    pub ko: String,
    /// English; as in Korean where absent.
    #[schema(max_length = 100)]
    pub en: Option<String>,
}

impl BothNames {
    fn text(self) -> Text {
        let en = self.en.unwrap_or_else(|| self.ko.clone());
        Text::new(self.ko.trim(), en.trim())
    }
}

/// A contact that is to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactBody {
    /// The version that was looked at; 0 for a new one.
    pub version: u64,
    /// Its name.
    pub name: BothNames,
    /// The account of a person of ours.
    #[schema(max_length = 64)]
    pub account: Option<String>,
    /// The organisation whose contact it is: it is told of what happens there and below, and kept by who tends contacts there. The top
    /// of the tree where absent.
    #[schema(value_type = Option<String>, max_length = 512)]
    pub organisation: Option<OrgId>,
    /// Of an outside party: which. Not together with an account.
    pub party: Option<BothNames>,
    /// The class.
    #[schema(max_length = 64)]
    pub class: String,
    /// Roles in a recovery, beside those of the account.
    #[serde(default)]
    #[schema(max_items = 32)]
    pub roles: Vec<String>,
    /// How it is reached, in the order in which the channels are tried.
    #[schema(min_items = 1, max_items = 10)]
    pub ways: Vec<ContactWay>,
    /// The contact that is told in its place.
    #[schema(max_length = 64)]
    pub deputy: Option<String>,
    /// The modes in which it is told anything.
    #[schema(min_items = 1)]
    pub modes: Vec<Mode>,
    /// The language of its messages, `ko` or `en`; both where absent.
    pub lang: Option<String>,
    /// A remark.
    #[serde(default)]
    #[schema(max_length = 1000)]
    pub note: String,
}

/// Roles of one contact.
const ROLES: usize = 32;

fn unfit(what: &str) -> Error {
    Error::Unreadable(Unreadable::Shape, what.to_owned())
}

impl ContactBody {
    /// As the engine knows contacts; the place of what is none.
    pub fn read(self, id: &str) -> Result<Contact, Error> {
        let user = self.account.map(|name| name.parse().map_err(|_| unfit("account"))).transpose()?;
        let kind = match self.party {
            Some(_) if user.is_some() => return Err(unfit("account, party")),
            Some(party) => ContactKind::Party { organisation: party.text() },
            None => ContactKind::Person { user },
        };
        if self.roles.len() > ROLES {
            return Err(unfit("roles"));
        }
        let way = |way: ContactWay| Address { way: way.way.into(), to: way.to.unwrap_or_default().trim().to_owned() };
        let lang = |tag: String| Lang::ALL.into_iter().find(|lang| lang.tag() == tag).ok_or_else(|| unfit("lang"));
        Ok(Contact {
            id: id.parse().map_err(|_| unfit("contact"))?,
            name: self.name.text(),
            org: self.organisation,
            kind,
            class: self.class.parse().map_err(|_| unfit("class"))?,
            roles: self
                .roles
                .iter()
                .map(|role| role.parse().map_err(|_| unfit("roles")))
                .collect::<Result<_, Error>>()?,
            ways: self.ways.into_iter().map(way).collect(),
            deputy: self.deputy.map(|id| id.parse().map_err(|_| unfit("deputy"))).transpose()?,
            modes: self.modes.into_iter().map(Into::into).collect(),
            lang: self.lang.map(lang).transpose()?,
            note: self.note,
        })
    }
}

impl ContactLine {
    /// A contact as it is told; with its addresses where they may be seen.
    pub fn of(contact: &Contact, version: u64, sees: bool) -> Self {
        let way = |address: &Address| ContactWay { way: address.way.into(), to: sees.then(|| address.to.clone()) };
        let (account, party) = match &contact.kind {
            ContactKind::Person { user } => (user.as_ref().map(ToString::to_string), None),
            ContactKind::Party { organisation } => (None, Some(Both::of(organisation))),
        };
        Self {
            contact: contact.id.to_string(),
            version,
            name: Both::of(&contact.name),
            organisation: contact.org.clone(),
            account,
            party,
            class: contact.class.to_string(),
            roles: contact.roles.iter().map(ToString::to_string).collect(),
            ways: contact.ways.iter().map(way).collect(),
            deputy: contact.deputy.as_ref().map(ToString::to_string),
            modes: contact.modes.iter().map(|mode| (*mode).into()).collect(),
            lang: contact.lang.map(|lang| lang.tag().to_owned()),
            note: contact.note.clone(),
            lack: contact.fault().map(|fault| Both::of(&engine::base::Bilingual::text(&fault))),
        }
    }
}

/// A contact list to be taken in.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ContactImport {
    /// Separated values with headings in the first line, as the page of the console tells.
    #[schema(min_length = 1)]
    pub list: String,
}

/// Contacts that were taken in.
#[derive(Debug, Serialize, ToSchema)]
pub struct ContactsImported {
    /// Their ids.
    pub contacts: Vec<String>,
}

/// A class that is to be tried out.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TestCall {
    /// The class.
    #[schema(max_length = 64)]
    pub class: String,
    /// Where: those who are kept there and below are called. The whole tree where absent.
    #[schema(value_type = Option<String>, max_length = 512)]
    pub organisation: Option<OrgId>,
}

/// A class that is being tried out.
#[derive(Debug, Serialize, ToSchema)]
pub struct TestCalled {
    /// The key of the occasion, under which one sees who has acknowledged.
    pub occasion: String,
}
