//! A TCP connection that must open.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::Duration;

use tokio::net::TcpStream;
use tokio_util::sync::CancellationToken;

use super::Launch;
use super::check::{Answer, Reply};
use super::guard::{Guard, Kept};
use super::transcript::Transcript;
use crate::base::Text;
use crate::plan::Tcp;
use crate::run::{Cause, CauseKind, Outcome};

/// Longest wait for one connection. A host that is there answers at once; one that is not says nothing for minutes.
const PATIENCE: Duration = Duration::from_secs(5);

/// Opens the connection and closes it again, unless the run may not go there.
pub(super) async fn ask(launch: &Launch, guard: &Guard, endpoint: &Tcp) -> Result<Answer, Cause> {
    Ok(match judged(launch, guard, endpoint).await? {
        Ok(addresses) => connect(&addresses).await,
        Err(unresolved) => unresolved,
    })
}

/// The addresses to connect to, or the answer where nobody knows any.
pub(super) async fn judged(
    launch: &Launch,
    guard: &Guard,
    endpoint: &Tcp,
) -> Result<Result<Vec<SocketAddr>, Answer>, Cause> {
    let to = launch.destination(endpoint)?;
    match guard.admit(launch, &to).await {
        Ok(addresses) => Ok(Ok(addresses)),
        Err(Kept::Forbidden(cause)) => Err(cause),
        Err(Kept::Unresolved(why)) => Ok(Err(Answer::new(Reply::Unknown, why))),
    }
}

async fn connect(addresses: &[SocketAddr]) -> Answer {
    match tokio::time::timeout(PATIENCE, TcpStream::connect(addresses)).await {
        Ok(Ok(_)) => Answer::new(Reply::Up, Text::new("연결됨", "open")),
        Ok(Err(error)) if error.kind() == ErrorKind::ConnectionRefused => {
            Answer::new(Reply::Down, Text::new("연결 거부", "connection refused"))
        }
        Ok(Err(error)) => Answer::new(Reply::Unknown, reason(&error)),
        Err(_) => {
            let time = PATIENCE.as_secs();
            Answer::new(Reply::Unknown, Text::new(format!("{time}초 안에 응답 없음"), format!("no answer in {time} s")))
        }
    }
}

fn reason(error: &std::io::Error) -> Text {
    match error.kind() {
        ErrorKind::HostUnreachable => Text::new("호스트로 가는 경로 없음", "no route to the host"),
        ErrorKind::NetworkUnreachable => Text::new("네트워크에 닿을 수 없음", "the network can not be reached"),
        _ => Text::new(format!("연결 실패: {error}"), error.to_string()),
    }
}

/// The outcome of a step that is one connection.
pub(super) async fn outcome(
    launch: &Launch,
    guard: &Guard,
    endpoint: &Tcp,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Outcome {
    let answer = tokio::select! {
        answer = ask(launch, guard, endpoint) => answer,
        () = stop.cancelled() => Ok(Answer::new(Reply::Unknown, Answer::cut_short())),
    };
    let answer = match answer {
        Ok(answer) => answer,
        Err(cause) => return transcript.refused(&cause),
    };
    let place = endpoint.to_string();
    let next = Text::new(
        "그 주소에서 서비스가 듣고 있는지, 방화벽이 막지 않는지 확인하십시오",
        "look whether the service listens there and no firewall stands between",
    );
    answer.into_step(CauseKind::Unreachable, &place, &next, transcript).await
}
