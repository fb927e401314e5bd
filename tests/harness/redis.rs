//! A private Redis: a server of its own on a loopback address, with nothing on the disk.

use std::io::{BufRead as _, BufReader, Write as _};
use std::net::{Ipv4Addr, TcpStream};

use tempfile::TempDir;

use crate::janitor::Janitor;
use crate::state::until;

/// A running server.
#[derive(Debug)]
pub struct Server {
    // Before the folder: the server ends while its log is there.
    _janitor: Janitor,
    _folder: TempDir,
    address: (Ipv4Addr, u16),
}

impl Server {
    /// Starts one that listens there and is told these options as well.
    /// When Redis is not installed or does not start, the test that needs it has failed.
    pub fn start(address: Ipv4Addr, port: u16, options: &[&str]) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-redis-").tempdir().unwrap();
        let (bind, number) = (address.to_string(), port.to_string());
        let place = folder.path().display().to_string();
        let own = ["redis-server", "--bind", &bind, "--port", &number, "--dir", &place, "--save", ""];
        let words: Vec<&str> = own.into_iter().chain(options.iter().copied()).collect();
        let janitor = Janitor::start(&words, &folder.path().join("log"), Some(folder.path()));
        let server = Self { _janitor: janitor, _folder: folder, address: (address, port) };
        until(|| server.ask("PING"));
        server
    }

    /// One command in one line, and the first line of its reply.
    pub fn ask(&self, line: &str) -> Option<String> {
        let mut stream = TcpStream::connect(self.address).ok()?;
        stream.write_all(format!("{line}\r\n").as_bytes()).ok()?;
        let mut reply = String::new();
        BufReader::new(stream).read_line(&mut reply).ok()?;
        Some(reply.trim_end().to_owned()).filter(|reply| !reply.is_empty())
    }
}
