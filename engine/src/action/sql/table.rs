//! The rows that came of a statement.

use crate::plan::look::Value;

/// Rows kept at most; further ones are counted.
const ROWS: usize = 1_000;
/// Bytes of texts kept at most.
const BYTES: usize = 1 << 20;
/// Rows and bytes shown as output.
const SHOWN_ROWS: usize = 20;
const SHOWN: usize = 16 << 10;

/// The rows of the last statement that was carried out.
#[derive(Debug, Default)]
pub(super) struct Table {
    rows: Vec<Vec<Value>>,
    bytes: usize,
    count: u64,
    /// What the columns are called.
    names: Vec<String>,
    /// A statement came to its end: the next row belongs to another one.
    over: bool,
}

impl Table {
    /// What the columns of the rows that come now are called.
    pub(super) fn named(&mut self, names: impl Iterator<Item = String>) {
        if self.names.is_empty() || self.over {
            self.names = names.collect();
        }
    }

    /// A row that came.
    pub(super) fn add(&mut self, row: Vec<Value>) {
        if std::mem::take(&mut self.over) {
            let names = std::mem::take(&mut self.names);
            *self = Self { names, ..Self::default() };
        }
        self.count += 1;
        self.bytes = row.iter().fold(self.bytes, |bytes, value| match value {
            Value::Text(text) => bytes.saturating_add(text.len()),
            Value::Null | Value::Bool(_) | Value::Number(_) => bytes,
        });
        // The first row is always there, however long: an expectation about a value is about it.
        if self.rows.is_empty() || (self.rows.len() < ROWS && self.bytes <= BYTES) {
            self.rows.push(row);
        }
    }

    /// A statement came to its end.
    pub(super) fn statement_over(&mut self) {
        if std::mem::replace(&mut self.over, true) {
            *self = Self { over: true, ..Self::default() };
        }
    }

    /// How many rows there are.
    pub(super) const fn count(&self) -> u64 {
        self.count
    }

    /// The rows that were kept, from the first.
    pub(super) fn rows(&self) -> &[Vec<Value>] {
        &self.rows
    }

    /// What the columns are called.
    pub(super) fn names(&self) -> &[String] {
        &self.names
    }

    /// As output: the first rows, their values apart by tabs.
    pub(super) fn shown(&self) -> String {
        let mut text = String::new();
        for row in self.rows.iter().take(SHOWN_ROWS) {
            let values: Vec<String> = row.iter().map(ToString::to_string).collect();
            text += &values.join("\t");
            text.push('\n');
        }
        text.truncate(text.floor_char_boundary(SHOWN));
        let left = self.count.saturating_sub(self.rows.len().min(SHOWN_ROWS) as u64);
        if left > 0 {
            text.extend(["… +", &left.to_string(), "\n"]);
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Vec<Value> {
        vec![Value::Text(text.to_owned())]
    }

    #[test]
    fn only_the_rows_of_the_last_statement_count() {
        let mut table = Table::default();
        table.add(text("one"));
        table.statement_over();
        table.add(text("two"));
        table.statement_over();
        assert_eq!((table.count(), table.rows()), (1, &[text("two")][..]));
        table.statement_over();
        assert_eq!(table.count(), 0);
    }

    #[test]
    fn rows_beyond_the_limits_are_counted_and_not_kept() {
        let mut table = Table::default();
        let long = "x".repeat(BYTES);
        table.add(text(&long));
        for _ in 0..ROWS {
            table.add(text("y"));
        }
        assert_eq!((table.count(), table.rows().len()), (1_001, 1));
        let mut table = Table::default();
        for _ in 0..ROWS + 5 {
            table.add(vec![Value::Null]);
        }
        assert_eq!((table.count(), table.rows().len()), (1_005, ROWS));
        assert!(table.shown().ends_with("null\n… +985\n"));
    }
}
