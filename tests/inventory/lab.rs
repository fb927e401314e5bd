//! Hosts that listen on addresses of this machine, and an engine's hands to reach for them.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use engine::action::keeper::{Config, Keeper};
use engine::action::{Actions, Ended, Environment, Launch, Runner as _};
use engine::base::{Clock as _, IdSource as _, Mode, RunId, SystemClock, SystemIds};
use engine::plan::{Plan, UnitIx};
use engine::run::{AttemptId, Outcome, Purpose};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};
use tokio_util::sync::CancellationToken;

/// A host that notes who comes, and may send every HTTP request elsewhere.
pub(crate) struct Host {
    pub(crate) at: SocketAddr,
    visitors: Arc<Mutex<Vec<SocketAddr>>>,
    task: tokio::task::JoinHandle<()>,
}

impl Host {
    /// Listens at a free port of an address.
    pub(crate) async fn at(address: &str, sends_to: Option<SocketAddr>) -> Self {
        let listener = TcpListener::bind((address, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let visitors: Arc<Mutex<Vec<SocketAddr>>> = Arc::default();
        let noted = Arc::clone(&visitors);
        let answer = sends_to.map_or_else(
            || "HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
            |to| {
                format!(
                    "HTTP/1.1 302 Found\r\nlocation: http://{to}/\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"
                )
            },
        );
        let task = tokio::spawn(async move {
            while let Ok((mut stream, visitor)) = listener.accept().await {
                noted.lock().unwrap().push(visitor);
                let answer = answer.clone();
                tokio::spawn(async move {
                    if stream.read(&mut [0; 1_024]).await.is_ok_and(|read| read > 0) {
                        stream.write_all(answer.as_bytes()).await.unwrap_or_default();
                    }
                });
            }
        });
        Self { at, visitors, task }
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
}

impl Drop for Host {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// An engine's hands, with a keeper that is ended with them.
pub(crate) struct Hands {
    pub(crate) actions: Arc<Actions>,
    keeper: Keeper,
    attempts: AtomicU32,
    _folder: tempfile::TempDir,
}

impl Hands {
    pub(crate) async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = folder.path().join("keeper");
        let arguments = vec!["keeper".into(), own.clone().into()];
        let program = env!("CARGO_BIN_EXE_keeper-for-tests").into();
        let keeper = Keeper::open(Config { folder: own, program, arguments }).await.unwrap();
        let actions = Arc::new(Actions::new(keeper.clone(), folder.path().to_path_buf()));
        Self { actions, keeper, attempts: AtomicU32::new(0), _folder: folder }
    }

    /// The outcome of one step of a plan's first unit, in a mode, whatever the declaration would have said of it.
    pub(crate) async fn carry_out(&self, plan: &Arc<Plan>, step: u16, mode: Mode, purpose: Purpose) -> Outcome {
        let attempt = AttemptId(self.attempts.fetch_add(1, Ordering::Relaxed) + 1);
        let base = BTreeMap::from([("PATH".to_owned(), "/usr/bin:/bin".to_owned())]);
        let launch = Launch {
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
        };
        let (sink, mut output) = tokio::sync::mpsc::channel(64);
        let drain = async { while output.recv().await.is_some() {} };
        let (ended, ()) = tokio::join!(self.actions.run(launch, sink, CancellationToken::new()), drain);
        match ended {
            Ended::With(outcome) => outcome,
            Ended::NeverStarted => panic!("never started"),
        }
    }
}

impl Drop for Hands {
    fn drop(&mut self) {
        if let Some(process) = self.keeper.process() {
            kill(Pid::from_raw(process.cast_signed()), Signal::SIGKILL).unwrap_or_default();
        }
    }
}
