//! `relight derive`

use std::io::{self, IsTerminal as _};
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use engine::base::Lang;
use engine::plan::{Derivation, Derived, NotDerived, derive as derived};
use engine::runbook::{Source, human};

use super::exit::Exit;
use super::failure::Failure;
use super::options::LangWord;
use super::{say, source};

/// Makes a runbook of another one, from the same graph, and prints it.
#[derive(Debug, Args)]
pub(super) struct DeriveArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// What stops what the runbook starts: the `stop` of its units, in reverse order
    Stop(OfFile),
    /// What moves back what the runbook moved: `stop` or `rollback` of its units, in reverse order, behind a gate
    Failback(OfFile),
}

#[derive(Debug, Args)]
struct OfFile {
    /// Runbook
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Language of what is wrong with it
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
}

/// Derives.
pub(super) fn derive(args: &DeriveArgs) -> Result<Exit, Failure> {
    let (what, of) = match &args.what {
        What::Stop(of) => (Derivation::Stop, of),
        What::Failback(of) => (Derivation::Failback, of),
    };
    let text = source::read(&of.file)?;
    let Derived { text, left_out } = of_source(&of.file, &text, what, of.lang.into())?;
    if !left_out.is_empty() {
        let missing = match what {
            Derivation::Stop => "no `stop`",
            Derivation::Failback => "neither `stop` nor `rollback`",
        };
        say::note(&format!("these units have {missing} and so no part in it: {}", left_out.join(", ")));
    }
    say::text(&text)?;
    Ok(Exit::Done)
}

/// The runbook derived from a text, or why there is none.
pub(super) fn of_source(file: &Path, text: &Source, what: Derivation, lang: Lang) -> Result<Derived, Failure> {
    derived(text, &source::around(file), what).map_err(|why| match why {
        NotDerived::Faulty(found) => {
            say::note(human(text, &found, lang, source::coloured(io::stderr().is_terminal())).trim_end());
            Failure::usage(format!("nothing can be derived from {} as it is", text.path()))
        }
        NotDerived::Nothing => Failure::usage(match what {
            Derivation::Stop => format!("no unit of {} has `stop`: write there how it is stopped", text.path()),
            Derivation::Failback => {
                format!("no unit of {} has `stop` or `rollback`: write there how it is undone", text.path())
            }
        }),
    })
}
