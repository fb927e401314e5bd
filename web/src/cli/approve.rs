//! `relight approve RUN GATE`

use clap::Args;
use engine::base::{Clock as _, SystemClock, Timestamp, UnitId, UserName};
use engine::identity::{self, User};
use engine::run::{Ballot, Call, Hand, OpenGate, Replayed, Request, Summary, UnitState, VoteRefused};
use engine::store::Store;

use super::ask::{AskArgs, find, fold, submit};
use super::exit::Exit;
use super::failure::Failure;
use crate::accounts::in_use;
use crate::board::Board;
use crate::extract::StandsIn;

/// Votes at a gate that is open.
///
/// The vote is bound to what the gate shows at this moment: if that changes before the vote is counted, the vote lapses.
#[derive(Debug, Args)]
pub(super) struct ApproveArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit whose gate is open
    #[arg(value_name = "GATE")]
    unit: UnitId,
    /// Vote against it; needs a comment
    #[arg(long, requires = "comment")]
    reject: bool,
    /// Said with the vote
    #[arg(long, value_name = "TEXT")]
    comment: Option<String>,
    /// Enter the vote that this person told by phone; who acts is who enters it
    #[arg(long, value_name = "NAME", requires = "witness", conflicts_with = "stands_for")]
    by_phone: Option<UserName>,
    /// Who heard it as well
    #[arg(long, value_name = "NAME", requires = "by_phone")]
    witness: Option<UserName>,
    /// When the call was, such as 2026-11-21T03:00:00+09:00 [default: now]
    #[arg(long, value_name = "ISO", requires = "by_phone", value_parser = super::run::instant)]
    called_at: Option<Timestamp>,
    /// Vote in place of this person, who has asked who acts to stand in (/me/delegations)
    #[arg(long = "for", value_name = "NAME")]
    stands_for: Option<UserName>,
}

impl ApproveArgs {
    /// In whose name the vote is cast. Calls and delegations are held to the accounts of the console, as they are there.
    async fn hand(&self, store: &dyn Store, summary: &Summary) -> Result<Hand, Failure> {
        let (org, now) = (summary.organisation.as_ref(), SystemClock.now());
        if let (Some(approver), Some(witness)) = (&self.by_phone, &self.witness) {
            let caller = account(store, approver).await?;
            account(store, witness).await?;
            return Ok(Hand::Phone(Call {
                approver: approver.clone(),
                roles: identity::roles(&caller, org, Some(summary.mode)),
                witness: witness.clone(),
                called_at: self.called_at.unwrap_or(now),
            }));
        }
        let Some(from) = &self.stands_for else { return Ok(Hand::Own) };
        let deputy = account(store, &self.ask.actor.actor()?.name).await?;
        let given = Board::default().mandates(store, &deputy.name).await?;
        let brought = StandsIn::of(&deputy, given, now).at(org, summary.mode, &summary.runbook);
        let found = brought.into_iter().find(|delegation| delegation.from == *from).map(Hand::For);
        found.ok_or_else(|| {
            let refused = VoteRefused::NotDelegated { name: deputy.name.clone(), from: from.clone() };
            Failure::refused(refused.to_string()).hint(format!("{from} gives one at /me/delegations of the console"))
        })
    }
}

/// An account of the console that is in use.
async fn account(store: &dyn Store, name: &UserName) -> Result<User, Failure> {
    in_use(store, name).await?.ok_or_else(|| {
        Failure::refused(format!("{name} has no account that is in use"))
            .hint("votes by phone and of deputies are those of people whose roles are known: `relight user list`")
    })
}

/// Votes.
pub(super) async fn approve(args: ApproveArgs) -> Result<Exit, Failure> {
    let (store, run) = find(&args.ask).await?;
    let replayed = fold(&*store, &run).await?;
    let gate = open_gate(&replayed, &args.unit)?;
    let hand = args.hand(&*store, &run.summary).await?;
    let ballot = Ballot { hand, ..Ballot::new(!args.reject, args.comment.unwrap_or_default(), gate.digest) };
    let request = Request::Vote { unit: args.unit, ballot: Box::new(ballot) };
    submit(&*store, &run, &args.ask, request).await
}

fn open_gate<'r>(replayed: &'r Replayed, unit: &UnitId) -> Result<&'r OpenGate, Failure> {
    let (plan, state) = (&replayed.plan, &replayed.state);
    let Some(ix) = plan.find(unit) else {
        return Err(Failure::usage(format!("this run has no unit {unit}")).hint(open_gates(replayed)));
    };
    let here = state.unit(ix);
    match &here.gate {
        Some(gate) if here.state == UnitState::AwaitingGate => Ok(gate),
        Some(_) | None => {
            let now = here.state.keyword();
            Err(Failure::refused(format!("the gate of {unit} is not open: the unit is {now}"))
                .hint(open_gates(replayed)))
        }
    }
}

fn open_gates(replayed: &Replayed) -> String {
    let (plan, state) = (&replayed.plan, &replayed.state);
    let open = plan.unit_ixs().filter(|unit| state.unit(*unit).state == UnitState::AwaitingGate);
    let names: Vec<&str> = open.map(|unit| plan.unit(unit).id.as_str()).collect();
    if names.is_empty() {
        "no gate of this run is open now".to_owned()
    } else {
        format!("open now: {}", names.join(", "))
    }
}
