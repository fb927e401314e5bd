//! The joining of the parts: an open state with an engine at work in it.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use engine::action::keeper::{Config, Keeper};
use engine::action::ssh::Settings;
use engine::action::{Actions, Runner};
use engine::base::{Millis, SystemClock, SystemIds};
use engine::executor::{Adoption, Engine, Options};
use engine::secrets::{Sealed, Sources};
use engine::store::Database;

use super::failure::Failure;
use super::idle::Idle;
use super::owner;
use super::place::{Place, variable};
use crate::accounts::SignIns;

/// How long a lease holds without being prolonged. Of an owner on this machine that died nobody waits for it.
const LEASE: Millis = Millis::seconds(10);

/// Variables of this process that every command gets. No others: what the engine was given for itself, such as the
/// secrets of a run, is not for every step.
const PASSED_ON: [&str; 10] =
    ["PATH", "HOME", "USER", "LOGNAME", "SHELL", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "TMPDIR"];

/// An engine and what it works on.
#[derive(Debug)]
pub(super) struct Joined {
    pub(super) engine: Engine,
    pub(super) database: Database,
    /// The sealed secrets of the folder.
    pub(super) sealed: Sealed,
}

impl Joined {
    /// The accounts of the database.
    pub(super) fn sign_ins(&self) -> SignIns {
        let store = Arc::clone(&self.database.store);
        SignIns::new(store, Arc::clone(self.engine.clock()), Some(self.sealed.clone()))
    }
}

/// Opens the database and finds the keeper, both at once, and starts an engine.
pub(super) async fn join(place: &Place, adoption: Adoption) -> Result<Joined, Failure> {
    join_with(place, adoption, &[]).await
}

/// The same, with further variables for every command.
pub(super) async fn join_with(
    place: &Place,
    adoption: Adoption,
    variables: &[(&str, &Path)],
) -> Result<Joined, Failure> {
    let work = place.folder.inner("work")?;
    let (database, keeper) = tokio::join!(place.open(), keeper(place));
    let (database, keeper) = (database?, keeper?);
    if adoption == Adoption::Orphans {
        owner::release_dead(&*database.store).await?;
    }
    let secrets = Sources::new(place.sealed.clone(), variable);
    let actions = Actions::new(keeper, work).reaching(settings(), Arc::new(secrets));
    Ok(start(place, database, Arc::new(actions), base(place, variables), adoption))
}

/// How other hosts are reached: with this user's agent, trusting what `ssh` would trust.
fn settings() -> Settings {
    let own = variable("HOME").map(|home| PathBuf::from(home).join(".ssh/known_hosts"));
    let known_hosts = own.into_iter().chain([PathBuf::from("/etc/ssh/ssh_known_hosts")]).collect();
    Settings { agent: variable("SSH_AUTH_SOCK").map(PathBuf::from), known_hosts, clock: Arc::new(SystemClock) }
}

/// An engine for mock runs, which start nothing.
pub(super) async fn join_to_play(place: &Place) -> Result<Joined, Failure> {
    Ok(start(place, place.open().await?, Arc::new(Idle), BTreeMap::new(), Adoption::OnlyAsked))
}

fn start(
    place: &Place,
    database: Database,
    runner: Arc<dyn Runner>,
    base: BTreeMap<String, String>,
    adoption: Adoption,
) -> Joined {
    let engine = Engine::start(Options {
        store: Arc::clone(&database.store),
        runner,
        clock: Arc::new(SystemClock),
        ids: Arc::new(SystemIds),
        owner: owner::ours(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        base,
        adoption,
        lease_ttl: LEASE,
    });
    Joined { engine, database, sealed: place.sealed.clone() }
}

/// Finds the keeper of the state folder, or starts it.
pub(super) async fn keeper(place: &Place) -> Result<Keeper, Failure> {
    let folder = place.folder.path().join("keeper");
    let program = std::env::current_exe()
        .map_err(|cause| Failure::unable(format!("the program's own file can not be found: {cause}")))?;
    let arguments = vec!["keeper".into(), folder.clone().into_os_string()];
    Keeper::open(Config { folder, program, arguments }).await.map_err(|error| {
        Failure::unable(error.to_string()).hint("`relight doctor` looks at the state folder and the keeper")
    })
}

fn base(place: &Place, further: &[(&str, &Path)]) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        PASSED_ON.iter().filter_map(|name| Some(((*name).to_owned(), variable(name)?))).collect();
    let program = std::env::current_exe().ok();
    let ours = [("RELIGHT_STATE", Some(place.folder.path())), ("RELIGHT_BIN", program.as_deref())];
    let paths = ours.into_iter().filter_map(|(name, path)| Some((name, path?))).chain(further.iter().copied());
    all.extend(paths.map(|(name, path)| (name.to_owned(), path.display().to_string())));
    all
}
