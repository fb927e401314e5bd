//! Who ends a server when the test process is gone, however it ended.

#![expect(clippy::disallowed_methods, reason = "starts programs of the machine that the tests run on")]

use std::ffi::OsStr;
use std::fs::File;
use std::path::Path;
use std::process::{Child, ChildStdin, Command, Stdio};

use nix::unistd::Pid;

/// It ignores the signals of a terminal, so that it outlives an interrupted test run.
const SCRIPT: &str = r#"
    trap '' INT HUP TERM
    folder=$1; shift
    "$@" & server=$!
    cat > /dev/null
    kill -KILL $server; wait $server
    rm -rf ${folder:+"$folder"}"#;

/// A server at work. It is killed when this is dropped.
#[derive(Debug)]
pub(crate) struct Janitor {
    process: Child,
    /// Held open for as long as the server is to run.
    life: Option<ChildStdin>,
}

impl Janitor {
    /// Starts a program whose standard error is kept in a file. With the server goes the folder `also`, if there is one.
    pub(crate) fn start(words: &[impl AsRef<OsStr>], log: &Path, also: Option<&Path>) -> Self {
        let mut process = Command::new("sh")
            .args(["-c", SCRIPT, "janitor"])
            .arg(also.map_or(OsStr::new(""), Path::as_os_str))
            .args(words)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(File::create(log).unwrap())
            .spawn()
            .unwrap();
        let life = process.stdin.take();
        Self { process, life }
    }

    /// The server's process: the first that was started.
    pub(crate) fn server(&self) -> Pid {
        let own = self.process.id();
        let children = std::fs::read_to_string(format!("/proc/{own}/task/{own}/children")).unwrap();
        Pid::from_raw(children.split_whitespace().next().unwrap().parse().unwrap())
    }
}

impl Drop for Janitor {
    fn drop(&mut self) {
        drop(self.life.take());
        self.process.wait().unwrap();
    }
}
