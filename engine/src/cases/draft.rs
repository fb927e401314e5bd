//! Entries on their way into the log of a case.

use std::collections::BTreeSet;

use super::telling::{Before, deals_with, occasion};
use super::{Card, Entry, Event, Illegal, State};
use crate::base::Timestamp;
use crate::store::{self, Change, Records, Versioned, add};
use crate::telling::{self, Occasion, OccasionKind};

/// What is written in one transaction, and where the case stands behind it.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) state: State,
    pub(super) entries: Vec<Entry>,
    occasions: Vec<Occasion>,
}

impl Draft {
    /// Of a case that begins with this entry.
    pub(super) fn begin(first: Entry) -> Result<Self, Illegal> {
        let state = State::begin(&first)?;
        let occasions = occasion(Before::NOTHING, &state, &first).into_iter().collect();
        Ok(Self { state, entries: vec![first], occasions })
    }

    /// Behind what is in the log.
    pub(super) const fn behind(state: State) -> Self {
        Self { state, entries: Vec::new(), occasions: Vec::new() }
    }

    /// Adds an entry.
    pub(super) fn write(&mut self, entry: Entry) -> Result<(), Illegal> {
        let before = Before::of(&self.state, &entry);
        self.state.apply(&entry)?;
        self.occasions.extend(occasion(before, &self.state, &entry));
        self.entries.push(entry);
        Ok(())
    }

    /// Writes down, as the engine, what follows from where the case stands.
    pub(super) fn advance(
        &mut self,
        now: Timestamp,
        what: impl Fn(&State, Timestamp) -> Vec<Event>,
    ) -> Result<(), Illegal> {
        for event in what(&self.state, now) {
            let (case, seq) = (self.state.case(), self.state.seq() + 1);
            self.write(Entry { case, seq, entered_at: now, occurred_at: now, by: None, request: None, event })?;
        }
        Ok(())
    }

    /// The changes that keep it: log, card (`None` for a new case), what people are told and what they need to hear no more.
    pub(super) async fn changes(
        &self,
        records: &(impl Records + ?Sized),
        card: Option<&Versioned<Card>>,
        at: Timestamp,
    ) -> Result<Vec<Change>, store::Error> {
        let mut changes: Vec<Change> = self.entries.iter().map(add).collect::<Result<_, _>>()?;
        let made = Card::of(&self.state);
        changes.push(match card {
            Some(card) => card.put(&made)?,
            None => add(&made)?,
        });
        let dealt: BTreeSet<OccasionKind> =
            self.entries.iter().flat_map(|entry| deals_with(&entry.event)).copied().collect();
        if card.is_some() && !dealt.is_empty() {
            let group = format!("case/{}", self.state.case());
            changes.extend(telling::settled(records, &group, at, |told| dealt.contains(&told.kind)).await?);
        }
        // What is dealt with by the same entries is told to nobody.
        for occasion in self.occasions.iter().filter(|told| !dealt.contains(&told.kind)) {
            changes.extend(telling::raise(occasion.clone())?);
        }
        Ok(changes)
    }
}
