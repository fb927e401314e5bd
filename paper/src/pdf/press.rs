//! The press: a process of the same program that sets one report. The typesetter can not come back from running out of
//! memory, and nobody can say beforehand how much a report of a long run takes; so it may take down a process that does
//! nothing else.

use std::ffi::OsString;
use std::io::{self, Read as _, Write as _};
use std::os::unix::process::ExitStatusExt as _;
use std::path::PathBuf;
use std::process::{ExitCode, Output, Stdio};
use std::sync::Arc;
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use tokio::io::AsyncWriteExt as _;
use tokio::process::Command;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::typeset::typeset;
use super::{Error, Sheet};

/// What a press may hold in memory.
const MEMORY: u64 = 640 << 20;
/// How long a press may take, in seconds: of the processor, and on the clock.
const PROCESSOR: u64 = 60;
const CLOCK: u64 = 120;
/// The data of a report at most.
const DATA: u64 = 64 << 20;
/// Presses at work at once.
const AT_ONCE: usize = 2;
/// Exit status of a press that could say what was wrong.
const REFUSED: u8 = 3;

/// How to start a press. Cheap to clone; clones share the places.
#[derive(Debug, Clone)]
pub struct Press {
    program: PathBuf,
    arguments: Vec<OsString>,
    places: Arc<Semaphore>,
}

impl Press {
    /// A press that is started as this program with these arguments, which lead it to [`press_main`].
    pub fn new(program: PathBuf, arguments: Vec<OsString>) -> Self {
        Self { program, arguments, places: Arc::new(Semaphore::new(AT_ONCE)) }
    }

    /// Sets a report, which is given back before the press begins. When the future is dropped, the press ends.
    pub async fn print(&self, sheet: Sheet) -> Result<Vec<u8>, Error> {
        let order = serde_json::to_vec(&sheet)?;
        drop(sheet);
        // A semaphore that nobody closes always gives a place.
        let _place = self.places.acquire().await.ok();
        let output = match timeout(Duration::from_secs(CLOCK), self.run(&order)).await {
            Ok(output) => {
                output.map_err(|cause| Error::Start { program: self.program.display().to_string(), cause })?
            }
            Err(_) => return Err(Error::Time { seconds: CLOCK }),
        };
        if output.status.success() { Ok(output.stdout) } else { Err(failure(&output)) }
    }

    #[expect(clippy::disallowed_methods, reason = "the press is no step of a run: it prints and ends")]
    async fn run(&self, order: &[u8]) -> io::Result<Output> {
        let mut child = Command::new(&self.program)
            .args(&self.arguments)
            .env_clear()
            .env("RAYON_NUM_THREADS", "2")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let input = child.stdin.take();
        let feed = async {
            if let Some(mut input) = input {
                // A press that ends early says why on its own; that it stopped reading is no news.
                input.write_all(order).await.unwrap_or_default();
            }
        };
        let (output, ()) = tokio::join!(child.wait_with_output(), feed);
        output
    }
}

fn failure(output: &Output) -> Error {
    let said = String::from_utf8_lossy(&output.stderr);
    let said = said.trim();
    match (output.status.code(), output.status.signal()) {
        (Some(code), _) if code == i32::from(REFUSED) => Error::Typeset(said.to_owned()),
        // The standard library's word before it aborts.
        _ if said.contains("memory allocation of") => Error::Memory { mib: MEMORY >> 20 },
        (_, Some(libc_signal)) if libc_signal == nix::sys::signal::Signal::SIGXCPU as i32 => {
            Error::Time { seconds: PROCESSOR }
        }
        (_, Some(signal)) => Error::Ended { how: format!("signal {signal}"), said: tail(said) },
        (code, None) => Error::Ended { how: format!("status {}", code.unwrap_or_default()), said: tail(said) },
    }
}

fn tail(said: &str) -> String {
    let from = said.char_indices().rev().nth(500).map_or(0, |(at, _)| at);
    said[from..].to_owned()
}

/// What the process of a press does: a report's data from standard input, its PDF to standard output.
pub fn press_main() -> ExitCode {
    match press() {
        Ok(()) => ExitCode::SUCCESS,
        Err(Error::Typeset(said)) => say(&said),
        Err(other) => say(&other.to_string()),
    }
}

fn say(said: &str) -> ExitCode {
    // Nobody can be told when that fails.
    io::stderr().write_all(said.as_bytes()).unwrap_or_default();
    ExitCode::from(REFUSED)
}

fn press() -> Result<(), Error> {
    let here = |cause: io::Error| Error::Start { program: "standard input or output".to_owned(), cause };
    for (resource, most) in
        [(Resource::RLIMIT_DATA, MEMORY), (Resource::RLIMIT_CPU, PROCESSOR), (Resource::RLIMIT_CORE, 0)]
    {
        setrlimit(resource, most, most).map_err(|errno| here(errno.into()))?;
    }
    let mut order = Vec::new();
    io::stdin().lock().take(DATA).read_to_end(&mut order).map_err(here)?;
    let pdf = typeset(&order)?;
    let mut out = io::stdout().lock();
    out.write_all(&pdf).and_then(|()| out.flush()).map_err(here)
}
