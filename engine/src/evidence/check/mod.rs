//! Proving a pack with nothing but the file and what its reader brings: a public key, anchors.
//!
//! ```text
//! container ─▶ key, signature, statement ─▶ manifest ─▶ each entry's digest ─┬▶ journal, row by row ─▶ anchors
//!  (every byte of every header)              (what was signed)               └▶ report made again ─▶ files, outputs
//! ```
//!
//! A flaw names the innermost place that is known. What comes in may be anything: every length is bounded by the file's own,
//! and nothing that is read can make this panic.

mod flaw;
mod gather;
mod same;

use std::io::{self, Read, Seek};

use self::gather::Gathered;
use self::same::{Same, same};
use super::anchor::Anchor;
use super::container::Reader;
use super::issue::Issue;
use super::key::PublicKey;
use super::manifest::{FORMAT, Manifest, Unproven, statement};
use super::pack::{JOURNAL, PLAN, REPORT, RUNBOOK, SEAL, evidence_of};
use crate::base::{Digest, RunId};
use crate::report::{self, RunReport};
use crate::run::Row;

pub use flaw::{Flaw, Note};

/// Longest manifest: 60,000 entries.
const LIST: u64 = 32 << 20;
/// Longest of the other entries of the seal.
const SMALL: u64 = 64 << 10;
/// Flaws that are named; behind them come no others.
const NAMED: usize = 100;

/// What the reader brings to the proof.
#[derive(Debug, Clone, Copy, Default)]
pub struct Given<'a> {
    /// Fingerprint of the key that must have signed.
    pub key: Option<Digest>,
    /// Heads of chains that were kept outside.
    pub anchors: Option<&'a [Anchor]>,
}

/// What a proof came to.
#[derive(Debug)]
pub struct Proof {
    /// What the pack says of itself, as far as it could be read. Without flaws all of it is proven.
    pub manifest: Option<Manifest>,
    /// The key that signed.
    pub key: Option<PublicKey>,
    /// What is wrong, the outermost first; empty where nothing is.
    pub flaws: Vec<Flaw>,
    /// What is not proven, and why.
    pub notes: Vec<Note>,
}

/// Proves a pack. `Err` only where the file itself can not be read.
pub fn check(from: impl Read + Seek, given: Given<'_>) -> io::Result<Proof> {
    let mut proof = Proof { manifest: None, key: None, flaws: Vec::new(), notes: Vec::new() };
    let mut reader = match Reader::open(from) {
        Ok(reader) => reader,
        Err(malformed) => {
            proof.flaws.push(Flaw::of(malformed)?);
            return Ok(proof);
        }
    };
    match seal(&mut reader, given, &mut proof)? {
        Ok(()) => {}
        Err(flaw) => proof.flaws.push(flaw),
    }
    let Some(manifest) = proof.manifest.clone() else { return Ok(proof) };
    let mut gathered = Gathered::new(manifest.run);
    entries(&mut reader, &manifest, &mut gathered, &mut proof.flaws)?;
    if proof.flaws.is_empty() {
        proof.flaws = content(&manifest, &gathered, &mut proof.notes);
    }
    match given.anchors {
        _ if !proof.flaws.is_empty() => {}
        Some(anchors) => match anchored(manifest.run, &gathered.rows, anchors) {
            Ok(Some(note)) => proof.notes.push(note),
            Ok(None) => {}
            Err(flaw) => proof.flaws.push(flaw),
        },
        None => proof.notes.push(Note::NoAnchor { rows: manifest.rows }),
    }
    if given.key.is_none() {
        proof.notes.push(Note::SelfConsistent);
    }
    proof.notes.extend(manifest.missing.iter().take(NAMED).cloned().map(Note::Missing));
    let unproven = |unproven: &Unproven| match unproven {
        Unproven::Tail => given.anchors.is_none(),
        Unproven::KeyOwner => given.key.is_none(),
        Unproven::WholeChain | Unproven::SealedWhen => true,
    };
    proof.notes.extend(Unproven::ALL.into_iter().filter(unproven).map(Note::Unproven));
    proof.flaws.truncate(NAMED);
    Ok(proof)
}

/// Key, signature, statement and manifest. Where they contradict each other, the one that was changed is told by what still
/// fits: what is signed is as it was.
fn seal<R: Read + Seek>(reader: &mut Reader<R>, given: Given<'_>, proof: &mut Proof) -> io::Result<Result<(), Flaw>> {
    let mut parts = Vec::with_capacity(SEAL.len());
    for (name, most) in SEAL.into_iter().zip([LIST, SMALL, SMALL, SMALL]) {
        let Some(slot) = reader.find(name).cloned() else { return Ok(Err(Flaw::Absent(name.to_owned()))) };
        if slot.size > most {
            return Ok(Err(Flaw::TooLong(name.to_owned())));
        }
        let mut bytes = Vec::new();
        let (_, sums) = reader.read(&slot, |piece| bytes.extend_from_slice(piece))?;
        parts.push((name, bytes, sums));
    }
    let bytes = |at: usize| parts.get(at).map_or(&[][..], |(_, bytes, _)| bytes.as_slice());
    let sealed = judge([bytes(0), bytes(1), bytes(2), bytes(3)], given, proof);
    // Content that fits under a checksum that does not: the header was changed.
    let wrong = parts.iter().find(|(_, _, sums)| !sums).map(|(name, ..)| Flaw::Checksum((*name).to_owned()));
    Ok(sealed.and(wrong.map_or(Ok(()), Err)))
}

fn judge([list, signed, signature, pem]: [&[u8]; 4], given: Given<'_>, proof: &mut Proof) -> Result<(), Flaw> {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).ok();
    let key = text(pem).and_then(|pem| pem.parse::<PublicKey>().ok().filter(|key| key.to_pem() == pem));
    let manifest = serde_json::from_slice::<Manifest>(list);
    let said = text(signed).unwrap_or_default();
    // Who holds on to the key that was given finds a foreign one in the pack by that alone.
    let named = |digest: Digest| said.ends_with(&format!("\nkey {digest}\n"));
    let Some(key) =
        key.filter(|key| named(key.fingerprint()) || manifest.as_ref().is_ok_and(|m| m.key == key.fingerprint()))
    else {
        proof.manifest = manifest.ok();
        return Err(Flaw::Key);
    };
    proof.key = Some(key);
    let fits = signature.try_into().is_ok_and(|signature| key.signed(signed, signature));
    let wanted = manifest.as_ref().ok().map(|manifest| statement(manifest, Digest::of(list), &key));
    let same = wanted.as_deref() == Some(said.as_str());
    let unread = manifest.as_ref().err().map(ToString::to_string);
    proof.manifest = manifest.ok();
    match (fits, same) {
        (true, true) => {}
        // The statement is as it was signed, and tells of another manifest.
        (true, false) if said.starts_with(&format!("relight evidence pack {FORMAT}\n")) => return Err(Flaw::Manifest),
        (true, false) => {
            return Err(Flaw::Unknown(unread.unwrap_or_else(|| said.lines().next().unwrap_or_default().to_owned())));
        }
        (false, true) => return Err(Flaw::Signature),
        (false, false) => return Err(Flaw::Statement),
    }
    match given.key {
        Some(wanted) if wanted != key.fingerprint() => Err(Flaw::OtherKey { found: key.fingerprint() }),
        Some(_) | None => Ok(()),
    }
}

/// Every entry against the manifest. The file must hold these, in this order, and behind them the seal.
fn entries<R: Read + Seek>(
    reader: &mut Reader<R>,
    manifest: &Manifest,
    gathered: &mut Gathered,
    flaws: &mut Vec<Flaw>,
) -> io::Result<()> {
    let slots = reader.slots.clone();
    let listed = manifest.entries.iter().map(|entry| entry.name.as_str()).chain(SEAL);
    let found = slots.iter().map(|slot| slot.name.as_str());
    let differs = listed.clone().zip(found).find(|(wanted, found)| wanted != found);
    if let Some((_, found)) = differs {
        flaws.push(Flaw::Unlisted(found.to_owned()));
        return Ok(());
    }
    match listed.clone().count().cmp(&slots.len()) {
        std::cmp::Ordering::Equal => {}
        std::cmp::Ordering::Less => {
            flaws.extend(slots.last().map(|slot| Flaw::Unlisted(slot.name.clone())));
            return Ok(());
        }
        std::cmp::Ordering::Greater => {
            flaws.extend(listed.last().map(|name| Flaw::Absent(name.to_owned())));
            return Ok(());
        }
    }
    for (slot, entry) in slots.iter().zip(&manifest.entries) {
        let mut taker = gathered.taker(&slot.name);
        let (digest, sums) = reader.read(slot, |piece| taker.take(piece))?;
        let inner = taker.end(&slot.name);
        let named = gathered.note(&slot.name, digest);
        if digest != entry.sha256 || slot.size != entry.size {
            // The row that was changed says more than the file that it stands in.
            flaws.push(inner.err().unwrap_or_else(|| Flaw::Changed(slot.name.clone())));
        } else if !sums {
            flaws.push(Flaw::Checksum(slot.name.clone()));
        } else {
            flaws.extend(inner.err());
            flaws.extend(named.err());
        }
        if flaws.len() >= NAMED {
            break;
        }
    }
    Ok(())
}

/// What the entries mean: the journal is the one that was signed, and gives this report, these files, these outputs.
fn content(manifest: &Manifest, gathered: &Gathered, notes: &mut Vec<Note>) -> Vec<Flaw> {
    for name in [REPORT, RUNBOOK, PLAN, JOURNAL] {
        if !manifest.entries.iter().any(|entry| entry.name == name) {
            return vec![Flaw::Absent(name.to_owned())];
        }
    }
    let end = gathered.head;
    if (end.seq, end.hash) != (manifest.rows, manifest.head) {
        return vec![Flaw::Rows { found: end.seq, wanted: manifest.rows }];
    }
    let (Ok(plan), Ok(source)) = (std::str::from_utf8(&gathered.plan), std::str::from_utf8(&gathered.runbook)) else {
        return vec![Flaw::Changed(PLAN.to_owned())];
    };
    let made = RunReport::of(manifest.run, plan, source, &gathered.rows, manifest.as_of_at);
    let (made, json) = match made.map(|made| (report::json(&made), made)) {
        Ok((Ok(json), made)) => (made, json),
        Ok((Err(why), _)) => return vec![Flaw::Unknown(why.to_string())],
        Err(corrupt) => return vec![Flaw::Unmade(corrupt)],
    };
    let mut flaws = Vec::new();
    match same(&gathered.report, &json) {
        Same::Exactly => {}
        Same::AndMore => notes.push(Note::NewerProgram),
        Same::No(at) => flaws.push(Flaw::Report { at }),
    }
    if let Some(issue) = &gathered.issue
        && !is_of(issue, Digest::of(&gathered.report))
    {
        flaws.push(Flaw::Issue);
    }
    let absent = evidence_of(&made)
        .into_keys()
        .filter(|name| !gathered.evidence.contains_key(name) && !manifest.missing.contains(name));
    flaws.extend(absent.map(Flaw::Absent));
    for attempt in &made.attempts {
        if let (Some(wanted), Some(found)) = (attempt.output_digest, gathered.outputs.get(&attempt.attempt))
            && wanted != *found
        {
            flaws.push(Flaw::Output { attempt: attempt.attempt.0 });
        }
    }
    flaws
}

/// Whether a version, and everything that was signed of it, is about a report with this digest.
fn is_of(issue: &[u8], report: Digest) -> bool {
    serde_json::from_slice::<Issue>(issue).is_ok_and(|issue| {
        issue.digest == report && issue.signatures.iter().all(|signature| signature.digest == report)
    })
}

/// A journal against heads that were kept outside. `Err` where one of them contradicts it, or none is about this run.
pub fn anchored(run: RunId, rows: &[Row], anchors: &[Anchor]) -> Result<Option<Note>, Flaw> {
    let found = rows.len() as u64;
    let mut latest = None;
    for (anchored, hash) in anchors.iter().filter_map(|anchor| anchor.of_run(run)) {
        if anchored > found {
            return Err(Flaw::CutOff { anchored, found });
        }
        let place = usize::try_from(anchored).ok().and_then(|place| place.checked_sub(1));
        if place.and_then(|place| rows.get(place)).is_none_or(|row| row.hash != hash) {
            return Err(Flaw::Anew { seq: anchored });
        }
        latest = latest.max(Some(anchored));
    }
    match latest {
        None => Err(Flaw::Unanchored(run)),
        Some(anchored) if anchored < found => Ok(Some(Note::BehindAnchor { anchored, rows: found })),
        Some(_) => Ok(None),
    }
}
