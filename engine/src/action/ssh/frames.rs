//! What the scripts on a host say: lines of words, and output of which they say how long it is.

use crate::base::{Millis, Timestamp};

/// Said before everything else, with the time there behind it; what login scripts print before it is passed over.
const HELLO: &[u8] = b"\nrelight:hello ";
/// Longest line of words, the first one too.
const LINE: usize = 8 << 10;

/// The first word of a host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hello {
    /// What time it is there, and what that leaves open; `None` where it can not tell.
    pub(super) time: Option<(Timestamp, Millis)>,
    /// What came behind it.
    pub(super) rest: Vec<u8>,
}

/// Finds the first word in what was heard so far. Whatever was printed before it is passed over.
pub(super) fn hello(heard: &[u8]) -> Option<Hello> {
    let at = heard.windows(HELLO.len()).position(|window| window == HELLO)? + HELLO.len();
    let length = heard[at..].iter().position(|byte| *byte == b'\n')?;
    let (line, rest) = heard[at..].split_at(length);
    let time = std::str::from_utf8(line).ok().and_then(time);
    Some(Hello { time, rest: rest[1..].to_vec() })
}

/// `1763780400.123456789`; a `date` that knows no fractions leaves a word there, and the second open.
fn time(said: &str) -> Option<(Timestamp, Millis)> {
    let (seconds, fraction) = said.trim().split_once('.')?;
    let whole = seconds.parse::<i64>().ok()?.checked_mul(1_000)?;
    match fraction.get(..3).and_then(|millis| millis.parse::<u16>().ok()) {
        Some(millis) => Some((Timestamp(whole.checked_add(i64::from(millis))?), Millis(1))),
        None => Some((Timestamp(whole), Millis(1_000))),
    }
}

/// One thing that was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Frame {
    /// A sign of life.
    Alive,
    /// Bytes of output, from this place in all of it.
    Output(u64, Vec<u8>),
    /// Bytes of output among which are those of standard error alone.
    Rest(u64, Vec<u8>),
    /// The command ended.
    End(End),
    /// It could not be started, for this reason.
    Unstarted(String),
    /// Nobody saw it end; whether the host has been restarted since it began.
    Unseen {
        /// Whether it was.
        restarted: bool,
    },
    /// It was never seen here; how long the host has been up, in seconds.
    Never(u64),
    /// The run has an owner with this greater token.
    Stale(u64),
    /// Whether what was to be stopped has ended.
    Stopped(bool),
    /// What was to be forgotten is.
    Forgotten,
    /// A program is missing.
    NoTool(String),
    /// A folder can not be written.
    NoFolder(String),
}

/// How a command ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct End {
    /// What the shell says: above 128 it may stand for a signal.
    pub(super) code: i32,
    /// Bytes of output in all.
    pub(super) total: u64,
    /// Bytes of standard output that were let go before they were told.
    pub(super) gone: u64,
    /// What was done to end it.
    pub(super) stop: Stop,
    /// How long ago it ended, in milliseconds.
    pub(super) ago: u64,
}

/// What was done to end a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stop {
    /// Nothing.
    No,
    /// SIGTERM was sent.
    Term,
    /// SIGKILL was sent after it.
    Kill,
}

/// What was said is not in our language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Garbled(pub(super) String);

/// Output that is on its way.
#[derive(Debug, Clone, Copy)]
struct Coming {
    /// Place of its next byte.
    offset: u64,
    /// Bytes still to come.
    left: u64,
    /// Whether it is a rest.
    rest: bool,
}

/// Puts pieces together again.
#[derive(Debug, Default)]
pub(super) struct Frames {
    held: Vec<u8>,
    output: Option<Coming>,
}

impl Frames {
    /// Takes bytes in.
    pub(super) fn push(&mut self, bytes: &[u8]) {
        self.held.extend_from_slice(bytes);
    }

    /// The next thing that was said, as far as it is here. Output is handed on in the pieces in which it comes.
    pub(super) fn next(&mut self) -> Result<Option<Frame>, Garbled> {
        if let Some(coming) = &mut self.output {
            if coming.left > 0 {
                if self.held.is_empty() {
                    return Ok(None);
                }
                let take = usize::try_from(coming.left).unwrap_or(usize::MAX).min(self.held.len());
                let after = self.held.split_off(take);
                let bytes = std::mem::replace(&mut self.held, after);
                let offset = coming.offset;
                coming.offset += take as u64;
                coming.left -= take as u64;
                return Ok(Some(if coming.rest { Frame::Rest(offset, bytes) } else { Frame::Output(offset, bytes) }));
            }
            self.output = None;
        }
        let Some(length) = self.held.iter().position(|byte| *byte == b'\n') else {
            return if self.held.len() > LINE { Err(garbled(&self.held)) } else { Ok(None) };
        };
        let line: Vec<u8> = self.held.drain(..=length).collect();
        let line = std::str::from_utf8(&line).map_err(|_| garbled(&line))?.trim_end_matches('\n');
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        if matches!(word, "o" | "r") {
            let mut numbers = rest.split(' ').map(str::parse);
            let (Some(Ok(offset)), Some(Ok(left)), None) = (numbers.next(), numbers.next(), numbers.next()) else {
                return Err(garbled(line.as_bytes()));
            };
            // Beyond any output there can be: the places that follow must not overflow.
            if offset > u64::MAX / 2 || left > u64::MAX / 2 {
                return Err(garbled(line.as_bytes()));
            }
            self.output = Some(Coming { offset, left, rest: word == "r" });
            return self.next();
        }
        words(word, rest).map(Some).ok_or_else(|| garbled(line.as_bytes()))
    }
}

fn words(word: &str, rest: &str) -> Option<Frame> {
    Some(match word {
        "h" => Frame::Alive,
        "end" => Frame::End(end(rest)?),
        "unstarted" => Frame::Unstarted(rest.to_owned()),
        "lost" => Frame::Unseen { restarted: rest == "other" },
        "never" => Frame::Never(rest.split('.').next()?.parse().ok()?),
        "stale" => Frame::Stale(rest.parse().ok()?),
        "stopped" => Frame::Stopped(rest == "yes"),
        "forgotten" => Frame::Forgotten,
        "refused" => match rest.split_once(' ')? {
            ("tool", tool) => Frame::NoTool(tool.to_owned()),
            ("place", folder) => Frame::NoFolder(folder.to_owned()),
            _ => return None,
        },
        _ => return None,
    })
}

fn end(rest: &str) -> Option<End> {
    let mut words = rest.split(' ');
    let code = words.next()?.parse().ok()?;
    let total = words.next()?.parse().ok()?;
    let gone = words.next()?.parse().ok()?;
    let stop = match words.next()? {
        "no" => Stop::No,
        "term" => Stop::Term,
        "kill" => Stop::Kill,
        _ => return None,
    };
    let same_boot = words.next()? == "same";
    let (up_then, up_now) = (hundredths(words.next()?)?, hundredths(words.next()?)?);
    let (date_then, date_now): (u64, u64) = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    // The time since the last start can not be set, so it is the better clock as long as there was no other start.
    let ago = if same_boot { up_now.saturating_sub(up_then) * 10 } else { date_now.saturating_sub(date_then) * 1_000 };
    Some(End { code, total, gone, stop, ago })
}

/// Hundredths of a second in `123.45`.
fn hundredths(text: &str) -> Option<u64> {
    let (seconds, rest) = text.split_once('.').unwrap_or((text, "00"));
    let rest: u64 = rest.get(..2)?.parse().ok()?;
    seconds.parse::<u64>().ok()?.checked_mul(100)?.checked_add(rest)
}

fn garbled(bytes: &[u8]) -> Garbled {
    let text = String::from_utf8_lossy(bytes);
    Garbled(text.chars().filter(|character| !character.is_control()).take(120).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(bytes: &[u8], cut: usize) -> Vec<Frame> {
        let mut frames = Frames::default();
        let mut heard: Vec<Frame> = Vec::new();
        for piece in bytes.chunks(cut) {
            frames.push(piece);
            while let Some(frame) = frames.next().unwrap() {
                match (heard.last_mut(), frame) {
                    (Some(Frame::Output(_, before)), Frame::Output(_, more))
                    | (Some(Frame::Rest(_, before)), Frame::Rest(_, more)) => before.extend(more),
                    (_, frame) => heard.push(frame),
                }
            }
        }
        heard
    }

    #[test]
    fn frames_are_the_same_however_the_bytes_are_cut() {
        let said = b"h\no 5 9\none\nend 1r 14 2\n!\nend 3 14 0 term same 100.05 101.30 7 9\nstale 12\nnever 77.12\nlost other\n";
        let wanted = [
            Frame::Alive,
            Frame::Output(5, b"one\nend 1".to_vec()),
            Frame::Rest(14, b"!\n".to_vec()),
            Frame::End(End { code: 3, total: 14, gone: 0, stop: Stop::Term, ago: 1_250 }),
            Frame::Stale(12),
            Frame::Never(77),
            Frame::Unseen { restarted: true },
        ];
        for cut in 1..said.len() {
            assert_eq!(all(said, cut), wanted, "{cut}");
        }
        assert_eq!(
            all(b"o 0 0\nend 0 0 0 no other 9.00 1.00 5 65\n", 99),
            [Frame::End(End { code: 0, total: 0, gone: 0, stop: Stop::No, ago: 60_000 })]
        );
    }

    #[test]
    fn the_first_word_has_the_time_with_it_as_far_as_the_host_can_tell() {
        let heard = |said: &str| hello(format!("Welcome\n\nrelight:hello {said}\nh\n").as_bytes());
        let time = |said: &str| heard(said).map(|hello| hello.time);
        assert_eq!(time("1763780400.123456789"), Some(Some((Timestamp(1_763_780_400_123), Millis(1)))));
        assert_eq!(time("1763780400.N"), Some(Some((Timestamp(1_763_780_400_000), Millis(1_000)))));
        for said in ["", "x.y", "now", "99999999999999999999.1"] {
            assert_eq!(time(said), Some(None), "{said}");
        }
        assert_eq!(heard("").map(|hello| hello.rest), Some(b"h\n".to_vec()));
        assert_eq!(hello(b"\nrelight:hello 17637"), None);
    }

    #[test]
    fn what_is_not_in_our_language_is_refused() {
        for said in ["hello\n", "o 1\n", "o 1 2 3\n", "o a b\n", "end 1 2\n", "refused x y\n", "\u{1b}[31m\n"] {
            let mut frames = Frames::default();
            frames.push(said.as_bytes());
            assert!(frames.next().is_err(), "{said}");
        }
        let mut frames = Frames::default();
        frames.push(&vec![b'x'; LINE + 1]);
        assert!(frames.next().is_err());
    }
}
