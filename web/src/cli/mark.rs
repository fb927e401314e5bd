//! `relight mark RUN MARK --at ISO --reason TEXT`

use clap::{Args, ValueEnum};
use engine::base::Timestamp;
use engine::plan::MarkKind;
use engine::run::Request;

use super::ask::{AskArgs, ask_even_after};
use super::exit::Exit;
use super::failure::Failure;
use super::run::instant;

/// Sets or corrects a milestone of a run; what it was before stays in the journal.
#[derive(Debug, Args)]
pub(super) struct MarkArgs {
    #[command(flatten)]
    ask: AskArgs,
    /// The milestone
    #[arg(value_enum, value_name = "MARK")]
    mark: MarkWord,
    /// Its instant, such as 2026-11-21T03:00:00+09:00
    #[arg(long, value_name = "ISO", value_parser = instant)]
    at: Timestamp,
    /// Why
    #[arg(long, value_name = "TEXT")]
    reason: String,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum MarkWord {
    /// 발생: the disaster, or the inject of a drill
    Event,
    /// 인지: somebody or something noticed
    Detect,
    /// 선포: the commander declared
    Declare,
    /// 업무 확인: the business confirmed that it works
    Verified,
    /// 재개: the service was opened to its users
    Resume,
    /// 환원 완료: the primary site serves again
    FailbackDone,
    /// 상황 종료: the case was closed
    Close,
}

impl From<MarkWord> for MarkKind {
    fn from(word: MarkWord) -> Self {
        match word {
            MarkWord::Event => Self::Event,
            MarkWord::Detect => Self::Detect,
            MarkWord::Declare => Self::Declare,
            MarkWord::Verified => Self::Verified,
            MarkWord::Resume => Self::Resume,
            MarkWord::FailbackDone => Self::FailbackDone,
            MarkWord::Close => Self::Close,
        }
    }
}

/// Asks for it.
pub(super) async fn mark(args: MarkArgs) -> Result<Exit, Failure> {
    ask_even_after(&args.ask, Request::SetMark { mark: args.mark.into(), at: args.at, reason: args.reason }).await
}
