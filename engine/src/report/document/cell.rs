//! Cells and columns of tables: the text that everybody reads, and the number behind it for those that calculate.

use super::super::format;
use crate::base::{Day, Millis, Timestamp};

/// A column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its heading.
    pub title: &'static str,
    /// Whether it holds numbers, to be aligned at their ends.
    pub numeric: bool,
    /// Whether the sum of its numbers means something.
    pub summed: bool,
}

/// A column of text.
pub(super) const fn text(title: &'static str) -> Column {
    Column { title, numeric: false, summed: false }
}

/// A column of numbers.
pub(super) const fn number(title: &'static str) -> Column {
    Column { title, numeric: true, summed: false }
}

impl Column {
    /// The same, whose numbers may be added up.
    pub(super) const fn summed(self) -> Self {
        Self { summed: true, ..self }
    }
}

/// A text, perhaps with a meaning that a page may colour; the text alone says all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The text.
    pub text: String,
    /// A word for style sheets: a verdict, a state.
    pub tone: Option<&'static str>,
    /// The number behind the text.
    pub value: Value,
}

/// The number behind a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Value {
    /// None: the text is all there is.
    Text,
    /// So many.
    Count(u64),
    /// A duration.
    Span(Millis),
    /// A difference of durations in milliseconds.
    Difference(i64),
    /// A share in tenths of a percent.
    Share(u64),
    /// An instant.
    Instant(Timestamp),
    /// A day in Seoul.
    Day(Day),
}

impl Cell {
    /// A text with a tone.
    pub(super) fn toned(text: impl Into<String>, tone: &'static str) -> Self {
        Self { text: text.into(), tone: Some(tone), value: Value::Text }
    }

    /// So many.
    pub(super) fn count(count: impl Into<u64>) -> Self {
        let count = count.into();
        Self::of(count.to_string(), Some(Value::Count(count)))
    }

    /// A duration, or nothing.
    pub(super) fn span(time: Option<Millis>) -> Self {
        Self::of(format::maybe_span(time), time.map(Value::Span))
    }

    /// A booked duration; no time at all reads as nothing.
    pub(super) fn booked(time: Millis) -> Self {
        Self::of(format::booked(time), Some(Value::Span(time)))
    }

    /// A difference with its sign, or nothing.
    pub(super) fn difference(millis: Option<i64>) -> Self {
        Self::of(format::maybe_difference(millis), millis.map(Value::Difference))
    }

    /// A share in tenths of a percent, or nothing.
    pub(super) fn share(tenths: Option<u64>) -> Self {
        Self::of(tenths.map_or_else(|| format::NOTHING.to_owned(), format::percent), tenths.map(Value::Share))
    }

    /// An instant in Seoul, or nothing.
    pub(super) fn instant(at: Option<Timestamp>) -> Self {
        Self::of(format::instant(at), at.map(Value::Instant))
    }

    /// A day as it is written, or nothing; what is no day stays a text.
    pub(super) fn day(written: Option<&str>) -> Self {
        let day = written.and_then(|text| text.parse().ok()).map(Value::Day);
        Self::of(written.unwrap_or(format::NOTHING).to_owned(), day)
    }

    fn of(text: String, value: Option<Value>) -> Self {
        Self { text, tone: None, value: value.unwrap_or(Value::Text) }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self { text: text.into(), tone: None, value: Value::Text }
    }
}
