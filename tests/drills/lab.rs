//! Machines in network namespaces of their own, joined by a switch: see `lab.sh`.

use std::fs;
use std::io::Read as _;
use std::os::unix::fs::PermissionsExt as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Output, Stdio};
use std::time::Duration;

use nix::unistd::geteuid;

const SCRIPT: &str = include_str!("lab.sh");
/// Starts the laboratory as the first process of a process namespace, so that nothing in it outlives its standard input,
/// which is the test's; then removes its folder.
const KEEPER: &str = r#"
    trap '' INT HUP TERM
    unshare --pid --fork --kill-child --mount --net sh "$1/lab.sh" "$@"
    rm -rf "$1""#;

/// All machines and what runs on them are gone with it, and when the test process is gone.
pub(crate) struct Lab {
    folder: PathBuf,
    keeper: Child,
    life: Option<ChildStdin>,
    /// Words that make root of who runs the tests.
    root: Vec<String>,
}

impl Lab {
    /// With these machines, written `NAME=ADDRESS`. Takes root, or a `sudo` that asks nothing: without, the test fails.
    pub(crate) fn start(machines: &[&str]) -> Self {
        let root = as_root();
        let folder = tempfile::Builder::new().prefix("relight-lab-").tempdir().unwrap().keep();
        fs::set_permissions(&folder, fs::Permissions::from_mode(0o755)).unwrap();
        fs::write(folder.join("lab.sh"), SCRIPT).unwrap();
        let mut words = root.clone();
        words.extend(["sh", "-c", KEEPER, "laboratory"].map(str::to_owned));
        words.push(folder.display().to_string());
        words.extend(machines.iter().map(|&machine| machine.to_owned()));
        let mut log = fs::File::options().create(true).read(true).append(true).open(folder.join("log")).unwrap();
        let mut command = command(&words);
        command.stdin(Stdio::piped()).stdout(log.try_clone().unwrap()).stderr(log.try_clone().unwrap());
        command.process_group(0);
        let mut keeper = command.spawn().unwrap();
        let life = keeper.stdin.take();
        let mut lab = Self { folder, keeper, life, root };
        while !lab.path("outside").exists() {
            if let Some(status) = lab.keeper.try_wait().unwrap() {
                // Its folder is gone by now; what was written is still in the open file.
                let mut said = String::new();
                log.read_to_string(&mut said).unwrap();
                panic!(
                    "the laboratory did not start ({status}); it takes iproute2, iputils-arping, openssh-server and \
                     mariadb-server (scripts/setup test): {said}"
                );
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        lab
    }

    /// A folder that all machines see.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// The words before a program that is to run on a machine.
    pub(crate) fn on(&self, machine: &str) -> Vec<String> {
        let number = |name: &str| fs::read_to_string(self.path(name)).unwrap().trim().to_owned();
        let (outside, inside) = (number("outside"), number(&format!("{machine}.pid")));
        let mut words = self.root.clone();
        words.extend(["nsenter", "--target", &outside, "--pid", "--mount"].map(str::to_owned));
        words.extend(["nsenter", "--target", &inside, "--net", "--uts", "--mount"].map(str::to_owned));
        words
    }

    /// Runs a script on a machine.
    pub(crate) fn tried(&self, machine: &str, script: &str) -> Output {
        let mut words = self.on(machine);
        words.extend(["sh", "-ec", script].map(str::to_owned));
        command(&words).stdin(Stdio::null()).output().unwrap()
    }

    /// Runs a script on a machine, which must succeed; gives what it says.
    #[track_caller]
    pub(crate) fn at(&self, machine: &str, script: &str) -> String {
        let done = self.tried(machine, script);
        let (out, err) = (String::from_utf8_lossy(&done.stdout), String::from_utf8_lossy(&done.stderr));
        assert!(done.status.success(), "{machine}: {script}: {out}{err}");
        out.trim().to_owned()
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        drop(self.life.take());
        self.keeper.wait().map(drop).unwrap_or_default();
    }
}

fn as_root() -> Vec<String> {
    if geteuid().is_root() {
        return Vec::new();
    }
    let sudo = ["sudo", "-n"].map(str::to_owned).to_vec();
    let asked = command(&[&sudo[..], &["true".to_owned()]].concat()).stderr(Stdio::null()).status();
    assert!(
        asked.is_ok_and(|status| status.success()),
        "this test makes network namespaces, which takes root: run it as root, or as a user whose `sudo` asks nothing"
    );
    sudo
}

#[expect(clippy::disallowed_methods, reason = "makes machines of the tests' own")]
fn command(words: &[String]) -> Command {
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]);
    command
}
