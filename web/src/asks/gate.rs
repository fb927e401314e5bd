//! A gate that asks.

use engine::base::{Bilingual as _, Timestamp};
use engine::plan::{Exclusion, Gate, UnitIx};
use engine::run::{Ballot, Hand, SITUATION_ROOM, VoteRefused};

use super::panel::{Form, Look};
use crate::urls;

#[derive(Debug)]
pub(super) struct Voted {
    pub(super) approve: bool,
    pub(super) by: String,
    pub(super) role: String,
    pub(super) comment: String,
}

/// A gate and what the person can do about it.
#[derive(Debug)]
pub(super) struct GateAsk {
    pub(super) form: Form,
    pub(super) key: String,
    pub(super) unit: String,
    pub(super) title: String,
    pub(super) question: String,
    pub(super) asked_at: String,
    pub(super) until: Option<i64>,
    pub(super) left: String,
    pub(super) overdue: bool,
    pub(super) tally: String,
    pub(super) votes: Vec<Voted>,
    pub(super) awaited: String,
    pub(super) excluded: Option<String>,
    pub(super) digest: String,
    pub(super) short: String,
    /// In whose name the person can vote: what the form sends, and in words. The own name is sent as nothing.
    pub(super) hands: Vec<(String, String)>,
    /// Why there is no form.
    pub(super) refusal: Option<String>,
    /// Points of no return behind it, for people.
    pub(super) no_return: String,
    /// Where somebody goes first who has to show again who that is.
    pub(super) confirm: Option<String>,
    /// Its own page.
    pub(super) here: String,
    /// Where a vote leads back to; empty for the run.
    pub(super) next: String,
    /// It is shown on its own page.
    pub(super) alone: bool,
    /// Numbers of the form for a vote by phone; `None` where the person enters none.
    pub(super) phone: Option<String>,
}

impl GateAsk {
    /// Whether the person could vote in place of somebody, so that it has to be said in whose name.
    pub(super) fn may_stand_in(&self) -> bool {
        self.hands.iter().any(|(name, _)| !name.is_empty())
    }

    /// The gate on its own page, for somebody who last showed at `confirmed` who that is.
    pub(super) fn alone(self, confirmed: Option<Timestamp>) -> Self {
        let due = !self.no_return.is_empty() && confirmed.is_none();
        let confirm = due.then(|| urls::confirm_then(&self.here));
        Self { next: urls::approvals().to_owned(), alone: true, confirm, ..self }
    }

    pub(super) fn of(look: &Look<'_>, ix: UnitIx, gate: &Gate) -> Option<Self> {
        let (w, state) = (look.w, &look.view.state);
        let (open, rules) = state.asks(&look.view.plan, ix, look.now)?;
        let requester = rules.requester;
        // Who has to confirm who he is sees the form all the same.
        let refused = |hand| {
            let ballot = Ballot { hand, ..Ballot::new(true, String::new(), open.digest) };
            open.admit(&rules, &look.actor, &ballot).err().filter(|refused| *refused != VoteRefused::Unconfirmed)
        };
        let refusal = refused(Hand::Own);
        let mut hands = Vec::new();
        if refusal.is_none() {
            hands.push((String::new(), w.t("vote-as-oneself")));
        }
        for delegation in &look.delegations {
            if refused(Hand::For(delegation.clone())).is_none() {
                let name = delegation.from.to_string();
                hands.push((name.clone(), w.with("vote-as-deputy", "name", name)));
            }
        }
        let refusal = refusal.filter(|_| hands.is_empty());
        let votes = open.votes.iter().map(|vote| Voted {
            approve: vote.approve,
            by: w.text(&vote.who()).to_owned(),
            role: w.roles([&vote.role]),
            comment: vote.comment.clone(),
        });
        let approvals = open.votes.iter().filter(|vote| vote.approve).count();
        Some(Self {
            form: look.form.clone(),
            key: look.key(),
            unit: look.view.plan.unit(ix).id.to_string(),
            title: look.name(ix),
            question: w.text(&gate.question).to_owned(),
            asked_at: w.time(open.opened_at),
            until: open.deadline.filter(|_| look.ticks()).map(|at| at.0),
            left: open.deadline.map_or_else(String::new, |at| w.time(at)),
            overdue: open.overdue,
            tally: w.with2("gate-tally", ("got", approvals), ("need", gate.quorum)),
            votes: votes.collect(),
            awaited: w.roles(open.roles(gate)),
            excluded: gate.exclude.contains(&Exclusion::Requester).then(|| requester.to_string()),
            digest: open.digest.to_string(),
            short: open.digest.short(),
            hands,
            refusal: refusal.map(|refused| w.text(&refused.text()).to_owned()),
            no_return: if rules.no_return { look.names(&look.view.plan.no_return_behind(ix)) } else { String::new() },
            confirm: None,
            here: urls::gate(look.view.run, &look.view.plan.unit(ix).id),
            next: String::new(),
            alone: false,
            phone: SITUATION_ROOM.parse().is_ok_and(|role| look.actor.holds(&role)).then(|| look.key()),
        })
    }
}
