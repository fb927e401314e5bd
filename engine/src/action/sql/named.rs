//! What a fixed statement says, by the names of its columns.

use tokio_util::sync::CancellationToken;

use super::super::Launch;
use super::super::asker::Asker;
use super::super::transcript::Transcript;
use super::Came;
use crate::base::{TargetName, Text};
use crate::plan::look::{Sql, Value, Wanted};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in super::super) struct NamedRow(Vec<(String, Value)>);

impl NamedRow {
    fn value(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    /// A value as text; `None` where it is not there or null.
    pub(in super::super) fn text(&self, name: &str) -> Option<String> {
        match self.value(name)? {
            Value::Null => None,
            Value::Bool(truth) => Some(truth.to_string()),
            Value::Number(number) => Some(number.to_string()),
            Value::Text(text) => Some(text.clone()),
        }
    }

    /// A whole number.
    pub(in super::super) fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.parse().ok()
    }

    /// Whether it is true.
    pub(in super::super) fn truth(&self, name: &str) -> Option<bool> {
        match self.value(name)? {
            Value::Bool(truth) => Some(*truth),
            Value::Null | Value::Number(_) | Value::Text(_) => None,
        }
    }
}

/// The rows that come of a statement that changes nothing, or why there are none.
pub(in super::super) async fn rows(
    asker: &Asker<'_>,
    launch: &Launch,
    on: &TargetName,
    statement: &str,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<Vec<NamedRow>, Text> {
    let sql = Sql {
        on: Some(on.clone()),
        statement: statement.to_owned(),
        args: Vec::new(),
        read_only: true,
        wanted: Wanted::Done,
    };
    // Several of them may be under way at once, each as large as all drivers together.
    match Box::pin(super::tell(asker, launch, &sql, false, transcript, stop)).await.map_err(|cause| cause.message)? {
        Came::Answered(table) => {
            let named = |row: &Vec<Value>| NamedRow(table.names().iter().cloned().zip(row.iter().cloned()).collect());
            Ok(table.rows().iter().map(named).collect())
        }
        Came::Closed => Err(Text::new("연결 거부", "connection refused")),
        Came::Unread(why) | Came::Unreached(why) | Came::Refused(why) | Came::Lost(why) => Err(why),
    }
}

/// The one row that comes of a statement.
pub(in super::super) async fn row(
    asker: &Asker<'_>,
    launch: &Launch,
    on: &TargetName,
    statement: &str,
    transcript: &mut Transcript,
    stop: &CancellationToken,
) -> Result<NamedRow, Text> {
    let mut rows = rows(asker, launch, on, statement, transcript, stop).await?;
    match (rows.pop(), rows.pop()) {
        (Some(row), None) => Ok(row),
        (Some(_), Some(_)) => Err(Text::new("여러 행을 응답함", "more than one row came")),
        (None, _) => Err(Text::new("아무 행도 응답하지 않음", "no row came")),
    }
}
