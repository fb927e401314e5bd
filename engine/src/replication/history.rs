//! What was measured around a run of the links that it measured itself.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::Watched;
use crate::base::{LinkName, Millis, TargetName, Timestamp};
use crate::report::LossSeries;
use crate::run::Row;
use crate::store::{Error, Store, find};

/// How long before a run its picture begins.
const BEFORE: Millis = Millis::minutes(30);
/// Measurements of one link that are read: a day of one every five seconds.
const MOST: u32 = 17_280;
/// Rounds that may be missed before a line is broken, and what is allowed for the measuring itself.
const ROUNDS: u64 = 3;
const PATIENCE: Millis = Millis::seconds(30);

/// The link of a reading.
#[derive(Debug, Deserialize, PartialEq, Eq, PartialOrd, Ord)]
struct Named {
    link: LinkName,
    standby: TargetName,
}

/// The losses of every link that a run measured, from half an hour before it was declared to its end. Measurements are kept for
/// seven days: of an older run there are none.
pub async fn around(store: &dyn Store, rows: &[Row]) -> Result<Vec<LossSeries>, Error> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Ok(Vec::new()) };
    let from = Timestamp(first.at.0.saturating_sub(i64::try_from(BEFORE.0).unwrap_or(i64::MAX)));
    let mut all = Vec::new();
    for Named { link, standby } in measured(rows) {
        let series = format!("{link}/{standby}");
        let samples = store.samples(&series, from, MOST).await?;
        let points: Vec<(Timestamp, Option<Millis>)> = samples
            .into_iter()
            .take_while(|sample| sample.at <= last.at)
            .map(|sample| (sample.at, sample.loss))
            .collect();
        let Some(watched) = find::<Watched>(store, &series).await?.map(|found| found.value) else { continue };
        let gap = watched.gap();
        all.push(LossSeries { link, standby, rpo: watched.rpo, gap, points });
    }
    Ok(all)
}

impl Watched {
    /// Measurements that are further apart were not made one after the other.
    pub const fn gap(&self) -> Millis {
        Millis(self.every.0.saturating_mul(ROUNDS).saturating_add(PATIENCE.0))
    }
}

/// The links that stand in the readings of a journal.
fn measured(rows: &[Row]) -> BTreeSet<Named> {
    // Inside a text the quotation marks would stand escaped, so this is never somebody's words.
    const READING: &str = "\"reading\":";
    let of = |row: &Row| {
        let (_, reading) = row.event.split_once(READING)?;
        serde_json::Deserializer::from_str(reading).into_iter::<Named>().next()?.ok()
    };
    rows.iter().filter_map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Digest;

    #[test]
    fn only_what_was_read_names_a_link_and_no_text_does() {
        let row = |event: &str| Row { seq: 1, at: Timestamp(0), event: event.to_owned(), hash: Digest::ZERO };
        let text =
            serde_json::json!({"outputs": {"a": "\"reading\":{\"link\":\"no\",\"standby\":\"no\"}"}}).to_string();
        let rows = [
            row(r#"{"step":{"reading":{"link":"orders","kind":"files","standby":"local","at":7},"more":1}}"#),
            row(&text),
            row("{}"),
        ];
        let named =
            |link: &str, standby: &str| Named { link: link.parse().unwrap(), standby: standby.parse().unwrap() };
        assert_eq!(measured(&rows), BTreeSet::from([named("orders", "local")]));
    }
}
