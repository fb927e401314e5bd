//! Files that show what a person did: named, typed and bound by their digest. The bytes are kept beside the journal.

use serde::{Deserialize, Serialize};

use crate::base::Digest;

/// Longest file that is taken, in bytes.
pub const FILE_LIMIT: u64 = 10 * 1024 * 1024;
/// Most files of one opening of a manual step.
pub const FILES_LIMIT: usize = 20;
/// Longest name of a file, in characters.
const NAME_LIMIT: usize = 120;

/// A file that was handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceFile {
    /// Its content's SHA-256, by which it is kept.
    pub digest: Digest,
    /// What its owner called it; a label for people, never a path.
    pub name: FileLabel,
    /// Its length in bytes.
    pub size: u64,
    /// What its content is.
    pub media: Media,
}

/// What the content of a file is. Told from the content, never from a name or a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Media {
    /// A picture.
    #[serde(rename = "image/png")]
    Png,
    /// A picture.
    #[serde(rename = "image/jpeg")]
    Jpeg,
    /// A picture.
    #[serde(rename = "image/webp")]
    Webp,
    /// A picture as telephones make them.
    #[serde(rename = "image/heic")]
    Heic,
    /// A document.
    #[serde(rename = "application/pdf")]
    Pdf,
    /// Plain text: notes, logs, separated values.
    #[serde(rename = "text/plain")]
    Text,
    /// A workbook.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Workbook,
    /// A written document.
    #[serde(rename = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")]
    Document,
}

impl Media {
    /// The media type, as in headers.
    pub const fn mime(self) -> &'static str {
        match self {
            Self::Png => "image/png",
            Self::Jpeg => "image/jpeg",
            Self::Webp => "image/webp",
            Self::Heic => "image/heic",
            Self::Pdf => "application/pdf",
            Self::Text => "text/plain",
            Self::Workbook => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::Document => "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
        }
    }

    /// Whether it counts as a photo.
    pub const fn is_picture(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Webp | Self::Heic => true,
            Self::Pdf | Self::Text | Self::Workbook | Self::Document => false,
        }
    }

    /// Whether every browser shows it; the others are only downloaded.
    pub const fn is_shown(self) -> bool {
        match self {
            Self::Png | Self::Jpeg | Self::Webp => true,
            Self::Heic | Self::Pdf | Self::Text | Self::Workbook | Self::Document => false,
        }
    }
}

/// What a file is called. Without control characters and without anything that a path is made of, so that nobody who saves
/// it under this name writes elsewhere.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "String")]
pub struct FileLabel(String);

impl From<String> for FileLabel {
    fn from(written: String) -> Self {
        Self::of(&written)
    }
}

impl From<FileLabel> for String {
    fn from(label: FileLabel) -> Self {
        label.0
    }
}

impl FileLabel {
    /// The label that is left of a written name: its last part, without what could mean something to a file system, a
    /// terminal or a header.
    pub fn of(written: &str) -> Self {
        let last = written.rsplit(['/', '\\']).next().unwrap_or_default();
        // Marks of direction would let `gpj.exe` read as `exe.jpg`.
        let plain = |c: &char| {
            !c.is_control() && !matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
        };
        let kept: String = last.chars().filter(plain).take(NAME_LIMIT).collect();
        let kept = kept.trim().trim_start_matches('.').replace([':', '"', '<', '>', '|', '?', '*'], "_");
        Self(if kept.is_empty() { "file".to_owned() } else { kept })
    }

    /// The label.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_a_label_and_never_a_path() {
        for (written, kept) in [
            ("현장 사진.jpg", "현장 사진.jpg"),
            ("../../etc/passwd", "passwd"),
            ("C:\\Users\\kim\\a.png", "a.png"),
            ("..", "file"),
            (".bashrc", "bashrc"),
            ("a\r\nSet-Cookie: x", "aSet-Cookie_ x"),
            ("photo\u{202e}gpj.exe", "photogpj.exe"),
            ("\"><script>.png", "___script_.png"),
            ("", "file"),
        ] {
            assert_eq!(FileLabel::of(written).as_str(), kept, "{written:?}");
        }
        assert_eq!(FileLabel::of(&"가".repeat(500)).as_str().chars().count(), NAME_LIMIT);
        let read: FileLabel = serde_json::from_str(r#""../../x""#).unwrap();
        assert_eq!(read.as_str(), "x", "no journal brings a path in");
    }
}
