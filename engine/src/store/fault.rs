//! What a database's complaint means: the cause in its own words, and what a person can do about it.

use super::Error;

const FREE_SPACE: &str = "free space on the disk that holds the state; work goes on by itself";
const WRITABLE: &str =
    "make the state's file and folder writable for the user that relight runs as; work goes on by itself";
const FOLDER: &str = "make the state's folder, or name another one";
const DISK: &str = "look at the disk and the mount that hold the state; work goes on by itself";
const LOCKED: &str = "end the other program that keeps the state's file locked";
const DAMAGED: &str = "keep the file, bring back a copy that is whole, and check it with `relight verify`";
pub(super) const REACH: &str = "start the database or mend the way to it; work goes on by itself";
const SERVER_SPACE: &str = "free space on the database server; work goes on by itself";
const CONNECTIONS: &str = "let the database server take more connections, or end other clients";
const SIGN_IN: &str = "check user, password and access rules of the database address";
const DATABASE: &str = "make the database, or correct its name in the database address";
const RIGHTS: &str = "give the database's user the right to make and change tables in it";
const STANDBY: &str = "name the primary in the database address: this server is read-only";
const NEWER: &str = "this state was written by a newer relight: use that one";
/// Nothing that a person can have caused.
pub(super) const DEFECT: &str = "this is a defect of Relight: keep the state and report it";
const UNKNOWN: &str = "read the cause; keep the state and report it if it says nothing to you";

/// The medium refuses, for a reason of our own finding.
pub(super) fn unavailable(cause: impl Into<String>, next_step: &'static str) -> Error {
    Error::Unavailable { cause: cause.into(), next_step }
}

/// What an error of either database means.
#[expect(clippy::needless_pass_by_value, reason = "the end of every `map_err`")]
pub(super) fn of(error: sqlx::Error) -> Error {
    let next_step = match &error {
        sqlx::Error::Database(complaint) => {
            let code = complaint.code().unwrap_or_default();
            // SQLSTATE has five characters; SQLite's codes are numbers of at most four digits.
            if code.len() == 5 { of_state(&code) } else { of_code(code.parse().unwrap_or(0)) }
        }
        sqlx::Error::Io(_)
        | sqlx::Error::Tls(_)
        | sqlx::Error::PoolTimedOut
        | sqlx::Error::PoolClosed
        | sqlx::Error::WorkerCrashed
        | sqlx::Error::Protocol(_) => REACH,
        _ => UNKNOWN,
    };
    unavailable(error.to_string(), next_step)
}

/// What a failed migration means.
pub(super) fn of_migration(error: sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => of(error),
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => unavailable(error.to_string(), NEWER),
        other => unavailable(other.to_string(), UNKNOWN),
    }
}

/// Whether SQLite says that somebody else is writing.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let code = error.as_database_error().and_then(|complaint| complaint.code()?.parse::<u32>().ok());
    matches!(code.map(|code| code & 0xff), Some(BUSY | TABLE_LOCKED))
}

const BUSY: u32 = 5;
const TABLE_LOCKED: u32 = 6;

/// SQLite's result codes; the low byte is the kind.
fn of_code(code: u32) -> &'static str {
    match code & 0xff {
        BUSY | TABLE_LOCKED => LOCKED,
        3 | 8 | 23 => WRITABLE,
        10 => DISK,
        11 | 26 => DAMAGED,
        13 => FREE_SPACE,
        14 => FOLDER,
        _ => UNKNOWN,
    }
}

/// PostgreSQL's SQLSTATE; the first two characters are the class.
fn of_state(state: &str) -> &'static str {
    match state {
        "53100" => SERVER_SPACE,
        "53300" => CONNECTIONS,
        "3D000" => DATABASE,
        "25006" => STANDBY,
        "42501" => RIGHTS,
        _ if state.starts_with("28") => SIGN_IN,
        _ if ["08", "53", "57", "58"].iter().any(|class| state.starts_with(class)) => REACH,
        _ => UNKNOWN,
    }
}
