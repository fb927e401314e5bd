//! What a runbook says about its own upkeep: what kind it is, when it was read again, when it is played.

use serde_json::{Value, json};

use super::super::Spanned;
use super::super::diagnostic::Finding;
use super::super::read::{Definitions, Read, Reader, shape, words};
use super::super::tree::NodeId;
use crate::base::{Cron, Day, Millis, Text};

words! {
    /// What a runbook is for.
    pub enum Kind {
        /// It changes systems.
        Recovery = "recovery",
        /// It only looks.
        Inspection = "inspection",
    }
}

shape! {
    /// A time at which the runbook is to be run. People run it: nothing is started by itself.
    pub struct Occasion ["an item of `schedule`", "`schedule`의 항목"] {
        /// Minute, hour, day of the month, month, day of the week, in Korean time: 30 2 * * sun, or sun#1 for the first of a month.
        (required) "cron" => cron: Spanned<Cron>,
        /// Its name for people.
        "title" => title: Text,
        /// How long it takes; the length of the plan where absent.
        "lasts" => lasts: Millis,
    }
}

shape! {
    /// Where lost data can come back from.
    pub struct RecoverySource ["an item of `recovers_from`", "`recovers_from`의 항목"] {
        /// What it is, for people.
        (required) "source" => source: Spanned<Text>,
        /// The loss that it can keep to, as a replication can.
        "rpo" => rpo: Spanned<Millis>,
        /// Of a backup: the time from one to the next.
        "interval" => interval: Spanned<Millis>,
        /// Of a backup: the time until it is where it can be restored from.
        "transfer" => transfer: Millis,
        /// It may lose more than the objective: it is for when nothing else is left.
        "last_resort" => last_resort: bool,
    }
}

impl Read for Cron {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["five fields of cron", "cron 다섯 필드"])?;
        written.parse().ok().or_else(|| {
            reader.bad(at, || {
                Finding::new(
                    format!("`{written}` is not five fields of cron"),
                    format!("`{written}`은(는) cron 다섯 필드가 아닙니다"),
                )
                .help(
                    "write minute, hour, day, month and day of the week: `30 2 * * sun`, `0 6 * * mon-fri`, `0 3 * * sun#1`",
                    "분, 시, 일, 월, 요일을 쓰십시오. 예: `30 2 * * sun`, `0 6 * * mon-fri`, `0 3 * * sun#1`",
                )
            })
        })
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": r"^\s*\S+(\s+\S+){4}\s*$" })
    }
}

impl Read for Day {
    fn read(reader: &mut Reader<'_, '_>, at: NodeId) -> Option<Self> {
        let written = reader.scalar(at, ["a day `YYYY-MM-DD`", "`YYYY-MM-DD` 날짜"])?;
        written.parse().ok().or_else(|| {
            reader.bad(at, || {
                Finding::new(
                    format!("`{written}` is not a day `YYYY-MM-DD`"),
                    format!("`{written}`은(는) `YYYY-MM-DD` 날짜가 아닙니다"),
                )
                .help("write for example `2027-06-30`", "예: `2027-06-30`")
            })
        })
    }

    fn schema(_: &mut Definitions) -> Value {
        json!({ "type": "string", "pattern": r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
    }
}
