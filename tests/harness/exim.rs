//! A private mail server: Exim on free loopback ports, with its spool and its mailboxes in a temporary folder.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use nix::unistd::{User, chown, geteuid};
use tempfile::TempDir;

use crate::certificates::Signed;
use crate::ports::free_port;

const SERVER: &str = "/usr/sbin/exim4";

/// Ends the server when the test process is gone, however it ended, with all its children: one of them may be holding a
/// message back.
const JANITOR: &str = r#"trap '' INT HUP TERM; setsid "$@" & cat > /dev/null; kill -KILL -$!; wait $!"#;

/// One mailbox takes the mail for everybody but `nobody`. Mail for `slow` is taken only after a minute.
const CONFIG: &str = r"
primary_hostname = mail.bank.test
spool_directory = FOLDER/spool
log_file_path = FOLDER/log-%slog
pid_file_path = FOLDER/pid
exim_user = USER
exim_group = GROUP
deliver_drop_privilege = true
local_interfaces = 127.0.0.1
daemon_smtp_ports = PLAIN_PORT : TLS_PORT
tls_on_connect_ports = TLS_PORT
tls_advertise_hosts = *
tls_certificate = CERTIFICATE
tls_privatekey = KEY
acl_smtp_rcpt = recipient
acl_smtp_data = content
host_lookup =
rfc1413_query_timeout = 0s
keep_environment =
queue_run_max = 0
smtp_accept_max = 50

begin acl
recipient:
  deny local_parts = nobody
       message = no such person here
  accept
content:
  warn condition = ${if match{$recipients}{slow}}
       delay = 60s
  accept

begin routers
everybody:
  driver = accept
  transport = mailbox

begin transports
mailbox:
  driver = appendfile
  file = FOLDER/mail/all
  envelope_to_add = true
  batch_max = 100
  create_directory = true
  create_file = anywhere
  mode = 0644
  mode_fail_narrower = false

begin authenticators
plain:
  driver = plaintext
  public_name = PLAIN
  server_prompts = :
  server_condition = ${if and{{eq{$auth2}{relight}}{eq{$auth3}{PASSWORD}}}}
  server_set_id = $auth2
  server_advertise_condition = ${if def:tls_in_cipher}
";

/// A running server.
#[derive(Debug)]
pub struct Exim {
    folder: TempDir,
    port: u16,
    tls_port: u16,
    janitor: Child,
    /// Held open for as long as the server is to run.
    life: Option<ChildStdin>,
}

impl Exim {
    /// Who may log in.
    pub const USER: &str = "relight";
    /// With this password.
    pub const PASSWORD: &str = "pa55-mail-word";

    /// Starts one that shows this certificate. When Exim is not installed, the test that needs it has failed.
    pub fn start(signed: &Signed) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-exim-").tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        let owner = if geteuid().is_root() { User::from_name("Debian-exim") } else { User::from_uid(geteuid()) };
        let owner = owner.unwrap().expect("there is no user `Debian-exim`: run scripts/setup test");
        for name in ["spool", "mail"] {
            std::fs::create_dir(path(name)).unwrap();
        }
        for (from, to) in [(&signed.certificate, "certificate"), (&signed.key, "key")] {
            std::fs::copy(from, path(to)).unwrap();
        }
        for name in ["", "spool", "mail", "certificate", "key"] {
            chown(&path(name), Some(owner.uid), Some(owner.gid)).unwrap();
        }
        let (port, tls_port) = (free_port(), free_port());
        let config = CONFIG
            .replace("FOLDER", &folder.path().display().to_string())
            .replace("USER", &owner.uid.to_string())
            .replace("GROUP", &owner.gid.to_string())
            .replace("PLAIN_PORT", &port.to_string())
            .replace("TLS_PORT", &tls_port.to_string())
            .replace("CERTIFICATE", &path("certificate").display().to_string())
            .replace("KEY", &path("key").display().to_string())
            .replace("PASSWORD", Self::PASSWORD);
        std::fs::write(path("config"), config).unwrap();
        let said = std::fs::File::create(path("said")).unwrap();
        let mut janitor = Command::new("sh")
            .args(["-c", JANITOR, "janitor", SERVER, "-bdf", "-C"])
            .arg(path("config"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(said)
            .spawn()
            .unwrap();
        let life = janitor.stdin.take();
        let server = Self { folder, port, tls_port, janitor, life };
        server.wait_until_it_answers();
        server
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..1_000 {
            if [self.port, self.tls_port].iter().all(|port| TcpStream::connect((Ipv4Addr::LOCALHOST, *port)).is_ok()) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{SERVER} does not answer: run scripts/setup test; {}", self.said());
    }

    /// Where it listens for connections that are encrypted later, or not.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Where it listens for connections that are encrypted from their first byte.
    pub const fn tls_port(&self) -> u16 {
        self.tls_port
    }

    /// All mail that has arrived so far, as it lies in the mailbox.
    pub fn mail(&self) -> Vec<String> {
        let all = std::fs::read_to_string(self.folder.path().join("mail/all")).unwrap_or_default();
        let ended = if all.ends_with("\n\n") { all } else { String::new() };
        format!("\n{ended}").split("\nFrom ").skip(1).map(str::to_owned).collect()
    }

    /// The same, once there are so many messages.
    pub async fn arrived(&self, count: usize) -> Vec<String> {
        loop {
            let mail = self.mail();
            if mail.len() >= count {
                return mail;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Whether it has taken a message in and not answered yet.
    pub fn waits(&self) -> bool {
        let spool = std::fs::read_dir(self.folder.path().join("spool/input")).into_iter().flatten().flatten();
        spool.into_iter().any(|file| file.file_name().to_string_lossy().ends_with("-D"))
    }

    /// What it said of itself.
    pub fn said(&self) -> String {
        let read = |name: &str| std::fs::read_to_string(self.folder.path().join(name)).unwrap_or_default();
        ["said", "log-mainlog", "log-paniclog"].map(read).join("\n")
    }
}

impl Drop for Exim {
    fn drop(&mut self) {
        drop(self.life.take());
        self.janitor.wait().unwrap();
    }
}
