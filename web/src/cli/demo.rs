//! `relight demo`

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use engine::executor::Adoption;
use engine::plan::Library;

use super::console::{console, listen};
use super::exit::Exit;
use super::failure::Failure;
use super::join::{Joined, join_with};
use super::place::Place;
use super::say;
use super::tell::Telling;
use crate::accounts::doors::Doors;
use crate::config::StateFolder;
use crate::demo::{PEOPLE, admit, team_up, unpack};
use crate::tiers::{self, Member};

/// Opens a console with a small three-tier system that really runs, and the drill that brings it up.
///
/// Everything is kept in one folder, which can be deleted afterwards. Each start gives the people of the drill fresh
/// passwords and prints them. Ctrl-C ends the console and the three tiers.
#[derive(Debug, Args)]
pub(super) struct DemoArgs {
    /// Address to listen on
    #[arg(long, value_name = "ADDR", env = "RELIGHT_LISTEN", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// State folder of the demonstration
    #[arg(long, value_name = "DIR", default_value = "relight-demo")]
    state: PathBuf,
}

/// Demonstrates.
pub(super) async fn demo(args: DemoArgs) -> Result<Exit, Failure> {
    let (listener, address) = listen(args.listen).await?;
    let folder = StateFolder::open(&args.state)?;
    let runbooks = folder.inner("runbooks")?;
    unpack(&runbooks).map_err(|error| Failure::unable(error.to_string()))?;
    let tiers = folder.inner("tiers")?;
    let place = Place::at(folder);
    let joined = join_with(&place, Adoption::Orphans, &[("RELIGHT_DEMO_DIR", &tiers)]).await?;
    say::line(&format!("the console is open at http://{address}/"))?;
    say::line(&format!("everything is kept in {}; Ctrl-C ends it", place.folder.path().display()))?;
    // The first page does not wait for the passwords, whose hashes are slow on purpose.
    let library = Library::new(&runbooks).with_clock(Arc::clone(joined.engine.clock()));
    let telling = Telling::start(&joined, &place, runbooks, None);
    let (served, greeted) = tokio::join!(console(&joined, library, Doors::default(), listener), greet(&joined));
    telling.end().await;
    // The tiers are processes of their own: they are ended however the rest went, such as with nobody to read the greeting.
    end(&tiers).await?;
    greeted?;
    served?;
    Ok(Exit::Done)
}

/// Lets the people in and says how.
async fn greet(joined: &Joined) -> Result<(), Failure> {
    let mut lines = Vec::new();
    for person in PEOPLE {
        let admitted = admit(&joined.sign_ins(), person).await;
        let password = admitted.map_err(|why| Failure::unable(format!("{} can not be let in: {why}", person.name)))?;
        lines.push(format!("  {:<10} {}   {}", person.name, password.expose(), person.part));
    }
    // Before anybody can sign in: teams give some of the roles.
    team_up(&joined.sign_ins()).await.map_err(|why| Failure::unable(format!("the teams can not be made: {why}")))?;
    say::line("sign in as:")?;
    for line in lines {
        say::line(&line)?;
    }
    say::line("declare the three-tier drill as operator, approve its gate as commander or owner")?;
    Ok(())
}

/// Ends the members of the system, from the web tier down.
async fn end(folder: &Path) -> Result<(), Failure> {
    let place = tiers::Place::open(folder)?;
    let ended = tokio::task::spawn_blocking(move || {
        Member::ALL.into_iter().rev().try_for_each(|member| tiers::stop(&place, member).map(drop))
    });
    Ok(ended.await.map_err(|cause| Failure::unable(format!("the tiers could not be ended: {cause}")))??)
}
