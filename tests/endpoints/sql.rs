//! Statements for databases: against PostgreSQL, MariaDB and SQLite as users have them.

use std::time::Duration;

use engine::run::{CauseKind, Outcome};
use harness::certificates::Authority;
use harness::mariadb::Server;
use harness::ports::free_port;
use harness::postgres::Cluster;
use tokio_util::sync::CancellationToken;

use crate::bench::Bench;

/// A server of PostgreSQL of the test's own, and a bench that knows it as `db`.
async fn postgres() -> (Cluster, Bench) {
    let port = free_port();
    let cluster = tokio::task::spawn_blocking(move || Cluster::on(port)).await.unwrap();
    let db = format!(
        "  db: {{address: 127.0.0.1, sql: {{engine: postgres, port: {port}, database: postgres}}, modes: [drill]}}\n"
    );
    (cluster, Bench::new().await.with_targets(&db, &[]))
}

/// The same of MariaDB.
async fn mariadb() -> (Server, Bench) {
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let sql = format!("engine: mysql, port: {}, database: bank, user: {}", server.port(), Server::USER);
    let db = format!(
        "  db: {{address: 127.0.0.1, sql: {{{sql}, password: admin}}, modes: [drill]}}\n  \
         stranger: {{address: 127.0.0.1, sql: {{{sql}, password: wrong}}, modes: [drill]}}\n"
    );
    let secrets = [("admin", Server::PASSWORD), ("wrong", "not-the-password")];
    (server, Bench::new().await.with_targets(&db, &secrets))
}

/// Asks each question and compares the answers.
async fn ask_all(bench: &Bench, questions: &[(&str, &str, &str)]) {
    for (statement, expectation, answer) in questions {
        let given = bench.ask(&format!("{{sql: \"{statement}\", on: db{expectation}}}")).await;
        assert_eq!(given, *answer, "{statement} {expectation}");
    }
}

#[tokio::test]
async fn postgresql_answers_with_its_own_types() {
    let (_cluster, bench) = postgres().await;
    ask_all(
        &bench,
        &[
            ("select not pg_is_in_recovery()", "", "up: the value true"),
            ("select pg_is_in_recovery()", ", expect: true", "down: the value false, wanted true"),
            (
                "select 12345678901234567890.50::numeric",
                ", expect: 12345678901234567890.5",
                "up: the value 12345678901234567890.5",
            ),
            ("select 7", ", expect: {gte: 5, lt: 7}", "down: the value 7, wanted ≥ 5, < 7"),
            ("select null::int", ", expect: null", "up: the value null"),
            ("select '7'", ", expect: 7", "down: the value \"7\", wanted 7"),
            ("select '0/16B3748'::pg_lsn", ", expect: 0/16B3748", "up: the value \"0/16B3748\""),
            ("select date '2026-11-21'", ", expect: {gt: \"2026-11-20\"}", "up: the value \"2026-11-21\""),
            ("select generate_series(1, 5000)", ", rows: {min: 5000}", "up: 5000 rows"),
            ("select 1 where false", "", "down: 0 rows, wanted one with a value"),
            (
                "select 'a', 1 union all select 'b', 2 order by 1",
                ", expect_rows: [[a, 1], [b, 2]]",
                "up: the 2 rows that were wanted",
            ),
            ("select 'a', 1", ", expect_rows: [[a, 2]]", "down: row 1 is [\"a\", 1], wanted [\"a\", 2]"),
            ("select true; select 2", ", expect: 2", "up: the value 2"),
        ],
    )
    .await;
}

#[tokio::test]
async fn a_question_can_change_nothing_and_a_step_can() {
    let (_cluster, bench) = postgres().await;
    let refused = bench.ask("{sql: \"create table heartbeat (id int)\", on: db, rows: 0}").await;
    assert!(refused.starts_with("unknown: the database refused it: 25006 "), "{refused}");
    assert!(bench.run("{sql: \"create table heartbeat (id int)\", on: db}").await.succeeded());
    let wanted = bench.run("{sql: \"insert into heartbeat values (1), (2) returning id\", on: db, rows: 2}").await;
    assert_eq!(wanted.summary(), "2 rows");
    let read_only = bench.run("{sql: \"delete from heartbeat\", on: db, read_only: true}").await;
    assert!(!read_only.succeeded());
    let other = bench.run("{sql: \"select count(*) from heartbeat\", on: db, expect: 3}").await;
    assert_eq!(other.cause().kind, CauseKind::Unexpected);
    assert!(other.message().starts_with("sql db: the value 2, wanted 3"), "{other:?}");
    assert_eq!(other.output, "2\n");
}

#[tokio::test]
async fn an_argument_is_never_part_of_a_statement() {
    let (_cluster, bench) = postgres().await;
    let trap = "x'; drop table if exists y; --";
    let asked = bench.ask(&format!("{{sql: \"select $1 = $2\", args: [\"{trap}\", \"{trap}\"], on: db}}")).await;
    assert_eq!(asked, "up: the value true");
    let number = bench.ask("{sql: \"select $1::int + 1\", args: [41], on: db, expect: 42}").await;
    assert_eq!(number, "up: the value 42");
    let unread = bench.ask("{sql: \"select $1::numeric\", args: [41], on: db, expect: 42}").await;
    assert!(unread.starts_with("unknown: values of type NUMERIC can not be read beside `args`"), "{unread}");
}

/// Waits until so many sessions of PostgreSQL are asleep in a statement.
async fn sleepers(bench: &Bench, wanted: u32) {
    let asleep = "select count(*) from pg_stat_activity where query like 'select pg_sleep%' and state = 'active'";
    let question = format!("{{sql: \"{asleep}\", on: db, expect: {wanted}}}");
    while !bench.ask(&question).await.starts_with("up") {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn what_takes_too_long_or_is_stopped_is_ended_at_the_server() {
    let (_cluster, bench) = postgres().await;
    let late = bench.run("{sql: \"select pg_sleep(600)\", on: db, timeout: 300ms}").await;
    assert!(late.message().contains("57014 canceling statement due to "), "{late:?}");
    sleepers(&bench, 0).await;
    let stop = CancellationToken::new();
    let stopping = async {
        sleepers(&bench, 1).await;
        stop.cancel();
    };
    let (stopped, ()) =
        tokio::join!(bench.run_until("{sql: \"select pg_sleep(600)\", on: db}", stop.clone()), stopping);
    assert!(stopped.message().contains("57014 canceling statement due to user request"), "{stopped:?}");
    sleepers(&bench, 0).await;
}

#[tokio::test]
async fn a_database_that_goes_away_under_a_statement_leaves_its_end_unknown() {
    let (server, bench) = mariadb().await;
    let asleep = "select count(*) from information_schema.processlist where info like 'select sleep%'";
    let dying = async {
        while !bench.ask(&format!("{{sql: \"{asleep}\", on: db, expect: 1}}")).await.starts_with("up") {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        drop(server);
    };
    let (lost, ()) = tokio::join!(bench.run("{sql: \"select sleep(600) from (select 1) one\", on: db}"), dying);
    assert!(matches!(lost.outcome, Outcome::Unknown { .. }), "it may have been carried out: {lost:?}");
    assert_eq!(bench.ask("{sql: \"select true\", on: db}").await, "down: connection refused");
    let step = bench.run("{sql: \"select true\", on: db}").await;
    assert_eq!(step.cause().kind, CauseKind::Unreachable);
}

#[tokio::test]
async fn mariadb_answers_with_its_own_types() {
    let (_server, bench) = mariadb().await;
    ask_all(
        &bench,
        &[
            ("select @@read_only", ", expect: 0", "up: the value 0"),
            ("select @@read_only", ", expect: false", "up: the value 0"),
            ("select 1 = 1", "", "up: the value 1"),
            ("select 18446744073709551615", ", expect: 18446744073709551615", "up: the value 18446744073709551615"),
            ("select cast(1.50 as decimal(5,2))", ", expect: 1.5", "up: the value 1.5"),
            ("select 1.5e0", ", expect: {gt: 1, lt: 2}", "up: the value 1.5"),
            ("select null", ", expect: null", "up: the value null"),
            ("select '복구'", ", expect: 복구", "up: the value \"복구\""),
            ("select date '2026-11-21'", ", expect: \"2026-11-21\"", "up: the value \"2026-11-21\""),
            ("select x'00ff'", ", expect: 0x00ff", "up: the value \"0x00ff\""),
            ("select 1 union select 2", ", rows: 3", "down: 2 rows, wanted 3"),
        ],
    )
    .await;
}

#[tokio::test]
async fn mariadb_keeps_to_the_same_rules() {
    let (_server, bench) = mariadb().await;
    assert!(bench.run("{sql: \"create table t (id int)\", on: db}").await.succeeded());
    let refused = bench.ask("{sql: \"insert into t values (1)\", on: db, rows: 0}").await;
    assert!(refused.starts_with("unknown: the database refused it: 25006 "), "{refused}");
    let bound = bench.ask("{sql: \"select ? = ?, 1\", args: [\"x' or '1\", \"x' or '1\"], on: db}").await;
    assert_eq!(bound, "up: the value 1");
    let late = bench.run("{sql: \"select sleep(600) from (select 1) one\", on: db, timeout: 300ms}").await;
    assert!(!late.succeeded(), "{late:?}");
    let running = "select count(*) from information_schema.processlist where info like 'select sleep%'";
    assert_eq!(bench.ask(&format!("{{sql: \"{running}\", on: db, expect: 0}}")).await, "up: the value 0");
}

#[tokio::test]
async fn a_password_opens_the_door_and_is_never_shown() {
    let (_server, bench) = mariadb().await;
    let password = Server::PASSWORD;
    let shown = bench.run(&format!("{{sql: \"select '{password}'\", on: db, expect: other}}")).await;
    assert!(!format!("{shown:?}").contains(password), "{shown:?}");
    assert!(shown.output.contains("***"), "{shown:?}");
    let kept_out = bench.run("{sql: \"select 1\", on: stranger}").await;
    assert_eq!(kept_out.cause().kind, CauseKind::Unreachable);
    assert!(kept_out.message().contains("Access denied for user 'relight'"), "{kept_out:?}");
    assert!(!format!("{kept_out:?}").contains("not-the-password"));
}

/// A secret of the inventory that a statement is given.
const TOKEN: &str = "t0ken-'or'1'='1-값";
/// Its SHA-256 digest: the database computes the same of what it was given.
const DIGEST: &str = "816f76a4dc05b133d6c074d510b7eb8070fa5b0c6bbf28e2c69574206e362ccf";

/// The token arrives whole, and whatever comes back of it is hidden.
async fn keeps_a_secret(bench: &Bench, digest: &str, back: &str) {
    let arrived =
        bench.ask(&format!("{{sql: \"{digest}\", args: [{{secret: token}}], on: db, expect: {DIGEST}}}")).await;
    assert!(arrived.starts_with(&format!("up: the value \"{}", &DIGEST[..40])), "{arrived}");
    let shown = bench.run(&format!("{{sql: \"{back}\", args: [{{secret: token}}], on: db, expect: other}}")).await;
    let said = format!("{shown:?}");
    assert!(!said.contains(TOKEN) && !said.contains("t0ken") && said.contains("***"), "{said}");
    assert!(shown.output.contains("***"), "{shown:?}");
}

#[tokio::test]
async fn a_secret_argument_reaches_the_database_and_is_never_shown() {
    let port = free_port();
    let _cluster = tokio::task::spawn_blocking(move || Cluster::on(port)).await.unwrap();
    let sql = format!("engine: postgres, port: {port}, database: postgres");
    let db = format!("  db: {{address: 127.0.0.1, sql: {{{sql}}}, modes: [drill]}}\n");
    let bench = Bench::new().await.with_targets(&db, &[("token", TOKEN)]);
    keeps_a_secret(&bench, "select encode(sha256(convert_to($1, 'UTF8')), 'hex')", "select $1").await;
    let seen = "select query like '%length($1)%' from pg_stat_activity where pid = pg_backend_pid() and length($1) > 0";
    let statement = bench.ask(&format!("{{sql: \"{seen}\", args: [{{secret: token}}], on: db}}")).await;
    assert_eq!(statement, "up: the value true", "the server knows the statement without the value");
}

#[tokio::test]
async fn a_secret_argument_reaches_mariadb_and_is_never_shown() {
    let server = tokio::task::spawn_blocking(Server::start).await.unwrap();
    let sql = format!("engine: mysql, port: {}, database: bank, user: {}", server.port(), Server::USER);
    let db = format!("  db: {{address: 127.0.0.1, sql: {{{sql}, password: admin}}, modes: [drill]}}\n");
    let bench = Bench::new().await.with_targets(&db, &[("admin", Server::PASSWORD), ("token", TOKEN)]);
    keeps_a_secret(&bench, "select sha2(?, 256)", "select ?").await;
}

#[tokio::test]
async fn a_certificate_must_be_good_for_the_name_of_the_target() {
    let (authority, port) = (Authority::new(), free_port());
    let signed = authority.sign("localhost");
    let _cluster = tokio::task::spawn_blocking(move || Cluster::with_tls(port, &signed)).await.unwrap();
    let ca = authority.certificate().display().to_string();
    let other = Authority::new();
    let stranger = other.certificate().display().to_string();
    let target = |name: &str, address: &str, tls: &str| {
        let sql = format!("engine: postgres, port: {port}, database: postgres, tls: {tls}");
        format!("  {name}: {{address: {address}, sql: {{{sql}}}, modes: [drill]}}\n")
    };
    let targets = [
        target("db", "localhost", &format!("verify, ca: \"{ca}\"")),
        target("elsewhere", "127.0.0.1", &format!("verify, ca: \"{ca}\"")),
        target("distrusted", "localhost", &format!("verify, ca: \"{stranger}\"")),
        target("unasked", "127.0.0.1", "require"),
        target("bare", "127.0.0.1", "disable"),
    ];
    let bench = Bench::new().await.with_targets(&targets.concat(), &[]);
    let encrypted = "select ssl from pg_stat_ssl where pid = pg_backend_pid()";
    for name in ["db", "unasked"] {
        assert_eq!(bench.ask(&format!("{{sql: \"{encrypted}\", on: {name}}}")).await, "up: the value true", "{name}");
    }
    for (name, why) in [("elsewhere", "certificate"), ("distrusted", "certificate"), ("bare", "no encryption")] {
        let kept_out = bench.ask(&format!("{{sql: \"select true\", on: {name}}}")).await;
        assert!(kept_out.starts_with("unknown: ") && kept_out.contains(why), "{name}: {kept_out}");
    }
}

/// What a step said for later ones, by name.
fn said(done: &crate::bench::Done) -> Vec<(&str, &str)> {
    match &done.outcome {
        Outcome::Succeeded { seen } => {
            seen.outputs.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test]
async fn the_first_value_of_a_row_is_for_later_steps() {
    let (_cluster, bench) = postgres().await;
    let lag = bench.run("{sql: \"select 2.5, 'x'\", on: db, outputs: {lag: value}}").await;
    assert_eq!(said(&lag), [("lag", "2.5")]);
    let read_only = bench.run("{sql: \"select true\", on: db, read_only: true, outputs: {standby: value}}").await;
    assert_eq!(said(&read_only), [("standby", "true")]);
    let part = "outputs: {timeline: {regex: \"^(\\\\d+)/\"}, all: value}";
    let place = bench.run(&format!("{{sql: \"select '3/16B3748'\", on: db, {part}}}")).await;
    assert_eq!(said(&place), [("all", "3/16B3748"), ("timeline", "3")]);
    for nothing in ["select null", "select 1 where false"] {
        let done = bench.run(&format!("{{sql: \"{nothing}\", on: db, outputs: {{lag: value}}}}")).await;
        assert!(said(&done).is_empty(), "nothing is not an empty text: {done:?}");
        assert!(done.summary().ends_with(", no value for lag"), "{done:?}");
    }
}

#[tokio::test]
async fn sqlite_is_asked_in_its_file() {
    let bench = Bench::new().await;
    let (file, none) = (bench.path("app.db"), bench.path("none.db"));
    assert!(bench.run(&format!("{{command: \"true > '{}'\"}}", file.display())).await.succeeded());
    let targets = format!(
        "  db: {{sql: {{engine: sqlite, database: \"{}\"}}, modes: [drill]}}\n  \
         none: {{sql: {{engine: sqlite, database: \"{}\"}}, modes: [drill]}}\n",
        file.display(),
        none.display()
    );
    let bench = bench.with_targets(&targets, &[]);
    let made = bench.run("{sql: \"create table t (a, b); insert into t values (1, 'x'), (2.5, null)\", on: db}").await;
    assert!(made.succeeded(), "{made:?}");
    ask_all(
        &bench,
        &[
            ("select count(*) from t", ", expect: 2", "up: the value 2"),
            (
                "select a, b from t order by a",
                ", expect_rows: [[1, x], [2.5, null]]",
                "up: the 2 rows that were wanted",
            ),
            ("select 1 < 2", "", "up: the value 1"),
            ("select x'00ff'", ", expect: 0x00ff", "up: the value \"0x00ff\""),
            ("select ? + 1", ", args: [41], expect: 42", "up: the value 42"),
        ],
    )
    .await;
    let refused = bench.ask("{sql: \"delete from t\", on: db, rows: 0}").await;
    assert!(refused.contains("attempt to write a readonly database"), "{refused}");
    let forever = "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n";
    let late = bench.run(&format!("{{sql: \"{forever}\", on: db, timeout: 300ms}}")).await;
    assert!(late.message().contains("interrupted"), "{late:?}");
    let absent = bench.run("{sql: \"select 1\", on: none}").await;
    assert!(matches!(absent.outcome, Outcome::Failed { .. }) && !none.exists(), "{absent:?}");
}
