//! OpenSSH servers of the tests' own: on free loopback ports, with keys of their own, and a home folder in which a
//! command finds nothing of the real user's.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::fmt::Write as _;
use std::net::{IpAddr, Ipv4Addr, TcpStream};
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, User, geteuid};
use tempfile::TempDir;

use crate::ports::free_port;

const SERVER: &str = "/usr/sbin/sshd";
/// A server listens on so many addresses at most: its own limit.
pub const ADDRESSES: usize = 16;

/// Ends the server when the test process is gone, however it ended.
const JANITOR: &str = r#""$@" & cat > /dev/null; kill -KILL $!"#;

/// The same as root, in a view of the machine's files in which there are users of the tests' own.
const AMONG: &str = r#"
    set -e
    folder=$1; shift
    for user in operator:20001 keeper:20002; do
        mkdir -p "$folder/home-${user%:*}"
        chown "${user#*:}:${user#*:}" "$folder/home-${user%:*}"
    done
    cp /etc/passwd "$folder/passwd"
    {
        echo "operator:x:20001:20001::$folder/home-operator:/bin/sh"
        echo "keeper:x:20002:20002::$folder/home-keeper:/bin/sh"
        echo "homeless:x:20003:20003::/nonexistent:/bin/sh"
    } >> "$folder/passwd"
    install -m 600 /dev/null "$folder/shadow"
    for user in keeper homeless; do echo "$user:!:19000:0:99999:7:::"; done > "$folder/shadow"
    cat "$folder/shadow.operator" >> "$folder/shadow"
    install -m 440 -o root -g root "$folder/rules" "$folder/sudoers"
    mount --bind "$folder/passwd" /etc/passwd
    mount --bind "$folder/shadow" /etc/shadow
    mount --bind "$folder/sudoers" /etc/sudoers
    mount --bind "$folder/pam" /etc/pam.d/sshd
    mount --bind "$folder/pam" /etc/pam.d/sudo
    mkdir -p /run/sshd
    "$@" &
    cat > /dev/null
    kill -KILL $!
    rm -rf "$folder/home-operator" "$folder/home-keeper" "$folder/sudoers" "$folder/shadow""#;

/// Users that a server knows beside those of the machine: `operator`, who logs in; `keeper` and `homeless`, whom he may
/// become. They are there for that server and what it starts alone, which takes root, or a `sudo` that asks nothing.
#[derive(Debug, Default)]
pub struct Users {
    /// Further lines of `/etc/sudoers`.
    pub sudoers: String,
}

impl Users {
    /// The password of `operator`.
    pub const PASSWORD: &str = "pa55-그리고-word";
    /// The user id of `homeless`.
    pub const HOMELESS: u32 = 20_003;
    /// What stands in `/etc/shadow` of [`Users::PASSWORD`].
    const HASH: &str =
        "$6$relighttests$vn7p4yF2F0/y7KkpSvDFpAVyrf4fwF8CKKFwQnyI46ohxZvsapOIKA3qmZwwla1KDBAYaqaxt6KUa2mhW9wBn.";
}

/// A server, ended with its connections when it is dropped. Commands that it started live on, as they do on any host.
#[derive(Debug)]
pub struct Sshd {
    folder: TempDir,
    addresses: Vec<IpAddr>,
    port: u16,
    options: Vec<String>,
    users: bool,
    /// What lies in its folder `bin` comes before the programs of the machine.
    programs: bool,
    running: Option<Running>,
}

#[derive(Debug)]
struct Running {
    janitor: Child,
    /// Held open for as long as the server is to run.
    life: ChildStdin,
}

impl Sshd {
    /// A server on `127.0.0.1`.
    pub fn start() -> Self {
        Self::with(&[])
    }

    /// With further lines of its configuration, which come first and so count.
    pub fn with(options: &[&str]) -> Self {
        Self::on(vec![Ipv4Addr::LOCALHOST.into()], free_port(), options)
    }

    /// On which a `date` of its own can be put before that of the machine.
    pub fn with_clock() -> Self {
        let mut server = Self::made(vec![Ipv4Addr::LOCALHOST.into()], free_port(), &[]);
        std::fs::create_dir(server.path("bin")).unwrap();
        server.programs = true;
        server.resume();
        server
    }

    /// Sets its clock so many seconds ahead of that of the machine.
    pub fn set_clock(&self, ahead: i64) {
        let date = self.path("bin/date");
        std::fs::write(&date, format!("#!/bin/sh\nexec /bin/date -d '{ahead} seconds' \"$@\"\n")).unwrap();
        std::fs::set_permissions(date, std::fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// On these addresses and this port.
    pub fn on(addresses: Vec<IpAddr>, port: u16, options: &[&str]) -> Self {
        let mut server = Self::made(addresses, port, options);
        server.resume();
        server
    }

    /// A server that knows users of the tests' own.
    pub fn among(users: &Users, options: &[&str]) -> Self {
        let mut server = Self::made(vec![Ipv4Addr::LOCALHOST.into()], free_port(), options);
        server.users = true;
        // Its users must get to their homes.
        std::fs::set_permissions(server.folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
        let rules = format!("root ALL=(ALL) ALL\noperator ALL=(keeper,homeless) NOPASSWD: /bin/sh\n{}", users.sudoers);
        std::fs::write(server.path("rules"), rules).unwrap();
        let shadow = format!("operator:{}:19000:0:99999:7:::\n", Users::HASH);
        std::fs::write(server.path("shadow.operator"), shadow).unwrap();
        let pam = "auth required pam_unix.so\naccount required pam_unix.so\nsession required pam_permit.so\n";
        std::fs::write(server.path("pam"), pam).unwrap();
        server.resume();
        server
    }

    /// So many servers, as of so many hosts: each on an address of its own, with a host key and a home folder of its own.
    /// All have one port and let the same key in.
    pub fn fleet(size: u16, options: &[&str]) -> Vec<Self> {
        let address = |place: u16| vec![Ipv4Addr::from_bits(0x7f01_0001 + u32::from(place)).into()];
        let first = Self::made(address(0), free_port(), options);
        let mut servers: Vec<Self> = (1..size).map(|place| first.like(address(place), options)).collect();
        servers.insert(0, first);
        for server in &mut servers {
            server.launch();
        }
        servers.iter().for_each(Self::wait_until_it_answers);
        servers
    }

    fn made(addresses: Vec<IpAddr>, port: u16, options: &[&str]) -> Self {
        let server = Self::keyless(addresses, port, options);
        keygen(&server.path("client"), "ed25519", "");
        std::fs::copy(server.path("client.pub"), server.path("authorized_keys")).unwrap();
        server
    }

    /// Another host that lets the same key in.
    fn like(&self, addresses: Vec<IpAddr>, options: &[&str]) -> Self {
        let server = Self::keyless(addresses, self.port, options);
        for file in ["client", "client.pub", "authorized_keys"] {
            std::fs::copy(self.path(file), server.path(file)).unwrap();
        }
        server
    }

    fn keyless(addresses: Vec<IpAddr>, port: u16, options: &[&str]) -> Self {
        assert!(addresses.len() <= ADDRESSES);
        let folder = tempfile::Builder::new().prefix("relight-sshd-").tempdir().unwrap();
        std::fs::create_dir(folder.path().join("home")).unwrap();
        let options = options.iter().map(|&line| line.to_owned()).collect();
        let server = Self { folder, addresses, port, options, users: false, programs: false, running: None };
        keygen(&server.path("host"), "ed25519", "");
        server
    }

    /// Starts it, as after [`Sshd::stop`].
    pub fn resume(&mut self) {
        self.launch();
        self.wait_until_it_answers();
    }

    fn launch(&mut self) {
        let mut config = self.options.join("\n");
        for address in &self.addresses {
            write!(config, "\nListenAddress {address}").unwrap();
        }
        let folder = self.folder.path().display();
        write!(
            config,
            "\nPort {}\nHostKey {folder}/host\nAuthorizedKeysFile {folder}/authorized_keys\nPidFile none\n\
             StrictModes no\nUsePAM no\nPermitRootLogin yes\nPasswordAuthentication no\n\
             KbdInteractiveAuthentication no\nUseDNS no\nMaxStartups 500\nPrintMotd no\n\
             LogLevel ERROR\n",
            self.port
        )
        .unwrap();
        if !self.users {
            let path = format!(" PATH={folder}/bin:/usr/local/bin:/usr/bin:/bin");
            writeln!(config, "SetEnv HOME={folder}/home{}", if self.programs { &path } else { "" }).unwrap();
        }
        std::fs::write(self.path("config"), config).unwrap();
        if geteuid().is_root() {
            // Where a server that was started by root puts what it does not trust.
            std::fs::create_dir_all("/run/sshd").unwrap();
        }
        let log = std::fs::File::options().create(true).append(true).open(self.path("log")).unwrap();
        let mut command = if self.users {
            let mut command = as_root("unshare");
            command.args(["--mount", "--propagation", "private", "sh", "-c", AMONG, "sh"]).arg(self.folder.path());
            command
        } else {
            let mut command = Command::new("sh");
            command.args(["-c", JANITOR, "sh"]);
            command
        };
        command.args([SERVER, "-D", "-e", "-f"]).arg(self.path("config"));
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(log).process_group(0);
        let mut janitor = command.spawn().unwrap();
        let life = janitor.stdin.take().unwrap();
        self.running = Some(Running { janitor, life });
    }

    fn wait_until_it_answers(&self) {
        for _ in 0..1_000 {
            if TcpStream::connect((self.addresses[0], self.port)).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("{SERVER} does not answer: run scripts/setup test; {}", self.log());
    }

    /// Ends it with all its connections. Commands that were started apart from them go on.
    pub fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            let connections = connections(&running);
            drop(running.life);
            running.janitor.wait().unwrap();
            connections.into_iter().for_each(end);
        }
    }

    /// Cuts every connection there is, while the server goes on and takes new ones.
    pub fn cut(&self) -> usize {
        let connections = self.connections();
        connections.iter().copied().for_each(end);
        connections.len()
    }

    /// The processes that serve connections.
    pub fn connections(&self) -> Vec<Pid> {
        self.running.as_ref().map(connections).unwrap_or_default()
    }

    /// Gives it another host key; counts from its next start.
    pub fn change_host_key(&self) {
        std::fs::remove_file(self.path("host")).unwrap();
        keygen(&self.path("host"), "ed25519", "");
    }

    /// Whether connections can be told apart by their processes: a server that root has started needs one for each.
    pub fn links(&self) -> usize {
        let each = if geteuid().is_root() { 1 } else { 2 };
        self.connections().len() / each
    }

    /// The first address that it listens on.
    pub fn address(&self) -> IpAddr {
        self.addresses[0]
    }

    /// Its port.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// Who logs in: the user that runs the tests.
    pub fn user(&self) -> String {
        User::from_uid(geteuid()).unwrap().unwrap().name
    }

    /// Its host key, as it stands in an inventory.
    pub fn host_key(&self) -> String {
        public(&self.path("host.pub"))
    }

    /// The private key that it lets in.
    pub fn key(&self) -> String {
        std::fs::read_to_string(self.path("client")).unwrap()
    }

    /// Lets the owner of another key in, encrypted with this passphrase; `kind` is one of `ssh-keygen -t`.
    pub fn add_key(&self, kind: &str, passphrase: &str) -> PathBuf {
        let path = self.path(&format!("client-{kind}-{}", passphrase.len()));
        keygen(&path, kind, passphrase);
        let mut keys = std::fs::read_to_string(self.path("authorized_keys")).unwrap();
        keys += &std::fs::read_to_string(path.with_extension("pub")).unwrap();
        std::fs::write(self.path("authorized_keys"), keys).unwrap();
        path
    }

    /// The home folder of whoever logs in.
    pub fn home(&self) -> PathBuf {
        self.path("home")
    }

    /// A file of its folder.
    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// What it said on its standard error.
    pub fn log(&self) -> String {
        std::fs::read_to_string(self.path("log")).unwrap_or_default()
    }
}

impl Drop for Sshd {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Makes a pair of keys: `path` and `path.pub`.
pub fn keygen(path: &Path, kind: &str, passphrase: &str) {
    let mut command = Command::new("ssh-keygen");
    command.args(["-q", "-t", kind, "-N", passphrase, "-C", "", "-f"]).arg(path).stdin(Stdio::null());
    assert!(command.status().unwrap().success(), "ssh-keygen; run scripts/setup test");
}

/// The text of a public key without its comment.
pub fn public(path: &Path) -> String {
    let text = std::fs::read_to_string(path).unwrap();
    text.split_whitespace().take(2).collect::<Vec<_>>().join(" ")
}

/// The fingerprint of a public key, as `ssh-keygen -l` shows it.
pub fn fingerprint(key: &str) -> String {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("key"), key).unwrap();
    let output = Command::new("ssh-keygen").arg("-lf").arg(folder.path().join("key")).output().unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().nth(1).unwrap().to_owned()
}

/// Hides the names in a file of known hosts, as `ssh-keygen -H` does.
pub fn hash_names(path: &Path) {
    let mut command = Command::new("ssh-keygen");
    command.arg("-H").arg("-f").arg(path).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    assert!(command.status().unwrap().success());
}

/// An agent that holds keys.
#[derive(Debug)]
pub struct Agent {
    folder: TempDir,
    process: Child,
}

impl Agent {
    /// Holds these private keys, none of which may be encrypted.
    pub fn with(keys: &[PathBuf]) -> Self {
        let folder = tempfile::Builder::new().prefix("relight-agent-").tempdir().unwrap();
        let socket = folder.path().join("socket");
        let mut command = Command::new("ssh-agent");
        command.arg("-D").arg("-a").arg(&socket).stdin(Stdio::null()).stdout(Stdio::null());
        let process = command.spawn().unwrap();
        // The socket lies there before anybody listens at it.
        while std::os::unix::net::UnixStream::connect(&socket).is_err() {
            std::thread::sleep(Duration::from_millis(5));
        }
        let agent = Self { folder, process };
        for key in keys {
            let mut add = Command::new("ssh-add");
            add.arg("-q").arg(key).env("SSH_AUTH_SOCK", agent.socket()).stdin(Stdio::null());
            assert!(add.status().unwrap().success());
        }
        agent
    }

    /// Where it listens.
    pub fn socket(&self) -> PathBuf {
        self.folder.path().join("socket")
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        self.process.kill().unwrap_or_default();
        self.process.wait().map(drop).unwrap_or_default();
    }
}

/// A program with the rights of root.
fn as_root(program: &str) -> Command {
    if geteuid().is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("sudo");
    command.args(["-n", program]);
    command
}

fn end(process: Pid) {
    // Whoever logged in as another user is not ours to signal.
    if kill(process, Signal::SIGKILL) == Err(nix::errno::Errno::EPERM) {
        let mut command = as_root("kill");
        command.args(["-KILL", &process.to_string()]);
        command.status().map(drop).unwrap_or_default();
    }
}

/// The processes of a server that carry links: those that its first one has started. Commands have become something else.
fn connections(running: &Running) -> Vec<Pid> {
    let mut open = vec![(Pid::from_raw(running.janitor.id().cast_signed()), false)];
    let mut found = Vec::new();
    while let Some((parent, serves)) = open.pop() {
        for child in children(parent) {
            let is_server = name(child).starts_with("sshd");
            if is_server && serves {
                found.push(child);
            }
            if is_server || !serves {
                open.push((child, is_server));
            }
        }
    }
    found
}

/// Asked of the kernel itself: with hundreds of servers, going through all processes for each would take minutes.
fn children(parent: Pid) -> Vec<Pid> {
    let listed = std::fs::read_to_string(format!("/proc/{parent}/task/{parent}/children")).unwrap_or_default();
    listed.split_whitespace().map(|pid| Pid::from_raw(pid.parse().unwrap())).collect()
}

fn name(pid: Pid) -> String {
    std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim_end().to_owned()
}

/// All processes.
pub fn processes() -> impl Iterator<Item = Pid> {
    let entries = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
    entries.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).map(Pid::from_raw)
}
