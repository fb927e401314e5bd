//! The tables of a report as CSV, one file a table, in one archive.

use std::io::{self, Cursor, Write as _};

use ::csv::{Terminator, WriterBuilder};
use engine::base::Millis;
use engine::report::{Block, CapacityLine, Cell, Document, Value};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

/// What tells Korean spreadsheet programs that a file is UTF-8.
const MARK: &str = "\u{feff}";

/// One table as CSV.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// A name for programs, the same in every language: the section and the table's place in it, as `units-1`; what a section
    /// says in facts is `summary-facts`.
    pub name: String,
    /// What it shows.
    pub caption: String,
    /// The file, with a mark for UTF-8 at its head.
    pub text: String,
}

/// The tables of a document.
pub fn files(document: &Document) -> Result<Vec<File>, ::csv::Error> {
    let mut files = Vec::new();
    for section in &document.sections {
        let mut tables = 0;
        let mut facts: Vec<Vec<String>> = Vec::new();
        for block in &section.blocks {
            match block {
                Block::Table(table) => {
                    tables += 1;
                    let head = table.columns.iter().map(|column| column.title.to_owned()).collect();
                    let rows = table.rows.iter().map(|row| row.iter().map(written).collect());
                    files.push(File {
                        name: format!("{}-{tables}", section.id),
                        caption: table.caption.to_owned(),
                        text: text(std::iter::once(head).chain(rows))?,
                    });
                }
                Block::Facts(rows) => {
                    facts.extend(rows.iter().map(|(label, value)| vec![(*label).to_owned(), written(value)]));
                }
                Block::Paragraph(words) => facts.push(vec![String::new(), guarded(words)]),
                Block::List(items) => facts.extend(items.iter().map(|item| vec![String::new(), guarded(item)])),
                // The runbook's text is no table, and pictures show what tables hold.
                Block::Losses(picture) => {
                    facts.push(vec![guarded(&picture.caption(document.lang)), guarded(&picture.words(document.lang))]);
                }
                Block::Rise(picture) => {
                    let caption = CapacityLine::caption(document.lang).to_owned();
                    facts.push(vec![caption, guarded(&picture.words(document.lang))]);
                }
                Block::Verbatim(_) | Block::Chart => {}
            }
        }
        if !facts.is_empty() {
            files.push(File {
                name: format!("{}-facts", section.id),
                caption: section.title.to_owned(),
                text: text(facts.into_iter())?,
            });
        }
    }
    Ok(files)
}

/// All tables in one archive, with a list of them. The same tables give the same bytes.
pub fn archive(document: &Document) -> io::Result<Vec<u8>> {
    let files = files(document).map_err(io::Error::other)?;
    let list = files.iter().map(|file| vec![format!("{}.csv", file.name), guarded(&file.caption)]);
    let list =
        text(std::iter::once(vec!["file".to_owned(), "caption".to_owned()]).chain(list)).map_err(io::Error::other)?;
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let named = files.iter().map(|file| (format!("{}.csv", file.name), &file.text));
    for (name, text) in std::iter::once(("index.csv".to_owned(), &list)).chain(named) {
        zip.start_file(name, SimpleFileOptions::default())?;
        zip.write_all(text.as_bytes())?;
    }
    Ok(zip.finish()?.into_inner())
}

fn text(rows: impl Iterator<Item = Vec<String>>) -> Result<String, ::csv::Error> {
    let mut out = WriterBuilder::new().terminator(Terminator::CRLF).from_writer(MARK.as_bytes().to_vec());
    for row in rows {
        out.write_record(&row)?;
    }
    let bytes = out.into_inner().map_err(|why| why.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// A cell as spreadsheets read it: durations with all their parts, differences in seconds, instants in ISO 8601.
fn written(cell: &Cell) -> String {
    match cell.value {
        Value::Text => guarded(&cell.text),
        Value::Count(count) => count.to_string(),
        Value::Span(Millis(time)) => {
            let (hours, minutes) = (time / 3_600_000, time / 60_000 % 60);
            format!("{hours}:{minutes:02}:{:02}.{:03}", time / 1_000 % 60, time % 1_000)
        }
        Value::Difference(millis) => {
            let sign = if millis < 0 { "-" } else { "" };
            format!("{sign}{}.{:03}", millis.unsigned_abs() / 1_000, millis.unsigned_abs() % 1_000)
        }
        Value::Share(tenths) => format!("{}.{}%", tenths / 10, tenths % 10),
        Value::Day(day) => day.to_string(),
        Value::Instant(at) => at.in_seoul().replacen(' ', "T", 1).replace(' ', ""),
    }
}

/// A text that no spreadsheet takes for a formula.
fn guarded(text: &str) -> String {
    if text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) {
        format!("'{text}")
    } else {
        text.to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::guarded;

    #[test]
    fn formulas_become_texts() {
        for formula in ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1"] {
            assert_eq!(guarded(formula), format!("'{formula}"));
        }
        assert_eq!(guarded("web-1 = up"), "web-1 = up");
    }
}
