//! `--doors FILE`

use std::path::Path;
use std::sync::Arc;

use engine::base::{Clock, SystemClock};
use engine::secrets::Sources;

use super::failure::Failure;
use super::place::{Place, variable};
use crate::accounts::doors::{Doors, Secrets};
use crate::config;

/// The doors of a file, whose secrets are found in the environment, in files, or sealed in the state folder.
pub(super) fn doors(file: &Path, place: &Place) -> Result<Doors, Failure> {
    let config = config::Doors::read(file)
        .map_err(|why| Failure::usage(why.to_string()).hint("docs/doors.md says what a file of doors looks like"))?;
    let sources = Sources::new(place.sealed.clone(), variable);
    let secrets: Secrets = Arc::new(move |source| sources.find(source));
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    Ok(Doors::new(config, &secrets, &clock))
}
