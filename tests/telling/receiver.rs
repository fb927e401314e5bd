//! What stands behind a webhook: takes what is posted, and answers as it was told to.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What is done with one request, once it was read whole.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Deal {
    /// It is answered.
    Answer(u16),
    /// The connection is closed without a word.
    Drop,
    /// Nothing is ever said.
    Hang,
}

/// A request.
#[derive(Debug, Clone)]
pub(crate) struct Heard {
    pub(crate) id: String,
    pub(crate) body: serde_json::Value,
    /// Whether it was told that it was taken.
    pub(crate) taken: bool,
}

#[derive(Debug)]
struct Inner {
    deals: VecDeque<Deal>,
    /// What is done with all others.
    rest: Deal,
    heard: Vec<Heard>,
}

/// A receiver at work.
#[derive(Debug, Clone)]
pub(crate) struct Receiver {
    pub(crate) port: u16,
    inner: Arc<Mutex<Inner>>,
}

impl Receiver {
    /// Deals so with the first requests, and takes all others.
    pub(crate) async fn new(deals: &[Deal]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let inner = Inner { deals: deals.iter().copied().collect(), rest: Deal::Answer(200), heard: Vec::new() };
        let receiver = Self { port, inner: Arc::new(Mutex::new(inner)) };
        let listening = receiver.clone();
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let receiver = listening.clone();
                tokio::spawn(async move { receiver.serve(stream).await });
            }
        });
        receiver
    }

    /// Says nothing to whoever asks, until it returns.
    pub(crate) async fn hanging() -> Self {
        let receiver = Self::new(&[]).await;
        receiver.inner.lock().unwrap().rest = Deal::Hang;
        receiver
    }

    /// From now on it takes what is sent; whoever hangs there goes on to hang.
    pub(crate) fn returns(&self) {
        self.inner.lock().unwrap().rest = Deal::Answer(200);
    }

    async fn serve(&self, mut stream: TcpStream) {
        let (mut request, mut piece) = (Vec::new(), [0; 4_096]);
        let (head, body) = loop {
            let Ok(read @ 1..) = stream.read(&mut piece).await else { return };
            request.extend_from_slice(&piece[..read]);
            let text = String::from_utf8_lossy(&request).into_owned();
            let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
            let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
            if body.len() >= length.parse().unwrap() {
                break (head.to_owned(), body.to_owned());
            }
        };
        let id = head.lines().find_map(|line| line.strip_prefix("idempotency-key: ")).unwrap().to_owned();
        let deal = {
            let mut inner = self.inner.lock().unwrap();
            let deal = inner.deals.pop_front().unwrap_or(inner.rest);
            let taken = matches!(deal, Deal::Answer(200..=299));
            inner.heard.push(Heard { id, body: serde_json::from_str(&body).unwrap(), taken });
            deal
        };
        match deal {
            Deal::Answer(status) => {
                let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
                // Who asked may be gone.
                let _ = stream.write_all(answer.as_bytes()).await;
            }
            Deal::Drop => {}
            Deal::Hang => std::future::pending().await,
        }
    }

    pub(crate) fn heard(&self) -> Vec<Heard> {
        self.inner.lock().unwrap().heard.clone()
    }

    /// The ids of what it has taken, in order: one that stands there twice was told twice.
    pub(crate) fn taken(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.heard().into_iter().filter(|heard| heard.taken).map(|heard| heard.id).collect();
        ids.sort();
        ids
    }

    /// All that was heard, once so many requests were.
    pub(crate) async fn requests(&self, count: usize) -> Vec<Heard> {
        crate::ground::until(async || self.heard().len() >= count).await;
        self.heard()
    }
}
