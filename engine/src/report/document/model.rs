//! What a document consists of.

use super::super::words::{Word as _, banner, pick};
use super::super::{Aside, CapacityLine, LossLine, RunReport};
use super::cell::{Cell, Column};
use super::{appendix, beside, front, linked, losses, registers, times};
use crate::base::Lang;
use crate::plan::Mode;

/// Rows a table for reading shows at most; what is beyond stands in the JSON.
const ROWS: usize = 5_000;

/// How much of long tables a document holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Extent {
    /// What somebody may read; the rest is counted.
    Reading,
    /// All, for spreadsheets.
    Whole,
}

/// A report in one language. Its texts are plain: whoever prints them escapes them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Its language.
    pub lang: Lang,
    /// The runbook's name.
    pub title: String,
    /// What kind of document it is.
    pub kind: &'static str,
    /// Who may see it.
    pub classification: &'static str,
    /// Its number.
    pub document_no: String,
    /// The mode.
    pub mode: Mode,
    /// The word for the mode, for the watermark.
    pub watermark: &'static str,
    /// The mode and what it means.
    pub banner: &'static str,
    /// Its parts in order.
    pub sections: Vec<Section>,
}

/// A numbered part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// For links; the same in every language.
    pub id: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What stands in it.
    pub blocks: Vec<Block>,
}

/// A piece of a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Block {
    /// Labels and values.
    Facts(Vec<(&'static str, Cell)>),
    /// A sentence or more.
    Paragraph(String),
    /// Sentences, one beside the other.
    List(Vec<String>),
    /// A table.
    Table(Table),
    /// A text exactly as it is.
    Verbatim(String),
    /// Place for the picture of planned against actual times, where there can be one.
    Chart,
    /// Place for the picture of what would have been lost of a link's data, over time.
    Losses(Box<LossLine>),
    /// Place for the picture of how the capacity came back.
    Rise(Box<CapacityLine>),
}

/// A table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// What it shows.
    pub caption: &'static str,
    /// Its columns.
    pub columns: Vec<Column>,
    /// Its rows, each with a cell a column.
    pub rows: Vec<Vec<Cell>>,
    /// What is said below it: that it is empty, or that it was cut off.
    pub note: Option<String>,
}

impl Table {
    /// A table of at most [`ROWS`] rows that says what it leaves out.
    #[expect(clippy::new_ret_no_self, reason = "a table is only ever a block of the document")]
    pub(super) fn new(
        lang: Lang,
        caption: &'static str,
        columns: Vec<Column>,
        rows: impl Iterator<Item = Vec<Cell>>,
    ) -> Block {
        Self::within(Extent::Reading, lang, caption, columns, rows, |row| row)
    }

    /// A table that may be longer than anybody reads: of what is left out nothing is made.
    pub(super) fn within<T>(
        extent: Extent,
        lang: Lang,
        caption: &'static str,
        columns: Vec<Column>,
        mut items: impl Iterator<Item = T>,
        row: impl Fn(T) -> Vec<Cell>,
    ) -> Block {
        let most = match extent {
            Extent::Reading => ROWS,
            Extent::Whole => usize::MAX,
        };
        let shown: Vec<Vec<Cell>> = items.by_ref().take(most).map(row).collect();
        let left = items.count();
        let note = if left > 0 {
            Some(match lang {
                Lang::Ko => format!("이 뒤의 {left}건은 JSON 보고서에 수록되어 있다."),
                Lang::En => format!("{left} more stand in the JSON report."),
            })
        } else if shown.is_empty() {
            Some(pick(lang, "해당 사항 없음.", "None.").to_owned())
        } else {
            None
        };
        Block::Table(Self { caption, columns, rows: shown, note })
    }
}

impl Document {
    /// The document of a report in a language, with what is known of it beside its journal.
    pub fn of(report: &RunReport, aside: &Aside, lang: Lang) -> Self {
        Self::made(report, aside, lang, Extent::Reading)
    }

    /// The same with every row of the long tables: timeline, attempts, deviations, faults. For spreadsheets.
    pub fn whole(report: &RunReport, aside: &Aside, lang: Lang) -> Self {
        Self::made(report, aside, lang, Extent::Whole)
    }

    fn made(report: &RunReport, aside: &Aside, lang: Lang, extent: Extent) -> Self {
        let mut sections = vec![front::cover(report, aside.issue.as_ref(), lang)];
        sections.extend(beside::open_before(aside, lang));
        sections.extend([
            front::summary(report, lang),
            front::basis(report, lang),
            front::scope(report, lang),
            times::objectives(report, lang),
            times::units(report, lang),
            times::paths(report, lang),
            times::points(report, lang),
        ]);
        if let Some(points) = sections.last_mut() {
            points.blocks.extend(losses::blocks(report, aside));
        }
        sections.extend(linked::section(report, lang));
        sections.extend([
            registers::people(report, lang),
            registers::choices(report, lang),
            registers::deviations(report, lang, extent),
            registers::faults(report, lang, extent),
            appendix::timeline(report, lang, extent),
            appendix::attempts(report, lang, extent),
            appendix::as_executed(report, lang),
            appendix::integrity(report, lang),
        ]);
        let regulation = beside::regulation(report, aside, &sections, lang);
        sections.extend(regulation);
        Self {
            lang,
            title: report.cover.title.get(lang).to_owned(),
            kind: pick(lang, "재해복구 수행 결과 보고서", "Disaster recovery run report"),
            classification: pick(lang, "대외비", "Confidential"),
            document_no: report.cover.document_no.clone(),
            mode: report.cover.mode,
            watermark: report.cover.mode.word(lang),
            banner: banner(report.cover.mode, lang),
            sections,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::cell::text;
    use super::*;

    #[test]
    fn a_table_that_is_cut_off_says_by_how_much_and_an_empty_one_that_it_is_empty() {
        let table = |rows: usize| Table::new(Lang::En, "t", vec![text("c")], (0..rows).map(|_| vec!["x".into()]));
        let Block::Table(long) = table(ROWS + 7) else { panic!("a table") };
        assert_eq!((long.rows.len(), long.note.as_deref()), (ROWS, Some("7 more stand in the JSON report.")));
        let Block::Table(whole) = table(ROWS) else { panic!("a table") };
        assert_eq!((whole.rows.len(), whole.note), (ROWS, None));
        let Block::Table(none) = table(0) else { panic!("a table") };
        assert_eq!(none.note.as_deref(), Some("None."));
    }
}
