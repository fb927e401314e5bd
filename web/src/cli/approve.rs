//! `relight approve RUN GATE`

use clap::Args;
use engine::base::UnitId;
use engine::run::{Ballot, OpenGate, Replayed, Request, UnitState};

use super::ask::{AskArgs, find, fold, submit};
use super::exit::Exit;
use super::failure::Failure;

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
}

/// Votes.
pub(super) async fn approve(args: ApproveArgs) -> Result<Exit, Failure> {
    let (store, run) = find(&args.ask).await?;
    let replayed = fold(&*store, &run).await?;
    let gate = open_gate(&replayed, &args.unit)?;
    let ballot = Ballot::new(!args.reject, args.comment.unwrap_or_default(), gate.digest);
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
