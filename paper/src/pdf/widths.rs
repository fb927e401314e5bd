//! Widths of a table's columns, reckoned before it is set: letting the typesetter try them out would set every table twice.

use engine::report::{Cell, Column};

/// Size of a table's text in points.
const SIZE: f64 = 7.0;
/// White to both sides of a cell.
const INSET: f64 = 6.5;
/// The longest row of characters that the template does not break.
const UNBROKEN: usize = 13;

/// The width of a page's text in points: A4 less its margins.
pub(super) const PORTRAIT: f64 = 504.5;
/// The same, lying.
pub(super) const LANDSCAPE: f64 = 751.1;

/// A width a column, in points; together what is there. Columns of numbers and instants get what they need, and texts share
/// what is left.
#[expect(clippy::cast_precision_loss, reason = "no table has more columns than a float can count")]
pub(super) fn widths<'a>(columns: &[Column], rows: impl Iterator<Item = &'a [Cell]>, across: f64) -> Vec<f64> {
    let mut least: Vec<f64> = columns.iter().map(|column| word(column.title)).collect();
    let mut full: Vec<f64> = columns.iter().map(|column| measure(column.title)).collect();
    for row in rows {
        for ((least, full), cell) in least.iter_mut().zip(&mut full).zip(row) {
            *least = least.max(word(&cell.text));
            *full = full.max(cell.text.lines().map(measure).fold(0.0, f64::max));
        }
    }
    let white = INSET * columns.len() as f64;
    let (least_sum, full_sum): (f64, f64) = (least.iter().sum(), full.iter().sum());
    let room = (across - white).max(1.0);
    if full_sum <= room {
        // What is left goes to texts, or to all where there are none.
        let texts = columns.iter().filter(|column| !column.numeric).count();
        let share = |numeric: bool| match texts {
            0 => (room - full_sum) / columns.len().max(1) as f64,
            _ if numeric => 0.0,
            many => (room - full_sum) / many as f64,
        };
        return full.iter().zip(columns).map(|(full, column)| full + INSET + share(column.numeric)).collect();
    }
    if least_sum >= room {
        return least.iter().map(|least| (least / least_sum) * room + INSET).collect();
    }
    // Long texts are not to starve middling ones: they share by the root of what they lack.
    let lack: Vec<f64> = least.iter().zip(&full).map(|(least, full)| (full - least).max(0.0).sqrt()).collect();
    let lack_sum: f64 = lack.iter().sum::<f64>().max(f64::MIN_POSITIVE);
    least.iter().zip(lack).map(|(least, lack)| least + INSET + (room - least_sum) * lack / lack_sum).collect()
}

/// The least that the template can not break.
fn word(text: &str) -> f64 {
    let words = text.split(|character: char| character.is_whitespace() || character == '/');
    let least = |word: &str| word.chars().take(UNBROKEN).map(advance).sum::<f64>() * SIZE;
    words.map(least).fold(0.0, f64::max)
}

fn measure(line: &str) -> f64 {
    line.chars().map(advance).sum::<f64>() * SIZE
}

/// About how wide a character is, in ems; rather too wide than too narrow.
const fn advance(character: char) -> f64 {
    match character {
        ' ' | '.' | ',' | ':' | ';' | '\'' | '|' | '!' | 'i' | 'l' | 'j' | 'I' => 0.29,
        '(' | ')' | '[' | ']' | '-' | '/' | 'f' | 't' | 'r' => 0.42,
        'm' | 'w' | 'M' | 'W' | '%' | '@' => 0.95,
        '0'..='9' | '+' | '−' | '–' => 0.65,
        'a'..='z' => 0.58,
        'A'..='Z' => 0.72,
        _ => 0.92,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(title: &'static str, numeric: bool) -> Column {
        Column { title, numeric, summed: false }
    }

    #[test]
    fn columns_fill_the_page_and_numbers_are_never_broken() {
        let columns = [column("단위", false), column("시간", true), column("사유", false)];
        let long = "아주 긴 사유가 여기에 적혀 있어서 한 줄에는 들어가지 않는다 ".repeat(12);
        let rows: Vec<Vec<Cell>> = vec![
            vec!["db".into(), "1:02:03.001".into(), long.as_str().into()],
            vec!["ap".into(), "0:01".into(), "".into()],
        ];
        let widths = widths(&columns, rows.iter().map(Vec::as_slice), PORTRAIT);
        assert!((widths.iter().sum::<f64>() - PORTRAIT).abs() < 0.1, "{widths:?}");
        assert!(widths[1] >= measure("1:02:03.001"), "{widths:?}");
        assert!(widths[2] > 300.0, "{widths:?}");
    }
}
