//! A report's document as HTML, without the page around it.

use askama::Template;
use engine::base::Lang;
use engine::report::{Aside, Block, CapacityLine, Document, LossLine, RunReport, Table};

use super::chart::Chart;
use crate::draw::{Losses, Rise};
use crate::i18n::Words;

/// The document. In templates it is written `{{ body|safe }}`: it escapes every text of the report itself.
#[derive(Debug, Template)]
#[template(path = "report/body.html")]
pub struct Body {
    w: Words,
    document: Document,
    chart: Chart,
}

impl Body {
    /// The document of a report in a language.
    pub fn of(report: &RunReport, aside: &Aside, lang: Lang) -> Self {
        Self { w: Words(lang), document: Document::of(report, aside, lang), chart: Chart::of(report, lang) }
    }

    /// Whether a column holds numbers, to be aligned at their ends. By reference, as templates pass everything.
    #[expect(
        clippy::unused_self,
        clippy::trivially_copy_pass_by_ref,
        reason = "templates call methods, with references"
    )]
    fn is_number(&self, table: &Table, column: &usize) -> bool {
        table.columns.get(*column).is_some_and(|column| column.numeric)
    }

    /// The picture of what would have been lost.
    fn losses_of(&self, line: &LossLine) -> Losses {
        Losses::of(line, self.document.lang)
    }

    /// The picture of how the capacity came back.
    fn rise_of(&self, line: &CapacityLine) -> Rise {
        Rise::of(line, self.document.lang)
    }

    /// The document itself, for the page around it.
    pub const fn document(&self) -> &Document {
        &self.document
    }
}
