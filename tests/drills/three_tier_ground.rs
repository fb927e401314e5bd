//! Two centres of three tiers each, on real servers: PostgreSQL, application processes, nginx, and nginx as the balancer
//! before both. With them a heart that beats in the primary and a customer who writes through the balancer.

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{ChildStdin, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, SystemTime};

use harness::link::Link;
use harness::ports::free_ports;
use harness::postgres;
use harness::state::until;
use nix::unistd::{User, geteuid};
use tempfile::TempDir;

const AP: &str = env!("CARGO_BIN_EXE_ap-for-tests");
const TOOLS: &str = include_str!("tier.sh");

/// The two centres, at work in the primary one. Everything is gone with it.
pub(crate) struct Ground {
    folder: TempDir,
    link: Link,
    pub(crate) balancer: u16,
    pub(crate) board: Board,
    /// Held open for as long as this process lives; its end tells the janitor.
    _life: ChildStdin,
}

impl Ground {
    pub(crate) fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("relight-centres-").tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        if geteuid().is_root() {
            let user =
                User::from_name("postgres").unwrap().expect("there is no user `postgres`: run scripts/setup test");
            nix::unistd::chown(folder.path(), Some(user.uid), Some(user.gid)).unwrap();
        }
        let ports: Vec<u16> = free_ports(9);
        let link = Link::to(ports[0]);
        let names = ["MAIN", "DR", "LB", "AP_main_1", "AP_main_2", "AP_dr_1", "AP_dr_2", "WEB_main", "WEB_dr"];
        let mut told: String = names.iter().zip(&ports).map(|(name, port)| format!("{name}={port}\n")).collect();
        told += &format!("LINK={}\nPG='{}'\nAP='{AP}'\n", link.port(), postgres::programs().display());
        fs::write(folder.path().join("ports"), told).unwrap();
        let tools = folder.path().join("tier");
        fs::write(&tools, TOOLS).unwrap();
        fs::set_permissions(&tools, fs::Permissions::from_mode(0o755)).unwrap();
        let life = watch(folder.path());
        let ground = Self { folder, link, balancer: ports[2], board: Board::open(), _life: life };
        for work in [
            &["make"][..],
            &["start-ap", "main", "1"],
            &["start-ap", "main", "2"],
            &["start-web", "main"],
            &["start-lb"],
        ] {
            ground.tier(work);
        }
        until(|| (ground.get("/health")? == 200).then_some(()));
        ground
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// A runbook of this folder with the places of this ground in it.
    pub(crate) fn runbook(&self, text: &str) -> String {
        self.written("runbook.yaml", text)
    }

    /// The inventory of the runbooks of this folder, likewise.
    pub(crate) fn inventory(&self, text: &str) {
        self.written("inventory.yaml", text);
    }

    fn written(&self, name: &str, text: &str) -> String {
        let ports = fs::read_to_string(self.path("ports")).unwrap();
        let mut text = text.replace("/srv/tier", self.path("tier").to_str().unwrap());
        for line in ports.lines() {
            let (name, value) = line.split_once('=').unwrap();
            text = text.replace(&format!("<{name}>"), value);
        }
        text = text.replace("<BOARD>", &self.board.port.to_string());
        let path = self.path(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    /// Asks the site's own tooling for something that must succeed; gives what it says.
    pub(crate) fn tier(&self, words: &[&str]) -> String {
        let done = tooling(self.folder.path(), words);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "tier {words:?}: {out}{err}");
        out.trim().to_owned()
    }

    /// Whether the tooling succeeds.
    pub(crate) fn can(&self, words: &[&str]) -> bool {
        tooling(self.folder.path(), words).status.success()
    }

    /// All numbers that a database holds.
    pub(crate) fn numbers(&self, centre: &str) -> Vec<u64> {
        self.tier(&["sql", centre, "select n from ticket order by n"]).lines().map(|n| n.parse().unwrap()).collect()
    }

    /// Cuts the replication; neither end is told.
    pub(crate) fn cut_replication(&self) {
        self.link.freeze();
    }

    fn get(&self, path: &str) -> Option<u16> {
        ask(self.balancer, "GET", path)
    }
}

impl Drop for Ground {
    fn drop(&mut self) {
        tooling(self.folder.path(), &["gone"]);
    }
}

#[expect(clippy::disallowed_methods, reason = "the site's own tooling")]
fn tooling(folder: &Path, words: &[&str]) -> Output {
    Command::new(folder.join("tier")).args(words).stdin(Stdio::null()).output().unwrap()
}

/// Somebody who clears up after a test process that could not do so itself.
#[expect(clippy::disallowed_methods, clippy::zombie_processes, reason = "outlives this process")]
fn watch(folder: &Path) -> ChildStdin {
    let script = "trap '' INT HUP TERM; cat >/dev/null; \"$1/tier\" gone; rm -rf \"$1\"";
    let mut janitor = Command::new("sh");
    janitor.args(["-c", script, "janitor"]).arg(folder).current_dir("/").stdin(Stdio::piped());
    let mut janitor = janitor.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    janitor.stdin.take().unwrap()
}

/// The status of one request; `None` when there was no answer.
fn ask(port: u16, method: &str, path: &str) -> Option<u16> {
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok()?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).ok()?;
    write!(stream, "{method} {path} HTTP/1.0\r\nContent-Length: 0\r\n\r\n").ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).ok()?;
    answer.split_whitespace().nth(1)?.parse().ok()
}

/// What a customer was told about a write.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Kept {
    pub(crate) n: u64,
    pub(crate) sent: SystemTime,
    pub(crate) told: SystemTime,
}

/// Somebody who does the same thing over and over until told to stop.
pub(crate) struct Doing<T> {
    done: Arc<Mutex<Vec<T>>>,
    stop: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl<T: Clone + Send + 'static> Doing<T> {
    fn start(mut act: impl FnMut() -> Option<T> + Send + 'static) -> Self {
        let (done, stop) = (Arc::new(Mutex::new(Vec::new())), Arc::new(AtomicBool::new(false)));
        let (kept, ended) = (Arc::clone(&done), Arc::clone(&stop));
        let thread = std::thread::spawn(move || {
            while !ended.load(Ordering::Relaxed) {
                match act() {
                    Some(one) => kept.lock().unwrap().push(one),
                    None => std::thread::sleep(Duration::from_millis(20)),
                }
            }
        });
        Self { done, stop, thread: Some(thread) }
    }

    pub(crate) fn so_far(&self) -> Vec<T> {
        self.done.lock().unwrap().clone()
    }

    /// Waits until so many more have been done.
    pub(crate) fn more(&self, count: usize) {
        let before = self.done.lock().unwrap().len();
        until(|| (self.done.lock().unwrap().len() >= before + count).then_some(()));
    }

    pub(crate) fn stop(mut self) -> Vec<T> {
        self.stop.store(true, Ordering::Relaxed);
        self.thread.take().unwrap().join().unwrap();
        self.so_far()
    }
}

impl<T> Drop for Doing<T> {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

/// A customer: one number after another through the balancer, none of them twice.
pub(crate) fn customer(ground: &Ground, from: u64) -> Doing<Kept> {
    let (port, mut n) = (ground.balancer, from);
    Doing::start(move || {
        n += 1;
        let sent = SystemTime::now();
        (ask(port, "POST", &format!("/write/{n}"))? == 200).then(|| Kept { n, sent, told: SystemTime::now() })
    })
}

/// One beat of the heart: when it was asked for, and when it was committed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Beat {
    pub(crate) asked: SystemTime,
    pub(crate) kept: SystemTime,
}

/// The heart of the primary database.
pub(crate) fn heart(ground: &Ground) -> Doing<Beat> {
    let folder = ground.folder.path().to_path_buf();
    Doing::start(move || {
        let asked = SystemTime::now();
        let beat = tooling(&folder, &["sql", "main", "insert into heartbeat values (clock_timestamp())"]);
        beat.status.success().then(|| Beat { asked, kept: SystemTime::now() })
    })
}

/// The notice board on which the end is announced: it keeps what it is given and says it again, and when it did so first.
pub(crate) struct Board {
    port: u16,
    shown: Arc<Mutex<Option<SystemTime>>>,
}

impl Board {
    fn open() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shown = Arc::new(Mutex::new(None));
        let telling = Arc::clone(&shown);
        std::thread::spawn(move || {
            let mut notice = false;
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut request = [0; 4096];
                let length = stream.read(&mut request).unwrap_or_default();
                let asked = request[..length].starts_with(b"GET");
                notice |= !asked;
                let body = if notice { "running on dr" } else { "closed" };
                let length = body.len();
                write!(stream, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}")
                    .unwrap_or_default();
                if asked && notice {
                    telling.lock().unwrap().get_or_insert_with(SystemTime::now);
                }
            }
        });
        Self { port, shown }
    }

    /// When the announcement could first be read.
    pub(crate) fn read_at(&self) -> Option<SystemTime> {
        *self.shown.lock().unwrap()
    }
}
