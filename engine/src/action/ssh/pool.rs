//! Connections that are kept and shared: one to a host as a rule, more where it allows few channels on each.

use std::collections::HashMap;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use futures::FutureExt as _;
use futures::future::BoxFuture;
use russh::Channel;
use russh::client::Msg;
use tokio::sync::Notify;
use tokio::time::Instant;

use super::fault::Fault;
use super::host::{Host, Settings};
use super::link::{Closed, Link};
use super::login::Keyring;
use crate::base::Text;

/// Links to one host at most.
const LINKS: usize = 8;
/// A link without channels is closed after this.
const IDLE: Duration = Duration::from_mins(1);
/// Links are looked through so often.
const ROUND: Duration = Duration::from_secs(15);

/// What a place on a link is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Need {
    /// A command: where all places are taken, it waits until one is free.
    Command,
    /// To end a command. It must not wait for what it is to end, so it gets a link beyond the bound.
    End,
    /// The way to another host. Ways are no sessions, so any link will do.
    Way,
}

/// All connections of an engine. Cheap to clone.
#[derive(Debug, Clone)]
pub(super) struct Pool(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    settings: Settings,
    keyring: Keyring,
    routes: Mutex<HashMap<String, Arc<Route>>>,
}

/// The links to one host.
#[derive(Debug)]
struct Route {
    place: String,
    links: Mutex<Vec<Arc<Link>>>,
    /// Held while one is being opened; whoever waited meanwhile takes the failure of that as his own.
    opening: tokio::sync::Mutex<Option<(Instant, Fault)>>,
    freed: Notify,
}

/// Room for one channel on a link, taken as long as this lives.
#[derive(Debug)]
pub(super) struct Place {
    link: Arc<Link>,
    route: Arc<Route>,
}

impl Place {
    /// The link that it is on.
    pub(super) fn link(&self) -> &Link {
        &self.link
    }

    /// The host, for messages.
    pub(super) fn place(&self) -> &str {
        &self.route.place
    }

    fn take(route: &Arc<Route>, link: &Arc<Link>) -> Self {
        link.open.fetch_add(1, Ordering::Relaxed);
        Self { link: Arc::clone(link), route: Arc::clone(route) }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if self.link.open.fetch_sub(1, Ordering::Relaxed) == 1 {
            self.link.rest();
        }
        self.route.freed.notify_one();
    }
}

impl Pool {
    pub(super) fn new(settings: Settings) -> Self {
        Self(Arc::new(Shared { settings, keyring: Keyring::default(), routes: Mutex::default() }))
    }

    pub(super) fn settings(&self) -> &Settings {
        &self.0.settings
    }

    /// Opens a channel for a command on a host, connecting where that is needed.
    pub(super) async fn session(&self, host: &Host, need: Need) -> Result<(Channel<Msg>, Place), Fault> {
        let route = self.route(host);
        loop {
            let place = self.place(&route, host, need).await?;
            match place.link.session().await {
                Ok(channel) => return Ok((channel, place)),
                Err(Closed::Full(why)) => {
                    let fit = place.link.open.load(Ordering::Relaxed).saturating_sub(1);
                    if fit == 0 {
                        // Not one channel: it will never take any.
                        place.link.give_up();
                        return Err(Fault::NoSession {
                            place: host.place(),
                            why: Text::new(
                                format!("세션 채널을 열지 않습니다 ({why:?}). sshd 의 MaxSessions 를 확인하십시오"),
                                format!("it opens no session ({why:?}); look at MaxSessions of its sshd"),
                            ),
                        });
                    }
                    place.link.limit.fetch_min(fit, Ordering::Relaxed);
                }
                // It was dead already, perhaps since the host was restarted: the next one is new.
                Err(Closed::Broken) => tracing::debug!(host = %route.place, "a link was found broken"),
            }
        }
    }

    fn route(&self, host: &Host) -> Arc<Route> {
        let mut routes = lock(&self.0.routes);
        if routes.is_empty() {
            tokio::spawn(sweep(Arc::downgrade(&self.0)));
        }
        let route = routes.entry(host.route()).or_insert_with(|| {
            Arc::new(Route {
                place: host.place(),
                links: Mutex::default(),
                opening: tokio::sync::Mutex::default(),
                freed: Notify::new(),
            })
        });
        Arc::clone(route)
    }

    /// Room on a link that lives, or on a new one.
    async fn place(&self, route: &Arc<Route>, host: &Host, need: Need) -> Result<Place, Fault> {
        let since = Instant::now();
        loop {
            let freed = route.freed.notified();
            match route.room(need) {
                Room::Here(place) => return Ok(place),
                Room::Full => {
                    freed.await;
                    continue;
                }
                Room::Open => {}
            }
            let mut opening = route.opening.lock().await;
            match route.room(need) {
                Room::Here(place) => return Ok(place),
                Room::Full => continue,
                Room::Open => {}
            }
            if let Some((failed, fault)) = &*opening
                && *failed >= since
            {
                return Err(fault.clone());
            }
            match self.connect(host).await {
                Ok(link) => {
                    let link = Arc::new(link);
                    let place = Place::take(route, &link);
                    lock(&route.links).push(link);
                    *opening = None;
                    return Ok(place);
                }
                Err(fault) => {
                    *opening = Some((Instant::now(), fault.clone()));
                    return Err(fault);
                }
            }
        }
    }

    /// Boxed, since the way to a host may lead through others.
    fn connect<'a>(&'a self, host: &'a Host) -> BoxFuture<'a, Result<Link, Fault>> {
        async move {
            let through = match &host.jump {
                None => None,
                Some(jump) => Some(self.place(&self.route(jump), jump, Need::Way).await?),
            };
            Link::open(host, &self.0.settings, &self.0.keyring, through).await
        }
        .boxed()
    }
}

/// What there is of room.
enum Room {
    /// A place on a link.
    Here(Place),
    /// None, and no more links may be opened.
    Full,
    /// None, but another link may be opened.
    Open,
}

impl Route {
    fn room(self: &Arc<Self>, need: Need) -> Room {
        let mut links = lock(&self.links);
        links.retain(|link| !link.is_dead());
        let free = |link: &&Arc<Link>| match need {
            Need::Command | Need::End => link.open.load(Ordering::Relaxed) < link.limit.load(Ordering::Relaxed),
            Need::Way => true,
        };
        match (links.iter().find(free), need) {
            (Some(link), _) => Room::Here(Place::take(self, link)),
            (None, Need::Command) if links.len() >= LINKS => Room::Full,
            (None, Need::Command | Need::End | Need::Way) => Room::Open,
        }
    }
}

/// Closes links that nobody has used for a while, as long as there is a pool.
async fn sweep(pool: Weak<Shared>) {
    loop {
        tokio::time::sleep(ROUND).await;
        let Some(pool) = pool.upgrade() else { return };
        let mut routes = lock(&pool.routes);
        routes.retain(|_, route| {
            let mut links = lock(&route.links);
            links.retain(|link| !link.is_dead() && link.idle() < IDLE);
            // One reference is the map's own: without another nobody is about to connect.
            !links.is_empty() || Arc::strong_count(route) > 1
        });
        if routes.is_empty() {
            return;
        }
    }
}

/// A panic while one of these short locks was held leaves nothing half-changed behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
