//! A private PostgreSQL: a cluster of its own in a temporary folder, reached by its socket alone, gone when the test is.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{LazyLock, Mutex, PoisonError};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection};

use crate::certificates::Signed;

/// Where Debian's packages put the server; its programs are not on the path.
const DEBIAN: &str = "/usr/lib/postgresql";

/// The port by which its socket is named.
const USUAL_PORT: u16 = 5_432;

/// The cluster's superuser.
const USER: &str = "relight";

/// Waits until the test process is gone, however it ended, then ends the server and removes the folder.
const JANITOR: &str = r#"
    cat > /dev/null
    if pid=$(head -n 1 "$1/data/postmaster.pid" 2> /dev/null); then
        kill -QUIT "$pid"
        for _ in $(seq 100); do kill -0 "$pid" 2> /dev/null || break; sleep 0.05; done
    fi
    rm -rf "$1""#;

/// A running server. Commits reach the disk as in production.
#[derive(Debug)]
pub struct Cluster {
    folder: PathBuf,
    programs: PathBuf,
    /// The port on loopback; `None` for one that is reached by its socket alone.
    port: Option<u16>,
    tls: bool,
    server: Mutex<Option<Child>>,
    databases: AtomicU32,
    /// Held open for as long as this process lives; its end tells the janitor.
    _life: ChildStdin,
}

impl Cluster {
    /// The one that tests of a binary share, each with databases of its own. Not to be stopped.
    pub fn shared() -> &'static Self {
        static SHARED: LazyLock<Cluster> = LazyLock::new(Cluster::start);
        &SHARED
    }

    /// Makes a new cluster and starts it; a second or two.
    /// When PostgreSQL is not installed or does not start, the test that needs it has failed.
    pub fn start() -> Self {
        Self::made(None, None)
    }

    /// One that listens on this port of loopback too, and lets everybody in.
    pub fn on(port: u16) -> Self {
        Self::made(Some(port), None)
    }

    /// One that shows this certificate on loopback, and lets nobody in there without TLS.
    pub fn with_tls(port: u16, signed: &Signed) -> Self {
        Self::made(Some(port), Some(signed))
    }

    /// One that follows another which is reached at this port of loopback, from a copy of it as it is now.
    pub fn following(source: u16, port: u16) -> Self {
        Self::filled(Some(port), None, |programs, folder| {
            as_server_user(&programs.join("pg_basebackup"), folder)
                .args(["--host=127.0.0.1", "--checkpoint=fast", "--no-sync", "--write-recovery-conf"])
                .args(["--username", USER, "--port", &source.to_string(), "--pgdata"])
                .arg(folder.join("data"))
                .output()
                .unwrap()
        })
    }

    fn made(port: Option<u16>, tls: Option<&Signed>) -> Self {
        Self::filled(port, tls, |programs, folder| {
            as_server_user(&programs.join("initdb"), folder)
                .args(["--no-sync", "--auth=trust", "--encoding=UTF8", "--locale=C", "--username", USER, "--pgdata"])
                .arg(folder.join("data"))
                .output()
                .unwrap()
        })
    }

    fn filled(port: Option<u16>, tls: Option<&Signed>, fill: impl FnOnce(&Path, &Path) -> Output) -> Self {
        let programs = programs();
        let folder = tempfile::Builder::new().prefix("relight-postgres-").tempdir().unwrap().keep();
        let life = watch(&folder);
        hand_over(&folder);
        let made = fill(&programs, &folder);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        if let Some(signed) = tls {
            show(&folder, signed);
        }
        let cluster = Self {
            folder,
            programs,
            port,
            tls: tls.is_some(),
            server: Mutex::new(None),
            databases: AtomicU32::new(0),
            _life: life,
        };
        cluster.restart();
        cluster
    }

    /// Makes an empty database and gives its address.
    pub async fn database(&self) -> String {
        let name = format!("db{}", self.databases.fetch_add(1, Ordering::Relaxed));
        let mut connection = PgConnection::connect(&self.address("postgres")).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
        connection.close().await.unwrap();
        self.address(&name)
    }

    /// Ends the server as a power cut would: no checkpoint, no goodbye to its clients. Returns when it is gone.
    pub fn stop_immediate(&self) {
        if let Some(mut server) = self.server.lock().unwrap_or_else(PoisonError::into_inner).take() {
            kill(Pid::from_raw(i32::try_from(server.id()).unwrap()), Signal::SIGQUIT).unwrap();
            server.wait().unwrap();
        }
    }

    /// Starts the server again on the same data. Returns when it takes connections.
    pub fn restart(&self) {
        self.stop_immediate();
        let log = File::create(self.folder.join("log")).unwrap();
        let mut server = as_server_user(&self.programs.join("postgres"), &self.folder)
            .arg("-D")
            .arg(self.folder.join("data"))
            .args(["-c", "max_connections=200", "-c"])
            .arg(self.port.map_or("listen_addresses=", |_| "listen_addresses=127.0.0.1"))
            .arg("-c")
            .arg(format!("port={}", self.port.unwrap_or(USUAL_PORT)))
            .args(["-c", if self.tls { "ssl=on" } else { "ssl=off" }])
            .arg("-c")
            .arg(format!("unix_socket_directories={}", self.folder.display()))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        while !self.takes_connections() {
            if let Some(status) = server.try_wait().unwrap() {
                let log = fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                panic!("PostgreSQL ended with {:?} {:?}: {log}", status.code(), status.signal());
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        *self.server.lock().unwrap_or_else(PoisonError::into_inner) = Some(server);
    }

    fn takes_connections(&self) -> bool {
        command(&self.programs.join("pg_isready"), &self.folder)
            .args(["--quiet", "--host"])
            .arg(&self.folder)
            .args(["--port", &self.port.unwrap_or(USUAL_PORT).to_string()])
            .status()
            .unwrap()
            .success()
    }

    fn address(&self, database: &str) -> String {
        let port = self.port.unwrap_or(USUAL_PORT);
        format!("postgres://{USER}@localhost:{port}/{database}?host={}", self.folder.display())
    }
}

impl Drop for Cluster {
    /// The janitor removes the folder; ending the server here spares the tests that follow its company.
    fn drop(&mut self) {
        self.stop_immediate();
    }
}

/// The folder with the programs of the newest installed server.
pub fn programs() -> PathBuf {
    let installed = fs::read_dir(DEBIAN).into_iter().flatten().flatten();
    let newest = installed
        .filter_map(|version| {
            let number: u32 = version.file_name().to_str()?.parse().ok()?;
            let programs = version.path().join("bin");
            programs.join("postgres").exists().then_some((number, programs))
        })
        .max();
    let Some((_, programs)) = newest else {
        panic!("there is no PostgreSQL server in {DEBIAN}: install Debian's package `postgresql`");
    };
    programs
}

/// Starts the janitor. It ignores the signals of a terminal, so that it outlives an interrupted test run.
fn watch(folder: &Path) -> ChildStdin {
    #[expect(clippy::zombie_processes, reason = "the janitor outlives this process")]
    let mut janitor = command(Path::new("sh"), Path::new("/"))
        .args(["-c", &format!("trap '' INT HUP TERM\n{JANITOR}"), "janitor"])
        .arg(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    janitor.stdin.take().unwrap()
}

/// The server refuses to run as root, so there it runs as the user that Debian's package made for it.
fn as_server_user(program: &Path, folder: &Path) -> Command {
    if !geteuid().is_root() {
        return command(program, folder);
    }
    let mut command = command(Path::new("setpriv"), folder);
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]).arg(program);
    command
}

fn hand_over(folder: &Path) {
    hand_over_with(folder, 0o700);
}

fn hand_over_with(folder: &Path, mode: u32) {
    fs::set_permissions(folder, Permissions::from_mode(mode)).unwrap();
    if geteuid().is_root() {
        let user = User::from_name("postgres").unwrap();
        let user = user.expect("there is no user `postgres`: install Debian's package `postgresql`");
        nix::unistd::chown(folder, Some(user.uid), Some(user.gid)).unwrap();
    }
}

/// Puts a certificate where the server looks for it, and lets nobody in over the network without it.
fn show(folder: &Path, signed: &Signed) {
    let data = folder.join("data");
    let (certificate, key) = (data.join("server.crt"), data.join("server.key"));
    fs::copy(&signed.certificate, &certificate).unwrap();
    fs::copy(&signed.key, &key).unwrap();
    for file in [&certificate, &key] {
        hand_over_with(file, 0o600);
    }
    fs::write(data.join("pg_hba.conf"), "local all all trust\nhostssl all all all trust\n").unwrap();
}

#[expect(clippy::disallowed_methods, reason = "the harness starts what the engine meets")]
fn command(program: &Path, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}
