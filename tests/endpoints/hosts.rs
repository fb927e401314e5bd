//! Looks at hosts: the scripts against real files, processes, file systems and clocks.

use std::fs::{self, File, FileTimes};
use std::io::Write as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use engine::base::{Clock, Millis, SystemClock, Timestamp};
use engine::run::CauseKind;

use crate::bench::Bench;

/// Writes a file that seems to have been written so long ago.
fn written(bench: &Bench, name: &str, content: &[u8], hours_ago: u64) {
    let mut file = File::create(bench.path(name)).unwrap();
    file.write_all(content).unwrap();
    let then = SystemTime::now() - Duration::from_secs(hours_ago * 3_600);
    file.set_times(FileTimes::new().set_modified(then)).unwrap();
}

#[tokio::test]
async fn a_file_is_told_by_its_size_and_its_age() {
    let bench = Bench::new().await;
    written(&bench, "backup one.dump", &[7].repeat(3 << 20), 30);
    let path = bench.path("backup one.dump").display().to_string();
    assert!(
        bench
            .ask(&format!("{{file: \"{path}\"}}"))
            .await
            .starts_with(&format!("up: 1 file, {path}, 3.0 MiB, written 1d 6h"))
    );
    let small = bench.ask(&format!("{{file: \"{path}\", min_size: 4MiB}}")).await;
    assert_eq!(small, format!("down: {path} has 3.0 MiB, wanted at least 4MiB"));
    let old = bench.ask(&format!("{{file: \"{path}\", min_size: 3MiB, max_age: 26h}}")).await;
    assert!(
        old.starts_with(&format!("down: {path} was written 1d 6h")) && old.ends_with("wanted at most 1d 2h"),
        "{old}"
    );
    assert!(bench.ask(&format!("{{file: \"{path}\", max_age: 31h}}")).await.starts_with("up: "));
}

#[tokio::test]
async fn of_several_files_they_are_counted_and_the_newest_is_looked_at() {
    let bench = Bench::new().await;
    for hour in 1..=3 {
        written(&bench, &format!("{hour}.gz"), b"x", hour);
    }
    let pattern = bench.path("[0-9]*.gz").display().to_string();
    let newest = bench.path("1.gz").display().to_string();
    let all = bench.ask(&format!("{{file: \"{pattern}\", count: {{min: 3}}, max_age: 2h}}")).await;
    assert!(all.starts_with(&format!("up: 3 files, {newest}, 1 byte")), "{all}");
    assert_eq!(
        bench.ask(&format!("{{file: \"{pattern}\", count: {{min: 24}}}}")).await,
        "down: 3 files there, wanted at least 24"
    );
    assert_eq!(bench.ask(&format!("{{file: \"{pattern}\", count: 2}}")).await, "down: 3 files there, wanted 2");
}

#[tokio::test]
async fn what_may_not_be_there_is_down_while_it_is() {
    let bench = Bench::new().await;
    let path = bench.path("fence").display().to_string();
    assert_eq!(bench.ask(&format!("{{file: \"{path}\", exists: false}}")).await, "up: nothing is there");
    assert_eq!(bench.ask(&format!("{{file: \"{path}\"}}")).await, "down: 0 files there, wanted at least 1");
    written(&bench, "fence", b"", 0);
    let there = bench.ask(&format!("{{file: \"{path}\", exists: false}}")).await;
    assert_eq!(there, format!("down: 1 file there, the newest {path}"));
}

#[tokio::test]
async fn content_is_told_by_its_digest_and_by_whether_it_unpacks() {
    let bench = Bench::new().await;
    written(&bench, "plain", b"abc", 0);
    let plain = bench.path("plain").display().to_string();
    let right = "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD";
    assert!(bench.ask(&format!("{{file: \"{plain}\", sha256: {right}}}")).await.starts_with("up: "));
    let wrong = "0".repeat(64);
    let other = bench.ask(&format!("{{file: \"{plain}\", sha256: {wrong:?}}}")).await;
    assert!(other.starts_with(&format!("down: {plain} has the SHA-256 ba7816bf")), "{other}");

    let packed = bench.path("packed.gz").display().to_string();
    let made = bench.run(&format!("{{command: \"seq 1 9999 | gzip > '{packed}'\"}}")).await;
    assert!(made.succeeded());
    assert!(bench.ask(&format!("{{file: \"{packed}\", gzip: true}}")).await.starts_with("up: "));
    let whole = fs::read(&packed).unwrap();
    fs::write(&packed, &whole[..whole.len() - 9]).unwrap();
    assert_eq!(
        bench.ask(&format!("{{file: \"{packed}\", gzip: true}}")).await,
        format!("down: {packed} is no whole gzip archive")
    );
    assert_eq!(
        bench.ask(&format!("{{file: \"{plain}\", gzip: true}}")).await,
        format!("down: {plain} is no whole gzip archive")
    );
}

#[tokio::test]
async fn nothing_of_a_name_is_executed() {
    let bench = Bench::new().await;
    let proof = bench.path("proof");
    let evil = format!("$(touch {0}) `touch {0}`; touch {0}", proof.display()).replace('/', "_");
    written(&bench, &evil, b"x", 0);
    let path = bench.path(&evil).display().to_string();
    let answer = bench.ask(&format!("{{file: '{path}'}}")).await;
    assert!(answer.starts_with("up: 1 file"), "{answer}");
    let trap = format!("{}/$(touch {})", bench.path("").display(), proof.display());
    assert!(bench.ask(&format!("{{file: '{trap}'}}")).await.starts_with("down: 0 files"));
    assert!(bench.ask("{process: \"x'; touch proof; '\"}").await.starts_with("down: 0 processes"));
    assert!(!proof.exists() && !bench.path("proof").exists());
}

/// An earlier line of the answer could be forged by a name with a line break in it.
#[tokio::test]
async fn a_name_with_a_line_break_can_not_forge_an_answer() {
    let bench = Bench::new().await;
    written(&bench, "a\nsize=999999999\nsha256=0", b"x", 0);
    let pattern = bench.path("a*").display().to_string();
    assert!(bench.ask(&format!("{{file: '{pattern}', min_size: 2}}")).await.contains("has 1 byte, wanted at least 2B"));
}

#[tokio::test]
async fn processes_are_counted_by_name_and_by_command_line() {
    let bench = Bench::new().await;
    // The name is longer than the fifteen bytes that the kernel keeps of it.
    let program = bench.path("relight-endpoint-sleeper");
    fs::copy("/bin/sleep", &program).unwrap();
    let name = "relight-endpoint-sleeper";
    assert_eq!(bench.ask(&format!("{{process: {name}}}")).await, "down: 0 processes, wanted at least 1");
    let pids = bench.path("pids").display().to_string();
    let start = format!("for s in 299 298 298; do {} $s & echo $! >> {pids}; done", program.display());
    assert!(bench.run(&format!("{{command: \"{start}\"}}")).await.succeeded());
    assert_eq!(bench.ask(&format!("{{process: {name}}}")).await, "up: 3 processes");
    assert_eq!(bench.ask(&format!("{{process: {name}, args: \" 299\"}}")).await, "up: 1 process");
    assert_eq!(
        bench.ask(&format!("{{process: {name}, count: {{max: 2}}}}")).await,
        "down: 3 processes, wanted at most 2"
    );
    assert_eq!(bench.ask("{process: relight-endpoint-other, count: 0}").await, "up: 0 processes");
    assert!(bench.run(&format!("{{command: \"kill $(cat {pids})\"}}")).await.succeeded());
}

#[tokio::test]
async fn free_room_is_measured_in_bytes_and_in_shares() {
    let bench = Bench::new().await;
    let folder = bench.path("").display().to_string();
    assert!(bench.ask(&format!("{{disk: \"{folder}\", free: 1MiB}}")).await.starts_with("up: "));
    assert!(bench.ask(&format!("{{disk: \"{folder}\", free: 0%}}")).await.starts_with("up: "));
    let full = bench.ask(&format!("{{disk: \"{folder}\", free: 7EiB}}")).await;
    assert!(full.starts_with("down: ") && full.ends_with("wanted at least 7EiB"), "{full}");
    let whole = bench.ask("{disk: /, free: 100%}").await;
    assert!(
        whole.starts_with("down: ") && whole.contains(" free, ") && whole.ends_with("wanted at least 100%"),
        "{whole}"
    );
    let nowhere = bench.ask("{disk: /no/such/place, free: 1B}").await;
    assert!(nowhere.starts_with("unknown: could not look: ") && nowhere.contains("No such file"), "{nowhere}");
}

#[tokio::test]
async fn where_there_is_no_systemd_nobody_can_say_how_a_service_is() {
    let bench = Bench::new().await;
    let tools = bench.path("tools");
    fs::create_dir(&tools).unwrap();
    std::os::unix::fs::symlink("/bin/sh", tools.join("sh")).unwrap();
    let bench = bench.with_programs_of(&tools);
    assert_eq!(bench.ask("{service: nginx}").await, "unknown: could not look: there is no `systemctl` on the host");
    let done = bench.run("{service: nginx, state: inactive}").await;
    assert_eq!(done.cause().kind, CauseKind::Unreachable);
    assert!(done.message().starts_with("service nginx: could not look: "), "{done:?}");
}

/// An engine whose clock goes ahead of that of its host.
#[derive(Debug)]
struct Ahead(Millis);

impl Clock for Ahead {
    fn now(&self) -> Timestamp {
        SystemClock.now().plus(self.0)
    }
}

#[tokio::test]
async fn clocks_are_compared_within_the_bounds_of_the_round_trip() {
    let bench = Bench::new().await;
    let same = bench.run("{clock_offset: local, max: 10s}").await;
    assert!(same.succeeded(), "{same:?}");
    assert!(same.summary().starts_with("the clock differs by "), "{same:?}");
    let bench = Bench::new().await.with_clock(Arc::new(Ahead(Millis::minutes(5))));
    let late = bench.run("{clock_offset: local, max: 10s}").await;
    assert_eq!(late.cause().kind, CauseKind::Unexpected);
    assert!(late.message().starts_with("clock_offset local: the clock differs by -300"), "{late:?}");
}
