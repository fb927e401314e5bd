//! Ports that are free now and stay so while their servers are down: below those that connections of others get.

use std::net::{Ipv4Addr, TcpListener, UdpSocket};
use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The first of them, and how many there are.
const FIRST: u16 = 20_000;
const COUNT: u16 = 12_000;

/// A port of the loopback address, for TCP and for UDP.
pub fn free_port() -> u16 {
    static NEXT: LazyLock<AtomicU32> = LazyLock::new(|| AtomicU32::new(std::process::id().wrapping_mul(97)));
    loop {
        let step = NEXT.fetch_add(1, Ordering::Relaxed) % u32::from(COUNT);
        let port = FIRST + u16::try_from(step).unwrap();
        let at = (Ipv4Addr::LOCALHOST, port);
        if TcpListener::bind(at).is_ok() && UdpSocket::bind(at).is_ok() {
            return port;
        }
    }
}

/// So many of them.
pub fn free_ports(count: usize) -> Vec<u16> {
    std::iter::repeat_with(free_port).take(count).collect()
}
