//! Standard output is data, standard error is talk.

use std::io::{self, Write as _};

use serde::Serialize;

/// Why nothing more can be written to standard output.
#[derive(Debug)]
pub(super) enum Closed {
    /// The reader is gone, as after `| head`.
    Pipe,
    /// Anything else, such as a full disk.
    Broken(io::Error),
}

impl From<io::Error> for Closed {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe { Self::Pipe } else { Self::Broken(error) }
    }
}

/// Writes text to standard output as it is.
pub(super) fn text(text: &str) -> Result<(), Closed> {
    bytes(text.as_bytes())
}

/// Writes bytes to standard output.
pub(super) fn bytes(bytes: &[u8]) -> Result<(), Closed> {
    let mut out = io::stdout().lock();
    out.write_all(bytes)?;
    Ok(out.flush()?)
}

/// Writes one line to standard output.
pub(super) fn line(line: &str) -> Result<(), Closed> {
    text(&format!("{line}\n"))
}

/// Writes one JSON value as one line to standard output.
pub(super) fn json(value: &impl Serialize) -> Result<(), Closed> {
    line(&serde_json::to_string(value).map_err(io::Error::other)?)
}

/// Writes one line to standard error. Nobody can be told when that fails.
pub(super) fn note(line: &str) {
    writeln!(io::stderr(), "{line}").unwrap_or_default();
}
