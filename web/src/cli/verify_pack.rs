//! `relight verify FILE`: an evidence pack, proven with nothing but the file and what its reader brings.

use std::fs;
use std::path::Path;

use engine::base::{Bilingual as _, Digest, Lang};
use engine::evidence::{Anchor, Given, Proof, PublicKey, check};
use serde::Serialize;
use serde_json::{Value, json};

use super::exit::Exit;
use super::failure::{Failure, on_file};
use super::options::Format;
use super::say;

/// Longest file that is looked at as a public key.
const KEY: u64 = 64 << 10;

#[derive(Debug, Serialize)]
struct Told<'a> {
    file: &'a Path,
    intact: bool,
    key: Option<String>,
    key_given: bool,
    run: Option<String>,
    document_no: Option<&'a str>,
    interim: Option<bool>,
    rows: Option<u64>,
    head: Option<String>,
    made_by: Option<&'a str>,
    faults: Vec<Value>,
    notes: Vec<&'a str>,
}

/// Proves a pack.
pub(super) fn verify_pack(
    file: &Path,
    key: Option<&str>,
    anchors: Option<&[Anchor]>,
    lang: Lang,
    format: Format,
) -> Result<Exit, Failure> {
    let key = key.map(fingerprint).transpose()?;
    let opened = fs::File::open(file).map_err(|cause| on_file(file, &cause))?;
    if !opened.metadata().is_ok_and(|about| about.is_file()) {
        return Err(Failure::usage(format!("{} is not a file", file.display())));
    }
    let proof = check(opened, Given { key, anchors }).map_err(|cause| on_file(file, &cause))?;
    let notes: Vec<String> = proof.notes.iter().map(|note| note.get(lang)).collect();
    match format {
        Format::Json => tell(file, &proof, key.is_some(), &notes, lang)?,
        Format::Human => print(file, &proof, &notes, lang)?,
    }
    Ok(if proof.flaws.is_empty() { Exit::Done } else { Exit::Failed })
}

fn tell(file: &Path, proof: &Proof, key_given: bool, notes: &[String], lang: Lang) -> Result<(), Failure> {
    let manifest = proof.manifest.as_ref();
    let fault = |flaw: &engine::evidence::Flaw| json!({ "entry": flaw.entry(), "row": flaw.row(), "message": flaw.text().get(lang) });
    say::json(&Told {
        file,
        intact: proof.flaws.is_empty(),
        key: proof.key.map(|key| key.fingerprint().to_string()),
        key_given,
        run: manifest.map(|manifest| manifest.run.to_string()),
        document_no: manifest.map(|manifest| manifest.document_no.as_str()),
        interim: manifest.map(|manifest| manifest.interim),
        rows: manifest.map(|manifest| manifest.rows),
        head: manifest.map(|manifest| manifest.head.to_string()),
        made_by: manifest.map(|manifest| manifest.made_by.as_str()),
        faults: proof.flaws.iter().map(fault).collect(),
        notes: notes.iter().map(String::as_str).collect(),
    })?;
    Ok(())
}

fn print(file: &Path, proof: &Proof, notes: &[String], lang: Lang) -> Result<(), Failure> {
    let file = file.display();
    if proof.flaws.is_empty() {
        let Some(manifest) = &proof.manifest else { return Ok(()) };
        let interim = if manifest.interim { ", interim" } else { "" };
        say::line(&format!(
            "{file}: intact{interim}: {}, run {}, {} rows, head {}",
            manifest.document_no, manifest.run, manifest.rows, manifest.head
        ))?;
        say::line(&format!("key {}", manifest.key))?;
    } else {
        for flaw in &proof.flaws {
            say::line(&format!("{file}: broken: {}", flaw.text().get(lang)))?;
        }
    }
    for note in notes {
        say::note(&format!("note: {note}"));
    }
    Ok(())
}

/// A key as it was given: a file with it, the key itself, or its fingerprint.
fn fingerprint(given: &str) -> Result<Digest, Failure> {
    let path = Path::new(given);
    if path.is_file() {
        if fs::metadata(path).is_ok_and(|about| about.len() > KEY) {
            return Err(Failure::usage(format!("{given} is too long for a public key")));
        }
        let text = fs::read_to_string(path).map_err(|cause| on_file(path, &cause))?;
        let key: PublicKey = text.parse().map_err(|why| Failure::usage(format!("{given}: {why}")))?;
        return Ok(key.fingerprint());
    }
    let key = given.parse::<PublicKey>().map(|key| key.fingerprint());
    key.or_else(|_| given.to_ascii_lowercase().parse()).map_err(|_| {
        Failure::usage(format!("{given:?} is no file, no public key in base64 and no fingerprint of 64 digits"))
            .hint("`relight key show` prints the public key of the host that sealed")
    })
}
