//! The medium of a SQLite file fails and heals, in every way that an operator meets.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use engine::base::Lang;
use engine::run::Head;
use engine::store::{self, Error};
use nix::unistd::geteuid;
use sqlx::{Connection as _, SqliteConnection};
use tokio::task::JoinSet;

use crate::world::{HOUR, append, chunk, commit, created, owner, run_id, taken, verified};

#[tokio::test]
async fn a_full_disk_keeps_what_was_acknowledged_and_work_goes_on_when_there_is_room() {
    let Some(disk) = SmallDisk::mount("a_full_disk_keeps_what_was_acknowledged_and_work_goes_on_when_there_is_room")
    else {
        return;
    };
    let store = store::open(&address(&disk.file("relight.db"))).await.unwrap().store;
    let (lease, mut head) = taken(&*store, run_id(1), &owner("a")).await;
    let ballast = disk.file("ballast");
    fs::write(&ballast, vec![0; 256 << 10]).unwrap();
    let refused = loop {
        let mut next = head;
        let given = append(&lease, &mut next, 40);
        match commit(&*store, given.clone()).await {
            Ok(()) => head = next,
            Err(error) => break (error, given, next),
        }
    };
    let (error, given, next) = refused;
    let Error::Unavailable { cause, next_step } = error else { panic!("{error}") };
    assert!(cause.get(Lang::En).contains("full"), "{cause:?}");
    assert!(next_step.get(Lang::En).contains("free space"), "{next_step}");
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head, "nothing of it was kept");
    assert!(matches!(commit(&*store, given.clone()).await, Err(Error::Unavailable { .. })));

    fs::remove_file(&ballast).unwrap();
    commit(&*store, given).await.unwrap();
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), next);
}

#[tokio::test]
async fn a_medium_that_turns_read_only_is_named_and_work_goes_on_when_it_is_writable() {
    let Some(disk) = SmallDisk::mount("a_medium_that_turns_read_only_is_named_and_work_goes_on_when_it_is_writable")
    else {
        return;
    };
    let first = store::open(&address(&disk.file("relight.db"))).await.unwrap().store;
    let (_, mut head) = taken(&*first, run_id(1), &owner("a")).await;
    let view = disk.read_only_view();
    let store = store::open(&address(&view.file("relight.db"))).await.unwrap().store;
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head, "it can be read");
    let error = store.acquire(run_id(1), &owner("a"), HOUR).await.unwrap_err();
    let Error::Unavailable { cause, next_step } = error else { panic!("{error}") };
    assert!(cause.get(Lang::En).contains("readonly"), "{cause:?}");
    assert!(next_step.get(Lang::En).contains("writable"), "{next_step}");

    view.make_writable();
    let lease = store.acquire(run_id(1), &owner("a"), HOUR).await.unwrap().unwrap();
    commit(&*store, append(&lease, &mut head, 1)).await.unwrap();
    assert_eq!(verified(run_id(1), &first.load(run_id(1)).await.unwrap().rows), head);
}

#[tokio::test]
async fn a_missing_folder_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let error = store::open(&address(&folder.path().join("no/such/relight.db"))).await.unwrap_err();
    let Error::Unavailable { next_step, .. } = error else { panic!("{error}") };
    assert!(next_step.get(Lang::En).contains("folder"), "{next_step}");
}

#[tokio::test]
async fn a_file_that_is_no_database_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relight.db");
    fs::write(&file, "not a database at all, but long enough to be looked at".repeat(100)).unwrap();
    let error = store::open(&address(&file)).await.unwrap_err();
    let Error::Unavailable { next_step, .. } = error else { panic!("{error}") };
    assert!(next_step.get(Lang::En).contains("copy"), "{next_step}");
    assert!(fs::read_to_string(&file).unwrap().starts_with("not a database"), "it is left as it was");
}

#[tokio::test]
async fn many_processes_may_make_the_same_file_at_once() {
    let folder = tempfile::tempdir().unwrap();
    let url = address(&folder.path().join("relight.db"));
    let mut openers = JoinSet::new();
    for n in 1..=8 {
        let url = url.clone();
        openers.spawn(async move {
            let store = store::open(&url).await.unwrap().store;
            store.create(created(run_id(n), &mut Head::START.clone())).await.unwrap();
        });
    }
    openers.join_all().await;
    let store = store::open(&url).await.unwrap().store;
    assert_eq!(store.runs(store::RunFilter::default()).await.unwrap().len(), 8);
}

#[tokio::test]
async fn a_commit_waits_for_another_program_s_transaction() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relight.db");
    let store = store::open(&address(&file)).await.unwrap().store;
    let (lease, mut head) = taken(&*store, run_id(1), &owner("a")).await;
    let mut other = SqliteConnection::connect(&address(&file)).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let given = append(&lease, &mut head, 1);
    let waiting = tokio::spawn({
        let store = Arc::clone(&store);
        async move { commit(&*store, given).await }
    });
    // Readers never wait.
    assert_eq!(store.load(run_id(1)).await.unwrap().rows.len(), 2);
    assert!(!waiting.is_finished());
    sqlx::query("COMMIT").execute(&mut other).await.unwrap();
    waiting.await.unwrap().unwrap();
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head);
}

#[tokio::test]
async fn a_row_that_another_program_made_unreadable_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relight.db");
    let (store, run) = (store::open(&address(&file)).await.unwrap().store, run_id(1));
    let (lease, mut head) = taken(&*store, run, &owner("a")).await;
    commit(&*store, append(&lease, &mut head, 3)).await.unwrap();
    let mut other = SqliteConnection::connect(&address(&file)).await.unwrap();
    for event in ["CAST(x'ff' AS TEXT)", "event || char(10) || event"] {
        let spoil = format!("UPDATE journal SET event = {event} WHERE seq = 4");
        sqlx::query(sqlx::AssertSqlSafe(spoil)).execute(&mut other).await.unwrap();
        let why = store.load(run).await.unwrap_err().to_string();
        assert!(why.contains("journal") && why.contains(&format!("{run} ")), "{why}");
        assert_eq!(store.rows_after(run, 0, 3).await.unwrap().len(), 3, "the rows before it are as they were");
    }
}

#[tokio::test]
async fn a_file_that_another_program_keeps_locked_is_named_and_work_goes_on_when_it_lets_go() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("relight.db");
    let store = store::open(&address(&file)).await.unwrap().store;
    let (lease, head) = taken(&*store, run_id(1), &owner("a")).await;
    let mut other = SqliteConnection::connect(&address(&file)).await.unwrap();
    sqlx::query("BEGIN IMMEDIATE").execute(&mut other).await.unwrap();
    let mut next = head;
    let given = append(&lease, &mut next, 3);
    let Error::Unavailable { cause, next_step } = commit(&*store, given.clone()).await.unwrap_err() else { panic!() };
    assert!(cause.get(Lang::En).contains("locked"), "{cause:?}");
    assert!(next_step.get(Lang::En).contains("end the other program"), "{next_step}");
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head, "it can be read meanwhile");

    sqlx::query("ROLLBACK").execute(&mut other).await.unwrap();
    commit(&*store, given).await.unwrap();
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), next);
}

#[tokio::test]
async fn a_call_that_is_given_up_in_the_middle_leaves_no_lock_and_no_half() {
    let folder = tempfile::tempdir().unwrap();
    let url = address(&folder.path().join("relight.db"));
    let store = store::open(&url).await.unwrap().store;
    let (lease, mut head) = taken(&*store, run_id(1), &owner("a")).await;
    for _ in 0..50 {
        let mut next = head;
        let mut given = append(&lease, &mut next, 20);
        given.output.push(chunk(1, 0, "x"));
        let mut call = store.append(vec![given]);
        // One poll further each round, until the call is through.
        tokio::select! {
            biased;
            _ = &mut call => {}
            () = tokio::task::yield_now() => {}
        }
        drop(call);
        let kept = verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows);
        assert!(kept == head || kept == next, "all or nothing");
        let mut after = kept;
        match commit(&*store, append(&lease, &mut after, 1)).await {
            Ok(()) => head = after,
            // The commit that was given up was on its way and has come through after we looked.
            Err(Error::Conflict { found, .. }) => {
                assert_eq!(found, next.seq);
                head = next;
            }
            Err(other) => panic!("{other}"),
        }
    }
    assert_eq!(verified(run_id(1), &store.load(run_id(1)).await.unwrap().rows), head);
}

fn address(file: &Path) -> String {
    format!("sqlite://{}", file.display())
}

/// A disk of one and a half mebibytes, mounted for one test.
#[derive(Debug)]
struct SmallDisk(PathBuf);

impl SmallDisk {
    /// Only root may mount. Anyone else runs the named test again as the root of a user namespace of its own, and `None` tells
    /// that it has passed there.
    fn mount(test: &str) -> Option<Self> {
        if !geteuid().is_root() {
            let itself = std::env::current_exe().unwrap();
            let status = command("unshare")
                .args(["--user", "--map-root-user", "--mount"])
                .arg(itself)
                .args(["--exact", &format!("sqlite_faults::{test}")])
                .process_group(0)
                .status()
                .unwrap();
            assert!(status.success(), "the test failed as root of a user namespace, or there can be none: {status}");
            return None;
        }
        let folder = tempfile::tempdir().unwrap().keep();
        let disk = Self(folder);
        mount(&["-t", "tmpfs", "-o", "size=1536k", "tmpfs"], &disk.0);
        Some(disk)
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.join(name)
    }

    /// The same disk at another place, where nothing can be written.
    fn read_only_view(&self) -> Self {
        let view = Self(tempfile::tempdir().unwrap().keep());
        mount(&["--bind", &self.0.display().to_string()], &view.0);
        mount(&["-o", "remount,bind,ro"], &view.0);
        view
    }

    fn make_writable(&self) {
        mount(&["-o", "remount,bind,rw"], &self.0);
    }
}

impl Drop for SmallDisk {
    /// Lazily, because connections close a moment after their last user.
    fn drop(&mut self) {
        command("umount").arg("--lazy").arg(&self.0).status().unwrap();
        fs::remove_dir(&self.0).unwrap();
    }
}

fn mount(arguments: &[&str], at: &Path) {
    let status = command("mount").args(arguments).arg(at).status().unwrap();
    assert!(status.success(), "mount: {status}");
}

#[expect(clippy::disallowed_methods, reason = "mounting is done by programs")]
fn command(program: &str) -> Command {
    Command::new(program)
}
