//! Somebody who is told: a person of ours, or an outside party.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::base::{Bilingual, ClassName, ContactId, Lang, Mode, OrgId, RoleName, Text, UserName, reaches};
use crate::inventory::is_mailbox;

/// A kind of channel.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Way {
    /// A message on the console's own page.
    InApp,
    /// Mail.
    Mail,
    /// A short message to a telephone, through a webhook.
    Sms,
    /// A messenger, through a webhook.
    Messenger,
    /// A voice call, left to what stands behind a webhook.
    Voice,
}

impl Way {
    /// All, in the order in which they are tried unless somebody says otherwise.
    pub const ALL: [Self; 5] = [Self::InApp, Self::Mail, Self::Sms, Self::Messenger, Self::Voice];

    /// The word in lists and files.
    pub const fn keyword(self) -> &'static str {
        match self {
            Self::InApp => "in_app",
            Self::Mail => "mail",
            Self::Sms => "sms",
            Self::Messenger => "messenger",
            Self::Voice => "voice",
        }
    }

    /// Reads [`Way::keyword`] back.
    pub fn from_keyword(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|way| way.keyword() == word)
    }

    /// Its name for people.
    pub fn title(self) -> Text {
        match self {
            Self::InApp => Text::new("화면 알림", "in-app message"),
            Self::Mail => Text::new("메일", "mail"),
            Self::Sms => Text::new("문자", "SMS"),
            Self::Messenger => Text::new("메신저", "messenger"),
            Self::Voice => Text::new("음성 전화", "voice call"),
        }
    }

    /// Longest address, in characters.
    const LONGEST: usize = 254;

    /// Whether a text can be an address of this kind. In-app messages go to the account of the contact and have none.
    pub fn takes(self, to: &str) -> bool {
        match self {
            Self::InApp => to.is_empty(),
            Self::Mail => is_mailbox(to),
            Self::Sms | Self::Voice => {
                let digits = to.chars().filter(char::is_ascii_digit).count();
                let plain =
                    |(at, c): (usize, char)| c.is_ascii_digit() || matches!(c, '-' | ' ') || (at == 0 && c == '+');
                (3..=20).contains(&digits) && to.chars().count() <= 32 && to.chars().enumerate().all(plain)
            }
            Self::Messenger => {
                let plain = |c: char| !c.is_control() && !c.is_whitespace();
                !to.is_empty() && to.chars().count() <= Self::LONGEST && to.chars().all(plain)
            }
        }
    }
}

/// One way to reach a contact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    /// The kind of channel.
    pub way: Way,
    /// The mailbox, the number, the handle; empty for in-app messages.
    pub to: String,
}

/// What a contact is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactKind {
    /// A person of ours.
    Person {
        /// The account on this console, for in-app messages and for the roles that it holds.
        user: Option<UserName>,
    },
    /// A supplier, an authority, another institution.
    Party {
        /// Which.
        organisation: Text,
    },
}

/// Somebody in the contact tree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// The id.
    pub id: ContactId,
    /// The name, in both languages.
    pub name: Text,
    /// Whose contact it is: it is told of what happens at this organisation and below, and kept by who tends contacts there. `None`
    /// is the top of the tree, for everything.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// What it is.
    pub kind: ContactKind,
    /// The class that it belongs to.
    pub class: ClassName,
    /// Roles in a recovery, beside those of the account.
    pub roles: BTreeSet<RoleName>,
    /// How it is reached, in the order in which the channels are tried; never none.
    pub ways: Vec<Address>,
    /// Who is told in its place when it does not acknowledge.
    pub deputy: Option<ContactId>,
    /// The modes in which it is told anything: the contact list of each mode.
    pub modes: BTreeSet<Mode>,
    /// The language of its messages; both where absent.
    pub lang: Option<Lang>,
    /// A remark for people.
    pub note: String,
}

/// Why a contact can not be kept.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ContactFault {
    /// No name, or one that is too long.
    #[error("write a name of at most 100 characters")]
    Name,
    /// No channel.
    #[error("write at least one channel over which this contact can be reached")]
    NoWay,
    /// More channels than anybody waits for.
    #[error("a contact has at most 10 channels")]
    TooManyWays,
    /// What can not be an address.
    #[error("{to:?} is no address for {}", way.keyword())]
    Address {
        /// The kind of channel.
        way: Way,
        /// What was written.
        to: String,
    },
    /// In-app messages without an account.
    #[error("in-app messages need an account on this console: name it, or take the channel out")]
    NoAccount,
    /// Told in no mode.
    #[error("choose at least one mode in which this contact is told")]
    NoMode,
    /// Its own deputy.
    #[error("a contact can not be its own deputy")]
    OwnDeputy,
    /// A remark that is too long.
    #[error("a remark has at most 1,000 characters")]
    Note,
}

impl Bilingual for ContactFault {
    fn ko(&self) -> String {
        match self {
            Self::Name => "이름을 100자 이내로 적으십시오".to_owned(),
            Self::NoWay => "이 연락처에 닿을 수 있는 채널을 하나 이상 적으십시오".to_owned(),
            Self::TooManyWays => "한 연락처의 채널은 10개까지입니다".to_owned(),
            Self::Address { way, to } => {
                format!("{to:?}은(는) {} 주소가 될 수 없습니다", way.title().get(Lang::Ko))
            }
            Self::NoAccount => "화면 알림에는 이 콘솔의 계정이 필요합니다. 계정을 적거나 채널을 빼십시오".to_owned(),
            Self::NoMode => "이 연락처에 알릴 모드를 하나 이상 고르십시오".to_owned(),
            Self::OwnDeputy => "자기 자신을 대행으로 둘 수 없습니다".to_owned(),
            Self::Note => "비고는 1,000자까지입니다".to_owned(),
        }
    }
}

impl Contact {
    /// Channels at most.
    const WAYS: usize = 10;

    /// What keeps it from being kept, if anything does.
    pub fn fault(&self) -> Option<ContactFault> {
        let named =
            |text: &Text| Lang::ALL.iter().all(|lang| (1..=100).contains(&text.get(*lang).trim().chars().count()));
        if !named(&self.name) {
            return Some(ContactFault::Name);
        }
        if self.ways.is_empty() {
            return Some(ContactFault::NoWay);
        }
        if self.ways.len() > Self::WAYS {
            return Some(ContactFault::TooManyWays);
        }
        if let Some(Address { way, to }) = self.ways.iter().find(|address| !address.way.takes(&address.to)) {
            return Some(ContactFault::Address { way: *way, to: to.clone() });
        }
        if self.ways.iter().any(|address| address.way == Way::InApp) && self.user().is_none() {
            return Some(ContactFault::NoAccount);
        }
        if self.modes.is_empty() {
            return Some(ContactFault::NoMode);
        }
        if self.deputy.as_ref() == Some(&self.id) {
            return Some(ContactFault::OwnDeputy);
        }
        (self.note.chars().count() > 1_000).then_some(ContactFault::Note)
    }

    /// The account on this console.
    pub const fn user(&self) -> Option<&UserName> {
        match &self.kind {
            ContactKind::Person { user } => user.as_ref(),
            ContactKind::Party { .. } => None,
        }
    }

    /// Whether it is told of what happens at a place; `None` is the top of the tree.
    pub fn covers(&self, place: Option<&OrgId>) -> bool {
        reaches(self.org.as_ref(), place)
    }

    /// The account whose person is told in a mode over a channel that does not need the console to be open.
    pub fn reaches(&self, mode: Mode) -> Option<&UserName> {
        let away = self.ways.iter().any(|address| address.way != Way::InApp);
        self.user().filter(|_| away && self.modes.contains(&mode))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_judged_by_its_kind() {
        for (way, good, bad) in [
            (Way::InApp, vec![""], vec!["kim"]),
            (Way::Mail, vec!["ops@bank.kr"], vec!["", "ops", "a@b>\r\nRCPT TO:<x@y"]),
            (
                Way::Sms,
                vec!["010-1234-5678", "+82 10 1234 5678", "119"],
                vec!["", "12", "010-abcd", "1+2345", "1\n2345"],
            ),
            (Way::Voice, vec!["02-1234-5678"], vec!["phone"]),
            (Way::Messenger, vec!["@kim", "C0123/team"], vec!["", "a b", "a\u{0}"]),
        ] {
            for to in good {
                assert!(way.takes(to), "{way:?} {to:?}");
            }
            for to in bad {
                assert!(!way.takes(to), "{way:?} {to:?}");
            }
        }
    }

    fn sound() -> Contact {
        Contact {
            id: "kim".parse().unwrap(),
            name: Text::new("김", "Kim"),
            org: None,
            kind: ContactKind::Person { user: None },
            class: "immediate".parse().unwrap(),
            roles: BTreeSet::new(),
            ways: vec![Address { way: Way::Mail, to: "kim@bank.kr".to_owned() }],
            deputy: None,
            modes: [Mode::Real].into(),
            lang: None,
            note: String::new(),
        }
    }

    #[test]
    fn a_contact_kept_before_there_were_places_is_one_of_the_top() {
        let mut kept = serde_json::to_value(sound()).unwrap();
        assert_eq!(kept.as_object_mut().unwrap().remove("org"), None, "the top is not written");
        assert_eq!(serde_json::from_value::<Contact>(kept).unwrap(), sound());
    }

    #[test]
    fn what_a_contact_lacks_is_said() {
        let sound = sound();
        assert_eq!(sound.fault(), None);
        let with = |change: &dyn Fn(&mut Contact)| {
            let mut contact = sound.clone();
            change(&mut contact);
            contact.fault()
        };
        assert_eq!(with(&|contact| contact.name = Text::new("김", " ")), Some(ContactFault::Name));
        assert_eq!(with(&|contact| contact.ways.clear()), Some(ContactFault::NoWay));
        let in_app = Address { way: Way::InApp, to: String::new() };
        assert_eq!(with(&|contact| contact.ways.push(in_app.clone())), Some(ContactFault::NoAccount));
        assert_eq!(with(&|contact| contact.modes.clear()), Some(ContactFault::NoMode));
        assert_eq!(with(&|contact| contact.deputy = Some(contact.id.clone())), Some(ContactFault::OwnDeputy));
    }
}
