//! The workbook, read by LibreOffice.

use engine::base::{Lang, Millis};
use engine::report::{Aside, Document};
use paper::xlsx::xlsx;

use crate::tools::said;
use harness::r1::r1;

/// Every sheet that LibreOffice finds in a workbook, with what it shows in each cell.
pub(crate) fn sheets(book: &[u8]) -> Vec<(String, Vec<Vec<String>>)> {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("book.xlsx"), book).unwrap();
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
    // Comma, double quote, UTF-8, from the first line, cells as shown, every sheet into a file of its own.
    let filter = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,true,false,false,-1";
    said("soffice", &[&profile, "--headless", "--convert-to", filter, "book.xlsx"], folder.path());
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder.path()).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|end| end == "csv") {
            let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).from_path(&path).unwrap();
            let rows = reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
            found.push((path.file_stem().unwrap().to_string_lossy().into_owned(), rows));
        }
    }
    found.sort();
    found
}

#[test]
fn the_sums_that_libreoffice_shows_are_those_of_the_report() {
    let report = r1();
    for (lang, total) in [(Lang::Ko, "합계"), (Lang::En, "Total")] {
        let book = xlsx(&report, &Document::whole(&report, &Aside::default(), lang)).unwrap();
        let sheets = sheets(&book);
        let (name, ledger) = sheets.iter().find(|(name, _)| name.starts_with("book-6-1 ")).unwrap();
        assert_eq!(ledger.len(), report.units.len() + 2, "{name}");
        let shown =
            |time: Millis| format!("{}:{:02}:{:02}.000", time.0 / 3_600_000, time.0 / 60_000 % 60, time.0 / 1_000 % 60);
        let dns = ledger.iter().find(|row| row[0] == "dns").unwrap();
        assert_eq!(
            dns[2..5],
            ["0:05:00.000", "0:11:00.000", "+360.000"].map(str::to_owned).map(|text| if text.starts_with('+') {
                format!("{text} {}", if lang == Lang::Ko { "초" } else { "s" })
            } else {
                text
            })
        );
        let sums = ledger.last().unwrap();
        assert_eq!(sums[0], total);
        let all = report.units.iter().fold(Millis::ZERO, |sum, unit| sum + unit.elapsed.unwrap());
        assert_eq!(sums[3], shown(all));
        let accounts = &sums[6..6 + engine::run::Account::ALL.len()];
        for (account, cell) in engine::run::Account::ALL.into_iter().zip(accounts) {
            let sum = report.units.iter().fold(Millis::ZERO, |sum, unit| sum + unit.accounts.get(account));
            assert_eq!(*cell, shown(sum), "{account:?}");
        }
        let (_, timeline) = sheets.iter().find(|(_, rows)| rows.len() == report.timeline.len() + 1).unwrap();
        assert_eq!(timeline[1][1], "2026-11-21 09:50:00.000");
    }
}

#[test]
fn the_same_report_is_the_same_workbook() {
    let report = r1();
    let document = Document::whole(&report, &Aside::default(), Lang::Ko);
    assert!(xlsx(&report, &document).unwrap() == xlsx(&report, &document).unwrap());
}
