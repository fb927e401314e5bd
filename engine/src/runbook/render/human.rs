//! Findings as rustc shows its own: the line, the place marked, words beside it, help below.

use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Patch, Renderer, Snippet};

use super::super::place::Lines;
use super::super::{Diagnostic, Diagnostics, Place, Severity, Source};
use crate::base::Lang;

/// A line longer than this is cut out of the picture: a minified file must not fill the terminal.
const LINE_LIMIT: usize = 400;
/// Lines that one marked place may cover in the picture.
const PICTURE_LINES: u32 = 4;

/// All findings of one file as text. `colour` adds ANSI colours; the words are the same with and without.
pub fn human(source: &Source, diagnostics: &Diagnostics, lang: Lang, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(120);
    let lines = Lines::of(source.text());
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&picture(source, &lines, diagnostic, lang, &renderer));
        out.push_str("\n\n");
    }
    for (code, count) in diagnostics.hidden() {
        let line = match lang {
            Lang::En => format!("{}[{code}]: {count} more of the same in this file", code.severity().keyword()),
            Lang::Ko => format!("{}[{code}]: 이 파일에 같은 항목이 {count}개 더 있습니다", code.severity().keyword()),
        };
        out.push_str(&line);
        out.push_str("\n\n");
    }
    let (errors, warnings) = (diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
    let path = source.path();
    let _ = match lang {
        Lang::En => writeln!(out, "{path}: {}, {}", number(errors, "error"), number(warnings, "warning")),
        Lang::Ko => writeln!(out, "{path}: 오류 {errors}건, 경고 {warnings}건"),
    };
    out
}

fn number(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

fn picture(source: &Source, lines: &Lines, diagnostic: &Diagnostic, lang: Lang, renderer: &Renderer) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let places = || std::iter::once(diagnostic.place).chain(diagnostic.labels.iter().map(|label| label.place));
    let window = Window::around(source.text(), lines, places());
    let mut title = Group::with_title(level.primary_title(diagnostic.message.get(lang)).id(diagnostic.code.id()));
    if let Some(window) = &window {
        let mut marks = vec![
            mark(AnnotationKind::Primary, window.rebase(source.text(), diagnostic.place))
                .label(diagnostic.label.as_ref().map(|text| text.get(lang))),
        ];
        marks.extend(diagnostic.labels.iter().map(|label| {
            mark(AnnotationKind::Context, window.rebase(source.text(), label.place)).label(Some(label.text.get(lang)))
        }));
        title = title.element(
            Snippet::source(window.text)
                .path(source.path())
                .line_start(window.first_line as usize)
                .fold(true)
                .annotations(marks),
        );
    } else {
        title = title.element(
            annotate_snippets::Origin::path(source.path())
                .line(diagnostic.place.line as usize)
                .char_column(diagnostic.place.column as usize),
        );
    }
    let mut groups = vec![title];
    if let Some(help) = &diagnostic.help {
        groups.extend(help_group(source, window.as_ref(), diagnostic, help.get(lang)));
    }
    renderer.render(&groups)
}

fn mark<'a>(kind: AnnotationKind, span: Range<usize>) -> Annotation<'a> {
    kind.span(span)
}

fn help_group<'a>(
    source: &'a Source,
    window: Option<&Window<'a>>,
    diagnostic: &'a Diagnostic,
    help: &'a str,
) -> Option<Group<'a>> {
    let title = Level::HELP.secondary_title(help);
    match (&diagnostic.suggestion, window) {
        (Some(suggestion), Some(window)) => Some(
            title.element(
                Snippet::source(window.text)
                    .path(source.path())
                    .line_start(window.first_line as usize)
                    .patch(Patch::new(window.rebase(source.text(), suggestion.place), suggestion.replacement.as_str())),
            ),
        ),
        _ => Some(Group::with_title(title)),
    }
}

/// The lines of the text that a picture needs: the renderer walks over all it is given.
struct Window<'a> {
    text: &'a str,
    start: usize,
    first_line: u32,
}

impl<'a> Window<'a> {
    /// `None` where a line is too long to be shown.
    fn around(text: &'a str, lines: &Lines, places: impl Iterator<Item = Place>) -> Option<Self> {
        let (first, last) = places.fold((u32::MAX, 1), |(first, last), place| {
            (first.min(place.line), last.max(place.line.saturating_add(PICTURE_LINES)))
        });
        let range = lines.bytes(text, first, last);
        let text = text.get(range.clone())?;
        let shown = text.lines().all(|line| line.len() <= LINE_LIMIT);
        shown.then_some(Self { text, start: range.start, first_line: first })
    }

    /// A place in the window. Long places are cut behind their first line, line ends are never marked.
    fn rebase(&self, text: &str, place: Place) -> Range<usize> {
        let Range { start, end } = place.span.range();
        let end = end.min(self.start + self.text.len()).min(text.len()).max(start);
        let marked = text.get(start..end).unwrap_or_default();
        let first_line = marked.split(['\n', '\r']).next().unwrap_or_default();
        let start = start.saturating_sub(self.start).min(self.text.len());
        start..(start + first_line.len()).min(self.text.len())
    }
}
