//! Making a pack: everything that a report rests on, in one file, listed, digested and signed.

use std::collections::BTreeMap;
use std::io::{self, Seek, Write};

use serde::{Deserialize, Serialize};

use super::container::{Writer, Written};
use super::key::SecretKey;
use super::manifest::{FORMAT, Listed, Manifest, Unproven, Word, statement};
use super::readme::readme;
use crate::base::{Bilingual, Digest, UnitId};
use crate::report::RunReport;
use crate::run::{AttemptId, EvidenceFile, Media, Row};
use crate::store::{self, Frozen};

pub(super) const README: &str = "README.txt";
pub(super) const REPORT: &str = "report.json";
pub(super) const ISSUE: &str = "issue.json";
pub(super) const RUNBOOK: &str = "runbook.yaml";
pub(super) const PLAN: &str = "plan.json";
pub(super) const JOURNAL: &str = "journal.jsonl";
pub(super) const OUTPUTS: &str = "outputs.jsonl";
pub(super) const RECOMPUTE: &str = "recompute.py";
pub(super) const EVIDENCE: &str = "evidence/";
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const STATEMENT: &str = "statement.txt";
pub(super) const SIGNATURE: &str = "statement.sig";
pub(super) const KEY: &str = "key.pem";
/// What reckons the report again from the journal, without this program.
const SCRIPT: &str = include_str!("recompute.py");
/// What the manifest does not list, because it is about the manifest.
pub(super) const SEAL: [&str; 4] = [MANIFEST, STATEMENT, SIGNATURE, KEY];

/// A form of the report for people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paper {
    /// Its name in the pack, such as `report.ko.html`.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What is sealed.
#[derive(Debug, Clone, Copy)]
pub struct Contents<'a> {
    /// Plan and runbook.
    pub frozen: &'a Frozen,
    /// The journal, up to the row where the report ends.
    pub rows: &'a [Row],
    /// The report of exactly these rows.
    pub report: &'a RunReport,
    /// Its JSON: as it was issued, where a version is sealed.
    pub json: &'a str,
    /// The report for people.
    pub papers: &'a [Paper],
    /// The issued version and who signed it, as JSON, where one is sealed.
    pub issue: Option<&'a str>,
    /// The program that makes the pack.
    pub made_by: &'a str,
}

/// Where what is kept beside the journal is asked for, one thing at a time: a run may have more of it than fits in memory.
pub trait Shelf {
    /// Kept output of an attempt.
    fn output(&mut self, attempt: AttemptId) -> Result<String, store::Error>;

    /// A file by its digest.
    fn content(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, store::Error>;
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The file can not be written.
    #[error("the pack can not be written: {0}; look at the free space, and seal again")]
    Write(#[from] io::Error),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// Something of ours can not be written as JSON.
    #[error("the pack can not be written as JSON: {0}")]
    Json(#[from] serde_json::Error),
}

impl Bilingual for SealError {
    fn ko(&self) -> String {
        match self {
            Self::Write(cause) => {
                format!("증거 꾸러미를 쓸 수 없습니다: {cause}. 남은 공간을 확인하고 다시 봉인하십시오")
            }
            Self::Store(error) => error.ko(),
            Self::Json(cause) => format!("증거 꾸러미를 JSON으로 쓸 수 없습니다: {cause}"),
        }
    }
}

/// A line of the outputs.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct OutputLine {
    pub attempt: AttemptId,
    pub unit: UnitId,
    pub text: String,
}

/// Writes a pack into an empty file. The same contents and key give the same bytes.
pub fn seal<W: Write + Seek>(
    contents: &Contents<'_>,
    shelf: &mut dyn Shelf,
    key: &SecretKey,
    out: W,
) -> Result<(W, Manifest), SealError> {
    let report = contents.report;
    let mut packer = Packer { writer: Writer::new(out), entries: Vec::new() };
    packer.text(README, &readme(report, &key.public()))?;
    packer.text(REPORT, contents.json)?;
    for paper in contents.papers {
        packer.entry(&paper.name, |out| out.write_all(&paper.bytes))?;
    }
    if let Some(issue) = contents.issue {
        packer.text(ISSUE, issue)?;
    }
    packer.text(RUNBOOK, &contents.frozen.source)?;
    packer.text(PLAN, &contents.frozen.plan)?;
    packer.entry(JOURNAL, |out| contents.rows.iter().try_for_each(|row| line(out, row)))?;
    packer.text(RECOMPUTE, SCRIPT)?;
    packer.outputs(report, shelf)?;
    let missing = packer.evidence(report, shelf)?;
    let manifest = Manifest {
        format: FORMAT,
        made_by: contents.made_by.to_owned(),
        run: report.cover.run,
        document_no: report.cover.document_no.clone(),
        as_of_at: report.cover.as_of_at,
        interim: report.cover.interim,
        rows: report.integrity.rows,
        head: report.integrity.head,
        plan: report.cover.plan_digest,
        key: key.public().fingerprint(),
        entries: packer.entries,
        missing,
        limits: report.limits.iter().filter_map(|limit| Word::of(*limit)).collect(),
        unproven: Unproven::ALL.to_vec(),
    };
    let mut writer = packer.writer;
    let text = format!("{}\n", serde_json::to_string_pretty(&manifest)?);
    let Written { digest, .. } = writer.entry(MANIFEST, |out| out.write_all(text.as_bytes()))?;
    let statement = statement(&manifest, digest, &key.public());
    writer.entry(STATEMENT, |out| out.write_all(statement.as_bytes()))?;
    writer.entry(SIGNATURE, |out| out.write_all(&key.sign(statement.as_bytes())))?;
    writer.entry(KEY, |out| out.write_all(key.public().to_pem().as_bytes()))?;
    Ok((writer.finish()?, manifest))
}

/// One value as one line.
fn line(out: &mut dyn Write, value: &impl Serialize) -> io::Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")
}

struct Packer<W> {
    writer: Writer<W>,
    entries: Vec<Listed>,
}

impl<W: Write + Seek> Packer<W> {
    fn entry(&mut self, name: &str, fill: impl FnOnce(&mut dyn Write) -> io::Result<()>) -> io::Result<()> {
        // Headers apart, what comes in pieces of a line each would be as many calls of the system.
        let buffered = |out: &mut dyn Write| {
            let mut out = io::BufWriter::with_capacity(64 * 1024, out);
            fill(&mut out)?;
            out.flush()
        };
        let Written { digest, size } = self.writer.entry(name, buffered)?;
        self.entries.push(Listed { name: name.to_owned(), size, sha256: digest });
        Ok(())
    }

    fn text(&mut self, name: &str, text: &str) -> io::Result<()> {
        self.entry(name, |out| out.write_all(text.as_bytes()))
    }

    /// What steps said, as far as it is kept.
    fn outputs(&mut self, report: &RunReport, shelf: &mut dyn Shelf) -> Result<(), SealError> {
        let mut refused = None;
        let written = self.entry(OUTPUTS, |out| {
            for attempt in report.attempts.iter().filter(|attempt| attempt.output_digest.is_some()) {
                match shelf.output(attempt.attempt) {
                    Ok(text) => line(out, &OutputLine { attempt: attempt.attempt, unit: attempt.unit.clone(), text })?,
                    Err(error) => {
                        refused = Some(error);
                        return Err(io::ErrorKind::Other.into());
                    }
                }
            }
            Ok(())
        });
        match refused {
            Some(error) => Err(error.into()),
            None => Ok(written?),
        }
    }

    /// Files that people handed in, each once; gives the names of those that the store no longer has.
    fn evidence(&mut self, report: &RunReport, shelf: &mut dyn Shelf) -> Result<Vec<String>, SealError> {
        let mut missing = Vec::new();
        for (name, digest) in evidence_of(report) {
            match shelf.content(digest)? {
                Some(bytes) => self.entry(&name, |out| out.write_all(&bytes))?,
                None => missing.push(name),
            }
        }
        Ok(missing)
    }
}

/// The files that a report names, by their names in a pack.
pub(super) fn evidence_of(report: &RunReport) -> BTreeMap<String, Digest> {
    let files = report.manual.iter().flat_map(|manual| &manual.files);
    files.map(|entry| (name_of(&entry.file), entry.file.digest)).collect()
}

/// The digest, and the ending by which programs know what to do with it.
fn name_of(file: &EvidenceFile) -> String {
    let ending = match file.media {
        Media::Png => "png",
        Media::Jpeg => "jpg",
        Media::Webp => "webp",
        Media::Heic => "heic",
        Media::Pdf => "pdf",
        Media::Text => "txt",
        Media::Workbook => "xlsx",
        Media::Document => "docx",
    };
    format!("{EVIDENCE}{}.{ending}", file.digest)
}
