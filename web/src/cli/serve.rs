//! `relight serve`

use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use engine::base::{Lang, Secret};
use engine::executor::Adoption;
use engine::identity::Grant;
use engine::plan::Library;
use engine::run::{Actor, Door};
use tokio_util::sync::CancellationToken;

use super::anchoring::Anchoring;
use super::console::{console, listen};
use super::doors::doors;
use super::exit::Exit;
use super::failure::Failure;
use super::join::join;
use super::options::StateArgs;
use super::place::Place;
use super::say;
use super::tell::Telling;
use super::watching::Watching;
use crate::accounts::{By, NewUser, SignIns, Token, new_user};

/// Name of the account that the first start makes.
const FIRST: &str = "admin";
/// Roles of that account: it manages accounts and operates runs; it approves nothing.
const FIRST_ROLES: [&str; 2] = ["admin", "operator"];

/// Serves the console and carries out runs.
///
/// The first start on an empty database makes the account `admin` and prints its password, once; whoever signs in with it
/// must choose another one first.
#[derive(Debug, Args)]
pub(super) struct ServeArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", env = "RELIGHT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// Folder of runbooks
    #[arg(long, value_name = "DIR", env = "RELIGHT_RUNBOOKS")]
    runbooks: PathBuf,
    /// Inventory of all runbooks [default: the nearest `inventory.yaml` in their folder or above, within --runbooks]
    #[arg(long, value_name = "FILE", env = "RELIGHT_INVENTORY")]
    inventory: Option<PathBuf>,
    /// File of doors: a directory (LDAP) or a provider of identity (OpenID Connect) whose people may sign in as well
    #[arg(long, value_name = "FILE", env = "RELIGHT_DOORS")]
    doors: Option<PathBuf>,
    /// File that the head of every run that is over is appended to; best on another host's disk
    #[arg(long, value_name = "FILE", env = "RELIGHT_ANCHORS")]
    anchors: Option<PathBuf>,
    #[command(flatten)]
    state: StateArgs,
}

/// Serves until it is interrupted.
pub(super) async fn serve(args: ServeArgs) -> Result<Exit, Failure> {
    if !args.runbooks.is_dir() {
        return Err(Failure::usage(format!("{}: there is no such folder", args.runbooks.display()))
            .hint("name the folder that holds the runbooks: --runbooks DIR"));
    }
    let library = match args.inventory.clone() {
        Some(file) if !file.is_file() => {
            return Err(Failure::usage(format!("{}: there is no such file", file.display()))
                .hint("name the inventory: --inventory FILE"));
        }
        Some(file) => Library::new(&args.runbooks).with_inventory(file),
        None => Library::new(&args.runbooks),
    };
    let (listener, address) = listen(args.listen).await?;
    let place = Place::of(&args.state)?;
    let doors = args.doors.map(|file| doors(&file, &place)).transpose()?.unwrap_or_default();
    let joined = join(&place, Adoption::Orphans).await?;
    let anchoring = args.anchors.map(|file| Anchoring::open(Arc::clone(&joined.database.store), file)).transpose()?;
    first_admin(&joined.sign_ins()).await?;
    say::line(&format!("the console is open at http://{address}/"))?;
    let stop = CancellationToken::new();
    let anchoring = anchoring.map(|anchoring| tokio::spawn(anchoring.work(stop.clone())));
    let watching = Watching::start(&joined, args.runbooks.clone(), args.inventory.clone());
    let telling = Telling::start(&joined, &place, args.runbooks, args.inventory);
    let served = console(&joined, library.with_clock(Arc::clone(joined.engine.clock())), doors, listener).await;
    telling.end().await;
    watching.end().await;
    stop.cancel();
    if let Some(anchoring) = anchoring {
        anchoring.await.unwrap_or_else(|why| tracing::error!(%why, "anchoring ended early"));
    }
    served?;
    Ok(Exit::Done)
}

/// An account to begin with, where there is none.
async fn first_admin(sign_ins: &SignIns) -> Result<(), Failure> {
    let unable = |why: &dyn std::fmt::Display| Failure::unable(format!("the first account can not be made: {why}"));
    if !sign_ins.people().await.map_err(|why| unable(&why))?.is_empty() {
        return Ok(());
    }
    let token = Token::fresh().map_err(|why| unable(&why))?;
    // 132 bits: beyond guessing, and still possible to type.
    let password: String = token.reveal().chars().take(22).collect();
    let name = FIRST.parse().map_err(|why| unable(&why))?;
    let roles = FIRST_ROLES.iter().filter_map(|role| role.parse().ok());
    let grants = roles.map(|role| Grant::in_all_modes(role, None)).collect();
    let first =
        NewUser { name, password: Secret::new(password.clone()), password_due: true, grants, lang: Lang::default() };
    let actor = Actor { name: first.name.clone(), roles: Vec::new(), via: Door::CommandLine };
    let made = new_user(sign_ins, &By::host(actor), first).await;
    if made.map_err(|why| unable(&why))? {
        say::note(&format!(
            "first start: sign in as {FIRST} with the password {password} (printed this once; it must be changed then)"
        ));
    }
    Ok(())
}
