//! The commands and their options.

use std::net::SocketAddr;
use std::path::PathBuf;
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
    /// Serves the console and carries out runs.
    Serve(Serve),
}

/// Options of `serve`.
#[derive(Debug, clap::Args)]
pub(super) struct Serve {
    /// Address to listen on.
    #[arg(long, env = "RELIGHT_LISTEN", default_value = "127.0.0.1:8080")]
    pub(super) listen: SocketAddr,
    /// `sqlite:PATH` or `postgres://…`.
    #[arg(long, env = "RELIGHT_DATABASE")]
    pub(super) database: String,
    /// Folder of runbooks.
    #[arg(long, env = "RELIGHT_RUNBOOKS")]
    pub(super) runbooks: PathBuf,
}

/// Reads the command line and carries it out.
pub fn main() -> ExitCode {
    match Args::parse().command {
        Command::Serve(options) => serve::run(&options),
    }
}
