//! From options and environment to an open state.

use std::env;
use std::path::{Path, PathBuf};

use engine::secrets::Sealed;
use engine::store::{self, Database};

use super::failure::Failure;
use super::options::StateArgs;
use crate::config::{DatabaseUrl, StateFolder};

/// Where this command works.
#[derive(Debug, Clone)]
pub(super) struct Place {
    /// The state folder.
    pub(super) folder: StateFolder,
    /// The database: the one in the folder unless another one was named.
    pub(super) database: DatabaseUrl,
    /// The sealed secrets of the folder.
    pub(super) sealed: Sealed,
}

impl Place {
    /// Finds the folder and makes it where it is missing.
    pub(super) fn of(args: &StateArgs) -> Result<Self, Failure> {
        let folder = StateFolder::open(&folder(args.state.as_deref())?)?;
        let database = args.database.clone().unwrap_or_else(|| folder.database());
        Ok(Self { database, ..Self::at(folder) })
    }

    /// With the database in the folder.
    pub(super) fn at(folder: StateFolder) -> Self {
        let key = variable("RELIGHT_SECRET_KEY").map(PathBuf::from);
        let sealed = Sealed::new(folder.path().join("secrets"), key);
        Self { database: folder.database(), folder, sealed }
    }

    /// Opens the database and brings its tables up to date.
    pub(super) async fn open(&self) -> Result<Database, Failure> {
        store::open(self.database.expose())
            .await
            .map_err(|error| Failure::from(error).hint(format!("the database is {}", self.database)))
    }
}

/// The state folder that was named, or the one that the XDG conventions give.
fn folder(named: Option<&Path>) -> Result<PathBuf, Failure> {
    if let Some(named) = named {
        return Ok(named.to_owned());
    }
    let absolute = |name: &str| variable(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let states = absolute("XDG_STATE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".local/state")));
    states.map(|states| states.join("relight")).ok_or_else(|| {
        Failure::usage("there is no home folder to keep the state in").hint("name one: --state DIR or RELIGHT_STATE")
    })
}

/// A variable of the environment; an empty one counts as absent.
#[expect(clippy::disallowed_methods, reason = "the command line is where the environment is read")]
pub(super) fn variable(name: &str) -> Option<String> {
    env::var(name).ok().filter(|value| !value.is_empty())
}
