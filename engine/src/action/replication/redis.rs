//! Replication of Redis, by what its servers say of themselves over their own protocol.
//!
//! Redis keeps no commit times. What it has is an offset: a replica whose offset has reached the one that the source had is
//! drained. For anything else a heartbeat key is needed.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::TcpStream;

use super::super::addressing;
use super::super::destination::Destination;
use super::super::guard::Kept;
use super::super::transcript::Transcript;
use super::Gauging;
use super::gather::{Gathered, SourceClock};
use crate::base::{Secret, SecretName, TargetName, Text, Timestamp};
use crate::plan::EnvValue;
use crate::run::Flow;

/// Longest wait for one server.
const PATIENCE: Duration = Duration::from_secs(5);
/// Bytes of one reply that are read at most.
const REPLY: usize = 64 << 10;

/// A connection to a server.
struct Link(BufReader<TcpStream>);

pub(super) async fn gather(
    of: &Gauging<'_>,
    port: u16,
    password: Option<&SecretName>,
    key: Option<&str>,
    transcript: &mut Transcript,
) -> Result<Gathered, Text> {
    let password = match password {
        None => None,
        Some(name) => {
            let named = [EnvValue::Secret(name.clone())];
            let found = addressing::secrets(of.launch, named.iter(), of.asker.commands.secrets()).await;
            let secret = found.map_err(|cause| cause.message)?.remove(name);
            if let Some(secret) = &secret {
                transcript.hide(secret);
            }
            secret
        }
    };
    let before = of.now();
    let source = match of.source() {
        None => None,
        Some(source) => of.in_time(info(of, source, port, password.as_ref(), None)).await,
    };
    let (said, beat) = info(of, of.standby, port, password.as_ref(), key).await?;
    let text = |name: &str| said.get(name).cloned();
    let number = |name: &str| said.get(name).and_then(|text| text.parse::<u64>().ok());
    let replica = matches!(text("role").as_deref(), Some("slave" | "replica"));
    let offset = number("slave_repl_offset").or_else(|| number("master_repl_offset"));
    let wanted = source.as_ref().and_then(|(source, _)| source.get("master_repl_offset")?.parse::<u64>().ok());
    let state = if !replica {
        (Flow::Stopped, Text::new("더 이상 복제본이 아님", "it is no replica any more"))
    } else if text("master_sync_in_progress").as_deref() == Some("1") {
        (Flow::CatchingUp, Text::new("전체 동기화 중", "the whole is being copied"))
    } else if text("master_link_status").as_deref() == Some("up") {
        (Flow::Streaming, Text::new("받아서 적용하는 중", "receives and applies"))
    } else {
        let since = text("master_link_down_since_seconds").unwrap_or_default();
        (Flow::Stopped, Text::new(format!("원본과 {since}초째 끊김"), format!("without its source for {since} s")))
    };
    Ok(Gathered {
        state: Some(state),
        lag_bytes: wanted.zip(offset).map(|(wanted, offset)| wanted.saturating_sub(offset)),
        drained: wanted.zip(offset).map(|(wanted, offset)| offset >= wanted).filter(|_| replica),
        position: offset.map(|offset| offset.to_string()),
        source_position: wanted.map(|wanted| wanted.to_string()),
        // What it says of its position has no time with it; the engine's own is what counts.
        source_clock: source.is_some().then_some(SourceClock { told: before, offset: None }),
        heartbeat_at: beat.filter(|_| replica),
        ..Gathered::default()
    })
}

/// What a server says of its replication, and the time that stands in a key.
async fn info(
    of: &Gauging<'_>,
    target: &TargetName,
    port: u16,
    password: Option<&Secret>,
    key: Option<&str>,
) -> Result<(BTreeMap<String, String>, Option<Timestamp>), Text> {
    let asked = async {
        let mut link = connect(of, target, port, password).await?;
        let text = link.ask(&["INFO", "replication"]).await?.unwrap_or_default();
        let pairs = text.lines().filter_map(|line| line.trim().split_once(':'));
        let said = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        let beat = match key {
            None => None,
            Some(key) => link.ask(&["GET", key]).await?.and_then(|text| text.trim().parse().ok()).map(Timestamp),
        };
        Ok((said, beat))
    };
    let late = Err(Text::new("제때 응답 없음", "no answer in time"));
    tokio::time::timeout(PATIENCE, asked).await.unwrap_or(late)
}

async fn connect(of: &Gauging<'_>, target: &TargetName, port: u16, password: Option<&Secret>) -> Result<Link, Text> {
    let bound = of.launch.bound(target).map_err(|cause| cause.message)?;
    let host = bound.address.clone().unwrap_or_default();
    let to = Destination { host, port, named: Some(target.clone()) };
    let addresses = of.asker.guard.admit(of.launch, &to).await.map_err(|kept| match kept {
        Kept::Forbidden(cause) => cause.message,
        Kept::Unresolved(why) => why,
    })?;
    let stream = TcpStream::connect(&addresses[..]).await.map_err(|error| lost(&error))?;
    let mut link = Link(BufReader::new(stream));
    if let Some(password) = password {
        link.ask(&["AUTH", password.expose()]).await?;
    }
    Ok(link)
}

impl Link {
    /// One command and its reply; `None` where there is no value.
    async fn ask(&mut self, words: &[&str]) -> Result<Option<String>, Text> {
        let mut order = format!("*{}\r\n", words.len());
        for word in words {
            order += &format!("${}\r\n{word}\r\n", word.len());
        }
        self.0.write_all(order.as_bytes()).await.map_err(|error| lost(&error))?;
        let mut line = String::new();
        (&mut self.0).take(REPLY as u64).read_line(&mut line).await.map_err(|error| lost(&error))?;
        let line = line.trim_end();
        match line.split_at_checked(1) {
            Some(("+" | ":", rest)) => Ok(Some(rest.to_owned())),
            Some(("-", rest)) => {
                Err(Text::new(format!("서버가 거절함: {rest}"), format!("the server refused it: {rest}")))
            }
            Some(("$", "-1")) => Ok(None),
            Some(("$", length)) => {
                let length: usize = length.parse().ok().filter(|length| *length <= REPLY).ok_or_else(no_redis)?;
                let mut bytes = vec![0; length + 2];
                self.0.read_exact(&mut bytes).await.map_err(|error| lost(&error))?;
                bytes.truncate(length);
                Ok(Some(String::from_utf8_lossy(&bytes).into_owned()))
            }
            Some(_) | None => Err(no_redis()),
        }
    }
}

fn lost(error: &std::io::Error) -> Text {
    Text::new(format!("접속하지 못함: {error}"), format!("no connection: {error}"))
}

fn no_redis() -> Text {
    Text::new("Redis의 응답이 아님", "this is no answer of Redis")
}
