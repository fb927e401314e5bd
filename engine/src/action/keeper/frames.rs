//! Messages as bytes: a length, a tag, a body; many of them a read or write.

use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;
use zeroize::Zeroize as _;

use super::Key;
use crate::base::RunId;
use crate::run::AttemptId;

/// Longest frame. Longer than any command the kernel would accept.
pub(super) const FRAME_LIMIT: usize = 4 << 20;

const LENGTH: usize = 4;
const TAG_WORDS: u8 = 1;
const TAG_OUTPUT: u8 = 2;
const OUTPUT_HEAD: usize = 16 + 4 + 4 + 8;

/// A frame taken apart.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Frame<'a> {
    /// A message.
    Words(&'a [u8]),
    /// Output of an attempt.
    Output { key: Key, offset: u64, bytes: &'a [u8] },
}

/// Bytes that are no frame: the other side is no keeper or engine, or a broken one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the bytes on the keeper's socket are no message of Relight")]
pub(super) struct Garbled;

/// Appends a message.
pub(super) fn put_words(to: &mut Vec<u8>, words: &impl Serialize) -> Result<(), Garbled> {
    let start = to.len();
    to.extend_from_slice(&[0; LENGTH]);
    to.push(TAG_WORDS);
    serde_json::to_writer(&mut *to, words).map_err(|_| Garbled)?;
    seal(to, start)
}

/// Appends output of an attempt.
pub(super) fn put_output(to: &mut Vec<u8>, key: Key, offset: u64, bytes: &[u8]) -> Result<(), Garbled> {
    let start = to.len();
    to.extend_from_slice(&[0; LENGTH]);
    to.push(TAG_OUTPUT);
    to.extend_from_slice(key.run.0.as_bytes());
    to.extend_from_slice(&key.attempt.0.to_le_bytes());
    to.extend_from_slice(&key.asking.to_le_bytes());
    to.extend_from_slice(&offset.to_le_bytes());
    to.extend_from_slice(bytes);
    seal(to, start)
}

fn seal(to: &mut Vec<u8>, start: usize) -> Result<(), Garbled> {
    let length = to.len() - start - LENGTH;
    match u32::try_from(length) {
        Ok(sealed) if length <= FRAME_LIMIT => {
            to[start..start + LENGTH].copy_from_slice(&sealed.to_le_bytes());
            Ok(())
        }
        Ok(_) | Err(_) => {
            to.truncate(start);
            Err(Garbled)
        }
    }
}

/// Reads a message's words.
pub(super) fn words<T: DeserializeOwned>(body: &[u8]) -> Result<T, Garbled> {
    serde_json::from_slice(body).map_err(|_| Garbled)
}

/// Bytes read and not yet taken apart.
#[derive(Debug, Default)]
pub(super) struct Inbox {
    bytes: Vec<u8>,
    taken: usize,
}

impl Inbox {
    /// Takes in what was read.
    pub(super) fn extend(&mut self, bytes: &[u8]) {
        if self.taken > 0 {
            // Frames carry secrets on their way to a process: what was taken out does not stay behind in the buffer.
            let rest = self.bytes.len() - self.taken;
            self.bytes.copy_within(self.taken.., 0);
            self.bytes[rest..].zeroize();
            self.bytes.truncate(rest);
            self.taken = 0;
        }
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole frame, if it is there.
    pub(super) fn next(&mut self) -> Result<Option<Frame<'_>>, Garbled> {
        let Some((length, rest)) = self.bytes[self.taken..].split_first_chunk::<LENGTH>() else {
            return Ok(None);
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length == 0 || length > FRAME_LIMIT {
            return Err(Garbled);
        }
        let Some(frame) = rest.get(..length) else {
            return Ok(None);
        };
        self.taken += LENGTH + length;
        take_apart(frame).map(Some)
    }
}

fn take_apart(frame: &[u8]) -> Result<Frame<'_>, Garbled> {
    match frame.split_first().ok_or(Garbled)? {
        (&TAG_WORDS, body) => Ok(Frame::Words(body)),
        (&TAG_OUTPUT, body) if body.len() >= OUTPUT_HEAD => {
            let (run, body) = body.split_first_chunk::<16>().ok_or(Garbled)?;
            let (attempt, body) = body.split_first_chunk::<4>().ok_or(Garbled)?;
            let (asking, body) = body.split_first_chunk::<4>().ok_or(Garbled)?;
            let (offset, bytes) = body.split_first_chunk::<8>().ok_or(Garbled)?;
            let key = Key {
                run: RunId(Uuid::from_bytes(*run)),
                attempt: AttemptId(u32::from_le_bytes(*attempt)),
                asking: u32::from_le_bytes(*asking),
            };
            Ok(Frame::Output { key, offset: u64::from_le_bytes(*offset), bytes })
        }
        _ => Err(Garbled),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::action::keeper::protocol::Ask;

    fn key(attempt: u32) -> Key {
        Key { run: RunId(Uuid::from_u128(7)), attempt: AttemptId(attempt), asking: 5 }
    }

    proptest! {
        #[test]
        fn frames_cut_anywhere_come_out_whole(bytes in proptest::collection::vec(any::<u8>(), 0..300), cut in 1usize..40) {
            let mut wire = Vec::new();
            put_words(&mut wire, &Ask::Claim { run: key(1).run, token: 9 }).unwrap();
            put_output(&mut wire, key(3), 12, &bytes).unwrap();
            let mut inbox = Inbox::default();
            let mut seen = 0;
            for piece in wire.chunks(cut) {
                inbox.extend(piece);
                while let Some(frame) = inbox.next().unwrap() {
                    match (seen, frame) {
                        (0, Frame::Words(body)) => {
                            let claimed = matches!(words(body).unwrap(), Ask::Claim { token: 9, .. });
                            prop_assert!(claimed);
                        }
                        (1, frame) => prop_assert_eq!(frame, Frame::Output { key: key(3), offset: 12, bytes: &bytes }),
                        (_, frame) => prop_assert!(false, "unexpected {frame:?}"),
                    }
                    seen += 1;
                }
            }
            prop_assert_eq!(seen, 2);
        }

        #[test]
        fn arbitrary_bytes_are_refused_or_waited_on_but_never_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut inbox = Inbox::default();
            inbox.extend(&bytes);
            while let Ok(Some(_)) = inbox.next() {}
        }
    }

    #[test]
    fn a_frame_beyond_the_limit_is_refused_on_both_sides() {
        let mut wire = Vec::new();
        assert_eq!(put_output(&mut wire, key(1), 0, &vec![0; FRAME_LIMIT]), Err(Garbled));
        assert!(wire.is_empty());
        let mut inbox = Inbox::default();
        inbox.extend(&u32::MAX.to_le_bytes());
        assert_eq!(inbox.next(), Err(Garbled));
    }
}
