//! From an occasion to those who are told.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{Class, Contact, Occasion, Rule, Rung, Urgency, Way, Whom, ladder};
use crate::base::{ClassName, ContactId, Lang, Millis, Mode, RoleName, TargetName, Text, UserName, reaches};

/// How long a channel is waited on where no class says it.
const PATIENCE: Millis = Millis::minutes(5);

/// Somebody with an account, and the roles held where the occasion is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The account.
    pub name: UserName,
    /// Roles.
    pub roles: BTreeSet<RoleName>,
    /// The language of its screens.
    pub lang: Lang,
    /// Whom the person stands in for where the occasion asks for a vote, and with which of their roles.
    pub stands_in: BTreeMap<UserName, BTreeSet<RoleName>>,
}

impl Person {
    /// Those in whose place the person is asked where these roles are; none where it is asked in its own right.
    fn instead_of(&self, asks: &BTreeSet<RoleName>) -> impl Iterator<Item = &UserName> {
        let own = !self.roles.is_disjoint(asks);
        self.stands_in.iter().filter(move |(_, roles)| !own && !roles.is_disjoint(asks)).map(|(name, _)| name)
    }
}

/// What holds for all messages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settings {
    /// The address under which people reach the console, such as `https://dr.bank.example`; links in messages begin with it.
    /// Empty: messages carry no links.
    pub address: String,
    /// Modes in which nothing leaves the console: in-app messages alone.
    pub quiet: BTreeSet<Mode>,
    /// The target of the inventory that carries each kind of channel. A kind without one is passed over.
    pub carriers: BTreeMap<Way, TargetName>,
}

/// All that decides who is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Directory {
    /// The contact tree.
    pub contacts: BTreeMap<ContactId, Contact>,
    /// Its classes.
    pub classes: BTreeMap<ClassName, Class>,
    /// The rules.
    pub rules: Vec<Rule>,
    /// Those who may sign in.
    pub people: Vec<Person>,
    /// What holds for all.
    pub settings: Settings,
}

/// Who is told: somebody of the contact tree, or an account that stands in none.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Who {
    /// Of the contact tree.
    Contact(ContactId),
    /// An account.
    User(UserName),
}

impl Who {
    /// As part of an id: the two kinds never meet.
    pub fn path(&self) -> String {
        match self {
            Self::Contact(id) => format!("contact/{id}"),
            Self::User(name) => format!("user/{name}"),
        }
    }
}

/// One who is told, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipient {
    /// Who.
    pub who: Who,
    /// The name for people.
    pub name: Text,
    /// The class; none for those without an entry in the contact tree.
    pub class: Option<ClassName>,
    /// The rungs; never none.
    pub rungs: Vec<Rung>,
    /// How long one channel is waited on.
    pub patience: Millis,
    /// The time in which an acknowledgement is expected.
    pub deadline: Option<Millis>,
    /// How soon.
    pub urgency: Urgency,
}

/// Whom an occasion reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reached {
    /// Those who are told.
    pub recipients: Vec<Recipient>,
    /// Those who would be, and whom no channel reaches: nobody is passed over in silence.
    pub unreached: Vec<Text>,
}

/// Who is told about an occasion, each once, in the order of their names in the tree: of the contacts those of the organisation where
/// it is and of all above. Where it asks for a vote, who stands in for somebody who is asked is told the same, and in whose place.
pub fn recipients(directory: &Directory, occasion: &Occasion) -> Reached {
    let mut soonest: BTreeMap<Who, Urgency> = BTreeMap::new();
    let mut deputies: BTreeMap<Who, Urgency> = BTreeMap::new();
    let sooner = |told: &mut BTreeMap<Who, Urgency>, who, urgency: Urgency| {
        let known = told.entry(who).or_insert(urgency);
        *known = urgency.min(*known);
    };
    for rule in directory.rules.iter().filter(|rule| rule.fits(occasion)) {
        for who in meant(directory, occasion, &rule.whom) {
            sooner(&mut soonest, who, rule.urgency);
        }
        if rule.whom == Whom::Asked {
            for person in directory.people.iter().filter(|it| it.instead_of(&occasion.asks).next().is_some()) {
                sooner(&mut deputies, listed(directory, occasion, person), rule.urgency);
            }
        }
    }
    // Who is told anyhow is not told once more as a deputy.
    deputies.retain(|who, _| !soonest.contains_key(who));
    let mut reached_all = reached(directory, occasion.mode, soonest);
    let mut instead = reached(directory, occasion.mode, deputies);
    for recipient in &mut instead.recipients {
        let user = match &recipient.who {
            Who::Contact(id) => directory.contacts.get(id).and_then(Contact::user),
            Who::User(name) => Some(name),
        };
        let person = directory.people.iter().find(|person| Some(&person.name) == user);
        let names: Vec<&str> =
            person.into_iter().flat_map(|it| it.instead_of(&occasion.asks)).map(UserName::as_str).collect();
        let absent = Text::plain(names.join(", "));
        // A deputy of the deputy is told for the deputy, as in the tree.
        let own = recipient.rungs.iter_mut().filter(|rung| rung.deputy_for.is_none());
        own.for_each(|rung| rung.deputy_for = Some(absent.clone()));
    }
    reached_all.recipients.append(&mut instead.recipients);
    reached_all.unreached.append(&mut instead.unreached);
    reached_all
}

/// The contacts to which an occasion may be told. Those of other organisations are left out for people with accounts too, even where
/// they have no others: nobody else's organisation says where messages of this one go. Such a person is told on the console, as who
/// stands in no tree.
fn entries<'d>(directory: &'d Directory, occasion: &'d Occasion) -> impl Iterator<Item = &'d Contact> {
    let own = |contact: &Contact| {
        occasion.kind.is_about_an_account() && contact.user().is_some_and(|user| occasion.people.contains(user))
    };
    let place = occasion.about.organisation.as_ref();
    directory.contacts.values().filter(move |contact| contact.covers(place) || own(contact))
}

/// As what somebody with an account is told: the entry in the tree, where there is one.
fn listed(directory: &Directory, occasion: &Occasion, person: &Person) -> Who {
    let found = entries(directory, occasion).find(|contact| contact.user() == Some(&person.name));
    found.map_or_else(|| Who::User(person.name.clone()), |contact| Who::Contact(contact.id.clone()))
}

/// Who is told where one class is tried out, whatever the rules say: its members at the place of the occasion and below. Those above
/// are not called: who tends contacts of one organisation has no say over theirs.
pub(super) fn of_class(directory: &Directory, class: &ClassName, occasion: &Occasion) -> Reached {
    let place = occasion.about.organisation.as_ref();
    let members = directory.contacts.values().filter(|contact| contact.class == *class);
    let members = members.filter(|contact| reaches(place, contact.org.as_ref()));
    reached(directory, occasion.mode, members.map(|contact| (Who::Contact(contact.id.clone()), Urgency::Now)))
}

fn reached(directory: &Directory, mode: Mode, meant: impl IntoIterator<Item = (Who, Urgency)>) -> Reached {
    let mut reached = Reached::default();
    for (who, urgency) in meant {
        let listed = match &who {
            Who::Contact(id) => directory.contacts.get(id),
            Who::User(_) => None,
        };
        let name = listed.map(|contact| contact.name.clone());
        // Who does not stand in the list of this mode is not meant to be told.
        let meant = listed.is_none_or(|contact| contact.modes.contains(&mode));
        match reach(directory, mode, who, urgency) {
            Some(recipient) => reached.recipients.push(recipient),
            None if meant => reached.unreached.extend(name),
            None => {}
        }
    }
    reached
}

fn meant(directory: &Directory, occasion: &Occasion, whom: &Whom) -> Vec<Who> {
    let has_one = |contact: &Contact, wanted: &BTreeSet<RoleName>| {
        let person = contact.user().and_then(|user| directory.people.iter().find(|person| person.name == *user));
        !wanted.is_disjoint(&contact.roles) || person.is_some_and(|person| !wanted.is_disjoint(&person.roles))
    };
    match whom {
        Whom::Class { class, roles } => {
            let place = occasion.about.organisation.as_ref();
            let members =
                directory.contacts.values().filter(|contact| contact.covers(place) && contact.class == *class);
            let members = members.filter(|contact| roles.is_empty() || has_one(contact, roles));
            members.map(|contact| Who::Contact(contact.id.clone())).collect()
        }
        Whom::Asked => {
            let named = |user: Option<&UserName>| user.is_some_and(|user| occasion.people.contains(user));
            let contacts = entries(directory, occasion);
            let contacts = contacts.filter(|contact| named(contact.user()) || has_one(contact, &occasion.asks));
            let listed: BTreeSet<&UserName> = entries(directory, occasion).filter_map(Contact::user).collect();
            let people = directory.people.iter().filter(|person| !listed.contains(&person.name));
            let people = people.filter(|person| named(Some(&person.name)) || !person.roles.is_disjoint(&occasion.asks));
            let people = people.map(|person| Who::User(person.name.clone()));
            contacts.map(|contact| Who::Contact(contact.id.clone())).chain(people).collect()
        }
    }
}

/// How one is told; `None` where no channel reaches anybody in this mode.
pub(super) fn reach(directory: &Directory, mode: Mode, who: Who, urgency: Urgency) -> Option<Recipient> {
    match &who {
        Who::Contact(id) => {
            let contact = directory.contacts.get(id)?;
            let class = directory.classes.get(&contact.class);
            let rungs = ladder(directory, contact, mode);
            (!rungs.is_empty()).then(|| Recipient {
                name: contact.name.clone(),
                class: Some(contact.class.clone()),
                rungs,
                patience: class.map_or(PATIENCE, |class| class.patience),
                deadline: class.map(|class| class.deadline),
                urgency,
                who,
            })
        }
        Who::User(name) => {
            let person = directory.people.iter().find(|person| person.name == *name)?;
            let named = Text::plain(name.as_str());
            let rung = Rung {
                name: named.clone(),
                deputy_for: None,
                org: None,
                way: Way::InApp,
                to: String::new(),
                user: Some(name.clone()),
                lang: Some(person.lang),
            };
            Some(Recipient {
                name: named,
                class: None,
                rungs: vec![rung],
                patience: PATIENCE,
                deadline: None,
                urgency,
                who,
            })
        }
    }
}

#[cfg(test)]
mod tests;
