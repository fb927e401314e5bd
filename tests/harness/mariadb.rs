//! A private MariaDB: a server of its own on a free loopback port, with its data in a temporary folder.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::net::{Ipv4Addr, TcpStream};
use std::process::Command;
use std::time::Duration;

use nix::unistd::geteuid;
use tempfile::TempDir;

use crate::janitor::Janitor;
use crate::ports::free_port;

/// A running server with the database `bank`, into which [`Server::USER`] may log in.
#[derive(Debug)]
pub struct Server {
    // Before the folder: the server ends while its files are there.
    _janitor: Janitor,
    folder: TempDir,
    port: u16,
}

impl Server {
    /// Its user, who may do everything.
    pub const USER: &str = "relight";
    /// The password of that user.
    pub const PASSWORD: &str = "pa55-mariadb-word";

    /// Makes a server and starts it; some seconds.
    /// When MariaDB is not installed or does not start, the test that needs it has failed.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// One that is told these options as well.
    pub fn with(options: &[&str]) -> Self {
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
        let mut words = ["mariadbd", "--no-defaults", "--bind-address=127.0.0.1", "--skip-name-resolve"]
            .map(str::to_owned)
            .to_vec();
        words.extend(["--innodb-buffer-pool-size=16M", "--innodb-log-file-size=8M"].map(str::to_owned));
        words.extend(root.iter().map(|&word| word.to_owned()));
        words.extend(options.iter().map(|&word| word.to_owned()));
        words.push(format!("--port={port}"));
        words.push(format!("--tmpdir={}", folder.path().display()));
        for (option, name) in
            [("datadir", "data"), ("socket", "socket"), ("pid-file", "pid"), ("init-file", "first.sql")]
        {
            words.push(format!("--{option}={}", path(name).display()));
        }
        let janitor = Janitor::start(&words, &path("log"), Some(folder.path()));
        let server = Self { folder, port, _janitor: janitor };
        server.wait_until_it_answers();
        server
    }

    /// Its address for drivers.
    pub fn address(&self) -> String {
        format!("mysql://{}:{}@127.0.0.1:{}/bank", Self::USER, Self::PASSWORD, self.port)
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
