//! Where the time of several units together went: of a stage, a tier, a service. Reckoned while the journal is read, since
//! rounds that were run again count as well: that time has passed.

use std::collections::BTreeMap;

use serde::Serialize;

use super::tables::Tier;
use crate::base::{Millis, Timestamp};
use crate::plan::{Plan, StageIx, UnitIx};
use crate::run::{Account, Accounts, Holding, Ledger, RunStatus, State, UnitState};

/// The time of several units, from when the first clock among them started until the last one stopped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct GroupLedger {
    /// When the first clock started; `None` where none did.
    pub from_at: Option<Timestamp>,
    /// When the last one stopped; the instant of the report where one still runs.
    pub until_at: Option<Timestamp>,
    /// From there to there.
    #[serde(rename = "wall_ms")]
    pub wall: Millis,
    /// Where that went while any clock ran: work of one goes before waiting of another.
    pub accounts: Accounts,
    /// The rest: all waited for units outside.
    #[serde(rename = "elsewhere_ms")]
    pub elsewhere: Millis,
}

/// What the time of several units is booked to: the first of these that any of them is on.
const ORDER: [Account; 10] = [
    Account::Excluded,
    Account::Exec,
    Account::Rollback,
    Account::Check,
    Account::RetryWait,
    Account::Gate,
    Account::Manual,
    Account::Unknown,
    Account::Pause,
    Account::Queue,
];

/// Units that are reckoned together.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Group {
    /// Those of a stage.
    Stage(StageIx),
    /// Those that a service needs, by its place.
    Service(usize),
    /// Those of a tier.
    Tier(Tier),
}

/// All groups of a plan.
#[derive(Debug)]
pub(super) struct Together {
    places: BTreeMap<Group, usize>,
    books: Vec<Book>,
    /// By unit: the groups that it is in.
    of_unit: Vec<Vec<usize>>,
    /// By unit: what its time goes to.
    accounts: Vec<Option<Account>>,
    holding: Holding,
}

#[derive(Debug, Default)]
struct Book {
    /// Units on each account.
    on: [u32; Account::ALL.len()],
    ledger: Ledger,
    from: Option<Timestamp>,
    /// When the last clock stopped; `None` while one runs.
    stopped: Option<Timestamp>,
    elsewhere: Millis,
}

impl Together {
    pub(super) fn new(plan: &Plan) -> Self {
        let mut groups: BTreeMap<Group, Vec<UnitIx>> = BTreeMap::new();
        for (place, service) in plan.body().services.iter().enumerate() {
            groups.insert(Group::Service(place), service.needs.clone());
            if let Some(tier) = service.tier {
                groups.entry(Group::Tier(Tier::Services(tier))).or_default().extend(&service.needs);
            }
        }
        for ix in plan.unit_ixs() {
            let unit = plan.unit(ix);
            groups.entry(Group::Stage(unit.stage)).or_default().push(ix);
            if let Some(label) = unit.tier.clone() {
                groups.entry(Group::Tier(Tier::Units(label))).or_default().push(ix);
            }
        }
        let mut of_unit = vec![Vec::new(); plan.units().len()];
        let mut places = BTreeMap::new();
        for (place, (group, mut units)) in groups.into_iter().enumerate() {
            units.sort_unstable();
            units.dedup();
            for unit in units {
                of_unit[unit.at()].push(place);
            }
            places.insert(group, place);
        }
        let books = places.iter().map(|_| Book::default()).collect();
        Self { places, books, accounts: vec![None; of_unit.len()], of_unit, holding: Holding::Nothing }
    }

    /// Follows a row that the state has taken in already. `unit` is the unit that it is about.
    pub(super) fn take(&mut self, state: &State, at: Timestamp, unit: Option<UnitIx>) {
        let holding = holding(state);
        let all = holding != self.holding || state.ended_at() == Some(at);
        self.holding = holding;
        if all {
            for place in 0..self.of_unit.len() {
                self.look(state, at, place);
            }
        } else if let Some(ix) = unit {
            self.look(state, at, ix.at());
        }
    }

    fn look(&mut self, state: &State, at: Timestamp, place: usize) {
        let ix = UnitIx(u32::try_from(place).unwrap_or(u32::MAX));
        let now = match state.unit(ix).state {
            _ if state.ended_at().is_some() => None,
            // Somebody is to decide what follows.
            UnitState::RolledBack => Account::of_unit(UnitState::Failed, self.holding),
            other => Account::of_unit(other, self.holding),
        };
        let before = std::mem::replace(&mut self.accounts[place], now);
        if before == now {
            return;
        }
        for group in &self.of_unit[place] {
            self.books[*group].moves(at, before, now);
        }
    }

    /// The ledger of a group as of an instant.
    pub(super) fn of(&self, group: &Group, now: Timestamp) -> GroupLedger {
        let book = self.places.get(group).map(|place| &self.books[*place]);
        let Some((book, from)) = book.and_then(|book| Some((book, book.from?))) else { return GroupLedger::default() };
        let until = book.stopped.unwrap_or(now);
        GroupLedger {
            from_at: Some(from),
            until_at: Some(until),
            wall: until.since(from),
            accounts: Accounts::of(&book.ledger, now),
            elsewhere: book.elsewhere,
        }
    }
}

impl Book {
    fn moves(&mut self, at: Timestamp, before: Option<Account>, now: Option<Account>) {
        if let Some(before) = before {
            self.on[before as usize] -= 1;
        }
        if let Some(now) = now {
            self.on[now as usize] += 1;
        }
        let account = ORDER.into_iter().find(|account| self.on[*account as usize] > 0);
        if account.is_none() {
            self.stopped = Some(at);
        } else if let Some(stopped) = self.stopped.take() {
            self.elsewhere = self.elsewhere + at.since(stopped);
        }
        if account.is_some() {
            self.from.get_or_insert(at);
        }
        self.ledger.switch(at, account);
    }
}

/// What holds the clocks of the units.
fn holding(state: &State) -> Holding {
    if state.status() != RunStatus::Paused {
        Holding::Nothing
    } else if state.exclusions().is_open() {
        Holding::Exercise
    } else {
        Holding::Pause
    }
}
