//! What a database's complaint means: the cause in its own words, and what a person can do about it.

use super::{Error, Remedy};
use crate::base::Text;

const FREE_SPACE: Remedy = Remedy::new(
    "상태가 있는 디스크의 공간을 비우십시오. 그러면 작업이 저절로 이어집니다",
    "free space on the disk that holds the state; work goes on by itself",
);
const WRITABLE: Remedy = Remedy::new(
    "relight를 실행하는 사용자가 상태 파일과 폴더에 쓸 수 있게 하십시오. 그러면 작업이 저절로 이어집니다",
    "make the state's file and folder writable for the user that relight runs as; work goes on by itself",
);
const FOLDER: Remedy =
    Remedy::new("상태 폴더를 만들거나 다른 폴더를 지정하십시오", "make the state's folder, or name another one");
const DISK: Remedy = Remedy::new(
    "상태가 있는 디스크와 마운트를 점검하십시오. 돌아오면 작업이 저절로 이어집니다",
    "look at the disk and the mount that hold the state; work goes on by itself",
);
const LOCKED: Remedy = Remedy::new(
    "상태 파일을 잠그고 있는 다른 프로그램을 끝내십시오. 그러면 작업이 저절로 이어집니다",
    "end the other program that keeps the state's file locked; work goes on by itself",
);
const DAMAGED: Remedy = Remedy::new(
    "그 파일을 보존하고, 온전한 사본을 되돌린 뒤 `relight verify`로 확인하십시오",
    "keep the file, bring back a copy that is whole, and check it with `relight verify`",
);
pub(super) const REACH: Remedy = Remedy::new(
    "데이터베이스를 기동하거나 통신 경로를 고치십시오. 그러면 작업이 저절로 이어집니다",
    "start the database or mend the way to it; work goes on by itself",
);
const SERVER_SPACE: Remedy = Remedy::new(
    "데이터베이스 서버의 공간을 비우십시오. 그러면 작업이 저절로 이어집니다",
    "free space on the database server; work goes on by itself",
);
const CONNECTIONS: Remedy = Remedy::new(
    "데이터베이스 서버의 연결 수를 늘리거나 다른 클라이언트를 끝내십시오",
    "let the database server take more connections, or end other clients",
);
const SIGN_IN: Remedy = Remedy::new(
    "데이터베이스 주소의 사용자, 비밀번호, 접근 규칙을 확인하십시오",
    "check user, password and access rules of the database address",
);
const DATABASE: Remedy = Remedy::new(
    "데이터베이스를 만들거나 주소의 데이터베이스 이름을 바로잡으십시오",
    "make the database, or correct its name in the database address",
);
const RIGHTS: Remedy = Remedy::new(
    "데이터베이스 사용자에게 테이블을 만들고 바꿀 권한을 주십시오",
    "give the database's user the right to make and change tables in it",
);
const STANDBY: Remedy = Remedy::new(
    "이 서버는 읽기 전용입니다. 주소에 주(primary) 서버를 적으십시오",
    "name the primary in the database address: this server is read-only",
);
const NEWER: Remedy = Remedy::new(
    "이 상태는 더 새로운 relight가 쓴 것입니다. 그 판을 사용하십시오",
    "this state was written by a newer relight: use that one",
);
/// How an address of PostgreSQL is written.
pub(super) const ADDRESS: Remedy =
    Remedy::new("postgres://사용자@호스트/데이터베이스 형식으로 적으십시오", "write postgres://USER@HOST/DATABASE");
/// Nothing that a person can have caused.
pub(super) const DEFECT: Remedy = Remedy::new(
    "Relight의 결함입니다. 상태를 보존하고 알려 주십시오",
    "this is a defect of Relight: keep the state and report it",
);
const UNKNOWN: Remedy = Remedy::new(
    "원인을 읽으십시오. 알 수 없는 내용이면 상태를 보존하고 알려 주십시오",
    "read the cause; keep the state and report it if it says nothing to you",
);

/// The medium refuses, for a reason of our own finding.
pub(super) fn unavailable(cause: Text, next_step: Remedy) -> Error {
    Error::Unavailable { cause, next_step }
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
    // What a database says is quoted: it speaks the language of its server.
    unavailable(Text::plain(error.to_string()), next_step)
}

/// What a failed migration means.
pub(super) fn of_migration(error: sqlx::migrate::MigrateError) -> Error {
    use sqlx::migrate::MigrateError;
    match error {
        MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => of(error),
        MigrateError::VersionMissing(_) | MigrateError::VersionTooNew(..) => {
            unavailable(Text::plain(error.to_string()), NEWER)
        }
        other => unavailable(Text::plain(other.to_string()), UNKNOWN),
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
fn of_code(code: u32) -> Remedy {
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
fn of_state(state: &str) -> Remedy {
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
