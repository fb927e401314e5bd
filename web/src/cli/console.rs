//! The console over an engine, from the open listener to its orderly end. `serve` and `demo` share it.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;

use engine::base::SystemIds;
use engine::plan::Library;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use super::failure::Failure;
use super::interrupts::Interrupts;
use super::join::Joined;
use super::say;
use crate::accounts::doors::{Doors, watch};
use crate::app::{App, Parts};
use crate::serve::serve;

/// Takes the address before anything else is set up, so that a second start is told so at once.
pub(super) async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Failure> {
    let unheard = |cause: io::Error| {
        Failure::unable(format!("{address} can not be listened on: {cause}"))
            .hint("name another address: --listen ADDR; port 0 takes any that is free")
    };
    let listener = TcpListener::bind(address).await.map_err(unheard)?;
    let address = listener.local_addr().map_err(unheard)?;
    Ok((listener, address))
}

/// Serves until the first interrupt; then answers what was asked, gives all runs back, and returns. A second interrupt
/// ends it at once. Steps at work go on either way.
pub(super) async fn console(
    joined: &Joined,
    library: Library,
    doors: Doors,
    listener: TcpListener,
) -> Result<(), Failure> {
    let mut interrupts = Interrupts::listen()?;
    let stopping = CancellationToken::new();
    let parts = Parts {
        sealed: Some(joined.sealed.clone()),
        engine: joined.engine.clone(),
        library: Arc::new(library),
        press: super::press::press(),
        clock: Arc::clone(joined.engine.clock()),
        ids: Arc::new(SystemIds),
        stopping: stopping.clone(),
    };
    let (store, clock) = (Arc::clone(joined.engine.store()), Arc::clone(joined.engine.clock()));
    tokio::spawn(engine::review::watch(Arc::clone(&store), Arc::clone(&clock), stopping.clone()));
    tokio::spawn(engine::cases::watch(store, clock, stopping.clone()));
    let app = App::with_doors(parts, doors);
    let watched = app.clone();
    let _watching = AbortOnDropHandle::new(tokio::spawn(async move {
        if let Some(door) = &watched.doors.directory {
            watch(door, &watched.outsiders, &watched.stopping).await;
        }
    }));
    let fault = |cause: io::Error| Failure::unable(format!("the console ended: {cause}"));
    let mut serving = pin!(serve(app, listener));
    tokio::select! {
        () = interrupts.next() => say::note("stopping: runs are given back, steps at work go on"),
        ended = &mut serving => {
            joined.engine.shut_down().await;
            return ended.map_err(fault);
        }
    }
    stopping.cancel();
    let soft = async {
        joined.engine.shut_down().await;
        serving.await
    };
    tokio::select! {
        ended = soft => ended.map_err(fault),
        () = interrupts.next() => {
            joined.engine.shut_down_hard();
            Ok(())
        }
    }
}
