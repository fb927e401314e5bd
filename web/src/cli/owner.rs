//! The name of this process as an owner of runs, and whether the process behind such a name still lives.
//!
//! A lease runs out by itself some seconds after its owner died. On the owner's own machine nobody needs to wait for
//! that: the name says which process it was, and the kernel says whether there still is one.

use std::fs;

use engine::base::{IdSource as _, Millis, SystemIds};
use engine::store::{Error, Owner, RunFilter, RunSummary, Store};

/// How long the lease of a dead process may be held in order to give it back.
const MOMENT: Millis = Millis::seconds(5);

/// What identifies a process among all there are: the kernel's start, the process namespace, the number, and the instant
/// at which the process was started, since numbers come again.
#[derive(Debug, PartialEq, Eq)]
struct Process {
    boot: String,
    namespace: String,
    pid: u32,
    started: String,
}

/// A name that no other start of a process has.
pub(super) fn ours() -> Owner {
    let host = host();
    let name = Process::of(std::process::id()).map_or_else(|| SystemIds.fresh().to_string(), |ours| ours.name());
    Owner(format!("{host}/{name}"))
}

/// The name of this machine.
pub(super) fn host() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_else(|_| "host".to_owned());
    name.trim().to_owned()
}

/// Gives back the leases of processes that died on this machine, so that their runs can be taken over at once.
pub(super) async fn release_dead(store: &dyn Store) -> Result<(), Error> {
    let open = RunFilter { open_only: true, ..RunFilter::default() };
    for run in store.runs(open).await? {
        release_if_dead(store, &run).await?;
    }
    Ok(())
}

/// The same for one run.
async fn release_if_dead(store: &dyn Store, run: &RunSummary) -> Result<(), Error> {
    let Some(owner) = run.owner.as_ref().filter(|owner| is_dead(owner)) else {
        return Ok(());
    };
    // Taken in the dead owner's name, which only succeeds while the lease is still that owner's.
    if let Some(lease) = store.acquire(run.run, &Owner(owner.clone()), MOMENT).await? {
        store.release(&lease).await?;
    }
    Ok(())
}

/// Whether the owner was a process of this kernel and namespace, and is there no more. In doubt it lives.
fn is_dead(owner: &str) -> bool {
    let Some(named) = owner.rsplit_once('/').and_then(|(_, name)| Process::parse(name)) else {
        return false;
    };
    let Some(ours) = Process::of(std::process::id()) else {
        return false;
    };
    let here = named.boot == ours.boot && named.namespace == ours.namespace;
    here && Process::of(named.pid).is_none_or(|found| found.started != named.started)
}

impl Process {
    fn of(pid: u32) -> Option<Self> {
        let boot = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
        let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
        let stat = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        // The name of the program comes second, in parentheses, and may hold anything: count from behind it.
        let mut fields = stat.rsplit_once(')')?.1.split_whitespace();
        let state = fields.next()?;
        let started = fields.nth(18)?.to_owned();
        // A zombie acts no more.
        (state != "Z").then(|| Self {
            boot: boot.trim().chars().filter(char::is_ascii_hexdigit).take(12).collect(),
            namespace: namespace.to_string_lossy().chars().filter(char::is_ascii_digit).collect(),
            pid,
            started,
        })
    }

    fn name(&self) -> String {
        format!("{}-{}-{}-{}", self.pid, self.started, self.namespace, self.boot)
    }

    fn parse(name: &str) -> Option<Self> {
        let mut parts = name.split('-');
        let (pid, started) = (parts.next()?.parse().ok()?, parts.next()?.to_owned());
        let (namespace, boot) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        parts.next().is_none().then_some(Self { boot, namespace, pid, started })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_lives_and_can_be_named() {
        let ours = ours();
        assert!(!is_dead(&ours.0), "{ours:?}");
        let name = ours.0.rsplit_once('/').unwrap().1;
        assert_eq!(Process::parse(name), Process::of(std::process::id()));
    }

    #[test]
    fn another_process_under_the_same_number_is_not_the_owner() {
        let mut other = Process::of(std::process::id()).unwrap();
        other.started = "1".to_owned();
        assert!(is_dead(&format!("host/{}", other.name())));
    }

    #[test]
    fn an_owner_elsewhere_is_never_declared_dead() {
        let mut other = Process::of(std::process::id()).unwrap();
        other.started = "1".to_owned();
        other.boot = "000000000000".to_owned();
        assert!(!is_dead(&format!("host/{}", other.name())));
        assert!(!is_dead("dr-node-2"));
        assert!(!is_dead("host/0190-uuid-like"));
    }
}
