//! `relight seal RUN -o FILE`

use std::fs::{self, OpenOptions};
use std::path::{Path, PathBuf};

use clap::Args;
use engine::base::{Clock as _, SystemClock};
use engine::evidence::issue::IssueError;
use engine::evidence::{KeyFault, Keyring, Manifest};
use engine::store::DeedOutcome;
use serde::Serialize;
use serde_json::json;

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::{ActorArgs, Format, RunArg, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::press::press;
use super::say;
use crate::deeds::Doer;
use crate::sealing::{NoPack, Wanted, seal_run};

/// Seals a run into one file: report, runbook as executed, journal, files and outputs, listed by SHA-256 and signed.
///
/// The key is the newest that `relight key` lists as in use on this host. The same run sealed again with the same key gives the
/// same file. Anybody proves it with `relight verify FILE --key PUBLIC-KEY`, without this state.
#[derive(Debug, Args)]
pub(super) struct SealArgs {
    #[command(flatten)]
    run: RunArg,
    /// File to write; one that is there is not replaced
    #[arg(short, long, value_name = "FILE")]
    output: PathBuf,
    /// An issued version of the report, with its signatures and the journal as it was then
    #[arg(long, value_name = "NUMBER")]
    issue: Option<u32>,
    /// Leaves out the forms of the report for people
    #[arg(long)]
    data_only: bool,
    #[command(flatten)]
    state: StateArgs,
    #[command(flatten)]
    actor: ActorArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Sealed<'a> {
    file: &'a Path,
    run: String,
    document_no: &'a str,
    interim: bool,
    rows: u64,
    head: String,
    key: String,
    entries: usize,
    missing: &'a [String],
}

/// Seals.
pub(super) async fn seal(args: SealArgs) -> Result<Exit, Failure> {
    let doer = Doer::at_host(args.actor.actor()?);
    let place = Place::of(&args.state)?;
    let store = place.open().await?.store;
    let run = pick(&*store, &args.run.run).await?.run;
    let key = Keyring::new(place.sealed).current(&*store).await?;
    let file = OpenOptions::new().write(true).read(true).create_new(true).open(&args.output);
    let file = file.map_err(|cause| on_file(&args.output, &cause))?;
    let now = SystemClock.now();
    let wanted = Wanted { run, now, issue: args.issue, data_only: args.data_only };
    let sealed = async {
        let (file, manifest) = seal_run(std::sync::Arc::clone(&store), key, &press(), wanted, file).await?;
        file.sync_all().map_err(|cause| on_file(&args.output, &cause))?;
        let deed = doer.deed(now, "run.seal", format!("run/{run}"));
        let after = json!({ "rows": manifest.rows, "head": manifest.head, "key": manifest.key });
        let deed = engine::store::Deed { after: Some(after), outcome: DeedOutcome::Done, ..deed };
        let _done = store.change(now, Vec::new(), vec![deed]).await?;
        Ok::<Manifest, Failure>(manifest)
    };
    let manifest = match sealed.await {
        Ok(manifest) => manifest,
        Err(failure) => {
            // Half a pack is none.
            fs::remove_file(&args.output).unwrap_or_default();
            return Err(failure);
        }
    };
    match args.format {
        Format::Json => say::json(&Sealed {
            file: &args.output,
            run: run.to_string(),
            document_no: &manifest.document_no,
            interim: manifest.interim,
            rows: manifest.rows,
            head: manifest.head.to_string(),
            key: manifest.key.to_string(),
            entries: manifest.entries.len(),
            missing: &manifest.missing,
        })?,
        Format::Human => {
            say::line(&format!("run {run}: sealed, {} rows, head {}", manifest.rows, manifest.head))?;
            say::line(&format!("key {}", manifest.key))?;
            for missing in &manifest.missing {
                say::note(&format!("{missing} is no longer in the store, and the pack says so"));
            }
            say::note("give the public key over another way than the pack: `relight key show`");
        }
    }
    Ok(Exit::Done)
}

impl From<NoPack> for Failure {
    fn from(why: NoPack) -> Self {
        let message = why.to_string();
        match why {
            NoPack::Store(error) => error.into(),
            NoPack::Corrupt(corrupt) => corrupt.into(),
            NoPack::Issue(IssueError::NoSuchVersion) => Self::usage(message),
            NoPack::Issue(_) => Self::refused(message),
            NoPack::Form { .. } => {
                Self::unable(message).hint("`--data-only` seals all that they are made of without them")
            }
            NoPack::Seal(_) | NoPack::Cut(_) => Self::unable(message),
        }
    }
}

impl From<KeyFault> for Failure {
    fn from(fault: KeyFault) -> Self {
        match fault {
            KeyFault::None | KeyFault::Foreign(_) => Self::unable(fault.to_string()),
            KeyFault::Sealed(fault) => fault.into(),
            KeyFault::Store(error) => error.into(),
        }
    }
}
