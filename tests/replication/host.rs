//! Links that hosts tell of: heartbeat files, backups, commands. A writer appends to a real file, somebody copies it, and what is
//! not copied is lost.

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Mutex};

use harness::state::{State, until};
use serde_json::json;

use crate::truth::{Commits, Writer, equals_what_was_lost, measured, now};
use crate::watching::{count, link, serve, told, until_state};

/// A folder whose files somebody copies to another one, and the lock under which they are whole.
#[derive(Clone)]
struct Folders {
    source: PathBuf,
    standby: PathBuf,
    whole: Arc<Mutex<()>>,
}

struct Ledger(Folders);

/// A row at the end of the ledger, and the heartbeat after it.
impl Commits for Ledger {
    async fn commit(&mut self, number: i64) -> bool {
        let _whole = self.0.whole.lock().unwrap();
        let mut ledger = fs::OpenOptions::new().append(true).create(true).open(self.0.source.join("ledger")).unwrap();
        writeln!(ledger, "{number}").unwrap();
        fs::write(self.0.source.join("heartbeat"), format!("{}\n", now().0)).unwrap();
        true
    }
}

impl Folders {
    fn of(state: &State) -> Self {
        let (source, standby) = (state.path("source"), state.path("standby"));
        fs::create_dir_all(&source).unwrap();
        fs::create_dir_all(&standby).unwrap();
        Self { source, standby, whole: Arc::default() }
    }

    fn writer(&self) -> Writer {
        let ledger = Ledger(self.clone());
        Writer::start(move || async move { ledger })
    }

    /// Copies everything, as it is at one moment.
    fn copy(&self) {
        let _whole = self.whole.lock().unwrap();
        for name in ["ledger", "heartbeat"] {
            fs::copy(self.source.join(name), self.standby.join(name)).unwrap();
        }
    }

    /// Puts a backup beside the others: written under a name for unfinished ones, and renamed when it is whole.
    fn back_up(&self, name: &str) {
        let _whole = self.whole.lock().unwrap();
        let unfinished = self.standby.join(format!("{name}.partial"));
        let packed = Command::new("tar").arg("-cf").arg(&unfinished).arg("-C").arg(&self.source).arg(".").status();
        assert!(packed.unwrap().success());
        // From when it is stands beside it: the heartbeat that is in it.
        fs::copy(self.source.join("heartbeat"), self.standby.join(format!(".{name}.point"))).unwrap();
        fs::rename(unfinished, self.standby.join(name)).unwrap();
    }

    /// The greatest row of a copied ledger.
    fn kept(ledger: &Path) -> i64 {
        fs::read_to_string(ledger).unwrap().lines().last().unwrap().parse().unwrap()
    }

    /// The greatest row of a backup, restored.
    fn restored(&self, state: &State, name: &str) -> i64 {
        let back = state.path("restored");
        fs::create_dir_all(&back).unwrap();
        let unpacked = Command::new("tar").arg("-xf").arg(self.standby.join(name)).arg("-C").arg(&back).status();
        assert!(unpacked.unwrap().success());
        Self::kept(&back.join("ledger"))
    }
}

fn inventory(kind: &str, more: &str) -> String {
    format!(
        "inventory: lab\ntargets: {{db: {{address: 10.0.0.1, modes: [drill]}}}}\nreplication:\n  orders: {{kind: {kind}, standby: local, rpo: 1h, mode: drill, {more}}}\n"
    )
}

fn quoted(path: &Path) -> String {
    format!("'{}'", path.display())
}

/// A command that prints what stands in a file.
fn says(path: &Path) -> String {
    format!("command: [cat, {}]", quoted(path))
}

#[test]
fn what_was_written_behind_the_heartbeat_that_arrived_is_what_was_lost() {
    let state = State::new();
    let folders = Folders::of(&state);
    let writer = folders.writer();
    writer.until_more(100);
    folders.copy();
    writer.until_more(100);
    let event = now();
    let log = writer.finish();
    let heartbeat = folders.standby.join("heartbeat");
    let measured = measured(&state, &inventory("files", &format!("path: {}", quoted(&heartbeat))), event);
    equals_what_was_lost(&measured, &log, Folders::kept(&folders.standby.join("ledger")), event, 0);
    let set = &measured.report["recovery_points"][0]["data_sets"][0]["link"];
    assert_eq!((&set["method"], &set["confidence"]), (&json!("heartbeat"), &json!("measured")), "{set}");
    let page = state.done(&["report", "latest", "--format", "html", "--lang", "en"]).out();
    let (_, picture) = page.split_once("<figure class=\"losses\">").unwrap();
    let (picture, _) = picture.split_once("</figure>").unwrap();
    for part in
        ["class=\"value\"", "class=\"rpo\"", "class=\"near\"", "class=\"event\"", "orders → local", "measurements: 1."]
    {
        assert!(picture.contains(part), "{part}: {picture}");
    }
}

#[test]
fn the_newest_whole_backup_is_what_can_be_restored_and_its_own_time_is_an_estimate() {
    let state = State::new();
    let folders = Folders::of(&state);
    let writer = folders.writer();
    writer.until_more(50);
    folders.back_up("one.tar");
    // Files tell their time in whole seconds: the second one is clearly the newer.
    std::thread::sleep(std::time::Duration::from_millis(1_100));
    folders.back_up("two.tar");
    writer.until_more(100);
    fs::write(folders.standby.join("three.tar.partial"), "cut short").unwrap();
    let event = now();
    let log = writer.finish();
    let measured = measured(&state, &inventory("backup", &format!("path: {}", quoted(&folders.standby))), event);
    equals_what_was_lost(&measured, &log, folders.restored(&state, "two.tar"), event, 5_000);
    let set = &measured.report["recovery_points"][0]["data_sets"][0]["link"];
    assert_eq!((&set["method"], &set["confidence"]), (&json!("file"), &json!("estimated")), "{set}");
    assert!(set["transaction"].as_str().unwrap().ends_with("/two.tar"), "{set}");
}

#[test]
fn a_backup_whose_command_says_from_when_it_is_is_measured() {
    let state = State::new();
    let folders = Folders::of(&state);
    let writer = folders.writer();
    writer.until_more(50);
    folders.back_up("one.tar");
    writer.until_more(100);
    let event = now();
    let log = writer.finish();
    let tool = state.path("newest.sh");
    fs::write(&tool, "cd \"$1\" && printf '{\"point_ms\": %s, \"confidence\": \"measured\", \"state\": \"streaming\"}' \"$(cat .one.tar.point)\"\n")
        .unwrap();
    let command = format!("command: [sh, {}, {}]", quoted(&tool), quoted(&folders.standby));
    let measured = measured(&state, &inventory("backup", &command), event);
    equals_what_was_lost(&measured, &log, folders.restored(&state, "one.tar"), event, 0);
    let set = &measured.report["recovery_points"][0]["data_sets"][0]["link"];
    assert_eq!((&set["method"], &set["confidence"]), (&json!("told"), &json!("measured")), "{set}");
}

#[test]
fn a_command_says_the_point_and_what_it_can_not_say_is_no_loss_of_nothing() {
    let state = State::new();
    let said = state.path("said.json");
    let event = now();
    fs::write(&said, json!({"state": "streaming", "point_ms": event.0 - 42_000, "confidence": "measured"}).to_string())
        .unwrap();
    let measured = measured(&state, &inventory("command", &says(&said)), event);
    assert_eq!(measured.rpa_ms, 42_000);
    for nonsense in ["", "everything is fine", "[1, 2]", "{\"state\": \"splendid\"}"] {
        fs::write(&said, nonsense).unwrap();
        let file = state.path("runbook.yaml").display().to_string();
        let done = state.done(&["run", &file, "--mode", "drill", "--event-at", &event.to_iso(), "--format", "json"]);
        assert!(![0, 3].contains(&done.code()), "{nonsense:?}: {}", done.out());
    }
}

/// The loss grows while the file stays as it is: near, then beyond, each told once, and again only after it was better.
#[test]
fn a_heartbeat_that_stays_behind_is_told_at_eighty_percent_and_beyond_and_a_file_that_is_gone_is_a_stop() {
    let state = State::new();
    let heartbeat = state.path("heartbeat");
    let beat = || fs::write(&heartbeat, format!("{}\n", now().0)).unwrap();
    beat();
    let inventory =
        inventory("files", &format!("every: 1s, path: {}", quoted(&heartbeat))).replace("rpo: 1h", "rpo: 10s");
    let served = serve(&state, &inventory);
    until_state(&state, "streaming");
    let once = |kind: &'static str| until(|| told(&state).get(kind).filter(|times| **times == 1).map(drop));
    once("rpo_near");
    once("rpo_exceeded");
    let before = count(&state, "select count(*) from sample");
    until(|| (count(&state, "select count(*) from sample") > before + 3).then_some(()));
    let all = told(&state);
    assert_eq!((all["rpo_near"], all["rpo_exceeded"], all.get("replication_stopped")), (1, 1, None), "{all:?}");

    let gone_at = now();
    fs::remove_file(&heartbeat).unwrap();
    until_state(&state, "stopped");
    once("replication_stopped");
    beat();
    until_state(&state, "streaming");
    let ends = until(|| link(&state)?["breaks"].as_array()?.first().cloned().filter(|it| !it["resumed_at"].is_null()));
    let at = |name: &str| engine::base::Timestamp::parse_iso(ends[name].as_str().unwrap()).unwrap();
    assert!(gone_at < at("stopped_at") && at("stopped_at") < at("resumed_at") && at("resumed_at") <= now(), "{ends}");
    assert!(at("point_at") < gone_at, "what had arrived when it stopped: {ends}");
    assert!(link(&state).unwrap()["loss_ms"].as_u64().unwrap() < 10_000);
    drop(served);
}

#[test]
fn a_command_that_is_watched_tells_of_stop_and_resumption() {
    let state = State::new();
    let said = state.path("said.json");
    // Replaced in one step: nobody reads half of it.
    let say = |flow: &str| {
        let unfinished = state.path("said.new");
        fs::write(&unfinished, json!({"state": flow, "point_ms": now().0, "transaction": "tx-7"}).to_string()).unwrap();
        fs::rename(unfinished, &said).unwrap();
    };
    say("streaming");
    let served = serve(&state, &inventory("command", &format!("every: 1s, {}", says(&said))));
    until_state(&state, "streaming");
    say("broken");
    let broken = until_state(&state, "broken");
    assert_eq!((&broken["transaction"], &broken["breaks"][0]["transaction"]), (&json!("tx-7"), &json!("tx-7")));
    assert!(broken["breaks"][0]["resumed_at"].is_null(), "{broken}");
    say("streaming");
    until(|| link(&state).filter(|link| !link["breaks"][0]["resumed_at"].is_null()).map(drop));
    assert_eq!(told(&state)["replication_stopped"], 1);
    drop(served);
}
