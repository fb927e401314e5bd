//! What is printed, as the template reads it.

use engine::base::Lang;
use engine::report::{Block, Cell, Document, RunReport, Section, Table};
use serde::{Serialize, Serializer};

use super::burndown::{Steps, burndown};
use super::gantt::gantt;
use super::losses::{Losses, losses};
use super::rise::{Rise, rise};
use super::scale::pick;
use super::waterfall::{Bars, waterfall};
use super::widths::{LANDSCAPE, PORTRAIT, widths};

/// Cells of all tables on paper at most. Nobody reads further, and each cell costs the press some 26 KiB.
const CELLS: usize = 4_000;
/// The report of a journal of so many rows has tables that no paper takes, and has taken memory that the press has to do without.
const LONG: u64 = 50_000;
const CELLS_OF_LONG: usize = 2_000;
/// Bytes of one text on paper at most.
const TEXT: usize = 4_000;
/// Lines and bytes of a verbatim text on paper.
const LINES: usize = 600;
const LETTERS: usize = 128 << 10;
/// Tables with more columns lie.
const UPRIGHT: usize = 8;

/// A report as data for the press.
#[derive(Debug, Serialize)]
pub struct Sheet {
    imprint: Imprint,
    lang: &'static str,
    region: &'static str,
    heading: String,
    title: String,
    kind: &'static str,
    classification: &'static str,
    document_no: String,
    mode: &'static str,
    watermark: &'static str,
    banner: &'static str,
    as_of: String,
    contents: &'static str,
    cover: Part,
    parts: Vec<Part>,
}

#[derive(Debug, Serialize)]
struct Imprint {
    ident: String,
    made: [u16; 6],
}

#[derive(Debug, Serialize)]
struct Part {
    id: &'static str,
    title: String,
    wide: bool,
    blocks: Vec<Printed>,
}

#[derive(Debug, Serialize)]
#[serde(untagged)]
enum Printed {
    Facts { kind: &'static str, rows: Vec<(&'static str, Shown)> },
    Paragraph { kind: &'static str, text: String },
    List { kind: &'static str, items: Vec<String> },
    Table(Grid),
    Verbatim { kind: &'static str, text: String, note: Option<String> },
    Bars(Bars),
    Steps(Steps),
    Losses(Losses),
    Rise(Rise),
}

#[derive(Debug, Serialize)]
struct Grid {
    kind: &'static str,
    caption: &'static str,
    titles: Vec<&'static str>,
    numeric: Vec<bool>,
    widths: Vec<f64>,
    rows: Vec<Vec<Shown>>,
    note: Option<String>,
}

/// A cell: its text, or text and tone.
#[derive(Debug)]
struct Shown(Cell);

impl Shown {
    fn of(mut cell: Cell, lang: Lang) -> Self {
        cell.text = short(cell.text, lang);
        Self(cell)
    }
}

/// A text no longer than what a paragraph may hold.
fn short(mut text: String, lang: Lang) -> String {
    if text.len() > TEXT {
        let left = text.split_off(text.floor_char_boundary(TEXT)).chars().count();
        text.push_str(&match lang {
            Lang::Ko => format!("… (나머지 {left}자는 JSON 보고서에 수록)"),
            Lang::En => format!("… ({left} more characters stand in the JSON report)"),
        });
    }
    text
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Toned<'a> {
            text: &'a str,
            tone: &'static str,
        }
        match self.0.tone {
            None => self.0.text.serialize(serializer),
            Some(tone) => Toned { text: &self.0.text, tone }.serialize(serializer),
        }
    }
}

impl Sheet {
    /// The data of a report; `document` is its document in one language.
    pub fn of(report: &RunReport, document: Document) -> Self {
        let lang = document.lang;
        let all = if report.integrity.rows < LONG { CELLS } else { CELLS_OF_LONG };
        let cells = share(&document, all);
        let sections = document.sections.into_iter().zip(1_u32..);
        let mut parts = sections.map(|(section, number)| part(&Maker { report, cells, lang }, section, number));
        let cover = parts.next().unwrap_or(Part { id: "cover", title: String::new(), wide: false, blocks: Vec::new() });
        let cover_and_rest = (cover, parts.collect());
        let as_of = report.cover.as_of_at;
        Self {
            imprint: Imprint {
                ident: format!("{} {} {}", report.cover.run, report.integrity.head, lang.tag()),
                made: numbers(&as_of.to_iso()),
            },
            lang: lang.tag(),
            region: pick(lang, "KR", "US"),
            heading: format!("{} — {}", document.title, document.kind),
            title: document.title,
            kind: document.kind,
            classification: document.classification,
            document_no: document.document_no,
            mode: document.mode.keyword(),
            watermark: document.watermark,
            banner: document.banner,
            as_of: match lang {
                Lang::Ko => format!("{} 기준", as_of.in_seoul()),
                Lang::En => format!("as of {}", as_of.in_seoul()),
            },
            contents: pick(lang, "차례", "Contents"),
            cover: cover_and_rest.0,
            parts: cover_and_rest.1,
        }
    }
}

/// The first six numbers of an instant: `2026-11-21T01:05:30Z`.
fn numbers(iso: &str) -> [u16; 6] {
    let mut numbers = [0; 6];
    let found = iso.split(|character: char| !character.is_ascii_digit()).filter_map(|digits| digits.parse().ok());
    for (place, number) in numbers.iter_mut().zip(found) {
        *place = number;
    }
    numbers
}

/// What parts are made with.
struct Maker<'a> {
    report: &'a RunReport,
    /// Cells that a table may have.
    cells: usize,
    lang: Lang,
}

/// The largest number of cells a table such that all together have no more than `all`.
fn share(document: &Document, all: usize) -> usize {
    let blocks = document.sections.iter().flat_map(|section| &section.blocks);
    let size = |block: &Block| {
        if let Block::Table(table) = block { Some(table.columns.len() * table.rows.len()) } else { None }
    };
    let mut sizes: Vec<usize> = blocks.filter_map(size).collect();
    sizes.sort_unstable();
    let mut left = all;
    for (place, size) in sizes.iter().enumerate() {
        let each = left / (sizes.len() - place);
        if *size > each {
            return each;
        }
        left -= size;
    }
    all
}

fn part(maker: &Maker, section: Section, number: u32) -> Part {
    let is_wide =
        |block: &Block| matches!(block, Block::Table(table) if table.columns.len() > UPRIGHT && !table.rows.is_empty());
    let wide = section.blocks.iter().any(is_wide);
    let across = if wide { LANDSCAPE } else { PORTRAIT };
    let blocks = section.blocks.into_iter().flat_map(|block| printed(maker, block, across)).collect();
    Part { id: section.id, title: format!("{number}. {}", section.title), wide, blocks }
}

fn printed(maker: &Maker, block: Block, across: f64) -> Vec<Printed> {
    let Maker { report, cells, lang } = *maker;
    match block {
        Block::Facts(facts) => {
            let rows = facts.into_iter().map(|(label, value)| (label, Shown::of(value, lang))).collect();
            vec![Printed::Facts { kind: "facts", rows }]
        }
        Block::Paragraph(text) => vec![Printed::Paragraph { kind: "paragraph", text: short(text, lang) }],
        Block::List(items) => {
            let items = items.into_iter().map(|item| short(item, lang)).collect();
            vec![Printed::List { kind: "list", items }]
        }
        Block::Table(table) => vec![Printed::Table(grid(table, cells, across, lang))],
        Block::Verbatim(text) => vec![verbatim(text, lang)],
        Block::Losses(picture) => vec![Printed::Losses(losses(&picture, lang))],
        Block::Rise(picture) => vec![Printed::Rise(rise(&picture, lang))],
        Block::Chart => {
            let pictures = [Some(Printed::Bars(gantt(report, lang))), burndown(report, lang).map(Printed::Steps)];
            pictures.into_iter().flatten().chain([Printed::Bars(waterfall(report, lang))]).collect()
        }
    }
}

fn grid(table: Table, cells: usize, across: f64, lang: Lang) -> Grid {
    let most = (cells / table.columns.len().max(1)).max(1);
    let all = table.rows.len();
    let rows = if all > most { worst(table.rows, most) } else { table.rows };
    let here = (rows.len() < all).then(|| {
        let left = all - rows.len();
        match lang {
            Lang::Ko => format!(
                "지면 관계로 초과·실패 행을 우선하여 {}건만 실었다. 나머지 {left}건은 JSON 보고서에 수록되어 있다.",
                rows.len()
            ),
            Lang::En => format!(
                "{} rows are printed, those late or failed before others; {left} more stand in the JSON report.",
                rows.len()
            ),
        }
    });
    let note = match (here, table.note) {
        (Some(here), Some(before)) => Some(format!("{here} {before}")),
        (one, other) => one.or(other),
    };
    Grid {
        kind: "table",
        caption: table.caption,
        titles: table.columns.iter().map(|column| column.title).collect(),
        numeric: table.columns.iter().map(|column| column.numeric).collect(),
        widths: widths(&table.columns, rows.iter().map(Vec::as_slice), across),
        rows: rows.into_iter().map(|row| row.into_iter().map(|cell| Shown::of(cell, lang)).collect()).collect(),
        note,
    }
}

/// Of too many rows those that somebody has to look at, then the first of the others; all in their order.
fn worst(rows: Vec<Vec<Cell>>, most: usize) -> Vec<Vec<Cell>> {
    const BAD: [&str; 4] = ["exceeded", "not_recovered", "failed", "breached"];
    let is_bad = |row: &[Cell]| row.iter().any(|cell| cell.tone.is_some_and(|tone| BAD.contains(&tone)));
    let mut places: Vec<usize> = (0..rows.len()).collect();
    places.sort_by_key(|at| !is_bad(&rows[*at]));
    places.truncate(most);
    places.sort_unstable();
    let mut kept = places.into_iter().peekable();
    let row = |(at, row)| kept.next_if_eq(&at).map(|_| row);
    rows.into_iter().enumerate().filter_map(row).collect()
}

fn verbatim(text: String, lang: Lang) -> Printed {
    let all = text.lines().count();
    let mut bytes = 0;
    let fits = |line: &&str| {
        bytes += line.len() + 1;
        bytes <= LETTERS
    };
    let head: Vec<&str> = text.lines().take(LINES).take_while(fits).collect();
    let left = all - head.len();
    if left == 0 {
        return Printed::Verbatim { kind: "verbatim", text, note: None };
    }
    let head = head.join("\n");
    let note = match lang {
        Lang::Ko => format!("이 뒤의 {left}행은 JSON 보고서에 수록되어 있다."),
        Lang::En => format!("{left} more lines stand in the JSON report."),
    };
    Printed::Verbatim { kind: "verbatim", text: head, note: Some(note) }
}

#[cfg(test)]
mod tests {
    use engine::report::Column;

    use super::*;

    #[test]
    fn a_table_too_long_for_paper_keeps_what_was_late_and_says_what_it_leaves_out() {
        let row = |at: u32| {
            let mut judged = Cell::from(if at == 90 { "초과" } else { "준수" });
            judged.tone = Some(if at == 90 { "exceeded" } else { "met" });
            vec![at.to_string().into(), judged]
        };
        let columns = vec![Column { title: "단위", numeric: false, summed: false }; 2];
        let table = Table { caption: "단위", columns, rows: (0..100).map(row).collect(), note: None };
        let printed = grid(table, 20, PORTRAIT, Lang::Ko);
        let kept: Vec<&str> = printed.rows.iter().map(|row| row[0].0.text.as_str()).collect();
        assert_eq!(kept, ["0", "1", "2", "3", "4", "5", "6", "7", "8", "90"]);
        let note = printed.note.unwrap();
        assert!(note.contains("10건만 실었다. 나머지 90건은"), "{note}");
    }

    #[test]
    fn a_verbatim_text_too_long_for_paper_says_how_many_lines_it_leaves_out() {
        let printed = |text: String| match verbatim(text, Lang::Ko) {
            Printed::Verbatim { text, note, .. } => (text.lines().count(), note.unwrap_or_default()),
            other => panic!("{other:?}"),
        };
        assert_eq!(printed("a\n".repeat(LINES)), (LINES, String::new()));
        assert_eq!(printed("a\n".repeat(LINES + 3)), (LINES, "이 뒤의 3행은 JSON 보고서에 수록되어 있다.".to_owned()));
        let wide = format!("{}\n", "가".repeat(LETTERS / 30));
        assert_eq!(printed(wide.repeat(11)), (9, "이 뒤의 2행은 JSON 보고서에 수록되어 있다.".to_owned()));
    }

    #[test]
    fn a_text_too_long_for_a_paragraph_says_how_much_more_there_is() {
        assert_eq!(short("짧은 글".to_owned(), Lang::Ko), "짧은 글");
        let cut = short("가".repeat(2_000), Lang::En);
        assert!(cut.len() < TEXT + 80 && cut.ends_with("… (667 more characters stand in the JSON report)"), "{cut}");
    }
}
