//! `relight verify RUN` and `relight verify FILE`

use std::path::{Path, PathBuf};

use clap::Args;
use engine::evidence::anchored;
use engine::run::replay;
use serde::Serialize;

use super::anchor::anchors_in;
use super::exit::Exit;
use super::failure::Failure;
use super::options::{Format, LangWord, StateArgs};
use super::pick::pick;
use super::place::Place;
use super::say;
use super::verify_pack::verify_pack;

/// Proves that a run's journal is what was written: the chain of every row, the frozen plan, and that every event could
/// follow the one before. Names the first row that is broken.
///
/// Of an evidence pack (`relight seal`) it proves, with nothing but the file: signature, manifest, the digest of every entry,
/// the journal row by row, and that the report is what the journal gives.
#[derive(Debug, Args)]
pub(super) struct VerifyArgs {
    /// Run: its id, a unique beginning of it, or `latest`. Or the file of an evidence pack: what has a dot or a slash is one
    #[arg(value_name = "RUN|FILE")]
    what: String,
    /// Public key that must have signed the pack: a file with it, the key in base64, or its fingerprint
    #[arg(long, value_name = "FILE|KEY|FINGERPRINT")]
    key: Option<String>,
    /// File with heads of chains that were kept outside (`relight anchor`, or a saved mail)
    #[arg(long, value_name = "FILE")]
    anchor: Option<PathBuf>,
    /// Language of what is said about a pack
    #[arg(long, value_enum, default_value_t)]
    lang: LangWord,
    #[command(flatten)]
    state: StateArgs,
    /// Form of the answer
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

#[derive(Debug, Serialize)]
struct Proof {
    run: String,
    intact: bool,
    rows: u64,
    head: Option<String>,
    plan: Option<String>,
    fault: Option<String>,
}

/// Verifies.
pub(super) async fn verify(args: VerifyArgs) -> Result<Exit, Failure> {
    let anchors = args.anchor.as_deref().map(anchors_in).transpose()?;
    if args.what.contains(['.', '/']) {
        let (file, key) = (Path::new(&args.what), args.key.as_deref());
        return verify_pack(file, key, anchors.as_deref(), args.lang.into(), args.format);
    }
    if args.key.is_some() {
        return Err(Failure::usage("a journal in the database has no signature: --key is for evidence packs")
            .hint(format!("is {0:?} a file? Then write ./{0}", args.what)));
    }
    let store = Place::of(&args.state)?.open().await?.store;
    let run = pick(&*store, &args.what).await?.run;
    let stored = store.load(run).await?;
    let rows = stored.rows.len() as u64;
    let proof = match replay(run, &stored.frozen.plan, &stored.rows) {
        Ok(replayed) => Proof {
            run: run.to_string(),
            intact: true,
            rows,
            head: Some(replayed.head.hash.to_string()),
            plan: Some(replayed.plan.digest().to_string()),
            fault: None,
        },
        Err(broken) => {
            let fault = Some(broken.to_string());
            Proof { run: run.to_string(), intact: false, rows, head: None, plan: None, fault }
        }
    };
    let proof = match anchors.filter(|_| proof.intact).map(|anchors| anchored(run, &stored.rows, &anchors)) {
        Some(Err(flaw)) => Proof { intact: false, fault: Some(flaw.to_string()), ..proof },
        Some(Ok(note)) => {
            if let Some(note) = &note {
                say::note(&format!("note: {}", note.get(args.lang.into())));
            }
            proof
        }
        None => proof,
    };
    match args.format {
        Format::Json => say::json(&proof)?,
        Format::Human => say::line(&match (&proof.fault, &proof.head) {
            (Some(fault), _) => format!("run {run}: broken: {fault}"),
            (None, head) => format!("run {run}: intact, {rows} rows, head {}", head.as_deref().unwrap_or("none")),
        })?,
    }
    Ok(if proof.intact { Exit::Done } else { Exit::Failed })
}
