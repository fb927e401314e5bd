//! Listens, serves, and ends softly: no new connections, streams ended, answers finished.

use std::net::SocketAddr;

use tokio::net::TcpListener;

use crate::app::App;
use crate::router::router;

/// Serves the console on a listener until the app's `stopping` is cancelled and all answers are out.
pub async fn serve(app: App, listener: TcpListener) -> std::io::Result<()> {
    let stopping = app.stopping.clone();
    let service = router(app).into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).with_graceful_shutdown(stopping.cancelled_owned()).await
}
