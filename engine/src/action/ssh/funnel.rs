//! Output that comes from a host in pieces, some of them twice: put in order, searched, and its beginning and end handed
//! to the transcript.

use std::collections::VecDeque;

use super::super::keeper::{Beginning, Finder};
use super::super::transcript::Transcript;
use crate::run::HostClock;

/// Bytes of the beginning that are handed on while a command runs, as the scripts have it.
const HEAD: u64 = 196_608;
/// Bytes of the end that are handed on when it is known which ones are the last.
const TAIL: usize = 65_536;

/// Takes the output of one command in.
pub(super) struct Funnel<'a> {
    transcript: &'a mut Transcript,
    finder: Option<Finder>,
    said: Option<Beginning>,
    /// Bytes in the transcript that others wrote before.
    before: u64,
    /// Place of the next byte that is new.
    next: u64,
    tail: VecDeque<u8>,
}

impl<'a> Funnel<'a> {
    /// Hands on to a transcript, after what is in it; looks for a text in what is standard output, and keeps its beginning.
    pub(super) fn new(transcript: &'a mut Transcript, look_for: Option<&str>, keep: bool) -> Self {
        let before = transcript.heard();
        let (finder, said) = (look_for.map(Finder::new), keep.then(Beginning::default));
        Self { transcript, finder, said, before, next: 0, tail: VecDeque::new() }
    }

    /// The clock of the host was read.
    pub(super) fn told_time(&self, read: Option<HostClock>) {
        if let Some(read) = read {
            self.transcript.told_time(read);
        }
    }

    /// Place of the next byte that is new here.
    pub(super) const fn next(&self) -> u64 {
        self.next
    }

    /// Takes standard output in, which begins at this place of all output.
    pub(super) async fn output(&mut self, offset: u64, bytes: &[u8]) {
        self.take(offset, bytes, true).await;
    }

    /// Takes what is not searched in.
    pub(super) async fn rest(&mut self, offset: u64, bytes: &[u8]) {
        self.take(offset, bytes, false).await;
    }

    async fn take(&mut self, offset: u64, bytes: &[u8], search: bool) {
        let known = usize::try_from(self.next.saturating_sub(offset)).unwrap_or(usize::MAX);
        let bytes = bytes.get(known..).unwrap_or_default();
        if offset > self.next {
            // What lies between was not kept, and so ends what was gathered before it.
            self.tail.clear();
            self.next = offset;
        }
        if let (Some(finder), true) = (&mut self.finder, search) {
            finder.push(bytes);
        }
        if let (Some(said), true) = (&mut self.said, search) {
            said.push(bytes, true);
        }
        let head = usize::try_from(HEAD.saturating_sub(self.next)).unwrap_or(usize::MAX).min(bytes.len());
        let (head, tail) = bytes.split_at(head);
        if !head.is_empty() {
            self.transcript.take(self.before + self.next, head).await;
        }
        self.next += bytes.len() as u64;
        let tail = &tail[tail.len().saturating_sub(TAIL)..];
        let spill = (self.tail.len() + tail.len()).saturating_sub(TAIL);
        self.tail.drain(..spill.min(self.tail.len()));
        self.tail.extend(tail);
    }

    /// Nothing follows: hands the end on. Tells whether the text was found, where one was looked for, and the beginning
    /// that was to be kept.
    pub(super) async fn finish(self) -> (Option<bool>, Option<Beginning>) {
        let Self { transcript, finder, said, before, next, mut tail } = self;
        if !tail.is_empty() {
            let start = next - tail.len() as u64;
            transcript.take(before + start, tail.make_contiguous()).await;
        }
        (finder.map(|finder| finder.found()), said)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scripts_keep_what_is_handed_on() {
        let (start, follow) = (include_str!("script/start.sh"), include_str!("script/follow.sh"));
        for script in [start, follow] {
            assert!(script.contains(&HEAD.to_string()) && script.contains(&TAIL.to_string()));
        }
    }
}
