//! What a statement says: one row, read by the names of its columns.

use super::super::sql;
use super::super::transcript::Transcript;
use super::Gauging;
use super::gather::Gathered;
use crate::base::{Millis, Text, Timestamp};
use crate::run::{Confidence, Flow, Method, Point};

/// What somebody says of a link, by name.
pub(super) trait Says {
    /// A value as text; `None` where it is not there or null.
    fn text(&self, name: &str) -> Option<String>;

    /// A whole number.
    fn number(&self, name: &str) -> Option<i64> {
        self.text(name)?.trim().parse().ok()
    }

    /// An instant: as a number of milliseconds since 1970, or as ISO 8601 with an offset.
    fn instant(&self, ms: &str, iso: &str) -> Option<Timestamp> {
        self.number(ms).map(Timestamp).or_else(|| Timestamp::parse_iso(self.text(iso)?.trim()))
    }
}

impl Says for sql::NamedRow {
    fn text(&self, name: &str) -> Option<String> {
        Self::text(self, name)
    }
}

pub(super) async fn gather(of: &Gauging<'_>, statement: &str, transcript: &mut Transcript) -> Result<Gathered, Text> {
    let row = sql::row(of.asker, of.launch, of.standby, statement, transcript, of.stop).await?;
    Ok(told(&row))
}

/// What it says. A point without a word about the state is of a link that flows.
pub(super) fn told(row: &impl Says) -> Gathered {
    let point = row.instant("point_ms", "point");
    let state = row.text("state").map(|word| (Flow::from_keyword(word.trim()), word));
    let state = match state {
        Some((Some(flow), _)) => {
            let note = row.text("note").unwrap_or_default();
            (flow, if note.is_empty() { Text::new("응답한 상태", "as it was said") } else { Text::plain(note) })
        }
        Some((None, word)) => {
            (Flow::Unknown, Text::new(format!("알 수 없는 상태 {word:?}"), format!("{word:?} is no state of a link")))
        }
        None if point.is_some() => (Flow::Streaming, Text::new("시점을 응답함", "a point was said")),
        None => (Flow::Unknown, Text::new("`state`도 `point`도 응답하지 않음", "neither `state` nor `point` was said")),
    };
    let whole = |name: &str| row.number(name).and_then(|number| u64::try_from(number).ok());
    let estimated = row.text("confidence").is_some_and(|word| word.trim() == "estimated");
    let confidence = if estimated { Confidence::Estimated } else { Confidence::Measured };
    Gathered {
        state: Some(state),
        lag: whole("lag_ms").map(Millis),
        lag_bytes: whole("lag_bytes"),
        lag_transactions: whole("lag_transactions"),
        position: row.text("position"),
        transaction: row.text("transaction"),
        committed_at: row.instant("committed_ms", "committed_at"),
        heartbeat_at: row.instant("heartbeat_ms", "heartbeat_at"),
        told: point.map(|at| Point { at, method: Method::Told, confidence }),
        ..Gathered::default()
    }
}
