//! The commands and their options.

use std::net::SocketAddr;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use super::serve;

/// A workflow engine for disaster-recovery runbooks.
#[derive(Debug, Parser)]
#[command(name = "relight", version)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the console.
    Serve(Serve),
}

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "RELIGHT_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// `sqlite://PATH` or `postgres://…`.
    #[arg(long, env = "RELIGHT_DATABASE")]
    pub(super) database: String,
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).init();
    let done = match Args::parse().command {
        Command::Serve(options) => tokio::runtime::Runtime::new()
            .map_err(anyhow::Error::from)
            .and_then(|runtime| runtime.block_on(serve::run(options))),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            tracing::error!("{why:#}");
            ExitCode::FAILURE
        }
    }
}
