//! The contact tree and its rules as entries of the store, and what is there before anybody wrote any.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{
    Call, Class, Contact, Directory, Person, Rule, Settings, Template, Way, classes, rules, settings, templates,
};
use crate::base::Timestamp;
use crate::store::{Change, Changed, Error, Kept, Query, Records, Versioned, add, find, list};

/// Contacts read at most.
const CONTACTS: u32 = 20_000;

impl Kept for Contact {
    const KIND: &'static str = "contact";

    fn id(&self) -> String {
        self.id.to_string()
    }

    fn group(&self) -> String {
        self.class.to_string()
    }
}

impl Kept for Class {
    const KIND: &'static str = "contact-class";

    fn id(&self) -> String {
        self.name.to_string()
    }
}

impl Kept for Rule {
    const KIND: &'static str = "telling-rule";

    fn id(&self) -> String {
        self.name.to_string()
    }
}

impl Kept for Template {
    const KIND: &'static str = "telling-template";

    fn id(&self) -> String {
        self.way.keyword().to_owned()
    }
}

impl Kept for Settings {
    const KIND: &'static str = "telling-settings";

    fn id(&self) -> String {
        "settings".to_owned()
    }
}

impl Kept for Call {
    const KIND: &'static str = "call";

    fn id(&self) -> String {
        Self::id(self)
    }

    fn group(&self) -> String {
        self.occasion.to_string()
    }

    fn due(&self) -> Option<Timestamp> {
        self.due
    }
}

/// That the defaults were put in, so that what somebody removed does not come back.
#[derive(Debug, Serialize, Deserialize)]
struct Seeded {
    at: Timestamp,
}

impl Kept for Seeded {
    const KIND: &'static str = "telling-seeded";

    fn id(&self) -> String {
        "seeded".to_owned()
    }
}

/// Puts the defaults in, once in the life of a store.
pub async fn seed(records: &(impl Records + ?Sized), now: Timestamp) -> Result<(), Error> {
    if find::<Seeded>(records, "seeded").await?.is_some() {
        return Ok(());
    }
    let mut changes: Vec<Change> = vec![add(&Seeded { at: now })?, add(&settings())?];
    for class in classes() {
        changes.push(add(&class)?);
    }
    for rule in rules() {
        changes.push(add(&rule)?);
    }
    for template in templates() {
        changes.push(add(&template)?);
    }
    match records.change(now, changes, Vec::new()).await? {
        // Of two nodes that start at the same time one is first.
        Changed::Done | Changed::Stale { .. } => Ok(()),
    }
}

/// The contact tree, in the order of the ids.
pub async fn contacts(records: &(impl Records + ?Sized)) -> Result<Vec<Versioned<Contact>>, Error> {
    list::<Contact>(records, Query { limit: CONTACTS, ..Query::default() }).await
}

/// Everything that decides who is told, with those who have accounts.
pub async fn directory(records: &(impl Records + ?Sized), people: Vec<Person>) -> Result<Directory, Error> {
    let contacts = contacts(records).await?;
    let classes = list::<Class>(records, Query::default()).await?;
    let rules = list::<Rule>(records, Query::default()).await?;
    Ok(Directory {
        contacts: contacts.into_iter().map(|found| (found.value.id.clone(), found.value)).collect(),
        classes: classes.into_iter().map(|found| (found.value.name.clone(), found.value)).collect(),
        rules: rules.into_iter().map(|found| found.value).collect(),
        people,
        settings: kept_settings(records).await?,
    })
}

/// What holds for all messages.
pub async fn kept_settings(records: &(impl Records + ?Sized)) -> Result<Settings, Error> {
    Ok(find::<Settings>(records, "settings").await?.map_or_else(settings, |found| found.value))
}

/// The words of every kind of channel.
pub async fn kept_templates(records: &(impl Records + ?Sized)) -> Result<BTreeMap<Way, Template>, Error> {
    let mut all: BTreeMap<Way, Template> = templates().into_iter().map(|template| (template.way, template)).collect();
    all.extend(
        list::<Template>(records, Query::default()).await?.into_iter().map(|found| (found.value.way, found.value)),
    );
    Ok(all)
}
