//! `tcp` from another host: whether a connection can be opened from there.

use std::net::SocketAddr;

use super::super::check::Answer;
use super::super::transcript::Transcript;
use super::Host;
use super::script::Measured;

const SCRIPT: &str = include_str!("reach.sh");
/// Seconds that the script waits for one connection, as the engine itself does.
const PATIENCE: &str = "5";

/// Opens a connection to judged addresses of one port; there is at least one.
pub(in super::super) async fn ask(host: &Host<'_>, to: &[SocketAddr], transcript: &Transcript) -> Answer {
    let port = to.first().map_or(0, SocketAddr::port).to_string();
    let addresses: Vec<String> = to.iter().map(|address| address.ip().to_string()).collect();
    let mut arguments = vec![PATIENCE, &port];
    arguments.extend(addresses.iter().map(String::as_str));
    match host.measure(SCRIPT, &arguments, transcript).await {
        Ok(measured) => weigh(&measured),
        Err(unknown) => unknown,
    }
}

fn weigh(measured: &Measured) -> Answer {
    if let Some(obstacle) = measured.obstacle() {
        return obstacle;
    }
    if measured.text("open").is_some() {
        Answer::up("연결됨", "open")
    } else if measured.text("refused").is_some() {
        Answer::down("연결 거부", "connection refused")
    } else if measured.text("silent").is_some() {
        Answer::unknown(format!("{PATIENCE}초 안에 응답 없음"), format!("no answer in {PATIENCE} s"))
    } else {
        Answer::unknown("확인하지 못함", "could not look")
    }
}
