//! Links to the page of a gate, as mail and short messages carry them: short, good for one opening of one gate, one person and
//! one day. A link opens a page and never casts a vote; who follows it signs in first.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use super::{Occasion, Signer};
use crate::base::{Digest, Millis, RunId, Timestamp, UnitId, UserName};

/// How long a link is good.
const LASTS: Millis = Millis(24 * 3_600_000);
/// Bytes of what is signed: run, instant, end, unit, person.
const BODY: usize = 16 + 8 + 4 + 4 + 4;
/// Bytes of the signature.
const TAG: usize = 16;
/// Keeps what is signed here apart from everything else that the same key signs.
const PURPOSE: &[u8] = b"relight gate link 1\0";

/// What a link leads to, and whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GateLink {
    /// The run.
    pub run: RunId,
    /// An instant at which the gate asked: one that opened later is another asking.
    pub asked_at: Timestamp,
    /// From when on it is good no more, to the minute.
    pub until: Timestamp,
    unit: [u8; 4],
    person: [u8; 4],
}

/// A short mark of a name. It tells apart what is signed; it proves nothing by itself.
fn mark(name: &str) -> [u8; 4] {
    let Digest([a, b, c, d, ..]) = Digest::of(name.as_bytes());
    [a, b, c, d]
}

impl GateLink {
    /// The link that tells a person of a gate; `None` for what asks for no vote.
    pub fn of(occasion: &Occasion, person: &UserName, now: Timestamp) -> Option<Self> {
        let (run, unit) = (occasion.about.run?, occasion.about.unit.as_ref()?);
        let asked = occasion.kind.asks_for_votes();
        let until = now.plus(LASTS);
        asked.then(|| Self {
            run,
            asked_at: occasion.at,
            until,
            unit: mark(unit.as_str()),
            person: mark(person.as_str()),
        })
    }

    /// Whether it leads to this unit.
    pub fn is_of(&self, unit: &UnitId) -> bool {
        self.unit == mark(unit.as_str())
    }

    /// Whether it was sent to this person.
    pub fn is_for(&self, person: &UserName) -> bool {
        self.person == mark(person.as_str())
    }

    /// As it stands in a message: 70 characters.
    pub fn seal(&self, signer: &Signer) -> String {
        let mut bytes = self.body().to_vec();
        bytes.extend_from_slice(&signer.tag(PURPOSE, &bytes)[..TAG]);
        URL_SAFE_NO_PAD.encode(bytes)
    }

    /// Reads one back; `None` for whatever this installation has not made.
    pub fn open(signer: &Signer, sealed: &str) -> Option<Self> {
        // The one length that a link has: nothing longer is ever decoded.
        let bytes = Some(sealed).filter(|sealed| sealed.len() == (BODY + TAG) * 4 / 3 + 1)?;
        let bytes = URL_SAFE_NO_PAD.decode(bytes).ok()?;
        let (body, tag) = bytes.split_at_checked(BODY)?;
        if tag.len() != TAG || !signer.is_tag(PURPOSE, body, tag) {
            return None;
        }
        let (run, rest) = body.split_first_chunk::<16>()?;
        let (asked, rest) = rest.split_first_chunk::<8>()?;
        let (until, rest) = rest.split_first_chunk::<4>()?;
        let (unit, rest) = rest.split_first_chunk::<4>()?;
        Some(Self {
            run: RunId(Uuid::from_bytes(*run)),
            asked_at: Timestamp(i64::from_be_bytes(*asked)),
            until: Timestamp(i64::from(u32::from_be_bytes(*until)) * 60_000),
            unit: *unit,
            person: rest.try_into().ok()?,
        })
    }

    fn body(&self) -> [u8; BODY] {
        let mut body = [0; BODY];
        let until = u32::try_from(self.until.0 / 60_000).unwrap_or(u32::MAX).to_be_bytes();
        let asked = self.asked_at.0.to_be_bytes();
        let parts = [self.run.0.as_bytes().as_slice(), &asked, &until, &self.unit, &self.person];
        let bytes = parts.into_iter().flatten();
        body.iter_mut().zip(bytes).for_each(|(place, byte)| *place = *byte);
        body
    }
}

/// The path under which a link is followed.
pub fn gate_link_path(sealed: &str) -> String {
    format!("/g/{sealed}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{Mode, Text};
    use crate::telling::{About, Key, OccasionKind};

    fn occasion(kind: OccasionKind) -> Occasion {
        let (run, unit): (RunId, UnitId) = (RunId(Uuid::from_u128(7)), "go-live".parse().unwrap());
        Occasion {
            key: Key::of_run(run, 9, kind, Some(&unit)),
            kind,
            mode: Mode::Drill,
            at: Timestamp(1_795_000_000_123),
            about: About { run: Some(run), unit: Some(unit), ..About::default() },
            phase: None,
            asks: std::collections::BTreeSet::new(),
            people: std::collections::BTreeSet::new(),
            headline: Text::plain("x"),
            detail: Text::plain("x"),
            path: "/".to_owned(),
        }
    }

    #[test]
    fn a_link_is_read_back_and_is_of_one_gate_one_person_and_one_installation() {
        let (ours, others) = (Signer::for_tests("a"), Signer::for_tests("b"));
        let (kim, now): (UserName, _) = ("kim".parse().unwrap(), Timestamp(1_795_000_000_000));
        let link = GateLink::of(&occasion(OccasionKind::GateHalfTime), &kim, now).unwrap();
        let sealed = link.seal(&ours);
        assert_eq!(sealed.len(), 70, "{sealed}");
        let read = GateLink::open(&ours, &sealed).unwrap();
        assert_eq!((read.run, read.asked_at), (RunId(Uuid::from_u128(7)), Timestamp(1_795_000_000_123)));
        assert!(read.until <= now.plus(LASTS) && now.plus(LASTS) < read.until.plus(Millis::minutes(1)));
        assert!(read.is_for(&kim) && !read.is_for(&"lee".parse().unwrap()));
        assert!(read.is_of(&"go-live".parse().unwrap()) && !read.is_of(&"db".parse().unwrap()));
        assert_eq!(GateLink::open(&others, &sealed), None);
        assert_eq!(GateLink::of(&occasion(OccasionKind::UnitFailed), &kim, now), None);
    }

    #[test]
    fn whatever_was_changed_about_a_link_makes_it_none() {
        let signer = Signer::for_tests("a");
        let link = GateLink::of(&occasion(OccasionKind::GateOpened), &"kim".parse().unwrap(), Timestamp(0)).unwrap();
        let sealed = link.seal(&signer);
        let bytes = URL_SAFE_NO_PAD.decode(&sealed).unwrap();
        for place in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[place] ^= 1;
            assert_eq!(GateLink::open(&signer, &URL_SAFE_NO_PAD.encode(&changed)), None, "byte {place}");
        }
        let long = format!("{sealed}{sealed}");
        for wrong in ["", "AAAA", &sealed[..69], &format!("{sealed}="), &long, "//evil.example/", "가"] {
            assert_eq!(GateLink::open(&signer, wrong), None, "{wrong}");
        }
    }
}
