//! A TCP connection that must open.

use std::io::ErrorKind;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::check::{Answer, Reply};
use super::transcript::Transcript;
use crate::plan::Tcp;
use crate::run::{CauseKind, Outcome};

/// Longest wait for one connection. A host that is there answers at once; one that is not says nothing for minutes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the connection and closes it again.
pub(super) async fn ask(endpoint: &Tcp) -> Answer {
    let address = (endpoint.host.as_str(), endpoint.port);
    match tokio::time::timeout(PATIENCE, TcpStream::connect(address)).await {
        Ok(Ok(_)) => Answer::new(Reply::Up, "open"),
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            Answer::new(Reply::Down, "connection refused")
        }
        Ok(Err(error)) => Answer::new(Reply::Unknown, reason(&error)),
        Err(_) => Answer::new(Reply::Unknown, format!("no answer in {} s", PATIENCE.as_secs())),
    }
}

fn reason(error: &std::io::Error) -> String {
    match error.kind() {
        ErrorKind::HostUnreachable => "no route to the host".to_owned(),
        ErrorKind::NetworkUnreachable => "the network can not be reached".to_owned(),
        _ => error.to_string(),
    }
}

/// The outcome of a step that is one connection.
pub(super) async fn outcome(endpoint: &Tcp, transcript: &mut Transcript, stop: &CancellationToken) -> Outcome {
    let answer = tokio::select! {
        answer = ask(endpoint) => answer,
        () = stop.cancelled() => Answer::new(Reply::Unknown, "ended before there was an answer"),
    };
    let place = format!("{}:{}", endpoint.host, endpoint.port);
    let next = "look whether the service listens there and no firewall stands between";
    answer.into_step(CauseKind::Unreachable, &place, next, transcript).await
}
