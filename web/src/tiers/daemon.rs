//! The life of a member's process.

use std::io::{self, Write};
use std::net::Ipv4Addr;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::{HeaderName, HeaderValue};
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tower_http::set_header::SetResponseHeaderLayer;

use super::client::Peers;
use super::health::IDENTITY;
use super::{Error, Member, Place, Tier, ap, db, web};

/// No request of this system needs more.
const BODY_LIMIT: usize = 4096;

/// Becomes the member and serves until it is told to end. Returns at once when another process is the member.
pub async fn serve(place: &Place, member: Member) -> Result<(), Error> {
    // Its own session: what happens to the group of the step that started it is none of its business. The only failure
    // is to be the leader of a session already.
    let _ = nix::unistd::setsid();
    let Some(claim) = place.claim(member)? else { return Ok(()) };
    let end = listen(place, member).await;
    drop(claim);
    end
}

async fn listen(place: &Place, member: Member) -> Result<(), Error> {
    let failed = |source| Error::Spawn { member, source };
    let mut terminate = signal(SignalKind::terminate()).map_err(failed)?;
    let listener = bind(place.port(member)).await.map_err(failed)?;
    let port = listener.local_addr().map_err(failed)?.port();
    let peers = Peers::new(place.clone())?;
    let router = match member.tier() {
        Tier::Db => db::router(place.data(), member.pace()),
        Tier::Ap => ap::router(member, peers),
        Tier::Web => web::router(member, peers),
    };
    place.publish(member, port)?;
    // The starter waits for this line; nothing is written to the pipe after it.
    let _ = writeln!(io::stdout(), "{port}").and_then(|()| io::stdout().flush());
    tracing::info!(%member, port, "listening");
    axum::serve(listener, signed(router, member))
        .with_graceful_shutdown(async move {
            terminate.recv().await;
        })
        .await
        .map_err(failed)?;
    tracing::info!(%member, "ended");
    Ok(())
}

/// The address of the last time, if it is free.
async fn bind(last: Option<u16>) -> io::Result<TcpListener> {
    if let Some(port) = last
        && let Ok(listener) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await
    {
        return Ok(listener);
    }
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// Every answer says who gave it: a port may have passed to another process meanwhile.
fn signed(router: Router, member: Member) -> Router {
    let name = HeaderName::from_static(IDENTITY);
    router
        .layer(DefaultBodyLimit::max(BODY_LIMIT))
        .layer(SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(member.name())))
}
