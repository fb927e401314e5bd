//! Columns read back into our types, the same for both databases. What can not have been written by us is named, not guessed.

use serde::de::DeserializeOwned;
use sqlx::{ColumnIndex, Decode, Type};
use uuid::Uuid;

use super::{Error, Frozen, Lease, Owner, RunSummary, fault};
use crate::base::{Digest, RunId, Text, Timestamp};
use crate::run::{Answer, AttemptId, Claim, Head, Holder, Row, Submission};

/// The column types that both databases have in common.
pub(super) trait Columns {
    fn uuid(&self, column: &str) -> Result<Uuid, sqlx::Error>;
    fn integer(&self, column: &str) -> Result<i64, sqlx::Error>;
    fn optional_integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error>;
    fn text(&self, column: &str) -> Result<String, sqlx::Error>;
    fn optional_text(&self, column: &str) -> Result<Option<String>, sqlx::Error>;
    fn bytes(&self, column: &str) -> Result<Vec<u8>, sqlx::Error>;
}

impl<R: sqlx::Row> Columns for R
where
    for<'c> &'c str: ColumnIndex<R>,
    for<'r> Uuid: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> i64: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<i64>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> String: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Option<String>: Decode<'r, R::Database> + Type<R::Database>,
    for<'r> Vec<u8>: Decode<'r, R::Database> + Type<R::Database>,
{
    fn uuid(&self, column: &str) -> Result<Uuid, sqlx::Error> {
        self.try_get(column)
    }
    fn integer(&self, column: &str) -> Result<i64, sqlx::Error> {
        self.try_get(column)
    }
    fn optional_integer(&self, column: &str) -> Result<Option<i64>, sqlx::Error> {
        self.try_get(column)
    }
    fn text(&self, column: &str) -> Result<String, sqlx::Error> {
        self.try_get(column)
    }
    fn optional_text(&self, column: &str) -> Result<Option<String>, sqlx::Error> {
        self.try_get(column)
    }
    fn bytes(&self, column: &str) -> Result<Vec<u8>, sqlx::Error> {
        self.try_get(column)
    }
}

/// A row of a known table on its way into our types.
pub(super) struct Record<'a, R> {
    table: &'static str,
    row: &'a R,
}

impl<'a, R: Columns> Record<'a, R> {
    pub(super) const fn of(table: &'static str, row: &'a R) -> Self {
        Self { table, row }
    }

    pub(super) fn run(&self, column: &'static str) -> Result<RunId, Error> {
        self.row.uuid(column).map(RunId).map_err(|_| self.impossible(column))
    }

    /// A number that counts something, so it is never negative.
    pub(super) fn count(&self, column: &'static str) -> Result<u64, Error> {
        self.integer(column)?.try_into().map_err(|_| self.impossible(column))
    }

    pub(super) fn instant(&self, column: &'static str) -> Result<Timestamp, Error> {
        self.integer(column).map(Timestamp)
    }

    pub(super) fn text(&self, column: &'static str) -> Result<String, Error> {
        self.row.text(column).map_err(|_| self.impossible(column))
    }

    pub(super) fn optional_text(&self, column: &'static str) -> Result<Option<String>, Error> {
        self.row.optional_text(column).map_err(|_| self.impossible(column))
    }

    /// Text that is kept as bytes, because it may hold a NUL.
    pub(super) fn text_of_bytes(&self, column: &'static str) -> Result<String, Error> {
        let bytes = self.row.bytes(column).map_err(|_| self.impossible(column))?;
        String::from_utf8(bytes).map_err(|_| self.impossible(column))
    }

    pub(super) fn digest(&self, column: &'static str) -> Result<Digest, Error> {
        let bytes = self.row.bytes(column).map_err(|_| self.impossible(column))?;
        bytes.try_into().map(Digest).map_err(|_| self.impossible(column))
    }

    pub(super) fn json<T: DeserializeOwned>(&self, column: &'static str) -> Result<T, Error> {
        serde_json::from_str(&self.text(column)?).map_err(|_| self.impossible(column))
    }

    pub(super) fn optional_instant(&self, column: &'static str) -> Result<Option<Timestamp>, Error> {
        self.row.optional_integer(column).map(|at| at.map(Timestamp)).map_err(|_| self.impossible(column))
    }

    pub(super) fn bytes(&self, column: &'static str) -> Result<Vec<u8>, Error> {
        self.row.bytes(column).map_err(|_| self.impossible(column))
    }

    fn integer(&self, column: &'static str) -> Result<i64, Error> {
        self.row.integer(column).map_err(|_| self.impossible(column))
    }

    /// The fault, with as much of the row's key as was selected.
    fn impossible(&self, column: &'static str) -> Error {
        let mut key = Vec::new();
        key.extend(["id", "run"].iter().filter_map(|column| self.row.uuid(column).ok()).map(|id| id.to_string()));
        key.extend(["name", "kind", "id"].iter().filter_map(|column| self.row.text(column).ok()));
        key.extend(["seq", "attempt"].iter().filter_map(|column| self.row.integer(column).ok()).map(|n| n.to_string()));
        Error::Inconsistent { table: self.table, column, row: key.join(" ") }
    }
}

pub(super) fn journal_row(row: &impl Columns) -> Result<Row, Error> {
    let record = Record::of("journal", row);
    Ok(Row {
        seq: record.count("seq")?,
        at: record.instant("at")?,
        event: record.text("event")?,
        hash: record.digest("hash")?,
    })
}

pub(super) fn frozen(row: &impl Columns) -> Result<Frozen, Error> {
    let record = Record::of("frozen", row);
    Ok(Frozen { plan: record.text("plan")?, source: record.text_of_bytes("source")? })
}

pub(super) fn run_summary(row: &impl Columns) -> Result<RunSummary, Error> {
    let record = Record::of("run", row);
    Ok(RunSummary {
        run: record.run("id")?,
        summary: record.json("summary")?,
        seq: record.count("seq")?,
        owner: record.optional_text("owner")?,
    })
}

pub(super) fn held(row: &impl Columns) -> Result<(RunId, super::judge::Held), Error> {
    let record = Record::of("run", row);
    let held = super::judge::Held {
        owner: record.optional_text("owner")?.map(Owner),
        token: record.count("token")?,
        head: Head { seq: record.count("seq")?, hash: record.digest("head")? },
    };
    Ok((record.run("id")?, held))
}

pub(super) fn output_end(row: &impl Columns) -> Result<((RunId, AttemptId), u64), Error> {
    let record = Record::of("output", row);
    let attempt = u32::try_from(record.count("attempt")?).map_err(|_| record.impossible("attempt"))?;
    Ok(((record.run("run")?, AttemptId(attempt)), record.count("kept")?))
}

pub(super) fn lease(row: &impl Columns, owner: &Owner) -> Result<Lease, Error> {
    let record = Record::of("lease", row);
    Ok(Lease { run: record.run("run")?, owner: owner.clone(), token: record.count("token")? })
}

/// A lock that another run has.
pub(super) fn held_lock(row: &impl Columns) -> Result<Claim, Error> {
    let record = Record::of("held_lock", row);
    let lock = record.text("name")?.parse().map_err(|_| record.impossible("name"))?;
    let runbook = record.text("runbook")?.parse().map_err(|_| record.impossible("runbook"))?;
    Ok(Claim::Held { lock, by: Holder { run: record.run("run")?, runbook } })
}

/// Whether a lease is the one in force, by its run's row of the table; `None` when there is no such run.
pub(super) fn in_force(row: Option<&impl Columns>, lease: &Lease) -> Result<(), Error> {
    let record = Record::of("lease", row.ok_or(Error::NoSuchRun(lease.run))?);
    let (owner, held) = (record.optional_text("owner")?, record.count("token")?);
    let holds = owner.as_ref() == Some(&lease.owner.0) && held == lease.token;
    if holds { Ok(()) } else { Err(Error::Fenced { run: lease.run, held, ours: lease.token }) }
}

pub(super) fn submission(row: &impl Columns) -> Result<Submission, Error> {
    Record::of("request", row).json("submission")
}

pub(super) fn answer(row: &impl Columns) -> Result<Option<Answer>, Error> {
    let record = Record::of("request", row);
    let text = record.optional_text("answer")?;
    text.map(|text| serde_json::from_str(&text).map_err(|_| record.impossible("answer"))).transpose()
}

/// A value of ours as JSON. Our types have only string keys and no fallible serialisers.
pub(super) fn to_json<T: serde::Serialize>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value).map_err(|error| unwritable(&error))
}

/// A value of ours that can not be written as JSON.
pub(super) fn unwritable(error: &serde_json::Error) -> Error {
    let cause = Text::new(
        format!("값을 JSON으로 쓸 수 없습니다: {error}"),
        format!("a value can not be written as JSON: {error}"),
    );
    fault::unavailable(cause, fault::DEFECT)
}

/// A number for a database column; one beyond its range is as good as its end.
pub(super) fn column(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
