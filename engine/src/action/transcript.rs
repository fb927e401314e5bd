//! An attempt's output on its way to the journal: bytes of any kind become text with all secrets hidden.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::capture::{Capturing, Said};
use super::mask::{Masker, Stream};
use super::{Launch, OutputSink};
use crate::base::{Digest, Secret, TargetName, Text, Timestamp};
use crate::run::{AttemptId, Cause, HostClock, Outcome, OutputChunk, Reading, Seen};

/// Longest chunk handed on at once, in bytes; a character more where it would be cut.
const CHUNK: usize = 16 << 10;
/// Longest last line quoted in a message, in characters.
const QUOTE: usize = 200;

/// Output of one attempt. The text that comes of it depends on the bytes alone, so an engine that hears them again from
/// the first byte makes the same text, and what is stored already can be told by its place.
#[derive(Debug)]
pub(super) struct Transcript {
    attempt: AttemptId,
    sink: OutputSink,
    masker: Arc<Masker>,
    stream: Stream,
    undecoded: Vec<u8>,
    heard: u64,
    written: u64,
    digest: Sha256,
    last_line: String,
    /// A line break came after it: the next text begins a new one.
    line_over: bool,
    /// What is read of it here instead of being shown, and how much at most.
    captured: Option<(Vec<u8>, usize)>,
    /// What is taken out of it for later steps.
    values: Capturing,
    /// What was last read of a replication link.
    reading: Option<Box<Reading>>,
    /// What was read of the clocks of hosts, here and aside.
    clocks: Arc<Mutex<BTreeMap<TargetName, HostClock>>>,
}

impl Transcript {
    pub(super) fn new(launch: &Launch, sink: OutputSink, masker: Arc<Masker>) -> Self {
        let values = Capturing::new(if launch.keeps() { &launch.step().outputs } else { &[] });
        Self { values, ..Self::empty(launch.attempt, sink, masker) }
    }

    /// For output that is not shown but read: the first `limit` bytes of it.
    pub(super) fn aside(&self, limit: usize) -> Self {
        let (sink, _) = tokio::sync::mpsc::channel(1);
        let clocks = Arc::clone(&self.clocks);
        let empty = Self::empty(self.attempt, sink, Arc::clone(&self.masker));
        Self { captured: Some((Vec::new(), limit)), clocks, ..empty }
    }

    fn empty(attempt: AttemptId, sink: OutputSink, masker: Arc<Masker>) -> Self {
        Self {
            attempt,
            sink,
            masker,
            stream: Stream::default(),
            undecoded: Vec::new(),
            heard: 0,
            written: 0,
            digest: Sha256::new(),
            last_line: String::new(),
            line_over: false,
            captured: None,
            values: Capturing::default(),
            reading: None,
            clocks: Arc::default(),
        }
    }

    /// What was read.
    pub(super) fn captured(&self) -> String {
        self.captured.as_ref().map(|(bytes, _)| String::from_utf8_lossy(bytes).into_owned()).unwrap_or_default()
    }

    /// The outcome of an attempt that was not made.
    pub(super) fn refused(&self, cause: &Cause) -> Outcome {
        let cause = Cause { kind: cause.kind, message: self.mask(&cause.message) };
        Outcome::Failed { cause, seen: Seen { summary: Text::new("거부됨", "refused"), ..Seen::default() } }
    }

    /// The outcome of a question that was not asked.
    pub(super) fn unsaid(&self, cause: &Cause) -> Outcome {
        let seen = Seen { summary: Text::new("묻지 않음", "not asked"), ..Seen::default() };
        Outcome::Unknown { why: self.mask(&cause.message), seen }
    }

    /// Place of the next byte that is new here.
    pub(super) const fn heard(&self) -> u64 {
        self.heard
    }

    /// Hides this secret too. Only before anything was taken in: what was said must not depend on when it was asked.
    pub(super) fn hide(&mut self, secret: &Secret) {
        if self.heard == 0 {
            self.masker = Arc::new(self.masker.with(secret));
        }
    }

    /// Hides secrets in a message.
    pub(super) fn mask(&self, text: &Text) -> Text {
        text.map(|form| self.masker.text(form))
    }

    /// Takes bytes in, which begin at this place of the whole output. A jump forward leaves a mark.
    pub(super) async fn take(&mut self, offset: u64, bytes: &[u8]) {
        let known = usize::try_from(self.heard.saturating_sub(offset)).unwrap_or(usize::MAX);
        let bytes = bytes.get(known..).unwrap_or_default();
        if offset > self.heard {
            let missing = offset - self.heard;
            let text = self.decode(&[], true);
            let mut text = self.stream.push(&self.masker, &text);
            text += &self.stream.gap(&self.masker);
            text.extend(["\n[… ", &missing.to_string(), " bytes left out …]\n"]);
            self.write(text).await;
            self.heard = offset;
        }
        self.heard += bytes.len() as u64;
        if let Some((captured, limit)) = &mut self.captured {
            let room = limit.saturating_sub(captured.len());
            captured.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
        let text = self.decode(bytes, false);
        let text = self.stream.push(&self.masker, &text);
        self.write(text).await;
    }

    /// Nothing follows. Tells what was seen, under this summary.
    pub(super) async fn finish(&mut self, summary: &Text, output_bytes: u64, ended_at: Option<Timestamp>) -> Seen {
        let text = self.decode(&[], true);
        let mut text = self.stream.push(&self.masker, &text);
        text += &self.stream.finish(&self.masker);
        self.write(text).await;
        let digest = std::mem::take(&mut self.digest).finalize();
        let (outputs, summary) = self.values.finish(self.mask(summary));
        Seen {
            summary,
            output_bytes,
            output_digest: (self.written > 0).then(|| Digest(digest.into())),
            ended_at,
            outputs,
            linked: None,
            reading: self.reading.take(),
            clocks: std::mem::take(&mut *self.clocks()).into_values().collect(),
        }
    }

    /// The work is done: values are taken out of what it said.
    pub(super) fn capture(&mut self, said: &Said<'_>) {
        if !self.values.is_idle() {
            self.values.take(said, &self.masker);
        }
    }

    /// A replication link was read; of several readings of an attempt the last one is told.
    pub(super) fn read(&mut self, mut reading: Reading) {
        reading.why = self.mask(&reading.why);
        self.reading = Some(Box::new(reading));
    }

    /// The clock of a host was read; of several readings of an attempt the closest one is told.
    pub(super) fn told_time(&self, read: HostClock) {
        let mut clocks = self.clocks();
        match clocks.get_mut(&read.host) {
            Some(known) if known.offset.doubt <= read.offset.doubt => {}
            Some(known) => *known = read,
            None => drop(clocks.insert(read.host.clone(), read)),
        }
    }

    fn clocks(&self) -> MutexGuard<'_, BTreeMap<TargetName, HostClock>> {
        self.clocks.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The last line that says anything, for messages.
    pub(super) fn last_line(&self) -> Option<&str> {
        Some(self.last_line.trim()).filter(|line| !line.is_empty())
    }

    /// Makes text of bytes; what can not be read becomes `�`. A character cut at the end waits for its rest.
    fn decode(&mut self, bytes: &[u8], last: bool) -> String {
        let mut bytes = [std::mem::take(&mut self.undecoded).as_slice(), bytes].concat();
        if !last {
            let cut = bytes.len() - unfinished(&bytes);
            self.undecoded = bytes.split_off(cut);
        }
        String::from_utf8(bytes).unwrap_or_else(|error| String::from_utf8_lossy(error.as_bytes()).into_owned())
    }

    async fn write(&mut self, text: String) {
        let mut rest = text.as_str();
        while !rest.is_empty() {
            let (piece, after) = rest.split_at(rest.ceil_char_boundary(CHUNK.min(rest.len())));
            rest = after;
            let chunk = OutputChunk { attempt: self.attempt, offset: self.written, text: piece.to_owned() };
            // Whoever dropped the receiver wants no output; the attempt goes on. What a cancelled wait did not hand on
            // is not counted either.
            self.sink.send(chunk).await.unwrap_or_default();
            self.digest.update(piece.as_bytes());
            self.remember_line(piece);
            self.written += piece.len() as u64;
        }
    }

    fn remember_line(&mut self, piece: &str) {
        for (at, part) in piece.split('\n').enumerate() {
            self.line_over |= at > 0;
            if self.line_over && part.trim().is_empty() {
                continue;
            }
            if std::mem::take(&mut self.line_over) {
                self.last_line.clear();
            }
            let room = QUOTE.saturating_sub(self.last_line.chars().count());
            self.last_line.extend(part.chars().filter(|character| !character.is_control()).take(room));
        }
    }
}

/// Bytes at the end that begin a character without finishing it.
fn unfinished(bytes: &[u8]) -> usize {
    for length in 1..=bytes.len().min(3) {
        let byte = bytes[bytes.len() - length];
        let wanted = match byte {
            0xC2..=0xDF => 2,
            0xE0..=0xEF => 3,
            0xF0..=0xF4 => 4,
            0x80..=0xBF => continue,
            _ => return 0,
        };
        return if length < wanted { length } else { 0 };
    }
    0
}
