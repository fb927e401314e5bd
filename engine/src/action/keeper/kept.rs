//! What is kept of an attempt's output: its beginning, its end, and how much there was in all.

use std::collections::VecDeque;

/// Bytes kept from the beginning. They are told while the process runs.
pub(super) const HEAD: usize = 192 << 10;
/// Bytes kept from the end. They are told once it is known which ones are the last.
pub(super) const TAIL: usize = 64 << 10;

/// Output with limits.
#[derive(Debug, Default)]
pub(super) struct Kept {
    head: Vec<u8>,
    tail: VecDeque<u8>,
    total: u64,
}

impl Kept {
    /// Takes output in. With `grow` false memory is short and the beginning gets no longer; the end is still kept.
    pub(super) fn push(&mut self, bytes: &[u8], grow: bool) {
        let whole = self.total == self.head.len() as u64;
        self.total += bytes.len() as u64;
        let room = if whole && grow { HEAD - self.head.len() } else { 0 };
        let (first, rest) = bytes.split_at(room.min(bytes.len()));
        self.head.extend_from_slice(first);
        let rest = &rest[rest.len().saturating_sub(TAIL)..];
        let spill = (self.tail.len() + rest.len()).saturating_sub(TAIL);
        self.tail.drain(..spill.min(self.tail.len()));
        self.tail.extend(rest);
    }

    /// Bytes of output in all.
    pub(super) const fn total(&self) -> u64 {
        self.total
    }

    /// Bytes in memory.
    pub(super) fn held(&self) -> usize {
        self.head.len() + self.tail.len()
    }

    /// Lets go of all bytes; the count stays.
    pub(super) fn drop_bytes(&mut self) {
        self.head = Vec::new();
        self.tail = VecDeque::new();
    }

    /// The beginning from `offset` on.
    pub(super) fn head_from(&self, offset: u64) -> &[u8] {
        usize::try_from(offset).ok().and_then(|offset| self.head.get(offset..)).unwrap_or_default()
    }

    /// The end from `offset` on, or from where it begins, with the place of its first byte.
    pub(super) fn tail_from(&mut self, offset: u64) -> (u64, &[u8]) {
        let start = self.total - self.tail.len() as u64;
        let skip = usize::try_from(offset.saturating_sub(start)).unwrap_or(usize::MAX).min(self.tail.len());
        (start + skip as u64, &self.tail.make_contiguous()[skip..])
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_beginning_and_the_end_are_kept_however_the_output_is_cut(
            pieces in proptest::collection::vec(0usize..90_000, 0..12),
        ) {
            let total: usize = pieces.iter().sum();
            let all: Vec<u8> = (0..total).map(|at| u8::try_from(at % 251).unwrap()).collect();
            let mut kept = Kept::default();
            let mut at = 0;
            for piece in pieces {
                kept.push(&all[at..at + piece], true);
                at += piece;
            }
            prop_assert_eq!(kept.total(), total as u64);
            prop_assert_eq!(kept.head_from(0), &all[..total.min(HEAD)]);
            let end = total.saturating_sub(HEAD).min(TAIL);
            prop_assert_eq!(kept.tail_from(0), ((total - end) as u64, &all[total - end..]));
        }
    }

    #[test]
    fn without_memory_the_beginning_stops_growing_for_good() {
        let mut kept = Kept::default();
        kept.push(b"one ", true);
        kept.push(b"two ", false);
        kept.push(b"three", true);
        assert_eq!(kept.head_from(0), b"one ");
        assert_eq!(kept.tail_from(0), (4, &b"two three"[..]));
    }
}
