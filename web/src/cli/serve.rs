//! `relight serve`

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use engine::executor::Adoption;
use engine::base::{Clock, Lang, Secret, SystemClock, SystemIds};
use engine::identity::Accounts;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::exit::Exit;
use super::failure::Failure;
use super::options::StateArgs;
use super::join::join;
use super::place::Place;
use super::say;
use crate::accounts::{Token, new_user};
use crate::app::{App, Parts};
use crate::serve::serve as serve_console;

/// Name of the account that the first start makes.
const FIRST: &str = "admin";
/// Roles of that account: it manages accounts and operates runs; it approves nothing.
const FIRST_ROLES: [&str; 2] = ["admin", "operator"];

/// Serves the console and carries out runs.
///
/// The first start on an empty database makes the account `admin` and prints its password, once.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", env = "RELIGHT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of runbooks
    #[arg(long, value_name = "DIR", env = "RELIGHT_RUNBOOKS")]
    runbooks: PathBuf,
    #[command(flatten)]
    state: StateArgs,
}

/// Serves until it is interrupted.
pub(super) async fn serve(args: ServeArgs) -> Result<Exit, Failure> {
    if !args.runbooks.is_dir() {
        return Err(Failure::usage(format!("{}: there is no such folder", args.runbooks.display()))
            .hint("name the folder that holds the runbooks: --runbooks DIR"));
    }
    let joined = join(&Place::of(&args.state)?, Adoption::Orphans).await?;
    let (engine, database) = (joined.engine, joined.database);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    first_admin(&*database.accounts, &*clock).await?;
    let stopping = CancellationToken::new();
    let app = App::new(Parts {
        accounts: database.accounts,
        engine: engine.clone(),
        clock,
        ids: Arc::new(SystemIds),
        stopping: stopping.clone(),
    });
    let listener = listen(args.listen).await?;
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.cancel();
        }
    });
    let address = listener.local_addr().map_err(|cause| unheard(args.listen, &cause))?;
    say::line(&format!("the console is open at http://{address}/"))?;
    serve_console(app, listener).await.map_err(|cause| unheard(address, &cause))?;
    engine.shut_down().await;
    Ok(Exit::Done)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|cause| unheard(address, &cause))
}

fn unheard(address: SocketAddr, cause: &io::Error) -> Failure {
    Failure::unable(format!("{address} can not be listened on: {cause}"))
        .hint("name another address: --listen ADDR; port 0 takes any that is free")
}

/// An account to begin with, where there is none.
async fn first_admin(accounts: &dyn Accounts, clock: &dyn Clock) -> Result<(), Failure> {
    if !accounts.users().await?.is_empty() {
        return Ok(());
    }
    let unable = |why: &dyn std::fmt::Display| Failure::unable(format!("the first account can not be made: {why}"));
    let token = Token::fresh().map_err(|why| unable(&why))?;
    // 132 bits: beyond guessing, and still possible to type.
    let password: String = token.reveal().chars().take(22).collect();
    let name = FIRST.parse().map_err(|why| unable(&why))?;
    let roles = FIRST_ROLES.iter().filter_map(|role| role.parse().ok()).collect();
    let made = new_user(accounts, clock, name, Secret::new(password.clone()), roles, Lang::Ko).await;
    if made.map_err(|why| unable(&why))? {
        say::note(&format!("first start: sign in as {FIRST} with the password {password} (printed this once)"));
    }
    Ok(())
}
