//! Options that several commands have.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use engine::base::{Lang, UserName};
use engine::run::{Actor, Door};

use super::failure::Failure;
use crate::config::DatabaseUrl;

/// Where runs are kept.
#[derive(Debug, Args)]
pub(super) struct StateArgs {
    /// State folder [default: $XDG_STATE_HOME/relight or ~/.local/state/relight]
    #[arg(long, value_name = "DIR", env = "RELIGHT_STATE")]
    pub(super) state: Option<PathBuf>,
    /// Database instead of the one in the state folder: `sqlite://PATH` or `postgres://USER@HOST/DATABASE`
    ///
    /// Give an address that holds a password by the environment, where other users do not see it.
    #[arg(long, value_name = "URL", env = "RELIGHT_DATABASE", hide_env_values = true)]
    pub(super) database: Option<DatabaseUrl>,
}

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Format {
    /// For people.
    #[default]
    Human,
    /// For programs; the fields are a contract.
    Json,
}

/// Who acts.
#[derive(Debug, Args)]
pub(super) struct ActorArgs {
    /// Name that the journal keeps [default: the name of the system's user]
    #[arg(long = "as", value_name = "NAME", env = "RELIGHT_AS")]
    pub(super) name: Option<UserName>,
}

impl ActorArgs {
    /// The person at the command line. Whoever can open the state may do everything in it.
    pub(super) fn actor(&self) -> Result<Actor, Failure> {
        let name = match &self.name {
            Some(name) => name.clone(),
            None => system_user()?,
        };
        Ok(Actor { name, roles: Vec::new(), via: Door::CommandLine })
    }
}

fn system_user() -> Result<UserName, Failure> {
    let uid = nix::unistd::Uid::current();
    let known = nix::unistd::User::from_uid(uid).ok().flatten().map(|user| user.name);
    let name = known.unwrap_or_else(|| format!("uid-{uid}"));
    name.parse().map_err(|why| {
        Failure::usage(format!("the system's user name {name:?} can not stand in a journal: {why}"))
            .hint("say who acts: --as NAME or RELIGHT_AS")
    })
}

/// A run, as people name it: its id, the beginning of its id, or `latest`.
#[derive(Debug, Clone, Args)]
pub(super) struct RunArg {
    /// Run: its id, a unique beginning of it, or `latest`
    #[arg(value_name = "RUN")]
    pub(super) run: String,
}

/// A language of texts for people.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LangWord {
    /// 한국어
    Ko,
    /// English
    #[default]
    En,
}

impl From<LangWord> for Lang {
    fn from(word: LangWord) -> Self {
        match word {
            LangWord::Ko => Self::Ko,
            LangWord::En => Self::En,
        }
    }
}
