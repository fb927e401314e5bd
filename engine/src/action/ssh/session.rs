//! One errand on its way: a channel with a task that always listens, so that no errand can hold up another one that
//! shares its link.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use russh::client::Msg;
use russh::{Channel, ChannelMsg, ChannelReadHalf, ChannelWriteHalf};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_util::sync::{CancellationToken, DropGuard};

use super::errand::{self, Errand};
use super::fault::Fault;
use super::frames;
use super::host::Host;
use super::pool::{Need, Place, Pool};
use crate::base::{Clock, Timestamp};
use crate::run::{ClockBy, ClockOffset, HostClock};

/// Bytes that one errand may bring back. More than all output that is ever asked for.
const FLOOD: usize = 256 << 20;
/// Bytes of noise from login scripts before the first word of ours.
const NOISE: usize = 64 << 10;
/// Longest wait for the first word: the login shell and sudo have to start.
const PATIENCE: Duration = Duration::from_mins(1);
/// Longest wait for a host to close its side of a channel.
const FAREWELL: Duration = Duration::from_secs(5);
/// What is kept of the standard error of an errand that did not come to its first word, in characters.
const SAID: usize = 300;

/// What is heard from an errand.
#[derive(Debug)]
pub(super) enum Heard {
    /// Its standard output.
    Out(Vec<u8>),
    /// Its standard error.
    Err(Vec<u8>),
    /// The exit status of the shell that carries it.
    Status(u32),
    /// The host does not execute it.
    Declined,
    /// The link broke. Nothing follows.
    Broken(String),
}

/// An errand under way. Its channel is closed with it; that ends nothing on the host but what watches its input.
pub(super) struct Session {
    heard: mpsc::UnboundedReceiver<Heard>,
    /// What came with its first word or before it: a busy host tells the exit status first.
    early: VecDeque<Heard>,
    /// The clock of the host as that word told it, and when it was heard.
    time: Option<(Timestamp, ClockOffset)>,
    /// Cancelled: the standard input is closed.
    input_over: CancellationToken,
    place: String,
    _close: DropGuard,
}

impl Session {
    /// Sends an errand to a host and waits for its first word.
    pub(super) async fn begin(pool: &Pool, host: &Host, errand: &Errand, need: Need) -> Result<Self, Fault> {
        let (channel, place) = pool.session(host, need).await?;
        Self::send(channel, place, host, errand, &*pool.settings().clock).await
    }

    /// Sends an errand over a channel and waits for its first word.
    pub(super) async fn send(
        channel: Channel<Msg>,
        place: Place,
        host: &Host,
        errand: &Errand,
        clock: &dyn Clock,
    ) -> Result<Self, Fault> {
        let (reader, writer) = channel.split();
        let writer = Arc::new(writer);
        let (sender, heard) = mpsc::unbounded_channel();
        let ends = Ends { close: CancellationToken::new(), input_over: CancellationToken::new() };
        let mut session = Self {
            heard,
            early: VecDeque::new(),
            time: None,
            input_over: ends.input_over.clone(),
            place: host.place(),
            _close: ends.close.clone().drop_guard(),
        };
        tokio::spawn(listen(reader, Arc::clone(&writer), place, sender, ends));
        let before = clock.now();
        let greet = async {
            // What can not be sent is heard of as a broken link.
            if writer.exec(true, errand::command()).await.is_ok() {
                writer.data_bytes(errand.bytes().to_vec()).await.unwrap_or_default();
            }
            session.hello(host, before, clock).await
        };
        match timeout(PATIENCE, greet).await {
            Ok(Ok(())) => Ok(session),
            Ok(Err(fault)) => Err(fault),
            Err(_) => Err(lost(&host.place(), &format!("no word in {} s", PATIENCE.as_secs()))),
        }
    }

    /// The clock of the host, where it could tell the time.
    pub(super) fn clock_of(&self, host: &Host) -> Option<HostClock> {
        let (at, offset) = self.time?;
        Some(HostClock { host: host.name.parse().ok()?, at, by: ClockBy::Ssh, offset })
    }

    /// What comes next; `None` when the channel is closed.
    pub(super) async fn next(&mut self) -> Option<Heard> {
        match self.early.pop_front() {
            Some(heard) => Some(heard),
            None => self.heard.recv().await,
        }
    }

    /// Closes the standard input of the errand.
    pub(super) fn end_input(&self) {
        self.input_over.cancel();
    }

    /// That the link broke under it.
    pub(super) fn lost(&self, why: &str) -> Fault {
        lost(&self.place, why)
    }

    /// Waits until the script has begun, which is no earlier than `before`.
    async fn hello(&mut self, host: &Host, before: Timestamp, clock: &dyn Clock) -> Result<(), Fault> {
        let (mut out, mut said) = (Vec::new(), String::new());
        let mut declined = false;
        while let Some(heard) = self.heard.recv().await {
            match heard {
                Heard::Out(bytes) => {
                    out.extend_from_slice(&bytes);
                    if let Some(hello) = frames::hello(&out) {
                        let now = clock.now();
                        let offset = |(told, grain)| (now, ClockOffset::between(before, now, told, grain));
                        self.time = hello.time.map(offset);
                        if !hello.rest.is_empty() {
                            self.early.push_back(Heard::Out(hello.rest));
                        }
                        return Ok(());
                    }
                    if out.len() > NOISE {
                        break;
                    }
                }
                Heard::Err(bytes) => {
                    let room = SAID.saturating_sub(said.chars().count());
                    said.extend(String::from_utf8_lossy(&bytes).chars().take(room));
                }
                // There is one, whatever a host sends.
                Heard::Status(_) => self.early = VecDeque::from([heard]),
                Heard::Declined => {
                    declined = true;
                    break;
                }
                Heard::Broken(why) => return Err(self.lost(&why)),
            }
        }
        // The scripts did not run: whatever stands between came to its end before.
        let place = self.place.clone();
        let heard = if said.trim().is_empty() { String::from_utf8_lossy(&out).into_owned() } else { said };
        let said = one_line(&heard);
        Err(match &host.run_as {
            Some(run_as) if !declined => Fault::RunAs { place, user: host.user.clone(), run_as: run_as.clone(), said },
            Some(_) | None => Fault::Shell { place, said },
        })
    }
}

fn lost(place: &str, why: &str) -> Fault {
    Fault::Lost { place: place.to_owned(), why: why.to_owned() }
}

/// What was said, fit to be quoted.
fn one_line(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().collect();
    let line: String = words.join(" ").chars().filter(|character| !character.is_control()).take(SAID).collect();
    if line.is_empty() { "-".to_owned() } else { line }
}

/// What is wanted of a channel's task from outside.
struct Ends {
    close: CancellationToken,
    input_over: CancellationToken,
}

/// Hands on what is heard, and gives the place on the link back when the channel is closed.
async fn listen(
    mut reader: ChannelReadHalf,
    writer: Arc<ChannelWriteHalf<Msg>>,
    place: Place,
    sender: mpsc::UnboundedSender<Heard>,
    ends: Ends,
) {
    let (mut taken, mut input_open) = (0, true);
    loop {
        let message = tokio::select! {
            message = reader.wait() => message,
            () = ends.input_over.cancelled(), if input_open => {
                input_open = false;
                writer.eof().await.unwrap_or_default();
                continue;
            }
            () = ends.close.cancelled() => break,
        };
        let heard = match message {
            Some(ChannelMsg::Data { data }) => Heard::Out(data.to_vec()),
            Some(ChannelMsg::ExtendedData { data, ext: 1 }) => Heard::Err(data.to_vec()),
            Some(ChannelMsg::ExitStatus { exit_status }) => Heard::Status(exit_status),
            Some(ChannelMsg::Failure) => Heard::Declined,
            Some(ChannelMsg::Close) => return,
            Some(_) => continue,
            None => Heard::Broken(place.link().last_words()),
        };
        let over = matches!(heard, Heard::Broken(_));
        if let Heard::Out(bytes) | Heard::Err(bytes) = &heard {
            taken += bytes.len();
        }
        if sender.send(heard).is_err() || over || taken > FLOOD {
            break;
        }
    }
    writer.close().await.unwrap_or_default();
    // The place is free when the host agrees that it is.
    let closed = async {
        while let Some(message) = reader.wait().await {
            if matches!(message, ChannelMsg::Close) {
                break;
            }
        }
    };
    timeout(FAREWELL, closed).await.unwrap_or_default();
}
