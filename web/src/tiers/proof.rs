//! Questions to the system from outside.

use super::client::Peers;
use super::db::Proof;
use super::{Error, Health, Member, Place};

/// Asks a member how it is.
pub async fn health(place: &Place, member: Member) -> Result<Health, Error> {
    Ok(Peers::new(place.clone())?.health(member).await)
}

/// Has the database read its file again and compare it with what it serves.
pub async fn verify(place: &Place) -> Result<Proof, Error> {
    Peers::new(place.clone())?.get(Member::Db, "/verify").await
}

/// Writes a ticket through one web server and reads it through the other: through every tier and back. The place where
/// it was found.
pub async fn smoke(place: &Place) -> Result<String, Error> {
    let peers = Peers::new(place.clone())?;
    let path = peers.submit(Member::Web1, "/tickets", "title=Smoke+test+of+the+three+tiers".into()).await?;
    let page = peers.page(Member::Web2, &path).await?;
    if page.contains("Smoke test of the three tiers") { Ok(path) } else { Err(Error::Disagree { path }) }
}
