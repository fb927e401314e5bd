//! MariaDB with a replica that follows by GTID.

use harness::link::Link;
use harness::mariadb::Server;
use harness::state::{State, until};
use sqlx::{AssertSqlSafe, Connection as _, MySqlConnection};

use crate::truth::{Commits, Writer, equals_what_was_lost, measured, now, runtime};

/// A source, the way that its log takes, and the replica at the end of it.
struct Pair {
    source: Server,
    link: Link,
    replica: Server,
}

struct Ledger(MySqlConnection);

/// Each row and the heartbeat with it: how far the heartbeat can be behind is known then.
impl Commits for Ledger {
    async fn commit(&mut self, number: i64) -> bool {
        sqlx::query("insert into ledger (n) values (?)").bind(number).execute(&mut self.0).await.is_ok()
            && sqlx::query("replace into relight_heartbeat values (1, current_timestamp(6))")
                .execute(&mut self.0)
                .await
                .is_ok()
    }
}

fn value(server: &Server, statement: &'static str) -> Option<i64> {
    runtime().block_on(async {
        let mut connection = MySqlConnection::connect(&server.address()).await.ok()?;
        sqlx::query_scalar(statement).fetch_one(&mut connection).await.ok()?
    })
}

fn text(server: &Server, statement: &'static str) -> String {
    runtime().block_on(async {
        let mut connection = MySqlConnection::connect(&server.address()).await.unwrap();
        sqlx::query_scalar(statement).fetch_one(&mut connection).await.unwrap()
    })
}

fn order(server: &Server, statements: &str) {
    runtime().block_on(async {
        let mut connection = MySqlConnection::connect(&server.address()).await.unwrap();
        sqlx::raw_sql(AssertSqlSafe(statements.to_owned())).execute(&mut connection).await.unwrap();
    });
}

impl Pair {
    fn start() -> Self {
        let source = Server::with(&["--log-bin=log", "--server-id=1", "--gtid-strict-mode=ON"]);
        let replica = Server::with(&["--server-id=2", "--read-only=ON"]);
        let link = Link::to(source.port());
        let position = text(&source, "select @@global.gtid_binlog_pos");
        order(
            &replica,
            &format!(
                "set global gtid_slave_pos = '{position}'; change master to master_host = '127.0.0.1', master_port = {}, \
                 master_user = '{}', master_password = '{}', master_use_gtid = slave_pos, master_connect_retry = 1; \
                 start slave",
                link.port(),
                Server::USER,
                Server::PASSWORD
            ),
        );
        order(
            &source,
            "create table ledger (n bigint primary key); \
             create table relight_heartbeat (id int primary key, at timestamp(6) not null)",
        );
        until(|| value(&replica, "select count(*) from ledger"));
        until(|| value(&replica, "select count(*) from relight_heartbeat"));
        Self { source, link, replica }
    }

    fn inventory(&self, more: &str) -> String {
        let target = |name: &str, server: &Server| {
            format!(
                "  {name}: {{address: 127.0.0.1, sql: {{engine: mysql, port: {}, database: bank, user: {}, password: admin}}, \
                 modes: [drill]}}\n",
                server.port(),
                Server::USER
            )
        };
        format!(
            "inventory: lab\nsecrets:\n  admin: {{env: RELIGHT_TEST_SECRET}}\ntargets:\n{}{}replication:\n  orders: {{kind: mysql, \
             source: db-source, standby: db-replica, rpo: 1h, mode: drill{more}}}\n",
            target("db-source", &self.source),
            target("db-replica", &self.replica)
        )
        .replace("{env: RELIGHT_TEST_SECRET}", "{file: SECRET}")
    }

    /// A state with the secret beside it.
    fn state(&self, more: &str) -> (State, String) {
        let state = State::new();
        let secret = state.path("secret");
        std::fs::write(&secret, Server::PASSWORD).unwrap();
        let inventory = self.inventory(more).replace("SECRET", &secret.display().to_string());
        (state, inventory)
    }

    fn writer(&self) -> Writer {
        let address = self.source.address();
        Writer::start(move || async move { Ledger(MySqlConnection::connect(&address).await.unwrap()) })
    }

    fn kept(&self) -> i64 {
        value(&self.replica, "select max(n) from ledger").unwrap()
    }

    fn seen_from(&self, number: i64) {
        until(|| value(&self.replica, "select max(n) from ledger").filter(|kept| *kept >= number));
    }
}

const HEARTBEAT: &str = ", heartbeat: {table: relight_heartbeat, column: at}";

#[test]
fn what_a_cut_link_loses_is_what_the_writer_knows_was_lost() {
    let pair = Pair::start();
    let writer = pair.writer();
    pair.seen_from(200);
    pair.link.cut();
    writer.until_more(300);
    let event = now();
    let log = writer.finish();
    // What had been received is applied to its end; only then is the loss what it is.
    let mut before = -1;
    let kept = until(|| {
        let kept = pair.kept();
        std::thread::sleep(std::time::Duration::from_millis(300));
        (std::mem::replace(&mut before, kept) == kept).then_some(kept)
    });
    let (state, inventory) = pair.state(HEARTBEAT);
    let measured = measured(&state, &inventory, event);
    // The beat of a row is a commit of its own: it may be the one of the row before.
    let longest = log.iter().map(|row| row.told_at.0 - row.asked_at.0).max().unwrap();
    equals_what_was_lost(&measured, &log, kept, event, longest);
    assert!(!measured.report.to_string().contains(Server::PASSWORD));
}

#[test]
fn an_idle_database_loses_nothing_while_its_position_is_reached() {
    let pair = Pair::start();
    order(&pair.source, "insert into ledger values (1)");
    pair.seen_from(1);
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let event = now();
    let (state, inventory) = pair.state("");
    let measured = measured(&state, &inventory, event);
    assert_eq!(measured.rpa_ms, 0, "{}", measured.report["attempts"]);
}
