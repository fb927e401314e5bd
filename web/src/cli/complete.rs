//! `relight complete RUN UNIT`

use clap::{Args, ValueEnum};
use engine::base::{Decimal, UnitId};
use engine::run::{ManualAct, ManualResult, Request};

use super::ask::{AskArgs, ask};
use super::exit::Exit;
use super::failure::Failure;

/// Says what came of a manual step.
#[derive(Debug, Args)]
pub(super) struct CompleteArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// Unit whose manual step asks
    unit: UnitId,
    /// What came of it
    #[arg(long, value_enum, default_value_t = ResultWord::Done)]
    result: ResultWord,
    /// What shows it, or why not
    #[arg(long, value_name = "TEXT", default_value = "")]
    evidence: String,
    /// The number that was read off
    #[arg(long, value_name = "NUMBER", allow_negative_numbers = true)]
    measure: Option<Decimal>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum ResultWord {
    /// Done, and the expected result was seen.
    Done,
    /// Done without success.
    Failed,
    /// Does not apply here.
    NotApplicable,
}

/// Asks for it.
pub(super) async fn complete(args: CompleteArgs) -> Result<Exit, Failure> {
    let result = match args.result {
        ResultWord::Done => ManualResult::Done,
        ResultWord::Failed => ManualResult::Failed,
        ResultWord::NotApplicable => ManualResult::NotApplicable,
    };
    let work = ManualAct::Complete { result, evidence: args.evidence, measure: args.measure };
    ask(&args.ask, Request::Manual { unit: args.unit, opening: None, work }).await
}
