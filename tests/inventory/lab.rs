//! Hosts that listen on addresses of this machine, and an engine's hands to reach for them.

use std::collections::BTreeMap;
use std::future::Future;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use engine::action::keeper::{Config, Keeper};
use engine::action::ssh::Settings;
use engine::action::{Actions, Ended, Environment, Launch, OutputSink, Runner as _};
use engine::base::{Clock as _, IdSource as _, Mode, RunId, SystemClock, SystemIds};
use engine::plan::{Plan, UnitIx};
use engine::run::{AttemptId, Outcome, OutputChunk, Purpose};
use engine::secrets::{Sealed, Sources};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream, UdpSocket};
use tokio_util::sync::CancellationToken;

/// A host that notes who comes, by connection or datagram.
pub(crate) struct Host {
    pub(crate) at: SocketAddr,
    visitors: Arc<Mutex<Vec<SocketAddr>>>,
    guests: Arc<Mutex<Vec<SocketAddr>>>,
    tasks: [tokio::task::JoinHandle<()>; 2],
}

/// Who speaks first on a connection.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Manners {
    /// The visitor: the answer is one to an HTTP request, that all is well.
    Answers,
    /// The visitor: every HTTP request is sent on to another host.
    SendsTo(SocketAddr),
    /// The host, with what makes no sense in any protocol.
    Greets,
}

impl Host {
    /// Listens at a free port of an address, and may send every HTTP request elsewhere.
    pub(crate) async fn at(address: &str, sends_to: Option<SocketAddr>) -> Self {
        Self::with(address, sends_to.map_or(Manners::Answers, Manners::SendsTo)).await
    }

    /// Listens at a free port of an address.
    pub(crate) async fn with(address: &str, manners: Manners) -> Self {
        let (listener, datagrams) = loop {
            let listener = TcpListener::bind((address, 0)).await.unwrap();
            if let Ok(datagrams) = UdpSocket::bind(listener.local_addr().unwrap()).await {
                break (listener, datagrams);
            }
        };
        let at = listener.local_addr().unwrap();
        let visitors: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
        let guests: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
        let tasks = [
            tokio::spawn(welcome(listener, Arc::clone(&visitors), manners)),
            tokio::spawn(deny(datagrams, Arc::clone(&guests))),
        ];
        Self { at, visitors, guests, tasks }
    }

    /// How many connections were opened to it so far. Connections are taken in the order in which they came, so once
    /// one of our own has been noted nothing can stand before it.
    pub(crate) async fn visitors(&self) -> usize {
        let own = TcpStream::connect(self.at).await.unwrap();
        let name = own.local_addr().unwrap();
        while !self.visitors.lock().unwrap().contains(&name) {
            tokio::task::yield_now().await;
        }
        let mut visitors = self.visitors.lock().unwrap();
        visitors.retain(|visitor| *visitor != name);
        visitors.len()
    }

    /// How many datagrams came so far, in the same way.
    pub(crate) async fn guests(&self) -> usize {
        let own = UdpSocket::bind((self.at.ip(), 0)).await.unwrap();
        let name = own.local_addr().unwrap();
        own.send_to(&[0; 12], self.at).await.unwrap();
        while !self.guests.lock().unwrap().contains(&name) {
            tokio::task::yield_now().await;
        }
        let mut guests = self.guests.lock().unwrap();
        guests.retain(|guest| *guest != name);
        guests.len()
    }
}

async fn welcome(listener: TcpListener, visitors: Arc<Mutex<Vec<SocketAddr>>>, manners: Manners) {
    let answer = match manners {
        Manners::Answers => "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
        Manners::SendsTo(to) => {
            format!("HTTP/1.1 302 Found\r\nlocation: http://{to}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
        }
        Manners::Greets => "?\r\n".to_owned(),
    };
    while let Ok((mut stream, visitor)) = listener.accept().await {
        visitors.lock().unwrap().push(visitor);
        let answer = answer.clone();
        tokio::spawn(async move {
            let greets = matches!(manners, Manners::Greets);
            if greets || stream.read(&mut [0; 1_024]).await.is_ok_and(|read| read > 0) {
                stream.write_all(answer.as_bytes()).await.unwrap_or_default();
            }
        });
    }
}

/// Answers every question of the DNS that there is no such name.
async fn deny(datagrams: UdpSocket, guests: Arc<Mutex<Vec<SocketAddr>>>) {
    let mut question = [0; 1_024];
    while let Ok((length, guest)) = datagrams.recv_from(&mut question).await {
        guests.lock().unwrap().push(guest);
        if let Some([_, _, first, second, ..]) = question.get_mut(..length) {
            (*first, *second) = (0x84, 0x03);
        }
        datagrams.send_to(&question[..length], guest).await.map(drop).unwrap_or_default();
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.tasks.iter().for_each(tokio::task::JoinHandle::abort);
    }
}

/// An engine's hands, with a keeper that is ended with them.
pub(crate) struct Hands {
    pub(crate) actions: Arc<Actions>,
    pub(crate) sealed: Sealed,
    keeper: Keeper,
    attempts: AtomicU32,
    folder: tempfile::TempDir,
}

impl Hands {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("keeper");
        let arguments = vec!["keeper".into(), own.clone().into()];
        let program = env!("CARGO_BIN_EXE_keeper-for-tests").into();
        let keeper = Keeper::open(Config { folder: own, program, arguments }).await.unwrap();
        let sealed = Sealed::new(folder.path().join("secrets"), None);
        let variable = |name: &str| (name == "IN_ENV").then(|| "Tr0ub4dor/비밀 \"3\"&".to_owned());
        let settings = Settings { agent: None, known_hosts: Vec::new(), clock: Arc::new(SystemClock) };
        let actions = Actions::new(keeper.clone(), folder.path().to_path_buf())
            .reaching(settings, Arc::new(Sources::new(sealed.clone(), variable)));
        Self { actions: Arc::new(actions), sealed, keeper, attempts: AtomicU32::new(0), folder }
    }

    /// A place in the folder in which commands run.
    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The next attempt at one step of a plan's first unit, in a mode.
    pub(crate) fn launch(&self, plan: &Arc<Plan>, step: u16, mode: Mode, purpose: Purpose) -> Launch {
        let attempt = AttemptId(self.attempts.fetch_add(1, Ordering::Relaxed) + 1);
        let base = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
        Launch {
            run: RunId(SystemIds.fresh()),
            token: 1,
            mode,
            plan: Arc::clone(plan),
            unit: UnitIx(0),
            step,
            attempt,
            number: 1,
            purpose,
            since: SystemClock.now(),
            environment: Arc::new(Environment { base, ..Environment::default() }),
            outputs: Arc::default(),
        }
    }

    /// The outcome of one step of a plan's first unit, whatever the declaration would have said of it.
    pub(crate) async fn carry_out(&self, plan: &Arc<Plan>, step: u16, mode: Mode, purpose: Purpose) -> Outcome {
        self.told(plan, step, mode, purpose).await.0
    }

    /// The same, with the output that was shown.
    pub(crate) async fn told(&self, plan: &Arc<Plan>, step: u16, mode: Mode, purpose: Purpose) -> (Outcome, String) {
        match self.run(self.launch(plan, step, mode, purpose)).await {
            (Ended::With(outcome), output) => (outcome, output),
            (Ended::NeverStarted, _) => panic!("never started"),
        }
    }

    pub(crate) async fn run(&self, launch: Launch) -> (Ended, String) {
        heard(|sink| self.actions.run(launch, sink, CancellationToken::new())).await
    }

    /// Finds an attempt again, as an engine does that took the run over.
    pub(crate) async fn find(&self, launch: Launch) -> (Ended, String) {
        let keeper = self.keeper.instance();
        heard(|sink| self.actions.reattach(launch, keeper.as_deref(), sink, CancellationToken::new())).await
    }
}

async fn heard<F: Future<Output = Ended>>(attempt: impl FnOnce(OutputSink) -> F) -> (Ended, String) {
    let (sink, mut chunks) = tokio::sync::mpsc::channel(64);
    let gather = async {
        let mut output = String::new();
        while let Some(chunk) = chunks.recv().await {
            let chunk: OutputChunk = chunk;
            output += &chunk.text;
        }
        output
    };
    tokio::join!(attempt(sink), gather)
}

impl Drop for Hands {
    fn drop(&mut self) {
        if let Some(process) = self.keeper.process() {
            kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap_or_default();
        }
    }
}
