//! The text of a runbook and where it came from.

use std::io::Read as _;
use std::path::Path;

/// The longest text that is read, in bytes. A runbook of 100,000 units has about 10 MiB.
pub(super) const TEXT_LIMIT: usize = 32 * 1024 * 1024;

/// A text to compile. Bytes that are not UTF-8 are kept as a fault to report, so that it can be shown with its line.
#[derive(Debug, Clone)]
pub struct Source {
    path: String,
    text: String,
    not_utf8_at: Option<usize>,
}

impl Source {
    /// A text under the name that diagnostics shall use for it.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self { path: path.into(), text: text.into(), not_utf8_at: None }
    }

    /// Bytes as they came from a file or a pipe.
    pub fn from_bytes(path: impl Into<String>, bytes: Vec<u8>) -> Self {
        let path = path.into();
        match String::from_utf8(bytes) {
            Ok(text) => Self { path, text, not_utf8_at: None },
            Err(fault) => {
                let not_utf8_at = Some(fault.utf8_error().valid_up_to());
                Self { path, text: String::from_utf8_lossy(fault.as_bytes()).into_owned(), not_utf8_at }
            }
        }
    }

    /// Reads a file, but never more than the limit and one byte: a longer text is refused by the parser.
    pub fn read(path: &Path) -> std::io::Result<Self> {
        let mut bytes = Vec::new();
        std::fs::File::open(path)?.take(TEXT_LIMIT as u64 + 1).read_to_end(&mut bytes)?;
        Ok(Self::from_bytes(path.display().to_string(), bytes))
    }

    /// The name used in diagnostics.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The text; where bytes were not UTF-8, with replacement characters.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The first byte that was not UTF-8.
    pub(super) const fn not_utf8_at(&self) -> Option<usize> {
        self.not_utf8_at
    }
}
