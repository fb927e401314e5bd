//! The table as it stands in the file: rows of texts, with where each row stood.

use std::io::{Cursor, Read};
use std::path::Path;

use calamine::{Data, Reader as _, SheetVisible, Xlsx};

/// Largest file that is read, in bytes. A sheet of ten thousand tasks has less than two million.
const FILE_LIMIT: u64 = 16 * 1024 * 1024;
/// Largest size of a workbook's parts once they are unpacked, in bytes.
const UNPACKED_LIMIT: u64 = 256 * 1024 * 1024;
/// Rows at most. A longer sheet is not a runbook.
const ROW_LIMIT: usize = 20_000;
/// Columns that are looked at.
const COLUMN_LIMIT: usize = 256;
/// Longest text of a cell, in characters; the rest of it would not fit into a runbook either.
const CELL_LIMIT: usize = 8_192;

/// A table of texts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// The name of the sheet, or of the file where there are no sheets.
    pub name: String,
    /// Its rows with their numbers as the spreadsheet program shows them, from 1. Empty rows are left out.
    pub(super) rows: Vec<(u32, Vec<String>)>,
}

/// Why there is no table.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The file can not be read.
    #[error("{path} can not be read: {cause}")]
    Unreadable {
        /// The file.
        path: String,
        /// What the system said.
        cause: std::io::Error,
    },
    /// The file is too large.
    #[error("{path} is larger than a runbook can be ({FILE_LIMIT} bytes packed, {UNPACKED_LIMIT} unpacked)")]
    TooLarge {
        /// The file.
        path: String,
    },
    /// Neither a workbook nor a text of separated values.
    #[error("{path} is neither .xlsx nor .csv: save it as one of these")]
    Kind {
        /// The file.
        path: String,
    },
    /// The workbook is damaged or protected by a password.
    #[error("{path} is not a workbook that can be opened: {cause}; if it is protected, save it without a password")]
    Workbook {
        /// The file.
        path: String,
        /// What is wrong with it.
        cause: String,
    },
    /// The sheet that was asked for is not there.
    #[error("{path} has no sheet {wanted:?}; it has {}", .there.join(", "))]
    NoSuchSheet {
        /// The file.
        path: String,
        /// The name asked for.
        wanted: String,
        /// The names there are.
        there: Vec<String>,
    },
    /// Too many rows.
    #[error("{path} has more than {ROW_LIMIT} rows: remove what is not a task, or split it")]
    TooLong {
        /// The file.
        path: String,
    },
    /// A line that is not made of separated values.
    #[error("{path}, line {line}: {cause}")]
    Values {
        /// The file.
        path: String,
        /// The line, from 1.
        line: u64,
        /// What is wrong with it.
        cause: String,
    },
}

impl Sheet {
    /// Reads a file; of a workbook the sheet with this name, or its first visible one.
    pub fn read(path: &Path, wanted: Option<&str>) -> Result<Self, SheetError> {
        let shown = path.display().to_string();
        let unreadable = |cause| SheetError::Unreadable { path: shown.clone(), cause };
        let mut bytes = Vec::new();
        let file = std::fs::File::open(path).map_err(unreadable)?;
        file.take(FILE_LIMIT + 1).read_to_end(&mut bytes).map_err(unreadable)?;
        if bytes.len() as u64 > FILE_LIMIT {
            return Err(SheetError::TooLarge { path: shown });
        }
        let name = path.file_stem().and_then(|name| name.to_str()).unwrap_or("sheet");
        let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
        match extension.to_ascii_lowercase().as_str() {
            "xlsx" | "xlsm" => workbook(&shown, bytes, wanted),
            "csv" | "tsv" | "txt" => separated(&shown, name, &bytes),
            _ => Err(SheetError::Kind { path: shown }),
        }
    }
}

fn workbook(path: &str, bytes: Vec<u8>, wanted: Option<&str>) -> Result<Sheet, SheetError> {
    let broken = |cause: String| SheetError::Workbook { path: path.to_owned(), cause };
    if unpacked(&bytes).map_err(|cause| broken(cause.to_string()))? > UNPACKED_LIMIT {
        return Err(SheetError::TooLarge { path: path.to_owned() });
    }
    let mut book = Xlsx::new(Cursor::new(bytes)).map_err(|cause| broken(cause.to_string()))?;
    let visible = |sheet: &&calamine::Sheet| sheet.visible == SheetVisible::Visible;
    let name = match wanted {
        Some(wanted) => book.sheet_names().into_iter().find(|name| name == wanted).ok_or_else(|| {
            SheetError::NoSuchSheet { path: path.to_owned(), wanted: wanted.to_owned(), there: book.sheet_names() }
        })?,
        None => match book.sheets_metadata().iter().find(visible) {
            Some(sheet) => sheet.name.clone(),
            None => return Err(broken("it has no sheet".to_owned())),
        },
    };
    let range = book.worksheet_range(&name).map_err(|cause| broken(cause.to_string()))?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    let before = (first_column as usize).min(COLUMN_LIMIT);
    let mut rows = Vec::new();
    for (cells, number) in range.rows().zip(first_row + 1..) {
        // Columns left of the first one that is used keep their letters.
        let texts = std::iter::repeat_n(String::new(), before).chain(cells.iter().take(COLUMN_LIMIT).map(text));
        keep(path, &mut rows, number, texts.collect())?;
    }
    Ok(Sheet { name, rows })
}

/// How many bytes the parts of a workbook come to, counted as far as the limit: what an archive says of itself may be a lie.
fn unpacked(bytes: &[u8]) -> Result<u64, zip::result::ZipError> {
    let mut parts = zip::ZipArchive::new(Cursor::new(bytes))?;
    let mut size = 0;
    for place in 0..parts.len() {
        let part = parts.by_index(place)?;
        size += std::io::copy(&mut part.take(UNPACKED_LIMIT + 1 - size), &mut std::io::sink())?;
        if size > UNPACKED_LIMIT {
            break;
        }
    }
    Ok(size)
}

/// A cell as a person reads it in the spreadsheet program.
fn text(cell: &Data) -> String {
    match cell {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => bounded(text),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number.to_string(),
        Data::Bool(truth) => truth.to_string(),
        // A cell formatted as a time of day holds a part of a day: 0:30 is half an hour.
        Data::DateTime(time) => format!("{}m", (time.as_f64() * 1_440.0).round()),
        Data::Error(error) => error.to_string(),
    }
}

fn separated(path: &str, name: &str, bytes: &[u8]) -> Result<Sheet, SheetError> {
    let text = decoded(bytes);
    let first = text.lines().next().unwrap_or_default();
    let count = |separator: char| first.matches(separator).count();
    let separator = [(b'\t', count('\t')), (b';', count(';')), (b',', count(','))];
    let separator = separator.into_iter().max_by_key(|(_, count)| *count).map_or(b',', |(separator, _)| separator);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(separator).from_reader(text.as_bytes());
    let mut rows = Vec::new();
    let mut number = 0_u32;
    for record in reader.records() {
        let record = record.map_err(|cause| SheetError::Values {
            path: path.to_owned(),
            line: cause.position().map_or(1, csv::Position::line),
            cause: cause.to_string(),
        })?;
        // The reader passes over empty lines; a spreadsheet program counts them.
        let start = record.position().map_or(0, csv::Position::byte);
        let rest = usize::try_from(start).ok().and_then(|start| text.get(start..)).unwrap_or_default();
        let empty = rest.chars().take_while(|c| matches!(c, '\r' | '\n')).filter(|c| *c == '\n').count();
        number = number.saturating_add(u32::try_from(empty).unwrap_or(u32::MAX)).saturating_add(1);
        keep(path, &mut rows, number, record.iter().take(COLUMN_LIMIT).map(bounded).collect())?;
    }
    Ok(Sheet { name: name.to_owned(), rows })
}

/// UTF-8 with or without its mark, and otherwise the code page in which a Korean spreadsheet program saves.
pub(crate) fn decoded(bytes: &[u8]) -> std::borrow::Cow<'_, str> {
    let (text, _, damaged) = encoding_rs::UTF_8.decode(bytes);
    if damaged { encoding_rs::EUC_KR.decode(bytes).0 } else { text }
}

fn bounded(text: &str) -> String {
    text.trim().chars().take(CELL_LIMIT).collect()
}

fn keep(path: &str, rows: &mut Vec<(u32, Vec<String>)>, number: u32, cells: Vec<String>) -> Result<(), SheetError> {
    if cells.iter().all(String::is_empty) {
        return Ok(());
    }
    if rows.len() == ROW_LIMIT {
        return Err(SheetError::TooLong { path: path.to_owned() });
    }
    rows.push((number, cells));
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_the_korean_code_page_is_read_as_it_was_written() {
        let (bytes, _, _) = encoding_rs::EUC_KR.encode("번호;작업\n1;DB 기동\n");
        let sheet = separated("plan.csv", "plan", &bytes).unwrap();
        assert_eq!(sheet.rows[0].1, ["번호", "작업"]);
        assert_eq!(sheet.rows[1], (2, vec!["1".to_owned(), "DB 기동".to_owned()]));
    }

    #[test]
    fn a_quoted_cell_keeps_its_lines_and_empty_rows_are_left_out() {
        let sheet = separated("plan.csv", "plan", b"no,task\n\n1,\"start\nit\"\n,\n2,b\n").unwrap();
        let rows: Vec<_> = sheet.rows.iter().map(|(number, cells)| (*number, cells[1].as_str())).collect();
        assert_eq!(rows, [(1, "task"), (3, "start\nit"), (5, "b")]);
    }
}
