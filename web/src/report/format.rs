//! The forms that a report comes in as a file, and how each is written: one place for console, API and command line.

use engine::base::Bilingual as _;
use engine::base::Lang;
use engine::report::{self, Aside, Document, Extent, RunReport};
use paper::pdf::{Press, Sheet};

use super::html;
use crate::error::Error;

/// A form of the report as a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// One page, complete in itself.
    Html,
    /// For print and for the archive.
    Pdf,
    /// A workbook, numbers as numbers.
    Xlsx,
    /// An archive of tables, a file each.
    Csv,
    /// For programs; the same in every language.
    Json,
    /// For text tools.
    Markdown,
}

impl Format {
    /// All of them, in the order that they are offered in.
    pub const ALL: [Self; 6] = [Self::Pdf, Self::Html, Self::Xlsx, Self::Csv, Self::Json, Self::Markdown];

    /// The end of a file's name.
    pub const fn end(self) -> &'static str {
        match self {
            Self::Html => "html",
            Self::Pdf => "pdf",
            Self::Xlsx => "xlsx",
            Self::Csv => "csv.zip",
            Self::Json => "json",
            Self::Markdown => "md",
        }
    }

    /// Its name for people, the same in every language.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Html => "HTML",
            Self::Pdf => "PDF",
            Self::Xlsx => "XLSX",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Markdown => "Markdown",
        }
    }

    /// The media type of such a file.
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Html => "text/html; charset=utf-8",
            Self::Pdf => "application/pdf",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Csv => "application/zip",
            Self::Json => "application/json",
            Self::Markdown => "text/markdown; charset=utf-8",
        }
    }

    /// How much of the journal such a file tells.
    pub const fn extent(self) -> Extent {
        match self {
            Self::Html | Self::Pdf | Self::Markdown => Extent::Reading,
            Self::Xlsx | Self::Csv | Self::Json => Extent::Whole,
        }
    }

    /// Whether such a file is no text, so that a terminal is no place for it.
    pub const fn is_binary(self) -> bool {
        match self {
            Self::Pdf | Self::Xlsx | Self::Csv => true,
            Self::Html | Self::Json | Self::Markdown => false,
        }
    }
}

/// A file of a report, as far as this process makes it. Made off the async threads.
#[derive(Debug)]
pub enum Draft {
    /// Whole.
    File(Vec<u8>),
    /// To be set by the press.
    Sheet(Box<Sheet>),
}

impl Draft {
    /// The file of a report.
    pub fn of(report: &RunReport, aside: &Aside, format: Format, lang: Lang) -> Result<Self, Error> {
        let text = match format {
            Format::Pdf => {
                return Ok(Self::Sheet(Box::new(Sheet::of(report, Document::of(report, aside, lang)))));
            }
            Format::Xlsx => {
                let book = paper::xlsx::xlsx(report, &Document::whole(report, aside, lang));
                return book.map(Self::File).map_err(|why| Error::Internal(why.to_string()));
            }
            Format::Csv => {
                let archive = paper::csv::archive(&Document::whole(report, aside, lang));
                return archive.map(Self::File).map_err(|why| Error::Internal(why.to_string()));
            }
            Format::Html => html(report, aside, lang)?,
            Format::Json => report::json(report).map_err(|why| Error::Internal(why.to_string()))?,
            Format::Markdown => report::markdown(report, aside, lang),
        };
        Ok(Self::File(text.into_bytes()))
    }

    /// The bytes of the file.
    pub async fn finish(self, press: &Press) -> Result<Vec<u8>, Error> {
        match self {
            Self::File(bytes) => Ok(bytes),
            Self::Sheet(sheet) => press.print(*sheet).await.map_err(|why| Error::Unprintable(why.text())),
        }
    }
}
