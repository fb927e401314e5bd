//! A private MariaDB: a server of its own on a free loopback port, with its data in a temporary folder.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use nix::unistd::geteuid;
use tempfile::TempDir;

use crate::sshd::free_port;

/// Ends the server when the test process is gone, however it ended, and removes its data.
const JANITOR: &str = r#"
    trap '' INT HUP TERM
    folder=$1; shift
    "$@" & server=$!
    cat > /dev/null
    kill -KILL $server; wait $server
    rm -rf "$folder""#;

/// A running server with the database `bank`, into which [`Server::USER`] may log in.
#[derive(Debug)]
pub struct Server {
    folder: TempDir,
    port: u16,
    janitor: Child,
    /// Held open for as long as the server is to run.
    life: Option<ChildStdin>,
}

impl Server {
    /// Its user, who may do everything.
    pub const USER: &str = "relight";
    /// The password of that user.
    pub const PASSWORD: &str = "pa55-mariadb-word";

    /// Makes a server and starts it; some seconds.
    /// When MariaDB is not installed or does not start, the test that needs it has failed.
    pub fn start() -> Self {
        let folder = tempfile::Builder::new().prefix("relight-mariadb-").tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let root = if geteuid().is_root() { &["--user=root"][..] } else { &[] };
        let made = Command::new("mariadb-install-db")
            .args(["--no-defaults", "--skip-test-db", "--auth-root-authentication-method=normal"])
            .args(root)
            .arg(format!("--datadir={}", path("data").display()))
            .arg(format!("--tmpdir={}", folder.path().display()))
            .output()
            .expect("mariadb-install-db can not be started: run scripts/setup test");
        assert!(made.status.success(), "mariadb-install-db: {}", String::from_utf8_lossy(&made.stderr));
        let (user, password) = (Self::USER, Self::PASSWORD);
        let first = format!(
            "CREATE DATABASE bank;\nCREATE USER {user}@'127.0.0.1' IDENTIFIED BY '{password}';\n\
             GRANT ALL ON *.* TO {user}@'127.0.0.1';\n"
        );
        std::fs::write(path("first.sql"), first).unwrap();
        let port = free_port();
        let log = std::fs::File::create(path("log")).unwrap();
        let mut janitor = Command::new("sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(folder.path())
            .args(["mariadbd", "--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve"])
            .args(["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"])
            .args(root)
            .arg(format!("--port={port}"))
            .arg(format!("--datadir={}", path("data").display()))
            .arg(format!("--tmpdir={}", folder.path().display()))
            .arg(format!("--socket={}", path("socket").display()))
            .arg(format!("--pid-file={}", path("pid").display()))
            .arg(format!("--init-file={}", path("first.sql").display()))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let life = janitor.stdin.take();
        let server = Self { folder, port, janitor, life };
        server.wait_until_it_answers();
        server
    }

    /// Where it listens.
    pub const fn port(&self) -> u16 {
        self.port
    }

    fn wait_until_it_answers(&self) {
        // It listens only after the first statements were carried out.
        for _ in 0..3_000 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        panic!("mariadbd does not answer: {log}");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.life.take());
        self.janitor.wait().unwrap();
    }
}
