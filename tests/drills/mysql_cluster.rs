//! A MariaDB source with its replicas behind a virtual IP, an application that writes through it, and an operator's desk.

use std::collections::BTreeSet;
use std::process::Output;
use std::time::{Duration, Instant};

use harness::state::Beside;

use crate::desk::{Desk, Report};
use crate::lab::Lab;

const APPLICATION: &str = env!("CARGO_BIN_EXE_application-for-tests");
const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runbooks/samples/mysql-failover-vip.yaml");
pub(crate) const VIP: &str = "10.0.1.100";
/// The names and the network of the sample.
const MACHINES: [&str; 8] = [
    "db-master=10.0.1.11",
    "db-slave=10.0.1.12",
    "db-slave2=10.0.1.13",
    "app-admin=10.0.1.30",
    "dc1-probe=10.0.1.41",
    "dr1-probe=10.0.1.42",
    "dr2-probe=10.0.1.43",
    "engine=10.0.1.50",
];
pub(crate) const PASSWORD: &str = "dr-password-4711";
const ACCOUNTS: &str = "
    CREATE USER repl@'%' IDENTIFIED BY 'repl'; GRANT REPLICATION SLAVE ON *.* TO repl@'%';
    CREATE USER dr_admin@'%' IDENTIFIED BY 'PASSWORD'; GRANT ALL ON *.* TO dr_admin@'%';
    CREATE DATABASE dr;
    CREATE TABLE dr.canary (id INT PRIMARY KEY, at DATETIME NOT NULL);
    CREATE TABLE dr.heartbeat (id INT PRIMARY KEY, at TIMESTAMP(6) NOT NULL);
    CREATE DATABASE shop;
    CREATE TABLE shop.orders (n BIGINT PRIMARY KEY);
    CREATE USER probe@'%'; GRANT SELECT, INSERT, UPDATE, DELETE ON dr.canary TO probe@'%';
    CREATE USER app@'%' IDENTIFIED BY 'app'; GRANT ALL ON shop.* TO app@'%'; GRANT ALL ON dr.heartbeat TO app@'%';";

/// Gone with the test. The laboratory goes first: nothing is at work any more when its folder is removed.
pub(crate) struct Cluster {
    pub(crate) lab: Lab,
    pub(crate) desk: Desk,
}

impl Cluster {
    /// At work: the source holds the VIP, both replicas follow, orders come in.
    pub(crate) fn start() -> Self {
        let lab = Lab::start(&MACHINES);
        let desk = Desk::in_folder(lab.folder(), lab.on("engine"));
        std::fs::write(lab.path("password"), PASSWORD).unwrap();
        let cluster = Self { lab, desk };
        for machine in ["db-master", "db-slave", "db-slave2"] {
            cluster.start_server(machine);
        }
        cluster.sql("db-master", &ACCOUNTS.replace("PASSWORD", PASSWORD));
        for machine in ["db-slave", "db-slave2"] {
            cluster.sql(
                machine,
                "SET GLOBAL read_only = ON; CHANGE MASTER TO MASTER_HOST = '10.0.1.11', MASTER_USER = 'repl',
                 MASTER_PASSWORD = 'repl', MASTER_USE_GTID = slave_pos, MASTER_CONNECT_RETRY = 1; START SLAVE",
            );
        }
        cluster.take_vip("db-master");
        cluster.start_application();
        until("orders reach both replicas", || {
            ["db-slave", "db-slave2"].iter().all(|replica| cluster.orders(replica).len() > 3)
        });
        cluster
    }

    pub(crate) fn start_server(&self, machine: &str) {
        let log = self.lab.path(&format!("{machine}.log"));
        let start = format!(
            "mariadbd --user=mysql --pid-file=/run/mysqld/mysqld.pid >> {} 2>&1 < /dev/null &
             for try in $(seq 600); do mysqladmin ping > /dev/null 2>&1 && exit 0; sleep 0.1; done; tail -n 20 {}; exit 1",
            log.display(),
            log.display()
        );
        self.lab.at(machine, &start);
    }

    /// Ends the source as a power cut of its server process would.
    pub(crate) fn kill_source(&self) {
        self.lab.at("db-master", "kill -KILL $(cat /run/mysqld/mysqld.pid)");
    }

    /// Holds what the replica applies, as a long read does.
    pub(crate) fn hold_replica(&self) {
        let hold = "LOCK TABLES shop.orders READ, dr.heartbeat READ; SELECT SLEEP(3600)";
        self.lab
            .at("db-slave", &format!("mariadb -e '{hold}' > /dev/null 2>&1 < /dev/null & echo $! > /run/reader.pid"));
    }

    /// Lets it go on.
    pub(crate) fn release_replica(&self) {
        self.sql("db-slave", "SELECT id INTO @reader FROM information_schema.processlist WHERE info LIKE '%SLEEP(3600)%' AND id <> CONNECTION_ID(); KILL @reader");
    }

    /// Whether the replica has received more than it has applied.
    pub(crate) fn behind(&self) -> bool {
        let status = self.lab.at("db-slave", "mariadb -e 'SHOW SLAVE STATUS\\G'");
        let field = |name: &str| status.lines().find_map(|line| line.trim().strip_prefix(name)).map(str::to_owned);
        field("Read_Master_Log_Pos: ") != field("Exec_Master_Log_Pos: ")
    }

    pub(crate) fn start_application(&self) {
        let log = self.lab.path("application.log");
        let ledger = self.lab.path("ledger");
        self.lab.at(
            "app-admin",
            &format!(
                "{APPLICATION} 0.0.0.0:9000 {VIP} {} >> {} 2>&1 < /dev/null & echo $! > /run/application.pid",
                ledger.display(),
                log.display()
            ),
        );
    }

    pub(crate) fn stop_application(&self) {
        self.lab.at("app-admin", "kill -KILL $(cat /run/application.pid)");
    }

    /// Adds the VIP to a machine and announces it, as its boot would.
    pub(crate) fn take_vip(&self, machine: &str) {
        self.lab.at(machine, &format!("ip addr add {VIP}/24 dev bond0; arping -q -A -c 1 -I bond0 {VIP}"));
    }

    pub(crate) fn holds_vip(&self, machine: &str) -> bool {
        self.lab.at(machine, "ip -br addr show dev bond0").contains(&format!(" {VIP}/24"))
    }

    /// The hardware address of a machine.
    pub(crate) fn hardware(&self, machine: &str) -> String {
        let link = self.lab.at(machine, "ip -br link show dev bond0");
        link.split_whitespace().nth(2).unwrap().to_owned()
    }

    /// What a machine takes for the hardware address of the VIP.
    pub(crate) fn neighbour(&self, machine: &str) -> String {
        let line = self.lab.at(machine, &format!("ip neigh show {VIP}"));
        line.split("lladdr ").nth(1).and_then(|rest| rest.split(' ').next()).unwrap_or_default().to_owned()
    }

    /// Asks a server on its own machine, as its administrator.
    #[track_caller]
    pub(crate) fn sql(&self, machine: &str, statement: &str) -> String {
        std::fs::write(self.lab.path("statement.sql"), statement).unwrap();
        self.lab.at(machine, &format!("mariadb -N < {}", self.lab.path("statement.sql").display()))
    }

    pub(crate) fn read_only(&self, machine: &str) -> bool {
        self.sql(machine, "SELECT @@global.read_only") == "1"
    }

    /// Numbers of the orders that a server has.
    pub(crate) fn orders(&self, machine: &str) -> BTreeSet<u64> {
        self.sql(machine, "SELECT n FROM shop.orders").lines().map(|line| line.parse().unwrap()).collect()
    }

    /// Numbers of the orders that the application was told to be taken, each with the server that took it.
    pub(crate) fn taken(&self) -> Vec<(u64, String)> {
        let ledger = std::fs::read_to_string(self.lab.path("ledger")).unwrap_or_default();
        let entry = |line: &str| line.split_once(' ').map(|(n, server)| (n.parse().unwrap(), server.to_owned()));
        ledger.lines().filter_map(entry).collect()
    }

    /// An order by hand, from the application's machine to one address.
    pub(crate) fn order_at(&self, address: &str, number: u64) -> Output {
        let order = format!("mariadb -h {address} -u app -papp -e 'INSERT INTO shop.orders VALUES ({number})'");
        self.lab.tried("app-admin", &order)
    }

    /// Declares the failover as it is shipped. Everything that has failed, failed now.
    pub(crate) fn fail_over(&self) -> Beside {
        let now = self.lab.at("engine", "date -u +%Y-%m-%dT%H:%M:%S+00:00");
        let (detected, password) =
            (format!("detected_at={now}"), format!("admin_pw=file:{}", self.lab.path("password").display()));
        self.desk.beside(&[
            "run",
            SAMPLE,
            "--mode",
            "drill",
            "--format",
            "json",
            "--event-at",
            &now,
            "--input",
            "reason=훈련",
            "--input",
            &detected,
            "--secret",
            &password,
        ])
    }

    /// Votes at a gate once it is open, as these people.
    pub(crate) fn vote(&self, gate: &str, people: &[&str], approve: bool) -> Report {
        let report = self.desk.report_once(&format!("{gate} is open"), |report| report.state(gate) == "awaiting_gate");
        for person in people {
            let mut words = vec!["approve", "latest", gate, "--comment", "훈련"];
            words.extend((!approve).then_some("--reject"));
            let vote = self.desk.asked_by(person, &words);
            assert_eq!(vote.code(), 0, "{person} at {gate}: {}", vote.err());
        }
        report
    }
}

/// Waits until something is so.
pub(crate) fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_mins(2);
    while !holds() {
        assert!(Instant::now() < deadline, "waited in vain until {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}
