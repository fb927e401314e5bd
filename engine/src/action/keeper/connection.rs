//! One engine at the keeper's door.

use std::collections::VecDeque;
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::os::unix::net::UnixStream;

use super::frames::{self, Frame, Garbled, Inbox};
use super::protocol::{Ask, Key, Tell};
use zeroize::Zeroize as _;

/// Bytes waiting to be sent beyond which no more output is added: a slow engine is served when it has caught up.
const FULL: usize = 1 << 20;

/// A connection with what it has yet to send.
#[derive(Debug)]
pub(super) struct Connection {
    stream: UnixStream,
    inbox: Inbox,
    outbox: Vec<u8>,
    sent: usize,
    /// Attempts with more to tell than there was room for.
    pub(super) behind: VecDeque<Key>,
    /// Whether the last write could not send everything and the poll tells when to go on.
    pub(super) blocked: bool,
}

impl Connection {
    pub(super) fn new(stream: UnixStream) -> Self {
        let (inbox, outbox) = (Inbox::default(), Vec::new());
        Self { stream, inbox, outbox, sent: 0, behind: VecDeque::new(), blocked: false }
    }

    pub(super) const fn stream(&self) -> &UnixStream {
        &self.stream
    }

    /// Reads once. `false` means that the engine is gone.
    pub(super) fn read(&mut self, scratch: &mut [u8]) -> bool {
        match self.stream.read(scratch) {
            Ok(0) => false,
            Ok(length) => {
                self.inbox.extend(&scratch[..length]);
                scratch[..length].zeroize();
                true
            }
            Err(error) => matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted),
        }
    }

    /// The next whole message. Output never comes from an engine.
    pub(super) fn next(&mut self) -> Result<Option<Ask>, Garbled> {
        match self.inbox.next()? {
            None => Ok(None),
            Some(Frame::Words(body)) => frames::words(body).map(Some),
            Some(Frame::Output { .. }) => Err(Garbled),
        }
    }

    /// Whether output has to wait.
    pub(super) fn is_full(&self) -> bool {
        self.outbox.len() - self.sent >= FULL
    }

    pub(super) fn has_mail(&self) -> bool {
        self.outbox.len() > self.sent
    }

    pub(super) fn tell(&mut self, tell: &Tell) -> Result<(), Garbled> {
        frames::put_words(&mut self.outbox, tell)
    }

    pub(super) fn output(&mut self, key: Key, offset: u64, bytes: &[u8]) -> Result<(), Garbled> {
        frames::put_output(&mut self.outbox, key, offset, bytes)
    }

    /// Sends as much as the socket takes. An error means that the engine is gone.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.blocked = false;
        while self.has_mail() {
            match self.stream.write(&self.outbox[self.sent..]) {
                Ok(length) => self.sent += length,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    self.blocked = true;
                    break;
                }
                Err(error) if error.kind() == ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        if self.sent == self.outbox.len() {
            self.outbox.zeroize();
            self.sent = 0;
        } else if self.sent >= FULL {
            self.outbox.drain(..self.sent);
            self.sent = 0;
        }
        Ok(())
    }
}
