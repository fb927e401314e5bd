//! Findings as rustc shows its own: the line, the place marked, words beside it, help below.

use std::collections::HashMap;
use std::fmt::Write as _;
use std::ops::Range;

use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Patch, Renderer, Snippet};

use super::super::place::Lines;
use super::super::{Diagnostic, Diagnostics, FileIx, Place, Severity, Silenced, Source};
use crate::base::Lang;

/// A line longer than this is cut out of the picture: a minified file must not fill the terminal.
const LINE_LIMIT: usize = 400;
/// Lines that one marked place may cover in the picture.
const PICTURE_LINES: u32 = 4;

/// All findings of one file as text. `colour` adds ANSI colours; the words are the same with and without.
pub fn human(source: &Source, diagnostics: &Diagnostics, lang: Lang, colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(120);
    let mut texts = Texts { first: source, diagnostics, lines: HashMap::new() };
    let mut out = String::new();
    for diagnostic in diagnostics {
        out.push_str(&picture(&mut texts, diagnostic, lang, &renderer));
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
    out.push_str(&silenced(source, diagnostics, lang));
    let (errors, warnings) = (diagnostics.count(Severity::Error), diagnostics.count(Severity::Warning));
    let path = source.path();
    let silent = match (diagnostics.silenced_count(), lang) {
        (0, _) => String::new(),
        (count, Lang::En) => format!(", {count} silenced"),
        (count, Lang::Ko) => format!(", 숨긴 진단 {count}건"),
    };
    let _ = match lang {
        Lang::En => writeln!(out, "{path}: {}, {}{silent}", number(errors, "error"), number(warnings, "warning")),
        Lang::Ko => writeln!(out, "{path}: 오류 {errors}건, 경고 {warnings}건{silent}"),
    };
    out
}

/// What is kept silent: two lines each, without a picture.
fn silenced(source: &Source, diagnostics: &Diagnostics, lang: Lang) -> String {
    let mut out = String::new();
    for Silenced { diagnostic, reason } in diagnostics.silenced() {
        let Place { file, line, column, .. } = diagnostic.place;
        let path = diagnostics.source(file, source).path();
        let (message, reason) = (diagnostic.message.get(lang), reason.get(lang));
        let (word, because) = match lang {
            Lang::En => ("silenced", "reason"),
            Lang::Ko => ("숨김", "사유"),
        };
        let _ =
            writeln!(out, "{word}[{}]: {path}:{line}:{column}: {message}\n  {because}: {reason}\n", diagnostic.code);
    }
    out
}

fn number(count: u32, noun: &str) -> String {
    if count == 1 { format!("1 {noun}") } else { format!("{count} {noun}s") }
}

/// The texts that pictures are taken of, and where their lines begin.
struct Texts<'d> {
    first: &'d Source,
    diagnostics: &'d Diagnostics,
    lines: HashMap<FileIx, Lines>,
}

impl<'d> Texts<'d> {
    /// The part of a text that shows all these places in it.
    fn window(&mut self, file: FileIx, places: impl Iterator<Item = Place>) -> Window<'d> {
        let source = self.diagnostics.source(file, self.first);
        let lines = self.lines.entry(file).or_insert_with(|| Lines::of(source.text()));
        Window { source, shown: Shown::around(source.text(), lines, places) }
    }
}

fn picture(texts: &mut Texts<'_>, diagnostic: &Diagnostic, lang: Lang, renderer: &Renderer) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let primary = (diagnostic.place, AnnotationKind::Primary, diagnostic.label.as_ref());
    let labels = diagnostic.labels.iter().map(|label| (label.place, AnnotationKind::Context, Some(&label.text)));
    let marks: Vec<_> = std::iter::once(primary).chain(labels).collect();
    let mut files: Vec<FileIx> = Vec::new();
    for (place, ..) in &marks {
        if !files.contains(&place.file) {
            files.push(place.file);
        }
    }
    let windows: Vec<(FileIx, Window<'_>)> = files
        .into_iter()
        .map(|file| {
            let inside = marks.iter().map(|(place, ..)| *place).filter(|place| place.file == file);
            (file, texts.window(file, inside))
        })
        .collect();
    let mut group = Group::with_title(level.primary_title(diagnostic.message.get(lang)).id(diagnostic.code.id()));
    for (file, window) in &windows {
        let inside = marks.iter().filter(|(place, ..)| place.file == *file);
        let Some(snippet) = window.snippet() else {
            let line = inside.map(|(place, ..)| place).next().map_or((1, 1), |place| (place.line, place.column));
            let origin = Origin::path(window.source.path()).line(line.0 as usize).char_column(line.1 as usize);
            group = group.element(origin);
            continue;
        };
        let annotations = inside
            .map(|(place, kind, text)| (*kind).span(window.rebase(*place)).label(text.map(|text| text.get(lang))));
        group = group.element(snippet.fold(true).annotations(annotations.collect::<Vec<_>>()));
    }
    let mut groups = vec![group];
    if let Some(help) = &diagnostic.help {
        let title = Level::HELP.secondary_title(help.get(lang));
        let patch = diagnostic.suggestion.as_ref().and_then(|suggestion| {
            let (_, window) = windows.iter().find(|(file, _)| *file == suggestion.place.file)?;
            let patch = Patch::new(window.rebase(suggestion.place), suggestion.replacement.as_str());
            Some(window.snippet()?.patch(patch))
        });
        groups.push(match patch {
            Some(patch) => title.element(patch),
            None => Group::with_title(title),
        });
    }
    renderer.render(&groups)
}

/// A text and what of it is shown.
struct Window<'a> {
    source: &'a Source,
    /// `None` where a line is too long to be shown.
    shown: Option<Shown<'a>>,
}

impl<'a> Window<'a> {
    fn snippet<T: Clone>(&self) -> Option<Snippet<'a, T>> {
        let shown = self.shown.as_ref()?;
        Some(Snippet::source(shown.text).path(self.source.path()).line_start(shown.first_line as usize))
    }

    /// A place in what is shown. Long places are cut behind their first line, line ends are never marked.
    fn rebase(&self, place: Place) -> Range<usize> {
        self.shown.as_ref().map_or(0..0, |shown| shown.rebase(self.source.text(), place))
    }
}

/// The lines of the text that a picture needs: the renderer walks over all it is given.
struct Shown<'a> {
    text: &'a str,
    start: usize,
    first_line: u32,
}

impl<'a> Shown<'a> {
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

    fn rebase(&self, text: &str, place: Place) -> Range<usize> {
        let Range { start, end } = place.span.range();
        let end = end.min(self.start + self.text.len()).min(text.len()).max(start);
        let marked = text.get(start..end).unwrap_or_default();
        let first_line = marked.split(['\n', '\r']).next().unwrap_or_default();
        let start = start.saturating_sub(self.start).min(self.text.len());
        start..(start + first_line.len()).min(self.text.len())
    }
}
