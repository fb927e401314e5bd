//! `relight tier …`, as the steps of the demonstration call it.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::exit::Exit;
use super::failure::Failure;
use super::say;
use crate::tiers::{self, Member, Place, Started, Stopped};

/// Handles the small three-tier system of the demonstration.
#[derive(Debug, Args)]
pub(super) struct TierArgs {
    /// The folder that its members share
    #[arg(long, value_name = "DIR", env = "RELIGHT_DEMO_DIR", global = true, default_value = "relight-demo/tiers")]
    dir: PathBuf,
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Debug, Clone, Copy, Subcommand)]
enum Verb {
    /// Starts a member and returns at once; does nothing when it runs already
    Start {
        /// Which
        member: Member,
    },
    /// Ends a member; does nothing when it does not run
    Stop {
        /// Which
        member: Member,
    },
    /// Tells whether a member is up: exit code 0 up, 1 down
    Status {
        /// Which
        member: Member,
    },
    /// Has the database compare its file with what it serves
    Verify,
    /// Writes a ticket through one web server and reads it through the other
    Smoke,
    /// Is the member
    #[command(hide = true)]
    Serve {
        /// Which
        member: Member,
    },
}

/// Does it.
pub(super) async fn tier(args: TierArgs) -> Result<Exit, Failure> {
    let place = Place::open(&args.dir)?;
    let words = match args.verb {
        Verb::Start { member } => match tiers::start(&place, member)? {
            Started::Now(port) => format!("{member} is starting at http://127.0.0.1:{port}"),
            Started::Before(pid) => format!("{member} runs already as process {pid}"),
        },
        Verb::Stop { member } => match tiers::stop(&place, member)? {
            Stopped::Asked(pid) => format!("{member} has ended (process {pid})"),
            Stopped::Killed(pid) => format!("{member} did not end when asked and was killed (process {pid})"),
            Stopped::Before => format!("{member} did not run"),
        },
        Verb::Status { member } => {
            let health = tiers::health(&place, member).await?;
            let port = place.port(member).map_or_else(String::new, |port| format!(" at http://127.0.0.1:{port}"));
            let word = if health.up { "up" } else { "down" };
            say::line(&format!("{member} is {word}{port}: {}", health.detail))?;
            return Ok(if health.up { Exit::Done } else { Exit::Failed });
        }
        Verb::Verify => {
            let proof = tiers::verify(&place).await?;
            format!("{} tickets, file digest {}", proof.tickets, proof.digest)
        }
        Verb::Smoke => format!("written through web1, read through web2: {}", tiers::smoke(&place).await?),
        Verb::Serve { member } => {
            tiers::serve(&place, member).await?;
            return Ok(Exit::Done);
        }
    };
    say::line(&words)?;
    Ok(Exit::Done)
}

impl From<tiers::Error> for Failure {
    fn from(error: tiers::Error) -> Self {
        Self::unable(error.to_string())
    }
}
