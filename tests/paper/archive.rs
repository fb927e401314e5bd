//! The archive of tables.

use engine::base::Lang;
use engine::report::{Aside, Document};
use paper::csv::{archive, files};

use crate::tools::said;
use harness::r1::r1;

#[test]
fn every_table_is_a_file_that_korean_spreadsheets_take_for_utf_8() {
    let report = r1();
    let document = Document::whole(&report, &Aside::default(), Lang::Ko);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.zip"), archive(&document).unwrap()).unwrap();
    said("python3", &["-m", "zipfile", "-e", "report.zip", "out"], folder.path());
    let files = files(&document).unwrap();
    for file in &files {
        let text = std::fs::read_to_string(folder.path().join("out").join(format!("{}.csv", file.name))).unwrap();
        assert!(text.starts_with('\u{feff}') && text == file.text, "{}", file.name);
    }
    let ledger = files.iter().find(|file| file.name == "units-1").unwrap();
    let dns = ledger.text.lines().find(|line| line.starts_with("dns,")).unwrap();
    assert!(dns.starts_with("dns,준비 완료,0:05:00.000,0:11:00.000,360.000,초과,"), "{dns}");
    let timeline = files.iter().find(|file| file.name == "timeline-1").unwrap();
    assert!(timeline.text.contains("2026-11-21T09:50:00.000+09:00"), "{}", timeline.text);
    assert!(archive(&document).unwrap() == archive(&document).unwrap());
}
