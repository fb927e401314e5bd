//! Name servers of the tests' own: BIND on a free loopback port, with one zone, or with a cache in front of another.

use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use tempfile::TempDir;

use crate::janitor::Janitor;
use crate::ports::free_port;

/// A name server.
#[derive(Debug)]
pub struct Named {
    // Before the folder: the server ends while its files are there.
    janitor: Option<Janitor>,
    folder: TempDir,
    port: u16,
}

/// A key that may change a zone, as key files have it.
#[derive(Debug, Clone, Copy)]
pub struct Key {
    /// Its name.
    pub name: &'static str,
    /// `hmac-sha256` and its like.
    pub algorithm: &'static str,
    /// The key in base64.
    pub secret: &'static str,
}

impl Named {
    /// For the zone `bank.test`, with these lines of it, such as `app 60 IN A 10.0.1.80`.
    /// When BIND is not installed or does not start, the test that needs it has failed.
    pub fn start(records: &str) -> Self {
        Self::updated_by(records, &[])
    }

    /// The same, and who has one of these keys may change the zone.
    pub fn updated_by(records: &str, keys: &[Key]) -> Self {
        let zone =
            format!("$TTL 300\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n{records}\n");
        let (mut config, mut allowed) = (String::new(), String::new());
        for Key { name, algorithm, secret } in keys {
            config += &format!("key \"{name}\" {{ algorithm {algorithm}; secret \"{secret}\"; }};\n");
            allowed += &format!("key \"{name}\"; ");
        }
        config +=
            &format!("zone \"bank.test\" {{ type primary; file \"bank.test\"; allow-update {{ {allowed}}}; }};\n");
        let config = if keys.is_empty() {
            "zone \"bank.test\" { type primary; file \"bank.test\"; };\n".to_owned()
        } else {
            config
        };
        Self::configured(&zone, "recursion no;", &config)
    }

    /// That knows nothing itself: it asks another one and keeps what it says for as long as that allows.
    pub fn caching(upstream: SocketAddr) -> Self {
        let (ip, port) = (upstream.ip(), upstream.port());
        let options =
            format!("recursion yes; forward only; forwarders {{ {ip} port {port}; }}; empty-zones-enable no;");
        Self::configured("", &options, "")
    }

    fn configured(zone: &str, options: &str, rest: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-named-").tempdir().unwrap();
        let path = folder.path().display().to_string();
        let port = free_port();
        std::fs::write(folder.path().join("bank.test"), zone).unwrap();
        let config = format!(
            "options {{ directory \"{path}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
             pid-file none; session-keyfile none; dnssec-validation no; {options} }};\ncontrols {{ }};\n{rest}"
        );
        std::fs::write(folder.path().join("named.conf"), config).unwrap();
        let mut server = Self { folder, port, janitor: None };
        server.run();
        server
    }

    /// Runs it, again where it was stopped: at the same place, with what it had.
    pub fn run(&mut self) {
        let path = |name: &str| self.folder.path().join(name);
        let config = path("named.conf").display().to_string();
        let words = ["/usr/sbin/named", "-g", "-n", "1", "-c", &config];
        self.janitor = Some(Janitor::start(&words, &path("log"), None));
        self.wait_until_it_answers();
    }

    /// Kills it: nobody answers there any more.
    pub fn stop(&mut self) {
        self.janitor = None;
    }

    /// Lets it do nothing more: connections are still opened by its machine, and nobody answers.
    pub fn freeze(&self) {
        kill(self.janitor.as_ref().unwrap().server(), Signal::SIGSTOP).unwrap();
    }

    /// Whether somebody has sent it something over TCP that it has not read.
    pub fn has_unread(&self) -> bool {
        let here = format!(":{:04X}", self.port);
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        table.lines().skip(1).any(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            // Local address, remote address, state, bytes unsent and unread; 0A is the listening socket itself.
            words[1].ends_with(&here) && words[3] != "0A" && !words[4].ends_with(":00000000")
        })
    }

    /// The folder that it works in.
    pub fn folder(&self) -> &std::path::Path {
        self.folder.path()
    }

    /// Where it listens, over UDP and TCP.
    pub const fn address(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..1_500 {
            if self.log().lines().any(|line| line.ends_with(" running")) {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("/usr/sbin/named does not start: run scripts/setup test; {}", self.log());
    }
}
