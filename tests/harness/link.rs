//! A way to a server that can be cut and can fall silent.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

/// Passes on what comes to a port of its own. Its threads end with the test.
#[derive(Debug)]
pub struct Link {
    port: u16,
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    ways: Mutex<Vec<Way>>,
    /// Bytes to the server after which the ways break; `u64::MAX` for never.
    left: AtomicU64,
    broken: AtomicUsize,
    /// Whoever comes is sent away.
    cut: AtomicBool,
}

#[derive(Debug)]
struct Way {
    ends: [TcpStream; 2],
    frozen: Arc<AtomicBool>,
}

impl Link {
    /// A way to a port of this host.
    pub fn to(server: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            ways: Mutex::default(),
            left: AtomicU64::new(u64::MAX),
            broken: AtomicUsize::new(0),
            cut: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        std::thread::spawn(move || {
            for client in listener.incoming() {
                let (client, server) = (client.unwrap(), TcpStream::connect((Ipv4Addr::LOCALHOST, server)));
                if accepting.cut.load(Ordering::Relaxed) {
                    continue;
                }
                let Ok(server) = server else { continue };
                accepting.join(client, server);
            }
        });
        Self { port, shared }
    }

    /// Where it is entered.
    pub const fn port(&self) -> u16 {
        self.port
    }

    /// From now on nothing passes on the ways that are open, and neither end is told.
    pub fn freeze(&self) {
        for way in self.shared.ways.lock().unwrap().iter() {
            way.frozen.store(true, Ordering::Relaxed);
        }
    }

    /// Breaks the ways that are open, once, when so many more bytes have passed to the server.
    pub fn break_after(&self, bytes: u64) {
        self.shared.left.store(bytes, Ordering::Relaxed);
    }

    /// Breaks the ways that are open, and sends everybody away from now on.
    pub fn cut(&self) {
        self.shared.cut.store(true, Ordering::Relaxed);
        self.shared.break_all();
    }

    /// Lets those in again who come from now on.
    pub fn mend(&self) {
        self.shared.cut.store(false, Ordering::Relaxed);
    }

    /// How often that has happened.
    pub fn broken(&self) -> usize {
        self.shared.broken.load(Ordering::Relaxed)
    }
}

impl Shared {
    fn join(self: &Arc<Self>, client: TcpStream, server: TcpStream) {
        let frozen = Arc::new(AtomicBool::new(false));
        let ends = [client.try_clone().unwrap(), server.try_clone().unwrap()];
        self.ways.lock().unwrap().push(Way { ends, frozen: Arc::clone(&frozen) });
        let ends = [(client.try_clone().unwrap(), server.try_clone().unwrap(), true), (server, client, false)];
        for (from, to, counts) in ends {
            let (shared, frozen) = (Arc::clone(self), Arc::clone(&frozen));
            std::thread::spawn(move || shared.pump(from, to, counts, &frozen));
        }
    }

    fn pump(&self, mut from: TcpStream, mut to: TcpStream, counts: bool, frozen: &AtomicBool) {
        let mut bytes = [0; 16 << 10];
        while let Ok(length @ 1..) = from.read(&mut bytes) {
            if frozen.load(Ordering::Relaxed) {
                continue;
            }
            if counts && self.takes(length as u64) {
                return;
            }
            if to.write_all(&bytes[..length]).is_err() {
                break;
            }
        }
        if !frozen.load(Ordering::Relaxed) {
            to.shutdown(Shutdown::Both).unwrap_or_default();
        }
    }

    /// Whether these bytes are too many: then all ways are broken.
    fn takes(&self, length: u64) -> bool {
        let left = self.left.load(Ordering::Relaxed);
        if left == u64::MAX {
            return false;
        }
        if length <= left {
            self.left.store(left - length, Ordering::Relaxed);
            return false;
        }
        self.left.store(u64::MAX, Ordering::Relaxed);
        self.broken.fetch_add(1, Ordering::Relaxed);
        self.break_all();
        true
    }

    fn break_all(&self) {
        for way in self.ways.lock().unwrap().drain(..) {
            for end in way.ends {
                end.shutdown(Shutdown::Both).unwrap_or_default();
            }
        }
    }
}
