//! Looking again at accounts that the directory let in.

use engine::base::{Millis, UserName};
use tokio_util::sync::CancellationToken;

use super::{DirectoryDoor, Outsiders, Source};
use crate::accounts::ldap::Trouble;
use crate::accounts::sign_in::LASTS;

/// Accounts that are asked about over one connection.
const AT_A_TIME: usize = 200;

/// Looks at all accounts that may have a session, again and again: who was removed or switched off in the directory is out
/// here as well, and who changed groups may do other things. While the directory is silent everybody stays as they are: a
/// disaster that takes the directory must not take the people who fight it.
pub async fn watch(door: &DirectoryDoor, outsiders: &Outsiders, stopping: &CancellationToken) {
    loop {
        tokio::select! {
            () = stopping.cancelled() => return,
            () = tokio::time::sleep(door.recheck) => {}
        }
        let recent = match outsiders.recent(&Source::Ldap, Millis(LASTS.0 * 2)).await {
            Ok(recent) => recent,
            Err(why) => {
                tracing::warn!(%why, "accounts of the directory can not be listed");
                continue;
            }
        };
        let names: Vec<UserName> = recent.into_iter().map(|outsider| outsider.name).collect();
        for part in names.chunks(AT_A_TIME) {
            if let Err(trouble) = look_at(door, outsiders, part).await {
                tracing::warn!(%trouble, "the directory is silent: accounts that it let in stay as they are");
                break;
            }
        }
    }
}

async fn look_at(door: &DirectoryDoor, outsiders: &Outsiders, names: &[UserName]) -> Result<(), Trouble> {
    for (name, profile) in door.directory.look(names).await? {
        let grants = profile.map(|profile| door.rules.grants(&profile.groups)).unwrap_or_default();
        if let Err(why) = outsiders.refresh(&name, &Source::Ldap, grants).await {
            tracing::warn!(%why, user = %name, "an account of the directory can not be changed");
        }
    }
    Ok(())
}
