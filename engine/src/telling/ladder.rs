//! The order in which one recipient is tried: the own channels, then those of the deputy.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Contact, Directory, Way};
use crate::base::{ContactId, Lang, Mode, OrgId, Text, UserName};

/// One try: a person, over a channel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rung {
    /// The name of who is tried.
    pub name: Text,
    /// For whom, where it is a deputy.
    pub deputy_for: Option<Text>,
    /// The organisation whose contact it is: the address is shown to who may see how people are reached there.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub org: Option<OrgId>,
    /// The kind of channel.
    pub way: Way,
    /// The address; empty for in-app messages.
    pub to: String,
    /// The account of who is tried.
    pub user: Option<UserName>,
    /// The language of the message; both where absent.
    pub lang: Option<Lang>,
}

/// Deputies of deputies, at most.
const DEPUTIES: usize = 4;

/// The ladder of a contact in a mode. Who is not told in that mode has no rung, nor has a channel that nothing carries; in a
/// quiet mode only the console speaks. A deputy may be a contact of another organisation: whoever named it meant it.
pub fn ladder(directory: &Directory, contact: &Contact, mode: Mode) -> Vec<Rung> {
    let quiet = directory.settings.quiet.contains(&mode);
    let mut rungs = Vec::new();
    let mut seen: BTreeSet<&ContactId> = BTreeSet::new();
    let (mut here, mut before): (_, Option<&Text>) = (Some(contact), None);
    while let Some(contact) = here.filter(|contact| seen.len() <= DEPUTIES && seen.insert(&contact.id)) {
        if contact.modes.contains(&mode) {
            let carried = |way: Way| way == Way::InApp || (!quiet && directory.settings.carriers.contains_key(&way));
            let ways = contact.ways.iter().filter(|address| carried(address.way));
            rungs.extend(ways.map(|address| Rung {
                name: contact.name.clone(),
                deputy_for: before.cloned(),
                org: contact.org.clone(),
                way: address.way,
                to: address.to.clone(),
                user: contact.user().cloned(),
                lang: contact.lang,
            }));
        }
        before = Some(&contact.name);
        here = contact.deputy.as_ref().and_then(|deputy| directory.contacts.get(deputy));
    }
    rungs
}
