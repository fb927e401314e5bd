//! What came of a statement against what was wanted.

use super::super::check::Answer;
use super::table::Table;
use crate::plan::look::{Value, Wanted};

pub(super) fn weigh(wanted: &Wanted, table: &Table) -> Answer {
    let count = table.count();
    let rows = if count == 1 { "1 row".to_owned() } else { format!("{count} rows") };
    match wanted {
        Wanted::Done => Answer::up(format!("{count}행"), rows),
        Wanted::Value(test) => match table.rows() {
            [row] if count == 1 => {
                let value = row.first().unwrap_or(&Value::Null);
                if test.passes(value) {
                    Answer::up(format!("값 {value}"), format!("the value {value}"))
                } else {
                    Answer::down(format!("값 {value}, 기대 {test}"), format!("the value {value}, wanted {test}"))
                }
            }
            _ => Answer::down(format!("{count}행, 기대 1행"), format!("{rows}, wanted one with a value")),
        },
        Wanted::Rows(range) if range.holds(count) => Answer::up(format!("{count}행"), rows),
        Wanted::Rows(range) => Answer::down(
            format!("{count}행, 기대 {}", range.in_korean().replace('개', "행")),
            format!("{rows}, wanted {range}"),
        ),
        Wanted::These(these) => these_rows(these, table, &rows),
    }
}

fn these_rows(these: &[Vec<Value>], table: &Table, rows: &str) -> Answer {
    let same = |wanted: &Vec<Value>, row: &Vec<Value>| {
        wanted.len() == row.len() && wanted.iter().zip(row).all(|(wanted, value)| wanted.is(value))
    };
    let different = these.iter().zip(table.rows()).position(|(wanted, row)| !same(wanted, row));
    if let Some(at) = different {
        let (got, wanted) = (line(&table.rows()[at]), line(&these[at]));
        let place = at + 1;
        return Answer::down(
            format!("{place}번째 행 {got}, 기대 {wanted}"),
            format!("row {place} is {got}, wanted {wanted}"),
        );
    }
    let (count, wanted) = (table.count(), these.len());
    if count == wanted as u64 {
        Answer::up(format!("기대한 {count}행과 같음"), format!("the {rows} that were wanted"))
    } else {
        Answer::down(format!("{count}행, 기대 {wanted}행"), format!("{rows}, wanted {wanted}"))
    }
}

fn line(row: &[Value]) -> String {
    format!("[{}]", row.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::super::super::check::Reply;
    use super::*;
    use crate::plan::look::{Range, Test};

    fn table(rows: &[&[i64]]) -> Table {
        let mut table = Table::default();
        for row in rows {
            table.add(row.iter().map(|number| Value::Number((*number).into())).collect());
        }
        table
    }

    fn number(number: i64) -> Value {
        Value::Number(number.into())
    }

    #[test]
    fn a_value_is_wanted_of_exactly_one_row() {
        let one = Wanted::Value(Test::Is(Value::Bool(true)));
        assert_eq!(weigh(&one, &table(&[&[1, 9]])), Answer::up("값 1", "the value 1"));
        assert_eq!(weigh(&one, &table(&[&[0]])), Answer::down("값 0, 기대 true", "the value 0, wanted true"));
        assert_eq!(
            weigh(&one, &table(&[&[1], &[1]])),
            Answer::down("2행, 기대 1행", "2 rows, wanted one with a value")
        );
        assert_eq!(weigh(&one, &table(&[])).reply(), Reply::Down);
    }

    #[test]
    fn rows_are_counted_or_compared_one_by_one() {
        let some = Wanted::Rows(Range { min: 1, max: Some(2) });
        assert_eq!(weigh(&some, &table(&[&[1], &[2]])).reply(), Reply::Up);
        assert_eq!(weigh(&some, &table(&[])), Answer::down("0행, 기대 1~2행", "0 rows, wanted 1 to 2"));
        let these = Wanted::These(vec![vec![number(1), number(2)], vec![number(3), Value::Null]]);
        let other = weigh(&these, &table(&[&[1, 2], &[3, 4]]));
        assert_eq!(other, Answer::down("2번째 행 [3, 4], 기대 [3, null]", "row 2 is [3, 4], wanted [3, null]"));
        assert_eq!(weigh(&these, &table(&[&[1, 2]])), Answer::down("1행, 기대 2행", "1 row, wanted 2"));
        assert_eq!(weigh(&Wanted::These(vec![]), &table(&[])).reply(), Reply::Up);
    }
}
