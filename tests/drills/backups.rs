//! `backup-verification` against the dumps of a real PostgreSQL, restored into another one.

use std::fs;
use std::path::Path;

use engine::base::Digest;
use harness::postgres::Cluster;
use harness::state::Done;
use sqlx::{Connection as _, PgConnection};

use crate::desk::{Desk, Report};
use crate::dumps::{Bank, Dumps, NEWEST, daily, hourly, rows_of};

const SAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../runbooks/samples/backup-verification.yaml");

/// Verifies a set of dumps; the scratch instance is known by the folder of its socket.
fn verify(dumps: &Dumps, scratch: &str) -> (Desk, Done, Report) {
    let desk = Desk::new();
    let set = |name: &str, value: &Path| format!("{name}={}", value.display());
    let inputs = [
        set("hourly", &dumps.path("hourly/pg-bank-hourly-")),
        set("daily", &dumps.path("daily/pg-bank-daily-")),
        set("offsite", &dumps.path("offsite")),
        set("dr_store", &dumps.path("dr-store")),
        set("ledger", &dumps.path("verified.log")),
        format!("newest={NEWEST}"),
        format!("scratch_host={scratch}"),
        "scratch_user=relight".to_owned(),
    ];
    let mut arguments = vec!["run", SAMPLE, "--mode", "drill", "--format", "json"];
    arguments.extend(inputs.iter().flat_map(|input| ["--input", input.as_str()]));
    let done = desk.asked(&arguments);
    let report = desk.report().unwrap_or_else(|| panic!("there is no run: {}{}", done.out(), done.err()));
    (desk, done, report)
}

/// The address of a scratch instance's own database, and the folder of its socket.
async fn scratch(cluster: &Cluster) -> (String, String) {
    let address = cluster.database().await;
    let folder = address.split_once("?host=").unwrap().1.to_owned();
    (address, folder)
}

async fn scratch_databases(address: &str) -> i64 {
    let mut connection = PgConnection::connect(address).await.unwrap();
    let left = "SELECT count(*) FROM pg_database WHERE datname LIKE 'verify%'";
    let left = sqlx::query_scalar(left).fetch_one(&mut connection).await.unwrap();
    connection.close().await.unwrap();
    left
}

#[tokio::test]
async fn sound_dumps_pass_and_the_newest_is_restored_with_every_row() {
    let mut bank = Bank::open().await;
    let dumps = Dumps::of(&mut bank).await;
    dumps.seal();
    let cluster = Cluster::start();
    let (address, folder) = scratch(&cluster).await;
    let (desk, done, report) = verify(&dumps, &folder);
    assert_eq!(done.code(), 0, "{}\n{}", report.told(), done.err());
    assert_eq!(report.in_state("ready").len(), report.0["units"].as_array().unwrap().len(), "{}", report.told());
    assert_eq!(report.0["summary"]["verdict"], "met");
    assert!(report.faults().is_empty(), "{}", report.told());

    // What was counted in the scratch instance is what the bank itself has, told by the digest of what the count wrote.
    let attempts = report.0["attempts"].as_array().unwrap();
    let counted = |attempt: &&serde_json::Value| attempt["unit"] == "restore-test" && attempt["phase"] == "post";
    let counted = attempts.iter().find(counted).unwrap();
    let wanted = format!("{}1/1 up: exit 0 | 정상: 종료 코드 0\n", bank.rows().await);
    assert_eq!(counted["output_digest"], Digest::of(wanted.as_bytes()).to_string(), "{wanted}");

    assert_eq!(scratch_databases(&address).await, 0);
    let ledger = fs::read_to_string(dumps.path("verified.log")).unwrap();
    let run = report.0["cover"]["run"].as_str().unwrap();
    assert_eq!(ledger, format!("{run} verified, restorable to pg-bank-hourly-20261121-12.sql.gz\n"));
    assert_eq!(desk.asked(&["verify", "latest"]).code(), 0);
}

/// When something goes wrong with a backup: before it is sealed and copied, or afterwards.
enum When {
    Dumped,
    Kept,
}

/// A fault, done to a set of dumps; who is to find it; and what the message must name.
struct Fault {
    when: When,
    happens: fn(&Dumps, &Bank),
    unit: &'static str,
    names: String,
}

fn faults() -> Vec<Fault> {
    let fault = |when, unit, names: &str, happens| Fault { when, happens, unit, names: names.to_owned() };
    vec![
        fault(When::Dumped, "inventory-hourly", &base(&hourly("20261121-03")), |dumps, _| {
            fs::remove_file(dumps.path(&hourly("20261121-03"))).unwrap();
        }),
        fault(When::Dumped, "inventory-daily", &base(&daily("20261117")), |dumps, _| {
            fs::remove_file(dumps.path(&daily("20261117"))).unwrap();
        }),
        fault(When::Dumped, "size", &format!("{} is empty", base(&hourly("20261121-07"))), |dumps, _| {
            fs::write(dumps.path(&hourly("20261121-07")), "").unwrap();
        }),
        fault(When::Dumped, "size", &base(&daily("20261120")), |dumps, bank| {
            bank.dump(&dumps.path(&daily("20261120")), true);
        }),
        fault(When::Dumped, "gzip", &base(&hourly("20261120-22")), |dumps, _| {
            let file = dumps.path(&hourly("20261120-22"));
            let mut bytes = fs::read(&file).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle..middle + 64].iter_mut().for_each(|byte| *byte = !*byte);
            fs::write(file, bytes).unwrap();
        }),
        fault(When::Kept, "sha256", &base(&daily("20261119")), |dumps, _| {
            // The time stamp in the header: the archive stays readable, its size the same.
            let file = dumps.path(&daily("20261119"));
            let mut bytes = fs::read(&file).unwrap();
            bytes[4] ^= 1;
            fs::write(file, bytes).unwrap();
        }),
        fault(When::Kept, "offsite", &format!("offsite/{}", base(&hourly("20261121-11"))), |dumps, _| {
            fs::remove_file(dumps.path("offsite").join(base(&hourly("20261121-11")))).unwrap();
        }),
        fault(When::Kept, "offsite", &format!("dr-store/{}", base(&daily("20261118"))), |dumps, _| {
            fs::remove_file(dumps.path("dr-store").join(base(&daily("20261118")))).unwrap();
        }),
        fault(When::Dumped, "retention", "20261114", |dumps, _| {
            fs::remove_file(dumps.path(&daily("20260520"))).unwrap();
        }),
        fault(When::Dumped, "restore-test", "entries has", |dumps, bank| {
            // By now the bank has lost rows that the count beside the dump knows of.
            let newest = dumps.path(&hourly("20261121-12"));
            assert!(rows_of(&newest).exists());
            bank.dump(&newest, false);
        }),
    ]
}

fn base(name: &str) -> String {
    name.rsplit('/').next().unwrap().to_owned()
}

/// Done to a set in the order in which a backup is made.
fn suffer(dumps: &Dumps, bank: &Bank, faults: &[&Fault]) {
    let of = |when: fn(&When) -> bool| faults.iter().filter(move |fault| when(&fault.when));
    of(|when| matches!(when, When::Dumped)).for_each(|fault| (fault.happens)(dumps, bank));
    dumps.seal();
    of(|when| matches!(when, When::Kept)).for_each(|fault| (fault.happens)(dumps, bank));
}

#[tokio::test]
async fn each_fault_alone_is_found_by_the_unit_meant_for_it_which_names_the_file() {
    let mut bank = Bank::open().await;
    let sound = Dumps::of(&mut bank).await;
    bank.lose_rows().await;
    let cluster = Cluster::start();
    let (_, folder) = scratch(&cluster).await;
    for fault in faults() {
        let dumps = sound.copy();
        suffer(&dumps, &bank, &[&fault]);
        let (_desk, done, report) = verify(&dumps, &folder);
        let Fault { unit, names, .. } = fault;
        assert_eq!(done.code(), 1, "{unit} {names}: {}", report.told());
        assert_eq!(report.in_state("failed"), [unit], "{names}: {}", report.told());
        let [(at, message)] = report.faults()[..] else { panic!("{unit} {names}: {}", report.told()) };
        assert_eq!(at, unit, "{names}: {message}");
        assert!(message.contains(&names), "{unit} {names}: {message}");
        assert_eq!(report.state("announce"), "pending", "{unit} {names}: {}", report.told());
        assert!(!dumps.path("verified.log").exists(), "{unit} {names}");
    }
}

#[tokio::test]
async fn all_faults_at_once_are_found_in_one_run_and_nothing_is_restored() {
    let mut bank = Bank::open().await;
    let dumps = Dumps::of(&mut bank).await;
    let faults = faults();
    let faults: Vec<_> = faults.iter().filter(|fault| fault.unit != "restore-test").collect();
    suffer(&dumps, &bank, &faults);
    let cluster = Cluster::start();
    let (address, folder) = scratch(&cluster).await;
    let (_desk, done, report) = verify(&dumps, &folder);
    assert_eq!(done.code(), 1, "{}", report.told());
    for fault in &faults {
        let told = |(unit, message): &(&str, &str)| *unit == fault.unit && message.contains(&fault.names);
        // The first of two copies that are missing ends its unit; the second place is looked at when it is made good.
        let later = fault.names.starts_with("dr-store");
        assert_eq!(report.faults().iter().any(told), !later, "{} {}: {}", fault.unit, fault.names, report.told());
    }
    assert_eq!(report.state("restore-test"), "pending");
    assert_eq!(scratch_databases(&address).await, 0);
}
