//! Texts that try to be more than texts.

use engine::base::Lang;
use engine::report::{Block, Cell, Column, Document, Section, Table, Value};
use paper::xlsx::xlsx;

use crate::pdf::{printed, text};
use crate::tools::squeezed;
use crate::workbook::sheets;
use harness::r1::{document, r1};

const TEXTS: [&str; 8] = [
    "#eval(\"1+1\") $x^2$ *bold* _it_ @label <label> `raw` \\ // comment",
    "=HYPERLINK(\"http://evil\",\"click\")",
    "+1-800",
    "@SUM(A1:A9)",
    "불꽃 🔥 아랍 مرحبا 漢字 ㎡",
    "a\u{1}b\u{7}c\u{1b}[31m",
    "한글\u{202e}뒤집기\u{feff}",
    "_x0041_ &amp; <b>굵게</b> \" ' ]]>",
];

/// A document that says hostile things everywhere.
fn hostile(rows: usize) -> Document {
    let columns = vec![
        Column { title: "본문", numeric: false, summed: false },
        Column { title: "수", numeric: true, summed: true },
    ];
    let cells = (0..rows).map(|at| {
        let mut number = Cell::from("1");
        number.value = Value::Count(1);
        vec![TEXTS[at % TEXTS.len()].into(), number]
    });
    let table = Table { caption: "위험한 글", columns, rows: cells.collect(), note: None };
    let mut document = document(Lang::Ko);
    document.title = TEXTS[0].to_owned();
    let blocks = vec![
        Block::Facts(TEXTS.iter().map(|text| ("사실", Cell::from(*text))).collect()),
        Block::Paragraph(TEXTS[0].to_owned()),
        Block::List(TEXTS.iter().map(|text| (*text).to_owned()).collect()),
        Block::Verbatim(TEXTS.join("\n")),
        Block::Table(table),
    ];
    document.sections.truncate(1);
    document.sections.push(Section { id: "hostile", title: "위험한 글", blocks });
    document
}

#[tokio::test]
async fn markup_is_printed_as_it_stands_and_what_has_no_glyph_is_named() {
    let folder = printed(hostile(8)).await;
    let found = squeezed(&text(folder.path()));
    assert!(found.matches(&squeezed(TEXTS[0])).count() >= 5, "{found}");
    for shown in ["불꽃‹U+1F525›", "漢字㎡", "a‹U+0001›b‹U+0007›c‹U+001B›[31m", "한글뒤집기"]
    {
        assert!(found.contains(shown), "{shown}: {found}");
    }
}

#[test]
fn nothing_in_a_workbook_is_a_formula_but_its_sums() {
    let report = r1();
    let document = hostile(8);
    let book = xlsx(&report, &document).unwrap();
    let found = sheets(&book);
    let (_, table) = found.iter().find(|(name, _)| name.contains("2-1")).unwrap();
    let cells: Vec<&str> = table.iter().map(|row| row[0].as_str()).collect();
    assert_eq!(cells[2..5], ["=HYPERLINK(\"http://evil\",\"click\")", "+1-800", "@SUM(A1:A9)"]);
    assert!(cells[8].starts_with("_x0041_ &amp; <b>"), "{cells:?}");
    assert_eq!(table.last().unwrap()[..2], ["합계".to_owned(), "8".to_owned()]);
}
