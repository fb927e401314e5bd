//! The engine's side of the keeper.

use std::collections::{BTreeMap, HashMap};
use std::io::ErrorKind;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use tokio::io::AsyncWriteExt as _;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::sync::{Notify, mpsc, oneshot, watch};

use super::door::{self, Config, Error};
use super::frames::{self, Frame, Garbled, Inbox};
use super::protocol::{Ask, Key, News, Tell};
use super::{Order, door::Open};
use crate::base::{Bilingual as _, Millis, RunId, Text};
use crate::run::AttemptId;

/// Pauses between attempts to find a keeper again.
const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(5);

/// A keeper at hand. Cheap to clone. When the connection breaks, it is found or started again by itself.
#[derive(Debug, Clone)]
pub struct Keeper(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    config: Config,
    link: Mutex<Link>,
    /// The keeper's name and process, or why there is none.
    instance: watch::Sender<Result<(String, u32), Text>>,
    mail: Arc<Notify>,
}

/// Secret values by the name of their input, where the keeper holds some.
type Held = Option<BTreeMap<String, String>>;

#[derive(Debug, Default)]
struct Link {
    up: bool,
    outbox: Vec<u8>,
    watches: HashMap<Key, mpsc::UnboundedSender<News>>,
    claims: HashMap<(RunId, u64), oneshot::Sender<Held>>,
}

/// What is heard of one attempt. The keeper tells 256 KiB of output at most, so the queue is bounded.
#[derive(Debug)]
pub struct Watch(mpsc::UnboundedReceiver<News>);

impl Watch {
    /// The next news. After the last one, and when the connection broke, [`News::Lost`].
    pub async fn next(&mut self) -> News {
        self.0.recv().await.unwrap_or(News::Lost)
    }
}

impl Keeper {
    /// Finds the keeper of a folder, or starts it.
    pub async fn open(config: Config) -> Result<Self, Error> {
        let open = knock(config.clone()).await?;
        let shared = Arc::new(Shared {
            config,
            link: Mutex::new(Link::default()),
            instance: watch::Sender::new(Err(Text::new("아직 연결되지 않았습니다", "not connected yet"))),
            mail: Arc::default(),
        });
        let link = shared.connect(open)?;
        tokio::spawn(stay_connected(Arc::downgrade(&shared), link));
        Ok(Self(shared))
    }

    /// The keeper's name; `None` while it is being found again.
    pub fn instance(&self) -> Option<String> {
        self.0.instance.borrow().as_ref().ok().map(|(name, _)| name.clone())
    }

    /// The keeper's process id; `None` while it is being found again.
    pub fn process(&self) -> Option<u32> {
        self.0.instance.borrow().as_ref().ok().map(|(_, process)| *process)
    }

    /// Waits for a connection, so long at most. `Err` says why there is none.
    pub async fn ready(&self, patience: Duration) -> Result<String, Text> {
        let mut instance = self.0.instance.subscribe();
        let found = tokio::time::timeout(patience, instance.wait_for(Result::is_ok)).await;
        let found = match found {
            Ok(Ok(found)) => found.clone(),
            Ok(Err(_)) | Err(_) => self.0.instance.borrow().clone(),
        };
        found.map(|(name, _)| name)
    }

    /// Refuses older owners of the run from now on. `None` when the connection broke; else the secrets held for it, if any.
    pub async fn claim(&self, run: RunId, token: u64) -> Option<Option<BTreeMap<String, String>>> {
        let (answer, answered) = oneshot::channel();
        {
            let mut link = self.0.lock();
            if !link.up {
                return None;
            }
            link.claims.insert((run, token), answer);
        }
        self.0.send(&Ask::Claim { run, token }).ok()?;
        answered.await.ok()
    }

    /// Has a process started, unless the key is known, and watches it.
    pub fn spawn(&self, key: Key, token: u64, order: Order) -> Result<Watch, TooLong> {
        self.watch(key, &Ask::Spawn { key, token, order, tied: false })
    }

    /// Has a process started that may not outlive the connection: one that only looks, and is forgotten with its end.
    pub fn spawn_tied(&self, key: Key, token: u64, order: Order) -> Result<Watch, TooLong> {
        self.watch(key, &Ask::Spawn { key, token, order, tied: true })
    }

    /// Watches an attempt that may have been started before, its output from this byte on.
    pub fn attach(&self, key: Key, token: u64, from: u64) -> Result<Watch, TooLong> {
        self.watch(key, &Ask::Attach { key, token, from })
    }

    /// Has a process group ended: SIGTERM, and SIGKILL after the grace.
    pub fn kill(&self, key: Key, token: u64, grace: Millis) {
        self.tell(&Ask::Kill { key, token, grace });
    }

    /// These attempts need not be held any longer.
    pub fn forget(&self, run: RunId, token: u64, attempts: &[AttemptId]) {
        self.tell(&Ask::Forget { run, token, attempts: attempts.iter().map(|attempt| attempt.0).collect() });
    }

    /// The run is over.
    pub fn over(&self, run: RunId, token: u64) {
        self.tell(&Ask::Over { run, token });
    }

    /// Holds secrets for the run's next engine.
    pub fn entrust(&self, run: RunId, token: u64, secrets: BTreeMap<String, String>) {
        self.tell(&Ask::Entrust { run, token, secrets });
    }

    fn watch(&self, key: Key, ask: &Ask) -> Result<Watch, TooLong> {
        let (news, watch) = mpsc::unbounded_channel();
        {
            let mut link = self.0.lock();
            if link.up {
                link.watches.insert(key, news);
            }
        }
        self.0.send(ask).map_err(|Garbled| TooLong)?;
        Ok(Watch(watch))
    }

    /// Says something that needs no answer. What a broken connection swallows is not needed by the keeper that comes
    /// next: it holds nothing yet.
    fn tell(&self, ask: &Ask) {
        self.0.send(ask).unwrap_or_default();
    }
}

/// The command with its environment is longer than a message may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the command and its environment have more than 4 MiB together")]
pub struct TooLong;

impl Shared {
    fn lock(&self) -> MutexGuard<'_, Link> {
        self.link.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn send(&self, ask: &Ask) -> Result<(), Garbled> {
        {
            let mut link = self.lock();
            if !link.up {
                return Ok(());
            }
            frames::put_words(&mut link.outbox, ask)?;
        }
        self.mail.notify_one();
        Ok(())
    }

    fn connect(&self, open: Open) -> Result<Connected, Error> {
        open.stream.set_nonblocking(true).map_err(Error::Silent)?;
        let (reader, writer) = UnixStream::from_std(open.stream).map_err(Error::Silent)?.into_split();
        self.lock().up = true;
        self.instance.send_modify(|instance| *instance = Ok((open.instance, open.process)));
        Ok(Connected { reader, writer, child: open.child })
    }

    fn disconnected(&self, why: Text) {
        self.instance.send_modify(|instance| *instance = Err(why));
        // Dropping the senders is how all watchers and claimants learn of it.
        *self.lock() = Link::default();
    }

    fn hear(&self, frame: &Frame<'_>) -> Result<(), Garbled> {
        let (key, news) = match *frame {
            Frame::Output { key, offset, bytes } => (key, News::Output { offset, bytes: bytes.to_vec() }),
            Frame::Words(body) => match frames::words(body)? {
                Tell::Hello { .. } => return Err(Garbled),
                Tell::Claimed { run, token, secrets } => {
                    if let Some(claim) = self.lock().claims.remove(&(run, token)) {
                        // A claimant that has gone away needs no answer.
                        claim.send(secrets).unwrap_or_default();
                    }
                    return Ok(());
                }
                Tell::Ended { key, ending } => (key, News::Ended(ending)),
                Tell::NotStarted { key, why } => (key, News::NotStarted(why)),
                Tell::NeverSeen { key } => (key, News::NeverSeen),
                Tell::Stale { key, held } => (key, News::Stale(held)),
            },
        };
        let mut link = self.lock();
        let last = !matches!(news, News::Output { .. });
        let gone = link.watches.get(&key).is_some_and(|watch| watch.send(news).is_err());
        if last || gone {
            link.watches.remove(&key);
        }
        Ok(())
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        // The task that speaks finds nobody holding the keeper any more, and takes the connection down with it.
        self.mail.notify_one();
    }
}

#[derive(Debug)]
struct Connected {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
    child: Option<std::process::Child>,
}

async fn knock(config: Config) -> Result<Open, Error> {
    match tokio::task::spawn_blocking(move || door::open(&config)).await {
        Ok(opened) => opened,
        Err(error) => Err(Error::Silent(std::io::Error::other(error))),
    }
}

/// Serves one connection after the other, as long as somebody holds the keeper.
async fn stay_connected(shared: Weak<Shared>, first: Connected) {
    let mut connected = Some(first);
    let mut child = None;
    let mut pause = FIRST_PAUSE;
    loop {
        if let Some(Connected { reader, writer, child: started }) = connected.take() {
            child = started;
            pause = FIRST_PAUSE;
            tokio::select! {
                () = listen(&shared, reader) => {}
                () = speak(&shared, writer) => {}
            }
        }
        let Some(keeper) = shared.upgrade() else { return };
        keeper.disconnected(Text::new(
            "프로세스 관리자와의 연결이 끊겼습니다",
            "the connection to the keeper of processes broke",
        ));
        if let Some(mut keeper_process) = child.take() {
            // Detached: should it live on without talking to us, nobody must wait for this.
            std::thread::spawn(move || keeper_process.wait());
        }
        match knock(keeper.config.clone()).await.and_then(|open| keeper.connect(open)) {
            Ok(again) => connected = Some(again),
            Err(error) => {
                tracing::error!(%error, "no keeper of processes: commands can not be started");
                keeper.disconnected(error.text());
                drop(keeper);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(LONGEST_PAUSE);
            }
        }
    }
}

/// Ends when the connection does.
async fn listen(shared: &Weak<Shared>, reader: OwnedReadHalf) {
    let (mut inbox, mut scratch) = (Inbox::default(), vec![0; 64 << 10]);
    loop {
        if reader.readable().await.is_err() {
            return;
        }
        match reader.try_read(&mut scratch) {
            Ok(0) => return,
            Ok(length) => inbox.extend(&scratch[..length]),
            Err(error) if error.kind() == ErrorKind::WouldBlock => continue,
            Err(_) => return,
        }
        let Some(shared) = shared.upgrade() else { return };
        loop {
            match inbox.next().and_then(|frame| frame.map(|frame| shared.hear(&frame)).transpose()) {
                Ok(Some(())) => {}
                Ok(None) => break,
                Err(Garbled) => return,
            }
        }
    }
}

/// Sends what gathers, all at once each time. Ends when the connection or the last holder of the keeper does.
async fn speak(shared: &Weak<Shared>, mut writer: OwnedWriteHalf) {
    let Some(mail) = shared.upgrade().map(|shared| Arc::clone(&shared.mail)) else { return };
    loop {
        let Some(outbox) = shared.upgrade().map(|shared| std::mem::take(&mut shared.lock().outbox)) else { return };
        if outbox.is_empty() {
            mail.notified().await;
        } else if writer.write_all(&outbox).await.is_err() {
            return;
        }
    }
}
