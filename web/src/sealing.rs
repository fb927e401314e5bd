//! Making the sealed pack of a run, for the command line and for the console.

use std::io::{Seek, Write};
use std::sync::Arc;

use engine::base::{Bilingual, Digest, Lang, RunId, Text, Timestamp};
use engine::evidence::issue::{IssueError, content, version};
use engine::evidence::{Contents, Manifest, Paper, SealError, SecretKey, Shelf, seal};
use engine::report::{Aside, RunReport};
use engine::run::{AttemptId, Corrupt};
use engine::store::{self, Store, Stored};
use paper::pdf::Press;
use tokio::runtime::Handle;

use crate::error::Error;
use crate::i18n::Words;
use crate::report::{Draft, Format};

/// The program that makes packs, as their manifests name it.
const MADE_BY: &str = concat!("relight ", env!("CARGO_PKG_VERSION"));

/// What is to be sealed.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The run.
    pub run: RunId,
    /// The instant of the report, where the run is not over.
    pub now: Timestamp,
    /// The issued version, with the journal as it was then; the whole journal where absent.
    pub issue: Option<u32>,
    /// Leaves the forms of the report for people out.
    pub data_only: bool,
}

/// Why there is no pack.
#[derive(Debug, thiserror::Error)]
pub enum NoPack {
    /// The store does not answer, or has no such run.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// The journal makes no report, and what is broken is not sealed as if it were whole.
    #[error(transparent)]
    Corrupt(#[from] Corrupt),
    /// It can not be written.
    #[error(transparent)]
    Seal(#[from] SealError),
    /// A form of the report for people can not be made.
    #[error("the pack has no {form}: {}", .why.get(Lang::En))]
    Form {
        /// Its file.
        form: String,
        /// Why.
        why: Text,
    },
    /// There is no such version, or it is not what was issued.
    #[error(transparent)]
    Issue(#[from] IssueError),
    /// The work was cut short.
    #[error("sealing was cut short: {0}")]
    Cut(String),
}

impl Bilingual for NoPack {
    fn ko(&self) -> String {
        match self {
            Self::Store(error) => error.ko(),
            Self::Corrupt(corrupt) => corrupt.ko(),
            Self::Seal(error) => error.ko(),
            Self::Form { form, why } => format!("꾸러미에 넣을 {form}을(를) 만들 수 없습니다: {}", why.get(Lang::Ko)),
            Self::Issue(error) => error.ko(),
            Self::Cut(why) => format!("봉인이 중단되었습니다: {why}"),
        }
    }
}

/// Seals a run into an empty file, off the async threads: report and pack of a long journal take long. What is kept beside the
/// journal is asked for as it is written, so that no more of it is in memory than one file.
pub async fn seal_run<W: Write + Seek + Send + 'static>(
    store: Arc<dyn Store>,
    key: SecretKey,
    press: &Press,
    wanted: Wanted,
    out: W,
) -> Result<(W, Manifest), NoPack> {
    let mut stored = store.load(wanted.run).await?;
    let issue = match wanted.issue {
        None => None,
        Some(number) => {
            let issue = version(&*store, wanted.run, number).await?;
            let json = content(&*store, &issue).await?;
            stored.rows.truncate(usize::try_from(issue.rows).unwrap_or(usize::MAX));
            Some((issue, json))
        }
    };
    let mut shelf = Kept { store, run: wanted.run, at: Handle::current() };
    let (press, at) = (press.clone(), Handle::current());
    let work = tokio::task::spawn_blocking(move || {
        let Stored { frozen, rows } = &stored;
        let now = issue.as_ref().map_or(wanted.now, |(issue, _)| issue.as_of_at);
        let report = RunReport::of(wanted.run, &frozen.plan, &frozen.source, rows, now)?;
        let aside = Aside { issue: issue.as_ref().map(|(issue, _)| issue.note(true)), ..Aside::default() };
        // What was issued is sealed to the byte, also by a later program that would say more.
        let (json, version) = match issue {
            Some((issue, json)) => (json, Some(serde_json::to_string_pretty(&issue).map_err(SealError::Json)?)),
            None => (engine::report::json(&report).map_err(SealError::Json)?, None),
        };
        let papers = if wanted.data_only { Vec::new() } else { papers(&report, &aside, &press, &at)? };
        let (json, issue) = (json.as_str(), version.as_deref());
        let contents = Contents { frozen, rows, report: &report, json, papers: &papers, issue, made_by: MADE_BY };
        Ok(seal(&contents, &mut shelf, &key, out)?)
    });
    work.await.map_err(|why| NoPack::Cut(why.to_string()))?
}

/// The forms of the report for people, with the signatures of an issued version and nothing else from beside the journal: that
/// changes, and what is sealed does not.
fn papers(report: &RunReport, aside: &Aside, press: &Press, at: &Handle) -> Result<Vec<Paper>, NoPack> {
    let mut papers = Vec::new();
    for format in [Format::Html, Format::Pdf, Format::Xlsx, Format::Csv] {
        for lang in Lang::ALL {
            let name = format!("report.{}.{}", lang.tag(), format.end());
            let made = Draft::of(report, aside, format, lang).and_then(|draft| at.block_on(draft.finish(press)));
            match made {
                Ok(bytes) => papers.push(Paper { name, bytes }),
                Err(why) => return Err(NoPack::Form { form: name, why: said(&why) }),
            }
        }
    }
    Ok(papers)
}

/// Why a form can not be made. A fault of ours has its own words in the log only; here they are all there is to say.
fn said(why: &Error) -> Text {
    match why {
        Error::Internal(cause) => Text::plain(cause),
        other => Text::new(other.tell(Words(Lang::Ko)).message, other.tell(Words(Lang::En)).message),
    }
}

/// The store, asked from a thread that may wait.
struct Kept {
    store: Arc<dyn Store>,
    run: RunId,
    at: Handle,
}

impl Shelf for Kept {
    fn output(&mut self, attempt: AttemptId) -> Result<String, store::Error> {
        self.at.block_on(self.store.output(self.run, attempt))
    }

    fn content(&mut self, digest: Digest) -> Result<Option<Vec<u8>>, store::Error> {
        self.at.block_on(self.store.kept(digest))
    }
}

/// What a pack is called when it is saved.
pub fn file_name(document_no: &str) -> String {
    format!("{document_no}.relight.zip")
}
