//! Sheets and their names.

use engine::base::Lang;
use engine::report::{Block, CapacityLine, Cell, Document, RunReport, Section, Table};
use rust_xlsxwriter::{DocProperties, ExcelDateTime, Workbook, Worksheet};

use super::cells::Formats;
use super::totals::totals;

/// Rows of a sheet, less its head and its sums.
const ROWS: usize = 1_048_576 - 2;
/// Characters of a sheet's name.
const NAME: usize = 31;

/// Why there is no workbook.
#[derive(Debug, thiserror::Error)]
#[error("the workbook can not be written: {0}; take the CSV or JSON report")]
pub struct Error(#[from] rust_xlsxwriter::XlsxError);

/// A document as a workbook. The same report gives the same bytes.
pub fn xlsx(report: &RunReport, document: &Document) -> Result<Vec<u8>, Error> {
    book(report, document, ROWS)
}

fn book(report: &RunReport, document: &Document, most: usize) -> Result<Vec<u8>, Error> {
    let formats = Formats::new(document.lang);
    let mut book = Workbook::new();
    let properties = DocProperties::new()
        .set_title(format!("{} — {}", document.title, document.kind))
        .set_author("Relight")
        .set_subject(document.document_no.clone())
        .set_creation_datetime(&ExcelDateTime::from_timestamp(report.cover.as_of_at.0.div_euclid(1_000))?);
    book.set_properties(&properties);
    words(book.add_worksheet(), &formats, document)?;
    for (section, number) in document.sections.iter().zip(1_u32..) {
        let mut place = 0_u32;
        for block in &section.blocks {
            let Block::Table(table) = block else { continue };
            place += 1;
            let parts = table.rows.len().div_ceil(most).max(1);
            for part in 0..parts {
                let rows = table.rows.get(part * most..).unwrap_or_default();
                let rows = &rows[..rows.len().min(most)];
                let name = match parts {
                    1 => format!("{number}-{place} {}", table.caption),
                    _ => format!("{number}-{place}.{} {}", part + 1, table.caption),
                };
                sheet(book.add_worksheet(), &formats, table, rows, &name, document.lang)?;
            }
        }
    }
    Ok(book.save_to_buffer()?)
}

/// What is said in words and facts, section by section.
fn words(sheet: &mut Worksheet, formats: &Formats, document: &Document) -> Result<(), Error> {
    sheet.set_name(match document.lang {
        Lang::Ko => "보고서",
        Lang::En => "Report",
    })?;
    sheet.set_column_width(0, 34)?.set_column_width(1, 90)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    sheet.write_string_with_format(0, 0, formats.fitting(&document.title), &formats.title)?;
    let clock = match document.lang {
        Lang::Ko => "시각은 모두 한국 시각(+09:00), 시간은 [시]:분:초.",
        Lang::En => "Instants are in Korean time (+09:00), durations in [h]:mm:ss.",
    };
    for (row, line) in (1..).zip([document.kind, document.banner, document.classification, clock]) {
        sheet.write_string(row, 0, line)?;
    }
    let mut row = 5;
    for (section, number) in document.sections.iter().zip(1_u32..) {
        row += 1;
        sheet.write_string_with_format(row, 0, format!("{number}. {}", section.title), &formats.head)?;
        row = blocks(sheet, formats, section, document.lang, row + 1)?;
    }
    Ok(())
}

/// Writes what a section says outside of tables, and gives the next free row.
fn blocks(sheet: &mut Worksheet, formats: &Formats, section: &Section, lang: Lang, mut row: u32) -> Result<u32, Error> {
    let mut line = |label: &str, cell: &Cell| -> Result<(), Error> {
        sheet.write_string_with_format(row, 0, label, &formats.bold)?;
        formats.write(sheet, row, 1, cell)?;
        row += 1;
        Ok(())
    };
    for block in &section.blocks {
        match block {
            Block::Facts(facts) => facts.iter().try_for_each(|(label, value)| line(label, value))?,
            Block::Paragraph(words) => line("", &words.as_str().into())?,
            Block::List(items) => items.iter().try_for_each(|item| line("", &item.as_str().into()))?,
            Block::Verbatim(text) => text.lines().try_for_each(|one| line("", &one.into()))?,
            Block::Table(table) => {
                if let Some(note) = &table.note {
                    line(table.caption, &note.as_str().into())?;
                }
            }
            // The picture's numbers stand in the tables.
            Block::Chart => {}
            Block::Losses(picture) => line(&picture.caption(lang), &picture.words(lang).into())?,
            Block::Rise(picture) => line(CapacityLine::caption(lang), &picture.words(lang).into())?,
        }
    }
    Ok(row)
}

fn sheet(
    sheet: &mut Worksheet,
    formats: &Formats,
    table: &Table,
    rows: &[Vec<Cell>],
    name: &str,
    lang: Lang,
) -> Result<(), Error> {
    sheet.set_name(named(name))?;
    sheet.set_freeze_panes(1, 0)?;
    sheet.set_repeat_rows(0, 0)?;
    sheet.set_landscape().set_print_fit_to_pages(1, 0);
    for (place, column) in (0_u16..).zip(&table.columns) {
        sheet.set_column_width(place, width(table, rows, usize::from(place)))?;
        sheet.write_string_with_format(0, place, column.title, &formats.head)?;
    }
    for (at, row) in (1_u32..).zip(rows) {
        for (place, cell) in (0_u16..).zip(row) {
            formats.write(sheet, at, place, cell)?;
        }
    }
    let word = match lang {
        Lang::Ko => "합계",
        Lang::En => "Total",
    };
    totals(sheet, formats, table, rows, word)?;
    Ok(())
}

/// A name that a sheet may have.
fn named(name: &str) -> String {
    let allowed = |character: char| if "[]:*?/\\'".contains(character) { ' ' } else { character };
    let mut used = 0;
    let fits = |character: &char| {
        used += character.len_utf16();
        used <= NAME
    };
    name.chars().map(allowed).take_while(fits).collect::<String>().trim().to_owned()
}

/// Wide enough for most of what stands in a column; Hangul takes two places.
fn width(table: &Table, rows: &[Vec<Cell>], place: usize) -> f64 {
    let wide = |text: &str| -> u32 {
        let line = |line: &str| line.chars().map(|character| if character.is_ascii() { 1 } else { 2 }).sum();
        text.lines().map(line).max().unwrap_or_default()
    };
    let head = table.columns.get(place).map_or(0, |column| wide(column.title));
    let cells = rows.iter().take(1_000).filter_map(|row| row.get(place)).map(|cell| wide(&cell.text));
    f64::from(cells.max().unwrap_or_default().max(head).clamp(8, 60) + 3)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn names_of_sheets_are_short_and_plain() {
        assert_eq!(
            named("6-1 단위별 목표와 실제 (계정 합계 = 실제): a/b"),
            "6-1 단위별 목표와 실제 (계정 합계 = 실제)  a"
        );
        assert!(named(&"가나다 [x]".repeat(9)).chars().count() <= 31);
    }
}
