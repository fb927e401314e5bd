//! `relight key`: the keys that sign evidence packs.

use clap::{Args, Subcommand};
use engine::base::{Clock as _, SystemClock, Timestamp};
use engine::evidence::{KeyEntry, KeyId, Keyring, Retired, key as find, keys};
use engine::store::{Change, Changed, Deed, Store};
use serde_json::json;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{ActorArgs, Format, StateArgs};
use super::owner;
use super::place::Place;
use super::say;
use crate::deeds::Doer;

/// Makes, shows and retires the keys that sign evidence packs (Ed25519).
///
/// The private half lies in the state folder of this host, sealed with the key of the sealed secrets; it is never shown. The
/// public half stands in the database and is never removed, so that old packs stay provable.
#[derive(Debug, Args)]
pub(super) struct KeyArgs {
    #[command(subcommand)]
    what: What,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    actor: ActorArgs,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Makes a key; packs are signed with it from now on
    New,
    /// Prints a public key as PEM, by default the one that signs
    Show {
        /// The key
        id: Option<KeyId>,
    },
    /// Lists the keys, the oldest first
    List {
        /// Form of the list
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Takes a key out of use and destroys its private half; what it signed stays provable
    Retire {
        /// The key
        id: KeyId,
        /// Why
        #[arg(long, value_name = "TEXT")]
        reason: String,
    },
}

/// Makes, shows, lists, retires.
pub(super) async fn key(args: KeyArgs) -> Result<Exit, Failure> {
    let place = Place::of(&args.state)?;
    let store = place.open().await?.store;
    let ring = Keyring::new(place.sealed);
    let doer = Doer::at_host(args.actor.actor()?);
    let now = SystemClock.now();
    match args.what {
        What::New => new(&*store, &ring, &doer, now).await,
        What::Show { id } => show(&*store, &ring, id).await,
        What::List { format } => list(&*store, &ring, format).await,
        What::Retire { id, reason } => retire(&*store, &ring, &doer, now, id, reason).await,
    }
}

async fn new(store: &dyn Store, ring: &Keyring, doer: &Doer, now: Timestamp) -> Result<Exit, Failure> {
    let (entry, change) = ring.make(now, doer.actor.name.clone(), owner::host())?;
    let after = json!({ "fingerprint": entry.public.fingerprint(), "host": entry.host });
    let deed = Deed { after: Some(after), ..doer.deed(now, "key.new", format!("key/{}", entry.id)) };
    commit(store, now, change, deed).await?;
    say::line(&format!("key {}", entry.id))?;
    say::line(&format!("fingerprint {}", entry.public.fingerprint()))?;
    say::note("give this fingerprint to those who will verify, over another way than the packs");
    Ok(Exit::Done)
}

async fn commit(store: &dyn Store, now: Timestamp, change: Change, deed: Deed) -> Result<(), Failure> {
    match store.change(now, vec![change], vec![deed]).await? {
        Changed::Done => Ok(()),
        Changed::Stale { .. } => {
            Err(Failure::refused("somebody else has just changed this key")
                .hint("`relight key list` shows how it is now"))
        }
    }
}

async fn known(store: &dyn Store, id: &KeyId) -> Result<engine::store::Versioned<KeyEntry>, Failure> {
    let found = find(store, id).await?;
    found.ok_or_else(|| Failure::usage(format!("there is no key {id}")).hint("`relight key list` shows the keys"))
}

async fn show(store: &dyn Store, ring: &Keyring, id: Option<KeyId>) -> Result<Exit, Failure> {
    let public = match id {
        Some(id) => known(store, &id).await?.value.public,
        None => ring.current(store).await?.public(),
    };
    say::text(&public.to_pem())?;
    say::note(&format!("fingerprint {}", public.fingerprint()));
    Ok(Exit::Done)
}

async fn list(store: &dyn Store, ring: &Keyring, format: Format) -> Result<Exit, Failure> {
    let keys = keys(store).await?;
    match format {
        Format::Json => {
            let line = |key: &KeyEntry| {
                json!({
                    "key": key.id, "fingerprint": key.public.fingerprint(), "public": key.public,
                    "made_at": key.made_at.to_iso(), "made_by": key.made_by, "host": key.host,
                    "here": ring.holds(&key.id),
                    "retired_at": key.retired.as_ref().map(|retired| retired.at.to_iso()),
                    "reason": key.retired.as_ref().map(|retired| &retired.reason),
                })
            };
            say::json(&keys.iter().map(|key| line(&key.value)).collect::<Vec<_>>())?;
        }
        Format::Human if keys.is_empty() => say::note("there is no key yet; `relight key new` makes one"),
        Format::Human => {
            for KeyEntry { id, public, made_at, host, retired, .. } in keys.iter().map(|key| &key.value) {
                let use_ = match retired {
                    Some(Retired { at, reason, .. }) => format!("retired {} {reason:?}", at.in_seoul()),
                    None if ring.holds(id) => "in use here".to_owned(),
                    None => format!("in use on {host}"),
                };
                say::line(&format!("{id}  {}  {}  {use_}", public.fingerprint(), made_at.in_seoul()))?;
            }
        }
    }
    Ok(Exit::Done)
}

/// The record first: a private half that is gone while the key counts as in use would be a key that nobody can sign with.
async fn retire(
    store: &dyn Store,
    ring: &Keyring,
    doer: &Doer,
    now: Timestamp,
    id: KeyId,
    reason: String,
) -> Result<Exit, Failure> {
    let entry = known(store, &id).await?;
    if reason.trim().is_empty() {
        return Err(Failure::usage("say why: --reason TEXT"));
    }
    if entry.value.retired.is_none() {
        let by = doer.actor.name.clone();
        let retired =
            KeyEntry { retired: Some(Retired { at: now, by, reason: reason.clone() }), ..entry.value.clone() };
        let deed = Deed { reason, ..doer.deed(now, "key.retire", format!("key/{id}")) };
        commit(store, now, entry.put(&retired)?, deed).await?;
    }
    let here = ring.destroy(&id)?;
    let half = if here { "its private half is destroyed" } else { "its private half is not on this host" };
    say::note(&format!("key {id} is retired; {half}; what it signed stays provable with its public half"));
    Ok(Exit::Done)
}
