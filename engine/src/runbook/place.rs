//! Where something stands in the text.

use std::ops::{Deref, Range};

/// A range of bytes in the texts of a compilation, which all have addresses of their own. They are far below 4 GiB, so
/// four bytes an end are enough.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last.
    pub end: u32,
}

impl Span {
    pub(crate) fn new(start: usize, end: usize) -> Self {
        let short = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self { start: short(start), end: short(end.max(start)) }
    }

    /// The same span so many addresses further up.
    pub(super) const fn shifted(self, by: u32) -> Self {
        Self { start: self.start.saturating_add(by), end: self.end.saturating_add(by) }
    }

    /// As a range for slicing the text.
    pub const fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands. Behind an alias or a merge key: where it was defined.
    pub span: Span,
}

impl<T> Deref for Spanned<T> {
    type Target = T;
    fn deref(&self) -> &T {
        &self.value
    }
}

/// A text of a compilation: 0 is the one that was asked for, above it are the components that it uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash)]
pub struct FileIx(pub(super) u32);

impl FileIx {
    /// Whether it is the text that was asked for.
    pub const fn is_first(self) -> bool {
        self.0 == 0
    }

    /// Its place among the texts beside the first one.
    pub(super) fn at(self) -> Option<usize> {
        self.0.checked_sub(1).map(|at| at as usize)
    }
}

/// A span as people and editors count it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The text it is in.
    pub file: FileIx,
    /// The line, from 1.
    pub line: u32,
    /// The column in characters, from 1.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The column behind its last character.
    pub end_column: u32,
    /// The bytes of its text that it covers.
    pub span: Span,
}

impl Place {
    pub(super) const fn of(mut self, file: FileIx) -> Self {
        self.file = file;
        self
    }
}

/// Where the lines of a text begin; made once a text, and only when something must be shown.
#[derive(Debug, Clone)]
pub(super) struct Lines {
    starts: Vec<u32>,
}

impl Lines {
    pub(super) fn of(text: &str) -> Self {
        let ends = text.bytes().zip(1_u32..).filter(|(byte, _)| *byte == b'\n').map(|(_, next)| next);
        Self { starts: std::iter::once(0).chain(ends).collect() }
    }

    /// Line and column, both from 1, of a byte of the text.
    pub(super) fn locate(&self, text: &str, at: u32) -> (u32, u32) {
        let line = self.starts.partition_point(|start| *start <= at).max(1);
        let start = self.starts[line - 1] as usize;
        let before = text.get(start..(at as usize).min(text.len())).unwrap_or_default();
        // A byte-order mark stands before the first column, not in it.
        let column = before.chars().filter(|c| *c != '\u{feff}').count() + 1;
        (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
    }

    /// A place in the first text.
    pub(super) fn place(&self, text: &str, span: Span) -> Place {
        let (line, column) = self.locate(text, span.start);
        let (end_line, end_column) = self.locate(text, span.end);
        Place { file: FileIx::default(), line, column, end_line, end_column, span }
    }

    /// The bytes of the whole lines from one line to another, both from 1 and included.
    pub(super) fn bytes(&self, text: &str, from: u32, to: u32) -> Range<usize> {
        let start = self.starts.get(from.saturating_sub(1) as usize).map_or(0, |start| *start as usize);
        let end = self.starts.get(to as usize).map_or(text.len(), |start| *start as usize);
        start..end.max(start)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_and_a_byte_order_mark_is_none() {
        let text = "\u{feff}a: 1\r\n제목: 값\n";
        let lines = Lines::of(text);
        assert_eq!(lines.locate(text, 3), (1, 1));
        let at = text.find('값').unwrap();
        let place = lines.place(text, Span::new(at, at + 3));
        assert_eq!((place.line, place.column, place.end_column), (2, 5, 6));
    }
}
