//! The PDF, as the press of the real binary sets it.

use std::path::Path;

use engine::base::Lang;
use engine::report::{Block, CapacityLine, Document, RunReport};
use paper::pdf::{Error, Press, Sheet};
use tempfile::TempDir;
use tokio::sync::OnceCell;

use crate::tools::{said, squeezed};
use harness::r1::{document, r1};
use harness::rise;

/// The golden report, printed once in each language: setting takes long in a build without optimisation.
async fn golden(lang: Lang) -> TempDir {
    static PRINTED: [OnceCell<Vec<u8>>; 2] = [const { OnceCell::const_new() }; 2];
    let [ko, en] = &PRINTED;
    let cell = match lang {
        Lang::Ko => ko,
        Lang::En => en,
    };
    let print = async || harness::state::press().print(Sheet::of(&r1(), document(lang))).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("report.pdf"), cell.get_or_init(print).await).unwrap();
    folder
}

/// A printed document in a folder of its own, as `report.pdf`.
pub(crate) async fn printed(document: Document) -> TempDir {
    printed_of(&r1(), document).await
}

async fn printed_of(report: &RunReport, document: Document) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let pdf = harness::state::press().print(Sheet::of(report, document)).await.unwrap();
    std::fs::write(folder.path().join("report.pdf"), pdf).unwrap();
    folder
}

/// What its text layer says, in the order of its content.
pub(crate) fn text(folder: &Path) -> String {
    said("pdftotext", &["-raw", "report.pdf", "-"], folder)
}

/// Every text of a document.
fn texts(document: &Document) -> Vec<String> {
    let mut texts = vec![document.title.clone(), document.document_no.clone(), document.banner.to_owned()];
    for section in &document.sections[1..] {
        texts.push(section.title.to_owned());
    }
    for block in document.sections.iter().flat_map(|section| &section.blocks) {
        match block {
            Block::Facts(facts) => {
                texts.extend(facts.iter().flat_map(|(label, value)| [(*label).to_owned(), value.text.clone()]));
            }
            Block::Paragraph(words) => texts.push(words.clone()),
            Block::List(items) => texts.extend(items.iter().cloned()),
            Block::Table(table) => {
                texts.push(table.caption.to_owned());
                texts.extend(table.rows.iter().flatten().map(|cell| cell.text.clone()));
                texts.extend(table.note.clone());
            }
            Block::Verbatim(text) => texts.extend(text.lines().map(str::to_owned)),
            Block::Chart => {}
            Block::Rise(picture) => {
                texts.extend([CapacityLine::caption(document.lang).to_owned(), picture.words(document.lang)]);
            }
            Block::Losses(picture) => texts.extend([picture.caption(document.lang), picture.words(document.lang)]),
        }
    }
    texts
}

#[tokio::test]
async fn every_text_of_the_golden_report_stands_in_the_text_layer() {
    for lang in Lang::ALL {
        let document = document(lang);
        let wanted = texts(&document);
        let folder = golden(lang).await;
        let found = squeezed(&text(folder.path()));
        let missing: Vec<&String> = wanted.iter().filter(|text| !found.contains(&squeezed(text))).collect();
        assert!(missing.is_empty(), "{lang:?}: of {}: {missing:#?}\n{found}", wanted.len());
        assert!(wanted.len() > 500, "{}", wanted.len());
    }
}

#[tokio::test]
async fn the_picture_of_the_capacity_and_the_clocks_stand_in_the_text_layer() {
    for lang in Lang::ALL {
        let document = rise::document(lang);
        let wanted = texts(&document);
        let folder = printed_of(&rise::report(), document).await;
        let found = squeezed(&text(folder.path()));
        let missing: Vec<&String> = wanted.iter().filter(|text| !found.contains(&squeezed(text))).collect();
        assert!(missing.is_empty(), "{lang:?}: of {}: {missing:#?}\n{found}", wanted.len());
    }
}

#[tokio::test]
async fn it_is_sound_tagged_archival_and_its_fonts_are_inside() {
    for lang in Lang::ALL {
        let folder = golden(lang).await;
        let folder = folder.path();
        said("qpdf", &["--check", "report.pdf"], folder);
        let about = said("pdfinfo", &["report.pdf"], folder);
        assert!(about.contains("Tagged:          yes") && about.contains("JavaScript:      no"), "{about}");
        assert!(about.contains("RL-20261121-"), "{about}");
        let meta = said("pdfinfo", &["-meta", "report.pdf"], folder);
        for mark in ["pdfaid:part>2<", "pdfaid:conformance>A<", "pdfuaid:part>1<"] {
            assert!(meta.contains(mark), "{mark}: {meta}");
        }
        assert!(meta.contains(&format!("<rdf:li>{}</rdf:li>", lang.tag())) || meta.contains(lang.tag()), "{meta}");
        let fonts = said("pdffonts", &["report.pdf"], folder);
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert!(rows.iter().any(|row| row.contains("Pretendard-Bold")) && rows.len() >= 2, "{fonts}");
        for row in rows {
            // emb, sub and uni: embedded, only what is used, and readable.
            assert_eq!(row.matches("yes").count(), 3, "{fonts}");
        }
        let outline = said("qpdf", &["--json", "--json-key=outlines", "report.pdf"], folder);
        assert_eq!(outline.matches("\"title\": \"2. ").count(), 1, "{outline}");
    }
}

#[tokio::test]
async fn the_same_report_is_the_same_file() {
    let folder = golden(Lang::Ko).await;
    let again = printed(document(Lang::Ko)).await;
    let read = |folder: &TempDir| std::fs::read(folder.path().join("report.pdf")).unwrap();
    assert!(read(&folder) == read(&again));
}

#[tokio::test]
async fn a_press_that_does_not_work_says_so_and_what_to_do() {
    let sheet = || Sheet::of(&r1(), document(Lang::En));
    let missing = Press::new("/nowhere/relight".into(), vec![]).print(sheet()).await.unwrap_err();
    assert!(matches!(&missing, Error::Start { .. }), "{missing:?}");
    assert!(missing.to_string().contains("/nowhere/relight"), "{missing}");
    let broken = Press::new("/bin/false".into(), vec![]).print(sheet()).await.unwrap_err();
    assert!(matches!(&broken, Error::Ended { how, .. } if how == "status 1"), "{broken:?}");
    assert!(broken.to_string().contains("HTML or JSON"), "{broken}");
}
