//! `relight serve`: the console on an address.

use std::sync::Arc;

use engine::base::{Clock, SystemClock, SystemIds};
use engine::store;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use super::args::Serve;
use crate::accounts::SignIns;
use crate::app::{App, Parts};

/// Serves until the process is interrupted.
pub(super) async fn run(options: Serve) -> anyhow::Result<()> {
    let database = store::open(&options.database).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let stopping = CancellationToken::new();
    let app = App::new(Parts {
        sign_ins: SignIns::new(Arc::clone(&database.accounts), Arc::clone(&clock)),
        accounts: database.accounts,
        clock,
        ids: Arc::new(SystemIds),
        stopping: stopping.clone(),
    });
    let listener = TcpListener::bind(options.listen).await?;
    tracing::info!(address = %listener.local_addr()?, "the console is open");
    tokio::spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            stopping.cancel();
        }
    });
    Ok(crate::serve::serve(app, listener).await?)
}
