//! One connection to a host: opened, checked, logged in, and the channels on it.

use std::borrow::Cow;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use russh::client::{self, DisconnectReason, Handle, Handler, Msg, Session};
use russh::keys::PublicKeyOrCertificate;
use russh::{Channel, ChannelOpenFailure, Error, Preferred};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};

use super::super::guard::Kept;
use super::fault::Fault;
use super::host::{Host, Settings};
use super::login::{Keyring, log_in};
use super::pool::Place;
use super::trust::Trust;
use crate::base::Text;

/// Longest waits: for the port, for the two sides to agree on keys, for the login (its host may ask a directory), for a
/// channel.
const CONNECT: Duration = Duration::from_secs(10);
const HANDSHAKE: Duration = Duration::from_secs(20);
const LOGIN: Duration = Duration::from_secs(40);
const CHANNEL: Duration = Duration::from_secs(20);
/// A link on which nothing was heard so long is asked for a sign of life, and given up after so many without an answer.
const KEEPALIVE: Duration = Duration::from_secs(5);
const KEEPALIVES: usize = 3;
/// Channels opened on a link unless its host allows fewer: the `MaxSessions` that OpenSSH comes with.
const CHANNELS: usize = 10;

/// A stream to an SSH server, directly or through another one.
trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}
impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}

/// One connection that is logged in.
pub(super) struct Link {
    handle: Handle<Guard>,
    /// Channels that are open or being opened.
    pub(super) open: AtomicUsize,
    /// Channels that its host allows.
    pub(super) limit: AtomicUsize,
    /// Since when no channel is open, as far as that is so.
    idle: Mutex<Instant>,
    dead: AtomicBool,
    last_words: Arc<Mutex<Option<String>>>,
    /// Held open as long as this is.
    _through: Option<Place>,
}

/// Why a channel could not be opened.
pub(super) enum Closed {
    /// The host takes no more of them on this link.
    Full(ChannelOpenFailure),
    /// The link is broken.
    Broken,
}

impl Link {
    /// Connects, checks the host's key, logs in.
    pub(super) async fn open(
        host: &Host,
        settings: &Settings,
        keyring: &Keyring,
        through: Option<Place>,
    ) -> Result<Self, Fault> {
        let trust = Trust::of(host, settings)?;
        let stream = stream(host, through.as_ref()).await?;
        let refused = Arc::new(Mutex::new(None));
        let last_words = Arc::new(Mutex::new(None));
        let guard = Guard { trust: trust.clone(), refused: Arc::clone(&refused), last_words: Arc::clone(&last_words) };
        let shaken = timeout(HANDSHAKE, client::connect_stream(config(&trust), stream, guard)).await;
        let mut handle = match shaken {
            Ok(Ok(handle)) => handle,
            Ok(Err(error)) => {
                let judged = refused.lock().unwrap_or_else(PoisonError::into_inner).take();
                return Err(judged.unwrap_or_else(|| handshake(host, &trust, &error)));
            }
            Err(_) => return Err(silent(host, HANDSHAKE)),
        };
        match timeout(LOGIN, log_in(&mut handle, host, settings, keyring)).await {
            Ok(Ok(())) => {}
            Ok(Err(fault)) => return Err(fault),
            Err(_) => return Err(silent(host, LOGIN)),
        }
        tracing::debug!(host = %host.place(), user = %host.user, "connected");
        Ok(Self {
            handle,
            open: AtomicUsize::new(0),
            limit: AtomicUsize::new(CHANNELS),
            idle: Mutex::new(Instant::now()),
            dead: AtomicBool::new(false),
            last_words,
            _through: through,
        })
    }

    /// Whether nothing can be done on it any more.
    pub(super) fn is_dead(&self) -> bool {
        self.dead.load(Ordering::Relaxed) || self.handle.is_closed()
    }

    /// From now on no channel is opened on it.
    pub(super) fn give_up(&self) {
        self.dead.store(true, Ordering::Relaxed);
    }

    /// What was heard when it ended.
    pub(super) fn last_words(&self) -> String {
        let words = self.last_words.lock().unwrap_or_else(PoisonError::into_inner).clone();
        words.unwrap_or_else(|| "connection closed".to_owned())
    }

    /// Takes the time at which its last channel was closed.
    pub(super) fn rest(&self) {
        *self.idle.lock().unwrap_or_else(PoisonError::into_inner) = Instant::now();
    }

    /// How long no channel has been open on it.
    pub(super) fn idle(&self) -> Duration {
        match self.open.load(Ordering::Relaxed) {
            0 => self.idle.lock().unwrap_or_else(PoisonError::into_inner).elapsed(),
            _ => Duration::ZERO,
        }
    }

    /// Opens a channel for a command.
    pub(super) async fn session(&self) -> Result<Channel<Msg>, Closed> {
        self.opened(timeout(CHANNEL, self.handle.channel_open_session()).await)
    }

    /// Opens a way on to another host.
    async fn way_to(&self, address: &str, port: u16) -> Result<Channel<Msg>, Closed> {
        let open = self.handle.channel_open_direct_tcpip(address, port.into(), "127.0.0.1", 0);
        self.opened(timeout(CHANNEL, open).await)
    }

    fn opened<T>(&self, answer: Result<Result<T, Error>, tokio::time::error::Elapsed>) -> Result<T, Closed> {
        match answer {
            Ok(Ok(channel)) => Ok(channel),
            Ok(Err(Error::ChannelOpenFailure(why))) => Err(Closed::Full(why)),
            Ok(Err(_)) | Err(_) => {
                self.give_up();
                Err(Closed::Broken)
            }
        }
    }
}

impl std::fmt::Debug for Link {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Link").field("open", &self.open).field("dead", &self.is_dead()).finish_non_exhaustive()
    }
}

async fn stream(host: &Host, through: Option<&Place>) -> Result<Box<dyn Stream>, Fault> {
    let Some(jump) = through else {
        let addresses = host.admission.addresses().await.map_err(|kept| match kept {
            Kept::Forbidden(cause) => Fault::Forbidden(cause),
            Kept::Unresolved(why) => unreachable(host, why),
        })?;
        return match timeout(CONNECT, TcpStream::connect(addresses.as_slice())).await {
            Ok(Ok(stream)) => {
                // Small messages go to and fro; a socket that does not know the option loses nothing but time.
                stream.set_nodelay(true).unwrap_or_default();
                Ok(Box::new(stream))
            }
            Ok(Err(error)) => Err(unreachable(host, Text::plain(error.to_string()))),
            Err(_) => Err(unreachable(host, no_answer(CONNECT))),
        };
    };
    host.admission.allows().await.map_err(Fault::Forbidden)?;
    match jump.link().way_to(&host.address, host.port).await {
        Ok(channel) => Ok(Box::new(channel.into_stream())),
        Err(Closed::Full(why)) => {
            let jump = jump.place();
            Err(unreachable(
                host,
                Text::new(
                    format!("경유 호스트 {jump} 이(가) 길을 열지 않습니다 ({why:?})"),
                    format!("the jump host {jump} opens no way there ({why:?})"),
                ),
            ))
        }
        Err(Closed::Broken) => {
            let (jump, words) = (jump.place(), jump.link().last_words());
            Err(unreachable(
                host,
                Text::new(
                    format!("경유 호스트 {jump} 와(과)의 연결이 끊겼습니다 ({words})"),
                    format!("the link to the jump host {jump} broke ({words})"),
                ),
            ))
        }
    }
}

fn unreachable(host: &Host, why: Text) -> Fault {
    Fault::Unreachable { place: host.place(), why }
}

fn silent(host: &Host, patience: Duration) -> Fault {
    Fault::Handshake { place: host.place(), why: no_answer(patience) }
}

fn no_answer(patience: Duration) -> Text {
    let seconds = patience.as_secs();
    Text::new(format!("{seconds} 초 동안 답이 없습니다"), format!("no answer in {seconds} s"))
}

fn handshake(host: &Host, trust: &Trust, error: &Error) -> Fault {
    if let Error::NoCommonAlgo { kind: russh::AlgorithmKind::Key, theirs, .. } = error
        && let Some(fault) = trust.other_kind(theirs)
    {
        return fault;
    }
    Fault::Handshake { place: host.place(), why: Text::plain(error.to_string()) }
}

fn config(trust: &Trust) -> Arc<client::Config> {
    let mut preferred = Preferred::DEFAULT;
    let kinds = trust.algorithms();
    if !kinds.is_empty() {
        // A host has several keys: it is asked for one that is known.
        preferred.key = Cow::Owned(kinds);
    }
    preferred.compression = Cow::Borrowed(&[russh::compression::NONE]);
    Arc::new(client::Config {
        preferred,
        keepalive_interval: Some(KEEPALIVE),
        keepalive_max: KEEPALIVES,
        ..client::Config::default()
    })
}

/// Looks at what the host shows of itself.
pub(super) struct Guard {
    trust: Trust,
    refused: Arc<Mutex<Option<Fault>>>,
    last_words: Arc<Mutex<Option<String>>>,
}

impl Handler for Guard {
    type Error = Error;

    async fn check_server_key(&mut self, key: &PublicKeyOrCertificate) -> Result<bool, Error> {
        match self.trust.judge(key) {
            Ok(()) => Ok(true),
            Err(fault) => {
                *self.refused.lock().unwrap_or_else(PoisonError::into_inner) = Some(fault);
                Ok(false)
            }
        }
    }

    async fn disconnected(&mut self, reason: DisconnectReason<Error>) -> Result<(), Error> {
        let words = match reason {
            DisconnectReason::ReceivedDisconnect(info) => info.message,
            DisconnectReason::Error(error) => error.to_string(),
        };
        *self.last_words.lock().unwrap_or_else(PoisonError::into_inner) = Some(words);
        Ok(())
    }

    async fn auth_banner(&mut self, _banner: &str, _session: &mut Session) -> Result<(), Error> {
        Ok(())
    }
}
