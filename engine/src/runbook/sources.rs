//! Which text a span points into.
//!
//! All spans of a compilation stand in one space of addresses: the text that was asked for lies at the bottom, above it
//! every component, and every copy that was made of a part of a text, as a *piece* that knows what it is a copy of and
//! why it was made. A span so stays two numbers, and whoever reports a fault in a copy need not know that it is one.

use std::sync::Arc;

use super::place::Lines;
use super::{FileIx, Place, Source, Span};
use crate::base::Text;

/// Causes that are followed at most; components are not nested deeper.
const CAUSES: usize = 16;

/// Why a piece is there: what is reported in it is also shown at the place that led to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Cause {
    /// A component is used there.
    Used(Span),
    /// A value comes from there.
    Value(Span),
    /// A unit is made for an item that stands there.
    Item(Span),
    /// A component is checked by itself: nothing led to it.
    Alone,
}

impl Cause {
    /// The place that led to it, and what is said there.
    fn place(self) -> Option<(Span, Text)> {
        match self {
            Self::Used(at) => Some((at, Text::new("여기서 사용", "used here"))),
            Self::Value(at) => Some((at, Text::new("이 값이 들어감", "with this value"))),
            Self::Item(at) => Some((at, Text::new("이 항목의 단위", "in the unit for this item"))),
            Self::Alone => None,
        }
    }
}

/// Addresses that stand for a part of a text.
#[derive(Debug)]
struct Piece {
    start: u32,
    end: u32,
    file: FileIx,
    /// Where in its text the part begins.
    from: u32,
    cause: Cause,
}

/// All texts of a compilation.
#[derive(Debug)]
pub(crate) struct Sources<'t> {
    first: &'t Source,
    others: Vec<Arc<Source>>,
    /// In the order of their addresses, all above the first text.
    pieces: Vec<Piece>,
    /// The first address that nothing has.
    end: u32,
    lines: Vec<Option<Lines>>,
}

impl<'t> Sources<'t> {
    pub(crate) fn new(first: &'t Source) -> Self {
        // One address stays free behind each piece, so that a span at the end of a text is not in the next one.
        let end = address(first.text().len()).saturating_add(1);
        Self { first, others: Vec::new(), pieces: Vec::new(), end, lines: vec![None] }
    }

    /// Adds a text that was looked for because of the first cause; its first address. `None` when there is no room for it.
    pub(crate) fn add(&mut self, source: Arc<Source>, cause: Cause) -> Option<u32> {
        let file = FileIx(address(self.others.len()).saturating_add(1));
        let length = address(source.text().len());
        self.others.push(source);
        self.lines.push(None);
        self.piece(file, 0, length, cause)
    }

    /// Makes room for a copy of what has these addresses; the address that stands for the first of them.
    pub(crate) fn copy(&mut self, of: Span, cause: Cause) -> Option<u32> {
        let (file, from) = self.origin(of.start);
        self.piece(file, from, of.end.saturating_sub(of.start), cause)
    }

    fn piece(&mut self, file: FileIx, from: u32, length: u32, cause: Cause) -> Option<u32> {
        let start = self.end;
        let end = start.checked_add(length)?;
        self.end = end.checked_add(1)?;
        self.pieces.push(Piece { start, end, file, from, cause });
        Some(start)
    }

    fn piece_of(&self, at: u32) -> Option<&Piece> {
        let after = self.pieces.partition_point(|piece| piece.start <= at);
        after.checked_sub(1).and_then(|before| self.pieces.get(before))
    }

    /// The text and the byte in it that an address stands for.
    fn origin(&self, at: u32) -> (FileIx, u32) {
        match self.piece_of(at) {
            Some(piece) => (piece.file, piece.from + (at.min(piece.end) - piece.start)),
            None => (FileIx::default(), at),
        }
    }

    /// What is written in a place.
    pub(crate) fn text(&self, span: Span) -> &str {
        let (file, local) = self.local(span);
        self.source(file).text().get(local.range()).unwrap_or_default()
    }

    fn source(&self, file: FileIx) -> &Source {
        file.at().and_then(|at| self.others.get(at)).map_or(self.first, |source| source)
    }

    /// The text that an address stands for, and the place in it.
    pub(super) fn local(&self, span: Span) -> (FileIx, Span) {
        let (file, start) = self.origin(span.start);
        (file, Span { start, end: start.saturating_add(span.end.saturating_sub(span.start)) })
    }

    /// Of a span in a copy, the place that was copied: other copies may say the same of it. A place into which a value
    /// was put is no mere copy.
    pub(super) fn copied(&self, span: Span) -> Option<(FileIx, Span)> {
        let piece = self.piece_of(span.start)?;
        match piece.cause {
            Cause::Used(_) | Cause::Item(_) | Cause::Alone => Some(self.local(span)),
            Cause::Value(_) => None,
        }
    }

    /// Whether a value was put into the place of a span.
    pub(super) fn is_value(&self, span: Span) -> bool {
        self.piece_of(span.start).is_some_and(|piece| matches!(piece.cause, Cause::Value(_)))
    }

    /// The places that led to the piece of a span, the nearest first.
    pub(super) fn causes(&mut self, span: Span) -> Vec<(Place, Text)> {
        let mut causes = Vec::new();
        let mut cause = self.piece_of(span.start).map(|piece| piece.cause);
        while let Some((at, words)) = cause.and_then(Cause::place).filter(|_| causes.len() < CAUSES) {
            causes.push((self.place(at), words));
            cause = self.piece_of(at.start).map(|piece| piece.cause);
        }
        causes
    }

    /// A span as lines and columns of its own text.
    pub(super) fn place(&mut self, span: Span) -> Place {
        let (file, local) = self.local(span);
        let at = file.at().map_or(0, |at| at + 1);
        let lines = match self.lines[at].take() {
            Some(lines) => lines,
            None => Lines::of(self.source(file).text()),
        };
        let place = lines.place(self.source(file).text(), local).of(file);
        self.lines[at] = Some(lines);
        place
    }

    /// The texts beside the first one.
    pub(super) fn into_others(self) -> Vec<Arc<Source>> {
        self.others
    }
}

fn address(length: usize) -> u32 {
    u32::try_from(length).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(sources: &mut Sources<'_>, start: u32, end: u32) -> Vec<(u32, u32, u32)> {
        let span = Span { start, end };
        let causes = sources.causes(span).into_iter().map(|(place, _)| place);
        let all = std::iter::once(sources.place(span)).chain(causes);
        all.map(|place| (place.file.0, place.line, place.column)).collect()
    }

    #[test]
    fn a_span_in_a_copy_of_a_copy_is_shown_in_its_own_text_and_at_all_that_led_there() {
        let first = Source::new("first.yaml", "a\nbb\nccc\n");
        let mut sources = Sources::new(&first);
        let home = sources.add(Arc::new(Source::new("other.yaml", "x\nyy\nzzz\n")), Cause::Alone).unwrap();
        let used = Span::new(2, 4);
        let copy = sources.copy(Span { start: home, end: home + 9 }, Cause::Used(used)).unwrap();
        let value = sources.copy(Span { start: copy + 5, end: copy + 8 }, Cause::Value(Span::new(5, 6))).unwrap();
        assert_eq!(places(&mut sources, 2, 4), [(0, 2, 1)]);
        assert_eq!(places(&mut sources, home + 2, home + 3), [(1, 2, 1)]);
        assert_eq!(places(&mut sources, copy + 3, copy + 4), [(1, 2, 2), (0, 2, 1)]);
        assert_eq!(places(&mut sources, value + 1, value + 3), [(1, 3, 2), (0, 3, 1)]);
    }

    #[test]
    fn the_end_of_a_text_is_not_the_beginning_of_the_next() {
        let first = Source::new("first.yaml", "abc");
        let mut sources = Sources::new(&first);
        sources.add(Arc::new(Source::new("other.yaml", "xyz")), Cause::Alone).unwrap();
        assert_eq!(places(&mut sources, 3, 3), [(0, 1, 4)]);
    }

    #[test]
    fn addresses_run_out_without_harm() {
        let first = Source::new("first.yaml", "abc");
        let mut sources = Sources::new(&first);
        let all = Span { start: 0, end: u32::MAX };
        assert!(sources.copy(all, Cause::Used(all)).is_none());
        assert!(sources.copy(Span::new(0, 3), Cause::Used(all)).is_some());
    }
}
