//! PostgreSQL with a streaming standby.

use harness::link::Link;
use harness::ports::free_port;
use harness::postgres::Cluster;
use harness::state::{State, until};
use sqlx::{Connection as _, PgConnection};

use crate::truth::{Commits, MEASURES, Writer, equals_what_was_lost, measured, measured_by, now, runtime};

/// A primary, the way that its log takes, and the standby at the end of it.
pub(crate) struct Pair {
    source: Cluster,
    pub(crate) link: Link,
    pub(crate) standby: Cluster,
    pub(crate) ports: [u16; 2],
}

struct Ledger(PgConnection);

impl Commits for Ledger {
    async fn commit(&mut self, number: i64) -> bool {
        sqlx::query("insert into ledger (n) values ($1)").bind(number).execute(&mut self.0).await.is_ok()
    }
}

fn address(port: u16) -> String {
    format!("postgres://relight@127.0.0.1:{port}/postgres")
}

/// The only value that a statement gives.
pub(crate) fn value(port: u16, statement: &'static str) -> Option<i64> {
    runtime().block_on(async {
        let mut connection = PgConnection::connect(&address(port)).await.ok()?;
        sqlx::query_scalar(statement).fetch_one(&mut connection).await.ok()?
    })
}

fn order(port: u16, statements: &'static str) {
    runtime().block_on(async {
        let mut connection = PgConnection::connect(&address(port)).await.unwrap();
        sqlx::raw_sql(statements).execute(&mut connection).await.unwrap();
    });
}

impl Pair {
    pub(crate) fn start() -> Self {
        let ports = [free_port(), free_port()];
        let source = Cluster::on(ports[0]);
        order(
            ports[0],
            "create table ledger (n bigint primary key); \
             create table relight_heartbeat (id int primary key, at timestamptz not null)",
        );
        let link = Link::to(ports[0]);
        let standby = Cluster::following(link.port(), ports[1]);
        until(|| {
            value(ports[0], "select count(*) from pg_stat_replication where state = 'streaming'").filter(|n| *n == 1)
        });
        Self { source, link, standby, ports }
    }

    pub(crate) fn inventory(&self, more: &str) -> String {
        let target = |name: &str, port: u16| {
            format!(
                "  {name}: {{address: 127.0.0.1, sql: {{engine: postgres, port: {port}, database: postgres, user: relight}}, \
                 modes: [drill]}}\n"
            )
        };
        format!(
            "inventory: lab\ntargets:\n{}{}replication:\n  orders: {{kind: postgres, source: db-primary, standby: \
             db-standby, rpo: 1h, mode: drill{more}}}\n",
            target("db-primary", self.ports[0]),
            target("db-standby", self.ports[1])
        )
    }

    fn writer(&self) -> Writer {
        let port = self.ports[0];
        Writer::start(move || async move { Ledger(PgConnection::connect(&address(port)).await.unwrap()) })
    }

    /// The greatest number that arrived.
    fn kept(&self) -> i64 {
        value(self.ports[1], "select max(n) from ledger").unwrap()
    }

    fn seen_from(&self, number: i64) {
        until(|| value(self.ports[1], "select max(n) from ledger").filter(|kept| *kept >= number));
    }
}

#[test]
fn what_a_cut_link_loses_is_what_the_writer_knows_was_lost() {
    let pair = Pair::start();
    let writer = pair.writer();
    pair.seen_from(200);
    pair.link.cut();
    writer.until_more(300);
    let event = now();
    let log = writer.finish();
    let measured = measured(&State::new(), &pair.inventory(""), event);
    equals_what_was_lost(&measured, &log, pair.kept(), event, 0);
}

#[test]
fn what_a_killed_primary_loses_is_what_the_writer_knows_was_lost() {
    let pair = Pair::start();
    let writer = pair.writer();
    pair.seen_from(200);
    // The log stays behind before the server goes, as it does when a site is lost.
    pair.link.cut();
    writer.until_more(200);
    pair.source.stop_immediate();
    let event = now();
    let log = writer.finish();
    let measured = measured(&State::new(), &pair.inventory(""), event);
    equals_what_was_lost(&measured, &log, pair.kept(), event, 0);
}

#[test]
fn an_idle_database_loses_nothing_while_its_position_is_reached() {
    let pair = Pair::start();
    order(pair.ports[0], "insert into ledger values (1)");
    pair.seen_from(1);
    let committed = now();
    std::thread::sleep(std::time::Duration::from_millis(1_500));
    let event = now();
    let measured = measured(&State::new(), &pair.inventory(""), event);
    assert_eq!(
        measured.rpa_ms, 0,
        "nothing was written since {committed}, and nothing is lost: {}",
        measured.report["attempts"]
    );
}

#[test]
fn a_heartbeat_keeps_an_idle_database_from_showing_a_loss_that_is_none() {
    let pair = Pair::start();
    order(pair.ports[0], "insert into ledger values (1)");
    std::thread::sleep(std::time::Duration::from_secs(2));
    order(pair.ports[0], "insert into relight_heartbeat values (1, clock_timestamp())");
    let beat = now();
    until(|| value(pair.ports[1], "select count(*) from relight_heartbeat").filter(|rows| *rows == 1));
    pair.link.cut();
    pair.source.stop_immediate();
    let event = now();
    let with = ", heartbeat: {table: relight_heartbeat, column: at}";
    let measured = measured(&State::new(), &pair.inventory(with), event);
    assert!(measured.point.0 <= beat.0, "{measured:?}", measured = measured.point);
    assert!(measured.rpa_ms <= event.0 - beat.0 + 500, "the last beat is what counts: {}", measured.rpa_ms);
}

/// The writes are stopped long after the moment that the drill plays: what counts is when they were.
#[test]
fn a_planned_switch_loses_nothing_and_is_reckoned_to_the_moment_at_which_the_writes_were_stopped() {
    let pair = Pair::start();
    let writer = pair.writer();
    pair.seen_from(100);
    let log = writer.finish();
    let injected = engine::base::Timestamp(now().0 - 600_000);
    let runbook = MEASURES.replace(
        "{replication: orders, outputs",
        "{replication: orders, state: drained, cut: true, retry: {attempts: 20, every: 200ms}, outputs",
    );
    let measured = measured_by(&State::new(), &pair.inventory(""), &runbook, injected);
    assert_eq!(pair.kept(), log.last().unwrap().number);
    let point = &measured.report["recovery_points"][0];
    let set = &point["data_sets"][0];
    assert_eq!(point["rpa_ms"], 0, "{point}");
    assert_eq!(set["reference"]["what"], "cut", "{set}");
    assert!(set["reference"]["at"].as_i64().unwrap() > injected.0 + 500_000, "{set}");
    assert_eq!((&set["link"]["method"], &set["link"]["confidence"]), (&"position".into(), &"measured".into()), "{set}");
    assert_eq!(set["link"]["lost_bytes"], 0, "{set}");
    assert!(set["link"]["transaction"].is_string() && set["link"]["committed_at"].is_i64(), "{set}");
    assert!(measured.report["replication"].as_array().unwrap().iter().any(|line| line["drained"] == true));
}
