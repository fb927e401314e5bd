//! A connection that the engine opens itself, handed to a driver that can only open its own.
//!
//! A driver that is given a name resolves it once more, and the answer may be another one than the one that was judged.
//! Here the connection is opened to the judged addresses alone, and the driver finds its other end behind an abstract
//! socket. The name stays with the driver, for the certificate of the server.

use std::ffi::OsStr;
use std::io;
use std::net::SocketAddr;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use nix::unistd::geteuid;
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio_util::sync::{CancellationToken, DropGuard};

use crate::base::{IdSource as _, SystemIds};

/// A connection to a server, for one driver to take while this lives.
#[derive(Debug)]
pub(super) struct Bridge {
    folder: PathBuf,
    _waiting: DropGuard,
}

impl Bridge {
    /// Opens a connection to the first of the addresses that takes one. `end` is what the driver puts behind the name of
    /// the folder in which it looks for its socket.
    pub(super) async fn open(addresses: &[SocketAddr], end: &str) -> io::Result<Self> {
        let far = TcpStream::connect(addresses).await?;
        far.set_nodelay(true)?;
        // A name that begins with a zero byte is in no file system: it is gone with the listener.
        let folder = format!("\0relight-sql-{}", SystemIds.fresh());
        let listener = UnixListener::bind(OsStr::from_bytes(format!("{folder}{end}").as_bytes()))?;
        let waiting = CancellationToken::new();
        let given_up = waiting.clone();
        tokio::spawn(async move {
            let near = tokio::select! {
                near = taken(&listener) => near,
                () = given_up.cancelled() => return,
            };
            drop(listener);
            if let Ok(near) = near {
                carry(near, far).await;
            }
        });
        Ok(Self { folder: folder.into(), _waiting: waiting.drop_guard() })
    }

    /// Where the driver finds it.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }
}

/// The end that the driver took. Any program of this host can see the socket; others get nothing.
async fn taken(listener: &UnixListener) -> io::Result<UnixStream> {
    loop {
        let (near, _) = listener.accept().await?;
        if near.peer_cred()?.uid() == geteuid().as_raw() {
            return Ok(near);
        }
    }
}

/// Until one of them has said all. Who is told so by a closed connection has nothing to add.
async fn carry(near: UnixStream, far: TcpStream) {
    let (mut near_in, mut near_out) = near.into_split();
    let (mut far_in, mut far_out) = far.into_split();
    tokio::select! {
        _ = tokio::io::copy(&mut near_in, &mut far_out) => {}
        _ = tokio::io::copy(&mut far_in, &mut near_out) => {}
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv4Addr;

    use sqlx::Connection as _;
    use sqlx::postgres::{PgConnectOptions, PgConnection, PgSslMode};
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpListener;

    use super::*;

    /// A server that has no TLS: it reads the question whether it has and says no.
    async fn server() -> (SocketAddr, tokio::task::JoinHandle<Vec<u8>>) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let asked = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut asked = vec![0; 8];
            stream.read_exact(&mut asked).await.unwrap();
            stream.write_all(b"N").await.unwrap();
            asked
        });
        (at, asked)
    }

    #[tokio::test]
    async fn a_driver_goes_to_the_judged_address_whatever_its_name_leads_to() {
        let (at, asked) = server().await;
        let bridge = Bridge::open(&[at], "/.s.PGSQL.5432").await.unwrap();
        let options = PgConnectOptions::new_without_pgpass()
            .host("nobody-knows-where.invalid")
            .port(5_432)
            .socket(bridge.folder())
            .ssl_mode(PgSslMode::VerifyFull);
        let error = PgConnection::connect_with(&options).await.unwrap_err();
        assert!(error.to_string().contains("server does not support TLS"), "{error}");
        assert_eq!(asked.await.unwrap(), [0, 0, 0, 8, 4, 210, 22, 47], "the question of PostgreSQL's protocol");
    }

    #[tokio::test]
    async fn what_nobody_takes_is_closed() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let bridge = Bridge::open(&[listener.local_addr().unwrap()], "").await.unwrap();
        let (mut stream, _) = listener.accept().await.unwrap();
        let folder = bridge.folder().to_path_buf();
        drop(bridge);
        assert_eq!(stream.read(&mut [0; 8]).await.unwrap(), 0);
        assert!(UnixStream::connect(folder).await.is_err());
    }
}
