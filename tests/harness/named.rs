//! Name servers of the tests' own: BIND on a free loopback port, with one zone.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::net::{Ipv4Addr, SocketAddr};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use tempfile::TempDir;

use crate::sshd::free_port;

/// Ends the server when the test process is gone, however it ended, and removes its folder.
const JANITOR: &str = r#"
    trap '' INT HUP TERM
    folder=$1; shift
    "$@" & server=$!
    cat > /dev/null
    kill -KILL $server; wait $server
    rm -rf "$folder""#;

/// A name server for the zone `bank.test`.
#[derive(Debug)]
pub struct Named {
    folder: TempDir,
    port: u16,
    janitor: Child,
    /// Held open for as long as the server is to run.
    life: Option<ChildStdin>,
}

impl Named {
    /// With these lines of the zone, such as `app 60 IN A 10.0.1.80`.
    /// When BIND is not installed or does not start, the test that needs it has failed.
    pub fn start(records: &str) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-named-").tempdir().unwrap();
        let path = folder.path().display().to_string();
        let port = free_port();
        let zone =
            format!("$TTL 300\n@ IN SOA ns hostmaster 1 3600 600 86400 60\n@ IN NS ns\nns IN A 127.0.0.1\n{records}\n");
        std::fs::write(folder.path().join("bank.test"), zone).unwrap();
        let config = format!(
            "options {{ directory \"{path}\"; listen-on port {port} {{ 127.0.0.1; }}; listen-on-v6 {{ none; }};\n\
             pid-file none; session-keyfile none; recursion no; dnssec-validation no; }};\ncontrols {{ }};\n\
             zone \"bank.test\" {{ type primary; file \"bank.test\"; }};\n"
        );
        std::fs::write(folder.path().join("named.conf"), config).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let mut janitor = Command::new("sh")
            .args(["-c", JANITOR, "janitor"])
            .arg(folder.path())
            .args(["/usr/sbin/named", "-g", "-n", "1", "-c"])
            .arg(folder.path().join("named.conf"))
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

    /// Where it listens, over UDP and TCP.
    pub const fn address(&self) -> SocketAddr {
        SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), self.port)
    }

    fn log(&self) -> String {
        std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..1_500 {
            if self.log().contains("all zones loaded") {
                return;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("/usr/sbin/named does not start: run scripts/setup test; {}", self.log());
    }
}

impl Drop for Named {
    fn drop(&mut self) {
        drop(self.life.take());
        self.janitor.wait().unwrap();
    }
}
