//! The last row of a table: sums as formulas, with the results that a reader without a calculator shows.

use engine::report::{Cell, Table, Value};
use rust_xlsxwriter::{Formula, Worksheet, XlsxError, column_number_to_name};

use super::cells::Formats;

/// Writes the sums below `rows`, which stand in the sheet from its second row on.
pub(super) fn totals(
    sheet: &mut Worksheet,
    formats: &Formats,
    table: &Table,
    rows: &[Vec<Cell>],
    word: &str,
) -> Result<(), XlsxError> {
    let last = u32::try_from(rows.len()).unwrap_or(u32::MAX);
    if last == 0 || !table.columns.iter().any(|column| column.summed) {
        return Ok(());
    }
    sheet.write_string_with_format(last + 1, 0, word, &formats.bold)?;
    for (place, column) in (0_u16..).zip(&table.columns) {
        let values = || rows.iter().filter_map(|row| row.get(usize::from(place))).map(|cell| cell.value);
        let Some(sum) = column.summed.then(|| values().fold(None, add)).flatten() else { continue };
        let Some((number, format)) = formats.number(sum) else { continue };
        let name = column_number_to_name(place);
        let formula = Formula::new(format!("=SUM({name}2:{name}{})", last + 1)).set_result(number.to_string());
        sheet.write_formula_with_format(last + 1, place, formula, &format.clone().set_bold())?;
    }
    Ok(())
}

/// The sum of values of one kind; texts among them are no numbers, and what can not be added is left out.
fn add(sum: Option<Value>, value: Value) -> Option<Value> {
    match (sum, value) {
        (Some(Value::Span(sum)), Value::Span(time)) => Some(Value::Span(sum + time)),
        (Some(Value::Count(sum)), Value::Count(count)) => Some(Value::Count(sum.saturating_add(count))),
        (None, Value::Span(_) | Value::Count(_)) => Some(value),
        (sum, _) => sum,
    }
}
