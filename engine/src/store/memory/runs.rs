//! Runs, leases and requests in memory.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Bound;

use async_trait::async_trait;

use super::{Kept, Memory};
use crate::base::{LockName, Millis, RequestId, RunId, Timestamp};
use crate::run::{Answer, AttemptId, Claim, Holder, OutputChunk, Row, Submission, Summary};
use crate::store::judge::OUTPUT_LIMIT;
use crate::store::{Append, Created, Deed, Error, Frozen, Lease, Owner, RunFilter, RunSummary, Store, Stored};

#[derive(Debug)]
pub(super) struct Run {
    frozen: Frozen,
    rows: Vec<Row>,
    summary: Summary,
    output: BTreeMap<AttemptId, Output>,
    owner: Option<Owner>,
    token: u64,
    expires_at: Timestamp,
}

#[derive(Debug, Default)]
struct Output {
    end: u64,
    text: String,
}

#[derive(Debug)]
pub(super) struct Asked {
    submission: Submission,
    answer: Option<Answer>,
}

impl Run {
    fn seq(&self) -> u64 {
        self.rows.len() as u64
    }

    /// The owner, unless the lease is expired.
    fn holder(&self, now: Timestamp) -> Option<&Owner> {
        self.owner.as_ref().filter(|_| now < self.expires_at)
    }

    fn check(&self, lease: &Lease) -> Result<(), Error> {
        let holds = self.owner.as_ref() == Some(&lease.owner) && self.token == lease.token;
        if holds { Ok(()) } else { Err(Error::Fenced { run: lease.run, held: self.token, ours: lease.token }) }
    }

    fn append(&mut self, append: &Append) -> Result<(), Error> {
        let lease = &append.lease;
        self.check(lease)?;
        let conflict = |expected| Error::Conflict { run: lease.run, found: self.seq(), expected };
        if let Some((row, _)) = append.rows.iter().zip(append.expected + 1..).find(|(row, place)| row.seq != *place) {
            return Err(conflict(row.seq.saturating_sub(1)));
        }
        // A writer that did not hear of its commit gives the same rows again; they must be the very ones.
        let grown = usize::try_from(append.expected).ok().and_then(|expected| self.rows.get(expected..));
        let given = grown.and_then(|grown| append.rows.strip_prefix(grown));
        self.rows.extend_from_slice(given.ok_or_else(|| conflict(append.expected))?);
        self.summary = append.summary.clone();
        for chunk in &append.output {
            self.output.entry(chunk.attempt).or_default().push(chunk);
        }
        Ok(())
    }
}

impl Output {
    /// Takes each character that begins behind the end and ends within the limit.
    fn push(&mut self, chunk: &OutputChunk) {
        for (place, character) in chunk.text.char_indices() {
            let place = chunk.offset + place as u64;
            let end = place + character.len_utf8() as u64;
            if place >= self.end && end <= OUTPUT_LIMIT {
                self.text.push(character);
                self.end = end;
            }
        }
    }
}

impl Kept {
    fn run(&self, run: RunId) -> Result<&Run, Error> {
        self.runs.get(&run).ok_or(Error::NoSuchRun(run))
    }

    fn run_mut(&mut self, run: RunId) -> Result<&mut Run, Error> {
        self.changes += 1;
        self.runs.get_mut(&run).ok_or(Error::NoSuchRun(run))
    }

    fn append(&mut self, append: &Append) -> Result<(), Error> {
        let run = append.lease.run;
        self.run_mut(run)?.append(append)?;
        for (request, answer) in &append.answers {
            let asked = self.requests_by_id.get(request).and_then(|place| self.requests.get_mut(*place));
            if let Some(asked) = asked.filter(|asked| asked.submission.run == run) {
                asked.answer.get_or_insert_with(|| answer.clone());
            }
        }
        Ok(())
    }

    fn pending(&self) -> impl Iterator<Item = &Submission> {
        self.requests.iter().filter(|asked| asked.answer.is_none()).map(|asked| &asked.submission)
    }
}

#[async_trait]
impl Store for Memory {
    async fn create(&self, created: Created) -> Result<(), Error> {
        let Created { run, frozen, rows, summary, deeds } = created;
        if let Some((row, place)) = rows.iter().zip(1..).find(|(row, place)| row.seq != *place) {
            return Err(Error::Conflict { run, found: place - 1, expected: row.seq.saturating_sub(1) });
        }
        let mut kept = self.kept();
        if kept.runs.contains_key(&run) {
            return Err(Error::RunExists(run));
        }
        let sealed = kept.seal(&deeds)?;
        kept.deeds.extend(sealed);
        kept.changes += 1;
        let expires_at = Timestamp(0);
        kept.runs
            .insert(run, Run { frozen, rows, summary, output: BTreeMap::new(), owner: None, token: 0, expires_at });
        Ok(())
    }

    async fn append(&self, batch: Vec<Append>) -> Result<Vec<Result<(), Error>>, Error> {
        let mut kept = self.kept();
        Ok(batch.iter().map(|append| kept.append(append)).collect())
    }

    async fn load(&self, run: RunId) -> Result<Stored, Error> {
        let kept = self.kept();
        let run = kept.run(run)?;
        Ok(Stored { frozen: run.frozen.clone(), rows: run.rows.clone() })
    }

    async fn frozen(&self, run: RunId) -> Result<Frozen, Error> {
        Ok(self.kept().run(run)?.frozen.clone())
    }

    async fn rows_after(&self, run: RunId, seq: u64, limit: u32) -> Result<Vec<Row>, Error> {
        let kept = self.kept();
        let rows = kept.run(run)?.rows.iter();
        Ok(rows.filter(|row| row.seq > seq).take(limit as usize).cloned().collect())
    }

    async fn output(&self, run: RunId, attempt: AttemptId) -> Result<String, Error> {
        Ok(self.kept().run(run)?.output.get(&attempt).map_or_else(String::new, |output| output.text.clone()))
    }

    async fn runs(&self, filter: RunFilter) -> Result<Vec<RunSummary>, Error> {
        let now = self.clock.now();
        let kept = self.kept();
        let before = filter.before.map_or(Bound::Unbounded, Bound::Excluded);
        let limit = if filter.limit == 0 { usize::MAX } else { filter.limit as usize };
        let fits = |id: &RunId, run: &Run| {
            filter.after.is_none_or(|after| id.0 > after)
                && filter.runbook.as_ref().is_none_or(|runbook| *runbook == run.summary.runbook)
                && filter.mode.is_none_or(|mode| mode == run.summary.mode)
                && (!filter.open_only || run.summary.status.is_open())
        };
        let runs = kept.runs.range((Bound::Unbounded, before)).rev().filter(|(id, run)| fits(id, run));
        let summaries = runs.take(limit).map(|(id, run)| RunSummary {
            run: *id,
            summary: run.summary.clone(),
            seq: run.seq(),
            owner: run.holder(now).map(|owner| owner.0.clone()),
        });
        Ok(summaries.collect())
    }

    async fn acquire(&self, run: RunId, owner: &Owner, ttl: Millis) -> Result<Option<Lease>, Error> {
        let now = self.clock.now();
        let mut kept = self.kept();
        let held = kept.run_mut(run)?;
        if held.holder(now).is_some_and(|holder| holder != owner) {
            return Ok(None);
        }
        held.owner = Some(owner.clone());
        held.token += 1;
        held.expires_at = now.plus(ttl);
        Ok(Some(Lease { run, owner: owner.clone(), token: held.token }))
    }

    async fn renew(&self, owner: &Owner, ttl: Millis) -> Result<Vec<Lease>, Error> {
        let until = self.clock.now().plus(ttl);
        let mut kept = self.kept();
        kept.changes += 1;
        let ours = kept.runs.iter_mut().filter(|(_, run)| run.owner.as_ref() == Some(owner));
        let leases = ours.map(|(id, run)| {
            run.expires_at = until;
            Lease { run: *id, owner: owner.clone(), token: run.token }
        });
        Ok(leases.collect())
    }

    async fn release(&self, lease: &Lease) -> Result<(), Error> {
        let mut kept = self.kept();
        if let Ok(run) = kept.run_mut(lease.run)
            && run.owner.as_ref() == Some(&lease.owner)
            && run.token == lease.token
        {
            run.owner = None;
        }
        Ok(())
    }

    async fn claim(&self, lease: &Lease, locks: &BTreeSet<LockName>) -> Result<Claim, Error> {
        let mut kept = self.kept();
        kept.run_mut(lease.run)?.check(lease)?;
        let holder = |lock: &LockName| {
            let run = kept.locks.get(lock).copied().filter(|run| *run != lease.run)?;
            kept.runs.get(&run).filter(|held| held.summary.status.is_open()).map(|held| (run, held))
        };
        if let Some((lock, (run, held))) = locks.iter().find_map(|lock| holder(lock).map(|by| (lock, by))) {
            let by = Holder { run, runbook: held.summary.runbook.clone() };
            return Ok(Claim::Held { lock: lock.clone(), by });
        }
        kept.locks.extend(locks.iter().map(|lock| (lock.clone(), lease.run)));
        Ok(Claim::Taken)
    }

    async fn orphans(&self) -> Result<Vec<RunId>, Error> {
        let now = self.clock.now();
        let kept = self.kept();
        let asked = |id| kept.pending().any(|submission| submission.run == id);
        let orphans = kept
            .runs
            .iter()
            .filter(|(id, run)| run.holder(now).is_none() && (run.summary.status.wants_engine() || asked(**id)));
        Ok(orphans.map(|(id, _)| *id).collect())
    }

    async fn submit(&self, submission: Submission, deeds: Vec<Deed>) -> Result<(), Error> {
        let mut kept = self.kept();
        kept.run_mut(submission.run)?;
        if !kept.requests_by_id.contains_key(&submission.id) {
            let sealed = kept.seal(&deeds)?;
            kept.deeds.extend(sealed);
            let place = kept.requests.len();
            kept.requests_by_id.insert(submission.id, place);
            kept.requests.push(Asked { submission, answer: None });
        }
        Ok(())
    }

    async fn pending(&self, runs: &[RunId]) -> Result<Vec<Submission>, Error> {
        Ok(self.kept().pending().filter(|submission| runs.contains(&submission.run)).cloned().collect())
    }

    async fn answer(&self, request: RequestId) -> Result<Option<Answer>, Error> {
        let kept = self.kept();
        let asked = kept.requests_by_id.get(&request).and_then(|place| kept.requests.get(*place));
        Ok(asked.and_then(|asked| asked.answer.clone()))
    }

    async fn change_counter(&self) -> Result<u64, Error> {
        Ok(self.kept().changes)
    }

    async fn now(&self) -> Result<Timestamp, Error> {
        Ok(self.clock.now())
    }
}
