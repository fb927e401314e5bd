//! `relight anchor`: heads of chains, written down where the database can not reach them.

use std::fs::{self, OpenOptions};
use std::io::{Read as _, Write as _};
use std::path::{Path, PathBuf};

use clap::Args;
use engine::base::{Clock as _, SystemClock};
use engine::evidence::Anchor;
use engine::run::replay;
use engine::store::walk_deeds;

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;

/// Longest file of anchors: some hundred thousand of them.
const LONGEST: u64 = 64 << 20;

/// Appends the head of a run's journal, and that of the audit log, to a file.
///
/// Keep the file where nobody who can write the database can write: on another host, on paper, in a mailbox. Then
/// `relight verify … --anchor FILE` also shows whether rows were cut off the end, or all of a journal was made anew.
#[derive(Debug, Args)]
pub(super) struct AnchorArgs {
    #[command(flatten)]
    run: RunArg,
    /// File to append to
    #[arg(long, value_name = "FILE")]
    to: PathBuf,
    #[command(flatten)]
    state: StateArgs,
}

/// Anchors what is proven to be in order, and nothing else.
pub(super) async fn anchor(args: AnchorArgs) -> Result<Exit, Failure> {
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.run.run).await?.run;
    let stored = store.load(run).await?;
    let head = replay(run, &stored.frozen.plan, &stored.rows)?.head;
    let walked = walk_deeds(&*store, &[]).await?;
    if let Some(broken) = walked.broken {
        return Err(Failure::refused(broken.to_string()).hint("`relight audit verify` says how far it is in order"));
    }
    let now = SystemClock.now();
    let anchors = [Anchor::of_journal(run, head, now), Anchor::of_audit(walked.end, now)];
    append(&args.to, &anchors).map_err(|cause| on_file(&args.to, &cause))?;
    for anchor in anchors {
        say::line(&anchor.to_string())?;
    }
    Ok(Exit::Done)
}

/// Appends lines, in one write each, and waits until they are on the disk.
pub(super) fn append(file: &Path, anchors: &[Anchor]) -> std::io::Result<()> {
    let mut out = OpenOptions::new().append(true).create(true).open(file)?;
    let lines: String = anchors.iter().map(|anchor| format!("{anchor}\n")).collect();
    out.write_all(lines.as_bytes())?;
    out.sync_all()
}

/// The anchors of a file.
pub(super) fn anchors_in(file: &Path) -> Result<Vec<Anchor>, Failure> {
    let mut bytes = Vec::new();
    let read = fs::File::open(file).and_then(|opened| opened.take(LONGEST + 1).read_to_end(&mut bytes));
    read.map_err(|cause| on_file(file, &cause))?;
    if bytes.len() as u64 > LONGEST {
        return Err(Failure::usage(format!("{}: a file of anchors has at most 64 MiB", file.display())));
    }
    // A saved mail may be in any encoding; the lines that count are plain letters and digits.
    let text = String::from_utf8_lossy(&bytes);
    let anchors = Anchor::all_in(&text).map_err(|line| {
        Failure::usage(format!(
            "{}: line {line} begins like an anchor and is none: it was cut or changed",
            file.display()
        ))
    })?;
    if anchors.is_empty() {
        return Err(Failure::usage(format!("{}: there is no anchor in it", file.display()))
            .hint("`relight anchor RUN --to FILE` writes one"));
    }
    Ok(anchors)
}
