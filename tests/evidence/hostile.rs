//! Files that somebody made to harm who verifies them.

use std::fs;
use std::io::{Cursor, Write as _};

use engine::evidence::{Given, check};
use harness::state::State;
use proptest::prelude::*;

use super::packs::smallest;

#[test]
fn bombs_and_names_that_lead_elsewhere_are_refused_before_anything_is_unpacked() {
    let state = State::new();
    let packed = |name: &str, length: usize| {
        let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
        writer.start_file(name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(&vec![b'0'; length]).unwrap();
        writer.finish().unwrap().into_inner()
    };
    for (name, bytes) in [
        ("bomb.zip", packed("report.json", 50_000_000)),
        ("path.zip", packed("../../etc/passwd", 10)),
        ("absolute.zip", packed("/etc/passwd", 10)),
        ("text.txt", b"not a pack at all\n".to_vec()),
        ("empty.zip", Vec::new()),
        ("end.zip", [b"PK\x05\x06".as_slice(), &[0; 18]].concat()),
        ("claims.zip", [b"PK\x05\x06\0\0\0\0".as_slice(), &[0xff; 12], &[0, 0]].concat()),
    ] {
        fs::write(state.path(name), bytes).unwrap();
        let refused = state.done(&["verify", name, "--format", "json"]).json_with(1);
        assert_eq!(refused["intact"], false, "{name}");
        assert!(!refused["faults"][0]["message"].as_str().unwrap().is_empty(), "{name}");
    }
    fs::create_dir(state.path("a.folder")).unwrap();
    assert_eq!(state.done(&["verify", "a.folder"]).code(), 2);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_can_be_written_makes_the_proof_fall_over(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let with_end = [bytes.as_slice(), b"PK\x05\x06", &bytes[..bytes.len().min(18)]].concat();
        for bytes in [bytes, with_end] {
            prop_assert!(!check(Cursor::new(bytes), Given::default()).unwrap().flaws.is_empty());
        }
    }
}

#[test]
fn parts_of_a_good_pack_written_over_each_other_are_found_and_nothing_falls_over() {
    let (_state, file) = smallest();
    let whole = fs::read(file).unwrap();
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let places = (0..whole.len(), 0..whole.len(), 1_usize..200);
    let judged = runner.run(&places, |(from, to, length)| {
        let length = length.min(whole.len() - from.max(to));
        let mut bytes = whole.clone();
        bytes[to..to + length].copy_from_slice(&whole[from..from + length]);
        let flaws = check(Cursor::new(&bytes), Given::default()).unwrap().flaws;
        prop_assert_eq!(flaws.is_empty(), bytes == whole);
        Ok(())
    });
    judged.unwrap();
}
