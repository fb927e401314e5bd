//! `relight explain CODE`

use clap::Args;
use engine::runbook::Code;

use super::exit::Exit;
use super::failure::Failure;
use super::options::LangWord;
use super::say;
use crate::explain::explain as paragraphs;

/// Says what a diagnostic means, shows an example, and what to do about it.
#[derive(Debug, Args)]
pub(super) struct ExplainArgs {
    /// Code or name, such as `L12` or `no-post-check`
    #[arg(value_name = "CODE")]
    code: String,
    /// Language of the explanation
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// Explains.
pub(super) fn explain(args: &ExplainArgs) -> Result<Exit, Failure> {
    let Some(code) = Code::called(&args.code) else {
        return Err(Failure::usage(format!("there is no diagnostic `{}`", args.code))
            .hint("write a code or a name as `relight check` shows it, such as L12 or no-post-check"));
    };
    say::line(code.id())?;
    for paragraph in paragraphs(code, args.lang.into()) {
        say::line(&format!("\n{paragraph}"))?;
    }
    Ok(Exit::Done)
}
