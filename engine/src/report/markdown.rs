//! The report as Markdown.

use super::document::{Block, Document, Table};
use super::{Aside, CapacityLine, RunReport};
use crate::base::Lang;

/// The report as Markdown with tables, in one language. Texts of people and systems can not break out of their cell.
pub fn markdown(report: &RunReport, aside: &Aside, lang: Lang) -> String {
    let document = Document::of(report, aside, lang);
    let mut out = String::new();
    line(&mut out, &["# ", &escaped(&document.title)]);
    line(&mut out, &["**", document.kind, "** · ", document.classification, " · ", &escaped(&document.document_no)]);
    line(&mut out, &["> **", document.banner, "**"]);
    for (section, number) in document.sections.iter().zip(1_u32..) {
        line(&mut out, &["## ", &number.to_string(), ". ", section.title]);
        for block in &section.blocks {
            write(&mut out, block, lang);
        }
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
    out
}

fn line(out: &mut String, parts: &[&str]) {
    out.extend(parts.iter().copied());
    out.push_str("\n\n");
}

fn write(out: &mut String, block: &Block, lang: Lang) {
    match block {
        Block::Facts(facts) => {
            for (label, value) in facts {
                out.extend(["- **", label, "**: "]);
                out.push_str(&escaped(&value.text));
                out.push('\n');
            }
            out.push('\n');
        }
        Block::Paragraph(words) => line(out, &[&escaped(words)]),
        Block::List(items) => {
            for item in items {
                out.push_str("- ");
                out.push_str(&escaped(item));
                out.push('\n');
            }
            out.push('\n');
        }
        Block::Table(table) => write_table(out, table),
        Block::Verbatim(text) => {
            // A fence longer than any in the text can not be closed by it.
            let fence = "`".repeat(longest_run(text, '`').max(2) + 1);
            out.extend([&fence, "yaml\n", text]);
            if !text.ends_with('\n') {
                out.push('\n');
            }
            line(out, &[&fence]);
        }
        // The picture is for pages; its numbers stand in the tables.
        Block::Chart => {}
        Block::Losses(picture) => {
            line(out, &["### ", &escaped(&picture.caption(lang))]);
            line(out, &[&escaped(&picture.words(lang))]);
        }
        Block::Rise(picture) => {
            line(out, &["### ", CapacityLine::caption(lang)]);
            line(out, &[&escaped(&picture.words(lang))]);
        }
    }
}

fn write_table(out: &mut String, table: &Table) {
    line(out, &["### ", table.caption]);
    if !table.rows.is_empty() {
        out.push('|');
        for column in &table.columns {
            out.extend([" ", column.title, " |"]);
        }
        out.push_str("\n|");
        for column in &table.columns {
            out.push_str(if column.numeric { " ---: |" } else { " --- |" });
        }
        out.push('\n');
        for row in &table.rows {
            out.push('|');
            for cell in row {
                out.push(' ');
                out.push_str(&escaped(&cell.text));
                out.push_str(" |");
            }
            out.push('\n');
        }
        out.push('\n');
    }
    if let Some(note) = &table.note {
        line(out, &["_", note, "_"]);
    }
}

/// A text on one line in which nothing is Markdown or HTML any more.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.trim().chars() {
        match character {
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '~' | '#' | '!' => {
                out.push('\\');
                out.push(character);
            }
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '\r' => {}
            '\n' => out.push_str(" ⏎ "),
            control if control.is_control() => out.push('\u{fffd}'),
            plain => out.push(plain),
        }
    }
    out
}

/// Length of the longest row of one character.
fn longest_run(text: &str, wanted: char) -> usize {
    let mut longest = 0;
    let mut run = 0;
    for character in text.chars() {
        run = if character == wanted { run + 1 } else { 0 };
        longest = longest.max(run);
    }
    longest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_texts_stay_in_their_cell() {
        let cell = escaped("a|b`c`\n## x <script>alert(1)</script> [y](javascript:z) \u{1b}[31m");
        assert_eq!(
            cell,
            "a\\|b\\`c\\` ⏎ \\#\\# x &lt;script&gt;alert(1)&lt;/script&gt; \\[y\\](javascript:z) \u{fffd}\\[31m"
        );
    }

    #[test]
    fn a_fence_in_the_runbook_does_not_end_its_block() {
        let mut out = String::new();
        write(&mut out, &Block::Verbatim("a: |\n  ```\n  # out\n".to_owned()), Lang::En);
        assert!(out.starts_with("````yaml\n") && out.ends_with("\n````\n\n"), "{out}");
    }
}
