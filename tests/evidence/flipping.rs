//! One changed byte anywhere in a pack is found, and the entry that it stands in is named.

use std::fs;
use std::io::{Cursor, Read as _};
use std::ops::Range;

use engine::base::Digest;
use engine::evidence::{Given, Proof, check};

use super::packs::{sealed, smallest};

/// Where each entry's content lies, as another program finds it; what lies between is headers.
fn contents(pack: &[u8]) -> Vec<(String, Range<usize>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(pack)).unwrap();
    let mut found = Vec::new();
    for at in 0..archive.len() {
        let file = archive.by_index(at).unwrap();
        let start = usize::try_from(file.data_start()).unwrap();
        found.push((file.name().to_owned(), start..start + usize::try_from(file.size()).unwrap()));
    }
    found
}

fn proof(bytes: &[u8], key: Option<Digest>) -> Proof {
    check(Cursor::new(bytes), Given { key, anchors: None }).unwrap()
}

#[test]
fn a_changed_byte_is_found_wherever_it_stands_and_its_place_is_named() {
    let (state, file) = smallest();
    let whole = fs::read(file).unwrap();
    let listed = state.done(&["key", "list", "--format", "json"]).json();
    let key: Digest = listed[0]["fingerprint"].as_str().unwrap().parse().unwrap();
    assert!(proof(&whole, Some(key)).flaws.is_empty());
    let contents = contents(&whole);
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    std::thread::scope(|scope| {
        for thread in 0..threads {
            let (whole, contents) = (&whole, &contents);
            scope.spawn(move || {
                let mut bytes = whole.clone();
                for at in (thread..whole.len()).step_by(threads) {
                    bytes[at] ^= 1 << (at % 8);
                    judge(&bytes, at, key, contents, whole);
                    bytes[at] = whole[at];
                }
            });
        }
    });
}

/// The flaws of a pack whose byte at a place was changed.
fn judge(bytes: &[u8], at: usize, key: Digest, contents: &[(String, Range<usize>)], whole: &[u8]) {
    let found = proof(bytes, Some(key));
    let [first, ..] = found.flaws.as_slice() else { panic!("byte {at} was changed, and nobody noticed") };
    let Some((name, range)) = contents.iter().find(|(_, range)| range.contains(&at)) else { return };
    assert_eq!(first.entry(), Some(name.as_str()), "byte {at}: {first}");
    if name == "journal.jsonl" {
        let row = whole[range.start..at].split(|byte| *byte == b'\n').count() as u64;
        assert_eq!(first.row(), Some(row), "byte {at}: {first}");
    }
}

#[test]
fn each_of_many_changed_entries_is_named() {
    let (_state, file) = smallest();
    let mut bytes = fs::read(file).unwrap();
    let contents = contents(&bytes);
    let listed: Vec<_> = contents
        .iter()
        .filter(|(name, range)| {
            !range.is_empty() && !name.contains("manifest") && !name.contains("statement") && name != "key.pem"
        })
        .collect();
    for (_, range) in &listed {
        bytes[range.start + range.len() / 2] ^= 1;
    }
    let found = proof(&bytes, None);
    let named: Vec<Option<&str>> = found.flaws.iter().map(|flaw| flaw.entry()).collect();
    assert_eq!(named, listed.iter().map(|(name, _)| Some(name.as_str())).collect::<Vec<_>>());
    assert!(named.len() > 4, "{named:?}");
}

#[test]
fn what_was_cut_off_added_or_taken_out_is_found() {
    let (_state, file) = sealed(&["--data-only"]);
    let whole = fs::read(file).unwrap();
    for length in (0..whole.len()).step_by(97).chain(whole.len() - 30..whole.len()) {
        assert!(!proof(&whole[..length], None).flaws.is_empty(), "cut at {length}");
    }
    assert!(!proof(&[whole.as_slice(), &[0]].concat(), None).flaws.is_empty());
    assert!(!proof(&[&[0], whole.as_slice()].concat(), None).flaws.is_empty());
    // The same entries without one of them, packed by another program without compression.
    let mut archive = zip::ZipArchive::new(Cursor::new(&whole)).unwrap();
    let names: Vec<String> = archive.file_names().map(str::to_owned).collect();
    for left_out in &names {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        let stored = zip::write::SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
        for at in 0..archive.len() {
            let mut file = archive.by_index(at).unwrap();
            if file.name() == left_out {
                continue;
            }
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes).unwrap();
            writer.start_file(file.name(), stored).unwrap();
            std::io::Write::write_all(&mut writer, &bytes).unwrap();
        }
        let bytes = writer.finish().unwrap().into_inner();
        assert!(!proof(&bytes, None).flaws.is_empty(), "{left_out}");
    }
}
