//! The last look before a connection is opened: does its address belong to a target that this run may not address?
//!
//! The compiler and the declaration have judged names; only here is it known which addresses they resolve to. Whoever
//! opens a connection opens it to the addresses that come out of here and resolves nothing again: a name that leads
//! somewhere else a moment later leads nowhere.

use std::collections::{BTreeSet, HashMap};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures::StreamExt as _;
use tokio::time::Instant;

use super::Launch;
use super::destination::Destination;
use crate::base::{Mode, Text};
use crate::inventory::{Claim, Judgement, judge, same_host};
use crate::run::{Cause, CauseKind};

/// Longest wait for the addresses of one name.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long the addresses of a name that belongs to a target are remembered.
const REMEMBERED: Duration = Duration::from_secs(30);
/// Names resolved at the same time.
const AT_ONCE: usize = 64;

/// Keeps the runs of this engine away from what they must not address. Cheap to clone.
#[derive(Debug, Clone, Default)]
pub(super) struct Guard {
    names: Arc<Mutex<Known>>,
}

/// The addresses of names, and since when they are known.
type Known = HashMap<String, (Instant, Vec<IpAddr>)>;

/// The last look at one destination, for those who open connections to it more than once.
#[derive(Debug, Clone)]
pub(super) struct Admission {
    pub(super) guard: Guard,
    pub(super) launch: Launch,
    pub(super) to: Destination,
}

impl Admission {
    /// The addresses to open a connection to now, never none.
    pub(super) async fn addresses(&self) -> Result<Vec<SocketAddr>, Kept> {
        self.guard.admit(&self.launch, &self.to).await
    }

    /// Whether the run may go there, where another host resolves the name, or a connection that is open already is used.
    /// A name that nobody here can resolve is judged by its text alone.
    pub(super) async fn allows(&self) -> Result<(), Cause> {
        match self.addresses().await {
            Ok(_) | Err(Kept::Unresolved(_)) => Ok(()),
            Err(Kept::Forbidden(cause)) => Err(cause),
        }
    }

    /// The mode of the run.
    pub(super) const fn mode(&self) -> Mode {
        self.launch.mode
    }
}

/// Why no connection is opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Kept {
    /// The run may not go there.
    Forbidden(Cause),
    /// Nobody knows where it is.
    Unresolved(Text),
}

impl Guard {
    /// The addresses to open a connection to, never none.
    ///
    /// Names of targets that can not be resolved are judged by their text alone; for what must be kept apart under all
    /// circumstances the inventory gives IP addresses.
    pub(super) async fn admit(&self, launch: &Launch, to: &Destination) -> Result<Vec<SocketAddr>, Kept> {
        if let Some(target) = &to.named {
            launch.bound(target).map_err(Kept::Forbidden)?;
        }
        self.admit_among(&launch.plan.body().bound.claims, launch.mode, to).await
    }

    /// The same for what belongs to no run: judged by the addresses of an inventory.
    pub(super) async fn admit_among(
        &self,
        claims: &[Claim],
        mode: Mode,
        to: &Destination,
    ) -> Result<Vec<SocketAddr>, Kept> {
        let by_text = |host: &str| same_host(host, &to.host);
        permit(claims, mode, to, by_text)?;
        let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((to.host.as_str(), to.port))).await;
        let addresses: Vec<SocketAddr> = match found {
            Ok(Ok(addresses)) => addresses.collect(),
            Ok(Err(why)) => return Err(unresolved(&to.host, &why.to_string())),
            Err(_) => return Err(unresolved(&to.host, "no answer in time")),
        };
        if addresses.is_empty() {
            return Err(unresolved(&to.host, "the name has no address"));
        }
        let here = |names: &HashMap<String, Vec<IpAddr>>, address: IpAddr, host: &str| match host.parse::<IpAddr>() {
            Ok(claimed) => effective(claimed) == address,
            Err(_) => by_text(host) || names.get(host).is_some_and(|known| known.contains(&address)),
        };
        // In a disaster names may resolve slowly or not at all: those that could speak against it are asked first, and
        // as a rule nothing does.
        let against = || claims.iter().filter(|claim| !claim.modes.contains(&mode));
        let names = self.resolve(against()).await;
        let ends: Vec<IpAddr> = addresses.iter().map(|address| effective(address.ip())).collect();
        let doubtful = |end: &&IpAddr| against().any(|claim| here(&names, **end, &claim.host));
        if ends.iter().any(|end| doubtful(&end)) {
            let names = self.resolve(claims.iter()).await;
            ends.iter().try_for_each(|end| permit(claims, mode, to, |host| here(&names, *end, host)))?;
        }
        Ok(addresses)
    }

    /// The addresses of all names among the claims. Those that nobody can resolve have none.
    async fn resolve<'c>(&self, claims: impl Iterator<Item = &'c Claim>) -> HashMap<String, Vec<IpAddr>> {
        let wanted: BTreeSet<&str> =
            claims.map(|claim| claim.host.as_str()).filter(|host| host.parse::<IpAddr>().is_err()).collect();
        let missing: Vec<String> = {
            let mut known = self.known();
            let now = Instant::now();
            known.retain(|_, (at, _)| now.duration_since(*at) < REMEMBERED);
            wanted.iter().filter(|host| !known.contains_key(**host)).map(|host| (*host).to_owned()).collect()
        };
        let asked = futures::stream::iter(missing).map(|host| async move {
            let found = tokio::time::timeout(PATIENCE, tokio::net::lookup_host((host.as_str(), 0))).await;
            let addresses = found.ok().and_then(Result::ok).into_iter().flatten();
            let addresses = addresses.map(|address| effective(address.ip())).collect();
            (host, addresses)
        });
        let answers: Vec<(String, Vec<IpAddr>)> = asked.buffer_unordered(AT_ONCE).collect().await;
        let now = Instant::now();
        let mut known = self.known();
        known.extend(answers.into_iter().map(|(host, addresses)| (host, (now, addresses))));
        wanted.into_iter().filter_map(|host| Some((host.to_owned(), known.get(host)?.1.clone()))).collect()
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Judges a destination; `here` tells whether the host of a claim is the one in question.
fn permit(claims: &[Claim], mode: Mode, to: &Destination, here: impl Fn(&str) -> bool) -> Result<(), Kept> {
    match judge(claims, here, to.port, mode, to.named.as_ref()) {
        Judgement::Unknown | Judgement::Granted => Ok(()),
        Judgement::Refused(claim) => Err(Kept::Forbidden(forbidden(mode, to, claim))),
    }
}

/// The address at which a connection really ends: one to the unspecified address is opened to this host.
fn effective(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) if address.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(address) if address.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        address => address,
    }
}

fn forbidden(mode: Mode, to: &Destination, claim: &Claim) -> Cause {
    let mode = mode.keyword();
    let modes = claim.modes.iter().map(|mode| mode.keyword()).collect::<Vec<_>>().join(", ");
    let (host, port, target) = (&to.host, to.port, &claim.target);
    Cause::new(
        CauseKind::Refused,
        format!(
            "{host} 의 {port} 포트는 {modes} 모드에서만 쓸 수 있는 {target} 대상의 주소입니다. {mode} 실행이므로 \
             접속하지 않았습니다. {mode} 모드에 연결된 대상을 쓰십시오"
        ),
        format!(
            "port {port} of {host} belongs to {target}, which may be addressed in {modes} only, and this is a run in mode \
             {mode}: no connection was opened; use a target that is bound for {mode}"
        ),
    )
}

fn unresolved(host: &str, why: &str) -> Kept {
    Kept::Unresolved(Text::new(
        format!("{host} 의 주소를 찾을 수 없음: {why}"),
        format!("the address of {host} can not be found: {why}"),
    ))
}
