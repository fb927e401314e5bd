//! Raising an occasion: one entry, however often and from wherever it is raised.

use serde::{Deserialize, Serialize};

use super::Occasion;
use crate::base::{ClassName, Text, Timestamp};
use crate::store::{Change, Error, Kept, add};

/// An occasion as it is kept, and what came of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Raised {
    /// The occasion.
    pub occasion: Occasion,
    /// Tells those of this class alone who are kept where it is, whatever the rules say: for trying the tree out.
    pub class: Option<ClassName>,
    /// Who is told: none before the desk has looked at it.
    pub told: Option<Outreach>,
    /// When it was dealt with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Timestamp>,
}

/// Whom an occasion reaches.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Outreach {
    /// Calls that were begun.
    pub calls: u32,
    /// Recipients for whom it is gathered with others.
    pub gathered: u32,
    /// Those whom a rule names and no channel reaches in this mode.
    pub unreached: Vec<Text>,
}

impl Kept for Raised {
    const KIND: &'static str = "occasion";

    fn id(&self) -> String {
        self.occasion.key.to_string()
    }

    fn group(&self) -> String {
        let about = &self.occasion.about;
        match (about.run, about.case) {
            (Some(run), _) => format!("run/{run}"),
            (None, Some(case)) => format!("case/{case}"),
            (None, None) => String::new(),
        }
    }

    fn due(&self) -> Option<Timestamp> {
        self.told.is_none().then_some(self.occasion.at)
    }
}

/// The changes that raise an occasion, to be made together with what it tells of. They are refused as stale when it was
/// raised before.
pub fn raise(breach: Occasion) -> Result<Vec<Change>, Error> {
    Ok(vec![add(&Raised { occasion: breach, class: None, told: None, settled: None })?])
}

/// The change that tells one class, to try the tree out: those of it who are kept at the organisation of the occasion or below.
pub fn raise_for(breach: Occasion, class: ClassName) -> Result<Change, Error> {
    add(&Raised { occasion: breach, class: Some(class), told: None, settled: None })
}
