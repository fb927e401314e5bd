//! `relight audit list` and `relight audit verify`

use std::path::PathBuf;
use std::str::FromStr;

use clap::{Args, Subcommand};
use engine::base::{Digest, Timestamp, UserName};
use engine::evidence::Anchor;
use engine::store::{Deed, DeedChain, DeedQuery, RecordedDeed, Store, walk_deeds};
use serde::Serialize;

use super::anchor::anchors_in;
use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, StateArgs};
use super::place::Place;
use super::say;

/// The audit log: who did what, through which door, with what outcome.
#[derive(Debug, Args)]
pub(super) struct AuditArgs {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    List(ListArgs),
    Verify(VerifyArgs),
}

/// Lists deeds, oldest first. As JSON: one row of the log a line, byte for byte, with the hashes that chain them.
#[derive(Debug, Args)]
struct ListArgs {
    #[command(flatten)]
    state: StateArgs,
    /// Only of this person
    #[arg(long, value_name = "NAME")]
    by: Option<UserName>,
    /// Only acts that begin with this, such as `run.` or `user.add`
    #[arg(long, value_name = "ACT")]
    act: Option<String>,
    /// Only about this, such as `run/ID` or `user/NAME`
    #[arg(long, value_name = "OBJECT")]
    object: Option<String>,
    /// Only with this outcome
    #[arg(long, value_name = "OUTCOME", value_parser = ["done", "asked", "refused"])]
    outcome: Option<String>,
    /// Only from this instant on (ISO 8601 with an offset)
    #[arg(long, value_name = "TIME", value_parser = instant)]
    from: Option<Timestamp>,
    /// Only before this instant
    #[arg(long, value_name = "TIME", value_parser = instant)]
    until: Option<Timestamp>,
    /// Only those behind this row
    #[arg(long, value_name = "ROW", default_value_t = 0)]
    after: u64,
    /// Form of the list
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// Proves that the log is in order from its first row: none removed, changed or moved. Names the first row that is not.
///
/// It does not prove that no rows were cut off the end, or that somebody who can write all of the store did not make the
/// whole chain anew. For that keep the head that this prints somewhere else, and give it with --head the next time.
#[derive(Debug, Args)]
struct VerifyArgs {
    #[command(flatten)]
    state: StateArgs,
    /// A head that was printed before, which must still be in the log
    #[arg(long, value_name = "ROW:HASH")]
    head: Option<HeadArg>,
    /// File with heads that were kept outside (`relight anchor`, or a saved mail), all of which must still be in the log
    #[arg(long, value_name = "FILE", conflicts_with = "head")]
    anchor: Option<PathBuf>,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

/// A row and its hash, as `verify` prints them.
#[derive(Debug, Clone, Copy)]
struct HeadArg(DeedChain);

impl FromStr for HeadArg {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || "a head is the number of a row, a colon and 64 hexadecimal digits".to_owned();
        let (seq, hash) = text.split_once(':').ok_or_else(wrong)?;
        let hash: Digest = hash.parse().map_err(|_| wrong())?;
        Ok(Self(DeedChain { seq: seq.parse().map_err(|_| wrong())?, hash }))
    }
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse_iso(text).ok_or_else(|| "an instant has an offset, such as 2026-11-21T03:00:00+09:00".to_owned())
}

#[derive(Debug, Serialize)]
struct Proof {
    intact: bool,
    rows: u64,
    head: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    holds: Option<bool>,
    fault: Option<String>,
}

/// Lists or verifies.
pub(super) async fn audit(args: AuditArgs) -> Result<Exit, Failure> {
    match args.what {
        What::List(args) => list(args).await,
        What::Verify(args) => verify(args).await,
    }
}

async fn list(args: ListArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let mut after = args.after;
    let query = DeedQuery {
        by: args.by,
        act: args.act,
        object: args.object,
        outcome: args.outcome,
        from: args.from,
        until: args.until,
        ..DeedQuery::default()
    };
    loop {
        let rows = page(&*store, DeedQuery { after: Some(after), ..query.clone() }).await?;
        let Some(last) = rows.last() else { return Ok(Exit::Done) };
        after = last.seq;
        for row in &rows {
            match args.format {
                Format::Json => say::line(&serde_json::to_string(row).unwrap_or_default())?,
                Format::Human => say::line(&line(row))?,
            }
        }
    }
}

async fn page(store: &dyn Store, query: DeedQuery) -> Result<Vec<RecordedDeed>, Failure> {
    Ok(store.deeds(query).await?)
}

fn line(row: &RecordedDeed) -> String {
    let Ok(deed) = serde_json::from_str::<Deed>(&row.entry) else {
        return format!("{:>7}  (this row can not be read; `relight audit verify` says more)", row.seq);
    };
    let behalf = deed.on_behalf_of.as_ref().map_or_else(String::new, |whom| format!(" (for {whom})"));
    let reason = if deed.reason.is_empty() { String::new() } else { format!("  {:?}", deed.reason) };
    let (at, by, act, object) = (deed.at, &deed.by.name, &deed.act, &deed.object);
    format!("{:>7}  {at}  {by}{behalf}  {act}  {object}  {}  {}{reason}", row.seq, deed.outcome.keyword(), deed.origin)
}

async fn verify(args: VerifyArgs) -> Result<Exit, Failure> {
    let known = match args.anchor.as_deref().map(anchors_in).transpose()? {
        Some(anchors) => {
            let known: Vec<DeedChain> = anchors.iter().filter_map(Anchor::of_log).collect();
            if known.is_empty() {
                return Err(Failure::usage("the anchors that were given say nothing of the audit log"));
            }
            known
        }
        None => args.head.into_iter().map(|head| head.0).collect(),
    };
    let store = Place::of(&args.state)?.open().await?.store;
    let walked = walk_deeds(&*store, &known).await?;
    let lost = walked.holds == Some(false);
    let fault = walked.broken.as_ref().map(ToString::to_string).or_else(|| {
        lost.then(|| {
            "the head that was given is not in the log: rows were cut off its end, or it was made anew".to_owned()
        })
    });
    let proof = Proof {
        intact: fault.is_none(),
        rows: walked.end.seq,
        head: format!("{}:{}", walked.end.seq, walked.end.hash),
        holds: walked.holds,
        fault,
    };
    match args.format {
        Format::Json => say::json(&proof)?,
        Format::Human => match &proof.fault {
            Some(fault) => {
                say::line(&format!("audit log: broken: {fault}; the {} rows before are in order", proof.rows))?;
            }
            None => say::line(&format!("audit log: intact, {} rows, head {}", proof.rows, proof.head))?,
        },
    }
    if proof.intact && args.format == Format::Human && known.is_empty() {
        say::note("keep this head elsewhere: without it nobody can tell whether rows were cut off the end");
    }
    Ok(if proof.intact { Exit::Done } else { Exit::Failed })
}
