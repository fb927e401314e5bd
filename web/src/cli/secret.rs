//! `relight secret`: the values that an inventory calls `sealed`.

use std::io::{self, IsTerminal as _};
use std::path::Path;

use clap::{Args, Subcommand};
use engine::base::SecretName;
use engine::secrets::{Fault, value_in};
use serde_json::json;

use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, StateArgs};
use super::place::Place;
use super::say;

/// Keeps values of secrets for the inventory, sealed in the state folder.
///
/// They are sealed with AES-256-GCM. The key is made with the first one: the file `secrets/key` of the state folder, or
/// the one that RELIGHT_SECRET_KEY names. Back it up apart from the folder: without it the values are lost.
#[derive(Debug, Args)]
pub(super) struct SecretArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Seals the value that stands on standard input; it never stands on the command line
    Set {
        /// Name, as the inventory gives it in `{sealed: NAME}`
        name: SecretName,
        #[command(flatten)]
        state: StateArgs,
    },
    /// Lists names, never values
    List {
        #[command(flatten)]
        state: StateArgs,
        /// Form of the list
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Removes a value
    Remove {
        /// Its name
        name: SecretName,
        #[command(flatten)]
        state: StateArgs,
    },
}

/// Keeps, lists, removes.
pub(super) fn secret(args: SecretArgs) -> Result<Exit, Failure> {
    match args.what {
        What::Set { name, state } => set(&name, &state),
        What::List { state, format } => list(&state, format),
        What::Remove { name, state } => remove(&name, &state),
    }
}

fn set(name: &SecretName, state: &StateArgs) -> Result<Exit, Failure> {
    if io::stdin().is_terminal() {
        return Err(Failure::usage("the value would be seen while it is typed: give it on standard input").hint(format!(
            "`relight secret set {name} < FILE`, or in bash `read -rs V && printf %s \"$V\" | relight secret set {name}`"
        )));
    }
    let sealed = Place::of(state)?.sealed;
    let value = value_in(io::stdin().lock(), Path::new("standard input"))?;
    let replaced = sealed.set(name, &value)?;
    say::note(&format!("{name} is {}", if replaced { "replaced" } else { "kept" }));
    Ok(Exit::Done)
}

fn list(state: &StateArgs, format: Format) -> Result<Exit, Failure> {
    let entries = Place::of(state)?.sealed.list()?;
    match format {
        Format::Json => {
            let changed = |entry: &engine::secrets::Entry| entry.changed.map(engine::base::Timestamp::to_iso);
            let listed = entries.iter().map(|entry| json!({ "name": entry.name, "changed_at": changed(entry) }));
            say::json(&listed.collect::<Vec<_>>())?;
        }
        Format::Human if entries.is_empty() => say::note("nothing is sealed yet; `relight secret set NAME` does it"),
        Format::Human => {
            for entry in entries {
                let changed = entry.changed.map(engine::base::Timestamp::in_seoul).unwrap_or_default();
                say::line(&format!("{:<32}  {changed}", entry.name))?;
            }
        }
    }
    Ok(Exit::Done)
}

fn remove(name: &SecretName, state: &StateArgs) -> Result<Exit, Failure> {
    if !Place::of(state)?.sealed.remove(name)? {
        return Err(
            Failure::usage(format!("nothing is sealed under {name}")).hint("`relight secret list` shows what is")
        );
    }
    say::note(&format!("{name} is removed"));
    Ok(Exit::Done)
}

impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        let message = fault.to_string();
        match fault {
            Fault::TooLong(_) | Fault::NoText(_) | Fault::Empty(_) | Fault::NoFile(_) | Fault::NotSealed(_) => {
                Self::usage(message)
            }
            Fault::Unset(_)
            | Fault::File { .. }
            | Fault::NoKey(_)
            | Fault::KeyGone(_)
            | Fault::KeyOpen(_)
            | Fault::Broken(_)
            | Fault::Cipher => Self::unable(message),
        }
    }
}
